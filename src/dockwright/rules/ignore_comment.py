"""A comment switches a check off

## Why

An ignore comment hides a finding from everybody who comes later, often without saying why. Some teams want every
exception in one place, the configuration, where its owners see it. Off by default: a comment with a reason, beside the
line that it is about, is a good place for an exception, too.

hadolint's, BuildKit's and our own comments are meant. Only `dockwright file ignore=ignore-comment` excuses one.

## Bad

```dockerfile
# hadolint ignore=DL3006
FROM debian
```

## Good

```dockerfile
FROM debian:trixie-slim
```
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from dockwright.finding import Problem, Severity
from dockwright.rules import rule
from dockwright.suppress import suppressions

if TYPE_CHECKING:
    from collections.abc import Iterator

    from dockwright.dockerfile import Dockerfile

_MESSAGE = "This comment hides findings here. Mend what it hides, or make the exception in the configuration."


@rule(Severity.NOTICE, aliases=("hadolint:DL1001",), enabled=False, words=("#",))
def check(dockerfile: Dockerfile) -> Iterator[Problem]:
    """Yield each ignore comment; only hadolint's are a case of hadolint's rule."""
    for comment in suppressions(dockerfile):
        yield Problem(comment.span, _MESSAGE, aliases=None if comment.tool == "hadolint" else ())
