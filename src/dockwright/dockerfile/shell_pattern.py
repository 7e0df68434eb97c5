"""Shell patterns of `*` and `?` in substitutions: `${x#pattern}`, `${x%pattern}`, `${x/pattern/replacement}`.

Source: moby/buildkit, frontend/dockerfile/shell/lex.go (convertShellPatternToRegex, trimPrefix, trimSuffix).
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

    from dockwright.traced import Traced

_MOST_STEPS = 1_000_000  # of a match: Go's engine is linear, Python's takes a power of the length for each `*`
_MOST_STARS = 4
_STEPS_OF_A_CHARACTER = 16  # steps that cost about as much time as one character that is kept
_ESCAPED_OR_NOT = r"(?s)\\.|."


def compiled(pattern: str, *, greedy: bool) -> re.Pattern[str] | None:
    r"""Turn a pattern of `*`, `?` and `\` into a regular expression; None for an escape that BuildKit refuses."""
    out: list[str] = []
    chars = iter(pattern)
    for char in chars:
        if char == "*":
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
    return re.compile("".join(out))


def backward(pattern: str) -> str:
    """Reverse a pattern, but not its escapes; a last lone one then escapes what stood before it, as in BuildKit."""
    return "".join(reversed(re.findall(_ESCAPED_OR_NOT, pattern)))


def cost(pattern: str, length: int) -> int | None:
    """Return what it costs at most to match a text of this length, in characters of a `Budget`; None if too much."""
    stars = pattern.count("*")
    if stars > _MOST_STARS:
        return None
    steps = int(length ** (stars + 1)) * (len(pattern) + 1)
    return None if steps > _MOST_STEPS else steps // _STEPS_OF_A_CHARACTER


def without_prefix(value: Traced, found: re.Pattern[str]) -> Traced:
    """Apply `#` or `##`: drop the match from the front."""
    match = found.match(value.text)
    return value.slice(match.end(), len(value)) if match else value


def without_suffix(value: Traced, found: re.Pattern[str]) -> Traced:
    """Apply `%` or `%%`: drop the match from the back; the pattern is a `backward` one."""
    match = found.match(value.text[::-1])
    return value.slice(0, len(value) - match.end()) if match else value


def replaced(value: Traced, found: re.Pattern[str], replacement: Traced, *, every: bool) -> Iterator[Traced]:
    """Apply `/` or `//`: yield the parts of the value with the replacement in place of the first or every match."""
    done = -1
    for match in found.finditer(value.text):
        if match.start() == match.end() == done:
            continue  # Go takes no empty match where another has ended.
        yield value.slice(max(done, 0), match.start())
        yield replacement
        done = match.end()
        if not every:
            break
    yield value.slice(max(done, 0), len(value))
