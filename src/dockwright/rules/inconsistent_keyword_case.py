"""An instruction is written in another case than the rest of the file

## Why

BuildKit does not care, people do: most know instructions by their capitals, and one that looks different is overlooked
when somebody reads or searches the file. What counts is what the file itself does most; `as` follows its `FROM`
([Docker: ConsistentInstructionCasing](https://docs.docker.com/reference/build-checks/consistent-instruction-casing/),
[FromAsCasing](https://docs.docker.com/reference/build-checks/from-as-casing/)).

## Bad

```dockerfile
FROM debian:trixie-slim as build
Run make
```

## Good

```dockerfile
FROM debian:trixie-slim AS build
RUN make
```

## Fix

Writes the word in the case of the others.
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
    from dockwright.source import Span

_FROM_WITH_NAME = 3
_LONGEST = len("HEALTHCHECK")
_INSTRUCTION, _AS = "buildkit:ConsistentInstructionCasing", "buildkit:FromAsCasing"
_OF_FROM = "its `FROM`"


@rule(Severity.NOTICE, aliases=(_INSTRUCTION, _AS))
def check(dockerfile: Dockerfile) -> Iterator[Problem]:
    """Yield each keyword in the other case, also `as`."""
    lower = _mostly_lower(dockerfile)
    for instruction in dockerfile.body:
        if not _is_instruction(instruction):
            continue
        joint = _as(instruction)
        told = _problem(instruction.keyword, lower, "the rest of the file", joint)
        if told is not None:
            yield told
        elif joint is not None and (problem := _problem(joint, lower, _OF_FROM)) is not None:
            yield problem
        if instruction.trigger is not None and instruction.trigger.name in KEYWORDS:
            inner = _problem(instruction.trigger.keyword, lower, "the rest of the file")
            if inner is not None:
                yield inner


def _is_instruction(instruction: Instruction) -> bool:
    """Tell whether a line can be meant as one, and is not the rest of a script: `from os import path`."""
    if instruction.name == "FROM" and len(instruction.words) == _FROM_WITH_NAME:
        return instruction.words[1].text.lower() == "as"
    return instruction.name in KEYWORDS


def _as(instruction: Instruction) -> Span | None:
    """Return the `AS` of a FROM."""
    words = instruction.words
    return words[1].exact if instruction.name == "FROM" and len(words) == _FROM_WITH_NAME else None


def _mostly_lower(dockerfile: Dockerfile) -> bool:
    """Tell what most keywords are; a tie is for capitals, as the reference writes them."""
    written = [instruction.keyword.text for instruction in dockerfile.body if _is_instruction(instruction)]
    return sum(word.islower() for word in written) > sum(word.isupper() for word in written)


def _problem(word: Span, lower: bool, others: str, joint: Span | None = None) -> Problem | None:  # noqa: FBT001 - used here only
    """Compare a word with the rest; the word that belongs to it is corrected with it."""
    text = word.text
    right = text.lower() if lower else text.upper()
    if text == right or len(text) > _LONGEST:
        return None
    edits = [Edit(word, right)]
    if joint is not None and joint.text != _cased(joint, lower):
        edits.append(Edit(joint, _cased(joint, lower)))
    message = f"`{text}` is written in another case than {others}, and is easily overlooked. Write `{right}`."
    alias = _AS if others == _OF_FROM else _INSTRUCTION
    fix = Fix(f"Write `{right}`", tuple(edits), Applicability.SAFE)
    return Problem(word, message, fix, aliases=(alias,))


def _cased(word: Span, lower: bool) -> str:  # noqa: FBT001 - used here only
    return word.text.lower() if lower else word.text.upper()
