"""Values that a file gives to something, as far as they can be known before it runs.

A text in a workflow, Compose or bake file may hold expressions (`${{ github.sha }}`, `$TAG`). What can be known of it
is filled in; what cannot leaves a hole. The hole is one character that no file holds, and its piece of the trace is
the place of the expression, so that a text can be split at commas and lines whatever is known of it.
"""

from __future__ import annotations

import re
from enum import Enum
from typing import TYPE_CHECKING

from msgspec import Struct

from dockwright.source import Span
from dockwright.traced import Traced

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

_REFERENCE = re.compile(
    r"""(?<![\w$.'-])((?:(?i:github|env|vars|secrets|inputs|matrix|needs|steps|runner|strategy|job))\b"""
    r"""(?:\s*\.\s*[\w*-]+|\['[^'\]]*'\])+)|\$\{?([A-Za-z_]\w*)|\$\(([A-Z]\w*)\)|(\$\(|`)""",
    re.ASCII,
)
_STRING = re.compile(r"(?<!\[)'[^']*'")
_INDEX = re.compile(r"\s*\.\s*([\w*-]+)|\['([^']*)'\]")

HOLE = "\ufdd0"
"""Stands for a part of a text that cannot be known; Unicode's noncharacter, never in a file on purpose."""


class Truth(Enum):
    """Three-valued logic (Kleene's): `UNKNOWN` combines to something known only where the other side decides alone."""

    TRUE = "true"
    FALSE = "false"
    UNKNOWN = "unknown"

    @classmethod
    def of(cls, value: bool | None) -> Truth:  # noqa: FBT001 - it is the value that is converted
        """Return the truth of a plain value; None is unknown."""
        match value:
            case None:
                return cls.UNKNOWN
            case True:
                return cls.TRUE
            case False:
                return cls.FALSE

    @property
    def certain(self) -> bool:
        """Whether it is true for sure."""
        return self is Truth.TRUE

    @property
    def possible(self) -> bool:
        """Whether it may be true: true or unknown."""
        return self is not Truth.FALSE

    def __and__(self, other: Truth) -> Truth:
        """Return whether both are true."""
        if Truth.FALSE in (self, other):
            return Truth.FALSE
        return Truth.UNKNOWN if Truth.UNKNOWN in (self, other) else Truth.TRUE

    def __or__(self, other: Truth) -> Truth:
        """Return whether one of the two is true."""
        if Truth.TRUE in (self, other):
            return Truth.TRUE
        return Truth.UNKNOWN if Truth.UNKNOWN in (self, other) else Truth.FALSE

    def __invert__(self) -> Truth:
        """Return the opposite; unknown stays unknown."""
        match self:
            case Truth.TRUE:
                return Truth.FALSE
            case Truth.FALSE:
                return Truth.TRUE
            case Truth.UNKNOWN:
                return self


class Value(Struct, frozen=True):
    """A text that a file gives to something.

    Attributes:
        traced: the text with everything filled in that is known, a `HOLE` for each part that is not. Its pieces are
            where the parts are written, through variables too: a hole's is the expression.
        written: where the text is given, as written there; None if it is a default that is written nowhere.
    """

    traced: Traced
    written: Span | None

    @classmethod
    def of(cls, text: str, span: Span | None) -> Value:
        """Make a value of a text that is known; `span` is where it is written, or what implies it."""
        return cls(spelled(text, span), span)

    @property
    def text(self) -> str | None:
        """The text; None if a part of it is not known."""
        return None if HOLE in self.traced.text else self.traced.text

    @property
    def span(self) -> Span | None:
        """Where it is given: a finding about it belongs there. For an edit, look at `traced.exact`."""
        return self.written

    @property
    def shown(self) -> str:
        """The text, its unknown parts as they are written: `ghcr.io/${{ github.repository }}:latest`.

        In one job, equal texts mean the same.
        """
        if HOLE not in self.traced.text:
            return self.traced.text
        return "".join([_shown(self.traced.text[start:end], span) for start, end, span in self.traced.pieces()])

    @property
    def unknown(self) -> bool:
        """Whether nothing at all is known of it: it is one expression, which may be empty or give several entries."""
        return self.traced.text.strip() == HOLE

    @property
    def references(self) -> frozenset[str]:
        """What its expressions name, through variables too, in lower case: `github.sha`, `secrets.token`, `$tag`.

        A variable of the runner counts as the context that it is made of (`$GITHUB_SHA`), and `$(...)` stands for the
        output of any command.
        """
        found: set[str] = set()
        for start, end, span in self.traced.pieces():
            if span is not None and self.traced.text[start:end] != span.text:
                found.update(_references(span.text))
        return frozenset(found)

    def slice(self, start: int, end: int) -> Value:
        """Return a part, by offsets in `traced.text`."""
        return Value(self.traced.slice(start, end), self._place(start, end))

    def _place(self, start: int, end: int) -> Span | None:
        """Return where a part is given: a variable's text stands elsewhere, so it is what its neighbours leave."""
        if self.written is None or start >= end:
            return self.written
        low, high = self.written.start, self.written.end
        before = True
        for first, after, span in self.traced.pieces():
            if span is None or not _holds(self.written, span):
                continue
            literal = span.end - span.start == after - first
            if after <= start:
                low = span.end
            elif first <= start:
                low = span.start + (start - first if literal else 0)
            if first >= end and before:
                high, before = span.start, False
            elif first < end <= after:
                high, before = (span.start + end - first if literal else span.end), False
        text = self.written.source.text
        while low < high and text[low].isspace():
            low += 1
        while low < high and text[high - 1].isspace():
            high -= 1
        return Span(self.written.source, low, high) if low < high else self.written

    def split(self, separator: str) -> tuple[Value, ...]:
        """Cut it at each separator; parts are stripped of white space, and empty ones left out."""
        parts: list[Value] = []
        start = 0
        for piece in self.traced.text.split(separator):
            low = start + len(piece) - len(piece.lstrip())
            high = start + len(piece.rstrip())
            if low < high:
                parts.append(self.slice(low, high))
            start += len(piece) + len(separator)
        return tuple(parts)

    def truth(self) -> Truth:
        """Return what an action's boolean input reads in it; unknown if it is neither `true` nor `false`."""
        match (self.text if self.text is not None else HOLE).strip().lower():
            case "true":
                return Truth.TRUE
            case "false" | "":
                return Truth.FALSE
            case _:
                return Truth.UNKNOWN


class Toggle(Struct, frozen=True):
    """A setting that is on or off; `value` is what is written, None where it is left to its default."""

    state: Truth
    value: Value | None = None

    @property
    def span(self) -> Span | None:
        """Where it is written; None where it is not."""
        return None if self.value is None else self.value.span


OFF = Toggle(Truth.FALSE)
"""A setting that is not written, and off by default."""


def spelled(text: str, span: Span | None) -> Traced:
    """Trace a text that something else at a place stands for: an expression, a variable.

    A piece that is as long as its place would claim to stand there to the letter, so the place is cut by a character.
    """
    if span is not None and span.end - span.start == len(text) and span.text != text:
        span = Span(span.source, span.start, max(span.start, span.end - 1))
    return Traced(text, (0,), (span,))


def concatenate(values: Iterable[Value], written: Span | None) -> Value:
    """Join values into one that is given in one place."""
    return Value(Traced.join([value.traced for value in values]), written)


def _shown(text: str, span: Span | None) -> str:
    return span.text if HOLE in text and span is not None else text


def _holds(outer: Span, inner: Span) -> bool:
    return inner.source is outer.source and outer.start <= inner.start and inner.end <= outer.end


def _references(text: str) -> Iterator[str]:
    """Name what an expression or shell text as written refers to."""
    if not text.startswith("$") and "${{" not in text:
        return
    for match in _REFERENCE.finditer(_STRING.sub("''", text) if "${{" in text else text):
        if match[1]:
            yield _INDEX.sub(r".\1\2", match[1]).lower()
        elif match[2] or match[3]:
            name = (match[2] or match[3]).lower()
            yield f"github.{name[7:]}" if name.startswith("github_") else f"${name}"
        else:
            yield "$(...)"
