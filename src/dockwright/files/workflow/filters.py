"""Patterns of `branches:`, `tags:` and `paths:` ("Filter pattern cheat sheet", docs.github.com).

`*` is any text without a slash, `**` any text at all, `?` and `+` are about the character before them, `[...]` is one
of its characters. Matched by following all ways at once, so that no pattern takes long.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from msgspec import Struct

if TYPE_CHECKING:
    from collections.abc import Sequence

_TOKEN = re.compile(r"(\*\*)|(\*)|\[([^\]]*)\]([?+]?)|\\?(.)([?+]?)", re.DOTALL)
_LONGEST = 200
SPECIAL = re.compile(r"[*?+\[\]!]")
"""What makes a text a pattern."""


class _Part(Struct, frozen=True):
    """What stands at one place: allowed characters (None: any but `excluded`), and whether none or several may."""

    allowed: str | None
    excluded: str
    optional: bool
    repeated: bool

    def allows(self, character: str) -> bool:
        if self.allowed is None:
            return character not in self.excluded
        return character in self.allowed


def lets_through(name: str, patterns: Sequence[str]) -> bool:
    """Tell whether a name passes patterns in turn; one with `!` takes back what those before it let through."""
    verdict = False
    for pattern in patterns:
        if pattern.startswith("!"):
            verdict = verdict and not matches(pattern[1:], name)
        else:
            verdict = verdict or matches(pattern, name)
    return verdict


def matches(pattern: str, name: str) -> bool:
    """Tell whether a whole name is matched; patterns and names of more than 200 characters are not."""
    if len(pattern) > _LONGEST or len(name) > _LONGEST:
        return False
    parts = [_part(match) for match in _TOKEN.finditer(pattern)]
    at = _skipped({0}, parts)
    for character in name:
        after: set[int] = set()
        for index in at:
            if index < len(parts) and parts[index].allows(character):
                after.add(index + 1)
                if parts[index].repeated:
                    after.add(index)
        at = _skipped(after, parts)
    return len(parts) in at


def _skipped(places: set[int], parts: Sequence[_Part]) -> set[int]:
    """Add the places that are reached by leaving out what may be left out."""
    found = set(places)
    for index in range(len(parts)):
        if index in found and parts[index].optional:
            found.add(index + 1)
    return found


def _part(match: re.Match[str]) -> _Part:
    if match[1]:
        return _Part(None, "", optional=True, repeated=True)
    if match[2]:
        return _Part(None, "/", optional=True, repeated=True)
    inside, quantifier = (_characters(match[3]), match[4]) if match[3] is not None else (match[5], match[6])
    # A repeated part that was used once may end: staying at it counts as optional only from there on.
    return _Part(inside, "", optional=quantifier == "?", repeated=quantifier == "+")


def _characters(text: str) -> str:
    """Write out the ranges of a class: `a-c` is `abc`."""
    return re.sub(
        r"(.)-(.)", lambda match: "".join(map(chr, range(ord(match[1]), min(ord(match[2]), 0x2FF) + 1))), text
    )


def common_beginning(patterns: Sequence[str]) -> str:
    """Return what all names begin with that patterns let through: `v` for `v*` and `v1.*`."""
    heads = [_head(pattern) for pattern in patterns]
    shortest = min(heads, key=len, default="")
    while not all(head.startswith(shortest) for head in heads):
        shortest = shortest[:-1]
    return shortest


def _head(pattern: str) -> str:
    match = SPECIAL.search(pattern)
    if match is None:
        return pattern
    # `?` is about the character before it, which may be missing.
    return pattern[: max(0, match.start() - (match[0] == "?"))]
