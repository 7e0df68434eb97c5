"""The file is no valid Dockerfile

## Why

BuildKit refuses to build it. The position is that of the word that BuildKit does not accept, and the other files of the
review are still checked.

## Bad

```dockerfile
FROM debian:trixie-slim
RUNN echo hello
```

## Good

```dockerfile
FROM debian:trixie-slim
RUN echo hello
```
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from dockwright.finding import Severity
from dockwright.rules import rule

if TYPE_CHECKING:
    from collections.abc import Iterator

    from dockwright.dockerfile import Dockerfile
    from dockwright.finding import Problem


@rule(
    Severity.ERROR,
    aliases=("hadolint:DL1000", "hadolint:DL3011", "hadolint:DL3023", "hadolint:DL3043", "hadolint:DL3061"),
)
def check(dockerfile: Dockerfile) -> Iterator[Problem]:
    """Yield what the parser could not accept."""
    yield from dockerfile.errors
