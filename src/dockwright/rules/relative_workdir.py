"""The first `WORKDIR` of a stage is relative

## Why

It is relative to whatever the base image has, which this file does not show, and which may change with the next version
of that image: then the files lie somewhere else, and paths in scripts and mounts no longer fit. An absolute path means
the same on every base ([Docker: WorkdirRelativePath](https://docs.docker.com/reference/build-checks/workdir-relative-path/)).

Later ones may be relative to the first. A path in a variable that has no value here is left alone.

## Bad

```dockerfile
FROM nginx:1.30
WORKDIR usr/share/nginx/html
```

## Good

```dockerfile
FROM nginx:1.30
WORKDIR /usr/share/nginx/html
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

_ABSOLUTE = re.compile(r"[/\\]|[A-Za-z]:")
_MESSAGE = "This is relative to the base image's own directory, which this file does not show. Write an absolute path."


@rule(Severity.WARNING, aliases=("buildkit:WorkdirRelativePath", "hadolint:DL3000"), instructions=("WORKDIR",))
def check(dockerfile: Dockerfile) -> Iterator[Problem]:
    """Yield each relative WORKDIR that no absolute one stands above."""
    fixed: set[int] = set()
    for stage in dockerfile.stages:
        if stage.parent in fixed or stage.scratch:
            fixed.add(stage.index)
        elif (problem := _first(dockerfile, stage, fixed)) is not None:
            yield problem


def _first(dockerfile: Dockerfile, stage: Stage, fixed: set[int]) -> Problem | None:
    """Look at the first WORKDIR alone: it decides what the others are relative to."""
    for instruction in dockerfile.instructions("WORKDIR", stage=stage):
        fixed.add(stage.index)
        path = dockerfile.expand(instruction, instruction.arguments)
        place = instruction.arguments.span
        if path is None or not path.text or place is None or _ABSOLUTE.match(path.text.lstrip("\"'")):
            return None
        return Problem(place, _MESSAGE)
    return None
