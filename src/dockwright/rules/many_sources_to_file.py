"""Several files are copied to a path that does not end with `/`

## Why

Only a directory can hold several files, and a destination is a directory only if it ends with `/`. BuildKit stops
with "When using COPY with more than one source file, the destination must be a directory and end with a /".

## Bad

```dockerfile
FROM node:24-slim
COPY package.json package-lock.json /app
```

## Good

```dockerfile
FROM node:24-slim
COPY package.json package-lock.json /app/
```

## Fix

Adds the `/`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from dockwright.finding import Applicability, Fix, Problem, Severity
from dockwright.rules import rule
from dockwright.source import Edit

if TYPE_CHECKING:
    from collections.abc import Iterator

    from dockwright.dockerfile import Dockerfile

_TWO_SOURCES = 3
_TAKE_VALUE = frozenset(("from", "chown", "chmod", "exclude"))
_DIRECTORIES = frozenset((".", ".."))


@rule(Severity.ERROR, aliases=("hadolint:DL3021",), instructions=("COPY", "ADD"))
def check(dockerfile: Dockerfile) -> Iterator[Problem]:
    """Yield each destination of several sources that is no directory."""
    for instruction in dockerfile.instructions("COPY", "ADD", triggers=True):
        words = instruction.words
        if any(flag.value is None and flag.name in _TAKE_VALUE for flag in instruction.flags):
            continue  # `--from build`: the first word belongs to the flag
        if len(words) < _TWO_SOURCES:
            continue
        path = dockerfile.expand(instruction, words[-1])
        place = words[-1].exact
        if path is None or place is None or not path.text or path.text.endswith(("/", "\\")):
            continue
        if path.text in _DIRECTORIES or path.text.endswith(("/.", "/..")):
            continue
        fix = None
        if not place.text.endswith(('"', "'")):
            after = place.source.span(place.end, place.end)
            fix = Fix("Add `/`", (Edit(after, "/"),), Applicability.SAFE)
        message = (
            f"Several files cannot become one `{path.text[:60]}`; the build stops here. A directory is written with "
            "`/` at its end."
        )
        yield Problem(place, message, fix)
