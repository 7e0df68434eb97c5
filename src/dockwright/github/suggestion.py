"""Fixes as GitHub's suggestions: what replaces the lines of a review comment when somebody presses a button.

A suggestion replaces whole lines, from the comment's first to its last, and a thread has one. So only a fix whose edits
lie near each other in one file can be one; and it is one only if replacing the lines gives, to the character, what the
fix gives.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec import Struct

from dockwright.errors import EditConflict
from dockwright.source import apply

if TYPE_CHECKING:
    from collections.abc import Sequence

    from dockwright.finding import Finding, Fix
    from dockwright.github.patch import Patch
    from dockwright.source import Edit, Source

_MOST_LINES = 40
"""A longer suggestion is not read before it is accepted."""


class Suggestion(Struct, frozen=True):
    """The lines `first` to `last` become `lines`; none deletes them."""

    first: int
    last: int
    lines: tuple[str, ...]


def suggest(finding: Finding, patch: Patch) -> Suggestion | None:
    """Return a finding's fix as a suggestion, if it can be one in a pull request with this patch of the file."""
    fix, source = finding.fix, finding.span.source
    if fix is None or not fix.edits or any(edit.span.source.path != source.path for edit in fix.edits):
        return None
    edited = _edited_lines(fix)
    own = finding.span.lines
    if edited.start < own.stop and own.start < edited.stop:
        lines = edited
    else:  # the comment is to stand on what it is about
        lines = range(min(edited.start, own.start), max(edited.stop, own.stop))
    return _within(source, fix, lines, patch)


def _edited_lines(fix: Fix) -> range:
    """Return the lines that edits touch; an insertion touches the line that it is made in."""
    return range(
        min(edit.span.first.line for edit in fix.edits),
        max(edit.span.last.line for edit in fix.edits) + 1,
    )


def _within(source: Source, fix: Fix, lines: range, patch: Patch) -> Suggestion | None:
    """Return the suggestion for some lines, or for one line more: an edit may draw up the line below."""
    for last in (lines.stop - 1, lines.stop):
        if not patch.shows(lines.start, last) or last > len(source.line_starts):
            return None
        new = _replaced(source, lines.start, last, fix.edits)
        if new is None:
            return None
        if _is_exact(source, fix.edits, Suggestion(lines.start, last, new)):
            return Suggestion(lines.start, last, new) if _is_plain(source, lines.start, last, new) else None
    return None


def _replaced(source: Source, first: int, last: int, edits: Sequence[Edit]) -> tuple[str, ...] | None:
    """Return what some lines become, in which all edits are; None if the edits meet."""
    starts = source.line_starts
    start, end = starts[first - 1], starts[last] if last < len(starts) else len(source.text)
    try:
        whole = apply(source.text, edits)
    except EditConflict:
        return None
    new = whole[start : len(whole) - (len(source.text) - end)]
    return tuple(new.removesuffix("\n").split("\n")) if new else ()


def _is_exact(source: Source, edits: Sequence[Edit], suggestion: Suggestion) -> bool:
    """Tell whether replacing the lines gives the text that the edits give."""
    lines = source.text.split("\n")
    lines[suggestion.first - 1 : suggestion.last] = suggestion.lines
    return "\n".join(lines) == apply(source.text, edits)


def _is_plain(source: Source, first: int, last: int, new: Sequence[str]) -> bool:
    """Tell whether GitHub passes the new lines on as they are: printable text, and no more of it than is read.

    What it makes of a carriage return, a control character or a byte that is no UTF-8 is not documented, so neither may
    be among the new lines, nor among the old ones, of which they would have been removed.
    """
    old = [source.line(number) for number in range(first, last + 1)]
    ends = source.text[source.line_starts[first - 1] :].split("\n", last - first + 1)[: last - first + 1]
    return (
        max(len(old), len(new)) <= _MOST_LINES
        and not any(line.endswith("\r") for line in ends)
        and all(line.replace("\t", "").isprintable() for line in (*old, *new))
    )
