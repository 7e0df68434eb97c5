"""Source lines with a place underlined, in a terminal's cells."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from dockwright.escape import terminal
from dockwright.excerpt import MOST_LINES, Line, display_width, excerpt
from dockwright.source import Source
from tests.report.strategies import sources

laws = settings(deadline=None)


def shown(text: str, marked: str, width: int = 60) -> list[str]:
    """Return the lines of an excerpt of the place where a text first stands."""
    start = text.index(marked)
    found = excerpt(Source("Dockerfile", text).span(start, start + len(marked)), width)
    return [part for line in found for part in (line.text, line.marks)]


def test_a_place_is_underlined() -> None:
    assert shown("FROM debian\nADD . /app\n", "ADD") == ["ADD . /app", "^^^"]


def test_the_line_has_its_number() -> None:
    source = Source("Dockerfile", "a\nb\nc\n")
    assert excerpt(source.span(2, 3), 60) == (Line(2, "b", "^"),)


def test_tabs_are_as_wide_as_to_the_next_stop() -> None:
    assert shown("\tADD\tx\ty\n", "x") == ["    ADD x   y", "        ^"]
    assert shown("\tADD\tx\ty\n", "\tx") == ["    ADD x   y", "       ^^"]


def test_wide_and_combining_characters() -> None:
    assert shown("漢字 e\u0301x ADD", "ADD") == ["漢字 e\u0301x ADD", "        ^^^"]
    assert shown("漢字 x", "字") == ["漢字 x", "  ^^"]


def test_what_cannot_be_printed_is_named() -> None:
    assert shown("\x1b[2J ADD \udcff\n", "ADD") == ["<U+001B>[2J ADD <0xFF>", "            ^^^"]
    assert shown("a\u202eb", "\u202e") == ["a<U+202E>b", " ^^^^^^^^"]


def test_what_the_runner_would_read_is_broken_up_and_the_marks_fit() -> None:
    assert shown("##[error]x ADD", "ADD") == ["##\\[error]x ADD", "            ^^^"]


def test_the_line_end_is_not_shown() -> None:
    assert shown("ADD x\r\nRUN y\r\n", "x\r\n") == ["ADD x", "    ^"]


@pytest.mark.parametrize("text", ["", "\n", "FROM x", "FROM x\n", "FROM x\r\n"])
def test_an_empty_place_at_the_end_has_one_mark(text: str) -> None:
    (line,) = excerpt(Source("Dockerfile", text).span(len(text), len(text)), 60)
    assert line.number == 1
    assert line.text == text.strip()
    assert line.marks == " " * len(line.text) + "^"


def test_further_lines_are_marked_without_their_indentation() -> None:
    text = "RUN a \\\n    b \\\n\n\tc\nUSER x\n"
    assert shown(text, text[:-8]) == ["RUN a \\", "^^^^^^^", "    b \\", "    ^^^", "", ""]
    assert shown(text, "b \\\n\n\tc") == ["    b \\", "    ^^^", "", "", "    c", "    ^"]


def test_a_long_place_ends_after_some_lines() -> None:
    text = "RUN a \\\n b \\\n c \\\n d\n"
    assert len(excerpt(Source("Dockerfile", text).span(0, len(text)), 60)) == MOST_LINES == 3


def test_a_long_line_is_cut_around_the_place() -> None:
    text = f"RUN {'a' * 100} curl {'b' * 100}\n"
    assert shown(text, "curl", 40) == ["...aaaaaaaaaaaa curl bbbbbbbbbbbbbbbb...", " " * 16 + "^^^^"]
    assert shown(text, "RUN", 40) == [f"RUN {'a' * 33}...", "^^^"]
    assert shown(text, "b\n", 40) == [f"...{'b' * 13}b", " " * 16 + "^"]
    assert shown(text, "a" * 100, 40) == [f"RUN {'a' * 33}...", f"    {'^' * 33}"]


def test_only_a_part_of_a_long_line_is_looked_at() -> None:
    """A thousand places in a line of 3 MB: reading all of it each time would take minutes."""
    text = "\u0301x\t" * 1_000_000
    source = Source("Dockerfile", text)
    for start in range(0, len(text), 3_000):
        (line,) = excerpt(source.span(start, start + 1), 60)
        assert display_width(line.text) <= 60


@laws
@given(st.data(), st.integers(20, 100))
def test_laws(data: st.DataObject, width: int) -> None:
    source = data.draw(sources())
    start = data.draw(st.integers(0, len(source.text)))
    span = source.span(start, data.draw(st.integers(start, len(source.text))))
    found = excerpt(span, width)
    assert [line.number for line in found] == list(span.lines)[:MOST_LINES]
    assert found[0].marks.endswith("^")
    for line in found:
        assert f"{line.text}{line.marks}".isprintable()
        assert display_width(line.text) <= width
        assert len(line.marks) <= width + 1
        assert set(line.marks) <= {" ", "^"}


@laws
@given(st.data())
def test_the_marks_stand_below_the_place(data: st.DataObject) -> None:
    text = data.draw(st.text(st.characters(exclude_categories=["Mn", "Me"], exclude_characters="\n\r\t"), min_size=1))
    assume("##[" not in text)
    start = data.draw(st.integers(0, len(text) - 1))
    end = data.draw(st.integers(start + 1, len(text)))
    (line,) = excerpt(Source("Dockerfile", text).span(start, end), 10_000)
    cells = [cell for character in line.text for cell in (character, *[""] * _extra(character))]
    marked = "".join(cell for cell, mark in zip(cells, line.marks, strict=False) if mark == "^")
    assert marked == terminal(text[start:end]).rstrip() if end == len(text) else terminal(text[start:end])


def _extra(character: str) -> int:
    return unicodedata.east_asian_width(character) in {"W", "F"}
