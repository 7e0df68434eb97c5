"""Groups 7 to 11: comments and continuations."""

from __future__ import annotations

import pytest

from tests.dockerfile.reading import errors, one, outline, read, texts


def test_comment_is_a_line_whose_first_character_is_a_hash() -> None:
    dockerfile = read("FROM a\n  # indented\n#plain\nCMD x # y\n")
    assert [(comment.text, comment.inside) for comment in dockerfile.comments] == [
        ("indented", False),
        ("plain", False),
    ]
    assert dockerfile.body[1].arguments.text == "x # y"


def test_leading_blanks_before_an_instruction_are_allowed() -> None:
    assert outline(" \t FROM a\n\u00a0USER b\n") == [("FROM", 1, 1), ("USER", 2, 2)]


def test_continued_lines_are_joined_without_a_blank_and_keep_their_indent() -> None:
    assert one("RUN echo hel\\\nlo").arguments.text == "echo hello"
    assert one("RUN a \\  \t\n   b").arguments.text == "a    b"


@pytest.mark.parametrize(
    ("text", "lines"),
    [
        ("FROM a\nRUN x \\\\\nUSER b", [("FROM", 1, 1), ("RUN", 2, 2), ("USER", 3, 3)]),
        ("FROM a\nRUN x \\\n\\\nUSER b", [("FROM", 1, 1), ("RUN", 2, 4)]),
        ("FROM a\nRUN x \\", [("FROM", 1, 1), ("RUN", 2, 2)]),
        ("FROM a\nRUN x \\\n\n\n", [("FROM", 1, 1), ("RUN", 2, 4)]),
        ("FROM a\nRUN x \\\x0b\nUSER b", [("FROM", 1, 1), ("RUN", 2, 2), ("USER", 3, 3)]),
        ("\\\nFROM a\n", [("FROM", 1, 2)]),
        ("FROM a\nRUN\\\n echo\n", [("FROM", 1, 1), ("RUN", 2, 3)]),
        ("FR\\\nOM a\n", [("FROM", 1, 2)]),
    ],
)
def test_escape_at_the_end_of_a_line_continues_it_unless_escaped(text: str, lines: list[tuple[str, int, int]]) -> None:
    assert outline(text) == lines


def test_comments_and_blank_lines_inside_a_continuation_are_skipped() -> None:
    text = "FROM a\nRUN a \\\n# one \\\n\n  \t\n   # two\n  b\nUSER c\n"
    dockerfile = read(text)
    assert outline(text) == [("FROM", 1, 1), ("RUN", 2, 7), ("USER", 8, 8)]
    assert dockerfile.body[1].arguments.text == "a   b"
    assert [(comment.text, comment.inside) for comment in dockerfile.comments] == [("one \\", True), ("two", True)]


def test_words_across_a_continuation_have_their_place_in_the_file() -> None:
    instruction = one("EXPOSE 80\\\n80 \\\n  90")
    assert texts(instruction.words) == ["8080", "90"]
    first, second = instruction.words
    assert first.span is not None
    assert first.span.text == "80\\\n80"
    assert first.exact is None
    assert second.exact is not None
    assert second.exact.text == "90"


def test_backtick_as_escape_leaves_backslashes_alone() -> None:
    text = "# escape=`\nFROM a\nWORKDIR C:\\\nRUN dir `\n  C:\\\n"
    assert outline(text) == [("FROM", 2, 2), ("WORKDIR", 3, 3), ("RUN", 4, 5)]
    assert read(text).body[1].words[0].text == "C:\\"


def test_here_documents_are_lexed_with_backslash_whatever_the_escape() -> None:
    assert outline("# escape=`\nFROM a\nRUN cat <<E\\ F\nx\nE F\nUSER b") == [
        ("FROM", 2, 2),
        ("RUN", 3, 5),
        ("USER", 6, 6),
    ]


def test_nothing_after_a_continuation_is_an_error() -> None:
    assert errors("FROM a\n\\\n") == [(2, 1, "\\")]
