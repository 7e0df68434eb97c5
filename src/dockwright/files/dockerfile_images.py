"""Dockerfiles as files that name images, whatever they are called."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dockwright.dockerfile import parse
from dockwright.dockerfile.names import is_dockerfile, is_dockerfile_name

if TYPE_CHECKING:
    from dockwright.image import ImageUse
    from dockwright.source import Source


def matches(path: str) -> bool:
    """Tell whether a file is called as people call Dockerfiles."""
    return is_dockerfile_name(path)


def read_images(source: Source) -> tuple[ImageUse, ...]:
    """Return the images of a file, in its order; none if it only has such a name."""
    return parse(source).images if is_dockerfile(source) else ()
