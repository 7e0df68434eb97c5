"""`apt` in a script, in place of `apt-get`

## Why

`apt` is made for people at a terminal: its own manual says that options and output may change from version to version,
and it says so in every build ("apt does not have a stable CLI interface"). `apt-get` and `apt-cache` are made for
scripts ([apt(8)](https://manpages.debian.org/apt.8)).

## Bad

```dockerfile
FROM debian:trixie-slim
RUN apt update && apt install -y curl && rm -rf /var/lib/apt/lists/*
```

## Good

```dockerfile
FROM debian:trixie-slim
RUN apt-get update && apt-get install -y curl && rm -rf /var/lib/apt/lists/*
```

## Fix

Writes `apt-get` for the subcommands that both have. `apt` also deletes the packages that it has downloaded; so do the
official images of Debian and Ubuntu for `apt-get`.
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
    from dockwright.shell import Command, Word

_IN_BOTH = frozenset("install update upgrade remove purge autoremove clean autoclean build-dep source download".split())
_CACHE = frozenset("show search list policy depends rdepends showsrc madison".split())


@rule(Severity.NOTICE, aliases=("hadolint:DL3027",), instructions=("RUN",), words=("apt",))
def check(dockerfile: Dockerfile) -> Iterator[Problem]:
    """Yield each `apt`."""
    for run in dockerfile.instructions("RUN", triggers=True):
        if "apt" not in run.span.text:
            continue
        for command in commands_of(dockerfile, run):
            if command.name == "apt":
                word = next((word for word in command.words if word.text.rpartition("/")[2] == "apt"), None)
                if word is not None:
                    yield _problem(command, word)


def _problem(command: Command, word: Word) -> Problem:
    verb = next((each.text for each in command.arguments if not each.text.startswith("-")), "")
    instead = "apt-cache" if verb in _CACHE else "apt-get"
    message = f"`apt` is for people at a terminal, and warns that scripts cannot rely on it. Use `{instead}`."
    fix = None
    if verb in _IN_BOTH and word.raw.text == "apt":
        fix = Fix("Use `apt-get`", (Edit(word.span, "apt-get"),), Applicability.SAFE)
    return Problem(word.span, message, fix)
