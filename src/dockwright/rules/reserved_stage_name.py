"""A stage is called `scratch` or `context`

## Why

`scratch` is the empty image, and `context` is what BuildKit calls the files that it is given. A stage of that name
hides nothing or everything, depending on who reads it: `FROM scratch` stays empty, `COPY --from=scratch` takes the
stage ([Docker: ReservedStageName](https://docs.docker.com/reference/build-checks/reserved-stage-name/)).

## Bad

```dockerfile
FROM alpine:3.24 AS scratch
```

## Good

```dockerfile
FROM alpine:3.24 AS files
```
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from dockwright.finding import Problem, Severity
from dockwright.rules import rule

if TYPE_CHECKING:
    from collections.abc import Iterator

    from dockwright.dockerfile import Dockerfile

_RESERVED = {"scratch": "the empty image", "context": "the files that the build is given"}


@rule(Severity.WARNING, aliases=("buildkit:ReservedStageName", "hadolint:DL3063"))
def check(dockerfile: Dockerfile) -> Iterator[Problem]:
    """Yield each stage whose name means something else."""
    for stage in dockerfile.stages:
        word = stage.name_word
        if stage.name in _RESERVED and word is not None and word.span is not None:
            message = f"`{stage.name}` is BuildKit's name for {_RESERVED[stage.name]}. Give the stage another name."
            yield Problem(word.span, message)
