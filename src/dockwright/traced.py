"""Text that remembers where each piece of it was written.

Two things need it: the lines of an instruction, joined at their continuations, and text with variables expanded
(`${X:-3.12}`), whose pieces may come from an `ARG` far above. An edit then lands where the characters stand.
"""

from __future__ import annotations

from bisect import bisect_right
from typing import TYPE_CHECKING

from msgspec import Struct

from dockwright.source import Span

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

_ONE_PIECE = (0,)


class Traced(Struct, frozen=True, gc=False):
    """A text made of pieces; `spans[i]` is where the piece that begins at `starts[i]` is written.

    A piece of the same length as its span stands there to the letter; one of another length is spelled differently
    there (an escape in a JSON string). A piece whose span is None stands in no file (a built-in value).
    """

    text: str
    starts: tuple[int, ...]
    spans: tuple[Span | None, ...]

    @classmethod
    def of(cls, span: Span) -> Traced:
        """Trace a text that is written in one place."""
        return cls(span.text, (0,), (span,))

    @classmethod
    def spelled(cls, text: str, span: Span) -> Traced:
        """Trace a single character that a longer spelling stands for."""
        return cls(text, (0,), (span,))

    @classmethod
    def made(cls, text: str) -> Traced:
        """Trace a text that is written nowhere."""
        return cls(text, (0,), (None,))

    @classmethod
    def join(cls, parts: Iterable[Traced]) -> Traced:
        """Concatenate; neighbours that also stand side by side in the file become one piece."""
        filled = [part for part in parts if part.text]
        if len(filled) == 1:
            return filled[0]
        starts: list[int] = []
        spans: list[Span | None] = []
        length = 0
        for part in filled:
            for start, end, span in part.pieces():
                last = spans[-1] if spans else None
                if (
                    last is not None
                    and span is not None
                    and last.end == span.start
                    and last.source is span.source
                    and last.end - last.start == length + start - starts[-1]
                    and span.end - span.start == end - start
                ):
                    spans[-1] = Span(last.source, last.start, span.end)
                else:
                    starts.append(length + start)
                    spans.append(span)
            length += len(part.text)
        return cls("".join([part.text for part in filled]), tuple(starts), tuple(spans)) if filled else EMPTY

    def __len__(self) -> int:
        """Count the characters."""
        return len(self.text)

    def __bool__(self) -> bool:
        """Whether there is any text."""
        return bool(self.text)

    def __repr__(self) -> str:
        """Show the text."""
        return f"Traced({self.text!r})"

    def pieces(self) -> Iterator[tuple[int, int, Span | None]]:
        """Yield each piece: its offsets in the text, and its place."""
        for index, span in enumerate(self.spans):
            after = self.starts[index + 1] if index + 1 < len(self.starts) else len(self.text)
            yield self.starts[index], after, span

    def slice(self, start: int, end: int) -> Traced:
        """Return a part, by offsets in the text; an empty part keeps its place, if it has one."""
        text = self.text
        if len(self.starts) == 1:
            span = self.spans[0]
            if span is not None and span.end - span.start == len(text):
                span = Span(span.source, span.start + start, span.start + end)
            return Traced(text[start:end], _ONE_PIECE, (span,))
        if not self.starts:
            return EMPTY
        first = bisect_right(self.starts, start) - 1
        last = max(first, bisect_right(self.starts, end - 1) - 1)
        starts: list[int] = []
        spans: list[Span | None] = []
        for index in range(first, last + 1):
            here = self.starts[index]
            after = self.starts[index + 1] if index + 1 < len(self.starts) else len(text)
            low, high = max(start, here), min(end, after)
            starts.append(low - start)
            spans.append(_part(self.spans[index], after - here, low - here, high - here))
        return Traced(text[start:end], tuple(starts), tuple(spans))

    @property
    def span(self) -> Span | None:
        """The range in the file from its first to its last character, with whatever stands between (continuations).

        None if a piece stands in no file, or the pieces come from several places.
        """
        if len(self.spans) == 1:
            return self.spans[0]
        if not self.spans:
            return None
        first = last = self.spans[0]
        for span in self.spans[1:]:
            if span is None or last is None or span.start < last.end or span.source is not last.source:
                return None
            last = span
        return None if first is None or last is None else Span(first.source, first.start, last.end)

    @property
    def exact(self) -> Span | None:
        """The range that holds exactly this text, to the letter; None if it is written in pieces or nowhere."""
        if len(self.spans) != 1:
            return None
        span = self.spans[0]
        return span if span is not None and span.end - span.start == len(self.text) else None

    def at(self, offset: int) -> Span | None:
        """Return the place of the character at an offset."""
        return self.slice(offset, offset + 1).spans[0]


def _part(span: Span | None, length: int, start: int, end: int) -> Span | None:
    """Cut a piece's place as its text is cut, if it stands there to the letter."""
    if span is None or span.end - span.start != length:
        return span
    return Span(span.source, span.start + start, span.start + end)


EMPTY = Traced("", (), ())
"""No text at all, from nowhere."""
