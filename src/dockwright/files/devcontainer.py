"""Dev containers (`devcontainer.json`): the image that one is made of, or the Dockerfile that is built for it.

Source: the Development Container Specification (containers.dev), "Dev Container metadata reference" and "Variables in
devcontainer.json". `features` are left out: they are named like images, but are no images that anything is built
from, and their tags (`:1`) are the major versions of a scheme of their own.
"""

from __future__ import annotations

import posixpath
import re
from typing import TYPE_CHECKING

from dockwright.files._image_use import named
from dockwright.files._jsonc import JsonObject, read_json
from dockwright.image import ImageKind

if TYPE_CHECKING:
    from dockwright.image import ImageUse
    from dockwright.source import Source

_PATH = re.compile(r"(?:.*/)?(?:\.devcontainer\.json|\.devcontainer/(?:[^/]+/)?devcontainer\.json)")
_VARIABLE = "${"


def matches(path: str) -> bool:
    """Tell whether a file is where the tools look: `.devcontainer.json`, `.devcontainer/[folder/]devcontainer.json`."""
    return _PATH.fullmatch(path) is not None


def read_images(source: Source) -> tuple[ImageUse, ...]:
    """Return the image that a dev container is made of; none if it builds one, or the file is broken."""
    document = read_json(source, comments=True)
    image = document.text("image") if isinstance(document, JsonObject) else None
    if image is None or image.traced.exact is None:
        return ()
    return tuple(named(ImageKind.DEVCONTAINER, image.traced, None if _VARIABLE in image.text else image.traced))


def read_dockerfile(source: Source) -> str | None:
    """Return the path of the Dockerfile that is built for a dev container; None if there is none in the repository."""
    document = read_json(source, comments=True)
    if not isinstance(document, JsonObject):
        return None
    name = document.text("build", "dockerfile") or document.text("dockerFile")
    if name is None or _VARIABLE in name.text or name.text.startswith("/"):
        return None
    path = posixpath.normpath(posixpath.join(posixpath.dirname(source.path), name.text))
    return None if path.startswith("../") else path
