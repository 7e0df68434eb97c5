"""JSON as values that know where they stand; with comments and trailing commas where a kind of file has them.

Source: RFC 8259; for comments, Visual Studio Code's "JSON with Comments" and the Dev Container specification. Nothing
raises on any text, and nesting costs no recursion.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from msgspec import Struct

from dockwright.finding import Problem
from dockwright.traced import EMPTY, Traced

if TYPE_CHECKING:
    from collections.abc import Mapping

    from dockwright.source import Source, Span

LARGEST = 256 * 1024
"""Characters. A longer file is not read: people do not write such."""

DEEPEST = 40
"""How deep lists and objects may nest."""

_BLANK = re.compile(r"[ \t\r\n]+")
_COMMENT = re.compile(r"//[^\n]*")
_STRING = re.compile(r'"(?:[^"\\\x00-\x1f]++|\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4}))*+"')
_NUMBER = re.compile(r"-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?(?:[eE][+-]?[0-9]+)?")
_WORD = re.compile(r"(?:true|false|null)\b")
_ESCAPE = re.compile(r"\\u[dD][89abAB][0-9a-fA-F]{2}\\u[dD][c-fC-F][0-9a-fA-F]{2}|\\u[0-9a-fA-F]{4}|\\.")
_SIMPLE = {'"': '"', "\\": "\\", "/": "/", "b": "\b", "f": "\f", "n": "\n", "r": "\r", "t": "\t"}
_PAIR = 2


class JsonText(Struct, frozen=True):
    """A string: its characters with their places, and its span with the quotes."""

    traced: Traced
    span: Span

    @property
    def text(self) -> str:
        """Its characters."""
        return self.traced.text


class JsonLiteral(Struct, frozen=True):
    """A number as it is written, `true`, `false` or `null`."""

    text: str
    span: Span


class JsonList(Struct, frozen=True):
    """An array."""

    items: tuple[Json, ...]
    span: Span


class JsonObject(Struct, frozen=True):
    """An object: its members in the order of the file; of equal keys the last counts in `values`."""

    pairs: tuple[tuple[JsonText, Json], ...]
    span: Span

    @property
    def values(self) -> Mapping[str, Json]:
        """The values by key."""
        return {key.text: value for key, value in self.pairs}

    def value(self, *path: str) -> Json | None:
        """Return the value that keys lead to, one below the other; None if there is none."""
        node: Json | None = self
        for key in path:
            node = node.values.get(key) if isinstance(node, JsonObject) else None
        return node

    def text(self, *path: str) -> JsonText | None:
        """Return the string that keys lead to; None if there is none or something else."""
        found = self.value(*path)
        return found if isinstance(found, JsonText) else None


Json = JsonText | JsonLiteral | JsonList | JsonObject


def read_json(source: Source, *, comments: bool) -> Json | Problem:
    """Read a file, with comments and trailing commas if such files may have them; a broken one is its problem."""
    if len(source.text) > LARGEST:
        return Problem(source.span(0, 0), f"The file has more than {LARGEST} characters, so it is not read.")
    reader = _Reader(source, comments=comments)
    try:
        return reader.read()
    except _BrokenError as broken:
        start = min(broken.args[0], len(source.text))
        return Problem(source.span(start, min(start + 1, len(source.text))), f"This is no JSON: {broken.args[1]}.")


class _BrokenError(Exception):
    """The text is no JSON: an offset, and why."""


class _Open:
    """A list or an object whose end has not come yet; `key` is that of the value to come."""

    __slots__ = ("items", "key", "pairs", "start")

    def __init__(self, start: int, pairs: list[tuple[JsonText, Json]] | None) -> None:
        self.start = start
        self.items: list[Json] = []
        self.pairs = pairs
        self.key: JsonText | None = None


class _Reader:
    """One pass over the text; `_open` holds what has begun, the outermost first."""

    def __init__(self, source: Source, *, comments: bool) -> None:
        self._source = source
        self._text = source.text
        self._at = int(source.text.startswith("\ufeff"))
        self._comments = comments
        self._open: list[_Open] = []

    def read(self) -> Json:
        """Read the whole file."""
        while True:
            self._skip()
            value = self._value()
            while value is not None and self._open:
                value = self._after(self._open[-1], value)
            if value is not None:
                self._skip()
                if self._at < len(self._text):
                    raise _BrokenError(self._at, "something follows its end")
                return value

    def _skip(self) -> None:
        """Go over blanks, and over comments where they may be."""
        while True:
            blank = _BLANK.match(self._text, self._at)
            if blank is not None:
                self._at = blank.end()
            elif self._comments and self._text.startswith("//", self._at):
                line = _COMMENT.match(self._text, self._at)
                self._at = self._at if line is None else line.end()
            elif self._comments and self._text.startswith("/*", self._at):
                end = self._text.find("*/", self._at + 2)
                if end < 0:
                    raise _BrokenError(self._at, "this comment is never closed")
                self._at = end + 2
            else:
                return

    def _value(self) -> Json | None:
        """Read a value; None if it is a list or an object that has only begun."""
        char = self._text[self._at : self._at + 1]
        match char:
            case "{" | "[":
                return self._begin(char)
            case '"':
                return self._string()
            case _:
                return self._literal()

    def _begin(self, char: str) -> Json | None:
        if len(self._open) == DEEPEST:
            raise _BrokenError(self._at, "it is nested too deep to be followed")
        self._open.append(_Open(self._at, [] if char == "{" else None))
        self._at += 1
        self._skip()
        if self._closes():
            return self._end()
        self._key()
        return None

    def _closes(self) -> bool:
        closer = "]" if self._open[-1].pairs is None else "}"
        return self._text.startswith(closer, self._at)

    def _end(self) -> Json:
        ended = self._open.pop()
        self._at += 1
        span = self._source.span(ended.start, self._at)
        return JsonList(tuple(ended.items), span) if ended.pairs is None else JsonObject(tuple(ended.pairs), span)

    def _key(self) -> None:
        """Read the key of the next value, in an object."""
        opened = self._open[-1]
        if opened.pairs is None:
            return
        opened.key = self._string()
        self._skip()
        if not self._text.startswith(":", self._at):
            raise _BrokenError(self._at, "a `:` is missing here")
        self._at += 1

    def _after(self, opened: _Open, value: Json) -> Json | None:
        """Put a value into what is open; return that if it ends here, and None if a further value follows."""
        if opened.pairs is None:
            opened.items.append(value)
        elif opened.key is not None:
            opened.pairs.append((opened.key, value))
        self._skip()
        comma = self._text.startswith(",", self._at)
        if comma:
            self._at += 1
            self._skip()
        if self._closes() and (self._comments or not comma):
            return self._end()
        if not comma:
            raise _BrokenError(self._at, "a `,` or the end of a list or an object is missing here")
        self._key()
        return None

    def _string(self) -> JsonText:
        match = _STRING.match(self._text, self._at)
        if match is None:
            raise _BrokenError(self._at, "a string is missing or broken here")
        start, self._at = self._at, match.end()
        return JsonText(self._unescaped(start + 1, self._at - 1), self._source.span(start, self._at))

    def _unescaped(self, start: int, end: int) -> Traced:
        parts: list[Traced] = []
        done = start
        for match in _ESCAPE.finditer(self._text, start, end):
            parts.append(Traced.of(self._source.span(done, match.start())))
            parts.append(Traced(_decoded(match[0]), (0,), (self._source.span(*match.span()),)))
            done = match.end()
        parts.append(Traced.of(self._source.span(done, end)))
        return Traced.join(parts) or EMPTY

    def _literal(self) -> JsonLiteral:
        match = _NUMBER.match(self._text, self._at) or _WORD.match(self._text, self._at)
        if match is None:
            raise _BrokenError(self._at, "a value is missing here")
        start, self._at = self._at, match.end()
        return JsonLiteral(match[0], self._source.span(start, self._at))


def _decoded(escape: str) -> str:
    """Decode one escape; half a surrogate pair becomes U+FFFD."""
    if escape[1] != "u":
        return _SIMPLE[escape[1]]
    units = [int(unit, 16) for unit in escape[2:].split("\\u")]
    if len(units) == _PAIR:
        return chr(0x10000 + ((units[0] - 0xD800) << 10) + (units[1] - 0xDC00))
    return "\ufffd" if units[0] in range(0xD800, 0xE000) else chr(units[0])
