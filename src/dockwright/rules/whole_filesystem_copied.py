"""The whole file system of a stage is copied over another

## Why

`COPY --from=builder / /` brings all that the stage had, its caches, its secrets and its own system, and mixes it with
the base image's: files of both, of different versions, whose package database knows only half of them. Copy what the
image needs. To leave layers behind, copy everything into an empty stage (`FROM scratch`), of which nothing is said.

Some images are made to be laid over others: a few files upon nothing. So this is told only where the other one is known
to hold a system: an image of a distribution or a language, or a stage in which something has been run; and the same is
known of the one that is here.

## Bad

```dockerfile
FROM debian:trixie-slim AS builder
RUN make-it
FROM debian:trixie-slim
COPY --from=builder / /
```

## Good

```dockerfile
FROM debian:trixie-slim AS builder
RUN make-it
FROM debian:trixie-slim
COPY --from=builder /opt/app /opt/app
```
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from dockwright.facts.bases import base_of, family_of
from dockwright.finding import Problem, Severity
from dockwright.rules import rule

if TYPE_CHECKING:
    from collections.abc import Iterator

    from dockwright.dockerfile import Dockerfile, Instruction, Stage
    from dockwright.image import ImageUse

_MESSAGE = (
    "This mixes the whole system of another stage with the one that is here. Copy the files that are needed, or start "
    "from `scratch`."
)
_ROOT = frozenset(("/", "/.", "/./", "//"))


@rule(Severity.WARNING, aliases=("hadolint:DL3067",), instructions=("COPY",), words=("--from",))
def check(dockerfile: Dockerfile) -> Iterator[Problem]:
    """Yield each `COPY` from root to root, but into an empty stage."""
    for stage in dockerfile.stages:
        for copy in dockerfile.instructions("COPY", stage=stage):
            if copy.flag("from") is None or not _is_whole(dockerfile, copy):
                continue
            if _is_system(dockerfile, stage, before=copy.index) and _has_system(dockerfile, copy):
                yield Problem(copy.arguments.span or copy.span, _MESSAGE)


def _has_system(dockerfile: Dockerfile, copy: Instruction) -> bool:
    """Tell whether what is copied is known to be more than a few files."""
    flag = copy.flag("from")
    name = "" if flag is None or flag.value is None else flag.value.text
    stage = dockerfile.target(name)
    if stage is not None:
        return _is_system(dockerfile, stage, before=copy.index)
    return _is_known(next((use for use in dockerfile.images if use.word.text == name), None))


def _is_system(dockerfile: Dockerfile, stage: Stage, *, before: int) -> bool:
    levels = dockerfile.lineage(stage)
    ran = any(each.name == "RUN" and each.index < before for level in levels for each in level.instructions)
    return (ran and not levels[-1].scratch) or _is_known(levels[-1].image)


def _is_known(image: ImageUse | None) -> bool:
    reference = None if image is None else image.reference
    return reference is not None and (base_of(reference) is not None or family_of(reference) is not None)


def _is_whole(dockerfile: Dockerfile, copy: Instruction) -> bool:
    words = [dockerfile.expand(copy, word) for word in copy.words]
    paths = ["" if word is None else word.text for word in words]
    return len(paths) > 1 and paths[-1] in _ROOT and not _ROOT.isdisjoint(paths[:-1]) and copy.flag("exclude") is None
