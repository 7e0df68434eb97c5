"""What is said where there is no evidence: that it is unknown, and why. It never stops anything else."""

from __future__ import annotations

from msgspec import Struct


class Unknown(Struct, frozen=True):
    """No answer, and the reason: a clause such as ``layer 2 of 3 breaks off``, for people; names in backticks."""

    reason: str


class Unreadable(Exception):
    """An image, or a part of it, cannot be read; its text is the reason of an `Unknown`."""
