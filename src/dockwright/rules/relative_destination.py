"""Files are copied to a relative path, and no `WORKDIR` says where that is

## Why

Without a `WORKDIR` in this file, the path is relative to the one of the base image: `/` in most, something else in
some, and another one when that image changes. The files may land in the root of the file system, or where the next
instruction does not look for them.

`scratch`, whose directory is `/`, and destinations in variables without a value are left alone.

Off by default: the base image often has a `WORKDIR` that is meant to be used, and in most other files that were looked
at nothing suffers from what lies in `/`.

## Bad

```dockerfile
FROM node:24-slim
COPY server.js .
```

## Good

```dockerfile
FROM node:24-slim
WORKDIR /app
COPY server.js .
```
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from dockwright.finding import Problem, Severity
from dockwright.rules import rule

if TYPE_CHECKING:
    from collections.abc import Iterator

    from dockwright.dockerfile import Dockerfile, Stage

_ABSOLUTE = re.compile(r"[\"']?(?:[/\\]|[A-Za-z]:)")
_SOURCE_AND_DESTINATION = 2
_MESSAGE = (
    "No `WORKDIR` stands above, so this is relative to the base image's directory, which may be `/` and may change. "
    "Write `WORKDIR` first, or an absolute path."
)


@rule(Severity.NOTICE, enabled=False, aliases=("hadolint:DL3045",), instructions=("COPY", "ADD"))
def check(dockerfile: Dockerfile) -> Iterator[Problem]:
    """Yield each relative destination of a stage without WORKDIR."""
    placed: set[int] = set()
    for stage in dockerfile.stages:
        if stage.parent in placed or stage.scratch:
            placed.add(stage.index)
        yield from _of(dockerfile, stage, placed)


def _of(dockerfile: Dockerfile, stage: Stage, placed: set[int]) -> Iterator[Problem]:
    for instruction in dockerfile.instructions("COPY", "ADD", "WORKDIR", stage=stage):
        if instruction.name == "WORKDIR":
            placed.add(stage.index)
        elif stage.index not in placed and len(instruction.words) >= _SOURCE_AND_DESTINATION:
            word = instruction.words[-1]
            path = dockerfile.expand(instruction, word)
            if path is not None and path.text and not _ABSOLUTE.match(path.text) and word.span is not None:
                yield Problem(word.span, _MESSAGE)
