"""Rewording a text that is written in pieces: which of them change, and how.

`python:3.12-slim` may be put together from an `ARG` that says `3.12` and a `FROM` that says the rest. The new wording
is laid over the old one, field by field (`/`, `:`, `-`, `_`, `.`, then runs of digits), so that each change falls into
one piece. Where it could fall into several, there is no answer rather than a guess.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from functools import cache
from itertools import accumulate
from typing import TYPE_CHECKING

from dockwright.source import Edit, Span

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from dockwright.traced import Traced

# Patterns are compiled when they are first used: a review imports this, and seldom edits.
_RUNS = r"[0-9]+|[^0-9]+"
_DIGITS = r"[0-9]+"
_EDGES = frozenset(" \t\r\n\v\f'\"`\\=,${}[]()")
_DEFAULT = r"\$\{\w+:?[-+]"
_FARTHEST = 256
_LONGEST_SHOWN = 80


class Unsolved(Exception):
    """There is no one set of edits that gives the text the new wording; the message says why."""


class Pieces:
    """The pieces of a traced text, and the edits that reword parts of it.

    A piece can be edited if it stands in a file to the letter, and is not cut out of a longer value that has numbers
    in the part that was dropped: in `${V%.*}` that part would have to follow, and nobody can tell how.
    """

    def __init__(self, traced: Traced) -> None:
        """Take the text; nothing is looked at before it is asked for."""
        self._traced = traced

    def reworded(self, start: int, end: int, new: str, *, separators: str) -> list[Edit]:
        """Return the edits that replace a part; `separators` are what its fields stand between, widest first.

        Raises:
            Unsolved: when no edits do, or more than one set of them might.
        """
        old = self._traced.text[start:end]
        if old == new:
            return []
        if self.holder(start, end) is not None:
            return [self._trimmed(start, end, new, separators)]
        for at, separator in enumerate(separators):
            if separator in old or separator in new:
                return self._by_fields(start, end, new, separators=separators[at:])
        return self._by_runs(start, end, new)

    def removed(self, start: int, end: int) -> Edit:
        """Return the edit that removes a part.

        Raises:
            Unsolved: when the part does not stand in one place.
        """
        if self.holder(start, end) is None:
            raise self._unclear(start, end)
        return self._edit(start, end, "")

    def inserted(self, at: int, text: str, *, behind: bool) -> Edit:
        """Return the edit that inserts at an offset, `behind` the character before it or in front of the next one.

        Raises:
            Unsolved: when the piece of that character cannot be edited.
        """
        return self._edit(at, at, text, piece=self._number(at - behind))

    def holder(self, start: int, end: int) -> int | None:
        """Return the number of the piece that holds a whole part; None if there are several, or none."""
        first, last = self._number(start), self._number(max(start, end - 1))
        return first if first == last and first >= 0 else None

    def place(self, offset: int) -> Span | None:
        """Return where the whole piece stands that the character at an offset belongs to."""
        return self._traced.spans[self._number(offset)]

    def _number(self, offset: int) -> int:
        return bisect_right(self._traced.starts, offset) - 1

    def _by_fields(self, start: int, end: int, new: str, *, separators: str) -> list[Edit]:
        """Reword field by field; if there are more or fewer of them, those at both ends that look alike are paired."""
        separator = separators[0]
        olds, news = self._traced.text[start:end].split(separator), new.split(separator)
        first, after = (len(olds), 0) if len(olds) == len(news) else _alike(olds, news)
        starts = list(accumulate((len(field) + 1 for field in olds), initial=start))
        edits: list[Edit] = []
        for at in (*range(first), *range(len(olds) - after, len(olds))):
            field = news[at if at < first else at - len(olds)]
            edits += self.reworded(starts[at], starts[at + 1] - 1, field, separators=separators[1:])
        added = news[first : len(news) - after]
        if first + after < len(olds) and added:
            edits += self._region(starts[first], starts[-1 - after] - 1, separator.join(added))
        elif len(olds) != len(news):
            self._refuse_repeated(olds, news, starts)
            edits.append(self._changed_count(first, after, starts, separator=separator, added=added))
        return edits

    def _refuse_repeated(self, olds: list[str], news: list[str], starts: list[int]) -> None:
        """Refuse to add or drop a field where others are like it: it might be one of those, in another piece."""
        first, after = _alike(olds, news)
        leftmost = first + after - _alike(olds[::-1], news[::-1])[0]
        low, high = max(starts[0], starts[leftmost] - 1), starts[-1 - after] - 1
        if leftmost < first and self.holder(low, high) is None:
            raise self._unclear(starts[0], starts[-1] - 1)

    def _changed_count(self, first: int, after: int, starts: list[int], *, separator: str, added: list[str]) -> Edit:
        """Add fields before the one numbered `first`, or drop those that are not paired."""
        last = len(starts) - 1 - after
        if first < last:
            low = starts[first] - 1 if first else starts[0]
            return self.removed(low, starts[last] - 1 if first else starts[last])
        if first == 0:
            return self._edit(starts[0], starts[0], "".join(field + separator for field in added))
        at, end = starts[first] - 1, starts[-1] - 1
        if at < end and self._number(at - 1) != self._number(at):
            raise self._unclear(starts[0], end)
        return self._edit(at, at, "".join(separator + field for field in added), piece=self._number(at - 1))

    def _region(self, start: int, end: int, new: str) -> list[Edit]:
        if self.holder(start, end) is not None:
            return [self._edit(start, end, new)]
        return [self._only_one(start, end, new)]

    def _by_runs(self, start: int, end: int, new: str) -> list[Edit]:
        """Reword a field as its runs of digits and of other characters follow each other (`alpine3`)."""
        olds, news = re.findall(_RUNS, self._traced.text[start:end]), re.findall(_RUNS, new)
        if [run.isdecimal() for run in olds] != [run.isdecimal() for run in news]:
            return [self._only_one(start, end, new)]
        edits: list[Edit] = []
        at = start
        for old, run in zip(olds, news, strict=True):
            if old != run:
                edits += self._region(at, at + len(old), run)
            at += len(old)
        return edits

    def _only_one(self, start: int, end: int, new: str) -> Edit:
        """Change one piece of a part such that all others stay; there must be just one that does it."""
        text, starts = self._traced.text, self._traced.starts
        found: list[tuple[int, int, str]] = []
        for number in range(self._number(start), self._number(end - 1) + 1):
            low = max(start, starts[number])
            high = min(end, starts[number + 1] if number + 1 < len(starts) else end)
            before, behind = text[start:low], text[high:end]
            if (
                new.startswith(before)
                and new.endswith(behind)
                and len(new) >= len(before) + len(behind)
                and self._why_not(number) is None
            ):
                found.append((low, high, new[len(before) : len(new) - len(behind)]))
        if len(found) != 1:
            raise self._unclear(start, end)
        return self._edit(*found[0])

    def _unclear(self, start: int, end: int) -> Unsolved:
        numbers = range(self._number(start), self._number(max(start, end - 1)) + 1)
        reasons = filter(None, map(self._why_not, numbers))
        shown = self._traced.text[start:end][:_LONGEST_SHOWN]
        unclear = f"`{shown}` is put together from several places, and it is not clear which of them should change"
        return Unsolved(next(reasons, unclear))

    def _trimmed(self, start: int, end: int, new: str, separators: str) -> Edit:
        """Replace only the fields that change, where a part stands in one piece."""
        olds, news = (_fields(separators).findall(text) for text in (self._traced.text[start:end], new))
        first, after = _kept(olds, news)
        start += sum(map(len, olds[:first]))
        end -= sum(map(len, olds[len(olds) - after :]))
        return self._edit(start, end, "".join(news[first : len(news) - after]))

    def _edit(self, start: int, end: int, text: str, *, piece: int | None = None) -> Edit:
        number = piece if piece is not None else self._number(max(0, min(start, len(self._traced) - 1)))
        reason = self._why_not(number)
        span = self._traced.spans[number]
        if reason is not None or span is None:
            raise Unsolved(reason)
        shift = span.start - self._traced.starts[number]
        return Edit(Span(span.source, start + shift, end + shift), text)

    def _why_not(self, number: int) -> str | None:
        """Say why a piece cannot be edited; None if it can."""
        starts = self._traced.starts
        start = starts[number]
        end = starts[number + 1] if number + 1 < len(starts) else len(self._traced)
        span = self._traced.spans[number]
        shown = self._traced.text[start:end][:_LONGEST_SHOWN]
        if span is None:
            return f"`{shown}` is written nowhere"
        if span.end - span.start != end - start:
            return f"`{shown}` is spelled in another way in line {span.first.line}"
        if _cut(span):
            return f"`{shown}` is only a part of what line {span.first.line} says, which has more numbers"
        return None


@cache
def _fields(separators: str) -> re.Pattern[str]:
    """Return the pattern of what is replaced as a whole; without separators, that is everything."""
    kept_out = re.escape(separators)
    return re.compile(f"[{kept_out}]|[0-9]+|[^0-9{kept_out}]+" if separators else ".+")


def _kept(olds: Sequence[str], news: Sequence[str]) -> tuple[int, int]:
    """Count the fields that both begin with, and those that both end in after them."""
    most = min(len(olds), len(news))
    first = next((at for at in range(most) if olds[at] != news[at]), most)
    most -= first
    return first, next((at for at in range(most) if olds[-1 - at] != news[-1 - at]), most)


def _alike(olds: Sequence[str], news: Sequence[str]) -> tuple[int, int]:
    """Count the same of fields that differ in nothing but numbers (`3.11` and `3.12`)."""
    return _kept([re.sub(_DIGITS, "0", field) for field in olds], [re.sub(_DIGITS, "0", field) for field in news])


def _cut(span: Span) -> bool:
    """Tell whether a piece is what a pattern (`${V%.*}`, `${V/a/b}`) left of a text, and numbers were dropped."""
    text, start, end = span.source.text, span.start, span.end
    low, high = start, end
    while low > max(0, start - _FARTHEST) and text[low - 1] not in _EDGES:
        low -= 1
    while high < min(len(text), end + _FARTHEST) and text[high] not in _EDGES:
        high += 1
    named = low < start and text[max(0, low - 1) : low] == "$"  # `$V3-slim`
    if low < start and text[max(0, low - 2) : low] == "${":
        if re.fullmatch(_DEFAULT, text[low - 2 : start]) is None:
            return True
        named = True
    return (not named and _has_digits(text[low:start])) or _has_digits(text[end:high])


def _has_digits(text: str) -> bool:
    return any("0" <= character <= "9" for character in text)


def after(traced: Traced, edits: Iterable[Edit]) -> str | None:
    """Return what a text says once edits are made; None if one of them goes beyond the pieces that it touches."""
    parts = parts_after(traced, edits)
    return None if parts is None else "".join(parts)


def parts_after(traced: Traced, edits: Iterable[Edit]) -> list[str] | None:
    """Return the same piece by piece."""
    edits = tuple(edits)
    parts: list[str] = []
    for start, end, span in traced.pieces():
        piece = traced.text[start:end]
        inside = [edit for edit in edits if span is not None and _touches(edit.span, span)]
        if span is not None and inside:
            if span.end - span.start != len(piece) or not all(_within(edit.span, span) for edit in inside):
                return None
            for edit in sorted(inside, key=lambda each: each.span.start, reverse=True):
                low, high = edit.span.start - span.start, edit.span.end - span.start
                piece = piece[:low] + edit.text + piece[high:]
        parts.append(piece)
    return parts


def touched(traced: Traced, edit: Edit) -> bool:
    """Tell whether an edit changes what a text says."""
    return any(span is not None and _touches(edit.span, span) for span in traced.spans)


def _touches(edit: Span, piece: Span) -> bool:
    """Tell whether an edit changes a piece; an insertion at its edge does."""
    if edit.source is not piece.source:
        return False
    if edit.start == edit.end:
        return piece.start <= edit.start <= piece.end
    return edit.start < piece.end and piece.start < edit.end


def _within(edit: Span, piece: Span) -> bool:
    return piece.start <= edit.start and edit.end <= piece.end
