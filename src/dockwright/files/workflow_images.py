"""Workflows of GitHub Actions, and of Gitea's and Forgejo's: the images that jobs run in, their services and steps.

Format: docs.github.com, "Workflow syntax for GitHub Actions". What holds an expression (`${{ matrix.image }}`) is not
known from the file.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from dockwright.files._image_use import DOCKER_SCHEME, after_scheme, named
from dockwright.files._yaml import YAML, YamlMapping, YamlText, read_documents
from dockwright.image import ImageKind

if TYPE_CHECKING:
    from collections.abc import Iterator

    from dockwright.files._yaml import Node
    from dockwright.image import ImageUse
    from dockwright.source import Source
    from dockwright.traced import Traced

_PATH = re.compile(r"(?:\A|/)\.(?:github|gitea|forgejo)/workflows/[^/]+\Z")
_EXPRESSION = "${{"
_WORDS = ("container", "services", DOCKER_SCHEME)


def matches(path: str) -> bool:
    """Tell whether a file is a workflow, by where it lies."""
    return path.endswith(YAML) and _PATH.search(path) is not None


def read_images(source: Source) -> Iterator[ImageUse]:
    """Yield the images of a workflow."""
    if not any(word in source.text for word in _WORDS):
        return
    for document in read_documents(source)[:1]:
        jobs = document.mapping("jobs")
        for job in jobs.values.values() if jobs else ():
            if isinstance(job, YamlMapping):
                yield from _job(job)


def _job(job: YamlMapping) -> Iterator[ImageUse]:
    yield from _container(ImageKind.WORKFLOW_CONTAINER, job.values.get("container"))
    services = job.mapping("services")
    for service in services.values.values() if services else ():
        yield from _container(ImageKind.WORKFLOW_SERVICE, service)
    yield from steps(job)


def _container(kind: ImageKind, container: Node | None) -> Iterator[ImageUse]:
    image = container.text("image") if isinstance(container, YamlMapping) else container
    if isinstance(image, YamlText) and not image.is_null and image.text:
        word = image.traced
        # GitHub removes the scheme here, too.
        yield from _image(kind, after_scheme(word, DOCKER_SCHEME) or word)


def steps(holder: YamlMapping) -> Iterator[ImageUse]:
    """Yield the images that steps use as an action (`uses: docker://alpine:3.20`)."""
    for step in holder.list("steps").mappings:
        uses = step.text("uses")
        if uses is not None:
            yield from docker_action(uses)


def docker_action(text: YamlText) -> Iterator[ImageUse]:
    """Yield the image that stands where an action is expected; nothing if that is no image."""
    if text.text.startswith(DOCKER_SCHEME):
        image = after_scheme(text.traced, DOCKER_SCHEME)
        if image:
            yield from _image(ImageKind.DOCKER_ACTION, image)


def _image(kind: ImageKind, word: Traced) -> Iterator[ImageUse]:
    return named(kind, word, None if _EXPRESSION in word.text else word)
