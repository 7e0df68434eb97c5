"""Suggestions: pressing GitHub's button has to do what `--fix` does, and nothing else."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st
from markdown_it import MarkdownIt

from dockwright.finding import Applicability
from dockwright.github.body import finding_body
from dockwright.github.patch import Patch
from dockwright.github.suggestion import Suggestion, suggest
from tests.github.made import edit, finding, place, positions, source
from tests.support.edits import apply_by_position

if TYPE_CHECKING:
    from dockwright.finding import Finding

ALL = Patch((range(1, 1000),))


def test_one_line() -> None:
    file = source("FROM debian\nADD app /app\nUSER 1\n")
    span = place(file, "ADD")
    assert suggest(finding(span, edit(file, span.start, span.end, "COPY")), ALL) == Suggestion(2, 2, ("COPY app /app",))


def test_several_lines() -> None:
    file = source("FROM debian\nRUN a \\\n  && b \\\n  && c\n")
    edits = (edit(file, file.text.index("a"), file.text.index("a") + 1, "A"), edit(file, 27, 28, "B"))
    found = suggest(finding(place(file, "RUN"), *edits), ALL)
    assert found is not None
    assert (found.first, found.last) == (1, 3)


def test_a_deleted_line_is_replaced_by_nothing() -> None:
    file = source("FROM debian\nMAINTAINER me\nUSER 1\n")
    found = suggest(finding(place(file, "MAINTAINER"), edit(file, 12, 26, "")), ALL)
    assert found == Suggestion(2, 2, ())
    body = finding_body(finding(place(file, "MAINTAINER"), edit(file, 12, 26, "")), found, None)
    assert "```suggestion\n```" in body


def test_a_line_that_is_drawn_up_takes_the_next_one_along() -> None:
    file = source("FROM a\nRUN b \\\n  c\nUSER 1\n")
    start = file.text.index(" \\\n")
    found = suggest(finding(place(file, "RUN"), edit(file, start, start + 5, " ")), ALL)
    assert found == Suggestion(2, 3, ("RUN b c",))


def test_the_end_of_a_file_without_a_line_end() -> None:
    file = source("FROM a\nUSER root")
    assert suggest(finding(place(file, "USER"), edit(file, 12, 16, "app")), ALL) == Suggestion(2, 2, ("USER app",))
    assert suggest(finding(place(file, "USER"), edit(file, 12, 16, "app\n")), ALL) is None


def test_an_insertion_after_the_last_line() -> None:
    file = source("FROM a\nRUN b\n")
    found = suggest(finding(place(file, "RUN"), edit(file, 13, 13, "USER app\n")), ALL)
    assert found == Suggestion(2, 2, ("RUN b", "USER app"))


def test_a_fix_elsewhere_takes_the_findings_own_line_along() -> None:
    file = source("FROM a\nARG b\nUSER root\n")
    found = suggest(finding(place(file, "USER"), edit(file, 0, 6, "FROM c")), ALL)
    assert found == Suggestion(1, 3, ("FROM c", "ARG b", "USER root"))


@pytest.mark.parametrize(
    ("text", "new"),
    [
        ("FROM a\r\nUSER root\r\n", "app"),  # what GitHub does with carriage returns is not documented
        ("FROM a\nUSER root\n", "a\rb"),
        ("FROM a\nUSER root # \udcff\n", "app"),
        ("FROM a\nUSER root # \x1b[0m\n", "app"),
        ("FROM a\nUSER root # \u202e\n", "app"),
        ("FROM a\nUSER root\n", "\n".join("x" * 50)),
    ],
)
def test_what_a_suggestion_could_not_carry(text: str, new: str) -> None:
    file = source(text)
    span = place(file, "root")
    assert suggest(finding(span, edit(file, span.start, span.end, new)), ALL) is None


def test_lines_that_the_diff_does_not_show() -> None:
    file = source("FROM a\nRUN b\nRUN c\nUSER root\n")
    span = place(file, "root")
    two = finding(span, edit(file, 0, 6, "FROM x"), edit(file, span.start, span.end, "app"))
    assert suggest(two, Patch((range(2, 5),))) is None
    assert suggest(two, Patch((range(1, 2), range(4, 5)))) is None
    assert suggest(two, Patch((range(1, 5),))) is not None


def test_edits_that_meet() -> None:
    file = source("FROM a\n")
    assert suggest(finding(place(file, "a"), edit(file, 0, 4, "x"), edit(file, 2, 6, "y")), ALL) is None


def test_another_files_fix() -> None:
    file, other = source("FROM a\n"), source("FROM b\n", "other/Dockerfile")
    assert suggest(finding(place(file, "FROM"), edit(other, 0, 4, "from")), ALL) is None


def test_a_fix_that_needs_a_look_says_so() -> None:
    file = source("FROM a\n")
    found = finding(place(file, "a"), edit(file, 5, 6, "b"), applicability=Applicability.UNSAFE)
    assert finding_body(found, suggest(found, ALL), None).endswith(
        "```suggestion\nFROM b\n```\n\nThis may change what is built: look at it before you commit it."
    )


# --- the law --------------------------------------------------------------------------------------------------------


@st.composite
def fixes(draw: st.DrawFn) -> Finding:
    """A file and a fix of it, with all that could break out of a suggestion."""
    pieces = ["a", " ", "\n", "\n", "`", "````", "~~~", "</details>", "<!-- x -->", "@team", "é", "\t", "\r", "\\"]
    text = "".join(draw(st.lists(st.sampled_from(pieces), min_size=1, max_size=30)))
    file = source(text)
    offsets = sorted(draw(st.lists(st.integers(0, len(text)), min_size=2, max_size=6, unique=True)))
    pairs = list(zip(offsets[::2], offsets[1::2], strict=False))
    new = st.lists(st.sampled_from(pieces), max_size=5).map("".join)
    edits = [edit(file, start, end, draw(new)) for start, end in pairs]
    start = draw(st.integers(0, len(text) - 1))
    return finding(file.span(start, start + 1), *edits)


@given(fixes())
def test_committing_a_suggestion_does_what_the_fix_does(found: Finding) -> None:
    assert found.fix is not None
    suggestion = suggest(found, ALL)
    if suggestion is None:
        return
    body = finding_body(found, suggestion, "https://docs.example/rule.md")
    text = found.span.source.text
    assert committed(text, suggestion.first, suggestion.last, body) == apply_by_position(
        text, positions(found.fix.edits)
    )


@given(fixes())
def test_most_fixes_of_plain_text_can_be_suggested(found: Finding) -> None:
    assert found.fix is not None
    text = found.span.source.text
    plain = "\r" not in text + "".join(each.text for each in found.fix.edits)
    after = apply_by_position(text, positions(found.fix.edits))
    if plain and text.endswith("\n") and after.endswith("\n\n"):
        assert suggest(found, ALL) is not None


def committed(text: str, first: int, last: int, body: str) -> str:
    """Do what GitHub does: put a suggestion's text in place of the lines that its comment stands on."""
    blocks = [token for token in MarkdownIt().parse(body) if token.type == "fence" and token.info == "suggestion"]
    assert len(blocks) == 1
    lines = text.split("\n")
    new = blocks[0].content
    lines[first - 1 : last] = new.removesuffix("\n").split("\n") if new else []
    return "\n".join(lines)
