"""Texts, places in them, and edits."""

from __future__ import annotations

import itertools
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dockwright.errors import EditConflict
from dockwright.source import Edit, Position, Source, apply, encode

if TYPE_CHECKING:
    from random import Random

TEXTS = st.text(st.one_of(st.sampled_from("ab \n\r\v\f\x1c\x85\u2028é\U0001f40b\udcff"), st.characters()), max_size=60)


def source(text: str) -> Source:
    return Source("Dockerfile", text)


# --- positions --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "offset", "line", "column"),
    [
        ("", 0, 1, 1),
        ("abc", 0, 1, 1),
        ("abc", 3, 1, 4),
        ("ab\ncd\n", 2, 1, 3),
        ("ab\ncd\n", 3, 2, 1),
        ("ab\ncd\n", 5, 2, 3),
        ("ab\ncd\n", 6, 2, 4),
        ("\n\n\nx", 3, 4, 1),
        ("é\U0001f40bx", 2, 1, 3),
        ("\ufeffFROM a", 1, 1, 2),
        ("a\r\nb", 3, 2, 1),
    ],
)
def test_position_counts_lines_and_code_points_from_one(text: str, offset: int, line: int, column: int) -> None:
    assert source(text).position(offset) == Position(line, column)
    assert source(text).offset(Position(line, column)) == offset


@pytest.mark.parametrize("separator", ["\r", "\v", "\f", "\x1c", "\x1d", "\x1e", "\x85", "\u2028", "\u2029"])
def test_only_a_newline_ends_a_line(separator: str) -> None:
    assert source(f"a{separator}b\nc").line_starts == [0, 4]


@pytest.mark.parametrize(
    ("text", "starts"),
    [("", [0]), ("a", [0]), ("a\n", [0]), ("a\nb", [0, 2]), ("\n", [0]), ("\n\n", [0, 1]), ("a\n\nb\n", [0, 2, 3])],
)
def test_newline_at_the_end_starts_no_further_line(text: str, starts: list[int]) -> None:
    assert source(text).line_starts == starts


@pytest.mark.parametrize(("number", "line"), [(1, "FROM a"), (2, ""), (3, "RUN x\r"), (4, "CMD y"), (5, "  last")])
def test_line_is_returned_without_its_line_end(number: int, line: str) -> None:
    assert source("FROM a\n\nRUN x\r\r\nCMD y\r\n  last").line(number) == line


def test_positions_are_in_order() -> None:
    places = [Position(2, 1), Position(1, 9), Position(1, 2)]
    assert sorted(places) == [Position(1, 2), Position(1, 9), Position(2, 1)]


@given(TEXTS)
def test_every_offset_comes_back_from_its_position(text: str) -> None:
    whole = source(text)
    for offset in range(len(text) + 1):
        assert whole.offset(whole.position(offset)) == offset


@given(TEXTS)
def test_lines_are_those_between_newlines(text: str) -> None:
    whole = source(text)
    expected = text.removesuffix("\n").split("\n")
    assert len(whole.line_starts) == len(expected)
    assert [whole.line(number + 1) for number in range(len(expected))] == [line.removesuffix("\r") for line in expected]


# --- bytes ------------------------------------------------------------------------------------------------------


def test_bytes_that_are_no_utf8_become_lone_surrogates() -> None:
    assert Source.decode("Dockerfile", b"a\xff\xc3\xa9").text == "a\udcffé"


def test_overlong_and_surrogate_byte_sequences_are_kept_byte_by_byte() -> None:
    data = b"\xc0\xaf \xed\xa0\x80 \xf5\x80"
    assert Source.decode("Dockerfile", data).encode() == data


@given(st.binary(max_size=80))
def test_any_bytes_come_back(data: bytes) -> None:
    whole = Source.decode("Dockerfile", data)
    assert whole.encode() == data
    assert encode(whole.text) == data


# --- spans ------------------------------------------------------------------------------------------------------


def test_span_says_where_it_is() -> None:
    span = source("FROM a\nRUN x \\\n  y\n").span(7, 18)
    assert span.text == "RUN x \\\n  y"
    assert (span.first, span.last) == (Position(2, 1), Position(3, 4))
    assert list(span.lines) == [2, 3]


def test_span_that_ends_with_a_line_end_stays_on_that_line() -> None:
    span = source("ab\ncd\n").span(0, 3)
    assert span.last == Position(1, 4)
    assert list(span.lines) == [1]


def test_empty_span_is_on_one_line() -> None:
    span = source("ab\ncd\n").span(3, 3)
    assert (span.first, span.last) == (Position(2, 1), Position(2, 1))
    assert list(span.lines) == [2]


def test_names_of_sources_and_spans_do_not_print_the_file() -> None:
    whole = source("x" * 1000)
    assert repr(whole) == "Source('Dockerfile')"
    assert repr(whole.span(0, 1000)) == f"Span(Dockerfile:1:1, {'x' * 40!r})"


# --- edits ------------------------------------------------------------------------------------------------------


def edits(text: str, *changes: tuple[int, int, str]) -> list[Edit]:
    whole = source(text)
    return [Edit(whole.span(start, end), new) for start, end, new in changes]


@pytest.mark.parametrize(
    ("text", "changes", "expected"),
    [
        ("FROM a:1\n", [(7, 8, "2")], "FROM a:2\n"),
        ("FROM a:1\n", [(6, 8, "")], "FROM a\n"),
        ("FROM a\n", [(7, 7, "USER b\n")], "FROM a\nUSER b\n"),
        ("FROM a\n", [(0, 0, "# c\n")], "# c\nFROM a\n"),
        ("abcd", [(0, 1, "A"), (1, 2, "B"), (3, 4, "D")], "ABcD"),
        ("abcd", [(1, 1, "-"), (1, 2, "B")], "a-Bcd"),
        ("abcd", [(1, 2, "B"), (2, 2, "-")], "aB-cd"),
        ("a\udcffb", [(0, 1, "x")], "x\udcffb"),
        ("a\r\nb", [(3, 4, "c")], "a\r\nc"),
        ("abcd", [], "abcd"),
    ],
)
def test_edits_replace_their_spans(text: str, changes: list[tuple[int, int, str]], expected: str) -> None:
    assert apply(text, edits(text, *changes)) == expected


@pytest.mark.parametrize(
    "changes",
    [
        [(0, 2, "x"), (1, 3, "y")],
        [(0, 4, "x"), (1, 2, "y")],
        [(1, 2, "x"), (1, 2, "x")],
        [(1, 1, "x"), (1, 1, "y")],
        [(0, 3, "x"), (2, 2, "y")],
        [(1, 2, "x"), (1, 3, "y")],
    ],
)
def test_edits_that_overlap_are_refused(changes: list[tuple[int, int, str]]) -> None:
    with pytest.raises(EditConflict):
        apply("abcd", edits("abcd", *changes))
    with pytest.raises(EditConflict):
        apply("abcd", edits("abcd", *reversed(changes)))


@st.composite
def texts_with_edits(draw: st.DrawFn) -> tuple[str, list[Edit]]:
    """A text, and edits of it that do not overlap, in any order."""
    text = draw(TEXTS)
    bounds = sorted(draw(st.sets(st.integers(0, len(text)), max_size=8)))
    chosen = [pair for pair in itertools.pairwise(bounds) if draw(st.booleans())]
    news = [draw(st.text("xyz\n", max_size=3)) for _ in chosen]
    return text, edits(text, *((start, end, new) for (start, end), new in zip(chosen, news, strict=True)))


@given(texts_with_edits(), st.randoms(use_true_random=False))
def test_order_of_edits_does_not_matter(case: tuple[str, list[Edit]], random: Random) -> None:
    text, changes = case
    shuffled = list(changes)
    random.shuffle(shuffled)
    assert apply(text, shuffled) == apply(text, changes)


@given(texts_with_edits())
def test_every_other_character_stays(case: tuple[str, list[Edit]]) -> None:
    text, changes = case
    expected = list(text)
    for edit in changes:
        expected[edit.span.start : edit.span.end] = [edit.text] + [""] * (edit.span.end - edit.span.start - 1)
    assert apply(text, changes) == "".join(expected)


@given(texts_with_edits())
def test_edits_can_be_undone(case: tuple[str, list[Edit]]) -> None:
    text, changes = case
    changed = apply(text, changes)
    back: list[tuple[int, int, str]] = []
    shift = 0
    for edit in sorted(changes, key=lambda edit: edit.span.start):
        start = edit.span.start + shift
        back.append((start, start + len(edit.text), edit.span.text))
        shift += len(edit.text) - (edit.span.end - edit.span.start)
    assert "".join(_undone(changed, back)) == text


def _undone(text: str, changes: list[tuple[int, int, str]]) -> list[str]:
    """Make changes in order of place, without the function under test (two of them may insert at one place)."""
    parts: list[str] = []
    done = 0
    for start, end, new in changes:
        parts += [text[done:start], new]
        done = end
    return [*parts, text[done:]]
