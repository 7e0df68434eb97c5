"""Compose builds another stage than is published under the same name

## Why

A Compose file that names its image as the workflow does promises the same image. Where one of them asks for a stage by
`target` and the other takes the last, two different images have one name: what was tried on one machine is not what
others get, and which of the two a machine runs depends on whether it pulled or built last
([Docker: multi-stage builds](https://docs.docker.com/build/building/multi-stage/#stop-at-a-specific-build-stage)).

Said only where both build the same Dockerfile under the same name, and the name has the same tag. Not said of files for
development and tests.

## Bad

```dockerfile
FROM node:24-trixie-slim AS production
CMD ["node", "main.js"]

FROM production AS debug
CMD ["node", "--inspect=0.0.0.0", "main.js"]
```

```yaml file=.github/workflows/publish.yml
on: push
jobs:
  publish:
    runs-on: ubuntu-latest
    steps:
      - uses: actions/checkout@v5
      - uses: docker/build-push-action@v6
        with:
          context: .
          push: true
          target: production
          tags: ghcr.io/example/shop:latest
```

```yaml file=compose.yaml
services:
  shop:
    image: ghcr.io/example/shop:latest
    build: .
```

## Good

```dockerfile
FROM node:24-trixie-slim AS production
CMD ["node", "main.js"]

FROM production AS debug
CMD ["node", "--inspect=0.0.0.0", "main.js"]
```

```yaml file=.github/workflows/publish.yml
on: push
jobs:
  publish:
    runs-on: ubuntu-latest
    steps:
      - uses: actions/checkout@v5
      - uses: docker/build-push-action@v6
        with:
          context: .
          push: true
          target: production
          tags: ghcr.io/example/shop:latest
```

```yaml file=compose.yaml
services:
  shop:
    image: ghcr.io/example/shop:latest
    build:
      context: .
      target: production
```
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from dockwright.facts.builds import build_files, builds, dockerfile_at
from dockwright.facts.published_names import full_name, published_names
from dockwright.facts.sample_paths import is_for_development, is_sample
from dockwright.files.build import Tool
from dockwright.finding import Problem, Related, Severity
from dockwright.rules import rule_of_project

if TYPE_CHECKING:
    from collections.abc import Iterator

    from dockwright.dockerfile import Dockerfile, Stage
    from dockwright.facts.published_names import Published
    from dockwright.files.build import Build, Settings
    from dockwright.project import Project, Tree


@rule_of_project(Severity.WARNING)
def check(project: Project) -> Iterator[Problem]:
    """Yield each service that builds another stage than the workflows publish under its image's name."""
    if not build_files(project.tree):
        return
    for build in builds(project.tree):
        path = build.settings.dockerfile.path
        if build.tool is not Tool.COMPOSE_FILE or path is None or not _counts(build):
            continue
        dockerfile = dockerfile_at(project.tree, path)
        if dockerfile is not None and len(dockerfile.stages) > 1:
            problem = _judge(project.tree, dockerfile, build)
            if problem is not None:
                yield problem


def _counts(build: Build) -> bool:
    file = build.step.source.path
    return not is_sample(file) and not is_for_development(file) and "override" not in file


def _judge(tree: Tree, dockerfile: Dockerfile, build: Build) -> Problem | None:
    built = _stage(dockerfile, build.settings)
    same = list(_under_same_name(tree, dockerfile, build))
    stages = [_stage(dockerfile, each.run.settings) for each in same]
    if built is None or not same or any(stage is None or stage.index == built.index for stage in stages):
        return None
    published, first = stages[0], same[0]
    assert published is not None  # noqa: S101 - asked above
    message = (
        f"Compose builds the stage `{built.label}` of `{dockerfile.source.path}` as `{first.tag.value.shown}`; the "
        f"workflow publishes `{published.label}` under that name. Write `target: {published.label}`, or another name."
    )
    target = first.run.settings.target
    place = target.span if target is not None and target.span is not None else first.build.step
    asked = build.settings.target
    span = asked.span if asked is not None and asked.span is not None else build.step
    return Problem(span, message, causes=(place,), related=(Related(place, f"`{published.label}` is published here"),))


def _stage(dockerfile: Dockerfile, settings: Settings) -> Stage | None:
    if settings.is_open("target"):
        return None
    target = settings.target
    if target is None or not target.traced.text:
        return dockerfile.target()
    return None if target.text is None else dockerfile.target(target.text)


def _under_same_name(tree: Tree, dockerfile: Dockerfile, build: Build) -> Iterator[Published]:
    for tag in build.settings.tags:
        name = full_name(tag.name or "")
        for each in published_names(tree).get(name or "", ()):
            same = each.run.settings.dockerfile.path == dockerfile.source.path
            if same and (each.tag.tag == tag.tag or each.tag.tag is None):
                yield each
