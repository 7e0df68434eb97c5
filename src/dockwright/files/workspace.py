"""Where a job's paths lead in the repository: the folder a step works in, and where the repository was checked out."""

from __future__ import annotations

import posixpath
from typing import TYPE_CHECKING

from msgspec import Struct

from dockwright.files.value import HOLE

if TYPE_CHECKING:
    from collections.abc import Mapping

WORKSPACE = "$GITHUB_WORKSPACE"
"""Stands for the workspace's own path where an expression or a variable names it."""


class Workspace(Struct, frozen=True):
    """The folder in which a job starts.

    Attributes:
        here: where the repository is in it; the top by default.
        others: where other repositories are, by their folders in it; None for one that is not known.
    """

    here: str = "."
    others: tuple[str, ...] = ()


class Place(Struct, frozen=True):
    """The folder in which something runs; `folder` is from the workspace's top, None if it is not known."""

    workspace: Workspace = Workspace()
    folder: str | None = "."

    def path(self, text: str) -> str | None:
        """Return where a path leads, from the repository's top; None if that is not known or not in it."""
        path = self._in_workspace(text)
        if path is None or self._other(path):
            return None
        here = self.workspace.here
        if here == ".":
            return path
        if path == here:
            return "."
        return path.removeprefix(here + "/") if path.startswith(here + "/") else None

    def is_elsewhere(self, text: str) -> bool:
        """Tell whether a path leads into another repository that was checked out."""
        path = self._in_workspace(text)
        return path is not None and self._other(path)

    def enter(self, text: str | None) -> Place:
        """Return the place after `cd`; an unknown one if the folder is not known."""
        return Place(self.workspace, None if text is None else self._in_workspace(text))

    def _other(self, path: str) -> bool:
        return any(path == other or path.startswith(other + "/") for other in self.workspace.others)

    def _in_workspace(self, text: str) -> str | None:
        if text.startswith(WORKSPACE):
            return _inside("./" + text.removeprefix(WORKSPACE))
        if self.folder is None or HOLE in text or "$" in text or text.startswith(("/", "~")) or "://" in text:
            return None
        return _inside(posixpath.join(self.folder, text or "."))


def _inside(path: str) -> str | None:
    path = posixpath.normpath(path)
    return None if path == ".." or path.startswith(("../", "/")) else path


def workspace_of(checkouts: Mapping[str, bool]) -> Workspace:
    """Return the workspace after checkouts: whether each folder holds this repository."""
    mine = [folder for folder, own in checkouts.items() if own]
    others = tuple(folder for folder, own in checkouts.items() if not own and folder != ".")
    return Workspace(mine[-1] if mine and "." not in mine else ".", others)
