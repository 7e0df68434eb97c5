"""A package manager stops to ask

## Why

Nobody can answer in a build. `apt-get install` asks as soon as something beside the named packages is to be installed,
gets no answer, and aborts; `dnf`, `yum` and `zypper` always ask. It may work today and stop when a package gets another
dependency.

Nothing is said where an answer is piped in (`yes |`), where the manager is configured to assume yes, and of `microdnf`
and `tdnf`'s like, which do not ask.

## Bad

```dockerfile
FROM debian:trixie-slim
RUN apt-get update && apt-get install curl && rm -rf /var/lib/apt/lists/*
```

## Good

```dockerfile
FROM debian:trixie-slim
RUN apt-get update && apt-get install -y curl && rm -rf /var/lib/apt/lists/*
```

## Fix

Adds `-y`.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from dockwright.dockerfile.script import commands_of
from dockwright.facts.manager_syntax import Action
from dockwright.facts.package_managers import Step, steps_of
from dockwright.finding import Applicability, Fix, Problem, Severity
from dockwright.rules import rule
from dockwright.source import Edit

if TYPE_CHECKING:
    from collections.abc import Iterator

    from dockwright.dockerfile import Dockerfile, Instruction

_SHORT = {
    "apt": re.compile(r"-(?:[a-zA-Z]*y[a-zA-Z]*|[a-zA-Z]*q[a-zA-Z]*q[a-zA-Z]*)"),
    "dnf": re.compile(r"-[a-zA-Z]*y[a-zA-Z]*"),
    "zypper": re.compile(r"-[a-zA-Z]*[yn][a-zA-Z]*"),
}
_LONG = frozenset(
    "--yes --assume-yes --assumeyes --assumeno --no-confirm --non-interactive --force-yes --allow-downgrades-yes "
    "--download-only --print-uris --simulate --dry-run -d -s --downloadonly".split()
)
_NEVER_ASK = frozenset(("microdnf", "aptitude"))
_CONFIGURED = re.compile(r"assume-?yes", re.IGNORECASE)
_CODES = {"apt": "hadolint:DL3014", "dnf": "hadolint:DL3038", "zypper": "hadolint:DL3034"}
_YUM = "hadolint:DL3030"
_ASKS = (Action.INSTALL, Action.UPGRADE)


@rule(Severity.WARNING, aliases=(*_CODES.values(), _YUM), instructions=("RUN",), words=("apt", "dnf", "yum", "zypper"))
def check(dockerfile: Dockerfile) -> Iterator[Problem]:
    """Yield each install or upgrade that waits for a yes."""
    if _CONFIGURED.search(dockerfile.source.text.replace("--assume-yes", "").replace("--assumeyes", "")):
        return
    for run in dockerfile.instructions("RUN", triggers=True):
        if not any(manager in run.span.text for manager in ("apt", "dnf", "yum", "zypper")):
            continue
        answered = _answered(dockerfile, run)
        for step in steps_of(dockerfile, run):
            if step.manager in _SHORT and step.action in _ASKS and not answered and _asks(step):
                yield _problem(step)


def _answered(dockerfile: Dockerfile, run: Instruction) -> bool:
    """Tell whether something types the answer."""
    names = {command.name for command in commands_of(dockerfile, run)}
    return bool(names & {"yes", "expect"}) or "--help" in run.span.text


def _asks(step: Step) -> bool:
    if step.command.before in {"|", "|&"} or step.command.name in _NEVER_ASK:
        return False
    if any(redirection.operator.startswith("<") for redirection in step.command.redirections):
        return False
    if any("$" in word.text for word in step.command.words if word.text.startswith(("$", '"$'))):
        return False  # options may be in a variable
    quiet = any(value.option in {"-q", "--quiet"} and value.text == "2" for value in step.values)
    short = _SHORT[step.manager]
    return not quiet and not any(flag in _LONG or short.fullmatch(flag) for flag in step.flags)


def _problem(step: Step) -> Problem:
    verb = next(word for word in step.command.arguments if word.text == step.verb)
    end = verb.span.end
    edit = Edit(verb.span.source.span(end, end), " -y")
    message = f"`{step.command.name} {step.verb}` asks before it goes on, and nobody can answer in a build. Add `-y`."
    code = _YUM if step.command.name == "yum" else _CODES[step.manager]
    return Problem(verb.span, message, Fix("Add `-y`", (edit,), Applicability.SAFE), aliases=(code,))
