"""`MAINTAINER` is deprecated

## Why

Docker has replaced it by labels in 2017 (1.13): what it sets, few tools show. The label
`org.opencontainers.image.authors` is what registries and scanners read
([Docker: MaintainerDeprecated](https://docs.docker.com/reference/build-checks/maintainer-deprecated/)).

## Bad

```dockerfile
FROM debian:trixie-slim
MAINTAINER Jo Doe <jo@example.org>
```

## Good

```dockerfile
FROM debian:trixie-slim
LABEL org.opencontainers.image.authors="Jo Doe <jo@example.org>"
```

## Fix

Makes it that label.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from dockwright.finding import Applicability, Fix, Problem, Severity
from dockwright.rules import rule
from dockwright.source import Edit

if TYPE_CHECKING:
    from collections.abc import Iterator

    from dockwright.dockerfile import Dockerfile, Instruction

_MESSAGE = (
    "`MAINTAINER` is deprecated, and few tools show it. Use "
    "`LABEL org.opencontainers.image.authors=...`, or leave it out."
)


@rule(Severity.NOTICE, aliases=("buildkit:MaintainerDeprecated", "hadolint:DL4000"), instructions=("MAINTAINER",))
def check(dockerfile: Dockerfile) -> Iterator[Problem]:
    """Yield each MAINTAINER."""
    for instruction in dockerfile.instructions("MAINTAINER"):
        yield Problem(instruction.keyword, _MESSAGE, _label(dockerfile, instruction))


def _label(dockerfile: Dockerfile, instruction: Instruction) -> Fix | None:
    """Return the label in its place; not for names in several lines."""
    name = instruction.rest.text.strip()
    if not name or "\n" in instruction.span.text or dockerfile.escape in name or "`" in name:
        return None
    if name[0] == name[-1] == '"' and len(name) > 1:
        name = name[1:-1]
    value = "".join(f"{dockerfile.escape}{each}" if each in '"$' else each for each in name)
    edit = Edit(instruction.span, f'LABEL org.opencontainers.image.authors="{value}"')
    return Fix("Make it a label", (edit,), Applicability.SAFE)
