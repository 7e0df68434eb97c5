"""`useradd` with a large UID and without `-l`

## Why

`useradd` also writes to `/var/log/lastlog` and `faillog`, whose place for a user is its number times some hundred
bytes. For a number of ten digits that is a sparse file of hundreds of gigabytes, which builders have filled up disks
with. `-l` (`--no-log-init`) leaves these files alone
([Docker: building best practices, USER](https://docs.docker.com/build/building/best-practices/#user)).

## Bad

```dockerfile
FROM debian:trixie-slim
RUN useradd -u 1234567 app
```

## Good

```dockerfile
FROM debian:trixie-slim
RUN useradd -l -u 1234567 app
```

## Fix

Adds `-l`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from dockwright.dockerfile.script import commands_of
from dockwright.finding import Applicability, Fix, Problem, Severity
from dockwright.rules import rule
from dockwright.source import Edit

if TYPE_CHECKING:
    from collections.abc import Iterator

    from dockwright.dockerfile import Dockerfile
    from dockwright.shell import Command

_MANY_DIGITS = 6
_MESSAGE = (
    "With a UID as large as this, `useradd` makes log files of many gigabytes, which builders may write out. Add `-l`."
)


@rule(Severity.WARNING, aliases=("hadolint:DL3046",), instructions=("RUN",), words=("useradd",))
def check(dockerfile: Dockerfile) -> Iterator[Problem]:
    """Yield each `useradd` whose UID has six digits or more."""
    for run in dockerfile.instructions("RUN", triggers=True):
        if "useradd" not in run.span.text:
            continue
        for command in commands_of(dockerfile, run):
            if command.name == "useradd" and len(_uid(command)) >= _MANY_DIGITS and not _without_logs(command):
                word = next(each for each in command.words if each.text.rpartition("/")[2] == "useradd").span
                edit = Edit(word.source.span(word.end, word.end), " -l")
                yield Problem(word, _MESSAGE, Fix("Add `-l`", (edit,), Applicability.SAFE))


def _uid(command: Command) -> str:
    """Return the digits of the UID; empty if there is none, or it is not known."""
    words = [word.text for word in command.arguments]
    for index, word in enumerate(words):
        name, _, value = word.partition("=")
        if name == "--uid" and value.isdecimal():
            return value
        if (word == "--uid" or (word.startswith("-") and word[1:2] != "-" and word.endswith("u"))) and index + 1 < len(
            words
        ):
            return words[index + 1] if words[index + 1].isdecimal() else ""
    return ""


def _without_logs(command: Command) -> bool:
    return any(
        word.text == "--no-log-init" or (word.text.startswith("-") and word.text[1:2] != "-" and "l" in word.text)
        for word in command.arguments
    )
