"""What is wished of places that name images, and what becomes of it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec import Struct

if TYPE_CHECKING:
    from dockwright.image import ImageUse, Reference
    from dockwright.source import Edit


class Wish(Struct, frozen=True):
    """A place and the images that it may come to name: the best first, at least one."""

    use: ImageUse
    choices: tuple[Reference, ...]


class Move(Struct, frozen=True):
    """A place and the image that it comes to name."""

    use: ImageUse
    new: Reference


class Rewritten(Struct, frozen=True):
    """Places of one file that move together.

    Attributes:
        moves: the places, in order of the file, and what each comes to name.
        edits: what changes in the file; the same characters serve all the places.
        notes: what else the edits change, and what they do not: whole sentences.
    """

    moves: tuple[Move, ...]
    edits: tuple[Edit, ...]
    notes: tuple[str, ...] = ()
