"""The project's own files in an image, where it is certain which files of the repository they are.

In a repository of several projects, a file of a name lies in several folders. Which of them a command reads is said by
`WORKDIR`, by the targets of `COPY` and of bind mounts, and by the build context; what is not known yields nothing.
"""

from __future__ import annotations

import posixpath
import re
from fnmatch import fnmatchcase
from itertools import islice
from typing import TYPE_CHECKING, TypeVar

from msgspec import Struct
from msgspec.structs import replace

from dockwright.dockerfile.script import commands_of
from dockwright.facts.builds import builds_of
from dockwright.facts.context import contexts
from dockwright.facts.stages import levels

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from dockwright.dockerfile import Dockerfile, Instruction, Stage
    from dockwright.project import Tree
    from dockwright.source import Source, Span

Found = TypeVar("Found")

_FOR_DOCKERFILES = r"(?:\.?(?:docker|container|build|deploy|deployment|ci|images?|infra|ops|prod|production)[\w.-]*/)+"
"""Folders that Dockerfiles are put into, away from the project that they are for."""

_START = "/workdir-of-the-base"
"""Stands for the folder that the base image ends in: it matters only that it stays the same."""
_MOST_SOURCES = 100


class Place(Struct, frozen=True):
    """A RUN, and the folders that may be the build context of its Dockerfile."""

    tree: Tree
    dockerfile: Dockerfile
    stage: Stage
    run: Instruction
    folders: tuple[str, ...]

    def file(self, name: str) -> Source | None:
        """Return the file under a path, relative to where the RUN works; None if it is not known to be there."""
        paths = list(origins(self.dockerfile, self.stage, run=self.run, name=name))
        for folder in self.folders:
            for path in paths:
                found = self.tree.read(posixpath.normpath(posixpath.join(folder, path)))
                if found is not None:
                    return found
        return None

    def ignored_by(self, path: str) -> Span | None:
        """Return the line that keeps a file, by its path in the repository, out of the context; None if none does.

        Only lines that name the file itself count, and none where a later line may let it in again.
        """
        own = self.tree.read(f"{self.dockerfile.source.path}.dockerignore")
        for folder in self.folders:
            file = own or self.tree.read(posixpath.join(folder, ".dockerignore"))
            line = _line_naming(file, posixpath.relpath(path, folder or ".")) if file is not None else None
            if line is not None:
                return line
        return None


def in_context(place: Place, judge: Callable[[Place], Found | None]) -> Found | None:
    """Return what `judge` finds with the folders that may be the build context.

    Which those are, only the workflows say, and to read them takes time: they are asked only if it would find
    anything in one of the folders that the Dockerfile lies in.
    """
    if all(judge(replace(place, folders=(folder,))) is None for folder in contexts(place.dockerfile.source.path)):
        return None
    return judge(replace(place, folders=tuple(build_contexts(place.tree, place.dockerfile))))


def origins(dockerfile: Dockerfile, stage: Stage, *, run: Instruction, name: str) -> Iterator[str]:
    """Yield the paths in the build context that such a file can come from, the last copied first."""
    folder = workdir(dockerfile, stage, before=run)
    if folder is None or any(command.name in {"cd", "pushd"} for command in commands_of(dockerfile, run)):
        return
    wanted = posixpath.normpath(posixpath.join(folder, name))
    base = posixpath.basename(wanted)
    for source, target, whole in islice(_brought(dockerfile, stage, run), _MOST_SOURCES):
        if fnmatchcase(base, posixpath.basename(source)) and wanted in {target, posixpath.join(target, base)}:
            yield posixpath.join(posixpath.dirname(source), base)
        elif not whole and wanted.startswith(f"{target.rstrip('/')}/"):
            yield posixpath.normpath(posixpath.join(source, posixpath.relpath(wanted, target)))


def covers(dockerfile: Dockerfile, stage: Stage, *, copy: Instruction, run: Instruction) -> bool:
    """Tell whether a COPY may put files right into the folder that a RUN works in."""
    folder, start = workdir(dockerfile, stage, before=run), workdir(dockerfile, stage, before=copy)
    target = dockerfile.expand(copy, copy.words[-1]) if copy.words else None
    if folder is None or start is None or target is None:
        return True
    place = posixpath.normpath(posixpath.join(start, target.text))
    return f"{folder}/".startswith(f"{place.rstrip('/')}/")


def workdir(dockerfile: Dockerfile, stage: Stage, *, before: Instruction) -> str | None:
    """Return the folder that an instruction works in; None if it is not known."""
    folder = _START
    for level in reversed(levels(dockerfile, stage)):
        for each in dockerfile.instructions("WORKDIR", stage=level):
            if each.index < before.index:
                expanded = dockerfile.expand(each, each.arguments)
                if expanded is None:
                    return None
                folder = posixpath.normpath(posixpath.join(folder, expanded.text.strip()))
    return folder


def build_contexts(tree: Tree, dockerfile: Dockerfile) -> Sequence[str]:
    """Return the folders that may be the build context of a Dockerfile: those that its builds name, else likely ones.

    Likely is its own folder, and what is above a folder that is only for Dockerfiles; the top is empty.
    """
    path = dockerfile.source.path
    named = dict.fromkeys(build.settings.context.path for build in builds_of(tree, path))
    known = [folder for folder in named if folder is not None]
    if known:
        return ["" if folder == "." else folder for folder in known]
    return [folder for folder in contexts(path) if _is_likely(folder, path)]


def _is_likely(folder: str, path: str) -> bool:
    below = posixpath.dirname(posixpath.relpath(path, folder or "."))
    return not below or re.fullmatch(_FOR_DOCKERFILES, f"{below}/", re.IGNORECASE) is not None


def _brought(dockerfile: Dockerfile, stage: Stage, run: Instruction) -> Iterator[tuple[str, str, bool]]:
    """Yield what comes from the context: its path there, its path in the image, and whether it must be a file."""
    for mount in run.mounts:
        if mount.type == "bind" and mount.options.get("from") is None:
            source, target = mount.options.get("source"), mount.options.get("target")
            folder = workdir(dockerfile, stage, before=run)
            if folder is not None and target is not None:
                yield (
                    _plain(source.text if source else "."),
                    posixpath.normpath(posixpath.join(folder, target.text)),
                    False,
                )
    for level in levels(dockerfile, stage):
        for copy in reversed(level.instructions):
            if copy.index < run.index and copy.name in {"COPY", "ADD"} and copy.flag("from") is None:
                yield from _copied(dockerfile, level, copy)


def _copied(dockerfile: Dockerfile, stage: Stage, copy: Instruction) -> Iterator[tuple[str, str, bool]]:
    folder = workdir(dockerfile, stage, before=copy)
    words = [dockerfile.expand(copy, word) for word in copy.words]
    if folder is None or len(words) < 2 or words[-1] is None or copy.flag("parents") is not None:  # noqa: PLR2004 - a source and a target
        return
    target = posixpath.normpath(posixpath.join(folder, words[-1].text))
    for word in words[:-1]:
        if word is not None and "://" not in word.text:
            yield _plain(word.text), target, "*" in word.text


def _plain(path: str) -> str:
    return posixpath.normpath(path.lstrip("/") or ".")


def _line_naming(file: Source, below: str) -> Span | None:
    names = {below, f"/{below}", f"./{below}", f"**/{posixpath.basename(below)}"}
    for number, start in enumerate(file.line_starts, 1):
        line = file.line(number)
        if line.strip() in names and not any(rest.startswith("!") for rest in file.text[start:].split("\n")):
            return file.span(start, start + len(line))
    return None
