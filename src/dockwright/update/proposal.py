"""What an image may become, and which of that exclude each other."""

from __future__ import annotations

from enum import Enum
from typing import TYPE_CHECKING

from msgspec import Struct

from dockwright.bump import UpdateType

if TYPE_CHECKING:
    from dockwright.image import Platform, Reference
    from dockwright.update.images import Image


class Lane(Enum):
    """Updates of one image that exclude each other; those of different lanes are different pull requests."""

    SAFE = (UpdateType.PATCH, UpdateType.REPLACEMENT)
    MINOR = (UpdateType.MINOR,)
    MAJOR = (UpdateType.MAJOR,)


class Proposal(Struct, frozen=True):
    """One thing that an image may become; the fields are those of `Update`."""

    image: Image
    new: Reference
    type: UpdateType
    reason: str
    platforms: tuple[Platform, ...] = ()
    digests: tuple[str | None, str | None] = (None, None)
