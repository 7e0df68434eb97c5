"""A published image is always built with a cache, and nothing rebuilds it without

## Why

`RUN apt-get install` is taken from the cache as long as its text and the base image stay the same: it does not look
whether there are newer packages, and the entry never expires. So a build that imports a cache (`cache-from`, or a
builder that keeps its layers) publishes the packages of the day when they were first installed, with the holes that
have been closed since. Docker's advice is to rebuild images often, and to do so with `--no-cache --pull`
([Docker: rebuild your images often](https://docs.docker.com/build/building/best-practices/#rebuild-your-images-often),
[build cache invalidation](https://docs.docker.com/build/cache/invalidation/#run-instructions)). The cache remains
useful for all other builds.

How old packages become depends on the base image. One with a tag is looked up in each build, and everything above it is
made anew when it has changed: for Debian's official images after four weeks at most, for Alpine's after up to fifteen,
if something is pushed then. One with a digest stays for ever.

Nothing is said where a schedule publishes the image without the cache; where releases are built without one; where the
image installs no programs from its distribution; where a build argument that changes each time, `no-cache-filters` or
the sources before the installation make it anew; where what is imported has never been exported; about kaniko, which
forgets its layers after two weeks; and where a schedule starts other workflows. An image that is rebuilt elsewhere
cannot be seen from here: switch the rule off for it.

## Bad

```yaml case file=.github/workflows/image.yml
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

A workflow of its own, which builds and publishes the image every Monday without the cache, with the actions, logins,
tags, platforms and arguments of the workflow that publishes it. It is offered where all of these are plain to see: a
single job without a matrix that pushes from a branch, by docker/build-push-action. As it publishes, it is unsafe.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec import Struct

from dockwright.facts.base_refresh import refresh_of
from dockwright.facts.builds import build_files, dockerfile_at
from dockwright.facts.followed import followed
from dockwright.facts.rebuild_workflow import rebuild_workflow
from dockwright.facts.rebuilds import published_images, scheduled_otherwise, stale_packages, target_of
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


class _Stale(Struct, frozen=True):
    """An image that is always built with the cache: a run that shows it, and what it does not install anew.

    `followed` tells whether a bot replaces the base image by each new patch version.
    """

    image: Image
    publishing: Publishing
    replayed: Sequence[Replayed]
    refresh: Refresh
    followed: bool

    @property
    def certain(self) -> bool:
        """Whether all of it is known."""
        each = self.publishing
        return (each.published & each.replays).certain and not each.by_hand and not self.followed


@rule_of_project(Severity.WARNING)
def check(project: Project) -> Iterator[Problem]:
    """Yield each place that imports a cache for images which nothing rebuilds without."""
    if not build_files(project.tree):
        return
    found: dict[Span, list[_Stale]] = {}
    for image in published_images(project.tree).values():
        stale = _stale(project, image)
        if stale is not None:
            found.setdefault(stale.publishing.place, []).append(stale)
    if found and not scheduled_otherwise(project.tree):
        for span, every in found.items():
            yield _problem(project.tree, span, every)


def _stale(project: Project, image: Image) -> _Stale | None:
    """Return what is stale in an image; None if a schedule publishes it, or it is published without the cache, too."""
    if image.refreshed.possible or any(each.published.possible for each in image.scheduled):
        return None
    judged = [_judge(project, image, each) for each in _for_users(image)]
    known = [each for each in judged if each is not None]
    return max(known, key=_rank, default=None) if len(known) == len(judged) else None


def _rank(stale: _Stale) -> tuple[bool, bool]:
    """Tell how well a run shows that an image is stale."""
    return stale.certain, any(tag.tag == "latest" for tag in stale.publishing.run.settings.tags)


def _for_users(image: Image) -> Sequence[Publishing]:
    """Return the runs that make what users get: releases if there are some, else those that nobody starts by hand."""
    releases = [each for each in image.publishing if each.is_release]
    return releases or [each for each in image.publishing if not each.by_hand] or image.publishing


def _judge(project: Project, image: Image, each: Publishing) -> _Stale | None:
    """Return what a run takes from the cache although it should not; None if it is fine."""
    dockerfile = dockerfile_at(project.tree, image.path)
    stage = target_of(dockerfile, each.run) if dockerfile is not None else None
    replayed = stale_packages(project.tree, each)
    if dockerfile is None or stage is None or not replayed:
        return None
    refresh = refresh_of(dockerfile, stage, each.run.settings, project.today)
    bot = None if refresh.image is None else followed(project.tree, dockerfile, refresh.image)
    if refresh.over or (refresh.pinned and bot is not False):
        return None  # a new digest makes everything above it anew
    return _Stale(image, each, replayed, refresh, followed=refresh.single and bot is True)


def _problem(tree: Tree, span: Span, every: Sequence[_Stale]) -> Problem:
    first = max(every, key=lambda each: each.certain)
    runs = [step for each in every for step in each.replayed]
    related = [Related(step.run.span, f"`{step.shown}` is taken from the cache") for step in runs[:_MOST_SHOWN]]
    if first.refresh.pinned and first.refresh.image is not None:
        related.append(Related(first.refresh.image.span, "nothing moves this digest (`digest-without-updater`)"))
    return Problem(
        span,
        _message(first, others=len(every) - 1),
        rebuild_workflow(tree, first.image, first.publishing) if len(every) == 1 else None,
        causes=tuple(step.run.span for step in runs),
        at_most=None if first.certain else Severity.NOTICE,
        related=tuple(related),
    )


def _message(stale: _Stale, *, others: int) -> str:
    step = stale.replayed[0]
    images = f" (and of {others} more)" if others else ""
    how = "the cache" if stale.publishing.run.settings.cache_from else "the layers that its builder keeps"
    return (
        f"The published image takes `{step.shown}` of `{stale.image.path}`{images} from {how}, and no schedule builds "
        f"it without: its packages get no security updates {stale.refresh.until}. Publish a build with `no-cache` and "
        "`pull` every week or so."
    )
