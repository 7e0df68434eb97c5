"""Differences between commits, as GitHub shows them: files with patches, hunks, and where a line went.

The differences are git's own. A line can be commented on if it is in a hunk, context included.
"""

from __future__ import annotations

import re
from functools import cached_property
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.support.github.git import Git

Side = Literal["LEFT", "RIGHT"]

MOST_FILES = 3000
"""More are not told (docs.github.com: "List pull requests files")."""

LARGEST_PATCH = 20_000
"""Of a file, in lines; a longer one is left out (docs.github.com: "Repository limits", diffs)."""

_STATUS = {"A": "added", "D": "removed", "M": "modified", "T": "changed", "R": "renamed", "C": "copied"}
_HUNK = re.compile(r"^@@ -(\d+)(?:,(\d+))? \+(\d+)(?:,(\d+))? @@", re.ASCII)


class Hunk:
    """A hunk of a patch: its lines, the head included, and where each line is."""

    def __init__(self, lines: list[str], position: int) -> None:
        match = _HUNK.match(lines[0])
        assert match is not None
        self.lines = lines
        self.position = position
        old, new = int(match[1]), int(match[3])
        self.starts: dict[Side, int] = {"LEFT": old, "RIGHT": new}
        self.places: dict[tuple[Side, int], int] = {}
        for index, line in enumerate(lines[1:], start=1):
            if line[:1] in {" ", "-"}:
                self.places["LEFT", old] = index
                old += 1
            if line[:1] in {" ", "+"}:
                self.places["RIGHT", new] = index
                new += 1

    def until(self, side: Side, line: int) -> str:
        """Return the hunk down to a line: the `diff_hunk` of a comment on it."""
        return "\n".join(self.lines[: self.places[side, line] + 1])


class FileChange:
    """What happened to a file.

    Attributes:
        path: where it is now, or was if it is removed.
        old_path: where it was.
        status: GitHub's word for it.
        sha: its blob, or the one that is removed.
        patch: from the first `@@` on; None if there is none, for a binary or too large file or a mere renaming.
    """

    def __init__(self, raw: list[str], old_path: str, path: str, patch: str) -> None:
        self.path = path
        self.old_path = old_path
        self.status = _STATUS[raw[4][0]]
        self.sha = raw[2] if self.status == "removed" else raw[3]
        lines = patch.split("\n")
        self._lines = lines if len(lines) <= LARGEST_PATCH else []
        self.additions = sum(line.startswith("+") for line in lines)
        self.deletions = sum(line.startswith("-") for line in lines)

    @property
    def patch(self) -> str | None:
        """The patch."""
        return "\n".join(self._lines) or None

    @cached_property
    def hunks(self) -> list[Hunk]:
        """The hunks of the patch."""
        starts = [index for index, line in enumerate(self._lines) if line.startswith("@@")]
        ends = [*starts, len(self._lines)][1:]
        return [Hunk(self._lines[start:end], start) for start, end in zip(starts, ends, strict=True)]

    def hunk(self, side: Side, line: int) -> Hunk | None:
        """Return the hunk that a line is in."""
        return next((each for each in self.hunks if (side, line) in each.places), None)

    def position(self, side: Side, line: int) -> int | None:
        """Return the line's place in the patch, counted from the first `@@`."""
        hunk = self.hunk(side, line)
        return hunk.position + hunk.places[side, line] if hunk else None

    def moved(self, side: Side, first: int, last: int) -> int | None:
        """Return how far lines of one side moved to reach the other; None if one of them changed.

        It is meant for a patch without context.
        """
        shift = 0
        for hunk in self.hunks:
            mine, theirs = (sum(of == each for of, _ in hunk.places) for each in (side, _OTHER[side]))
            # Of a side without lines, git tells the line before.
            start = hunk.starts[side] + (not mine)
            if start + mine <= first:
                shift += theirs - mine
            elif start <= last:
                return None
        return shift


_OTHER: dict[Side, Side] = {"LEFT": "RIGHT", "RIGHT": "LEFT"}


class Differences:
    """The differences between two commits of a repository, or from nothing to one."""

    def __init__(self, git: Git, old: str | None, new: str, *, context: int = 3) -> None:
        trees = [old, new] if old else ["--root", new]
        options = ["-r", "-M", "--full-index", "--no-commit-id", "--no-ext-diff", "--no-textconv"]
        raw = git.run("diff-tree", *options, "-z", "--raw", *trees)
        text = git.run("diff-tree", *options, f"-U{context}", "--patch", *trees) if raw else ""
        patches = re.split(r"(?:^|(?<=\n))diff --git ", text)[1:]
        self.files = [
            FileChange(head, old_path, path, _patch(patch))
            for (head, old_path, path), patch in zip(_raw(raw), patches, strict=True)
        ]

    def file(self, path: str) -> FileChange | None:
        """Return what happened to the file that is at a path now."""
        return next((each for each in self.files if each.path == path), None)


def _raw(text: str) -> Iterator[tuple[list[str], str, str]]:
    """Yield modes, blobs and status, the old path and the path of `--raw -z`."""
    parts = iter(text.split("\0")[:-1])
    for head in parts:
        fields = head.removeprefix(":").split(" ")
        old_path = next(parts)
        yield fields, old_path, next(parts) if fields[4][0] in "RC" else old_path


def _patch(text: str) -> str:
    """Return what follows the head of a file's patch, without the last line break."""
    start = re.search(r"^@@ ", text, re.MULTILINE)
    return text[start.start() :].removesuffix("\n") if start else ""
