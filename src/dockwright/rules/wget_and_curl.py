"""Both `wget` and `curl` fetch files in one stage

## Why

Each brings libraries, certificates and settings of its own (proxies, retries), and its own vulnerabilities. One of them
does what the other does. A matter of taste where both are there anyway, so this is off by default.

## Bad

```dockerfile
FROM debian:trixie
RUN wget -q https://example.org/a
RUN curl -fsSLO https://example.org/b
```

## Good

```dockerfile
FROM debian:trixie
RUN curl -fsSLO https://example.org/a
RUN curl -fsSLO https://example.org/b
```
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from dockwright.dockerfile.script import commands_of
from dockwright.finding import Problem, Severity
from dockwright.rules import rule

if TYPE_CHECKING:
    from collections.abc import Iterator

    from dockwright.dockerfile import Dockerfile, Stage
    from dockwright.shell import Command


@rule(Severity.NOTICE, aliases=("hadolint:DL4001",), enabled=False)
def check(dockerfile: Dockerfile) -> Iterator[Problem]:
    """Yield each use of the one that a stage uses second."""
    for stage in dockerfile.stages:
        found = list(_uses(dockerfile, stage))
        for command in found:
            if command.name != found[0].name:
                message = (
                    f"Line {found[0].span.first.line} fetches with `{found[0].name}`, this with `{command.name}`. One "
                    "of them is enough."
                )
                yield Problem(command.span, message, causes=(found[0].span,))


def _uses(dockerfile: Dockerfile, stage: Stage) -> Iterator[Command]:
    for run in dockerfile.instructions("RUN", stage=stage):
        if "wget" in run.span.text or "curl" in run.span.text:
            yield from (command for command in commands_of(dockerfile, run) if command.name in {"wget", "curl"})
