"""The job's summary, read by a Markdown parser that is not ours."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest
from hypothesis import given, settings
from markdown_it import MarkdownIt

from dockwright.escape import log_line
from dockwright.finding import Fix, Result
from dockwright.report.markdown import render
from dockwright.source import Edit, Source
from tests.report.samples import LINKED, PAGES, PLAIN, RESULTS, finding
from tests.report.strategies import results

if TYPE_CHECKING:
    from markdown_it.token import Token

laws = settings(deadline=None, max_examples=50)

MARKDOWN = MarkdownIt("gfm-like", {"linkify": False})
_FOLD = re.compile(r"<details><summary>Fix \((?:safe|needs a look)\): (?:<code>[^<>]*</code>|[^<>])*</summary>\n")
_LIMIT = 1024 * 1024


def tokens(report: str) -> list[Token]:
    """Return all tokens, those within lines too."""
    found: list[Token] = []
    for token in MARKDOWN.parse(report):
        found += [token, *(token.children or ())]
    return found


@laws
@given(results())
def test_nothing_but_our_own_structure(result: Result) -> None:
    for token in tokens(render(result, LINKED)):
        match token.type:
            case "html_block":
                assert _FOLD.fullmatch(token.content) or token.content == "</details>\n"
            case "link_open":
                assert str(token.attrs["href"]).startswith(f"{PAGES}/")
            case "fence":
                assert token.info == "diff"
            case kind:
                assert kind in {
                    *("heading_open", "heading_close", "paragraph_open", "paragraph_close", "inline", "link_close"),
                    *("bullet_list_open", "bullet_list_close", "list_item_open", "list_item_close"),
                    *("text", "text_special", "code_inline", "strong_open", "strong_close"),
                }


@laws
@given(results())
def test_each_finding_and_each_fix_has_its_place(result: Result) -> None:
    found = tokens(render(result, PLAIN))
    items = len(result.findings) + len(result.unreadable) + len(result.broken_rules)
    assert sum(token.type == "list_item_open" for token in found) == items
    fixes = sum(finding.fix is not None for finding in result.findings)
    assert sum(token.type == "fence" for token in found) == fixes
    assert sum(token.content == "</details>\n" for token in found) == fixes


def diff(text: str, *edits: tuple[int, int, str]) -> list[str]:
    """Return the diff that is shown for a fix."""
    source = Source("Dockerfile", text)
    fix = Fix("Do it", tuple(Edit(source.span(start, end), new) for start, end, new in edits))
    report = render(Result((finding(source.span(0, 0), "m", fix=fix),), ("Dockerfile",)), PLAIN)
    (fence,) = [token for token in tokens(report) if token.type == "fence"]
    return fence.content.splitlines()


def test_a_diff_shows_the_whole_lines() -> None:
    assert diff("FROM x\nADD a b\nADD c d\n", (7, 10, "COPY")) == ["@@ Dockerfile:2 @@", "-ADD a b", "+COPY a b"]


def test_edits_of_neighbouring_lines_are_one_hunk_and_others_are_not() -> None:
    text = "ADD a b\nADD c d\nRUN x\nADD e f\n"
    assert diff(text, (0, 3, "COPY"), (8, 11, "COPY"), (22, 25, "COPY")) == [
        "@@ Dockerfile:1 @@",
        *("-ADD a b", "-ADD c d", "+COPY a b", "+COPY c d"),
        "@@ Dockerfile:4 @@",
        *("-ADD e f", "+COPY e f"),
    ]


def test_a_line_that_goes_away() -> None:
    assert diff("FROM x\nUSER root\nCMD y\n", (7, 17, "")) == ["@@ Dockerfile:2 @@", "-USER root"]


def test_a_line_that_is_drawn_up() -> None:
    assert diff("RUN a\nRUN b\nRUN c\n", (5, 6, " && ")) == [
        "@@ Dockerfile:1 @@",
        *("-RUN a", "-RUN b", "+RUN a && RUN b"),
    ]


def test_a_line_that_is_added() -> None:
    assert diff("FROM x\nCMD y", (7, 7, "USER app\n")) == ["@@ Dockerfile:2 @@", "-CMD y", "+USER app", "+CMD y"]


def test_a_carriage_return_is_not_shown_where_it_ends_a_line() -> None:
    assert diff("ADD a\r\nRUN b\r\n", (0, 3, "COPY")) == ["@@ Dockerfile:1 @@", "-ADD a", "+COPY a"]


def test_a_long_diff_is_cut() -> None:
    shown = diff("RUN x\n" * 60 + "y" * 1000, (0, 1360, ""))
    assert shown[50:] == ["... 12 more lines"]
    assert len(diff("y" * 1000, (0, 1, "z"))[1]) == 503


@pytest.mark.parametrize("size", [1, 20])
def test_what_does_not_fit_is_counted(size: int) -> None:
    source = Source("Dockerfile", "ADD\n")
    found = [finding(source.span(0, 3), "漢" * 300 * size) for _ in range(1_500)]
    short = finding(source.span(0, 3), "short")
    report = render(Result((*found, short), ("Dockerfile",)), PLAIN)
    assert len(report.encode()) <= _LIMIT
    shown = report.count("漢" * 300 * size)
    assert 0 < shown < 1_500
    # What is short enough for the room that is left still has its place.
    shown += report.count("short (`add-for-local-files`)")
    assert report.endswith(f"\n{1_501 - shown} more did not fit in here.\n")


def test_a_heading_for_each_file() -> None:
    report = render(RESULTS["typical"], PLAIN)
    assert [line for line in report.split("\n") if line.startswith("#")] == [
        "## Dockwright: 1 error, 2 warnings, 1 notice in 2 of 3 files",
        "### `Dockerfile`",
        "### `services/api/api.Dockerfile`",
    ]


def test_a_hostile_name_is_code() -> None:
    code = [token.content for token in tokens(render(RESULTS["hostile"], PLAIN)) if token.type == "code_inline"]
    assert log_line(RESULTS["hostile"].files[0]) in code
