"""`FROM --platform=$TARGETPLATFORM` says what holds anyway

## Why

A stage is built for the target platform unless it says otherwise. Written out, it looks like a decision, and invites
the mistake of the next one who writes `$BUILDPLATFORM` or a fixed platform in the wrong place
([Docker: RedundantTargetPlatform](https://docs.docker.com/reference/build-checks/redundant-target-platform/)).

## Bad

```dockerfile
FROM --platform=$TARGETPLATFORM debian:trixie-slim
```

## Good

```dockerfile
FROM debian:trixie-slim
```

## Fix

Removes the flag.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from dockwright.finding import Applicability, Fix, Problem, Severity
from dockwright.rules import rule
from dockwright.source import Edit

if TYPE_CHECKING:
    from collections.abc import Iterator

    from dockwright.dockerfile import Dockerfile, Instruction

_TARGET = ("$TARGETPLATFORM", "${TARGETPLATFORM}")


@rule(Severity.NOTICE, aliases=("buildkit:RedundantTargetPlatform", "hadolint:DL3065"), words=("$",))
def check(dockerfile: Dockerfile) -> Iterator[Problem]:
    """Yield each such flag, unless the file gives the variable another meaning."""
    own = any(pair.key.text == "TARGETPLATFORM" and pair.value for arg in _global(dockerfile) for pair in arg.pairs)
    for stage in dockerfile.stages:
        flag = stage.start.flag("platform")
        place = flag.word.exact if flag is not None else None
        if flag is None or place is None or flag.value is None or flag.value.text not in _TARGET or own:
            continue
        first = stage.start.words[0].span if stage.start.words else None
        gap = place.source.span(place.end, first.start) if first is not None else None
        fix = None
        if gap is not None and gap.text.isspace() and "\n" not in gap.text:
            edit = Edit(place.source.span(place.start, gap.end), "")
            fix = Fix("Remove the flag", (edit,), Applicability.SAFE)
        message = "A stage is built for the target platform anyway. Leave the flag out."
        yield Problem(place, message, fix)


def _global(dockerfile: Dockerfile) -> Iterator[Instruction]:
    return (arg for arg in dockerfile.instructions("ARG") if arg.stage < 0)
