"""A cache mount is empty in every run

## Why

What `--mount=type=cache` keeps stays in the builder. `cache-to` exports layers only, so on machines that are new for
each run the mount is always empty, and a compiler that relies on it begins with nothing
([Docker: cache mounts in GitHub Actions](https://docs.docker.com/build/ci/github-actions/cache/#cache-mounts)). An
action such as `reproducible-containers/buildkit-cache-dance` carries it from run to run.

The mount does no harm, and helps on everybody's own machine: the rule is off by default. It tells of a `RUN` that all
known builds make anew after each change of the sources.

## Bad

```dockerfile
FROM golang:1.27-trixie AS build
WORKDIR /src
COPY . .
RUN --mount=type=cache,target=/root/.cache/go-build go build -o /app .

FROM scratch
COPY --from=build /app /app
```

```yaml file=.github/workflows/image.yml
on: {push: {branches: [main]}}
jobs:
  image:
    runs-on: ubuntu-latest
    steps:
      - uses: docker/setup-buildx-action@v3
      - uses: docker/build-push-action@v6
        with:
          push: true
          tags: ghcr.io/example/app:latest
          cache-from: type=gha
          cache-to: type=gha,mode=max
```

## Good

```dockerfile
FROM golang:1.27-trixie AS build
WORKDIR /src
COPY . .
RUN --mount=type=cache,target=/root/.cache/go-build go build -o /app .

FROM scratch
COPY --from=build /app /app
```

```yaml file=.github/workflows/image.yml
on: {push: {branches: [main]}}
jobs:
  image:
    runs-on: ubuntu-latest
    steps:
      - uses: docker/setup-buildx-action@v3
      - uses: actions/cache@v4
        id: cache
        with:
          path: go-build
          key: go-build-${{ github.sha }}
          restore-keys: go-build-
      - uses: reproducible-containers/buildkit-cache-dance@v3
        with:
          cache-map: '{"go-build": "/root/.cache/go-build"}'
          skip-extraction: ${{ steps.cache.outputs.cache-hit }}
      - uses: docker/build-push-action@v6
        with:
          push: true
          tags: ghcr.io/example/app:latest
          cache-from: type=gha
          cache-to: type=gha,mode=max
```
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from dockwright.facts.builds import builds_of
from dockwright.facts.expensive_steps import split_by_sources
from dockwright.finding import Problem, Related, Severity
from dockwright.rules import rule_in_context

if TYPE_CHECKING:
    from collections.abc import Iterator

    from dockwright.dockerfile import Dockerfile
    from dockwright.files.build import Build
    from dockwright.project import Project

_DANCE = r"cache-dance|cache-mount|buildkit-cache"


@rule_in_context(Severity.NOTICE, enabled=False)
def check(dockerfile: Dockerfile, project: Project) -> Iterator[Problem]:
    """Yield the first cache mount that is empty whenever a workflow builds the file."""
    if not any(mount.type == "cache" for run in dockerfile.instructions("RUN") for mount in run.mounts):
        return
    found = [build for build in builds_of(project.tree, dockerfile.source.path) if build.runs]
    target = dockerfile.target(project.target)
    if not found or target is None or not all(_begins_empty(build) for build in found):
        return
    _, below = split_by_sources(dockerfile, target)
    for step in below:
        mount = next((each for each in step.run.mounts if each.type == "cache"), None)
        if mount is not None:
            message = (
                f"This cache is empty in every run of the workflows that build the file, as no export holds it: "
                f"`{step.shown}` begins with nothing. Carry it from run to run with an action, or keep a builder."
            )
            related = (Related(found[0].step, "built here, on a new machine"),)
            yield Problem(mount.flag.word.span or step.run.span, message, related=related)
            return


def _begins_empty(build: Build) -> bool:
    if build.runner is None or not build.runner.hosted.certain or build.builder.keeps_layers.possible:
        return False
    return not any(re.search(_DANCE, value.traced.text) for value in build.earlier)
