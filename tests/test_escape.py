"""Text made safe, judged by a runner's parser and a Markdown parser that are not ours."""

from __future__ import annotations

import json
import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from markdown_it import MarkdownIt

from dockwright.escape import (
    inert,
    json_text,
    log_line,
    markdown,
    markdown_block,
    markdown_code,
    markdown_message,
    terminal,
    well_formed,
    workflow_data,
    workflow_property,
)
from tests.report.strategies import texts
from tests.support.runner_commands import lines, parse, read

laws = settings(deadline=None)


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("RUN echo 'höher' 漢字", "RUN echo 'höher' 漢字"),
        ("\x1b[31mred", "<U+001B>[31mred"),
        ("a\tb\nc\rd", "a<U+0009>b<U+000A>c<U+000D>d"),
        ("\x9b2J\x7f", "<U+009B>2J<U+007F>"),
        ("\u202eevil\u2066", "<U+202E>evil<U+2066>"),
        ("zero\u200bwidth\ufeff", "zero<U+200B>width<U+FEFF>"),
        ("no\xa0break\u3000", "no<U+00A0>break<U+3000>"),
        ("\udcff\udc80", "<0xFF><0x80>"),
        ("\ud800", "<U+D800>"),
        ("\U000e0041", "<U+E0041>"),
    ],
)
def test_terminal(text: str, shown: str) -> None:
    assert terminal(text) == shown


@laws
@given(texts)
def test_terminal_is_printable_and_one_line(text: str) -> None:
    assert terminal(text).isprintable()


@pytest.mark.parametrize(
    ("line", "safe"),
    [
        ("::error::x", "\\::error::x"),
        ("  \u3000::error::x", "  \u3000\\::error::x"),
        ("a ##[error]b ##[c]", "a ##\\[error]b ##\\[c]"),
        ("###[error]x", "###\\[error]x"),
        ("COPY --from=a::b c", "COPY --from=a::b c"),
    ],
)
def test_inert(line: str, safe: str) -> None:
    assert inert(line) == safe


@laws
@given(texts)
def test_a_line_of_the_log_is_one_line_and_no_command(text: str) -> None:
    assert len(list(lines(f"{log_line(text)}\n"))) == 1
    assert parse(log_line(text)) is None


@laws
@given(texts)
def test_an_inert_line_is_no_command(text: str) -> None:
    for line in lines(text):
        assert parse(inert(line)) is None


@laws
@given(texts, texts, texts)
def test_a_command_arrives_as_it_was_meant(file: str, title: str, message: str) -> None:
    printed = (
        f"::error file={workflow_property(file)},title={workflow_property(title)},line=1::{workflow_data(message)}"
    )
    found = read(f"{printed}\n")
    assert found.log == []
    (command,) = found.commands
    assert command.data == "\n".join(log_line(line) for line in message.split("\n"))
    # The runner loses `=` before a value, and a value that is empty then.
    expected = {"file": log_line(file).lstrip("="), "title": log_line(title).lstrip("="), "line": "1"}
    assert command.properties == {key: value for key, value in expected.items() if value}


def test_commands_are_escaped_as_the_toolkit_does() -> None:
    assert workflow_data("100%\n%0A") == "100%25%0A%250A"
    assert workflow_property("a:b,c%d") == "a%3Ab%2Cc%25d"


@laws
@given(texts)
def test_json_text_means_the_same_and_holds_nothing_harmful(text: str) -> None:
    text = well_formed(text)
    for encoded in (json.dumps(text, ensure_ascii=False), json.dumps({"a": [text]}, ensure_ascii=False, indent=2)):
        safe = json_text(encoded)
        assert json.loads(safe) == json.loads(encoded)
        assert safe.replace("\n", "").isprintable()
        assert read(safe).commands == []


def test_well_formed() -> None:
    assert well_formed("a\udcffé\U0001f600") == "a\ufffdé\U0001f600"
    assert well_formed("漢字") == "漢字"


@pytest.mark.parametrize(
    ("encoded", "safe"),
    [
        ('"##[error]x"', '"##\\u005berror]x"'),
        ('"\u202e\x9b\x7f"', '"\\u202e\\u009b\\u007f"'),
        ('"\U000e0041"', '"\\udb40\\udc41"'),
        ('"漢 \ufffd"', '"漢 \ufffd"'),
    ],
)
def test_json_text(encoded: str, safe: str) -> None:
    assert json_text(encoded) == safe


# --- Markdown -------------------------------------------------------------------------------------------------------

MARKDOWN = MarkdownIt("gfm-like", {"linkify": False})
_OF_GITHUB = re.compile(r"(?i)[@#]\w|://|www\.|GH-\d|:[\w+-]+:")


def inline(text: str) -> list[tuple[str, str]]:
    """Parse a line of Markdown; return its tokens with their contents, texts that touch joined."""
    tokens = MARKDOWN.parse(f"x {text} x")
    assert [token.type for token in tokens] == ["paragraph_open", "inline", "paragraph_close"]
    found: list[tuple[str, str]] = []
    for token in tokens[1].children or ():
        kind = "text" if token.type == "text_special" else token.type
        if found and found[-1][0] == kind == "text":
            found[-1] = ("text", found[-1][1] + token.content)
        else:
            found.append((kind, token.content))
    return found


@pytest.mark.parametrize(
    "text",
    [
        *("*a*", "**a**", "_a_", "__a__", "~~a~~", "`a`", "a\\*b\\*", "&amp;", "&#65;", "<b>a</b>", "<!-- a -->"),
        *("[a](b)", "![a](b)", "[a][b]", "[a]", "[^1]", "<https://example.org>", "a | b", "$a$", "a\\"),
    ],
)
def test_markup_is_literal_text(text: str) -> None:
    ((kind, content),) = inline(markdown(text))
    assert (kind, content.replace("\u200b", "")) == ("text", f"x {text} x")


@laws
@given(texts)
def test_markdown_is_literal_text(text: str) -> None:
    ((kind, content),) = inline(markdown(text))
    assert kind == "text"
    # Tabs cannot be in it, and blanks at the end of a line are the parser's.
    assert content.replace("\u200b", "") == f"x {terminal(text)} x"
    assert not _OF_GITHUB.search(content)


@laws
@given(texts)
def test_markdown_is_literal_text_in_html_too(text: str) -> None:
    assert not re.search(r"[<>&](?!#\d+;)", markdown(text))


@laws
@given(texts)
def test_code_is_literal(text: str) -> None:
    (before, code, after) = inline(markdown_code(text))
    assert (before, after) == (("text", "x "), ("text", " x"))
    assert code == ("code_inline", terminal(text) or " ")


@pytest.mark.parametrize(
    ("message", "expected"),
    [
        ("use `COPY` here", [("text", "x use "), ("code_inline", "COPY"), ("text", " here x")]),
        ("one ` alone", [("text", "x one ` alone x")]),
        ("`a``b`", [("text", "x "), ("code_inline", "a"), ("text", "\u200b"), ("code_inline", "b"), ("text", " x")]),
        ("a *b* <i>c</i>", [("text", "x a *b* <i>c</i> x")]),
    ],
)  # fmt: skip
def test_messages(message: str, expected: list[tuple[str, str]]) -> None:
    assert inline(markdown_message(message)) == expected


@laws
@given(texts)
def test_a_message_holds_text_and_code_only(message: str) -> None:
    tokens = inline(markdown_message(message))
    assert {kind for kind, _ in tokens} <= {"text", "code_inline"}
    for kind, content in tokens:
        assert kind == "code_inline" or not _OF_GITHUB.search(content)


@laws
@given(st.lists(texts, max_size=4))
def test_a_block_of_code_is_literal(shown: list[str]) -> None:
    (token,) = MARKDOWN.parse("\n".join(markdown_block(shown, "diff")))
    assert (token.type, token.info) == ("fence", "diff")
    assert token.content == "".join(f"{terminal(line)}\n" for line in shown)
