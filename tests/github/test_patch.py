"""Reading patches, held against git's own."""

from __future__ import annotations

import subprocess
import tempfile
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dockwright import diff
from dockwright.github.patch import Patch, read_patch
from tests.support.repository import ENVIRONMENT

CONTEXT = 3

LINES = ["a", "b", "c", "", "+x", "-x", "@@ -1 +1 @@", "\\ No newline", "end\r"]
files = st.builds(
    lambda lines, end: "\n".join(lines) + (end if lines else ""),
    st.lists(st.sampled_from(LINES), max_size=25),
    st.sampled_from(["\n", ""]),
)


def test_a_hunk_with_context() -> None:
    patch = read_patch("@@ -2,4 +2,5 @@ FROM scratch\n a\n-b\n+B\n+C\n d\n e")
    assert patch.hunks == (range(2, 7),)
    assert patch.changed.ranges == (range(3, 5),)
    assert patch.shows(2, 6)
    assert not patch.shows(1, 2)
    assert not patch.shows(6, 7)


def test_a_comment_has_to_stay_within_one_hunk() -> None:
    patch = read_patch("@@ -1,2 +1,2 @@\n-a\n+A\n b\n@@ -20,2 +20,2 @@\n y\n-z\n+Z\n\\ No newline at end of file")
    assert patch.hunks == (range(1, 3), range(20, 22))
    assert patch.changed.ranges == (range(1, 2), range(21, 22))
    assert not patch.shows(2, 20)


def test_text_that_looks_like_a_hunks_head_is_text() -> None:
    patch = read_patch("@@ -0,0 +1,2 @@\n+@@ -1 +1 @@\n+x")
    assert patch == Patch((range(1, 3),), diff.Lines((range(1, 3),)))


def test_lines_that_are_only_deleted_leave_an_empty_range() -> None:
    assert read_patch("@@ -1,3 +1,2 @@\n a\n-b\n c").changed.ranges == (range(2, 2),)


@pytest.mark.parametrize("patch", ["", "Binary files differ", "@@ nonsense", "@@ -1 +1 @@"])
def test_what_is_no_patch_shows_no_changed_line(patch: str) -> None:
    assert read_patch(patch).changed == diff.Lines()


@settings(max_examples=60, deadline=None)
@given(files, files)
def test_it_reads_what_git_writes(before: str, after: str) -> None:
    with tempfile.TemporaryDirectory() as folder:
        short, long = (_git_diff(Path(folder), before, after, context) for context in (0, CONTEXT))
    changed = diff.parse(short).get("new", diff.Lines())
    patch = read_patch(long)
    assert patch.changed == changed
    height = after.count("\n") + (after != "" and not after.endswith("\n"))
    near = {
        line
        for each in changed.ranges
        for line in range(each.start - CONTEXT, each.stop + CONTEXT)
        if 1 <= line <= height
    }
    assert {line for hunk in patch.hunks for line in hunk} == near


def _git_diff(folder: Path, before: str, after: str, context: int) -> str:
    (folder / "old").write_bytes(before.encode())
    (folder / "new").write_bytes(after.encode())
    command = ["git", "diff", "--no-index", "--text", f"--unified={context}", "--inter-hunk-context=0", "old", "new"]
    done = subprocess.run(command, cwd=folder, env=ENVIRONMENT, capture_output=True, check=False)
    return done.stdout.decode()
