"""What the configuration may say about an image's tags."""

from __future__ import annotations

import re
from enum import Enum
from functools import lru_cache

from msgspec import Struct

_COMPARATOR = re.compile(r"(<=|>=|==|!=|<|>|=)\s*[vV]?(\d{1,9}(?:\.\d{1,9}){0,7})", re.ASCII)
_LONGEST = 500
_GLOB = re.compile(r"!?[\w.*?-]+", re.ASCII)

_Compare = tuple[str, tuple[int, ...]]


class VariantMoves(Enum):
    """When the operating system in a tag may move (`alpine3.20` to `alpine3.22`)."""

    NEVER = "never"
    DEAD_ONLY = "dead-only"
    """Only if the publisher, or the operating system's own makers, have stopped."""
    NEWEST = "newest"


class TagPolicy(Struct, frozen=True):
    """How far an image may move.

    Attributes:
        prereleases: whether release candidates and the like are proposed to somebody who is on a release.
        series: stay inside this one, as tags write it: `3.12`, `22`, `bookworm`.
        allowed: what a proposal must satisfy: comparators (`>=3.11, <3.14`), all of them, and patterns of whole tags
            (`3.12.*-slim`; `*` is any text, `?` one character), one of them. Commas or spaces between.
        ignored: patterns of tags that are never proposed.
        move_variants: when the operating system may move.
    """

    prereleases: bool = False
    series: str | None = None
    allowed: str | None = None
    ignored: tuple[str, ...] = ()
    move_variants: VariantMoves = VariantMoves.DEAD_ONLY

    def accepts(self, tag: str, release: tuple[int, ...]) -> bool:
        """Tell whether a tag may be proposed, as far as `series`, `allowed` and `ignored` say."""
        if self.series is not None and not _in_series(tag, release, self.series):
            return False
        if self.allowed is not None and not read_allowed(self.allowed).accepts(tag, release):
            return False
        return not any(matches_glob(pattern, tag) for pattern in self.ignored)


class Allowed(Struct, frozen=True):
    """`TagPolicy.allowed`, read."""

    comparators: tuple[_Compare, ...]
    globs: tuple[str, ...]

    def accepts(self, tag: str, release: tuple[int, ...]) -> bool:
        """Tell whether a tag satisfies every comparator and at least one pattern; one without a version none."""
        if not all(release and _holds(release, operator, version) for operator, version in self.comparators):
            return False
        return not self.globs or any(matches_glob(pattern, tag) for pattern in self.globs)


@lru_cache(256)
def read_allowed(text: str) -> Allowed:
    """Read comparators and patterns.

    Raises:
        ValueError: when a part is neither; its message names the part.
    """
    if len(text) > _LONGEST:
        raise ValueError(f"more than {_LONGEST} characters")
    comparators: list[_Compare] = []
    globs: list[str] = []
    for part in re.sub(r"([<>=!])[ \t]+", r"\1", text).replace(",", " ").split():
        if match := _COMPARATOR.fullmatch(part):
            comparators.append((match[1], tuple(map(int, match[2].split(".")))))
        elif _GLOB.fullmatch(part) and "!" not in part:
            globs.append(part)
        else:
            raise ValueError(f"`{part}` is neither a comparison with a version nor a pattern of tags")
    return Allowed(tuple(comparators), tuple(globs))


def matches_glob(pattern: str, text: str) -> bool:
    """Match a whole text: `*` is any text, `?` one character. Takes time proportional to the lengths' product."""
    at = done = 0
    star, mark = -1, 0
    while done < len(text):
        if at < len(pattern) and pattern[at] == "*":
            star, mark = at, done
            at += 1
        elif at < len(pattern) and pattern[at] in {"?", text[done]}:
            at, done = at + 1, done + 1
        elif star >= 0:
            mark += 1
            at, done = star + 1, mark
        else:
            return False
    return not pattern[at:].strip("*")


def _holds(release: tuple[int, ...], operator: str, version: tuple[int, ...]) -> bool:
    """Compare as far as the written version goes: `<=3.12` takes all of 3.12.x, `>3.12` begins with 3.13."""
    found = release[: len(version)] + (0,) * (len(version) - len(release))
    match operator:
        case "<":
            return found < version
        case "<=":
            return found <= version
        case ">":
            return found > version
        case ">=":
            return found >= version
        case "!=":
            return found != version
        case _:
            return found == version


def _in_series(tag: str, release: tuple[int, ...], series: str) -> bool:
    numbers = series.lstrip("vV").split(".")
    if all(number.isascii() and number.isdigit() for number in numbers):
        wanted = tuple(int(number[:9]) for number in numbers)
        return release[: len(wanted)] == wanted
    return series in tag.split("-")
