"""An image is published that no workflow has ever started

## Why

That an image builds says little: a library that is missing in the last stage, a file with the wrong owner, or a
command that is misspelt shows when it is started. Where rebuilds are published on their own, as they should be for
security updates, nobody looks at them before their users do. A few lines that load the image, start it and ask it
something are enough ([Docker: test before push](https://docs.docker.com/build/ci/github-actions/test-before-push/)).

Off by default, as tests may be elsewhere. Not said where any workflow, or a script or `Makefile` of the repository,
starts a container, scans or loads an image, or calls Compose.

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
          load: true
          tags: shop:test
      - run: docker run --rm shop:test --version
      - uses: docker/build-push-action@v6
        with:
          push: true
          tags: ghcr.io/example/shop:latest
```
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from dockwright.facts.builds import build_files
from dockwright.facts.rebuilds import published_images
from dockwright.facts.sample_paths import is_sample
from dockwright.finding import Problem, Severity
from dockwright.rules import rule_of_project

if TYPE_CHECKING:
    from collections.abc import Iterator

    from dockwright.project import Project, Tree

_STARTS = (
    r"(?i)\b(?:docker|podman|nerdctl) (?:container )?(?:run|create|start|load|compose|scout)\b|docker-compose|\bkind\b"
    r"|\bcompose\b[^\n]* (?:up|run)\b|minikube|\bk3[ds]\b|testcontainers|structure-test|\bgoss\b|\bdgoss\b|trivy|grype"
    r"|load: *true|type=docker|\bbats\b|e2e|smoke|image-test|test-image"
    r"|/test/run\.sh|testinfra|import docker|^ *container:|scan-action|skaffold|\bct install"
)
_TEXTS = (".sh", ".py", ".yml", ".yaml", "Makefile", "justfile", ".mk", ".bats", "package.json", "pyproject.toml")
_MOST_TEXTS = 100
_LONGEST = 50_000
"""Characters of a file in which somebody starts an image."""


@rule_of_project(Severity.NOTICE, enabled=False)
def check(project: Project) -> Iterator[Problem]:
    """Yield the first build that publishes each image, in a repository that starts none."""
    if not build_files(project.tree):
        return
    images = {path: image for path, image in published_images(project.tree).items() if not is_sample(path)}
    if not images or _starts(project.tree):
        return
    seen: set[tuple[str, int]] = set()
    for image in images.values():
        first = next((each for each in image.publishing if each.published.certain), None)
        if first is not None:
            step = first.build.step
            if (step.source.path, step.start) not in seen:
                seen.add((step.source.path, step.start))
                yield Problem(step, _MESSAGE)


_MESSAGE = (
    "The image is published, and nothing in the repository ever starts it: that it does not start is found by those "
    "who pull it. Load it, start it once, and then push."
)


def _starts(tree: Tree) -> bool:
    paths = [path for path in tree.paths() if path.endswith(_TEXTS)]
    first = sorted(paths, key=lambda path: (not path.startswith(".github/"), "test" not in path))[:_MOST_TEXTS]
    return any(
        re.search(_STARTS, source.text, re.MULTILINE)
        for path in first
        if (source := tree.read(path)) is not None and len(source.text) < _LONGEST
    )
