"""`EXPOSE` names a protocol in capitals

## Why

The image's configuration has protocols in lower case, and not every tool that reads `EXPOSE` turns `80/TCP` into
`80/tcp` ([Docker: ExposeProtoCasing](https://docs.docker.com/reference/build-checks/expose-proto-casing/)).

## Bad

```dockerfile
FROM nginx:1.30
EXPOSE 80/TCP
```

## Good

```dockerfile
FROM nginx:1.30
EXPOSE 80/tcp
```

## Fix

Writes the protocol in lower case.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from dockwright.finding import Applicability, Fix, Problem, Severity
from dockwright.rules import rule
from dockwright.source import Edit

if TYPE_CHECKING:
    from collections.abc import Iterator

    from dockwright.dockerfile import Dockerfile


@rule(Severity.NOTICE, aliases=("buildkit:ExposeProtoCasing",), instructions=("EXPOSE",))
def check(dockerfile: Dockerfile) -> Iterator[Problem]:
    """Yield each protocol that is not in lower case."""
    for instruction in dockerfile.instructions("EXPOSE", triggers=True):
        for word in instruction.words:
            port, slash, protocol = word.text.partition("/")
            place = word.slice(len(port) + 1, len(word.text)).exact if slash and protocol.isalpha() else None
            if place is not None and protocol != protocol.lower():
                right = protocol.lower()
                fix = Fix(f"Write `{right}`", (Edit(place, right),), Applicability.SAFE)
                yield Problem(place, f"Protocols are in lower case in an image. Write `{right}`.", fix)
