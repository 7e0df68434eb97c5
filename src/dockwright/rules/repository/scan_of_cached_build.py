"""A scheduled scan looks at layers from the cache

## Why

A scheduled scan asks what is wrong with the image by now. If the job builds the image for it and takes layers from the
cache, the scanner sees packages of the day on which those layers were made, which are neither those of the published
image nor those that a build would install today. It may warn of what a rebuild has mended long ago, and the list
changes with what the cache happens to hold
([Docker: build cache invalidation](https://docs.docker.com/build/cache/invalidation/)).

Scan the published image by its name or digest, or build without the cache when a schedule starts the job. Nothing is
said where a schedule publishes the image, too, or the layers hold no packages.

## Bad

```dockerfile
FROM debian:trixie-slim
RUN apt-get update && apt-get install -y --no-install-recommends curl && rm -rf /var/lib/apt/lists/*
COPY shop /shop
CMD ["/shop"]
```

```yaml file=.github/workflows/scan.yml
on:
  schedule:
    - cron: "0 4 * * 1"
jobs:
  scan:
    runs-on: ubuntu-latest
    steps:
      - uses: actions/checkout@v5
      - uses: docker/setup-buildx-action@v3
      - uses: docker/build-push-action@v6
        with:
          context: .
          load: true
          tags: shop:scan
          cache-from: type=gha
          cache-to: type=gha,mode=max
      - uses: aquasecurity/trivy-action@0.33.1
        with:
          image-ref: shop:scan
```

## Good

```dockerfile
FROM debian:trixie-slim
RUN apt-get update && apt-get install -y --no-install-recommends curl && rm -rf /var/lib/apt/lists/*
COPY shop /shop
CMD ["/shop"]
```

```yaml file=.github/workflows/scan.yml
on:
  schedule:
    - cron: "0 4 * * 1"
jobs:
  scan:
    runs-on: ubuntu-latest
    steps:
      - uses: aquasecurity/trivy-action@0.33.1
        with:
          image-ref: ghcr.io/example/shop:latest
```
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from dockwright.facts.builds import build_files, builds, builds_of, dockerfile_at
from dockwright.facts.replays import replays
from dockwright.finding import Problem, Related, Severity
from dockwright.rules import rule_of_project

if TYPE_CHECKING:
    from collections.abc import Iterator

    from dockwright.files.build import Build, Run
    from dockwright.project import Project, Tree
    from dockwright.source import Span

_SCANNER = (
    r"(?i)aquasecurity/trivy-action|anchore/scan-action|docker/scout-action|snyk/actions/docker|azure/container-scan"
    r"|\btrivy image\b|\bgrype [\w$]|\bdocker scout (?:cves|quickview)|\bsnyk container test"
)


@rule_of_project(Severity.NOTICE)
def check(project: Project) -> Iterator[Problem]:
    """Yield each scheduled build that uses the cache, publishes nothing, and is scanned."""
    if not build_files(project.tree):
        return
    seen: set[tuple[str, int]] = set()
    for build in builds(project.tree):
        scanner = next((step.span for step in build.later if re.search(_SCANNER, step.shown) and step.span), None)
        path = build.settings.dockerfile.path
        key = (build.step.source.path, build.step.start)
        if scanner is None or path is None or key in seen or dockerfile_at(project.tree, path) is None:
            continue
        if _is_published(project.tree, path):
            continue
        for run in build.on("schedule"):
            if run.condition.certain and not run.published.possible and replays(project.tree, build, run).certain:
                seen.add(key)
                yield _problem(build, run, scanner)
                break


def _is_published(tree: Tree, path: str) -> bool:
    """Tell whether a schedule may publish the image by another build, which has the same layers from the cache."""
    runs = (run for build in builds_of(tree, path) for run in build.on("schedule"))
    return any(run.published.possible for run in runs)


def _problem(build: Build, run: Run, scanner: Span) -> Problem:
    cache = next((each.value.span for each in run.settings.cache_from if each.value.span is not None), None)
    message = (
        f"For {run.event.described} the scanner looks at a build with layers from the cache: its packages are neither "
        f"those of the published image nor those of today. Scan the published image, or build without the cache then."
    )
    related = (Related(scanner, "the build is scanned here"), Related(run.event.span, "this schedule starts it"))
    return Problem(cache or build.step, message, causes=(run.event.span, scanner), related=related)
