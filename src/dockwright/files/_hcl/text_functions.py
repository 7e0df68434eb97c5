"""The functions of HCL that make text; it keeps the places of its characters wherever it is only cut and joined."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, TypeAlias

from dockwright.files._hcl.values import Items, Text, Value, as_number, as_text
from dockwright.files.value import HOLE
from dockwright.traced import EMPTY, Traced

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from dockwright.source import Span

    Built: TypeAlias = Callable[[Sequence[Value], Span], Value | None]

LONGEST = 65_536
"""Most characters or elements that a function may make."""

_VERB = re.compile(r"%(.?)", re.DOTALL)
_NOT_IN_TARGETS = re.compile(r"[^a-zA-Z0-9_-]")


def texts(arguments: Sequence[Value], *, count: int | None = None, partly: bool = False) -> list[Traced] | None:
    """Return all arguments, so many of them, as text; with `partly`, a part of one may be unknown."""
    if count is not None and len(arguments) != count:
        return None
    found: list[Traced] = []
    for argument in arguments:
        text = as_text(argument)
        if text is None or (HOLE in text.text and not partly):
            return None
        found.append(text)
    return found


def integers(arguments: Sequence[Value]) -> list[int] | None:
    """Return all arguments as whole numbers."""
    found = [as_number(argument) for argument in arguments]
    whole = [int(number) for number in found if number is not None and number == int(number)]
    return whole if len(whole) == len(found) else None


def _cut(text: Traced, start: int, end: int) -> Traced:
    return text.slice(start, end) if start < end else EMPTY


def _join(arguments: Sequence[Value], span: Span) -> Value | None:
    words: list[Value] = []
    for argument in arguments[1:]:
        if not isinstance(argument, Items):
            return None
        words += argument.items
    found = texts((*arguments[:1], *words), partly=True)
    if not found or len(arguments) == 1 or len(found[0]) * len(words) > LONGEST:
        return None
    parts = [part for text in found[1:] for part in (found[0], text)]
    return Text(Traced.join(parts[1:]), span)


def _split(arguments: Sequence[Value], span: Span) -> Value | None:
    found = texts(arguments, count=2)
    if found is None:
        return None
    separator, text = found
    if not text:
        return Items((Text(EMPTY, span),) if separator else (), span)
    parts: list[Value] = []
    start = 0
    for match in re.finditer(re.escape(separator.text) or "(?!^)(?!$)", text.text):
        parts.append(Text(_cut(text, start, match.start()), span))
        start = match.end()
    parts.append(Text(_cut(text, start, len(text)), span))
    return Items(tuple(parts), span)


def _replace(arguments: Sequence[Value], span: Span) -> Value | None:
    found = texts(arguments, count=3)
    if found is None:
        return None
    text, old, new = found
    if not old or text.text.count(old.text) * len(new) > LONGEST:
        return None
    parts: list[Traced] = []
    start = 0
    for match in re.finditer(re.escape(old.text), text.text):
        parts += (_cut(text, start, match.start()), new)
        start = match.end()
    parts.append(_cut(text, start, len(text)))
    return Text(Traced.join(parts), span)


def _substr(arguments: Sequence[Value], span: Span) -> Value | None:
    found, numbers = texts(arguments[:1]), integers(arguments[1:])
    if not found or numbers is None or len(numbers) != len(("offset", "length")):
        return None
    text, (offset, length) = found[0], numbers
    if offset < 0 and length == 0:
        return None  # buildx takes it for the rest of the text, which nobody means
    start = max(len(text) + offset, 0) if offset < 0 else min(offset, len(text))
    end = len(text) if length < 0 else min(start + length, len(text))
    return Text(_cut(text, start, end), span)


def _format(arguments: Sequence[Value], span: Span) -> Value | None:
    """Fill in `%s`, `%v` and `%d`; other verbs are unknown."""
    found = texts(arguments, partly=True)
    if not found:
        return None
    pattern, left = found[0], found[:0:-1]
    parts: list[Traced] = []
    done = 0
    for match in _VERB.finditer(pattern.text):
        parts.append(_cut(pattern, done, match.start()))
        done = match.end()
        if match[1] == "%":
            parts.append(_cut(pattern, match.start(), match.start() + 1))
        elif match[1] in {"s", "v", "d"} and left:
            parts.append(left.pop())
        else:
            return None
    parts.append(_cut(pattern, done, len(pattern)))
    return None if left else Text(Traced.join(parts), span)


def _changing(change: Callable[[str], str]) -> Built:
    """Make a function that changes the characters of a text; an unchanged text keeps its places."""

    def function(arguments: Sequence[Value], span: Span) -> Value | None:
        found = texts(arguments, count=1)
        if found is None:
            return None
        changed = change(found[0].text)
        return Text(found[0] if changed == found[0].text else Traced.made(changed), span)

    return function


def _cutting(ends: Callable[[str, str], tuple[int, int]], *, count: int) -> Built:
    """Make a function that cuts a text; `ends` says where, for the text and the last argument."""

    def function(arguments: Sequence[Value], span: Span) -> Value | None:
        found = texts(arguments, count=count)
        if not found:
            return None
        start, end = ends(found[0].text, found[-1].text)
        return Text(_cut(found[0], start, end), span)

    return function


def _hashed(algorithm: str) -> Built:
    """Make a function that hashes a text; files name the targets of a matrix so."""

    def change(text: str) -> str:
        import hashlib

        return hashlib.new(algorithm, text.encode("utf-8", "surrogateescape"), usedforsecurity=False).hexdigest()

    return _changing(change)


def _stripped(text: str, characters: str | None) -> tuple[int, int]:
    return len(text) - len(text.lstrip(characters)), len(text.rstrip(characters))


def _without_prefix(text: str, prefix: str) -> tuple[int, int]:
    return (len(prefix) if text.startswith(prefix) else 0), len(text)


def _without_suffix(text: str, suffix: str) -> tuple[int, int]:
    return 0, len(text.removesuffix(suffix))


TEXT_FUNCTIONS: Mapping[str, Built] = {
    "chomp": _cutting(lambda text, _: (0, len(text.rstrip("\r\n"))), count=1),
    "format": _format,
    "join": _join,
    "lower": _changing(str.lower),
    "md5": _hashed("md5"),
    "replace": _replace,
    "sanitize": _changing(lambda text: _NOT_IN_TARGETS.sub("_", text)),
    "sha1": _hashed("sha1"),
    "sha256": _hashed("sha256"),
    "sha512": _hashed("sha512"),
    "split": _split,
    "substr": _substr,
    "trim": _cutting(_stripped, count=2),
    "trimprefix": _cutting(_without_prefix, count=2),
    "trimspace": _cutting(lambda text, _: _stripped(text, None), count=1),
    "trimsuffix": _cutting(_without_suffix, count=2),
    "upper": _changing(str.upper),
}
