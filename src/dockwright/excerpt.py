"""Source lines with a place underlined, as a terminal shows them.

A column of a terminal is a cell: wide characters take two, combining ones none, a tab as many as are left to its
stop. What cannot be printed is named (`dockwright.escape`). A line that is too long is cut around the place, and only
that part of it is ever looked at: a line may hold a megabyte, and a file thousands of places.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec import Struct

from dockwright.escape import terminal

if TYPE_CHECKING:
    from collections.abc import Sequence

    from dockwright.source import Span

MOST_LINES = 3
"""How many lines of a long place are shown."""

_TAB = 4
_CUT = "..."


class Line(Struct, frozen=True, gc=False):
    """A line of an excerpt: its number, its text, and the marks that go below it (blanks and `^`), if any."""

    number: int
    text: str
    marks: str


class _Cell(Struct, frozen=True, gc=False):
    """What stands for one character, and how wide that is."""

    text: str
    width: int


def excerpt(span: Span, width: int) -> tuple[Line, ...]:
    """Return the first lines of a place, none wider than `width` cells; an empty place has one mark."""
    first = span.first.line
    last = min(span.last.line, first + MOST_LINES - 1)
    return tuple([_line(span, number, width) for number in range(first, last + 1)])


def display_width(text: str) -> int:
    """Count the cells of a printable text."""
    return len(text) if text.isascii() else sum([_width(character) for character in text])


def _line(span: Span, number: int, width: int) -> Line:
    begin, end = _bounds(span, number)
    start = min(max(span.start, begin), end)
    stop = min(max(span.end, start), end)
    if number != span.first.line:  # the indentation of a further line is not what is meant
        blanks = span.source.text[start : min(stop, start + width)]
        start += len(blanks) - len(blanks.lstrip())
    # No character is needed that is further from the place than the line is wide, if combining ones are few.
    low, high = max(begin, start - 2 * width), min(end, start + 4 * width)
    cells = _cells(span.source.text[low:high])
    left, right = _window(cells, start - low, width, cut=(low > begin, high < end))
    before, after = low + left > begin, low + right < end
    shown = "".join([cell.text for cell in cells[left:right]])
    indent = (len(_CUT) if before else 0) + _sum(cells[left : start - low])
    marked = _sum(cells[start - low : min(stop - low, right)])
    if number == span.first.line:
        marked = max(1, marked)
    text = f"{_CUT if before else ''}{shown}{_CUT if after else ''}"
    return Line(number, text.rstrip(), " " * indent + "^" * marked if marked else "")


def _bounds(span: Span, number: int) -> tuple[int, int]:
    """Return the offsets between which a line's text stands, without its line end."""
    source = span.source
    starts = source.line_starts
    end = starts[number] if number < len(starts) else len(source.text)
    begin = starts[number - 1]
    for character in "\n\r":
        if end > begin and source.text[end - 1] == character:
            end -= 1
    return begin, end


def _window(cells: Sequence[_Cell], start: int, width: int, *, cut: tuple[bool, bool]) -> tuple[int, int]:
    """Choose which cells to show: all if they fit, else those around the start of the place."""
    if not any(cut) and _sum(cells) <= width:
        return 0, len(cells)
    left, room = start, width // 3
    while left > 0 and cells[left - 1].width <= room:
        left -= 1
        room -= cells[left].width
    right, room = left, width - len(_CUT) * (1 + (cut[0] or left > 0))
    while right < len(cells) and cells[right].width <= room:
        room -= cells[right].width
        right += 1
    return left, max(right, start)


def _cells(text: str) -> list[_Cell]:
    cells: list[_Cell] = []
    column = 0
    for index, character in enumerate(text):
        if character == "\t":
            size = _TAB - column % _TAB
            cell = _Cell(" " * size, size)
        elif character == "[" and text[max(0, index - 2) : index] == "##":
            cell = _Cell("\\[", 2)  # as `escape.inert` will have it; done here, the marks stay in their place
        elif character.isprintable():
            cell = _Cell(character, _width(character))
        else:
            named = terminal(character)
            cell = _Cell(named, len(named))
        cells.append(cell)
        column += cell.width
    return cells


def _sum(cells: Sequence[_Cell]) -> int:
    return sum([cell.width for cell in cells])


def _width(character: str) -> int:
    """Return how many cells a printable character takes (UAX 11; what is ambiguous takes one)."""
    if character.isascii():
        return 1
    from unicodedata import category, east_asian_width  # most files never need its tables

    if category(character) in {"Mn", "Me"}:
        return 0
    return 2 if east_asian_width(character) in {"W", "F"} else 1
