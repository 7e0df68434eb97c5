"""`FROM` has no image unless the build is given an argument

## Why

`docker build .` fails with "base name should not be blank" or an invalid reference, and so does every tool that reads
the file: editors, scanners and bots that keep base images fresh. A default shows what the file is meant for, and
`--build-arg` still replaces it
([Docker: InvalidDefaultArgInFrom](https://docs.docker.com/reference/build-checks/invalid-default-arg-in-from/)).

An argument that must be given on purpose can say so, and is left alone then: by a comment above it, or by
`FROM ${BASE:?}`.

Off by default: in most files that were looked at, whatever starts the build gives the argument, as its authors mean it.

## Bad

```dockerfile
ARG TAG
FROM debian:${TAG}
```

## Good

```dockerfile
ARG TAG=trixie-slim
FROM debian:${TAG}
```
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from dockwright.dockerfile.variables import PLATFORM_ARGUMENTS
from dockwright.errors import InvalidReference
from dockwright.finding import Problem, Severity
from dockwright.image import Reference
from dockwright.rules import rule

if TYPE_CHECKING:
    from collections.abc import Iterator

    from dockwright.dockerfile import Dockerfile, Instruction, Pair
    from dockwright.source import Span

# Text, not a compiled pattern: few files need it.
_VARIABLE = r"(?a)\$(?:([A-Za-z_]\w*)|\{([A-Za-z_]\w*)\})"
_STANDS_FOR_ANYTHING = "x"


@rule(
    Severity.NOTICE,
    enabled=False,
    aliases=("buildkit:InvalidDefaultArgInFrom",),
    instructions=("ARG",),
    words=("$",),
)
def check(dockerfile: Dockerfile) -> Iterator[Problem]:
    """Yield each base that is no reference with the defaults alone."""
    if not any(stage.start.words and "$" in stage.start.words[0].text for stage in dockerfile.stages):
        return
    bare = {
        pair.key.text: (arg, pair)
        for arg in dockerfile.instructions("ARG")
        if arg.stage < 0
        for pair in arg.pairs
        if pair.value is None or not pair.value.text.strip("\"'")
    }
    given = {
        pair.key.text
        for arg in dockerfile.instructions("ARG")
        if arg.stage < 0
        for pair in arg.pairs
        if pair.key.text not in bare
    }
    for stage in dockerfile.stages:
        word = stage.start.words[0] if stage.start.words else None
        names = [first or second for first, second in re.findall(_VARIABLE, word.text)] if word is not None else []
        empty = [name for name in names if name in bare]
        if word is None or word.span is None or not empty or not set(names) <= bare.keys() | given | PLATFORM_ARGUMENTS:
            continue
        if not _is_reference(_with_defaults(word.text, bare)) and not any(
            _explained(dockerfile, bare[name][0]) for name in empty
        ):
            yield _problem(word.span, empty[0], bare[empty[0]][1])


def _with_defaults(text: str, bare: dict[str, tuple[Instruction, Pair]]) -> str:
    return re.sub(_VARIABLE, lambda use: "" if (use[1] or use[2]) in bare else _STANDS_FOR_ANYTHING, text)


def _is_reference(text: str) -> bool:
    if "$" in text:
        return True  # a form that is not read here
    try:
        Reference.parse(text)
    except InvalidReference:
        return False
    return True


def _explained(dockerfile: Dockerfile, argument: Instruction) -> bool:
    """Tell whether a comment stands right above the ARG."""
    return any(comment.span.first.line == argument.line - 1 for comment in dockerfile.comments)


def _problem(place: Span, name: str, pair: Pair) -> Problem:
    message = (
        f"`{name}` has no default, so this names no image unless the build is given one, and no tool can tell what it "
        f"builds on. Give `ARG {name}` a default, or say in a comment above it what is expected."
    )
    cause = pair.key.span
    return Problem(place, message, causes=() if cause is None else (cause,))
