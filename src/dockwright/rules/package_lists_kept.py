"""The package lists of apt stay in the layer

## Why

`apt-get update` fetches 20 to 50 MB of lists, which are out of date the next day and are fetched again by whoever
installs something. Deleted in the same `RUN`, they never become a part of the image; deleted in a later one, they are
still in the layer below
([Docker: building best practices, apt-get](https://docs.docker.com/build/building/best-practices/#apt-get)).

Looked at are the stages that the image is made of, and what their ONBUILD does later. Lists in a cache mount or a tmpfs
are in no layer.

## Bad

```dockerfile
FROM debian:trixie-slim
RUN apt-get update && apt-get install -y --no-install-recommends curl
```

## Good

```dockerfile
FROM debian:trixie-slim
RUN apt-get update && apt-get install -y --no-install-recommends curl && rm -rf /var/lib/apt/lists/*
```
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from dockwright.dockerfile.script import commands_of
from dockwright.facts.manager_syntax import Action
from dockwright.facts.package_managers import steps_of
from dockwright.finding import Problem, Severity
from dockwright.rules import rule

if TYPE_CHECKING:
    from collections.abc import Iterator

    from dockwright.dockerfile import Dockerfile, Instruction
    from dockwright.shell import Command

_LISTS = re.compile(r"/var/lib/apt(?:/(?:lists(?:/.*)?|\*)?)?|/var/lib/\{?apt.*|/var/lib/\*")
_MESSAGE = "The package lists stay in this layer, 20 MB or more that are out of date tomorrow. "
_DELETE = "End the `RUN` with `rm -rf /var/lib/apt/lists/*`."
_INSTALL_FIRST = "Install in this same `RUN`, and end it with `rm -rf /var/lib/apt/lists/*`."
"""What to do where a later RUN may need the lists: deleting them alone would break it."""


@rule(Severity.NOTICE, aliases=("hadolint:DL3009",), instructions=("RUN",), words=("apt",))
def check(dockerfile: Dockerfile) -> Iterator[Problem]:
    """Yield each last update of a RUN whose lists are not deleted, in the stages that the last one is made of."""
    target = dockerfile.target()
    for stage in reversed(dockerfile.lineage(target)) if target is not None else ():
        for run in dockerfile.instructions("RUN", stage=stage, triggers=True):
            if "apt" in run.span.text and not _mounted(run):
                yield from _of(dockerfile, run)


def _mounted(run: Instruction) -> bool:
    targets = (mount.options.get("target") for mount in run.mounts if mount.type in {"cache", "tmpfs"})
    return any(target is not None and target.text.startswith("/var/lib/apt") for target in targets)


def _of(dockerfile: Dockerfile, run: Instruction) -> Iterator[Problem]:
    steps = [step for step in steps_of(dockerfile, run) if step.manager == "apt"]
    updates = [step for step in steps if step.action is Action.REFRESH]
    if not updates:
        return
    commands = commands_of(dockerfile, run)
    last = updates[-1].command
    after = commands[next(index for index, each in enumerate(commands) if each is last) :]
    if not any(_deletes(command) for command in after):
        used = any(step.action is not Action.REFRESH for step in steps[steps.index(updates[-1]) :])
        yield Problem(last.span, _MESSAGE + (_DELETE if used else _INSTALL_FIRST))


def _deletes(command: Command) -> bool:
    """Tell whether a command deletes the lists; `apt-get dist-clean` does since apt 2.9."""
    words = [word.text for word in command.arguments]
    if command.name in {"apt-get", "apt"}:
        return "dist-clean" in words or "distclean" in words
    return command.name in {"rm", "find"} and any(_LISTS.match(word) for word in words)
