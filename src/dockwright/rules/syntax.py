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

import re
from typing import TYPE_CHECKING

from msgspec.structs import replace

from dockwright.finding import Severity
from dockwright.rules import rule

if TYPE_CHECKING:
    from collections.abc import Iterator

    from dockwright.dockerfile import Dockerfile
    from dockwright.finding import Problem

_BROKEN = ("hadolint:DL1000",)
_PLACEHOLDER = re.compile(
    r"^[ \t]*(?:\{\{|\{%|<%|\{[A-Z][A-Z0-9_]{2,}\}[ \t]*$|INCLUDE[ \t])"  # on a line of its own
    r"|^[ \t]*(?:FROM|ARG)[ \t][^\n]*(?:\{\{|\$\{templateOption:|<%)",  # in what the image is built on
    re.MULTILINE,
)


@rule(
    Severity.ERROR,
    aliases=("hadolint:DL1000", "hadolint:DL3011", "hadolint:DL3023", "hadolint:DL3043", "hadolint:DL3061"),
)
def check(dockerfile: Dockerfile) -> Iterator[Problem]:
    """Yield what the parser could not accept; a template is no Dockerfile before something has filled it in."""
    if dockerfile.errors and _PLACEHOLDER.search(dockerfile.source.text) is None:
        for problem in dockerfile.errors:
            yield problem if problem.aliases is not None else replace(problem, aliases=_BROKEN)
