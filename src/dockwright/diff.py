"""Which lines changed since a revision, by git.

The comparison is that of a pull request: from the merge base of the revision and HEAD to the files as they are now,
uncommitted changes and new files included.
"""

from __future__ import annotations

import re
import sys
from typing import TYPE_CHECKING

from msgspec import Struct

from dockwright.errors import GitError

if TYPE_CHECKING:
    from collections.abc import Container, Iterator

    from dockwright.git import Git

_HUNK = re.compile(r"@@ -\d+(?:,(\d+))? \+(\d+)(?:,(\d+))? @@", re.ASCII)
_ESCAPE = re.compile(r'\\([0-7]{3}|[abtnvfr"\\])', re.ASCII)
_LETTERS = {"a": "\a", "b": "\b", "t": "\t", "n": "\n", "v": "\v", "f": "\f", "r": "\r", '"': '"', "\\": "\\"}
_COMPARE = (
    "diff",
    "--no-color",
    "--no-ext-diff",
    "--no-textconv",
    "--ignore-submodules=all",
    "--find-renames",
    "--relative",
)
_PATCH = (
    "--patch",
    "--unified=0",
    "--inter-hunk-context=0",
    "--src-prefix=a/",
    "--dst-prefix=b/",
    "--text",  # a change must not be hidden by an attribute or by a NUL that makes git take a file for binary
)
_AT_ONCE = 500  # paths in one command line


class Lines(Struct, frozen=True, gc=False):
    """The changed lines of a file, as ranges of line numbers in order.

    Where lines were only deleted the range is empty, and starts at the line that now follows. No range at all: the
    file changed, but not its text (it was renamed, or made executable).
    """

    ranges: tuple[range, ...] = ()

    def __contains__(self, line: int) -> bool:
        """Tell whether a line was changed or added."""
        return any(line in changed for changed in self.ranges)

    def touch(self, lines: range) -> bool:
        """Tell whether one of the lines was changed or added, or a line between two of them was deleted."""
        return any(changed.start < lines.stop and lines.start < changed.stop for changed in self.ranges)


EVERY_LINE = Lines((range(1, sys.maxsize),))
"""The lines of a file that is new as a whole."""


def parse(patch: str) -> dict[str, Lines]:
    """Read a patch that has no context lines: the changed lines of each file that is still there."""
    lines = patch.split("\n")
    found: dict[str, list[range]] = {}
    path: str | None = None
    at = 0
    while at < len(lines):
        line = lines[at]
        at += 1
        if line.startswith("diff --git "):
            path = None
        elif line.startswith("+++ "):
            path = _new_path(line[4:])
        elif path is not None and (hunk := _HUNK.match(line)):
            removed, start, added = int(hunk[1] or "1"), int(hunk[2]), int(hunk[3] or "1")
            first = start if added else start + 1
            found.setdefault(path, []).append(range(first, first + added))
            at = _after_hunk(lines, at, removed + added)
    return {path: Lines(tuple(ranges)) for path, ranges in found.items()}


def _after_hunk(lines: list[str], at: int, count: int) -> int:
    """Skip a hunk's lines by their number: a file's text may look like anything, also like the head of a patch."""
    while at < len(lines) and (count or lines[at].startswith("\\")):
        count -= not lines[at].startswith("\\")  # "\ No newline at end of file"
        at += 1
    return at


def _new_path(name: str) -> str | None:
    plain = _unquote(name) if name.startswith('"') else name.removesuffix("\t")  # a tab ends a name with blanks
    return plain.removeprefix("b/") if plain.startswith("b/") else None


def _unquote(name: str) -> str:
    """Undo git's quoting of a name, as in C; `core.quotePath=false` leaves other than ASCII characters as they are."""
    inner = name[1:].rpartition('"')[0]
    return _ESCAPE.sub(lambda found: _LETTERS.get(found[1]) or chr(int(found[1], 8)), inner)


def merge_base(git: Git, revision: str) -> str:
    """Return the commit at which HEAD and a revision parted.

    Raises:
        GitError: the revision is unknown here, or has no common history with HEAD here.
    """
    try:
        commit = git.run("rev-parse", "--verify", "--quiet", "--end-of-options", f"{revision}^{{commit}}")
    except GitError as error:
        raise _missing(git, f"the revision `{revision}` is not in this repository") from error
    try:
        return git.run("merge-base", commit.strip(), "HEAD").strip()
    except GitError as error:
        raise _missing(git, f"`{revision}` and the checked-out commit have no common history here") from error


def _missing(git: Git, message: str) -> GitError:
    """Make the error for history that is not here; what helps depends on whether the clone is shallow."""
    if git.run("rev-parse", "--is-shallow-repository").strip() == "true":
        return GitError(
            f"{message}, which is a shallow clone",
            help="Set `fetch-depth: 0` for `actions/checkout`, or run `git fetch --unshallow`.",
        )
    return GitError(message, help="Fetch it first (`git fetch origin`), or name another revision.")


def changed_lines(git: Git, revision: str, paths: Container[str]) -> dict[str, Lines]:
    """Return those of the paths (relative to git's folder) that changed since a revision, with their changed lines.

    Raises:
        GitError: the comparison cannot be made.
    """
    base = merge_base(git, revision)
    before = {new: old for old, new in _changed_files(git, base) if new in paths}
    found = dict.fromkeys(before, Lines())
    asked = sorted({*before, *before.values()})
    for start in range(0, len(asked), _AT_ONCE):
        patch = git.run(*_COMPARE, *_PATCH, base, "--", *asked[start : start + _AT_ONCE])
        found.update((path, ranges) for path, ranges in parse(patch).items() if path in found)
    untracked = git.run("ls-files", "--others", "--exclude-standard", "-z").split("\0")
    found.update(dict.fromkeys((path for path in untracked if path in paths), EVERY_LINE))
    return found


def _changed_files(git: Git, base: str) -> Iterator[tuple[str, str]]:
    """Yield the old and the new path of each file that changed and is still there."""
    fields = iter(git.run(*_COMPARE, "--name-status", "-z", base, "--").split("\0"))
    for status in fields:
        if not status:
            break
        old = next(fields)
        new = next(fields) if status[0] in "RC" else old
        if status[0] != "D":
            yield old, new
