"""`action.yml`: the metadata of a GitHub Action, and the Dockerfile that GitHub builds for it."""

from __future__ import annotations

import posixpath
from typing import TYPE_CHECKING

from dockwright.files._yaml import read_documents

if TYPE_CHECKING:
    from dockwright.source import Source

NAMES = ("action.yml", "action.yaml")
"""What the file may be called, in any folder."""


def read_dockerfile(source: Source) -> str | None:
    """Return the path of the Dockerfile that GitHub builds for the action; None if it runs otherwise."""
    for document in read_documents(source)[:1]:
        runs = document.mapping("runs")
        using, image = (runs.text("using"), runs.text("image")) if runs else (None, None)
        if using and image and using.text == "docker" and not image.text.startswith("docker://"):
            return posixpath.normpath(posixpath.join(posixpath.dirname(source.path), image.text))
    return None
