"""Text that remembers where it is written: what is cut and joined keeps its place."""

from __future__ import annotations

from typing import TYPE_CHECKING

from hypothesis import given
from hypothesis import strategies as st

from dockwright.source import Source
from dockwright.traced import EMPTY, Traced

if TYPE_CHECKING:
    from dockwright.source import Span

TEXT = "FROM a:1 \\\n  AS b\nARG V=3.12\n"
FILE = Source("Dockerfile", TEXT)
OTHER = Source("other", "0123456789")


def at(start: int, end: int) -> Traced:
    return Traced.of(FILE.span(start, end))


def place(span: Span | None) -> tuple[int, int] | None:
    return None if span is None else (span.start, span.end)


def places(text: Traced) -> list[tuple[str, tuple[int, int] | None]]:
    """Return each piece's text and place."""
    return [(text.text[start:end], place(span)) for start, end, span in text.pieces()]


JOINED = Traced.join([at(0, 9), at(11, 17)])
"""`FROM a:1   AS b`, written on two lines."""

EXPANDED = Traced.join([at(5, 7), at(24, 28), Traced.made("-slim")])
"""`a:3.12-slim`: a part of the first line, a part of the third, and a built-in value."""

SPELLED = Traced.join([at(0, 2), Traced.spelled("\n", FILE.span(2, 4)), at(4, 6)])
"""`FR`, a newline that the file spells with two characters, and ` a`."""


def test_text_that_stands_in_one_place_is_exact() -> None:
    text = at(5, 8)
    assert (text.text, len(text), bool(text), repr(text)) == ("a:1", 3, True, "Traced('a:1')")
    assert (place(text.span), place(text.exact)) == ((5, 8), (5, 8))


def test_joined_lines_have_a_span_but_stand_nowhere_to_the_letter() -> None:
    assert JOINED.text == "FROM a:1   AS b"
    assert places(JOINED) == [("FROM a:1 ", (0, 9)), ("  AS b", (11, 17))]
    assert place(JOINED.span) == (0, 17)
    assert JOINED.exact is None


def test_part_of_one_line_of_joined_lines_is_exact() -> None:
    assert place(JOINED.slice(5, 8).exact) == (5, 8)
    assert place(JOINED.slice(11, 13).exact) == (13, 15)


def test_part_that_crosses_the_continuation_is_not() -> None:
    part = JOINED.slice(5, 13)
    assert part.text == "a:1   AS"
    assert places(part) == [("a:1 ", (5, 9)), ("  AS", (11, 15))]
    assert part.exact is None
    assert place(part.span) == (5, 15)


def test_text_of_several_places_has_no_span() -> None:
    assert EXPANDED.text == "a:3.12-slim"
    assert EXPANDED.span is None
    assert EXPANDED.exact is None
    assert place(EXPANDED.slice(2, 6).exact) == (24, 28)
    assert place(EXPANDED.slice(0, 6).span) == (5, 28)
    assert EXPANDED.slice(6, 11).span is None


def test_pieces_in_the_wrong_order_have_no_span() -> None:
    assert Traced.join([at(24, 28), at(5, 7)]).span is None
    assert Traced.join([at(5, 7), at(5, 7)]).span is None


def test_pieces_of_two_files_have_no_span_and_stay_apart() -> None:
    text = Traced.join([at(0, 3), Traced.of(OTHER.span(3, 5))])
    assert [stop - start for start, stop, _ in text.pieces()] == [3, 2]
    assert text.span is None


def test_neighbours_become_one_piece() -> None:
    text = Traced.join([at(0, 3), at(3, 5), at(5, 8)])
    assert places(text) == [("FROM a:1", (0, 8))]
    assert place(text.exact) == (0, 8)


def test_what_is_spelled_differently_joins_no_neighbour() -> None:
    assert places(SPELLED) == [("FR", (0, 2)), ("\n", (2, 4)), (" a", (4, 6))]
    assert place(SPELLED.span) == (0, 6)
    assert SPELLED.exact is None


def test_what_is_spelled_differently_is_cut_out_whole() -> None:
    assert place(SPELLED.slice(2, 3).span) == (2, 4)
    assert SPELLED.slice(2, 3).exact is None
    assert place(SPELLED.slice(1, 3).span) == (1, 4)


def test_empty_part_keeps_its_place() -> None:
    assert place(at(5, 8).slice(1, 1).exact) == (6, 6)
    assert place(JOINED.slice(9, 9).exact) == (11, 11)
    assert place(JOINED.slice(0, 0).exact) == (0, 0)
    assert place(JOINED.slice(15, 15).exact) == (17, 17)


def test_nothing_is_nowhere() -> None:
    assert (EMPTY.text, EMPTY.span, EMPTY.exact, bool(EMPTY)) == ("", None, None, False)
    assert EMPTY.slice(0, 0) == EMPTY
    assert Traced.join([]) == EMPTY
    assert Traced.join([EMPTY, at(3, 3)]) == EMPTY


def test_made_text_stands_in_no_file() -> None:
    assert Traced.made("x").span is None
    assert Traced.made("x").exact is None


def test_single_part_is_returned_as_it_is() -> None:
    text = at(0, 4)
    assert Traced.join([EMPTY, text, EMPTY]) is text


def test_character_knows_its_place() -> None:
    assert [place(EXPANDED.at(offset)) for offset in (0, 1, 2, 5, 6)] == [(5, 6), (6, 7), (24, 25), (27, 28), None]
    assert place(SPELLED.at(2)) == (2, 4)


# --- laws -------------------------------------------------------------------------------------------------------


@st.composite
def parts(draw: st.DrawFn) -> Traced:
    """A text of one place, spelled differently, or of no place."""
    source = draw(st.sampled_from([FILE, OTHER]))
    start = draw(st.integers(0, len(source.text)))
    span = source.span(start, draw(st.integers(start, len(source.text))))
    match draw(st.sampled_from(["of", "spelled", "made"])):
        case "spelled":
            return Traced.spelled("\n", span) if span.end - span.start > 1 else Traced.of(span)
        case "made":
            return Traced.made(span.text)
        case _:
            return Traced.of(span)


TRACED = st.lists(parts(), max_size=6).map(Traced.join)


def origins(text: Traced) -> list[tuple[str, str | None, tuple[int, int] | None]]:
    """Return what is known of each character, without the functions under test."""
    found = []
    for start, end, span in text.pieces():
        for offset in range(start, end):
            where = place(span)
            if span is not None and span.end - span.start == end - start:
                where = (span.start + offset - start, span.start + offset - start + 1)
            found.append((text.text[offset], None if span is None else span.source.path, where))
    return found


def cut(text: Traced, data: st.DataObject) -> tuple[int, int]:
    start = data.draw(st.integers(0, len(text)))
    return start, data.draw(st.integers(start, len(text)))


@given(TRACED)
def test_pieces_cover_the_text_in_order(text: Traced) -> None:
    ends = [0]
    for start, end, span in text.pieces():
        assert start == ends[-1] < end
        if span is not None and span.end - span.start == end - start:
            assert span.text == text.text[start:end]
        ends.append(end)
    assert ends[-1] == len(text)


@given(st.lists(parts(), max_size=6))
def test_join_keeps_every_character_and_its_place(texts: list[Traced]) -> None:
    joined = Traced.join(texts)
    assert joined.text == "".join(text.text for text in texts)
    assert origins(joined) == [origin for text in texts for origin in origins(text)]


@given(st.lists(TRACED, max_size=4), st.integers(0, 4))
def test_order_of_joining_does_not_matter(texts: list[Traced], middle: int) -> None:
    whole = Traced.join(texts)
    assert Traced.join([Traced.join(texts[:middle]), Traced.join(texts[middle:])]) == whole


@given(TRACED, st.data())
def test_slice_keeps_every_character_and_its_place(text: Traced, data: st.DataObject) -> None:
    start, end = cut(text, data)
    part = text.slice(start, end)
    assert part.text == text.text[start:end]
    assert [origin[:2] for origin in origins(part)] == [origin[:2] for origin in origins(text)[start:end]]
    for whole, cut_out in zip(origins(text)[start:end], origins(part), strict=True):
        assert cut_out[2] == whole[2]


@given(TRACED, st.data())
def test_slices_put_together_are_the_text_again(text: Traced, data: st.DataObject) -> None:
    middle = data.draw(st.integers(0, len(text)))
    both = Traced.join([text.slice(0, middle), text.slice(middle, len(text))])
    assert both.text == text.text
    assert [origin[:2] for origin in origins(both)] == [origin[:2] for origin in origins(text)]


@given(TRACED, st.data())
def test_slice_of_a_slice_is_a_slice(text: Traced, data: st.DataObject) -> None:
    start, end = cut(text, data)
    part = text.slice(start, end)
    low, high = cut(part, data)
    assert part.slice(low, high).text == text.slice(start + low, start + high).text
    assert origins(part.slice(low, high)) == origins(text.slice(start + low, start + high))


@given(TRACED, st.data())
def test_exact_span_holds_the_text(text: Traced, data: st.DataObject) -> None:
    part = text.slice(*cut(text, data))
    exact = part.exact
    if exact is not None:
        assert exact.text == part.text
        assert part.span == exact


@given(TRACED)
def test_span_goes_from_the_first_to_the_last_piece(text: Traced) -> None:
    span = text.span
    if span is not None and text:
        ends = [piece[2] for piece in text.pieces()]
        assert ends[0] is not None
        assert ends[-1] is not None
        assert (span.start, span.end) == (ends[0].start, ends[-1].end)


@given(TRACED, st.data())
def test_at_is_the_place_of_the_character(text: Traced, data: st.DataObject) -> None:
    if text:
        offset = data.draw(st.integers(0, len(text) - 1))
        assert place(text.at(offset)) == origins(text)[offset][2]
