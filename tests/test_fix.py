"""Applying fixes: which go in together, what is left out, and the patch that shows them."""

from __future__ import annotations

import subprocess
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dockwright.config import Config
from dockwright.diff import Lines
from dockwright.finding import Applicability, Fix, Problem
from dockwright.fix import Fixed, fix, moved, unified_diff
from dockwright.project import MemoryTree, Project
from dockwright.source import Edit, Source, apply
from tests.support.made_rules import PROJECT, each_match, fixed, made, replacing

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from dockwright.dockerfile import Dockerfile

GOOD = made("good-word", replacing("bad", "good"))
RISKY = made("risky", replacing("worse", "better", applicability=Applicability.UNSAFE))


def after(done: Fixed) -> str | None:
    return done.after["Dockerfile"].text if done.after else None


class TestRounds:
    def test_only_safe_fixes_unless_asked(self) -> None:
        text = "FROM a\nRUN bad worse\n"
        assert after(fixed(text, GOOD, RISKY)) == "FROM a\nRUN good worse\n"
        assert after(fixed(text, GOOD, RISKY, unsafe=True)) == "FROM a\nRUN good better\n"

    def test_what_is_left_is_told(self) -> None:
        done = fixed("FROM a\nRUN bad\nRUN bad worse\n", GOOD, RISKY)
        assert (done.count, done.broken) == (2, ())
        assert [finding.rule for finding in done.result.findings] == ["risky"]
        assert done.before["Dockerfile"].text == "FROM a\nRUN bad\nRUN bad worse\n"

    def test_nothing_to_do(self) -> None:
        done = fixed("FROM a\nRUN worse\n", GOOD, made("no-fix", each_match("worse")))
        assert (done.before, done.after, done.count) == ({}, {}, 0)
        assert [finding.rule for finding in done.result.findings] == ["no-fix"]

    def test_where_two_meet_the_first_goes_first_and_the_other_looks_again(self) -> None:
        outer = made("outer", replacing(r"<(\w+)>", r"[\1]"))
        assert after(fixed("FROM a\nRUN <bad>\n", GOOD, outer)) == "FROM a\nRUN [good]\n"

    def test_fixes_that_touch_do_not_go_in_together(self) -> None:
        left = made("left", replacing("(?<=x)y", "1"))
        right = made("right", replacing("z(?=w)", "2"))
        done = fixed("FROM a\nRUN xyzw\n", left, right)
        assert after(done) == "FROM a\nRUN x12w\n"

    def test_many_in_one_round(self) -> None:
        done = fixed("FROM a\n" + "RUN bad\n" * 2000, GOOD)
        assert after(done) == "FROM a\n" + "RUN good\n" * 2000
        assert done.count == 2000

    def test_two_that_undo_each_other_end(self) -> None:
        back, forth = made("back", replacing("on", "off")), made("forth", replacing("off", "on"))
        done = fixed("FROM a\nRUN on\n", back, forth)
        assert done.count == 10

    def test_only_findings_on_changed_lines_are_fixed(self) -> None:
        text = "FROM a\nRUN bad\nRUN bad\nRUN bad\n"
        done = fixed(text, GOOD, changed_lines={"Dockerfile": Lines((range(3, 4),))})
        assert after(done) == "FROM a\nRUN bad\nRUN good\nRUN bad\n"

    def test_changed_lines_move_with_what_is_written_above_them(self) -> None:
        lines = made("lines", replacing("long", "a\nRUN b\nRUN c"))
        marked = made("marked", replacing("bad(?= after)", "good"))
        after_lines = made("after-lines", replacing("(?<=c\nRUN x\nRUN )bad(?! )", "bad after"))
        text = "FROM a\nRUN long\nRUN x\nRUN bad\nRUN bad\n"
        done = fixed(text, lines, marked, after_lines, changed_lines={"Dockerfile": Lines((range(2, 3), range(4, 5)))})
        assert after(done) == "FROM a\nRUN a\nRUN b\nRUN c\nRUN x\nRUN good after\nRUN bad\n"


class TestBrokenFixes:
    BREAKING = made("breaking", replacing("RUN", "RUNN"))

    def test_one_that_breaks_the_file_is_left_out_and_told(self) -> None:
        done = fixed("FROM a\nRUN bad\nRUN bad\n", self.BREAKING, GOOD)
        assert after(done) == "FROM a\nRUN good\nRUN good\n"
        assert done.broken == ("The fix of `breaking` would break `Dockerfile`",)

    def test_one_that_contradicts_itself_too(self) -> None:
        def overlapping(dockerfile: Dockerfile, _project: Project) -> Iterator[Problem]:
            span = dockerfile.body[0].span
            edits = (Edit(span, "FROM b"), Edit(dockerfile.body[0].keyword, "from"))
            yield Problem(span, "Twice", Fix("Edit twice", edits, Applicability.SAFE))

        done = fixed("FROM a\n", made("overlapping", overlapping))
        assert after(done) is None
        assert done.broken == ("The fix of `overlapping` would break `Dockerfile`",)

    def test_those_that_break_it_only_together_do_not_go_in_together(self) -> None:
        one, two = made("one", replacing("x(?= y z)", "")), made("two", replacing("(?<=x )y(?= z)", ""))
        done = fixed("FROM a\nCOPY x y z\n", one, two)
        assert after(done) == "FROM a\nCOPY  y z\n"
        assert (done.count, done.broken) == (1, ())

    def test_a_file_that_was_broken_before_may_be_fixed(self) -> None:
        assert after(fixed("FROM a\nRUNN bad\n", GOOD)) == "FROM a\nRUNN good\n"


class TestOtherFiles:
    def test_a_fix_may_edit_another_file_of_the_project(self) -> None:
        tree = MemoryTree([Source("names.txt", "bad\n")])
        project = Project(tree=tree, today=PROJECT.today)

        def check(dockerfile: Dockerfile, project: Project) -> Iterator[Problem]:
            names = project.tree.read("names.txt")
            assert names is not None
            assert project.tree.paths() == ["names.txt"]
            if names.text == "bad\n":
                edit = Edit(names.span(0, 3), "good")
                yield Problem(dockerfile.body[0].span, "See `names.txt`", Fix("Mend it", (edit,), Applicability.SAFE))

        rules = (made("other-file", check),)
        sources = [Source("Dockerfile", "FROM a\n")]
        done = fix(sources, unsafe=False, project=project, config=Config(), rules=rules)
        assert {path: source.text for path, source in done.after.items()} == {"names.txt": "good\n"}
        assert (done.count, done.result.findings) == (1, ())


class TestMoved:
    @pytest.mark.parametrize(
        ("line", "column", "end_line", "end_column", "text", "changed", "expected"),
        [
            # within line 3
            (3, 2, 3, 4, "xyz", [range(2, 3)], [range(2, 3), range(3, 4)]),
            (3, 2, 3, 4, "xyz", [range(4, 6)], [range(3, 4), range(4, 6)]),
            # line 3 becomes three
            (3, 2, 3, 4, "x\ny\nz", [range(2, 5)], [range(2, 7), range(3, 6)]),
            (3, 2, 3, 4, "x\ny\nz", [range(4, 5)], [range(3, 6), range(6, 7)]),
            # lines 2 to 4 become one
            (2, 1, 4, 3, "x", [range(3, 4)], [range(2, 2), range(2, 3)]),
            (2, 1, 4, 3, "x", [range(5, 7)], [range(2, 3), range(3, 5)]),
            # line 3 is removed, and what follows it did not change
            (3, 1, 4, 1, "", [range(5, 6)], [range(3, 3), range(4, 5)]),
            # a line is put above line 3
            (3, 1, 3, 1, "x\n", [range(3, 4)], [range(3, 4), range(4, 5)]),
            # a whole file that is new stays so
            (3, 1, 4, 1, "", [range(1, 1000)], [range(1, 999), range(3, 3)]),
        ],
    )
    def test_one_edit(
        self,
        *,
        line: int,
        column: int,
        end_line: int,
        end_column: int,
        text: str,
        changed: list[range],
        expected: list[range],
    ) -> None:
        source = Source("Dockerfile", "12345\n" * 8)
        span = source.span(6 * (line - 1) + column - 1, 6 * (end_line - 1) + end_column - 1)
        assert moved(Lines(tuple(changed)), [Edit(span, text)]).ranges == tuple(expected)

    @given(
        st.lists(st.tuples(st.integers(0, 40), st.integers(0, 9), st.sampled_from(["", "x", "\n", "x\ny"])), max_size=4)
    )
    def test_every_line_that_differs_is_among_them(self, drawn: list[tuple[int, int, str]]) -> None:
        source = Source("Dockerfile", "".join(f"line {number}\n" for number in range(8)))
        edits: list[Edit] = []
        done = 0
        for start, length, text in sorted(drawn):
            if start >= done:
                edits.append(Edit(source.span(start, start + length), text))
                done = start + length + 1
        found = moved(Lines(), edits)
        old = set(source.text.split("\n"))
        new = Source("Dockerfile", apply(source.text, edits))
        for number, line in enumerate(new.text.split("\n"), 1):
            assert line in old or not line or number in found


class TestDiff:
    def test_a_patch(self) -> None:
        assert unified_diff(fixed("FROM a\nRUN x\nRUN bad\n", GOOD)) == (
            "--- a/Dockerfile\n+++ b/Dockerfile\n@@ -1,3 +1,3 @@\n FROM a\n RUN x\n-RUN bad\n+RUN good\n"
        )

    def test_nothing_changed(self) -> None:
        assert unified_diff(fixed("FROM a\n", GOOD)) == ""

    @pytest.mark.parametrize(
        "text",
        [
            "FROM a\nRUN bad\n",
            "FROM a\nRUN bad",
            "FROM a\r\nRUN bad\r\n",
            "FROM a\nRUN \udcff \x0c \x85 \u2028 bad \x1b",
            "FROM a\n" + "RUN x\n" * 20 + "RUN bad\n" + "RUN y\n" * 20 + "RUN bad",
        ],
    )
    @pytest.mark.parametrize("path", ["Dockerfile", "a b/Docker file", 'q"\\\t\x7f', "é/\udcfe"])
    def test_git_applies_it_to_the_byte(self, tmp_path: Path, text: str, path: str) -> None:
        done = fix([Source(path, text)], unsafe=False, project=PROJECT, config=Config(), rules=(GOOD,))
        file = tmp_path / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(done.before[path].encode())
        patch = unified_diff(done).encode("utf-8", "surrogateescape")
        subprocess.run(["git", "apply", "--unidiff-zero", "-"], cwd=tmp_path, input=patch, check=True)
        assert file.read_bytes() == done.after[path].encode()
        assert done.after[path].text == text.replace("bad", "good")
