"""Looks like a JSON array, but is none, so that a shell runs it

## Why

`CMD ['node', 'server.js']` is no JSON, because JSON has double quotes only. BuildKit then takes the line for a command
and gives it to the shell, which looks for a program called `[node,`: the container ends at once with "not found".
A comma too much, or a missing one, does the same.

## Bad

```dockerfile
FROM node:24-slim
CMD ['node', 'server.js']
```

## Good

```dockerfile
FROM node:24-slim
CMD ["node", "server.js"]
```

## Fix

Writes double quotes, and leaves out a comma at the end.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from dockwright.finding import Applicability, Fix, Problem, Severity
from dockwright.rules import rule
from dockwright.source import Edit

if TYPE_CHECKING:
    from collections.abc import Iterator

    from dockwright.dockerfile import Dockerfile, Instruction

_NAMES = ("RUN", "CMD", "ENTRYPOINT", "HEALTHCHECK", "COPY", "ADD", "VOLUME")
_ITEM = r"(?:'[^'\"\\]*'|\"[^'\"\\]*\")"
# Text, not compiled patterns: few files need them.
_ALMOST = rf"\[\s*{_ITEM}(?:\s*,\s*{_ITEM})*\s*,?\s*\]"
_BEGINS = r"\[\s*(?:['\"]|[A-Za-z0-9_./-]+\s*,)"


@rule(Severity.ERROR, instructions=("RUN", "CMD", "ENTRYPOINT", "HEALTHCHECK", "COPY", "ADD", "VOLUME"), words=("]",))
def check(dockerfile: Dockerfile) -> Iterator[Problem]:
    """Yield each array that is none."""
    for found in dockerfile.instructions(*_NAMES, triggers=True):
        instruction = found.trigger if found.name == "HEALTHCHECK" and found.trigger is not None else found
        text = instruction.arguments.text.strip()
        if instruction.exec_form or not text.endswith("]") or not re.match(_BEGINS, text):
            continue
        place = instruction.arguments.span
        if place is None or (text.startswith("[ ") and text.endswith(" ]") and "," not in text):
            continue  # the command `[`
        message = (
            "This is no JSON array, which has strings in double quotes with commas between them, so it is taken as "
            "plain text. Write it as JSON."
        )
        yield Problem(place, message, _fix(instruction))


def _fix(instruction: Instruction) -> Fix | None:
    place = instruction.arguments.exact
    if place is None or not re.fullmatch(_ALMOST, place.text.strip()):
        return None
    right = re.sub(r",\s*\]$", "]", place.text.rstrip().replace("'", '"'))
    return Fix("Write it as JSON", (Edit(place, right),), Applicability.SAFE)
