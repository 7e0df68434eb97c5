"""Looking for one set of edits that makes an acceptable name of each of several places."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING

from msgspec import Struct

from dockwright.errors import InvalidReference
from dockwright.image import Reference
from dockwright.pieces import after, touched

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from dockwright.image import ImageUse
    from dockwright.source import Edit

MOST_STEPS = 2000
"""How often, for one file, a choice is tried where several images share characters; each try looks at all of these."""


class Way(Struct, frozen=True):
    """A choice, and the edits that make it true."""

    new: Reference
    edits: tuple[Edit, ...]


class Candidate(Struct, frozen=True):
    """A place, what it may come to name (best first), and the ways that lead there."""

    use: ImageUse
    choices: tuple[Reference, ...]
    ways: tuple[Way, ...]


class Found(Struct, frozen=True):
    """What each place comes to name, in their order, and the edits for all of them."""

    news: tuple[Reference, ...]
    edits: tuple[Edit, ...]


class Steps(Struct):
    """What the searches for one file may still try."""

    left: int = MOST_STEPS


def search(candidates: Sequence[Candidate], others: Sequence[ImageUse], steps: Steps) -> Found | None:
    """Return the first combination that suits all, in the order of the choices; None if there is none in time.

    `others` are the places that must keep their names.
    """
    return _Search(candidates, others, steps).place((), ())


class _Search:
    """Goes through the places in order, with what was chosen for those before; as deep as there are places."""

    def __init__(self, candidates: Sequence[Candidate], others: Sequence[ImageUse], steps: Steps) -> None:
        self._candidates = candidates
        self._others = others
        self._steps = steps

    def place(self, chosen: tuple[Way, ...], edits: tuple[Edit, ...]) -> Found | None:
        """Choose for the next place and those after it."""
        if len(chosen) == len(self._candidates):
            return Found(tuple(way.new for way in chosen), edits)
        for way in self._ways(self._candidates[len(chosen)], edits):
            if self._steps.left <= 0:
                return None
            self._steps.left -= 1
            merged = _merged(edits, way.edits)
            if merged is not None and self._suits((*chosen, way), merged):
                found = self.place((*chosen, way), merged)
                if found is not None:
                    return found
        return None

    def _ways(self, candidate: Candidate, edits: tuple[Edit, ...]) -> list[Way]:
        """Return a place's own ways, with what the edits for others have made of it, if that will do; best first."""
        traced = candidate.use.traced
        made = tuple(edit for edit in edits if traced is not None and touched(traced, edit))
        now = _named(candidate.use, made) if made else None
        if now is None or now not in candidate.choices:
            return list(candidate.ways)
        return sorted((Way(now, made), *candidate.ways), key=lambda way: candidate.choices.index(way.new))

    def _suits(self, chosen: tuple[Way, ...], edits: tuple[Edit, ...]) -> bool:
        """Tell whether all edits together do to each place what its own do; what can't be told counts as yes."""
        pairs = [(each.use, way.edits) for each, way in zip(self._candidates, chosen, strict=False)]
        pairs += [(use, ()) for use in self._others]
        for use, own in pairs:
            if use.traced is not None:
                result = after(use.traced, edits)
                if result is not None and result != after(use.traced, own):
                    return False
        return True


def _named(use: ImageUse, edits: Iterable[Edit]) -> Reference | None:
    text = None if use.traced is None else after(use.traced, edits)
    try:
        return None if text is None else Reference.parse(text)
    except InvalidReference:
        return None


def _merged(edits: tuple[Edit, ...], more: tuple[Edit, ...]) -> tuple[Edit, ...] | None:
    """Return all edits, each once; None if they would change the same characters in two ways."""
    merged = sorted(dict.fromkeys((*edits, *more)), key=lambda edit: (edit.span.start, edit.span.end))
    for one, next_one in pairwise(merged):
        if next_one.span.start < one.span.end or one.span == next_one.span:
            return None
    return tuple(merged)
