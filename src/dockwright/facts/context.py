"""Which file of the repository a path in an image was, before `COPY` brought it there.

Which folder the build context is, only the build knows. So the Dockerfile's own folder and those above it are tried,
the nearest first, and a file counts as found if it is in one of them where `COPY` would take it from.
"""

from __future__ import annotations

import posixpath
from fnmatch import fnmatchcase
from itertools import islice
from typing import TYPE_CHECKING

from dockwright.facts.stages import levels

if TYPE_CHECKING:
    from collections.abc import Iterator

    from dockwright.dockerfile import Dockerfile, Instruction, Stage
    from dockwright.project import Tree
    from dockwright.source import Source

_MOST_SOURCES = 50
"""How many copied files and folders are looked through, the last first."""
_MOST_FOLDERS = 8
"""How deep below a copied folder a path is looked for."""


def contexts(path: str) -> Iterator[str]:
    """Yield the folders that may be the build context of a Dockerfile, the likeliest first; the top is empty."""
    folder = posixpath.dirname(path).strip("/")
    while folder:
        yield folder
        folder = posixpath.dirname(folder)
    yield ""


def find_in_context(tree: Tree, dockerfile: str, name: str) -> Source | None:
    """Return the file of that path in the nearest folder that may be the context."""
    for context in contexts(dockerfile):
        found = tree.read(posixpath.join(context, name))
        if found is not None:
            return found
    return None


def copied_file(tree: Tree, dockerfile: Dockerfile, stage: Stage, *, before: Instruction, path: str) -> Source | None:
    """Return the file that an image has under a path at an instruction, if `COPY` or a bind mount brought it there."""
    wanted = posixpath.normpath(path).lstrip("/")
    if not wanted or wanted.startswith(".."):
        return None
    tried: set[str] = set()
    for source in islice(_sources(dockerfile, stage, before), _MOST_SOURCES):
        for candidate in _candidates(source, wanted):
            if candidate not in tried:
                tried.add(candidate)
                found = find_in_context(tree, dockerfile.source.path, candidate)
                if found is not None:
                    return found
    return None


def _sources(dockerfile: Dockerfile, stage: Stage, before: Instruction) -> Iterator[str]:
    """Yield what is copied or mounted from the context up to an instruction, the last first."""
    for mount in before.mounts:
        source = mount.options.get("source")
        if mount.type == "bind" and mount.options.get("from") is None:
            yield posixpath.normpath(source.text) if source else "."
    for level in levels(dockerfile, stage):
        for copy in reversed(level.instructions):
            if copy.index < before.index and copy.name in {"COPY", "ADD"} and copy.flag("from") is None:
                for word in copy.words[:-1]:
                    expanded = dockerfile.expand(copy, word)
                    if expanded is not None and "://" not in expanded.text:
                        yield posixpath.normpath(expanded.text.lstrip("/") or ".")


def _candidates(source: str, wanted: str) -> Iterator[str]:
    """Yield paths in the context that a copied source can have brought to a path in the image."""
    folder, name = posixpath.split(source)
    base = posixpath.basename(wanted)
    if fnmatchcase(base, name):
        yield posixpath.join(folder, base)
    parts = wanted.split("/")
    for skipped in range(max(0, len(parts) - _MOST_FOLDERS), len(parts)):
        yield posixpath.normpath(posixpath.join(source, *parts[skipped:]))
