"""An image is built with an action that no longer works, or that nobody maintains

## Why

What builds and publishes an image holds its registry's credentials and decides what is in it. An action whose authors
have given it up gets no fixes, and some stop working when GitHub or Docker changes what they stand on.

- It fails, or does nothing any more: an error or a warning.
- It works, but its project is archived: a notice.

Only jobs that build images are looked at. A commit's hash says no version, so nothing is said about versions then.

## Bad

```yaml case file=.github/workflows/image.yml
on: push
jobs:
  image:
    runs-on: ubuntu-latest
    steps:
      - uses: actions/checkout@v6
      - uses: actions/cache@v2
        with:
          path: /tmp/.buildx-cache
          key: buildx
      - uses: docker/build-push-action@v7
        with:
          context: .
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
      - uses: actions/checkout@v6
      - uses: docker/build-push-action@v7
        with:
          context: .
```

```dockerfile also file=Dockerfile
FROM debian:trixie-slim
```
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from msgspec import Struct

from dockwright.facts.builds import builds
from dockwright.finding import Problem, Severity
from dockwright.rules import rule_of_project

if TYPE_CHECKING:
    from collections.abc import Iterator

    from dockwright.files.build import Build
    from dockwright.project import Project
    from dockwright.source import Span


class _Retired(Struct, frozen=True):
    """An action: a pattern of its name and ref, what has become of it, and what to do."""

    pattern: str
    severity: Severity
    reason: str
    advice: str


_ALL = (
    # github.com/actions/cache/discussions/1510
    _Retired(
        r"actions/cache(?:/restore|/save)?@v?[12](?:\.\d+)*",
        Severity.ERROR,
        "GitHub has failed every job that uses it since March 2025",
        "Use `actions/cache@v4` or newer, or `cache-to: type=gha`",
    ),
    # Its package.json; the service ended as said in docs.docker.com/build/ci/github-actions/cache/#cache-backend-api
    _Retired(
        r"satackey/action-docker-layer-caching@.*",
        Severity.WARNING,
        "it has not been changed since 2021, and the cache service that it speaks to was shut down on 2025-04-15",
        "Build with docker/build-push-action and `cache-to: type=gha,mode=max` instead",
    ),
    # github.com/docker/build-push-action, "upgrade from version 1"
    _Retired(
        r"docker/build-push-action@v1(?:\.\d+)*",
        Severity.WARNING,
        "version 1 has not been maintained since 2020, and knows neither BuildKit's caches nor several platforms",
        "Move to version 7, which takes other inputs",
    ),
    _Retired(
        r"crazy-max/ghaction-docker-buildx@.*",
        Severity.WARNING,
        "its author gave it up in favour of Docker's own action",
        "Use docker/setup-buildx-action",
    ),
    # GoogleContainerTools/kaniko, README: "This project is archived" (2025-06-03)
    _Retired(
        r"(?:aevea/action-kaniko|int128/kaniko-action)@.*",
        Severity.NOTICE,
        "kaniko was archived on 2025-06-03 and gets no fixes",
        "Build with BuildKit (docker/build-push-action) or buildah",
    ),
)


@rule_of_project(Severity.ERROR)
def check(project: Project) -> Iterator[Problem]:
    """Yield each action that is given up, in jobs that build images."""
    seen: set[tuple[str, int]] = set()
    for build in builds(project.tree):
        for span in _steps(build):
            retired = next((each for each in _ALL if re.fullmatch(each.pattern, span.text, re.IGNORECASE)), None)
            if retired is not None and (span.source.path, span.start) not in seen:
                seen.add((span.source.path, span.start))
                message = f"`{span.text}`: {retired.reason}. {retired.advice}."
                yield Problem(span, message, at_most=retired.severity)


def _steps(build: Build) -> Iterator[Span]:
    """Yield what the steps of the build's job use; a script is none of them."""
    for span in (build.step, *(each.span for each in (*build.earlier, *build.later))):
        if span is not None and "@" in span.text and "\n" not in span.text:
            yield span
