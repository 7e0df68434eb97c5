"""A stage's name has capital letters

## Why

BuildKit keeps the names of stages in lower case. `COPY --from=` and `--target` find a stage in any case, but `FROM`
does not: `FROM Base` after `AS Base` looks for an image of that name and fails. A name that is written as it is kept
works everywhere ([Docker: StageNameCasing](https://docs.docker.com/reference/build-checks/stage-name-casing/)).

## Bad

```dockerfile
FROM golang:1.26 AS Build
```

## Good

```dockerfile
FROM golang:1.26 AS build
```

## Fix

Writes the name in lower case. Nothing else has to change: whatever finds the stage now, finds it then.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from dockwright.finding import Applicability, Fix, Problem, Severity
from dockwright.rules import rule
from dockwright.source import Edit

if TYPE_CHECKING:
    from collections.abc import Iterator

    from dockwright.dockerfile import Dockerfile


@rule(Severity.NOTICE, aliases=("buildkit:StageNameCasing",))
def check(dockerfile: Dockerfile) -> Iterator[Problem]:
    """Yield each name that is not in lower case."""
    for stage in dockerfile.stages:
        word = stage.name_word.exact if stage.name_word is not None else None
        if word is not None and stage.name is not None and word.text != stage.name:
            message = (
                f"The stage is kept as `{stage.name}`: `FROM {word.text}` will not find it. Write the name in lower "
                "case."
            )
            fix = Fix("Write the name in lower case", (Edit(word, stage.name),), Applicability.SAFE)
            yield Problem(word, message, fix)
