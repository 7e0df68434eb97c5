"""A file's text, places in it, and replacements of those places.

Terms follow the Language Server Protocol, but columns count Unicode code points and both numbers start at 1.
"""

from __future__ import annotations

from bisect import bisect_right
from typing import TYPE_CHECKING

from msgspec import Struct

from dockwright.errors import EditConflict

if TYPE_CHECKING:
    from collections.abc import Iterable


class Position(Struct, frozen=True, gc=False, order=True):
    """A place in a text: `line` and `column` count from 1, the column in code points."""

    line: int
    column: int


class Source:
    r"""A file's path (relative, with `/`) and its whole text.

    Only `\n` ends a line, as for BuildKit: `\r` before it belongs to the line, and none of the other characters
    at which `str.splitlines` breaks ends one. Bytes that are no UTF-8 are kept as lone surrogates (PEP 383).
    """

    __slots__ = ("_starts", "path", "text")

    def __init__(self, path: str, text: str) -> None:
        """Keep the text as it is; line starts are found when a position is first asked for."""
        self.path = path
        self.text = text
        self._starts: list[int] | None = None

    @classmethod
    def decode(cls, path: str, data: bytes) -> Source:
        """Make a source of a file's bytes; any bytes are allowed and come back from `encode`."""
        return cls(path, data.decode("utf-8", "surrogateescape"))

    def encode(self) -> bytes:
        """Return the file's bytes again."""
        return encode(self.text)

    def __repr__(self) -> str:
        """Name the file, without its text."""
        return f"Source({self.path!r})"

    @property
    def line_starts(self) -> list[int]:
        """The offset at which each line starts; a text that ends in a newline has no further line."""
        if self._starts is None:
            starts = [0]
            find, offset = self.text.find, -1
            while (offset := find("\n", offset + 1)) >= 0:
                starts.append(offset + 1)
            if len(starts) > 1 and starts[-1] == len(self.text):
                starts.pop()
            self._starts = starts
        return self._starts

    def position(self, offset: int) -> Position:
        """Turn an offset into line and column."""
        starts = self.line_starts
        line = bisect_right(starts, offset)
        return Position(line, offset - starts[line - 1] + 1)

    def offset(self, position: Position) -> int:
        """Turn line and column into an offset."""
        return self.line_starts[position.line - 1] + position.column - 1

    def line(self, number: int) -> str:
        """Return a line's text, counted from 1, without its line end."""
        starts = self.line_starts
        end = starts[number] if number < len(starts) else len(self.text)
        return self.text[starts[number - 1] : end].removesuffix("\n").removesuffix("\r")

    def span(self, start: int, end: int) -> Span:
        """Return the half-open range between two offsets."""
        return Span(self, start, end)


class Span(Struct, frozen=True, gc=False):
    """A half-open range of offsets in a source's text."""

    source: Source
    start: int
    end: int

    @property
    def text(self) -> str:
        """The text in the range."""
        return self.source.text[self.start : self.end]

    @property
    def first(self) -> Position:
        """The position of its first character."""
        return self.source.position(self.start)

    @property
    def last(self) -> Position:
        """The position after its last character: on the line of that character, never at the start of the next."""
        if self.end <= self.start:
            return self.first
        before = self.source.position(self.end - 1)
        return Position(before.line, before.column + 1)

    @property
    def lines(self) -> range:
        """The numbers of the lines that it touches."""
        return range(self.first.line, self.last.line + 1)

    def __repr__(self) -> str:
        """Name the place without the file's text."""
        return f"Span({self.source.path}:{self.first.line}:{self.first.column}, {self.text[:40]!r})"


class Edit(Struct, frozen=True, gc=False):
    """A replacement of a span's text; an empty span inserts."""

    span: Span
    text: str


def encode(text: str) -> bytes:
    """Return the bytes of a text that `Source.decode` made."""
    return text.encode("utf-8", "surrogateescape")


def apply(text: str, edits: Iterable[Edit]) -> str:
    """Return the text with all edits made; every other character stays.

    Raises:
        EditConflict: when two edits overlap, or insert at the same place.
    """
    parts: list[str] = []
    done = 0
    previous: Edit | None = None
    for edit in sorted(edits, key=lambda edit: (edit.span.start, edit.span.end)):
        same_place = previous is not None and previous.span == edit.span
        if edit.span.start < done or (same_place and edit.span.start == edit.span.end):
            raise EditConflict(f"two edits overlap at {edit.span!r}")
        parts += (text[done : edit.span.start], edit.text)
        done = edit.span.end
        previous = edit
    parts.append(text[done:])
    return "".join(parts)
