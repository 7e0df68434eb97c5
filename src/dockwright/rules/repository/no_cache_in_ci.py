"""Every pull request builds the image from nothing

## Why

A machine of GitHub's begins each run with an empty cache. Without `cache-from` and `cache-to`, all that the image
installs and compiles is fetched and made again for each push to a pull request, though only the sources have changed
([Docker: cache management with GitHub Actions](https://docs.docker.com/build/ci/github-actions/cache/)).

Only builds are looked at that nobody publishes: an image that is published is better made without a cache, which could
bring old packages into it. The rule is off by default, since some prefer slow builds to another thing that can break.

## Bad

```yaml case file=.github/workflows/test.yml
on: [pull_request]
jobs:
  image:
    runs-on: ubuntu-latest
    steps:
      - uses: docker/setup-buildx-action@v3
      - uses: docker/build-push-action@v6
        with:
          load: true
          tags: app:test
```

```dockerfile also file=Dockerfile
FROM node:24-trixie-slim
WORKDIR /app
COPY package.json package-lock.json ./
RUN npm ci
COPY . .
```

## Good

```yaml case file=.github/workflows/test.yml
on: [pull_request]
jobs:
  image:
    runs-on: ubuntu-latest
    steps:
      - uses: docker/setup-buildx-action@v3
      - uses: docker/build-push-action@v6
        with:
          load: true
          tags: app:test
          cache-from: type=gha
          cache-to: type=gha,mode=max
```

```dockerfile also file=Dockerfile
FROM node:24-trixie-slim
WORKDIR /app
COPY package.json package-lock.json ./
RUN npm ci
COPY . .
```
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from dockwright.facts.builds import builds, dockerfile_at
from dockwright.facts.expensive_steps import split_by_sources
from dockwright.files.value import Truth
from dockwright.finding import Problem, Related, Severity
from dockwright.rules import rule_of_project

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from dockwright.facts.expensive_steps import Step
    from dockwright.files.build import Build
    from dockwright.project import Project, Tree
    from dockwright.source import Span

_MOST_SHOWN = 3
_SCANNERS = r"\b(?:trivy|grype|snyk|scout|clair|anchore|dockle|sysdig|wizcli)\b"


@rule_of_project(Severity.NOTICE, enabled=False)
def check(project: Project) -> Iterator[Problem]:
    """Yield each build of pull requests that begins from nothing, and repeats what does not need the sources."""
    said: set[Span] = set()
    built: set[tuple[str | None, str | None, str | None]] = set()
    for build in builds(project.tree):
        place = (build.workflow, build.job, build.settings.dockerfile.path)
        # A job's first build leaves its layers to those that follow.
        if build.step in said or place in built or not _starts_from_nothing(build) or _only_looks(build):
            continue
        steps = _spared(project.tree, build)
        if steps:
            said.add(build.step)
            built.add(place)
            more = f" and {len(steps) - 1} more" if len(steps) > 1 else ""
            message = (
                f"Each run for a pull request builds this image from nothing: `{steps[0].shown}`{more} could come from "
                "a cache. Import and export one, for example `type=gha` with `mode=max`."
            )
            related = tuple(Related(each.run.span, "made anew each time") for each in steps[:_MOST_SHOWN])
            yield Problem(build.step, message, causes=tuple(each.run.span for each in steps), related=related)


def _starts_from_nothing(build: Build) -> bool:
    if not build.tool.buildkit or build.runner is None or not build.runner.hosted.certain:
        return False
    if build.builder.keeps_layers.possible or build.published.possible:
        return False
    asked = [run for run in build.on("pull_request") if run.condition.certain]
    return any(
        run.settings.imports_cache is Truth.FALSE and run.settings.no_cache.state is Truth.FALSE for run in asked
    )


def _only_looks(build: Build) -> bool:
    """Tell whether the Dockerfile is only checked, or the image is scanned, which is better done on fresh layers."""
    texts = [value.traced.text for value in build.later]
    text = build.step.text
    return "--check" in text or "--print" in text or any(re.search(_SCANNERS, each) for each in texts)


def _spared(tree: Tree, build: Build) -> Sequence[Step]:
    """Return the steps that a cache would spare."""
    settings = build.settings
    dockerfile = dockerfile_at(tree, settings.dockerfile.path) if settings.dockerfile.path is not None else None
    if dockerfile is None or (settings.target is not None and settings.target.text is None):
        return ()
    target = dockerfile.target(None if settings.target is None else settings.target.text)
    if target is None:
        return ()
    above, _ = split_by_sources(dockerfile, target)
    return [step for step in above if not step.light]
