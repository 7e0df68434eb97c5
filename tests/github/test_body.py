"""What is posted: the marker is found again, and text from outside stays text."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st
from markdown_it import MarkdownIt

from dockwright.github.body import (
    LONGEST,
    Marker,
    finding_body,
    is_summary,
    marker_of,
    review_body,
    summary_body,
)
from dockwright.github.suggestion import Suggestion
from tests.github.made import edit, finding, place, source

FILE = source("FROM debian\nUSER root\n")
PIECES = ["<!--", "-->", "```", "@octo", "::error::", "\u202e", *"a`<>!-@#[]()|*_~:\n\r\t&;/ "]
NASTY = st.lists(st.sampled_from(PIECES), max_size=20).map("".join)


def test_a_comment() -> None:
    found = finding(place(FILE, "USER"), edit(FILE, 17, 21, "app"), message="`root` may do all\nin it")
    assert finding_body(found, Suggestion(2, 2, ("USER app",)), "https://docs.example/some-rule.md") == (
        "<!-- dockwright rule=some-rule fingerprint=0000000c -->\n"
        "**warning** `root` may do all in it ([`some-rule`](https://docs.example/some-rule.md))\n"
        "\n"
        "Fix: Write it `right`.\n"
        "\n"
        "```suggestion\n"
        "USER app\n"
        "```"
    )


def test_the_marker_is_read_only_where_it_was_put() -> None:
    marker = "<!-- dockwright rule=some-rule fingerprint=0a -->"
    assert marker_of(f"{marker}\ntext") == Marker("some-rule", "0a")
    assert marker_of(f"Look: {marker}") is None
    assert marker_of(f"\n{marker}") is None
    assert marker_of(review_body(1)) is None
    assert marker_of(summary_body("no findings", [])) is None


def test_a_review_counts_what_is_new() -> None:
    assert review_body(1).endswith("Dockwright has 1 new finding.")
    assert review_body(2).endswith("Dockwright has 2 new findings.")


def test_a_summary() -> None:
    body = summary_body("1 warning in 1 file", [finding(place(FILE, "USER"))])
    assert is_summary(body)
    assert not is_summary(f"> {body}")
    assert body.endswith("- **warning** `Dockerfile:2` Something is `wrong` (`some-rule`)")


def test_a_summary_counts_what_has_no_room() -> None:
    body = summary_body("many", [finding(place(FILE, "USER"))] * 150)
    assert body.endswith("50 more are in the job's summary.")
    long = summary_body("many", [finding(place(FILE, "USER"), message="x" * 10_000)] * 20)
    assert len(long) <= LONGEST
    assert long.endswith("14 more are in the job's summary.")


def test_a_comment_is_never_too_long() -> None:
    found = finding(place(FILE, "USER"), edit(FILE, 17, 21, "app"), message="*" * 200_000)
    assert len(finding_body(found, Suggestion(2, 2, ("x" * LONGEST,)), None)) <= LONGEST * 2
    plain = finding(place(FILE, "USER"), message="x" * 200_000)
    assert len(finding_body(plain, None, None)) < LONGEST


@given(NASTY, NASTY)
def test_a_message_stays_text(message: str, path: str) -> None:
    found = finding(place(source("FROM a\n", path or "x"), "FROM"), message=message)
    for body in (finding_body(found, None, None), summary_body("x", [found])):
        tokens = MarkdownIt("commonmark", {"html": True}).parse(body)
        html = [token.content for token in tokens if token.type == "html_block"]
        assert all(each.startswith("<!-- dockwright ") and each.count("<") == 1 for each in html)
        assert not any(token.type == "fence" for token in tokens)
        inline = [child for token in tokens for child in token.children or [] if child.type != "code_inline"]
        assert not any(child.type in {"html_inline", "link_open", "image"} for child in inline)
        assert not any("@octo" in child.content for child in inline)
