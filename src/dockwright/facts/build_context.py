"""What is in the context of a build: the repository's files in its folder, but those that an ignore file leaves behind.

Only contexts that are folders of the machine have ignore files; of a Git context BuildKit takes everything but `.git`.
"""

from __future__ import annotations

import posixpath
from functools import lru_cache
from typing import TYPE_CHECKING

from msgspec import Struct

from dockwright.files.build import ContextKind
from dockwright.files.dockerignore import ignore_paths, read_ignore_file

if TYPE_CHECKING:
    from collections.abc import Iterator

    from dockwright.dockerfile import Dockerfile, Instruction, Stage
    from dockwright.files.build import Build
    from dockwright.files.dockerignore import IgnoreFile
    from dockwright.project import Tree
    from dockwright.traced import Traced


class Origin(Struct, frozen=True):
    """A file or folder that `COPY` or `ADD` takes from the context.

    Attributes:
        instruction: which brings it.
        word: where it is named.
        path: in the context; `.` is the whole.
    """

    instruction: Instruction
    word: Traced
    path: str


@lru_cache(maxsize=256)
def ignore_file(tree: Tree, dockerfile: str, folder: str) -> IgnoreFile | None:
    """Return what BuildKit reads as the ignore file of a build, if there is any.

    Args:
        tree: the repository.
        dockerfile: the Dockerfile's path.
        folder: the context, from the repository's top; empty or `.` is the top.
    """
    for path in ignore_paths(dockerfile, folder):
        source = tree.read(path)
        if source is not None:
            return read_ignore_file(source)
    return None


def ignore_file_of(tree: Tree, build: Build) -> IgnoreFile | None:
    """Return the ignore file of a build, if it has one."""
    context, dockerfile = build.settings.context, build.settings.dockerfile.path
    if context.kind is not ContextKind.PATH or context.path is None or dockerfile is None:
        return None
    return ignore_file(tree, dockerfile, context.path)


@lru_cache(maxsize=1)
def _folders(tree: Tree) -> frozenset[str]:
    found: set[str] = set()
    for path in tree.paths():
        folder = posixpath.dirname(path)
        while folder not in found:
            found.add(folder)
            folder = posixpath.dirname(folder)
    return frozenset(found)


@lru_cache(maxsize=1)
def _files(tree: Tree) -> frozenset[str]:
    return frozenset(tree.paths())


def is_there(tree: Tree, folder: str, path: str) -> bool:
    """Tell whether the repository has a file or folder, by its path in a context."""
    full = posixpath.normpath(posixpath.join(folder, path))
    return full == "." or full in _files(tree) or full in _folders(tree)


def origins(dockerfile: Dockerfile, stage: Stage) -> Iterator[Origin]:
    """Yield what a stage takes from the context, as far as it is named by plain paths."""
    for instruction in dockerfile.instructions("COPY", "ADD", stage=stage):
        if instruction.flag("from") is not None:
            continue
        inline = {heredoc.word.text for heredoc in instruction.heredocs}
        for word in instruction.words[:-1]:
            expanded = None if word.text in inline else dockerfile.expand(instruction, word)
            if expanded is not None and not _is_remote(expanded.text) and not any(c in expanded.text for c in "*?[\\"):
                yield Origin(instruction, word, _in_context(expanded.text))


def _is_remote(path: str) -> bool:
    return "://" in path or path.startswith("git@")


def _in_context(path: str) -> str:
    """Return a path as BuildKit takes it: from the context's top, and never above it."""
    return posixpath.normpath(f"/{path}").lstrip("/") or "."
