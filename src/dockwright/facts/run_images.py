"""The images that a repository runs without building them: in Compose files, workflows and Kubernetes manifests."""

from __future__ import annotations

import re
from functools import cache, lru_cache
from itertools import islice
from typing import TYPE_CHECKING

from dockwright.lifecycle import known_names

if TYPE_CHECKING:
    from collections.abc import Iterator

    from dockwright.image import ImageUse
    from dockwright.project import Tree

MOST_FILES = 500
"""YAML files that are looked at."""
MOST_USES = 2000

_YAML = (".yaml", ".yml")


@lru_cache(maxsize=1)
def dated_images(tree: Tree) -> tuple[ImageUse, ...]:
    """Return where images are run of which a support date, or that they are given up, may be known."""
    return tuple(islice(_find(tree), MOST_USES))


def _find(tree: Tree) -> Iterator[ImageUse]:
    paths = islice((path for path in tree.paths() if path.endswith(_YAML)), MOST_FILES)
    for path in paths:
        source = tree.read(path)
        if source is None or not _names().search(source.text):
            continue
        from dockwright.files import compose_images, kubernetes_images, workflow_images

        if workflow_images.matches(path):
            yield from workflow_images.read_images(source)
        else:
            yield from compose_images.read_images(source)
            yield from kubernetes_images.read_images(source)


@cache
def _names() -> re.Pattern[str]:
    """Match the text of files that may name such an image; reading YAML takes a thousand times as long."""
    return re.compile(rf"\b(?:{'|'.join(map(re.escape, known_names()))})[:/@\w-]")
