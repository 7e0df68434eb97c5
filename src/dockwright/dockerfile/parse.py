"""From a file's text to a `Dockerfile`. Nothing raises on any text: what BuildKit would refuse becomes an error."""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec import structs

from dockwright.dockerfile import _adapter
from dockwright.dockerfile.arguments import (
    flags_and_arguments,
    keyword_and_rest,
    mount,
    optional_pairs,
    pairs,
    separated,
    stripped,
)
from dockwright.dockerfile.json_form import NotStrings, strings
from dockwright.dockerfile.lexer import GO_SPACE
from dockwright.dockerfile.model import Dockerfile, Instruction
from dockwright.dockerfile.refused import refusals
from dockwright.dockerfile.resolve import resolve
from dockwright.dockerfile.scan import scan
from dockwright.finding import Problem
from dockwright.source import Span
from dockwright.traced import EMPTY

if TYPE_CHECKING:
    from collections.abc import Iterator

    from dockwright.dockerfile.model import Mount
    from dockwright.dockerfile.scan import Lines, Scan
    from dockwright.source import Source
    from dockwright.traced import Traced

MOST_ERRORS = 20
"""Errors told for one file; a file with more is no Dockerfile, and further ones would only repeat that."""

_COMMANDS = frozenset(("RUN", "CMD", "ENTRYPOINT", "SHELL"))
_WORD_LISTS = frozenset(("ADD", "COPY", "VOLUME"))
_WHOLE = frozenset(("USER", "WORKDIR", "STOPSIGNAL", "MAINTAINER"))


def parse(source: Source) -> Dockerfile:
    """Read a Dockerfile exactly as BuildKit's frontend reads it, with the place of everything."""
    scanned = scan(source)
    problems = list(scanned.problems)
    body: list[Instruction] = []
    stage = -1
    for lines in _confirmed(source, scanned):
        problems += lines.problems
        instruction = _instruction(source, lines, scanned.escape, problems)
        if instruction is None:
            continue
        stage += instruction.name == "FROM"
        body.append(_placed(instruction, stage, len(body)))
    instructions = tuple(body)
    resolved = resolve(source, scanned.directives, scanned.escape, instructions)
    problems += refusals(instructions)
    problems += resolved.problems
    problems.sort(key=lambda problem: problem.span.start)
    return Dockerfile(
        source,
        directives=scanned.directives,
        escape=scanned.escape,
        comments=tuple(scanned.comments),
        body=instructions,
        stages=resolved.stages,
        images=resolved.images,
        errors=tuple(problems[:MOST_ERRORS]),
        scopes=resolved,
    )


def _confirmed(source: Source, scanned: Scan) -> Iterator[Lines]:
    """Yield the instructions that dockerfile-parse finds in the masked copy, with their exact lines.

    Both must see the same instructions; tests and the fuzzer hold that for any text. Should they ever differ, the
    scanner is the one that follows BuildKit, so nothing is lost.
    """
    found = _adapter.find(source, scanned)
    if [_adapter.expected(lines) for lines in scanned.instructions] != found:
        yield from scanned.instructions
        return
    by_first = {lines.code[0] + 1: lines for lines in scanned.instructions}
    for _, first, _ in found:
        yield by_first[first]


def _placed(instruction: Instruction, stage: int, index: int) -> Instruction:
    trigger = instruction.trigger
    if trigger is not None:
        trigger = structs.replace(trigger, stage=stage, index=index)
    return structs.replace(instruction, stage=stage, index=index, trigger=trigger)


def _instruction(source: Source, lines: Lines, escape: str, problems: list[Problem]) -> Instruction | None:
    if not lines.text:
        start = source.line_starts[lines.first - 1]
        span = source.span(start, start + len(source.line(lines.first)))
        problems.append(Problem(span, "Nothing follows this line continuation; BuildKit expects an instruction."))
        return None
    whole = lines.text.span
    assert whole is not None, "an instruction stands in the file"  # noqa: S101
    end = lines.heredocs[-1].terminator.end if lines.heredocs else whole.end
    end = _last_character(source, lines, end)
    return _read(lines.text, Span(source, whole.start, end), lines, escape, problems)


def _last_character(source: Source, lines: Lines, end: int) -> int:
    """Return the end of an instruction's last line, which may be a comment or part of an unended here-document."""
    start = source.line_starts[lines.last - 1]
    if end >= start and source.text[end : end + 1] in {"", "\n"}:
        return end
    return max(end, start + len(source.line(lines.last).rstrip(GO_SPACE)))


def _read(
    text: Traced, span: Span, lines: Lines, escape: str, problems: list[Problem], *, nested: bool = False
) -> Instruction:
    """Read one instruction, or the one inside an ONBUILD."""
    keyword, rest = keyword_and_rest(text)
    flags, arguments = flags_and_arguments(rest, escape)
    place = keyword.span
    assert place is not None, "a keyword stands in the file"  # noqa: S101
    instruction = Instruction(
        keyword.text.upper(),
        place,
        span,
        rest,
        flags,
        arguments,
        heredocs=lines.heredocs,
        line=lines.first,
        end_line=lines.last,
    )
    if instruction.name == "ONBUILD" and arguments and not nested:
        inner = _read(
            arguments, Span(span.source, _start(arguments, span), span.end), lines, escape, problems, nested=True
        )
        return structs.replace(instruction, words=(arguments,), trigger=inner)
    if instruction.name == "HEALTHCHECK":
        return _healthcheck(instruction, problems)
    return _with_words(instruction, escape, problems)


def _start(text: Traced, within: Span) -> int:
    span = text.span
    return within.start if span is None else span.start


def _with_words(instruction: Instruction, escape: str, problems: list[Problem]) -> Instruction:
    name, arguments = instruction.name, instruction.arguments
    if name in _COMMANDS or name in _WORD_LISTS:
        words = _json_words(arguments, instruction, problems)
        if words is not None:
            return structs.replace(instruction, words=words, exec_form=True, mounts=_mounts(instruction))
        words = separated(arguments) if name in _WORD_LISTS else _whole(arguments)
        return structs.replace(instruction, words=words, mounts=_mounts(instruction))
    if name in {"ENV", "LABEL"}:
        found, bad = pairs(arguments, escape)
        if bad is not None:
            place = bad.span or instruction.span
            problems.append(
                Problem(place, f"This word of {name} has no `=`; write `name=value`, with quotes around blanks.")
            )
        return structs.replace(instruction, pairs=found)
    if name == "ARG":
        return structs.replace(instruction, pairs=optional_pairs(arguments, escape))
    return structs.replace(instruction, words=_whole(arguments) if name in _WHOLE else separated(arguments))


def _whole(arguments: Traced) -> tuple[Traced, ...]:
    return (arguments,) if arguments else ()


def _mounts(instruction: Instruction) -> tuple[Mount, ...]:
    if instruction.name != "RUN" or not instruction.flags:
        return ()
    return tuple(mount(flag) for flag in instruction.flags if flag.name == "mount")


def _json_words(arguments: Traced, instruction: Instruction, problems: list[Problem]) -> tuple[Traced, ...] | None:
    try:
        return strings(arguments)
    except NotStrings:
        place = arguments.span or instruction.span
        problems.append(
            Problem(place, f"The JSON array of {instruction.name} may hold strings only; BuildKit refuses others.")
        )
        return ()


def _healthcheck(instruction: Instruction, problems: list[Problem]) -> Instruction:
    """Read `HEALTHCHECK [flags] CMD command` or `NONE`; the command becomes the trigger, named CMD."""
    text = instruction.arguments.text
    kind_end = next((at for at, char in enumerate(text) if char in GO_SPACE), len(text))
    kind = instruction.arguments.slice(0, kind_end)
    rest = stripped(instruction.arguments.slice(kind_end, len(text))) if kind_end < len(text) else EMPTY
    words = (kind, rest) if rest else _whole(kind)
    if kind.text.upper() != "CMD" or not rest or kind.span is None:
        return structs.replace(instruction, words=words)
    strings_of = _json_words(rest, instruction, problems)
    command = Instruction(
        "CMD",
        kind.span,
        Span(kind.span.source, kind.span.start, instruction.span.end),
        rest,
        arguments=rest,
        words=_whole(rest) if strings_of is None else strings_of,
        exec_form=strings_of is not None,
        line=instruction.line,
        end_line=instruction.end_line,
    )
    return structs.replace(instruction, words=words, trigger=command)
