"""A `cd` that nothing follows

## Why

Each `RUN` starts in the folder of the last `WORKDIR`. A `RUN` that ends with `cd` changes the folder of a shell that
ends at once, and the next instruction runs where the one before ran: often the files then land in `/`.

## Bad

```dockerfile
FROM node:24-slim
RUN cd /app
RUN npm ci
```

## Good

```dockerfile
FROM node:24-slim
WORKDIR /app
RUN npm ci
```

## Fix

Where the `RUN` is nothing but `cd` and a plain folder: writes `WORKDIR`. Unsafe: what follows then runs in that folder,
as it was meant to, and is not what was built before.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from dockwright.dockerfile.script import commands_of
from dockwright.finding import Applicability, Fix, Problem, Severity
from dockwright.rules import rule
from dockwright.shell import Context
from dockwright.source import Edit

if TYPE_CHECKING:
    from collections.abc import Iterator

    from dockwright.dockerfile import Dockerfile, Instruction
    from dockwright.shell import Command

_MESSAGE = "This `cd` ends with its `RUN`, so it changes nothing for the lines below. Use `WORKDIR` to stay there."


@rule(Severity.WARNING, aliases=("hadolint:DL3003",), instructions=("RUN",), words=("cd ",))
def check(dockerfile: Dockerfile) -> Iterator[Problem]:
    """Yield each `cd` that is the last command of a `RUN`."""
    for run in dockerfile.instructions("RUN"):
        if "cd " not in run.span.text or run.heredocs:
            continue
        commands = commands_of(dockerfile, run)
        last = commands[-1] if commands else None
        if last is None or last.name != "cd" or last.context is not Context.NONE or last.after:
            continue
        if _changes_nothing(commands):
            yield Problem(last.span, _MESSAGE, _fix(run, last) if len(commands) == 1 else None)


def _changes_nothing(commands: tuple[Command, ...]) -> bool:
    """Tell whether the last `cd` does not merely go back to where the script began, to be tidy."""
    target = commands[-1].arguments[0].text if commands[-1].arguments else "~"
    visits = sum(command.name in {"cd", "pushd"} for command in commands)
    return visits == 1 and target not in {"-", "..", "/", "~"}


def _fix(run: Instruction, command: Command) -> Fix | None:
    folder = command.arguments[0].literal if len(command.arguments) == 1 else None
    if folder is None or run.flags or command.words[0].text != "cd" or any(c in folder for c in " $\"'\\"):
        return None
    span = run.span
    if span.text.split() != [span.text.split()[0], "cd", folder]:
        return None
    return Fix("Use `WORKDIR`", (Edit(span, f"WORKDIR {folder}"),), Applicability.UNSAFE)
