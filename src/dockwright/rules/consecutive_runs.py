"""`RUN`s of a single command follow each other

## Why

Each `RUN` makes a layer. Two that belong together are read, cached and cleaned up together more easily in one. But a
layer costs little, and separate ones are cached separately, which is often just what one wants: so this is off by
default. What is really lost between two layers has rules of its own (`update-without-install`, `package-lists-kept`).

Told where a `RUN` of one command follows another such one with the same flags, in the stages that the image is made of:
what a builder has in its layers is no part of it. Whoever joins commands with `&&` has thought about layers.

## Bad

```dockerfile
FROM debian:trixie-slim
RUN mkdir /srv/data
RUN chown 1000 /srv/data
```

## Good

```dockerfile
FROM debian:trixie-slim
RUN mkdir /srv/data && chown 1000 /srv/data
```
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from dockwright.dockerfile.script import commands_of
from dockwright.finding import Problem, Severity
from dockwright.rules import rule

if TYPE_CHECKING:
    from collections.abc import Iterator

    from dockwright.dockerfile import Dockerfile, Instruction


@rule(Severity.NOTICE, aliases=("hadolint:DL3059",), enabled=False, instructions=("RUN",))
def check(dockerfile: Dockerfile) -> Iterator[Problem]:
    """Yield each `RUN` of one command right after another one."""
    target = dockerfile.target()
    for stage in () if target is None else reversed(dockerfile.lineage(target)):
        before: Instruction | None = None
        for instruction in stage.instructions:
            if instruction.name != "RUN" or instruction.heredocs or _is_long(dockerfile, instruction):
                before = None
                continue
            if before is not None and _flags(before) == _flags(instruction):
                message = f"Like the `RUN` in line {before.line}, this is one command, and could be one layer with it."
                yield Problem(instruction.keyword, message, causes=(before.keyword,))
            before = instruction


def _is_long(dockerfile: Dockerfile, run: Instruction) -> bool:
    return len(commands_of(dockerfile, run)) > 1


def _flags(run: Instruction) -> tuple[str, ...]:
    return tuple(flag.word.text for flag in run.flags)
