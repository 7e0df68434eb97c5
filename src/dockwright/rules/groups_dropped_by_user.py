"""`USER` with a group takes the other groups away

## Why

With `USER app:app` a process has the group `app` and no other: groups that `useradd -G`, `usermod -aG` or `adduser`
gave to the account count only where `USER` names no group
([Dockerfile reference: USER](https://docs.docker.com/reference/dockerfile/#user)). Whoever needs them, for Docker's
socket or for a device, then gets "permission denied".

## Bad

```dockerfile
FROM debian:trixie-slim
RUN groupadd docker && useradd --groups docker app
USER app:app
```

## Good

```dockerfile
FROM debian:trixie-slim
RUN groupadd docker && useradd --groups docker app
USER app
```

## Fix

Leaves the group out. Unsafe: the account's own first group may be another one.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from dockwright.dockerfile.script import commands_of
from dockwright.facts.stages import levels
from dockwright.finding import Fix, Problem, Related, Severity
from dockwright.rules import rule
from dockwright.source import Edit

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from dockwright.dockerfile import Dockerfile, Instruction, Stage
    from dockwright.shell import Command

_MESSAGE = (
    "With a group after the colon, the process has that group alone, and not `{groups}`, which line {line} gives to "
    "`{account}`. Write `USER {account}`."
)
_PAIR = 2


@rule(Severity.WARNING, instructions=("USER",), words=("useradd", "usermod", "adduser", "addgroup", "gpasswd"))
def check(dockerfile: Dockerfile) -> Iterator[Problem]:
    """Yield the last `USER` of each stage whose account has more groups than the one it names."""
    for stage in dockerfile.stages:
        user = next((each for each in reversed(stage.instructions) if each.name == "USER"), None)
        if user is None or "$" in user.arguments.text:
            continue
        account, _, group = user.arguments.text.strip().partition(":")
        if account and group:
            yield from _judge(dockerfile, stage, user, account, group)


def _judge(dockerfile: Dockerfile, stage: Stage, user: Instruction, account: str, group: str) -> Iterator[Problem]:
    for level in levels(dockerfile, stage):
        for run in dockerfile.instructions("RUN", stage=level):
            if run.index > user.index or account not in run.span.text:
                continue
            for command in commands_of(dockerfile, run):
                lost = [each for each in _given(command, account) if each != group]
                place = user.arguments.exact
                if lost and place is not None:
                    line = command.span.first.line
                    message = _MESSAGE.format(groups="`, `".join(lost), line=line, account=account)
                    start = place.start + place.text.index(":")
                    end = place.start + len(place.text.rstrip())
                    fix = Fix(f"Write `USER {account}`", (Edit(place.source.span(start, end), ""),))
                    related = (Related(command.span, "the groups are given here"),)
                    yield Problem(place, message, fix, causes=(command.span,), related=related)
                    return


def _given(command: Command, account: str) -> Sequence[str]:
    """Return the groups beside its first one that a command gives to an account."""
    words = [word.literal or "" for word in command.arguments]
    if not words:
        return ()
    match command.name:
        case "useradd" | "usermod" if words[-1] == account:
            return _groups(words)
        case "adduser" | "addgroup" if len(words) == _PAIR and words[0] == account:
            return words[1:]
        case "gpasswd" if len(words) == _PAIR + 1 and words[0] in {"-a", "--add"} and words[1] == account:
            return words[2:]
        case _:
            return ()


def _groups(words: Sequence[str]) -> Sequence[str]:
    """Return the value of `-G`."""
    for index, word in enumerate(words[:-1]):
        name, equals, value = word.partition("=")
        if name == "--groups" and equals:
            return value.split(",")
        short = word.startswith("-") and not word.startswith("--") and word.endswith("G")
        if short or word == "--groups":
            return [each for each in words[index + 1].split(",") if each]
    return ()
