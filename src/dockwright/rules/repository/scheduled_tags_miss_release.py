"""A scheduled build does not refresh the tags that releases get

## Why

A schedule runs on the default branch. What it builds is the newest commit, and docker/metadata-action gives it the
branch's name and `nightly`: `latest` and `1.2`, which people use, come only with a git tag, so that they stay as they
were on the day of the release. If the rules are for git tags alone, there is no tag at all
([docker/metadata-action: tags](https://github.com/docker/metadata-action#typeschedule)). What refreshes releases is a
scheduled build of their own commits: check out the newest git tag of each version that is supported, and publish it
under its tags again.

Nothing is said where the scheduled job checks out a ref of its own, where its tags are written out or not known, or
where there are no releases.

## Bad

```yaml case file=.github/workflows/image.yml
on:
  push: {branches: [main], tags: ["v*"]}
  schedule: [{cron: "17 4 * * 1"}]
jobs:
  image:
    runs-on: ubuntu-latest
    steps:
      - uses: docker/setup-buildx-action@v3
      - id: meta
        uses: docker/metadata-action@v5
        with:
          images: ghcr.io/example/app
          tags: |
            type=ref,event=branch
            type=semver,pattern={{version}}
      - uses: docker/build-push-action@v6
        with:
          push: true
          tags: ${{ steps.meta.outputs.tags }}
```

```dockerfile also file=Dockerfile
FROM debian:trixie-slim
RUN apt-get update && apt-get install -y --no-install-recommends nginx
```

## Good

```yaml case file=.github/workflows/image.yml
on:
  push: {branches: [main], tags: ["v*"]}
jobs:
  image:
    runs-on: ubuntu-latest
    steps:
      - uses: docker/setup-buildx-action@v3
      - id: meta
        uses: docker/metadata-action@v5
        with:
          images: ghcr.io/example/app
          tags: |
            type=ref,event=branch
            type=semver,pattern={{version}}
      - uses: docker/build-push-action@v6
        with:
          push: true
          tags: ${{ steps.meta.outputs.tags }}
```

```yaml file=.github/workflows/rebuild.yml
on:
  schedule: [{cron: "17 4 * * 1"}]
jobs:
  image:
    runs-on: ubuntu-latest
    strategy:
      matrix:
        version: ["1.2", "2.0"]
    steps:
      - uses: actions/checkout@v4
        with:
          ref: v${{ matrix.version }}
      - uses: docker/setup-buildx-action@v3
      - uses: docker/build-push-action@v6
        with:
          context: .
          push: true
          tags: ghcr.io/example/app:${{ matrix.version }}
```

```dockerfile also file=Dockerfile
FROM debian:trixie-slim
RUN apt-get update && apt-get install -y --no-install-recommends nginx
```
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from dockwright.facts.builds import build_files
from dockwright.facts.rebuilds import published_images, scheduled_otherwise, workflow_of
from dockwright.files.build import TagKind
from dockwright.finding import Problem, Related, Severity
from dockwright.rules import rule_of_project

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from dockwright.facts.rebuilds import Image, Publishing
    from dockwright.files.build import Build, Tag
    from dockwright.project import Project, Tree
    from dockwright.source import Span

_OF_RELEASES = frozenset({TagKind.SEMVER, TagKind.PEP440, TagKind.MATCH, TagKind.GIT_TAG, TagKind.LATEST})
_OF_COMMITS = frozenset({TagKind.SCHEDULE, TagKind.BRANCH, TagKind.EDGE, TagKind.SHA})
_MOVES_TO_TAG = r"git (?:checkout|switch|tag|describe)|releases/latest"
_NAMES = {
    TagKind.SCHEDULE: "`nightly`",
    TagKind.BRANCH: "the branch's name",
    TagKind.EDGE: "`edge`",
    TagKind.SHA: "the commit's hash",
}


@rule_of_project(Severity.NOTICE)
def check(project: Project) -> Iterator[Problem]:
    """Yield each scheduled build that publishes, while releases get tags that no scheduled build makes."""
    if not build_files(project.tree):
        return
    found: set[Span] = set()
    for image in published_images(project.tree).values():
        scheduled = [each for each in image.scheduled if each.published.possible]
        release = _release(image)
        if not scheduled or release is None or not all(_misses(project.tree, each) for each in scheduled):
            continue
        first = next((each for each in scheduled if each.published.certain), None)
        if first is not None and not scheduled_otherwise(project.tree):
            problem = _problem(first, release)
            if problem.span not in found:
                found.add(problem.span)
                yield problem


def _release(image: Image) -> tuple[Publishing, Tag] | None:
    """Return a run that publishes a release, and a tag that tells it from others."""
    for each in image.publishing:
        tag = next((tag for tag in each.run.settings.tags if tag.kind in _OF_RELEASES), None)
        if each.is_release and each.published.certain and tag is not None:
            return each, tag
    return None


def _misses(tree: Tree, scheduled: Publishing) -> bool:
    """Tell whether a scheduled build makes no tag that a release may have, and is not of a release."""
    settings = scheduled.run.settings
    if not settings.tags_known or not all(tag.kind in _OF_COMMITS for tag in settings.tags):
        return False
    if not settings.tags and not any(run.settings.tags for run in scheduled.build.runs):
        return False
    steps = [each.shown for each in scheduled.build.earlier]
    return not _checks_out(tree, scheduled.build) and not any(re.search(_MOVES_TO_TAG, step) for step in steps)


def _checks_out(tree: Tree, build: Build) -> bool:
    """Tell whether the job checks out a ref of its own, or does so where it cannot be seen."""
    workflow = workflow_of(tree, build)
    if build.checkout is None:
        return False
    if workflow is None or build.checkout.source is not workflow.source:
        return True
    steps = [step for job in workflow.jobs.values() for step in job.steps]
    return any("ref" in step.inputs for step in steps if step.uses is not None and step.uses.span == build.checkout)


def _problem(scheduled: Publishing, release: tuple[Publishing, Tag]) -> Problem:
    event = scheduled.run.event
    tags = scheduled.run.settings.tags
    span = next((tag.value.span for tag in tags if tag.value.span is not None), None) or scheduled.build.step
    where = release[1].value.span
    related = [Related(event.span, "this schedule publishes the image")]
    if where is not None and where != span:
        related.append(Related(where, "these tags come with releases only"))
    return Problem(span, _message(tags), causes=(event.span,), related=tuple(related))


def _message(tags: Sequence[Tag]) -> str:
    if not tags:
        return (
            "On the schedule there is no tag for the image, as all rules are for git tags: nothing is refreshed. Build "
            "the newest release on the schedule, and publish it under its tags."
        )
    names = " and ".join(dict.fromkeys(_NAMES[tag.kind] for tag in tags))
    return (
        f"The scheduled build refreshes {names} only; the tags of releases stay as old as the release, and so do the "
        "packages of those who use them. Build the newest release on the schedule as well."
    )
