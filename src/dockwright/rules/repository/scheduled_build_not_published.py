"""A scheduled build makes an image and does not publish it

## Why

A schedule that builds an image does so mostly to publish it with what has been fixed in the meantime. With
`push: ${{ github.event_name == 'push' }}` it is built, and thrown away: the registry keeps the old one, while a green
check mark every week says otherwise
([Docker: rebuild your images often](https://docs.docker.com/build/building/best-practices/#rebuild-your-images-often)).

It is a warning where the workflow shows that publishing was meant: the cache is left out, or a tag is made, for
schedules. Otherwise it is a notice, for the schedule may only be there to see whether the image still builds. Nothing
is said where the image is scanned, tested or handed on afterwards, where only releases are published, or where another
schedule publishes the image.

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
          push: ${{ github.event_name == 'push' }}
          no-cache: ${{ github.event_name == 'schedule' }}
          tags: ghcr.io/example/app:latest
```

```dockerfile also file=Dockerfile
FROM debian:trixie-slim
RUN apt-get update && apt-get install -y --no-install-recommends nginx
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
          push: ${{ github.event_name == 'push' || github.event_name == 'schedule' }}
          no-cache: ${{ github.event_name == 'schedule' }}
          tags: ghcr.io/example/app:latest
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
from dockwright.facts.rebuilds import published_images, scheduled_otherwise
from dockwright.files.build import TagKind
from dockwright.finding import Problem, Related, Severity
from dockwright.rules import rule_of_project

if TYPE_CHECKING:
    from collections.abc import Iterator

    from dockwright.facts.rebuilds import Image, Publishing
    from dockwright.project import Project
    from dockwright.source import Span

# Text, not compiled patterns: few reviews need them.
_USES_IT = (
    r"(?i)trivy|grype|snyk|scout|anchore|clair|dockle|scan|structure-test|\bgoss\b|\btests?\b|pytest"
    r"|docker(?:-| )compose|docker (?:container )?(?:run|save|push|tag)|upload-artifact|imagetools|skopeo|crane"
    r"|\bkind load|minikube|load"
)
"""What later steps mention if they do something with an image that was not published."""


@rule_of_project(Severity.WARNING)
def check(project: Project) -> Iterator[Problem]:
    """Yield each build that publishes when something is pushed, and on a schedule only builds."""
    if not build_files(project.tree):
        return
    found: set[Span] = set()
    for image in published_images(project.tree).values():
        if not image.scheduled or any(each.published.possible for each in image.scheduled):
            continue
        for each in image.scheduled:
            other = _published_on_push(image, each)
            if other is not None and each.build.step not in found and not scheduled_otherwise(project.tree):
                found.add(each.build.step)
                yield _problem(each, other)


def _published_on_push(image: Image, scheduled: Publishing) -> Publishing | None:
    """Return the run in which the build that a schedule reaches publishes for a push to a branch."""
    settings = scheduled.run.settings
    if not scheduled.run.condition.certain or settings.outputs or settings.loads.state.possible:
        return None
    if any(re.search(_USES_IT, step.shown) for step in scheduled.build.later):
        return None
    for other in image.publishing:
        same = other.build.step == scheduled.build.step and other.build.workflow == scheduled.build.workflow
        if same and other.run.event.name == "push" and other.run.event.is_branch and other.published.certain:
            return other
    return None


def _problem(scheduled: Publishing, other: Publishing) -> Problem:
    push = scheduled.run.settings.pushes.span
    event = scheduled.run.event
    return Problem(
        push or scheduled.build.step,
        f"For {event.described} the image is built, but not pushed as it is for {other.run.event.described}: the "
        "schedule refreshes nothing that anybody uses. Push on schedules as well.",
        causes=(event.span,),
        at_most=None if _is_meant(scheduled) else Severity.NOTICE,
        related=(Related(event.span, "this schedule builds the image"),),
    )


def _is_meant(scheduled: Publishing) -> bool:
    """Tell whether the workflow does something for schedules that makes sense only if the image is published."""
    settings = scheduled.run.settings
    return (settings.no_cache.state.certain and settings.no_cache.value is not None) or any(
        tag.kind is TagKind.SCHEDULE
        and tag.value.shown.startswith("type=schedule")
        and "docker/" not in tag.value.shown
        for tag in settings.tags
    )
