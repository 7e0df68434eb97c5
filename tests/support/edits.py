"""Applying edits as a program does that has read a report: by line and column, knowing nothing of our own code."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

    Place = tuple[int, int]


def apply_by_position(text: str, edits: Iterable[tuple[Place, Place, str]]) -> str:
    """Return the text with edits made, each given as (line, column) of its start and end, from 1, and the new text."""
    starts = [0, *(offset + 1 for offset, character in enumerate(text) if character == "\n")]

    def offset(place: Place) -> int:
        line, column = place
        return starts[line - 1] + column - 1

    for start, end, new in sorted(edits, reverse=True):
        text = text[: offset(start)] + new + text[offset(end) :]
    return text
