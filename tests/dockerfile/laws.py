"""What holds for the parse of any text; the property tests and the fuzzer check the same."""

from __future__ import annotations

import itertools
from typing import TYPE_CHECKING

from dockwright.dockerfile import _adapter, parse
from dockwright.dockerfile.scan import scan
from dockwright.source import Source, apply

if TYPE_CHECKING:
    from collections.abc import Iterator

    from dockwright.dockerfile import Dockerfile, Instruction
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
    check_nothing_lost(dockerfile)
    check_same_as_dockerfile_parse(source)
    check_expansions(dockerfile)
    check_tags(dockerfile)


def check_nothing_lost(dockerfile: Dockerfile) -> None:
    """Every character is part of something, or blank, an escape, or a byte order mark."""
    text = dockerfile.source.text
    covered = bytearray(len(text))
    spans = [instruction.span for instruction in dockerfile.body]
    spans += [comment.span for comment in dockerfile.comments]
    spans += [directive.span for directive in dockerfile.directives]
    for span in spans:
        covered[span.start : span.end] = b"\x01" * (span.end - span.start)
    rest = "".join(char for char, known in zip(text, covered, strict=True) if not known)
    assert rest.replace(dockerfile.escape, "").replace("\ufeff", "").strip() == ""


def check_same_as_dockerfile_parse(source: Source) -> None:
    """dockerfile-parse finds the same instructions in the masked copy of the file."""
    scanned = scan(source)
    assert _adapter.find(source, scanned) == [_adapter.expected(lines) for lines in scanned.instructions]


def check_expansions(dockerfile: Dockerfile) -> None:
    """Any text of any instruction can be expanded; what comes out stands where it says."""
    for instruction in dockerfile.body:
        for text in traced(instruction):
            expanded = dockerfile.expand(instruction, text)
            if expanded is not None:
                check_expanded(expanded)


def check_expanded(text: Traced) -> None:
    """Each piece of an expanded text stands where it says."""
    for start, stop, span in text.pieces():
        if span is not None and span.end - span.start == stop - start:
            assert span.text == text.text[start:stop]


def check_tags(dockerfile: Dockerfile) -> None:
    """A tag stands where its use says, and another can be written there."""
    for use in dockerfile.images:
        span, edit = use.tag_span, use.edit_tag("9.9")
        if span is not None and edit is not None:
            assert use.reference is not None
            assert span.text == use.reference.tag
            parse(Source("Dockerfile", apply(span.source.text, [edit])))
