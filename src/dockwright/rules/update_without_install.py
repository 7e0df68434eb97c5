"""Package lists are fetched in one `RUN` and used in another

## Why

The layer of `RUN apt-get update` is cached by its text, which never changes. When a package is added to the `RUN` below
it, that one runs with the lists of some earlier day: it installs old versions without the security fixes since, or
fails with "404 Not Found", because the mirror has dropped the files that the old lists name. Both in one `RUN` are
always fresh together
([Docker: building best practices, apt-get](https://docs.docker.com/build/building/best-practices/#apt-get)).

Meant are apt, apk and pacman. `dnf`, `yum` and `zypper` fetch lists again that have become too old. Nothing is said
where the lists are kept in a cache mount, where the install fetches them itself (`apk add --no-cache`), or where
something that may fetch them runs before it (`add-apt-repository`, a repository's own setup script).

## Bad

```dockerfile
FROM debian:trixie-slim
RUN apt-get update
RUN apt-get install -y --no-install-recommends curl
```

## Good

```dockerfile
FROM debian:trixie-slim
RUN apt-get update && apt-get install -y --no-install-recommends curl && rm -rf /var/lib/apt/lists/*
```

## Fix

Joins the two `RUN`s with `&&` where one follows the other and both are plain lists of commands. Unsafe: the next build
installs what is current, which may be newer than what the cache gave.
"""

from __future__ import annotations

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
    from dockwright.shell import Command

_LISTS = {"apt": "/var/lib/apt", "apk": "/var/cache/apk", "pacman": "/var/lib/pacman"}
"""Where the lists are kept, by manager. Others notice by themselves that theirs are old."""

_FETCHES_ITSELF = frozenset(("-U", "--update", "--update-cache", "--no-cache"))  # options of `apk add`
_MAY_FETCH = frozenset(
    "add-apt-repository apt-add-repository apt-key bash sh source . dpkg eval curl wget python python3 make".split()
)
"""Commands after which the lists may be others; scripts of any name are besides."""


@rule(Severity.WARNING, instructions=("RUN",), words=("apt", "apk", "pacman"))
def check(dockerfile: Dockerfile) -> Iterator[Problem]:
    """Yield each update of the lists that another `RUN` relies upon."""
    for stage in dockerfile.stages:
        runs = [each for each in stage.instructions if each.name == "RUN" and _touches_lists(each)]
        update: tuple[Instruction, Step] | None = None
        for run in runs:
            steps = [step for step in steps_of(dockerfile, run) if step.manager in _LISTS]
            install = _stale_install(dockerfile, run, steps)
            if install is not None and update is not None and update[1].manager == install.manager:
                yield _problem(dockerfile, update, run, install)
                update = None
            alone = _lone_update(steps)
            if alone is not None:
                update = run, alone
            elif any(step.action is Action.REFRESH for step in steps):
                update = None


def _touches_lists(run: Instruction) -> bool:
    """Tell quickly whether a RUN can matter, and leave out those whose lists outlive the layer."""
    text = run.span.text
    if not ("apt" in text or "apk" in text or "pacman" in text):
        return False
    targets = [mount.options.get("target") for mount in run.mounts if mount.type in {"cache", "tmpfs"}]
    return not any(target and target.text.startswith(tuple(_LISTS.values())) for target in targets)


def _lone_update(steps: list[Step]) -> Step | None:
    """Return the last update of a RUN that installs nothing with what it fetched."""
    update: Step | None = None
    for step in steps:
        if step.action is Action.REFRESH:
            update = step
        elif step.action is Action.INSTALL:
            update = None
    return update


def _stale_install(dockerfile: Dockerfile, run: Instruction, steps: list[Step]) -> Step | None:
    """Return the install of a RUN that uses the lists of an earlier one."""
    if not steps or steps[0].action is not Action.INSTALL or steps[0].flags & _FETCHES_ITSELF:
        return None
    for command in commands_of(dockerfile, run):
        if command is steps[0].command:
            return steps[0]
        if command.name is None or command.name in _MAY_FETCH or "/" in command.words[0].text:
            return None
    return steps[0]


def _problem(dockerfile: Dockerfile, update: tuple[Instruction, Step], run: Instruction, install: Step) -> Problem:
    before, step = update
    message = (
        f"`{_shown(step.command)}` is a layer of its own: the cache keeps it, and the install in line "
        f"{install.command.span.first.line} goes on with the package lists of that day. Put both in one `RUN`."
    )
    return Problem(step.command.span, message, _join(dockerfile, before, run), causes=(install.command.span,))


def _shown(command: Command) -> str:
    return " ".join(word.text for word in command.words)[:60]


def _join(dockerfile: Dockerfile, first: Instruction, second: Instruction) -> Fix | None:
    """Return the fix that makes one RUN of two neighbours."""
    plain = all(
        not run.flags and not run.heredocs and not run.exec_form and _is_plain_list(commands_of(dockerfile, run))
        for run in (first, second)
    )
    place = second.arguments.at(0) if plain else None
    if place is None or second.index != first.index + 1:
        return None
    source = dockerfile.source
    gap = source.span(first.span.end, place.start)
    if gap.text.split() != [second.keyword.text]:
        return None  # a comment, or a continuation before the first word
    line_end = "\r\n" if "\r\n" in gap.text else "\n"
    edit = Edit(gap, f" {dockerfile.escape}{line_end}    && ")
    return Fix("Join the two `RUN`s", (edit,), Applicability.UNSAFE)


def _is_plain_list(commands: tuple[Command, ...]) -> bool:
    return bool(commands) and all(not command.context and command.before in {"", "&&"} for command in commands)
