"""The container's command is written in shell form

## Why

`CMD node server.js` starts `/bin/sh -c "node server.js"`. With many shells that `sh` stays process 1 and passes on no
signals: `docker stop` and Kubernetes wait until their time is up and then kill the program in the midst of its work.
`ENTRYPOINT` in shell form also drops the `CMD` and all arguments of `docker run`
([Docker: JSONArgsRecommended](https://docs.docker.com/reference/build-checks/json-args-recommended/)).

Nothing is said after a `SHELL`, which shows that the form was chosen, where the command begins with `exec`, and of
`HEALTHCHECK`, where the shell form is the usual one, and of a bare shell for people.

## Bad

```dockerfile
FROM node:24-slim
CMD node server.js
```

## Good

```dockerfile
FROM node:24-slim
CMD ["node", "server.js"]
```

## Fix

Writes a command of plain words as a JSON array. Unsafe: the shell is no longer there. Where the command needs a shell
(variables, `&&`, redirections), only a person can decide; `exec` before its last command passes the signals on.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from dockwright.dockerfile.script import script_of
from dockwright.finding import Applicability, Fix, Problem, Severity
from dockwright.rules import rule
from dockwright.source import Edit

if TYPE_CHECKING:
    from collections.abc import Iterator

    from dockwright.dockerfile import Dockerfile, Instruction, Stage

_PLAIN = r"[A-Za-z0-9_./:=@%+,-]+"
_FOR_PEOPLE = frozenset(("bash", "sh", "ash", "zsh"))
_MESSAGES = {
    "CMD": "A shell runs this command and may keep signals from it, so that `docker stop` has to kill it. ",
    "ENTRYPOINT": "A shell runs this: `CMD` and what `docker run` is given are dropped, and signals may not arrive. ",
}


@rule(Severity.WARNING, aliases=("buildkit:JSONArgsRecommended", "hadolint:DL3025"), instructions=("CMD", "ENTRYPOINT"))
def check(dockerfile: Dockerfile) -> Iterator[Problem]:
    """Yield each `CMD` and `ENTRYPOINT` that a shell runs."""
    for stage in dockerfile.stages:
        for instruction in dockerfile.instructions("CMD", "ENTRYPOINT", stage=stage):
            if instruction.exec_form or not instruction.arguments or _chosen(dockerfile, stage, instruction):
                continue
            if instruction.arguments.text.lstrip().startswith("["):
                continue  # see broken-json-form
            problem = _problem(dockerfile, instruction)
            if problem is not None:
                yield problem


def _chosen(dockerfile: Dockerfile, stage: Stage, instruction: Instruction) -> bool:
    """Tell whether a `SHELL` stands above, in the stage or one that it builds upon."""
    shells = (shell for each in dockerfile.lineage(stage) for shell in dockerfile.instructions("SHELL", stage=each))
    return any(shell.index < instruction.index for shell in shells)


def _problem(dockerfile: Dockerfile, instruction: Instruction) -> Problem | None:
    commands = script_of(dockerfile, instruction).commands
    if commands and any(command.words and command.words[0].text == "exec" for command in commands):
        return None
    if len(commands) == 1 and commands[0].name in _FOR_PEOPLE and not commands[0].arguments:
        return None
    words = instruction.arguments.text.split()
    place = instruction.arguments.exact
    if place is None or not all(re.fullmatch(_PLAIN, word) for word in words) or "=" in words[0]:
        return Problem(
            instruction.keyword,
            f"{_MESSAGES[instruction.name]}Write a JSON array, or put `exec` before the command.",
        )
    array = "[" + ", ".join(f'"{word}"' for word in words) + "]"
    fix = Fix("Write a JSON array", (Edit(place, array),), Applicability.UNSAFE)
    return Problem(instruction.keyword, f"{_MESSAGES[instruction.name]}Write `{array[:80]}`.", fix)
