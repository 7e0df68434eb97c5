"""`cd` in a `RUN`, where `WORKDIR` is meant

## Why

`cd` holds until the end of its `RUN`, and the next one starts in the old folder again. `WORKDIR` holds for everything
below, makes the folder if it is missing, and is seen at once by whoever reads the file. A matter of taste within one
`RUN`, so it is off by default; a `cd` that nothing follows is `cd-without-effect`.

Nothing is said where `WORKDIR` would not do the same: in a subshell, a loop, a function or a branch, after other
commands of the `RUN` have begun (which may have made the folder), and where a variable of the shell names the folder.

## Bad

```dockerfile
FROM node:24-slim
COPY . /app
RUN cd /app && npm ci
```

## Good

```dockerfile
FROM node:24-slim
COPY . /app
WORKDIR /app
RUN npm ci
```
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from dockwright.dockerfile.script import commands_of
from dockwright.finding import Problem, Severity
from dockwright.rules import rule
from dockwright.shell import Context

if TYPE_CHECKING:
    from collections.abc import Iterator

    from dockwright.dockerfile import Dockerfile

_MESSAGE = "This `cd` holds for this `RUN` only. `WORKDIR` before it says the same for what follows, too."


@rule(Severity.NOTICE, aliases=("hadolint:DL3003",), enabled=False, instructions=("RUN",), words=("cd ",))
def check(dockerfile: Dockerfile) -> Iterator[Problem]:
    """Yield each `cd` that a `RUN` begins with."""
    for run in dockerfile.instructions("RUN"):
        if "cd " not in run.span.text:
            continue
        commands = [each for each in commands_of(dockerfile, run) if each.name not in {"set", "export"}]
        first = commands[0] if commands else None
        if first is None or first.name != "cd" or len(commands) == 1 or first.context is not Context.NONE:
            continue
        target = first.arguments[0] if first.arguments else None
        if target is not None and target.text != "-" and "$(" not in target.text:
            yield Problem(first.span, _MESSAGE)
