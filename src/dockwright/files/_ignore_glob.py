r"""Patterns of `.dockerignore`, as BuildKit compares them with paths (github.com/moby/patternmatcher).

`*` and `?` stay within a name, `**` crosses folders, `[a-z]` and `[^a]` are characters, a backslash takes the next one
literally. BuildKit makes a Go expression of a pattern, so that a few odd forms mean what nobody would guess
(`*.a|b`, `[*]`, `\d`): those are not `exact`, and match nothing here.
"""

from __future__ import annotations

import re
from enum import Enum
from typing import TYPE_CHECKING

from msgspec import Struct

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

_MOST_WILDCARDS = 2
_LONGEST = 512
"""With more, or on a longer path, `re` might take its time; then states are followed one by one."""
_MOST_CHARACTERS = 1000
"""Of a pattern; a longer one was not written to be read."""
_REPEAT = re.compile(r"\{\d+(?:,\d*)?\}", re.ASCII)
_SPECIAL = "*?[]\\"


class _Kind(Enum):
    TEXT = "text"
    CLASS = "class"
    ONE = "?"
    NAME = "*"
    ANY = "**"
    MAYBE = "**/"
    """Nothing, or any folders with their slash; `FOLDERS` always follows."""
    FOLDERS = "folders"


class _Token(Struct, frozen=True, gc=False):
    """A character, or what stands for some: `text` is the character, or a class as `re` writes it."""

    kind: _Kind
    text: str = ""


_EXPRESSIONS = {
    _Kind.ONE: "[^/]",
    _Kind.NAME: "[^/]*",
    _Kind.ANY: ".*",
    _Kind.MAYBE: "(?:.*/)?",
    _Kind.FOLDERS: "",
}
"""What `re` calls them; `FOLDERS` is in `MAYBE`."""


class _OddError(Exception):
    """The pattern has a form whose meaning in BuildKit is an accident."""


class Glob:
    """A pattern, ready to be compared; `exact` tells whether `matches` is what BuildKit finds."""

    __slots__ = ("_match", "exact")

    def __init__(self, pattern: str) -> None:
        """Prepare a pattern that is cleaned."""
        self.exact = len(pattern) <= _MOST_CHARACTERS and is_valid(pattern)
        try:
            self._match = _compile(pattern) if self.exact else _nothing
        except _OddError:
            self.exact = False
            self._match = _nothing

    def matches(self, path: str) -> bool:
        """Tell whether it matches a path itself, not one of the folders above it."""
        return self._match(path)


def is_valid(pattern: str) -> bool:
    """Tell whether Go's `filepath.Match` takes a pattern; BuildKit refuses to build with others."""
    at = 0
    while at < len(pattern):
        if pattern[at] == "\\":
            at += 2
            if at > len(pattern):
                return False
        elif pattern[at] == "[":
            end = _class_end(pattern, at)
            if end is None:
                return False
            at = end
        else:
            at += 1
    return True


def _class_end(pattern: str, start: int) -> int | None:
    """Return where a class ends, after its bracket; None if it is broken."""
    at = start + 1 + pattern.startswith("^", start + 1)
    ranges = 0
    while True:
        if ranges and pattern.startswith("]", at):
            return at + 1
        after = _class_character(pattern, at)
        if after is not None and pattern.startswith("-", after):
            after = _class_character(pattern, after + 1)
        if after is None:
            return None
        at, ranges = after, ranges + 1


def _class_character(pattern: str, at: int) -> int | None:
    """Return where a character of a class ends; something has to follow it."""
    if pattern[at : at + 1] in {"", "-", "]"}:
        return None
    after = at + 1 + (pattern[at] == "\\")
    return after if after < len(pattern) else None


def _compile(pattern: str) -> Callable[[str], bool]:
    """Choose how to compare: most patterns are plain text, or that with `**` at one end."""
    if pattern.startswith("**") and not _has_special(pattern[2:]):
        suffix = pattern[2:]
        return lambda path: path.endswith(suffix) or (suffix[0] == "/" and path == suffix[1:])
    if pattern.endswith("**") and not _has_special(pattern[:-2]):
        prefix = pattern[:-2]
        return lambda path: path.startswith(prefix)
    if not _has_special(pattern):
        return lambda path: path == pattern
    tokens = tuple(_tokens(pattern))
    expression = re.compile("".join([_expression(token) for token in tokens]))
    wild = sum(token.kind in {_Kind.NAME, _Kind.ANY, _Kind.MAYBE} for token in tokens)
    if wild > _MOST_WILDCARDS:
        return lambda path: _follow(tokens, path)
    return lambda path: (expression.fullmatch(path) is not None) if len(path) <= _LONGEST else _follow(tokens, path)


def _has_special(text: str) -> bool:
    return any(character in text for character in _SPECIAL)


def _tokens(pattern: str) -> Iterator[_Token]:
    """Take a pattern apart as BuildKit does, which knows nothing of classes when it replaces `*` and `?`."""
    if "^" in pattern.replace("[^", "[") or "|" in pattern or _REPEAT.search(pattern):
        raise _OddError
    at = 0
    while at < len(pattern):
        character = pattern[at]
        if pattern.startswith("**", at):
            at += 3 if pattern.startswith("/", at + 2) else 2
            if at >= len(pattern):
                yield _Token(_Kind.ANY)
            else:
                yield from (_Token(_Kind.MAYBE), _Token(_Kind.FOLDERS))
            continue
        if character == "[":
            end = _class_end(pattern, at) or len(pattern)
            yield _Token(_Kind.CLASS, _class(pattern[at + 1 : end - 1]))
            at = end
            continue
        if character == "\\":
            at += 1
            character = pattern[at]
            if character.isalnum() or not character.isascii():
                raise _OddError
            yield _Token(_Kind.TEXT, character)
        else:
            yield _Token({"*": _Kind.NAME, "?": _Kind.ONE}.get(character, _Kind.TEXT), character)
        at += 1


def _class(content: str) -> str:
    """Write the content of a class for `re`."""
    negated = content.startswith("^")
    written: list[str] = []
    at = int(negated)
    while at < len(content):
        character = content[at]
        if character in "*?[":
            raise _OddError
        if character == "\\":
            at += 1
            character = content[at]
            if character.isalnum() or not character.isascii():
                raise _OddError
            written.append(re.escape(character))
        else:
            written.append("-" if character == "-" else re.escape(character))
        at += 1
    made = f"[{'^' if negated else ''}{''.join(written)}]"
    try:
        re.compile(made)
    except re.error as error:  # a range the wrong way round
        raise _OddError from error
    return made


def _expression(token: _Token) -> str:
    return re.escape(token.text) if token.kind is _Kind.TEXT else _EXPRESSIONS.get(token.kind, token.text)


def _follow(tokens: Sequence[_Token], path: str) -> bool:
    """Compare in time that is the product of both lengths: follow all states that the path can lead to."""
    active = _closed(tokens, {0})
    for character in path:
        active = _closed(tokens, {after for state in active for after in _next(tokens, state, character)})
        if not active:
            return False
    return len(tokens) in active


def _closed(tokens: Sequence[_Token], states: set[int]) -> set[int]:
    """Add the states that are reached without a character."""
    for state in sorted(states):
        at = state
        while at < len(tokens) and tokens[at].kind in {_Kind.NAME, _Kind.ANY, _Kind.MAYBE}:
            if tokens[at].kind is _Kind.MAYBE:
                states.add(at + 1)
                at += 1
            at += 1
            states.add(at)
    return states


def _next(tokens: Sequence[_Token], state: int, character: str) -> tuple[int, ...]:
    """Return the states that a character leads to."""
    token = tokens[state] if state < len(tokens) else None
    match token:
        case _Token(kind=_Kind.NAME):
            return (state,) if character != "/" else ()
        case _Token(kind=_Kind.ANY):
            return (state,) if character != "\n" else ()
        case _Token(kind=_Kind.FOLDERS):
            return (state, state + 1) if character == "/" else (state,) if character != "\n" else ()
        case _Token() if token.kind is not _Kind.MAYBE and re.fullmatch(_expression(token), character):
            return (state + 1,)
        case _:
            return ()


def _nothing(_path: str) -> bool:
    return False
