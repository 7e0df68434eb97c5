"""Every image that a file names, whatever kind of file it is.

A kind of file is a module of this folder that has `matches(path)`, which tells by the name alone whether a file may be
of the kind, and `read_images(source)`, which finds its images. A module that has both is registered; there is no list.
"""

from __future__ import annotations

import os
from functools import cache
from importlib import import_module
from itertools import islice
from typing import TYPE_CHECKING, Protocol

from dockwright.dockerfile import parse

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from typing import TypeAlias

    from dockwright.image import ImageUse
    from dockwright.source import Source

    Place: TypeAlias = tuple[int, int, tuple[tuple[int, int], ...]]

MOST_USES = 2000
"""Uses that are returned for one file; people write a fraction of it."""


class Kind(Protocol):
    """A kind of file that names images."""

    def matches(self, path: str) -> bool:
        """Tell by its name whether a file may be of this kind; cheap, for it is asked of every file."""
        ...

    def read_images(self, source: Source) -> Iterable[ImageUse]:
        """Return the images of a file, in any order; none if it is broken, or of another kind after all."""
        ...


@cache
def _kinds() -> tuple[Kind, ...]:
    """Return every kind, sorted by the module's name."""
    package, _, own = __name__.rpartition(".")
    names = {name.partition(".")[0] for name in os.listdir(os.path.dirname(__file__)) if name.endswith((".py", ".pyc"))}
    modules = [import_module(f"{package}.{name}") for name in sorted(names - {own}) if not name.startswith("_")]
    return tuple(module for module in modules if hasattr(module, "read_images"))


def names_images(path: str) -> bool:
    """Tell whether a file may name images, by its name alone; any YAML may."""
    return any(kind.matches(path) for kind in _kinds())


def image_uses(source: Source, *, dockerfile: bool = False) -> tuple[ImageUse, ...]:
    """Return every place in a file that names an image, in its order; none if the file is broken or too large.

    A place that several aliases lead to is one use. `dockerfile`: the file is one, whatever it is called.
    """
    if dockerfile:
        return tuple(islice(parse(source).images, MOST_USES))
    found: dict[Place, ImageUse] = {}
    for use in islice(_read(source), MOST_USES):
        found.setdefault(_place(use), use)
    return tuple(found[place] for place in sorted(found))


def _read(source: Source) -> Iterator[ImageUse]:
    for kind in _kinds():
        if kind.matches(source.path):
            yield from kind.read_images(source)


def _place(use: ImageUse) -> Place:
    """Return what two uses have in common that are one: where they stand, and where what they mean is written."""
    name = () if use.traced is None else tuple((span.start, span.end) for span in use.traced.spans if span is not None)
    return use.span.start, use.span.end, name
