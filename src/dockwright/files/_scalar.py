"""Where the characters of a YAML scalar stand: without quotes, anchor, tag and indentation, and through escapes.

Source: YAML 1.1, chapter 9 ("Scalar Styles"). What a parser made of the scalar is given: if the pieces that are found
here do not add up to it, none is claimed, so that an edit never lands in a wrong place.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from dockwright.source import Span
from dockwright.traced import Traced

if TYPE_CHECKING:
    from collections.abc import Iterator

_PROPERTIES = re.compile(r"(?:[&!]\S*[ \t]+)*")
_BREAK = re.compile(r"[ \t]*(?:\r\n?|\n)[ \t\r\n]*")
_SINGLE = re.compile(r"''|[ \t]*[\r\n][ \t\r\n]*|[^'\r\n \t]+|[ \t]+")
_PLAIN = re.compile(r"[ \t]*[\r\n][ \t\r\n]*|[^\r\n \t]+|[ \t]+")
_DOUBLE = re.compile(
    r"\\(?:x[0-9a-fA-F]{2}|u[0-9a-fA-F]{4}|U[0-9a-fA-F]{8}|\r?\n[ \t]*|.)"
    r"|[ \t]*[\r\n][ \t\r\n]*|[^\"\\\r\n \t]+|[ \t]+"
)
_ESCAPES = dict(zip("0abt\tnvfreN_LP", "\0\a\b\t\t\n\v\f\r\x1b\x85\xa0\u2028\u2029", strict=True))
_LARGEST_CODE_POINT = 0x10FFFF


def trace(text: str, style: str, span: Span) -> Traced:
    """Return a scalar's text with the place of each character.

    `text` is its value, `style` its quote or block indicator (`|`, `>`; empty if plain), and `span` where it is
    written, with all that belongs to it.
    """
    raw = span.text
    properties = _PROPERTIES.match(raw)
    content = Span(span.source, span.start + (properties.end() if properties else 0), span.end)
    if not style and content.text == text:
        return Traced.of(content)
    parts = _block(text, content) if style in {"|", ">"} else _flow(style, content)
    found = Traced.join(parts).slice(0, len(text))
    if found.text == text and found.text:
        return found
    return _unplaced(text, span)


def _unplaced(text: str, span: Span) -> Traced:
    """Trace a text as spelled in some way or other; its place must not have its length by chance."""
    return Traced(text, (0,), (Span(span.source, span.start, span.end - (len(text) == span.end - span.start)),))


def _flow(style: str, content: Span) -> Iterator[Traced]:
    """Yield the pieces of a plain or quoted scalar."""
    source, start, end = content.source, content.start + len(style), content.end - len(style)
    token = {"": _PLAIN, "'": _SINGLE}.get(style, _DOUBLE)
    while start < end:
        found = token.match(source.text, start, end)
        if found is None:
            return
        place, written = Span(source, start, found.end()), found[0]
        start = found.end()
        if _BREAK.fullmatch(written):
            yield _unplaced("\n" * (written.count("\n") - 1) or " ", place)
        elif style == "'" and written == "''":
            yield Traced.spelled("'", place)
        elif style == '"' and written[0] == "\\":
            yield Traced.spelled(_unescaped(written[1:]), place)
        else:
            yield Traced.of(place)


def _unescaped(code: str) -> str:
    if code[0] in "xuU" and len(code) > 1:
        number = int(code[1:], 16)
        return chr(number) if number <= _LARGEST_CODE_POINT else ""
    return "" if code[0] in "\r\n" else _ESCAPES.get(code, code)


def _block(text: str, content: Span) -> Iterator[Traced]:
    """Yield the pieces of a block scalar's lines; folding is not undone, for it joins lines."""
    source = content.source
    start = source.text.find("\n", content.start, content.end) + 1 or content.end
    indent: int | None = None
    first = next((line for line in text.split("\n") if line), "")
    while start < content.end:
        after = source.text.find("\n", start, content.end)
        line_end = content.end if after < 0 else after
        low = line_end - (after >= 0 and source.text[line_end - 1] == "\r" and line_end > start)
        if indent is None and source.text[start:low].strip(" "):
            indent = low - start - len(first)
            if source.text[start : start + indent].strip(" "):
                return
        # Spaces of empty lines before the first that is not belong to nothing.
        yield Traced.of(Span(source, low if indent is None else min(start + indent, low), low))
        if after >= 0:
            newline = Span(source, low, after + 1)
            yield Traced.spelled("\n", newline)
        start = line_end + 1
