"""The words of a line that open here-documents.

BuildKit splits the joined line with its shell lexer and takes the words of the form `[fd]<<[-]word`, blanks allowed
after `<<` since Dockerfile 1.16 (moby/buildkit, frontend/dockerfile/parser: heredocsFromLine; shell/lex.go). The lexer
always uses the backslash here, whatever `# escape=` says. A line that it cannot lex opens none.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from msgspec import Struct

from dockwright.dockerfile.budget import TooLong
from dockwright.dockerfile.lexer import GO_SPACE, MAX_NESTING, SubstitutionError, expand
from dockwright.dockerfile.variables import UnknownValue
from dockwright.traced import Traced

if TYPE_CHECKING:
    from collections.abc import Iterator

# Text, not compiled patterns: few files need them.
_OPENING = r"(?a)(\d*)<<(-?)[\t\n\f\r ]*([^<]*)"
_RUN = rf"[^$'\"\\<{GO_SPACE}]+"
_NAME = r"\w+"
_SPECIAL_PARAMETERS = frozenset("@*#?-$!0")


class Opening(Struct, frozen=True):
    """A word that opens a here-document; `name` is the delimiter without quotes."""

    name: str
    word: Traced
    expands: bool
    strips_tabs: bool


class _Unlexable(Exception):
    """The line's quotes or substitutions do not balance, so it opens no here-document."""


def openings(line: Traced) -> list[Opening]:
    """Return the here-documents that a joined line opens, in order."""
    try:
        words = list(_words(line.text))
    except _Unlexable:
        return []
    found = (_opening(line.slice(start, end)) for start, end in words if "<<" in line.text[start:end])
    return [opening for opening in found if opening is not None]


def _opening(word: Traced) -> Opening | None:
    match = re.fullmatch(_OPENING, word.text)
    if match is None or not match[3]:
        return None
    rest = word.slice(match.start(3), match.end(3))
    try:
        name = expand(rest, escape="\\", lookup=lambda variable: Traced.made(f"${variable}")).text
    except (SubstitutionError, TooLong, UnknownValue):
        return None
    if not name:
        return None
    quotes = name.count("'") + name.count('"')
    return Opening(name, word, quotes == rest.text.count("'") + rest.text.count('"'), match[2] == "-")


def _words(text: str) -> Iterator[tuple[int, int]]:
    """Yield the offsets of each word; blanks after `<<` belong to the word."""
    plain = re.compile(_RUN)
    at, start = 0, -1
    while at < len(text):
        run = plain.match(text, at)
        if run is not None:
            start = at if start < 0 else start
            at = run.end()
            continue
        if text[at] in GO_SPACE:
            if start >= 0:
                yield start, at
            start = -1
            at += 1
            continue
        start = at if start < 0 else start
        at = _special(text, at)
    if start >= 0:
        yield start, len(text)


def _special(text: str, at: int) -> int:
    """Return the offset behind a quoted string, an escape, a substitution or a `<<` with its blanks."""
    char = text[at]
    if char == "'":
        return _closed(text.find("'", at + 1))
    if char == '"':
        return _double_quoted(text, at)
    if char == "\\":
        return min(at + 2, len(text))
    if char == "$":
        return _dollar(text, at)
    if not text.startswith("<<", at):
        return at + 1
    at += 2
    while at < len(text) and text[at] in "\t\r ":
        at += 1
    return at


def _closed(position: int) -> int:
    if position < 0:
        raise _Unlexable
    return position + 1


def _double_quoted(text: str, at: int) -> int:
    at += 1
    while at < len(text):
        match text[at]:
            case '"':
                return at + 1
            case "\\":
                at += 2
            case "$":
                at = _dollar(text, at)
            case _:
                at += 1
    raise _Unlexable


def _dollar(text: str, at: int) -> int:
    """Return the offset behind a `$` and, for `${...}`, its braces; other `$` forms end with the `$`."""
    if not text.startswith("${", at):
        return at + (2 if text[at + 1 : at + 2] in _SPECIAL_PARAMETERS else 1)
    closers: list[str] = []
    while True:
        if text.startswith("${", at):
            at, opened = _braced_head(text, at)
            closers += opened
            if len(closers) > MAX_NESTING:
                raise _Unlexable
        elif at >= len(text):
            raise _Unlexable
        elif text[at] == closers[-1]:
            closers.pop()
            at += 1
        elif text[at] in "'\"\\":
            at = _special(text, at)
        else:
            at += 1
        if not closers:
            return at


def _braced_head(text: str, at: int) -> tuple[int, list[str]]:
    """Read `${name` and its modifier; return the offset behind and what must be read up to, innermost last."""
    at += 2
    if at >= len(text) or text[at] in "{}:":
        raise _Unlexable
    name = re.compile(_NAME).match(text, at)
    at = name.end() if name else at + (text[at] in "@*#?-$!")
    modifier = text[at : at + 1]
    if modifier == "}":
        return at, ["}"]
    if modifier == ":":
        if text[at + 1 : at + 2] not in ("+", "-", "?"):
            raise _Unlexable
        return at + 2, ["}"]
    if modifier == "/":
        at += 2 if text.startswith("//", at) else 1
        return at, ["}", "/"]
    if not modifier or modifier not in "+-?#%":
        raise _Unlexable
    return at + 1, ["}"]
