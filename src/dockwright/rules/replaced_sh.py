"""`/bin/sh` is replaced by another shell

## Why

Every script in the image that begins with `#!/bin/sh` runs with the other shell from then on, also those of packages
and of whoever builds upon the image, and an update of the shell's package may put the link back. `SHELL` changes what
runs the instructions of this file, and nothing else
([Dockerfile reference: SHELL](https://docs.docker.com/reference/dockerfile/#shell)). Shells that systems have as `sh`
themselves (dash, BusyBox) may take its place.

## Bad

```dockerfile
FROM debian:trixie-slim
RUN ln -sf /bin/bash /bin/sh
RUN source /etc/profile
```

## Good

```dockerfile
FROM debian:trixie-slim
SHELL ["/bin/bash", "-c"]
RUN source /etc/profile
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

_SH = frozenset(("/bin/sh", "/usr/bin/sh"))
_AS_SMALL = frozenset(("ash", "busybox", "dash", "sh"))
"""What systems have as `sh` of their own accord: scripts for `sh` run with it."""

_MESSAGE = (
    "Every `#!/bin/sh` script in the image runs with the other shell from here on. If it is meant for this file's "
    'instructions, use `SHELL ["/bin/bash", "-c"]`.'
)


@rule(Severity.WARNING, aliases=("hadolint:DL4005",), instructions=("RUN",), words=("/sh",))
def check(dockerfile: Dockerfile) -> Iterator[Problem]:
    """Yield each link or copy that takes the place of `sh`."""
    for run in dockerfile.instructions("RUN", triggers=True):
        if "/sh" not in run.span.text:
            continue
        for command in commands_of(dockerfile, run):
            operands = [word for word in command.arguments if not word.text.startswith("-")]
            if command.name not in {"ln", "cp"} or len(operands) <= 1 or operands[-1].text not in _SH:
                continue
            if operands[0].text.rpartition("/")[2] not in _AS_SMALL:
                yield Problem(operands[-1].span, _MESSAGE)
