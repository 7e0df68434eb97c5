"""Patterns of paths in the configuration.

They mean what they mean in a .gitignore file, and are compared with paths from the repository's top:

- `*` is any text within a name, `?` any one character of it, `**` between slashes any number of folders.
- A pattern without a slash, other than at its end, matches at any depth; one with a slash starts at the top.
- What matches a folder matches everything in it; a pattern with a slash at its end matches nothing but folders.

There are no character classes and no `!`; capitals matter.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence


def matches(pattern: str, path: str) -> bool:
    """Tell whether a path (relative, with `/`) is matched by a pattern."""
    parts = [part for part in pattern.split("/") if part not in {"", "."}]
    if not parts:
        return False
    anywhere = [] if "/" in pattern.rstrip("/") else ["**"]
    inside = ["*", "**"] if pattern.endswith("/") or parts[-1] == "**" else ["**"]
    return _glob([*anywhere, *parts, *inside], path.split("/"), "**", _name_matches)


def _name_matches(pattern: str, name: str) -> bool:
    return _glob(pattern, name, "*", lambda wanted, found: wanted in {"?", found})


def _glob(pattern: Sequence[str], items: Sequence[str], star: str, same: Callable[[str, str], bool]) -> bool:
    """Match items one by one; after a mismatch only the last star gives way.

    That is enough, and never takes exponential time, as a pattern that `re` tries may.
    """
    at = done = 0
    star_at, star_done = -1, 0
    while done < len(items):
        if at < len(pattern) and pattern[at] == star:
            star_at, star_done = at, done
            at += 1
        elif at < len(pattern) and same(pattern[at], items[done]):
            at, done = at + 1, done + 1
        elif star_at >= 0:
            star_done += 1
            at, done = star_at + 1, star_done
        else:
            return False
    return all(left == star for left in pattern[at:])
