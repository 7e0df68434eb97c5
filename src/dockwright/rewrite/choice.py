"""Choosing for the images of one file: alone where they stand alone, together where they share characters."""

from __future__ import annotations

from itertools import islice
from typing import TYPE_CHECKING

from dockwright.bump import Skipped
from dockwright.pieces import Unsolved, after, touched
from dockwright.rewrite.arguments import shown
from dockwright.rewrite.model import Move, Rewritten
from dockwright.rewrite.search import Candidate, Found, Steps, Way, search
from dockwright.rewrite.sharing import Sharing

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from dockwright.image import ImageUse, Reference
    from dockwright.rewrite.arguments import Arguments
    from dockwright.rewrite.model import Wish

MOST_CHOICES = 50
"""Of a longer list of choices only the first are tried where several images share characters."""

MOST_TOGETHER = 200
"""More images than these that share characters are left alone."""


def choose(wishes: Sequence[Wish], uses: Sequence[ImageUse], *, arguments: Arguments) -> list[Rewritten | Skipped]:
    """Return what can be done of the wishes for one file, not yet verified; what moves together is one outcome."""
    return list(_Chooser(wishes, uses, arguments).outcomes())


class _Chooser:
    """The wishes of one file; places are known by their numbers among `uses`."""

    def __init__(self, wishes: Sequence[Wish], uses: Sequence[ImageUse], arguments: Arguments) -> None:
        self._uses = tuple(dict.fromkeys(uses))
        numbers = {use: number for number, use in enumerate(self._uses)}
        self._wishes = {numbers[wish.use]: wish for wish in wishes}
        self._arguments = arguments
        self._sharing = Sharing(self._uses)
        self._steps = Steps()
        self._ways: dict[tuple[int, int], tuple[Way, ...]] = {}
        self._reasons: dict[int, str] = {}

    def outcomes(self) -> Iterator[Rewritten | Skipped]:
        """Yield one outcome for each group of places that move together, and for each that is left alone."""
        for wished, others in self._groups():
            if len(wished) + len(others) > MOST_TOGETHER:
                yield self._skipped(wished, f"it shares characters with more than {MOST_TOGETHER - 1} other images")
                continue
            found = self._search(wished, others)
            if found is None:
                yield from self._some_of(wished, others)
            else:
                yield self._rewritten(wished, found)

    def _some_of(self, wished: list[int], others: list[int]) -> Iterator[Rewritten | Skipped]:
        """Move those that can move while the rest stays."""
        taken: list[int] = []
        best: Found | None = None
        for number in wished if len(wished) > 1 else ():
            staying = [each for each in wished if each != number and each not in taken]
            found = self._search([*taken, number], [*others, *staying])
            if found is not None:
                taken, best = [*taken, number], found
        if best is not None:
            yield self._rewritten(taken, best)
        for number in wished:
            if number not in taken:
                yield self._skipped([number], self._reason(number, sorted({*others, *wished} - {number})))

    def _groups(self) -> Iterator[tuple[list[int], list[int]]]:
        """Yield the wished places that share characters, with the others that share them too."""
        joined = {number: {number} for number in self._wishes}
        seen: set[frozenset[int]] = set()
        for number in self._wishes:
            affected = self._affected(number)
            if affected in seen:
                continue
            seen.add(affected)
            union = joined[number].union(*(joined.get(other, {other}) for other in affected))
            joined.update(dict.fromkeys(union, union))
        told: set[int] = set()
        for number in sorted(self._wishes):
            if number not in told:
                told |= joined[number]
                yield (
                    sorted(joined[number] & self._wishes.keys()),
                    sorted(joined[number] - self._wishes.keys()),
                )

    def _affected(self, number: int) -> frozenset[int]:
        """Return the places that a wish may change; all its choices are looked at only if the best affects others."""
        first = self._sharing.of(way.edits for way in self._ways_of(number, most=1))
        if first <= {number} or len(first) > MOST_TOGETHER:
            return frozenset({number} | first)
        return frozenset({number} | self._sharing.of(way.edits for way in self._ways_of(number)))

    def _ways_of(self, number: int, most: int = MOST_CHOICES) -> tuple[Way, ...]:
        """Return the choices of a place that edits can make true, up to `most`."""
        if (number, most) not in self._ways:
            wish = self._wishes[number]
            found = (way for choice in wish.choices[:MOST_CHOICES] if (way := self._way(number, choice)) is not None)
            self._ways[number, most] = tuple(islice(found, most))
        return self._ways[number, most]

    def _way(self, number: int, choice: Reference) -> Way | None:
        use = self._uses[number]
        try:
            edits = use.renamed(choice)
        except Unsolved as error:
            self._reasons.setdefault(number, str(error))
            return None
        if any(edit.span.source is not use.span.source for edit in edits):
            self._reasons.setdefault(number, "its name is written in another file")
            return None
        return Way(choice, edits)

    def _search(self, wished: Sequence[int], others: Sequence[int]) -> Found | None:
        """Look for edits that suit these places, and leave others as they are."""
        alone = len(wished) == 1 and not others
        candidates = [
            Candidate(self._uses[each], self._wishes[each].choices, self._ways_of(each, 1 if alone else MOST_CHOICES))
            for each in wished
        ]
        found = None
        if not alone:
            found = search(candidates, [self._uses[each] for each in others], self._steps)
        elif candidates[0].ways:
            found = Found((candidates[0].ways[0].new,), candidates[0].ways[0].edits)
        return None if found is None or self._arguments.unknown_reader(found.edits) is not None else found

    def _rewritten(self, wished: Sequence[int], found: Found) -> Rewritten:
        news = sorted(zip(wished, found.news, strict=True), key=lambda each: each[0])
        moves = tuple(Move(self._uses[number], new) for number, new in news)
        pinned = [
            move.use for move in moves if move.new.digest and move.use.reference and not move.use.reference.digest
        ]
        return Rewritten(moves, found.edits, tuple(self._arguments.notes(found.edits, pinned)))

    def _skipped(self, numbers: Iterable[int], reason: str) -> Skipped:
        uses = tuple(self._uses[number] for number in numbers)
        return Skipped(uses[0].reference, uses, reason)

    def _reason(self, number: int, others: Sequence[int]) -> str:
        """Say what stands in the way of a wish."""
        for way in self._ways_of(number, most=1):
            for other in others:
                traced = self._uses[other].traced
                edit = None if traced is None else next((each for each in way.edits if touched(traced, each)), None)
                if traced is not None and edit is not None:
                    becomes = after(traced, way.edits)
                    result = "change" if becomes is None else f"become `{becomes}`"
                    place = self._arguments.where(edit.span)
                    return f"{place} also makes {shown(self._uses[other])}, which would {result}"
            unknown = self._arguments.unknown_reader(way.edits)
            if unknown is not None:
                place = self._arguments.where(way.edits[0].span)
                return f"{place} also makes {shown(unknown)}, whose name is known only to the build"
        return self._reasons.get(number, "it shares characters with other images, and no choice suits them all")
