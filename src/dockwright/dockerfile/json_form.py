"""The exec form: arguments that are a JSON array of strings, with the place of each string.

BuildKit decodes strictly; valid JSON with anything but strings is an error, anything else is silently the shell form
(moby/buildkit, frontend/dockerfile/parser/line_parsers.go: parseJSON).
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from dockwright.dockerfile.lexer import GO_SPACE
from dockwright.traced import EMPTY, Traced

if TYPE_CHECKING:
    from collections.abc import Iterator

_BLANK = r"[ \t\r\n]*+"
_STRING = r'"(?:[^"\\\x00-\x1f]|\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4}))*+"'
_ARRAY = re.compile(rf"\[{_BLANK}(?:{_STRING}{_BLANK}(?:,{_BLANK}{_STRING}{_BLANK})*+)?\]{_BLANK}\Z", re.ASCII)
_STRINGS = re.compile(_STRING, re.ASCII)
_ESCAPES = r"(?a)\\u[dD][89abAB][0-9a-fA-F]{2}\\u[dD][c-fC-F][0-9a-fA-F]{2}|\\u[0-9a-fA-F]{4}|\\."
_SIMPLE = {'"': '"', "\\": "\\", "/": "/", "b": "\b", "f": "\f", "n": "\n", "r": "\r", "t": "\t"}


class NotStrings(Exception):
    """The arguments are a JSON array, but not of strings."""


def is_json(text: str) -> bool:
    """Whether BuildKit takes the arguments for a JSON array of strings."""
    text = text.strip(GO_SPACE)
    return text.startswith("[") and _ARRAY.match(text) is not None


def strings(arguments: Traced) -> tuple[Traced, ...] | None:
    """Return the strings of a JSON array, unescaped; None for the shell form.

    Raises:
        NotStrings: for a JSON array with other elements.
    """
    text = arguments.text
    start = len(text) - len(text.lstrip(GO_SPACE))
    if not text.startswith("[", start):
        return None
    if _ARRAY.match(text, start) is None:
        if _is_other_array(text[start:]):
            raise NotStrings
        return None
    return tuple(_unescaped(arguments, match.start() + 1, match.end() - 1) for match in _STRINGS.finditer(text, start))


def _is_other_array(text: str) -> bool:
    import json

    def refuse(constant: str) -> None:
        raise ValueError(constant)

    try:
        json.loads(text, parse_constant=refuse)
    except (ValueError, RecursionError):
        return False
    return True


def _unescaped(arguments: Traced, start: int, end: int) -> Traced:
    if "\\" not in arguments.text[start:end]:
        return arguments.slice(start, end)
    return Traced.join(_pieces(arguments, start, end)) or EMPTY


def _pieces(arguments: Traced, start: int, end: int) -> Iterator[Traced]:
    done = start
    for match in re.compile(_ESCAPES).finditer(arguments.text, start, end):
        yield arguments.slice(done, match.start())
        written = arguments.slice(*match.span()).span
        decoded = _decoded(match[0])
        yield Traced.made(decoded) if written is None else Traced.spelled(decoded, written)
        done = match.end()
    yield arguments.slice(done, end)


def _decoded(escape: str) -> str:
    """Decode one escape; half a surrogate pair becomes U+FFFD, as in Go."""
    if escape[1] != "u":
        return _SIMPLE[escape[1]]
    units = [int(unit, 16) for unit in escape[2:].split("\\u")]
    return b"".join(unit.to_bytes(2, "big") for unit in units).decode("utf-16-be", "replace")
