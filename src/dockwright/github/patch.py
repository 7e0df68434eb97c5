"""The patch of one file, as GitHub's API and git give it: which lines can be commented on, and which have changed.

A review comment may stand on a line that a hunk shows on its right side, be it added or only there for context; one
over several lines has to stay within a hunk.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from msgspec import Struct

from dockwright.diff import Lines

if TYPE_CHECKING:
    from collections.abc import Sequence

_HUNK = re.compile(r"@@ -\d+(?:,(\d+))? \+(\d+)(?:,(\d+))? @@", re.ASCII)


class Patch(Struct, frozen=True):
    """A patch, read.

    Attributes:
        hunks: the lines that each hunk shows of the new text, in order.
        changed: the lines that are new.
    """

    hunks: tuple[range, ...] = ()
    changed: Lines = Lines()

    def shows(self, first: int, last: int) -> bool:
        """Tell whether one hunk shows all lines from the first to the last."""
        return any(first in hunk and last in hunk for hunk in self.hunks)


def read_patch(patch: str) -> Patch:
    """Read the hunks of one file's patch; what precedes the first of them is left out."""
    lines = patch.split("\n")
    hunks: list[range] = []
    changed: list[range] = []
    at = 0
    while at < len(lines):
        head = _HUNK.match(lines[at])
        at += 1
        if head is None:
            continue
        old, new = int(head[1] or "1"), int(head[3] or "1")
        first = int(head[2]) if new else int(head[2]) + 1
        hunks.append(range(first, first + new))
        at += _read_hunk(lines[at:], first, old + new, changed)
    return Patch(tuple(hunk for hunk in hunks if hunk), Lines(tuple(changed)))


def _read_hunk(lines: Sequence[str], first: int, count: int, changed: list[range]) -> int:
    """Note the changed lines of a hunk that holds `count` lines of both sides; return how many lines it takes.

    The end is known by that number: a file's text may look like anything, also like the head of a hunk.
    """
    line = start = first
    removed = False

    def flush() -> None:
        if line > start or removed:
            changed.append(range(start, line))

    taken = 0
    for text in lines:
        if count <= 0:
            break
        taken += 1
        match text[:1]:
            case "+":
                line += 1
                count -= 1
            case "-":
                removed = True
                count -= 1
            case "\\":  # "\ No newline at end of file"
                pass
            case _:
                flush()
                line += 1
                start, removed = line, False
                count -= 2
    flush()
    return taken
