"""Downloaded packages stay in the layer

## Why

A package manager keeps what it has downloaded, to be faster the next time. In an image there is no next time: the files
only make it larger, for everyone who pulls it. Deleting them in a later `RUN` does not help, since the layer below
still has them.

Meant are `apk` without `--no-cache`, `pip` without `--no-cache-dir`, and `dnf`, `yum`, `zypper` and `yarn` without
their `clean` in the same `RUN`, in the stages that the image is made of, and in what their ONBUILD does later. Nothing
is said where the cache is a mount, where it is deleted, or where the file switches it off (`PIP_NO_CACHE_DIR`).

## Bad

```dockerfile
FROM python:3.14-slim
RUN pip install flask
```

## Good

```dockerfile
FROM python:3.14-slim
RUN pip install --no-cache-dir flask
```

## Fix

Adds `--no-cache` to `apk add`, and `--no-cache-dir` to `pip install`.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from dockwright.dockerfile.script import commands_of
from dockwright.facts.manager_syntax import Action
from dockwright.facts.package_managers import steps_of
from dockwright.finding import Applicability, Fix, Problem, Severity
from dockwright.rules import rule
from dockwright.source import Edit

if TYPE_CHECKING:
    from collections.abc import Iterator

    from dockwright.dockerfile import Dockerfile, Instruction
    from dockwright.facts.package_managers import Step
    from dockwright.shell import Command

_CACHES = {
    "apk": re.compile(r"/var/cache/apk|/etc/apk/cache|/var/cache/?\*?$"),
    "pip": re.compile(r"\.cache(?:/pip|/?\*?$)|\.pip-cache|^/tmp/pip"),
    "dnf": re.compile(r"/var/cache/(?:dnf|yum|libdnf5)|/var/cache/?\*?$"),
    "zypper": re.compile(r"/var/cache/zypp|/var/cache/?\*?$"),
    "yarn": re.compile(r"\.cache(?:/yarn|/?\*?$)|/usr/local/share/\.cache"),
}
"""Where each manager keeps its downloads, in an `rm` or as a mount's target."""

_OPTIONS = r" (?:-\S+ (?:[^-\s]\S* )?)*?"  # `yum install curl yum clean all` lacks its `&&`, and cleans nothing
_CLEANS = {
    "dnf": re.compile(rf"(?:dnf|yum|microdnf|tdnf|dnf5){_OPTIONS}clean\b"),
    "zypper": re.compile(rf"zypper{_OPTIONS}(?:clean|cc)\b"),
    "yarn": re.compile(rf"yarn{_OPTIONS}cache clean\b"),
    "pip": re.compile(rf"pip[\d.]*{_OPTIONS}cache purge\b"),
}
_CODES = {
    "apk": "hadolint:DL3019",
    "zypper": "hadolint:DL3036",
    "dnf": "hadolint:DL3040",
    "pip": "hadolint:DL3042",
    "yarn": "hadolint:DL3060",
}
_YUM = "hadolint:DL3032"
_SWITCHES = {"apk": "--no-cache", "pip": "--no-cache-dir"}
_FETCHES_NOTHING = frozenset(("--no-cache", "--no-network"))
_WORDS = ("apk", "pip", "dnf", "yum", "zypper", "yarn")
_OFF = re.compile(r"PIP_NO_CACHE_DIR|YARN_CACHE_FOLDER|no-cache-dir\s*=|keepcache\s*=\s*0")


@rule(
    Severity.NOTICE,
    aliases=(
        *_CODES.values(),
        _YUM,
    ),
    instructions=("RUN",),
    words=("apk", "pip", "dnf", "yum", "zypper", "yarn"),
)
def check(dockerfile: Dockerfile) -> Iterator[Problem]:
    """Yield each installation whose downloads stay, in the stages that the last one is made of."""
    target = dockerfile.target()
    if target is None or _OFF.search(dockerfile.source.text):
        return
    for stage in reversed(dockerfile.lineage(target)):
        for run in dockerfile.instructions("RUN", stage=stage, triggers=True):
            if any(word in run.span.text for word in _WORDS):
                yield from _of(dockerfile, run)


def _of(dockerfile: Dockerfile, run: Instruction) -> Iterator[Problem]:
    commands = commands_of(dockerfile, run)
    told: set[str] = set()  # one `clean` is enough for all of a manager's installations
    for step in steps_of(dockerfile, run):
        if step.action is Action.REFRESH or step.manager not in _CACHES or not _keeps(run, step, commands):
            continue
        if step.manager in _SWITCHES or step.manager not in told:
            told.add(step.manager)
            yield _problem(step)


def _keeps(run: Instruction, step: Step, commands: tuple[Command, ...]) -> bool:
    """Tell whether the downloads are still there when the RUN ends."""
    switch = _SWITCHES.get(step.manager)
    if switch is not None and step.flags & {switch, *_FETCHES_NOTHING}:
        return False
    if step.command.name in {"uv", "tdnf"} or (step.manager == "pip" and step.verb != "install"):
        return False
    cache, cleans = _CACHES[step.manager], _CLEANS.get(step.manager)
    targets = (mount.options.get("target") for mount in run.mounts if mount.type in {"cache", "tmpfs"})
    if any(target is not None and (cache.search(target.text) or "cache" in target.text) for target in targets):
        return False
    after = commands[next(index for index, each in enumerate(commands) if each is step.command) :]
    return not any(_removes(command, cache, cleans) for command in after)


def _removes(command: Command, cache: re.Pattern[str], cleans: re.Pattern[str] | None) -> bool:
    if command.name in {"rm", "find"}:
        return any(cache.search(word.text) for word in command.arguments)
    return (
        cleans is not None
        and cleans.match(" ".join([command.name or "", *(w.text for w in command.arguments)])) is not None
    )


def _problem(step: Step) -> Problem:
    verb = next((word for word in step.command.arguments if word.text == step.verb), None)
    place = step.command.span if verb is None else verb.span
    name = step.manager if step.manager in _SWITCHES else step.command.name or step.manager
    switch = _SWITCHES.get(step.manager)
    if switch is None:
        clean = (
            "yarn cache clean" if step.manager == "yarn" else f"{name} clean{' all' if step.manager == 'dnf' else ''}"
        )
        message = f"What `{name}` has downloaded stays in this layer. End the `RUN` with `{clean}`."
        return Problem(place, message, aliases=(_code(step),))
    fix = None
    if verb is not None:
        end = place.end
        fix = Fix(f"Add `{switch}`", (Edit(place.source.span(end, end), f" {switch}"),), Applicability.SAFE)
    message = f"What `{name}` downloads stays in this layer and is of no use there. Add `{switch}`."
    return Problem(place, message, fix, aliases=(_code(step),))


def _code(step: Step) -> str:
    return _YUM if step.command.name == "yum" else _CODES[step.manager]
