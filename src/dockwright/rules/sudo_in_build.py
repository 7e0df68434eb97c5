"""`sudo` in a build

## Why

A `RUN` is root unless `USER` says otherwise: then `sudo` does nothing, or is not there. After a `USER`, it needs a
password that nobody can type, or a rule that lets this user become root without one, in the finished image too, which
makes the `USER` worthless. Put what needs root above `USER`, or between `USER root` and the return to the other one
([Docker: building best practices, USER](https://docs.docker.com/build/building/best-practices/#user)).

## Bad

```dockerfile
FROM debian:trixie-slim
RUN sudo mkdir /data
```

## Good

```dockerfile
FROM debian:trixie-slim
RUN mkdir /data
```
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from dockwright.dockerfile.script import commands_of
from dockwright.finding import Problem, Severity
from dockwright.rules import rule

if TYPE_CHECKING:
    from collections.abc import Iterator

    from dockwright.dockerfile import Dockerfile

_MESSAGE = (
    "`sudo` does nothing for root, and for another user it needs a way to become root that stays in the image. Run "
    "this before `USER`, or after `USER root`."
)


@rule(Severity.WARNING, aliases=("hadolint:DL3004",), instructions=("RUN",), words=("sudo",))
def check(dockerfile: Dockerfile) -> Iterator[Problem]:
    """Yield each `sudo`, but for one that becomes somebody else than root."""
    for run in dockerfile.instructions("RUN", triggers=True):
        if "sudo" not in run.span.text:
            continue
        for command in commands_of(dockerfile, run):
            words = [word for word in command.words if word.text.rpartition("/")[2] == "sudo"]
            before = [word.text for word in command.words]
            if words and (command.name == "sudo" or "sudo" in command.wrappers) and not _other_user(before):
                yield Problem(words[0].span, _MESSAGE)


def _other_user(words: list[str]) -> bool:
    """Tell whether it is used to leave root (`sudo -u app make`)."""
    if "sudo" not in words:
        return False
    for word in words[words.index("sudo") + 1 :]:
        if not word.startswith("-"):
            return False
        if word == "--user" or word.startswith("--user=") or (word[1:2] != "-" and "u" in word):
            return True
    return False
