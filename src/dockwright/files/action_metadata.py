"""`action.yml`: the metadata of a GitHub Action, and the images or the Dockerfile that it runs."""

from __future__ import annotations

import posixpath
from typing import TYPE_CHECKING

from dockwright.files._image_use import DOCKER_SCHEME
from dockwright.files._yaml import read_documents
from dockwright.files.workflow_images import docker_action, steps

if TYPE_CHECKING:
    from collections.abc import Iterator

    from dockwright.image import ImageUse
    from dockwright.source import Source

NAMES = ("action.yml", "action.yaml")
"""What the file may be called, in any folder."""


def matches(path: str) -> bool:
    """Tell whether a file is called as an action's metadata is."""
    return posixpath.basename(path) in NAMES


def read_dockerfile(source: Source) -> str | None:
    """Return the path of the Dockerfile that GitHub builds for the action; None if it runs otherwise."""
    for document in read_documents(source)[:1]:
        runs = document.mapping("runs")
        using, image = (runs.text("using"), runs.text("image")) if runs else (None, None)
        if using and image and using.text == "docker" and not image.text.startswith(DOCKER_SCHEME):
            return posixpath.normpath(posixpath.join(posixpath.dirname(source.path), image.text))
    return None


def read_images(source: Source) -> Iterator[ImageUse]:
    """Yield the image that an action runs in, and those that the steps of a composite one use."""
    if DOCKER_SCHEME not in source.text:
        return
    for document in read_documents(source)[:1]:
        runs = document.mapping("runs")
        image = runs.text("image") if runs else None
        if image is not None:
            yield from docker_action(image)
        if runs is not None:
            yield from steps(runs)
