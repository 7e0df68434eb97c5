"""Shell patterns of `*` and `?` in substitutions: `${x#pattern}`, `${x%pattern}`, `${x/pattern/replacement}`.

Source: moby/buildkit, frontend/dockerfile/shell/lex.go (convertShellPatternToRegex, trimPrefix, trimSuffix).
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from dockwright.dockerfile.variables import UnknownValue

if TYPE_CHECKING:
    from dockwright.traced import Traced

_MOST_STEPS = 300_000
_LONGEST_SUFFIX_SEARCH = 4096


def compiled(text: str, value: str, *, greedy: bool) -> re.Pattern[str] | None:
    r"""Turn a pattern of `*`, `?` and `\` into a regular expression; None for an escape that BuildKit refuses.

    Raises:
        UnknownValue: when matching it against the value could take more than `_MOST_STEPS`: Go's engine is linear,
            Python's takes a power of the length for each `*`.
    """
    out: list[str] = []
    chars = iter(text)
    stars = 0
    for char in chars:
        if char == "*":
            stars += 1
            out.append(".*" if greedy else ".*?")
        elif char == "?":
            out.append(".")
        elif char == "\\":
            following = next(chars, "")
            if not following or following not in "}/*?\\":
                return None
            out.append(re.escape(following))
        else:
            out.append(re.escape(char))
    if len(value) ** (stars + 1) > _MOST_STEPS:
        raise UnknownValue
    return re.compile("".join(out))


def trimmed(value: Traced, operand: Traced | None, *, prefix: bool) -> Traced | None:
    """Apply `#`, `##`, `%` or `%%`: drop the shortest or longest match from the front or the back."""
    if operand is None:
        return None
    pattern = operand.text
    sign = "#" if prefix else "%"
    longest = pattern.startswith(sign)
    found = compiled(pattern[1:] if longest else pattern, value.text, greedy=longest)
    if found is None:
        return None
    text = value.text
    if prefix:
        match = found.match(text)
        return value.slice(match.end(), len(text)) if match else value
    starts = range(len(text) + 1) if longest else range(len(text), -1, -1)
    if len(text) > _LONGEST_SUFFIX_SEARCH:
        return None
    start = next((start for start in starts if found.fullmatch(text, start)), None)
    return value if start is None else value.slice(0, start)
