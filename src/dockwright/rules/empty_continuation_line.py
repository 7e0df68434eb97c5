r"""An empty line within an instruction

## Why

An instruction that is continued with a backslash goes on after empty lines, for now: BuildKit warns that it will become
an error. Until then it is a trap, since what follows looks like something of its own and is part of the command
([Docker: NoEmptyContinuation](https://docs.docker.com/reference/build-checks/no-empty-continuation/)).

## Bad

```dockerfile
FROM alpine:3.24
RUN apk add --no-cache \

    curl
```

## Good

```dockerfile
FROM alpine:3.24
RUN apk add --no-cache \
    curl
```

## Fix

Removes the empty lines. Not where the instruction ends in one, or another instruction seems to follow: there, the
backslash is too much.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from dockwright.dockerfile.refused import KEYWORDS
from dockwright.finding import Applicability, Fix, Problem, Severity
from dockwright.rules import rule
from dockwright.source import Edit

if TYPE_CHECKING:
    from collections.abc import Iterator

    from dockwright.dockerfile import Dockerfile, Instruction
    from dockwright.source import Source, Span

_MESSAGE = (
    "An empty line within an instruction is deprecated and will be an error: it hides that the command goes on. "
    "Remove it, or the backslash before it."
)


@rule(Severity.WARNING, aliases=("buildkit:NoEmptyContinuation",))
def check(dockerfile: Dockerfile) -> Iterator[Problem]:
    """Yield each group of empty lines once."""
    source = dockerfile.source
    for instruction in dockerfile.body:
        if instruction.end_line == instruction.line:
            continue
        for first, last in _groups(source, instruction):
            whole = _lines(source, first, last)
            goes_on = last < _last_line(instruction) and not _looks_new(source.line(last + 1))
            fix = Fix("Remove the empty line", (Edit(whole, ""),), Applicability.SAFE) if goes_on else None
            yield Problem(_before(source, first), _MESSAGE, fix, causes=(whole,))


def _looks_new(line: str) -> bool:
    """Tell whether a line looks like an instruction of its own, which then is swallowed by the one above."""
    first = line.split(maxsplit=1)[:1]
    return bool(first) and first[0] in KEYWORDS


def _last_line(instruction: Instruction) -> int:
    """Return the last line that is no here-document's."""
    if instruction.heredocs:
        return instruction.heredocs[0].body.first.line - 1
    return max(instruction.span.last.line, instruction.line)


def _groups(source: Source, instruction: Instruction) -> Iterator[tuple[int, int]]:
    """Yield the first and the last number of empty lines in a row."""
    end = instruction.end_line if not instruction.heredocs else _last_line(instruction)
    end = min(end, len(source.line_starts))
    first = 0
    for number in range(instruction.line + 1, end + 1):
        if not source.line(number).strip():
            first = first or number
        elif first:
            yield first, number - 1
            first = 0
    if first:
        yield first, end


def _lines(source: Source, first: int, last: int) -> Span:
    starts = source.line_starts
    end = starts[last] if last < len(starts) else len(source.text)
    return source.span(starts[first - 1], end)


def _before(source: Source, first: int) -> Span:
    """Return the end of the line above, where the backslash is: an empty line has nothing to point at."""
    line = source.line(first - 1).rstrip()
    start = source.line_starts[first - 2]
    return source.span(start + max(len(line) - 1, 0), start + max(len(line), 1))
