"""A scheduled build publishes an image with layers of earlier builds

## Why

Images are rebuilt on a schedule so that they get what has been fixed in the meantime. But a build that imports a cache
takes `RUN apt-get install` from it as long as neither its text nor the base image has changed, on a schedule as well:
it publishes the old packages again. BuildKit looks the base image's tag up each time, so the packages are as old as the
last refresh of the base image: up to four weeks for Debian's official images, up to fifteen for Alpine's; above a
digest they stay for ever
([Docker: rebuild your images often](https://docs.docker.com/build/building/best-practices/#rebuild-your-images-often)).
The workflow that GitHub suggests for publishing images is like this.

Nothing is said where the image installs no programs from its distribution, where `no-cache-filters` or a build argument
with another value in each run (`github.run_id`, not `github.sha`) makes the installation anew, where what is imported
has never been exported, or where another schedule publishes the image without the cache.

## Bad

```yaml case file=.github/workflows/image.yml
on:
  push: {branches: [main]}
  schedule: [{cron: "17 4 * * 1"}]
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

```dockerfile also file=Dockerfile
FROM debian:trixie-slim
RUN apt-get update && apt-get install -y --no-install-recommends nginx
COPY site /var/www/html
```

## Good

```yaml case file=.github/workflows/image.yml
on:
  push: {branches: [main]}
  schedule: [{cron: "17 4 * * 1"}]
jobs:
  image:
    runs-on: ubuntu-latest
    steps:
      - uses: docker/setup-buildx-action@v3
      - uses: docker/build-push-action@v6
        with:
          push: true
          tags: ghcr.io/example/app:latest
          no-cache: ${{ github.event_name == 'schedule' }}
          pull: ${{ github.event_name == 'schedule' }}
          cache-from: type=gha
          cache-to: type=gha,mode=max
```

```dockerfile also file=Dockerfile
FROM debian:trixie-slim
RUN apt-get update && apt-get install -y --no-install-recommends nginx
COPY site /var/www/html
```

## Fix

`no-cache` and `pull` are set for schedules, in the style of the inputs around them; `cache` of docker/github-builder is
switched off for them, and the commands of Docker, Podman and Buildah get the options. Builds for other events stay as
they are. As scheduled builds then take longer, the fix is unsafe.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from msgspec import Struct

from dockwright.facts.base_refresh import refresh_of
from dockwright.facts.builds import build_files, dockerfile_at
from dockwright.facts.fresh_builds import fresh_on_schedule
from dockwright.facts.rebuilds import published_images, stale_packages, target_of
from dockwright.files.build import Tool
from dockwright.finding import Problem, Related, Severity
from dockwright.rules import rule_of_project

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from dockwright.facts.base_refresh import Refresh
    from dockwright.facts.rebuilds import Image, Publishing
    from dockwright.facts.replayed_packages import Replayed
    from dockwright.project import Project, Tree
    from dockwright.source import Span

_MOST_SHOWN = 3
_EVERY_MONTH = r"\S+\s+\S+\s+\d\S*\s+\S+\s+\*"
"""A schedule for days of the month: GitHub drops a cache that was not used for a week."""


class _Stale(Struct, frozen=True):
    """A scheduled run, and what it does not install anew."""

    path: str
    publishing: Publishing
    replayed: Sequence[Replayed]
    refresh: Refresh

    @property
    def certain(self) -> bool:
        """Whether all of it is known."""
        each = self.publishing
        forgotten = re.fullmatch(_EVERY_MONTH, each.run.event.cron or "") is not None and any(
            cache.backend == "gha" for cache in each.run.settings.cache_from
        )
        return (each.published & each.replays).certain and self.replayed[0].certain and not forgotten


@rule_of_project(Severity.WARNING)
def check(project: Project) -> Iterator[Problem]:
    """Yield each place that imports a cache for a scheduled build which publishes an image."""
    if not build_files(project.tree):
        return
    found: dict[Span, list[_Stale]] = {}
    for image in published_images(project.tree).values():
        for stale in _stale(project, image):
            every = found.setdefault(stale.publishing.place, [])
            if all(each.path != stale.path for each in every):
                every.append(stale)
    for span, every in found.items():
        yield _problem(project.tree, span, every)


def _stale(project: Project, image: Image) -> Iterator[_Stale]:
    """Yield the scheduled runs that publish an image with old packages; none if another one does it without."""
    dockerfile = dockerfile_at(project.tree, image.path)
    scheduled = [each for each in image.scheduled if each.published.possible]
    if dockerfile is None or any((each.published & ~each.replays).certain for each in scheduled):
        return
    for each in sorted(scheduled, key=lambda each: not each.published.certain):
        replayed = stale_packages(project.tree, each)
        stage = target_of(dockerfile, each.run)
        if replayed and stage is not None:
            refresh = refresh_of(dockerfile, stage, each.run.settings, project.today)
            if not refresh.over:
                yield _Stale(image.path, each, replayed, refresh)


def _problem(tree: Tree, span: Span, every: Sequence[_Stale]) -> Problem:
    first = max(every, key=lambda each: each.certain)
    event = first.publishing.run.event
    runs = list(dict.fromkeys(step.run.span for each in every for step in each.replayed))
    shown = [Related(run, "this is taken from the cache") for run in runs[:_MOST_SHOWN]]
    return Problem(
        span,
        _message(first, others=len(every) - 1),
        fresh_on_schedule(tree, first.publishing.build),
        causes=(event.span, *runs),
        at_most=None if first.certain else Severity.NOTICE,
        related=(Related(event.span, "this schedule is to rebuild the image"), *shown),
    )


def _message(stale: _Stale, *, others: int) -> str:
    step = stale.replayed[0]
    images = f" (and of {others} more)" if others else ""
    settings = stale.publishing.run.settings
    how = "the cache" if settings.cache_from else "the layers that its builder keeps"
    remedy = "`no-cache` and `pull`"
    if stale.publishing.build.tool is Tool.GITHUB_BUILDER:
        remedy = "`cache: false`"
    return (
        f"The scheduled build takes `{step.shown}` of `{stale.path}`{images} from {how}, and publishes the same "
        f"packages again {stale.refresh.until}. Build with {remedy} on schedules."
    )
