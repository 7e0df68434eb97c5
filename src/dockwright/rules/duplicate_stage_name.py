"""Two stages have the same name

## Why

BuildKit takes the name without a word and means the last stage of that name, in `COPY --from=` and `--target` alike;
`FROM` means the last one above it. The earlier stage can no longer be reached where it is meant. Capital letters make
no difference ([Docker: DuplicateStageName](https://docs.docker.com/reference/build-checks/duplicate-stage-name/)).

## Bad

```dockerfile
FROM golang:1.26 AS build
FROM node:24-slim AS build
```

## Good

```dockerfile
FROM golang:1.26 AS build-server
FROM node:24-slim AS build-pages
```
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from dockwright.finding import Problem, Severity
from dockwright.rules import rule

if TYPE_CHECKING:
    from collections.abc import Iterator

    from dockwright.dockerfile import Dockerfile
    from dockwright.source import Span


@rule(Severity.ERROR, aliases=("buildkit:DuplicateStageName", "hadolint:DL3024"))
def check(dockerfile: Dockerfile) -> Iterator[Problem]:
    """Yield each name that an earlier stage has, too."""
    first: dict[str, Span] = {}
    for stage in dockerfile.stages:
        place = stage.name_word.span if stage.name_word is not None else None
        if stage.name is None or place is None:
            continue
        if stage.name in first:
            before = first[stage.name]
            message = (
                f"The stage in line {before.first.line} is called `{stage.name}`, too; the name now means this one. "
                "Rename one of them."
            )
            yield Problem(place, message, causes=(before,))
        first.setdefault(stage.name, place)
