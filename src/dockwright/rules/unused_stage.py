"""A stage without a name that nothing is taken from

## Why

Only the last `FROM` decides what the image is built upon; the stages before it are there for files to be taken from,
by `COPY --from`. A stage that nothing refers to, and that has no name for `--target`, is work for nobody: BuildKit
leaves it out without a word, so that what its commands install is missing from the image. Often two images were meant
to be put together, which several `FROM`s do not do
([Docker: multi-stage builds](https://docs.docker.com/build/building/multi-stage/)).

Nothing is said of stages with a name, which somebody may build by `--target`, of stages that a build asks for by their
number, and where it cannot be known which stage is meant.

## Bad

```dockerfile
FROM node:24-slim
RUN npm install --global yarn

FROM python:3.14-slim
COPY . /app
CMD ["python", "/app/main.py"]
```

## Good

```dockerfile
FROM node:24-slim AS assets
COPY . /app
RUN npm --prefix /app run build

FROM python:3.14-slim
COPY --from=assets /app /app
CMD ["python", "/app/main.py"]
```
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from dockwright.facts.builds import builds_of
from dockwright.facts.built_targets import MOST_STAGES
from dockwright.finding import Problem, Severity
from dockwright.rules import rule_in_context

if TYPE_CHECKING:
    from collections.abc import Iterator

    from dockwright.dockerfile import Dockerfile, Stage
    from dockwright.project import Project

_MESSAGE = (
    "Nothing is taken from this stage, and it has no name to be built by, so that its {what} no part of the image. "
    "Only the last `FROM` counts: take files over with `COPY --from`, or delete the stage."
)


@rule_in_context(Severity.WARNING)
def check(dockerfile: Dockerfile, project: Project) -> Iterator[Problem]:
    """Yield each stage that is neither named nor needed."""
    if not 1 < len(dockerfile.stages) <= MOST_STAGES or all(stage.name for stage in dockerfile.stages[:-1]):
        return
    if dockerfile.errors or _is_open(dockerfile) or _is_built_by_number(dockerfile, project):
        return
    needed: set[int] = set()
    for stage in reversed(dockerfile.stages):
        if stage.index in needed or stage.name is not None or stage is dockerfile.stages[-1]:
            needed |= dockerfile.needed(stage)
        else:
            yield Problem(stage.start.span, _MESSAGE.format(what=_contents(stage)))


def _contents(stage: Stage) -> str:
    return "commands are" if stage.instructions else "files are"


def _is_open(dockerfile: Dockerfile) -> bool:
    """Tell whether some reference may be to any stage."""
    flags = [each.flag("from") for each in dockerfile.instructions("COPY", "ADD", triggers=True)]
    mounts = [
        mount.options.get("from") for run in dockerfile.instructions("RUN", triggers=True) for mount in run.mounts
    ]
    words = [flag.value for flag in flags if flag is not None]
    return any(word is not None and "$" in word.text for word in [*words, *mounts])


def _is_built_by_number(dockerfile: Dockerfile, project: Project) -> bool:
    """Tell whether a build may ask for a stage by its number."""
    if project.target is not None and project.target.isdecimal():
        return True
    targets = [build.settings for build in builds_of(project.tree, dockerfile.source.path)]
    return any(
        each.is_open("target") or (each.target is not None and (each.target.text or "0").isdecimal())
        for each in targets
    )
