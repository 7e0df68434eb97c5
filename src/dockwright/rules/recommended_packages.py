"""`apt-get install` also installs recommended packages

## Why

Debian and Ubuntu install what a package recommends, too: often documentation, daemons and graphical parts that an image
never uses, and that scanners report. `--no-install-recommends` leaves them out. It also leaves out what some software
needs at run time, so this is off by default.

## Bad

```dockerfile
FROM debian:trixie-slim
RUN apt-get update && apt-get install -y git && rm -rf /var/lib/apt/lists/*
```

## Good

```dockerfile
FROM debian:trixie-slim
RUN apt-get update && apt-get install -y --no-install-recommends git && rm -rf /var/lib/apt/lists/*
```

## Fix

Adds `--no-install-recommends`. Unsafe: something may be missing then.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from dockwright.facts.manager_syntax import Action
from dockwright.facts.package_managers import steps_of
from dockwright.finding import Applicability, Fix, Problem, Severity
from dockwright.rules import rule
from dockwright.source import Edit

if TYPE_CHECKING:
    from collections.abc import Iterator

    from dockwright.dockerfile import Dockerfile

_CONFIGURED = re.compile(r"APT::Install-Recommends", re.IGNORECASE)
_SWITCH = "--no-install-recommends"
_MESSAGE = f"This also installs what the packages recommend, which an image seldom needs. Add `{_SWITCH}`."


@rule(Severity.NOTICE, aliases=("hadolint:DL3015",), enabled=False, instructions=("RUN",), words=("apt",))
def check(dockerfile: Dockerfile) -> Iterator[Problem]:
    """Yield each installation with recommended packages."""
    if _CONFIGURED.search(dockerfile.source.text):
        return
    for run in dockerfile.instructions("RUN", triggers=True):
        if "apt" not in run.span.text:
            continue
        for step in steps_of(dockerfile, run):
            if (
                step.manager != "apt"
                or step.action is not Action.INSTALL
                or step.flags & {_SWITCH, "--without-recommends"}
            ):
                continue
            verb = next(word for word in step.command.arguments if word.text == step.verb).span
            edit = Edit(verb.source.span(verb.end, verb.end), f" {_SWITCH}")
            yield Problem(verb, _MESSAGE, Fix(f"Add `{_SWITCH}`", (edit,), Applicability.UNSAFE))
