"""Edits that add whole lines to a Dockerfile, in its own way to end a line."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dockwright.source import Edit

if TYPE_CHECKING:
    from collections.abc import Sequence

    from dockwright.dockerfile.model import Dockerfile, Instruction


def insert_before(dockerfile: Dockerfile, instruction: Instruction, lines: Sequence[str]) -> Edit:
    """Put lines before an instruction, and before the comments that stand right above it."""
    source = dockerfile.source
    comments = {comment.span.first.line for comment in dockerfile.comments}
    number = instruction.line
    while number - 1 in comments:
        number -= 1
    start = source.line_starts[number - 1]
    end = _line_end(dockerfile, instruction.end_line) or _line_end(dockerfile, number - 1) or "\n"
    return Edit(source.span(start, start), "".join(line + end for line in lines))


def insert_after(dockerfile: Dockerfile, instruction: Instruction, lines: Sequence[str]) -> Edit:
    """Put lines after an instruction."""
    source = dockerfile.source
    number = instruction.end_line
    end = _line_end(dockerfile, number)
    if end:
        start = source.line_starts[number - 1] + len(source.line(number)) + len(end)
        return Edit(source.span(start, start), "".join(line + end for line in lines))
    end = _line_end(dockerfile, number - 1) or "\n"
    start = len(source.text)
    return Edit(source.span(start, start), "".join(end + line for line in lines))


def _line_end(dockerfile: Dockerfile, number: int) -> str:
    """Return what ends a line: nothing for the last line of a file without a newline, or where there is no line."""
    source = dockerfile.source
    if not 1 <= number <= len(source.line_starts):
        return ""
    after = source.line_starts[number] if number < len(source.line_starts) else len(source.text)
    return source.text[source.line_starts[number - 1] + len(source.line(number)) : after]
