"""The images that a file names, whatever kind of file it is."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dockwright.files.images import image_uses, names_images

if TYPE_CHECKING:
    from dockwright.image import ImageUse
    from dockwright.source import Source


def read_uses(source: Source) -> tuple[ImageUse, ...]:
    """Return the images that a file names; one that is no known kind of file was named by hand, as a Dockerfile."""
    return image_uses(source, dockerfile=not names_images(source.path))
