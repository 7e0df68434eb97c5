"""Arguments of an instruction: flags, words, key-value pairs, mounts.

Source: moby/buildkit, frontend/dockerfile/parser (split_command.go, line_parsers.go) and instructions
(commands_runmount.go). Every function takes joined text and returns parts of it, quotes and variables as written.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from dockwright.dockerfile.lexer import GO_SPACE
from dockwright.dockerfile.model import Flag, Mount, Pair
from dockwright.traced import EMPTY, Traced

if TYPE_CHECKING:
    from collections.abc import Iterator

_SEPARATED = re.compile(r"[^\t\v\f\r ]+")
_SPACED = re.compile(rf"[^{GO_SPACE}]+")
_FLAG_SPACE = "\t\n\v\f\r "  # BuildKit goes through flags byte by byte, so it sees no other blanks there
_MOUNT_ALIASES = {"src": "source", "dst": "target", "destination": "target", "ro": "readonly", "rw": "readwrite"}


def keyword_and_rest(text: Traced) -> tuple[Traced, Traced]:
    """Cut the keyword off; the rest begins at its first character that is no separator."""
    match = _SEPARATED.match(text.text)
    if match is None:
        return EMPTY, text
    following = _SEPARATED.search(text.text, match.end())
    start = following.start() if following else len(text)
    return text.slice(0, match.end()), text.slice(start, len(text)) if start < len(text) else EMPTY


def stripped(text: Traced) -> Traced:
    """Drop blanks on both sides, as Go's strings.TrimSpace does."""
    whole = text.text
    kept = whole.strip(GO_SPACE)
    if len(kept) == len(whole):
        return text
    start = len(whole) - len(whole.lstrip(GO_SPACE))
    return text.slice(start, start + len(kept)) if kept else EMPTY


def flags_and_arguments(rest: Traced, escape: str) -> tuple[tuple[Flag, ...], Traced]:
    """Split the leading `--flag` words from what follows; a word `--` alone ends the flags."""
    text = rest.text
    flags: list[Flag] = []
    at = 0
    while True:
        while at < len(text) and text[at] in _FLAG_SPACE:
            at += 1
        if not text.startswith("--", at):
            return tuple(flags), stripped(rest.slice(at, len(text)) if at else rest)
        end, kept = _flag_word(text, at, escape)
        word = rest.slice(at, end)
        value = Traced.join(rest.slice(start, stop) for start, stop in kept)
        at = end
        if value.text == "--":
            return tuple(flags), stripped(rest.slice(at, len(text)))
        flags.append(_flag(word, value))


def _flag_word(text: str, at: int, escape: str) -> tuple[int, list[tuple[int, int]]]:
    """Return the offset behind a flag and the parts of it that remain without quotes and escapes."""
    kept: list[tuple[int, int]] = []
    start, quote = at, ""
    while at < len(text):
        char = text[at]
        if char == quote or (not quote and char in "'\""):
            kept.append((start, at))
            quote = "" if quote else char
            start = at + 1
        elif char == escape:
            kept.append((start, at))
            start = at + 1
            at += 1
        elif not quote and char in _FLAG_SPACE:
            break
        at += 1
    at = min(at, len(text))
    kept.append((min(start, at), at))
    return at, [part for part in kept if part[0] < part[1]]


def _flag(word: Traced, value: Traced) -> Flag:
    name, equals, _ = value.text.partition("=")
    return Flag(name[2:], word, value.slice(len(name) + 1, len(value)) if equals else None)


def separated(text: Traced) -> tuple[Traced, ...]:
    """Split at blanks, tabs and the like; quotes mean nothing (FROM, EXPOSE, ADD, COPY, VOLUME)."""
    return tuple(text.slice(match.start(), match.end()) for match in _SEPARATED.finditer(text.text))


def pairs(text: Traced, escape: str) -> tuple[tuple[Pair, ...], Traced | None]:
    """Read ENV's and LABEL's arguments; the second value is a word that lacks its `=`, which is an error."""
    words = _quoted_words(text, escape)
    if not words or "=" not in words[0].text:
        return _legacy_pair(text), None
    found: list[Pair] = []
    for word in words:
        if "=" not in word.text:
            return tuple(found), word
        found.append(_pair(word))
    return tuple(found), None


def optional_pairs(text: Traced, escape: str) -> tuple[Pair, ...]:
    """Read ARG's arguments: `name` or `name=value`, several allowed."""
    return tuple(_pair(word) for word in _quoted_words(text, escape))


def _pair(word: Traced) -> Pair:
    key, equals, _ = word.text.partition("=")
    if not equals:
        return Pair(word, None, word)
    return Pair(word.slice(0, len(key)), word.slice(len(key) + 1, len(word)), word)


def _legacy_pair(text: Traced) -> tuple[Pair, ...]:
    key, value = keyword_and_rest(text)
    return (Pair(key, value, text, legacy=True),) if key and value else ()


def _quoted_words(text: Traced, escape: str) -> tuple[Traced, ...]:
    """Split at blanks outside of quotes; quotes and escapes stay in the words."""
    whole = text.text
    if "'" not in whole and '"' not in whole and escape not in whole:
        return tuple(text.slice(match.start(), match.end()) for match in _SPACED.finditer(whole))
    return tuple(text.slice(start, end) for start, end in _quoted_ranges(whole, escape))


def _quoted_ranges(text: str, escape: str) -> Iterator[tuple[int, int]]:
    at, start, quote = 0, -1, ""
    while at < len(text):
        char = text[at]
        if not quote and char in GO_SPACE:
            if start >= 0:
                yield start, at
            start = -1
            at += 1
            continue
        start = at if start < 0 else start
        if char == escape and quote != "'":
            at += 1
        elif char == quote:
            quote = ""
        elif not quote and char in "'\"":
            quote = char
        at += 1
    if start >= 0:
        yield start, len(text)


def mount(flag: Flag) -> Mount:
    """Read the value of `RUN --mount=`: comma-separated `key=value`, fields may be quoted as in CSV."""
    options: dict[str, Traced | None] = {}
    for field in _csv_fields(flag.value or EMPTY):
        key, equals, _ = field.text.partition("=")
        name = key.lower()
        options[_MOUNT_ALIASES.get(name, name)] = field.slice(len(key) + 1, len(field)) if equals else None
    kind = options.get("type")
    return Mount(kind.text.lower() if kind else "bind", options, flag)


def _csv_fields(value: Traced) -> Iterator[Traced]:
    text = value.text
    at = 0
    while at <= len(text) and text:
        if text.startswith('"', at):
            end = _closing_quote(text, at + 1)
            yield value.slice(at + 1, end)
            at = end + 1
            at = at + 1 if at < len(text) else len(text) + 1
            continue
        end = text.find(",", at)
        end = len(text) if end < 0 else end
        yield value.slice(at, end)
        at = end + 1


def _closing_quote(text: str, at: int) -> int:
    while at < len(text):
        if text[at] == '"':
            if not text.startswith('""', at):
                return at
            at += 1
        at += 1
    return len(text)
