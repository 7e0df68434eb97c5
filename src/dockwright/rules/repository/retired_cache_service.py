"""A pinned buildx or BuildKit is too old for GitHub's cache

## Why

GitHub shut down the first version of its cache service on 2025-04-15. A cache of `type=gha` needs buildx 0.21 and
BuildKit 0.20 since then ([Docker: cache backend API](https://docs.docker.com/build/ci/github-actions/cache/#cache-backend-api)).
The actions fetch the newest of both, unless `version` or `driver-opts` of docker/setup-buildx-action names an older
one. Then nothing is imported, and the export fails the build.

Only jobs on GitHub's own runners are looked at: GitHub Enterprise Server has a cache service of its own.

## Bad

```yaml case file=.github/workflows/image.yml
on: push
jobs:
  image:
    runs-on: ubuntu-latest
    steps:
      - uses: docker/setup-buildx-action@v3
        with:
          version: v0.12.0
      - uses: docker/build-push-action@v6
        with:
          cache-from: type=gha
          cache-to: type=gha,mode=max
```

```dockerfile also file=Dockerfile
FROM debian:trixie-slim
```

## Good

```yaml case file=.github/workflows/image.yml
on: push
jobs:
  image:
    runs-on: ubuntu-latest
    steps:
      - uses: docker/setup-buildx-action@v3
      - uses: docker/build-push-action@v6
        with:
          cache-from: type=gha
          cache-to: type=gha,mode=max
```

```dockerfile also file=Dockerfile
FROM debian:trixie-slim
```
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from dockwright.facts.builds import builds, repository
from dockwright.finding import Problem, Related, Severity
from dockwright.rules import rule_of_project

if TYPE_CHECKING:
    from collections.abc import Iterator

    from dockwright.files.build import Build, Cache
    from dockwright.files.workflow.model import Step, Text
    from dockwright.project import Project, Tree

_BUILDX = (0, 21)
_BUILDKIT = (0, 20)
_VERSION = r"v?(\d{1,4})\.(\d{1,4})(?:\.\d{1,4})?"
_IMAGE = rf"\bimage=(?:docker\.io/)?moby/buildkit:({_VERSION})(?:-rootless)?\b"


@rule_of_project(Severity.ERROR)
def check(project: Project) -> Iterator[Problem]:
    """Yield each setup of a builder that is too old for the cache that a build on it uses."""
    seen: set[tuple[str, int]] = set()
    for build in builds(project.tree):
        cache = _gha(build)
        if cache is None or build.builder.setup is None or build.runner is None or not build.runner.hosted.certain:
            continue
        step = _step(project.tree, build)
        found = None if step is None else _too_old(step)
        if found is not None and (found[0].span.source.path, found[0].span.start) not in seen:
            seen.add((found[0].span.source.path, found[0].span.start))
            yield _problem(build, found, cache)


def _gha(build: Build) -> Cache | None:
    """Return an entry of the build for GitHub's cache, an export before an import."""
    entries = (*build.settings.cache_to, *build.settings.cache_from)
    return next((each for each in entries if each.backend == "gha"), None)


def _step(tree: Tree, build: Build) -> Step | None:
    """Return the step that sets up the builder, if it stands in a workflow."""
    for workflow in repository(tree).workflows:
        if build.builder.setup is None or workflow.source.path != build.builder.setup.source.path:
            continue
        for job in workflow.jobs.values():
            for step in job.steps:
                if step.uses is not None and step.uses.span == build.builder.setup:
                    return step
    return None


def _too_old(step: Step) -> tuple[Text, str, str] | None:
    """Return the input that names a version that is too old, the version, and the oldest that is not."""
    version = step.inputs.get("version")
    match = re.fullmatch(_VERSION, version.text.strip()) if version is not None else None
    if version is not None and match is not None and (int(match[1]), int(match[2])) < _BUILDX:
        return version, f"buildx {match[0]}", "0.21"
    options = step.inputs.get("driver-opts")
    found = re.search(_IMAGE, options.text) if options is not None else None
    if options is not None and found is not None and (int(found[2]), int(found[3])) < _BUILDKIT:
        return options, f"BuildKit {found[1]}", "0.20"
    return None


def _problem(build: Build, found: tuple[Text, str, str], cache: Cache) -> Problem:
    text, version, needed = found
    exports = any(each is cache for each in build.settings.cache_to)
    tolerated = cache.options.get("ignore-error")
    fails = exports and tolerated is None
    effect = "and the export fails the build" if fails else "so every build starts from nothing"
    message = (
        f"{version} does not know GitHub's present cache service (the former was shut down on 2025-04-15): nothing is "
        f"imported from `type=gha`, {effect}. Use {needed} or newer, or leave the version to the action."
    )
    place = cache.value.span or build.step
    related = (Related(place, "the cache is used here"),)
    return Problem(text.span, message, None, (place,), None if fails else Severity.WARNING, related)
