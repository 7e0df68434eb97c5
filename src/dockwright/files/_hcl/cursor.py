"""Tokens, read one after the other, and the places that they stand at."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING

from dockwright.files._hcl.tokens import DEEPEST, Broken, Kind, Token, scan

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator

    from dockwright.source import Span
    from dockwright.traced import Traced

_SHOWN = 30


class Cursor:
    """A place among the tokens of a text, and whether line ends count there."""

    def __init__(self, origin: Traced, whole: Span, *, template: bool = False) -> None:
        self._origin = origin
        self._whole = whole
        self._exact = origin.exact
        self._tokens = scan(origin.text, template=template)
        self._next = 0
        self._depth = 0
        self._lines = [True]

    def peek(self) -> Token:
        """Return the next token that counts."""
        while self._tokens[self._next].kind is Kind.NEWLINE and not self._lines[-1]:
            self._next += 1
        return self._tokens[self._next]

    def read(self) -> Token:
        """Take the next token; the last one stays."""
        token = self.peek()
        if token.kind is not Kind.END:
            self._next += 1
        return token

    def at(self, *punctuation: str) -> bool:
        """Whether one of these comes next."""
        return self.one_of(punctuation)

    def one_of(self, punctuation: Collection[str]) -> bool:
        """Whether one of these comes next."""
        token = self.peek()
        return token.kind is Kind.PUNCTUATION and token.text in punctuation

    def skip(self, *punctuation: str) -> bool:
        """Take the next token if it is one of these."""
        found = self.at(*punctuation)
        if found:
            self.read()
        return found

    def word(self, *words: str) -> bool:
        """Take the next token if it is one of these names."""
        token = self.peek()
        found = token.kind is Kind.IDENTIFIER and token.text in words
        if found:
            self.read()
        return found

    def expect(self, kind: Kind, text: str = "") -> Token:
        """Take the next token, which must be this.

        Raises:
            Broken: if it is another.
        """
        token = self.peek()
        if token.kind is not kind or (text and token.text != text):
            raise self.unexpected(f"`{text}`" if text else kind.value)
        return self.read()

    def unexpected(self, wanted: str) -> Broken:
        """Say that the next token is not what belongs here."""
        token = self.peek()
        shown = token.text.strip()[:_SHOWN]
        found = f"`{shown}`" if shown else token.kind.value
        return Broken(token.start, max(token.end, token.start), f"HCL expects {wanted} here, not {found}")

    @contextmanager
    def lines(self, *, count: bool) -> Iterator[None]:
        """Let line ends count, or not, for a while."""
        self._lines.append(count)
        yield
        self._lines.pop()

    @contextmanager
    def deeper(self) -> Iterator[None]:
        """Go one level down.

        Raises:
            Broken: if that is deeper than is followed.
        """
        self._depth += 1
        if self._depth > DEEPEST:
            token = self.peek()
            raise Broken(token.start, token.end, "This is nested too deep to be followed")
        yield
        self._depth -= 1

    @property
    def done(self) -> int:
        """Where the last token that was taken ends."""
        return self._tokens[self._next - 1].end if self._next else 0

    def text(self, start: int, end: int) -> Traced:
        """Return a part of the text as it is written."""
        return self._origin.slice(start, end)

    def span(self, start: int, end: int | None = None) -> Span:
        """Return a range, up to the last token that was taken; the whole text if it stands nowhere."""
        end = self.done if end is None else end
        if self._exact is not None:
            base = self._exact.start
            return self._exact.source.span(base + start, base + end)
        return self._origin.slice(start, end).span or self._whole
