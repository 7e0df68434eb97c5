"""Compose starts a published image, and never fetches a newer one

## Why

`docker compose up` fetches an image that is not there, and takes the one that is there whatever has been published
since. With a tag that moves, such as `latest`, the machine keeps the image of its first start, with all that was
mended in the meantime, until somebody thinks of `docker compose pull`
([Compose: pull_policy](https://docs.docker.com/reference/compose-file/services/#pull_policy)).

Off by default, as it is usual to pull by hand or by a script. Said of images that the repository's own workflows
publish under that tag. Not said of files for development and tests, where `pull_policy` or `build` is given, or where
the repository mentions `docker compose pull`, Watchtower or the like.

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

```yaml file=compose.yaml
services:
  shop:
    image: ghcr.io/example/shop:latest
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
          tags: ghcr.io/example/shop:latest
```

```yaml file=compose.yaml
services:
  shop:
    image: ghcr.io/example/shop:latest
    pull_policy: always
```

## Fix

Adds `pull_policy: always` below the image. Unsafe: the registry must be reached at each start.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from dockwright.facts.builds import build_files
from dockwright.facts.published_names import full_name, published_names
from dockwright.facts.sample_paths import is_for_development, is_sample
from dockwright.facts.surroundings import services
from dockwright.finding import Applicability, Fix, Problem, Related, Severity
from dockwright.rules import rule_of_project
from dockwright.source import Edit

if TYPE_CHECKING:
    from collections.abc import Iterator

    from dockwright.files._yaml import YamlText
    from dockwright.project import Project, Tree

_PULLS = r"(?i)compose(?:\s+-\S+(?:\s+[^-\s]\S*)?)*\s+pull\b|--pull[= ]always|watchtower|\bdiun\b|\bdocker pull\b"
_TEXTS = (".md", ".sh", ".yml", ".yaml", ".rst", "Makefile", "justfile", ".service")
_MOST_TEXTS = 200


@rule_of_project(Severity.NOTICE, enabled=False)
def check(project: Project) -> Iterator[Problem]:
    """Yield the image of each service that the repository publishes under a tag that moves."""
    if not build_files(project.tree):
        return
    found: list[Problem] = []
    for service in services(project.tree):
        path, image = service.span.source.path, service.image
        if image is None or service.builds or service.pull_policy is not None or "$" in image.text:
            continue
        name, _, tag = image.text.partition(":") if "/" in image.text else (image.text, "", "")
        full = full_name(name)
        if is_sample(path) or is_for_development(path) or full is None or tag not in {"", "latest"}:
            continue
        tags = [each.tag for each in published_names(project.tree).get(full, ()) if each.tag.tag in {None, "latest"}]
        place = next((each.value.span for each in tags if each.value.span is not None), None)
        if place is not None:
            related = (Related(place, "it is published here"),)
            found.append(Problem(image.span, _MESSAGE, _fix(image), causes=(place,), related=related))
    if found and not _pulls(project.tree):
        yield from found


_MESSAGE = (
    "`docker compose up` keeps the image that the machine has, however many newer ones are published under this tag. "
    "Write `pull_policy: always`, or pull before each start."
)


def _pulls(tree: Tree) -> bool:
    """Tell whether anything in the repository says how newer images are fetched."""
    paths = [path for path in tree.paths() if path.endswith(_TEXTS)][:_MOST_TEXTS]
    return any(re.search(_PULLS, source.text) for path in paths if (source := tree.read(path)) is not None)


def _fix(image: YamlText) -> Fix | None:
    source, line = image.span.source, image.span.source.line(image.span.first.line)
    match = re.match(r" +(?=image:)", line)
    if match is None or image.style in {"|", ">"}:
        return None
    start = source.line_starts[image.span.first.line - 1] + len(line)
    end = "\r\n" if source.text.startswith("\r\n", start) else "\n"
    edit = Edit(source.span(start, start), f"{end}{match[0]}pull_policy: always")
    return Fix("Fetch it at each start", (edit,), Applicability.UNSAFE)
