"""No provenance is recorded for a published image

## Why

With its provenance, an image says from which base image, by its digest, and from which commit it was built. Without,
nobody can tell later whether a rebuild has taken the mended base image, and neither can `dockwright stale`: it has to
guess by comparing layers. BuildKit records the least of it by itself when an image is pushed; `provenance: false`
switches that off ([Docker: provenance](https://docs.docker.com/build/metadata/attestations/slsa-provenance/)).

Off by default, as there are reasons: AWS Lambda and some registries do not take the additional manifests. Where one of
them is named in the workflow, or the repository makes its provenance by other means, nothing is said.

## Bad

```dockerfile
FROM debian:trixie-slim
```

```yaml file=.github/workflows/publish.yml
on: push
jobs:
  publish:
    runs-on: ubuntu-latest
    steps:
      - uses: docker/build-push-action@v6
        with:
          push: true
          provenance: false
          tags: ghcr.io/example/shop:latest
```

## Good

```dockerfile
FROM debian:trixie-slim
```

```yaml file=.github/workflows/publish.yml
on: push
jobs:
  publish:
    runs-on: ubuntu-latest
    steps:
      - uses: docker/build-push-action@v6
        with:
          push: true
          provenance: mode=min
          tags: ghcr.io/example/shop:latest
```

## Fix

Asks for the least provenance. Unsafe: the published image becomes an index with an additional manifest.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from dockwright.facts.builds import build_files, builds, repository
from dockwright.finding import Applicability, Fix, Problem, Severity
from dockwright.rules import rule_of_project
from dockwright.source import Edit

if TYPE_CHECKING:
    from collections.abc import Iterator

    from dockwright.files.value import Value
    from dockwright.project import Project

_CANNOT = r"(?i)lambda|imagetools|docker manifest|push-by-digest|heroku|gitea|buildah|sam deploy"
"""What needs images without additional manifests, or makes the index itself."""

_MADE_ELSEWHERE = r"slsa-github-generator|attest-build-provenance|actions/attest@|cosign attest"
"""What makes a provenance of its own."""


@rule_of_project(Severity.NOTICE, enabled=False)
def check(project: Project) -> Iterator[Problem]:
    """Yield each `provenance: false` of a build that publishes."""
    if not build_files(project.tree):
        return
    if any(re.search(_MADE_ELSEWHERE, each.source.text) for each in repository(project.tree).workflows):
        return
    seen: set[tuple[str, int]] = set()
    for build in builds(project.tree):
        value = build.settings.provenance
        if value is None or value.span is None or not build.published.certain:
            continue
        key = (value.span.source.path, value.span.start)
        if _is_off(value) and key not in seen and not re.search(_CANNOT, value.span.source.text):
            seen.add(key)
            yield Problem(value.span, _MESSAGE, _fix(value))


_MESSAGE = (
    "The published image does not say which base image it was built on, so that nobody can tell later whether it has "
    "the mended one. Leave the provenance on."
)


def _is_off(value: Value) -> bool:
    return (value.text or "").lower() in {"false", "mode=disabled"}


def _fix(value: Value) -> Fix | None:
    place = value.traced.exact
    if place is None or place.text != "false" or "provenance:" not in place.source.line(place.first.line):
        return None
    return Fix("Record the least provenance", (Edit(place, "mode=min"),), Applicability.UNSAFE)
