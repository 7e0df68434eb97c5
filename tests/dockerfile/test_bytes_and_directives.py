"""Groups 1 to 6 of what an exact parser must handle: bytes, lines, and parser directives."""

from __future__ import annotations

import pytest

from dockwright.image import ImageKind
from tests.dockerfile.reading import errors, one, outline, read, texts


def test_byte_order_mark_belongs_to_no_instruction() -> None:
    dockerfile = read(b"\xef\xbb\xbfFROM a\n")
    assert dockerfile.body[0].name == "FROM"
    assert dockerfile.body[0].span.start == 1
    assert not dockerfile.errors


def test_crlf_ends_a_line_and_stays_in_here_documents() -> None:
    dockerfile = read("FROM a\r\nRUN <<EOF\r\nx\r\nEOF\r\nUSER b\r\n")
    assert outline("FROM a\r\nRUN <<EOF\r\nx\r\nEOF\r\nUSER b\r\n") == [("FROM", 1, 1), ("RUN", 2, 4), ("USER", 5, 5)]
    assert dockerfile.body[1].heredocs[0].body.text == "x\r\n"
    assert dockerfile.body[2].words[0].text == "b"


@pytest.mark.parametrize("separator", ["\r", "\v", "\f", "\x1c", "\x85", "\u2028", "\u2029"])
def test_nothing_but_a_newline_ends_a_line(separator: str) -> None:
    assert outline(f"FROM a\nRUN x{separator}USER b\n") == [("FROM", 1, 1), ("RUN", 2, 2)]


def test_lone_carriage_return_separates_words() -> None:
    assert texts(one("EXPOSE 1\r2").words) == ["1", "2"]


def test_line_of_65535_bytes_is_read_and_one_more_is_refused() -> None:
    fits = "RUN " + "x" * (65_535 - 4)
    assert errors(f"FROM a\n{fits}\n") == []
    assert errors(f"FROM a\n{fits}") == []
    assert [line for line, _, _ in errors(f"FROM a\n{fits}x\n")] == [2]
    umlauts = "RUN " + "ü" * 32_766
    assert [line for line, _, _ in errors(f"FROM a\n{umlauts}\n")] == [2]


def test_bytes_that_are_not_utf8_are_kept() -> None:
    dockerfile = read(b"FROM a\nRUN echo \xff\xfe\n")
    assert not dockerfile.errors
    assert dockerfile.body[1].span.text.encode("utf-8", "surrogateescape") == b"RUN echo \xff\xfe"


@pytest.mark.parametrize("text", ["", "\n", "# only\n# comments\n", "# syntax=docker/dockerfile:1\n", "\r\n"])
def test_file_without_instructions_is_one_error(text: str) -> None:
    dockerfile = read(text)
    assert [error.message for error in dockerfile.errors] == [
        "The file has no instructions; BuildKit refuses to build it."
    ]


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("# syntax=x/y:1\n# escape=`\nFROM a", [("syntax", "x/y:1"), ("escape", "`")]),
        ("#ESCAPE = ` \nFROM a", [("escape", "`")]),
        ("  # check = skip=all \t\nFROM a", [("check", "skip=all")]),
        ("# check=skip=all\n# escape=`\nFROM a", [("check", "skip=all"), ("escape", "`")]),
        ("# a comment\n# escape=`\nFROM a", []),
        ("# unknown=1\n# escape=`\nFROM a", []),
        ("\n# escape=`\nFROM a", []),
        ("FROM a\n# escape=`\n", []),
        ("# escape=`\n\n# syntax=x\nFROM a", [("escape", "`")]),
        ("# escape=\nFROM a", []),
    ],
)
def test_directives_count_before_anything_else(text: str, found: list[tuple[str, str]]) -> None:
    assert [(directive.name, directive.value.text) for directive in read(text).directives] == found


def test_same_directive_twice_and_strange_escape_are_errors() -> None:
    assert errors("# escape=`\n# escape=`\nFROM a") == [(2, 1, "# escape=`")]
    assert errors("# escape=x\nFROM a") == [(1, 10, "x")]


def test_syntax_directive_names_an_image() -> None:
    (use,) = list(read("# syntax=docker/dockerfile:1.7 more\nFROM scratch").images)
    assert (use.kind, use.span.text) == (ImageKind.SYNTAX, "docker/dockerfile:1.7")
    assert use.reference is not None
    assert use.reference.canonical == "docker.io/docker/dockerfile:1.7"
    assert use.stage is None


def test_shebang_is_a_comment_that_ends_directives_of_the_parser() -> None:
    dockerfile = read("#!/usr/bin/env x\n# escape=`\nFROM a\n")
    assert dockerfile.escape == "\\"
    assert dockerfile.directives == ()


def test_syntax_is_found_after_a_shebang() -> None:
    """DetectSyntax skips a shebang line, other than the parser of `escape`."""
    (use,) = read("#!/usr/bin/env x\n# syntax=docker/dockerfile:1\nFROM scratch\n").images
    assert use.kind is ImageKind.SYNTAX
