"""A command that does nothing for an image

## Why

A build has no terminal, no init system and no services: each `RUN` is a container of its own, whose processes end with
it. What `service` or `mount` do is gone when the next line runs; `vim` and `top` wait for a person; `ssh` needs keys
that have no place in an image. Meant are `free`, `kill`, `mount`, `ps`, `service`, `shutdown`, `ssh`, `top` and `vim`.

Off by default, since some of it has its uses within one `RUN`. Even when it is on, nothing is said of a service that
other commands of the same `RUN` go on to use (`service mysql start && mysql -e ...`), of what stops one again, and of
`ssh -T` and `ssh -V`, which only try a connection or print a version.

## Bad

```dockerfile
FROM debian:trixie-slim
RUN service ssh start
```

## Good

```dockerfile
FROM debian:trixie-slim
CMD ["/usr/sbin/sshd", "-D"]
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
    from dockwright.shell import Command

_WHY = {
    "free": "shows the memory of the machine that builds",
    "kill": "ends a process that would end with this `RUN` anyway",
    "mount": "mounts for this `RUN` at most, and is seldom allowed to",
    "ps": "shows the processes of this `RUN`",
    "service": "starts something that ends with this `RUN`",
    "shutdown": "has no system to shut down in a build",
    "ssh": "needs keys, which have no place in an image",
    "top": "waits for a person",
    "vim": "waits for a person",
}
_ONLY_ASKS = frozenset(("-T", "-V", "-Q"))


@rule(Severity.NOTICE, aliases=("hadolint:DL3001",), enabled=False, instructions=("RUN",), words=tuple(_WHY))
def check(dockerfile: Dockerfile) -> Iterator[Problem]:
    """Yield each such command whose effect no later one of its `RUN` needs."""
    for run in dockerfile.instructions("RUN", triggers=True):
        if not any(name in run.span.text for name in _WHY):
            continue
        commands = commands_of(dockerfile, run)
        for index, command in enumerate(commands):
            name = _name(command)
            if name in _WHY and not _needed(name, command, commands[index + 1 :]):
                message = f"`{name}` {_WHY[name]}: an image has no use for it. Leave it out."
                yield Problem(command.span, message)


def _name(command: Command) -> str:
    """Return what is run; a script of `/etc/init.d` is named after its service, and does what `service` does."""
    return "service" if command.words and "/init.d/" in command.words[0].text else command.name or ""


def _needed(name: str, command: Command, later: tuple[Command, ...]) -> bool:
    words = {word.text for word in command.arguments}
    match name:
        case "service":
            return bool(later) or "stop" in words
        case "kill" | "mount":
            return bool(later)
        case "ssh":
            return not words.isdisjoint(_ONLY_ASKS)
        case _:
            return False
