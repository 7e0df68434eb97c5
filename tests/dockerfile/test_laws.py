"""What holds for the parse of any text."""

from __future__ import annotations

import itertools
from typing import TYPE_CHECKING

from hypothesis import example, given

from dockwright.dockerfile import _adapter, parse
from dockwright.dockerfile.scan import scan
from dockwright.source import Source
from tests.dockerfile.reading import read
from tests.dockerfile.strategies import any_texts, dockerfiles

if TYPE_CHECKING:
    from collections.abc import Iterator

    from dockwright.dockerfile import Instruction
    from dockwright.source import Span
    from dockwright.traced import Traced


def traced(instruction: Instruction) -> Iterator[Traced]:
    """Yield every piece of text that an instruction holds."""
    yield from (instruction.rest, instruction.arguments, *instruction.words)
    for flag in instruction.flags:
        yield flag.word
        if flag.value is not None:
            yield flag.value
    for pair in instruction.pairs:
        yield from (pair.key, pair.word)
        if pair.value is not None:
            yield pair.value
    for mount in instruction.mounts:
        yield from (value for value in mount.options.values() if value is not None)
    yield from (heredoc.word for heredoc in instruction.heredocs)
    if instruction.trigger is not None:
        yield from traced(instruction.trigger)


def check_pieces(text: Traced) -> None:
    """Each piece stands in the file where it says, to the letter unless it is spelled differently there."""
    end = -1
    for start, stop, span in text.pieces():
        assert span is not None
        assert end <= span.start <= span.end
        if span.end - span.start == stop - start:
            assert span.text == text.text[start:stop]
        end = span.end


def check_order(spans: list[Span]) -> None:
    """Spans follow each other and do not overlap."""
    for before, after in itertools.pairwise(spans):
        assert before.end <= after.start


def check(text: str) -> None:
    """Hold every law for one text."""
    source = Source("Dockerfile", text)
    dockerfile = parse(source)
    for instruction in dockerfile.body:
        assert instruction.span.start == instruction.keyword.start
        assert instruction.keyword.text.replace("\\\n", "").upper()[:1] == instruction.name[:1]
        for piece in traced(instruction):
            check_pieces(piece)
    check_order([instruction.span for instruction in dockerfile.body])
    check_order([comment.span for comment in dockerfile.comments])
    assert all(comment.span.text.startswith("#") for comment in dockerfile.comments)
    check_order([use.span for use in dockerfile.images])
    assert all(0 <= error.span.start <= error.span.end <= len(text) for error in dockerfile.errors)
    check_nothing_lost(text, source)


def check_nothing_lost(text: str, source: Source) -> None:
    """Every character is part of something, or blank, an escape, or a byte order mark."""
    dockerfile = parse(source)
    covered = bytearray(len(text))
    spans = [instruction.span for instruction in dockerfile.body]
    spans += [comment.span for comment in dockerfile.comments]
    spans += [directive.span for directive in dockerfile.directives]
    for span in spans:
        covered[span.start : span.end] = b"\x01" * (span.end - span.start)
    rest = "".join(char for char, known in zip(text, covered, strict=True) if not known)
    assert rest.replace(dockerfile.escape, "").replace("\ufeff", "").strip() == ""


@given(dockerfiles())
def test_laws_hold_for_dockerfiles(text: str) -> None:
    check(text)


@given(any_texts())
@example("FROM a\nRUN cat <<EOF\n")
@example("\\")
@example("\\\n\\\n")
@example("FROM a\nENV a=${")
@example("FROM a\nCOPY --from=$ a b")
def test_laws_hold_for_any_text(text: str) -> None:
    check(text)


@given(dockerfiles())
def test_dockerfile_parse_finds_the_same_instructions(text: str) -> None:
    source = Source("Dockerfile", text)
    scanned = scan(source)
    assert _adapter.find(source, scanned) == [_adapter.expected(lines) for lines in scanned.instructions]


@given(any_texts())
def test_dockerfile_parse_finds_the_same_instructions_in_any_text(text: str) -> None:
    source = Source("Dockerfile", text)
    scanned = scan(source)
    assert _adapter.find(source, scanned) == [_adapter.expected(lines) for lines in scanned.instructions]


@given(any_texts())
def test_bytes_come_back(text: str) -> None:
    data = text.encode("utf-8", "surrogatepass")
    assert Source.decode("Dockerfile", data).encode() == data


def test_long_continuation_is_one_instruction() -> None:
    dockerfile = read("FROM a\nRUN a" + " \\\n b" * 40_000)
    assert dockerfile.body[1].end_line == 40_002
    assert len(dockerfile.body[1].arguments.text) == 1 + 3 * 40_000


def test_megabyte_of_one_line_is_read_and_refused() -> None:
    dockerfile = read("FROM a\nRUN " + "a b " * 250_000)
    assert [error.span.first.line for error in dockerfile.errors] == [2]


def test_doubling_values_are_capped_and_told() -> None:
    dockerfile = read("FROM a\nENV A=xx\n" + "ENV A=$A$A\n" * 100 + "USER $A\n")
    assert len(dockerfile.errors) == 1
    assert "65536" in dockerfile.errors[0].message
    user = dockerfile.body[-1]
    assert dockerfile.expand(user, user.words[0]) is None


def test_deep_nesting_is_followed_to_a_limit() -> None:
    dockerfile = read("FROM a\nENV A=" + "${b:-" * 5_000 + "x" + "}" * 5_000 + "\n")
    assert len(dockerfile.errors) == 1


def test_patterns_that_would_take_exponential_time_are_unknown() -> None:
    dockerfile = read("FROM scratch\nARG A=" + "a" * 5_000 + "\nUSER ${A//*a*a*b/c}\n")
    user = dockerfile.body[-1]
    assert dockerfile.expand(user, user.words[0]) is None
