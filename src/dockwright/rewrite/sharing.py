"""Which places of a file are written with the same characters."""

from __future__ import annotations

from bisect import bisect_left
from typing import TYPE_CHECKING

from dockwright.pieces import touched

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from dockwright.image import ImageUse
    from dockwright.source import Edit, Span


class Sharing:
    """The stretches of a file that make names of images, and the numbers of the places that each serves."""

    def __init__(self, uses: Sequence[ImageUse]) -> None:
        """Take the places; stretches that overlap or touch become one."""
        self._uses = uses
        self._known: dict[Span, frozenset[int]] = {}
        pieces = [
            (span.start, span.end, number)
            for number, use in enumerate(uses)
            for span in (() if use.traced is None else use.traced.spans)
            if span is not None and span.source is use.span.source
        ]
        self._starts: list[int] = []
        self._ends: list[int] = []
        self._served: list[set[int]] = []
        for start, end, number in sorted(pieces):
            if not self._ends or start > self._ends[-1]:
                self._starts.append(start)
                self._ends.append(end)
                self._served.append(set())
            self._ends[-1] = max(self._ends[-1], end)
            self._served[-1].add(number)

    def of(self, ways: Iterable[Iterable[Edit]]) -> set[int]:
        """Return the numbers of the places whose names edits change."""
        found: set[int] = set()
        for edit in {edit.span: edit for edits in ways for edit in edits}.values():
            if edit.span not in self._known:
                self._known[edit.span] = frozenset(self._touched(edit))
            found |= self._known[edit.span]
        return found

    def _touched(self, edit: Edit) -> Iterator[int]:
        at = bisect_left(self._ends, edit.span.start)
        while at < len(self._starts) and self._starts[at] <= edit.span.end:
            for number in self._served[at]:
                traced = self._uses[number].traced
                if traced is not None and touched(traced, edit):
                    yield number
            at += 1
