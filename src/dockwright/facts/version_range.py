"""Ranges of versions, as projects write down which versions of a language they run on.

Three dialects: PEP 440 with what Poetry adds (`>=3.10,<3.13`, `^3.10`), npm's (`^18 || >=20.1`, `20.x`) and Ruby's
(`~> 3.2.0`). What is not understood makes the whole range unknown. Pre-releases are left out of account.
"""

from __future__ import annotations

import re
from enum import Enum

Version = tuple[int, int, int]
Span = tuple[Version, Version]
"""From a version up to, but without, another one."""

LAST: Version = (10**6, 0, 0)
_LONGEST = 200
_FIRST: Version = (0, 0, 0)
_COMPARATOR = r"\s*(===?|~=|~>|!=|>=|<=|>|<|\^|~|=)?\s*v?(\d{1,6}(?:\.(?:\d{1,6}|[xX*])){0,2}|[xX*])\s*,?"
_HYPHEN = r"\s*v?(\d[\d.]{0,20})\s+-\s+v?(\d[\d.]{0,20})\s*"


class Dialect(Enum):
    """Who wrote it: they disagree about `~`, and about a version without a sign."""

    PYTHON = "python"
    NPM = "npm"
    RUBY = "ruby"


def prefix(text: str) -> Span | None:
    """Return the versions that begin with the one written: `3.12` is 3.12.0 up to 3.13.0."""
    numbers = [int(part) for part in text.split(".")[:3] if part.isdecimal()]
    return (_padded(numbers), _bumped(numbers, len(numbers))) if numbers else None


def read_range(text: str, dialect: Dialect) -> tuple[Span, ...] | None:
    """Return the ranges that together are meant; None if the text is not understood."""
    if len(text) > _LONGEST:
        return None
    found: list[Span] = []
    for alternative in text.split("||"):
        span = _alternative(alternative, dialect)
        if span is None:
            return None
        found.append(span)
    return tuple(found)


def overlap(ranges: tuple[Span, ...], span: Span) -> bool:
    """Tell whether a version of a range is among those that are meant."""
    return any(max(low, span[0]) < min(high, span[1]) for low, high in ranges)


def _alternative(text: str, dialect: Dialect) -> Span | None:
    hyphen = re.fullmatch(_HYPHEN, text)
    if hyphen is not None:
        first, last = prefix(hyphen[1]), prefix(hyphen[2])
        return None if first is None or last is None else (first[0], last[1])
    low, high, end = _FIRST, LAST, 0
    text = text.strip()
    while end < len(text):
        match = re.compile(_COMPARATOR).match(text, end)
        if match is None or match.end() == end:
            return None
        span = _comparator(match[1] or "", match[2], dialect)
        low, high, end = max(low, span[0]), min(high, span[1]), match.end()
    return low, high


def _comparator(sign: str, version: str, dialect: Dialect) -> Span:  # noqa: PLR0911 - one for each sign
    numbers = [int(part) for part in version.split(".") if part.isdecimal()]
    if not numbers:
        return _FIRST, LAST
    exact, count = _padded(numbers), len(numbers)
    match sign:
        case "!=":
            return _FIRST, LAST  # one version less
        case ">=":
            return exact, LAST
        case ">":
            # npm reads `>20` as `>=21`; Python lets `>3.12` be any 3.12.1.
            return (_bumped(numbers, count) if dialect is Dialect.NPM else _after(exact)), LAST
        case "<":
            return _FIRST, exact
        case "<=":
            return _FIRST, (_bumped(numbers, count) if dialect is Dialect.NPM else _after(exact))
        case "^":
            return exact, _bumped(numbers, _caret(numbers))
        case "~":
            return exact, _bumped(numbers, min(2, count))
        case "~=" | "~>":
            return exact, _bumped(numbers, max(1, count - 1))
        case _:
            plain = dialect is Dialect.NPM or "*" in version
            return exact, (_bumped(numbers, count) if plain or count < len(exact) else _after(exact))


def _padded(numbers: list[int]) -> Version:
    first, second, third = [*numbers, 0, 0, 0][:3]
    return first, second, third


def _bumped(numbers: list[int], count: int) -> Version:
    """Return the first version after all that share `count` numbers with this one."""
    kept = numbers[:count]
    return _padded([*kept[:-1], kept[-1] + 1])


def _caret(numbers: list[int]) -> int:
    """Count the numbers that `^` keeps: up to the first that is not zero."""
    leading = next((index for index, number in enumerate(numbers) if number), len(numbers) - 1)
    return leading + 1


def _after(version: Version) -> Version:
    return version[0], version[1], version[2] + 1
