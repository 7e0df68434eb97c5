"""Where a file of the build context ends up in the image, through the stages that hand it on."""

from __future__ import annotations

import posixpath
from fnmatch import fnmatchcase
from typing import TYPE_CHECKING

from msgspec import Struct

_MOST_STAGES = 200

if TYPE_CHECKING:
    from collections.abc import Iterator

    from dockwright.dockerfile import Dockerfile, Instruction, Stage

_WHOLE = frozenset({".", "/", ""})
_MOST_PATHS = 20


class Arrival(Struct, frozen=True):
    """A file in a stage: under which path, and the instruction that brought it there."""

    path: str
    instruction: Instruction
    stage: int


def arrivals(dockerfile: Dockerfile, target: Stage, path: str) -> tuple[Arrival, ...]:
    """Return where a file or folder of the context is in the layers of the image of a stage.

    A file that an instruction takes away (`RUN rm .env`) is still in the layer before, but not handed on to a later
    stage.

    Args:
        dockerfile: what is built.
        target: the stage whose image it is.
        path: in the context; of a folder that holds more than one looks for, that of the folder.
    """
    if len(dockerfile.stages) > _MOST_STAGES:
        return ()
    needed = dockerfile.needed(target)
    found: dict[int, list[Arrival]] = {}
    for stage in dockerfile.stages:
        if stage.index in needed:
            inherited = [] if stage.parent is None else found.get(stage.parent, [])
            found[stage.index] = [*inherited, *_arrivals_in(dockerfile, stage, path, found)][:_MOST_PATHS]
    return tuple(found.get(target.index, ()))


def _arrivals_in(
    dockerfile: Dockerfile, stage: Stage, path: str, others: dict[int, list[Arrival]]
) -> Iterator[Arrival]:
    for copy in dockerfile.instructions("COPY", "ADD", stage=stage):
        flag = copy.flag("from")
        name = None if flag is None or flag.value is None else flag.value.text
        source = None if name is None else _stage_named(dockerfile, name, before=stage.index)
        if name is not None and source is None:
            continue
        given = [path] if source is None else [each.path for each in _handed(dockerfile, source, others)]
        for each in given:
            landed = _landing(dockerfile, stage, copy, each)
            if landed is not None:
                yield Arrival(landed, copy, stage.index)


def _handed(dockerfile: Dockerfile, source: Stage, others: dict[int, list[Arrival]]) -> list[Arrival]:
    """Return what a later stage can take: not what was deleted."""
    return [
        each
        for each in others.get(source.index, [])
        if not any(
            " rm " in f" {run.span.text}" and posixpath.basename(each.path) in run.span.text
            for run in dockerfile.instructions("RUN", stage=source)
            if run.index > each.instruction.index
        )
    ]


def _stage_named(dockerfile: Dockerfile, name: str, *, before: int) -> Stage | None:
    stage = dockerfile.target(name)
    return stage if stage is not None and stage.index < before else None


def _landing(dockerfile: Dockerfile, stage: Stage, copy: Instruction, path: str) -> str | None:
    """Return the path that a file gets by a COPY; None if it is not among what is copied."""
    if any(_left_out(flag.value.text, path) for flag in copy.flags if flag.name == "exclude" and flag.value):
        return None
    for word in copy.words[:-1]:
        expanded = dockerfile.expand(copy, word)
        rest = None if expanded is None else _rest(expanded.text, path)
        if rest is not None:
            return _target(dockerfile, stage, copy, rest)
    return None


def _rest(source: str, path: str) -> str | None:
    """Return what of a path follows a copied source: empty if it is the source itself; None if it is elsewhere."""
    source, path = posixpath.normpath(f"/{source}").strip("/"), path.strip("/")
    if source in _WHOLE:
        return path
    if path == source:
        return posixpath.basename(path)
    if path.startswith(f"{source}/"):
        return path[len(source) + 1 :]
    if "*" in source and path.count("/") >= source.count("/"):
        parts = path.split("/")
        depth = source.count("/") + 1
        # Go's `*` matches names that begin with a dot, as fnmatch's does.
        if all(fnmatchcase(name, glob) for name, glob in zip(parts, source.split("/"), strict=False)):
            return "/".join(parts[depth:]) or parts[depth - 1]
    return None


def _target(dockerfile: Dockerfile, stage: Stage, copy: Instruction, rest: str) -> str | None:
    """Join the destination, from the working directory, and what follows it."""
    expanded = dockerfile.expand(copy, copy.words[-1])
    folder = _folder(dockerfile, stage, copy)
    if expanded is None or folder is None:
        return None
    single = len(copy.words) == 2 and "/" not in rest  # noqa: PLR2004 - a source and the destination
    target = posixpath.normpath(posixpath.join(folder, expanded.text or "."))
    renamed = single and not expanded.text.endswith(("/", ".")) and posixpath.basename(copy.words[0].text) == rest
    return target if renamed else posixpath.join(target, rest)


def _folder(dockerfile: Dockerfile, stage: Stage, before: Instruction) -> str | None:
    """Return the working directory at an instruction; None if a part of it is not known."""
    folder = "/"
    for level in reversed(dockerfile.lineage(stage)):
        for workdir in dockerfile.instructions("WORKDIR", stage=level):
            if workdir.index < before.index:
                expanded = dockerfile.expand(workdir, workdir.arguments)
                if expanded is None:
                    return None
                folder = posixpath.join(folder, expanded.text)
    return posixpath.normpath(folder)


def _left_out(pattern: str, path: str) -> bool:
    """Tell whether `COPY --exclude` may name a path."""
    name = pattern.rstrip("/").rpartition("/")[2]
    return any(fnmatchcase(part, name) for part in path.split("/"))
