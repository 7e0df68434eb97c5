"""Where ShellCheck points: its lines and columns to places in the Dockerfile, its fixes to edits there."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING

from dockwright.finding import Applicability, Fix
from dockwright.source import Edit, Span

if TYPE_CHECKING:
    from dockwright.shellcheck.program import Comment, Replacement
    from dockwright.traced import Traced

_AFTER = "afterEnd"


class Places:
    """The lines of one text that ShellCheck has read."""

    def __init__(self, text: Traced) -> None:
        """Find where its lines start."""
        self._text = text
        self._starts = [0]
        for line in text.text.split("\n"):
            self._starts.append(self._starts[-1] + len(line) + 1)

    def span(self, comment: Comment) -> Span | None:
        """Return the place that a comment is about; None if that stands in no file, or nowhere."""
        start, end = self._offset(comment.line, comment.column), self._offset(comment.end_line, comment.end_column)
        if start is None or end is None or end < start:
            return None
        if start == end:  # a place between two characters: the next one, or at the end of a line the one before
            start, end = (start, start + 1) if self._text.at(start) is not None else (start - 1, start)
        return self._text.slice(start, end).span if start >= 0 else None

    def ends_script(self, comment: Comment) -> bool:
        """Tell whether nothing follows the place that a comment is about."""
        end = self._offset(comment.end_line, comment.end_column)
        return end is not None and not self._text.text[end:].strip()

    def fix(self, comment: Comment) -> Fix | None:
        """Return the fix that comes with a comment, if each character that it touches stands in the file as it is."""
        if comment.fix is None or not comment.fix.replacements:
            return None
        edits = [self._edit(each) for each in comment.fix.replacements]
        made = tuple(dict.fromkeys(edit for edit in edits if edit is not None))
        if len(made) < len(edits) or _collide(made):
            return None
        return Fix("Apply ShellCheck's fix", made, Applicability.UNSAFE)

    def _edit(self, replacement: Replacement) -> Edit | None:
        start = self._offset(replacement.line, replacement.column)
        end = self._offset(replacement.end_line, replacement.end_column)
        if start is None or end is None or end < start or "\n" in replacement.replacement:
            return None
        if start == end:
            place = self._between(start, before=replacement.insertion_point == _AFTER)
        else:
            place = self._text.slice(start, end).exact
        return None if place is None else Edit(place, replacement.replacement)

    def _between(self, offset: int, *, before: bool) -> Span | None:
        """Return the empty place at an offset: before the next character, or after the last one."""
        neighbour = self._exact(offset if before else offset - 1)
        if neighbour is None:
            return None
        place = neighbour.start if before else neighbour.end
        return Span(neighbour.source, place, place)

    def _exact(self, offset: int) -> Span | None:
        return self._text.slice(offset, offset + 1).exact if 0 <= offset < len(self._text) else None

    def _offset(self, line: int, column: int) -> int | None:
        """Return the offset of a line and column, if there is such a place."""
        if not 0 < line < len(self._starts) or column < 1:
            return None
        offset = self._starts[line - 1] + column - 1
        return offset if offset < self._starts[line] else None


def _collide(edits: tuple[Edit, ...]) -> bool:
    """Tell whether two edits touch the same characters, or insert at the same place."""
    ordered = sorted((edit.span.start, edit.span.end) for edit in edits)
    return any(
        after[0] < before[1] or (after == before and after[0] == after[1]) for before, after in pairwise(ordered)
    )
