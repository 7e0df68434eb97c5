"""`EXPOSE` is given an address or a port of the host

## Why

`EXPOSE` says on which ports a container listens; where they are published is decided when it starts
(`docker run -p 127.0.0.1:8080:80`). BuildKit drops the rest and exposes the last port, and says that it will become an
error ([Docker: ExposeInvalidFormat](https://docs.docker.com/reference/build-checks/expose-invalid-format/)).

## Bad

```dockerfile
FROM nginx:1.30
EXPOSE 127.0.0.1:8080:80
```

## Good

```dockerfile
FROM nginx:1.30
EXPOSE 80
```

## Fix

Leaves the container's port.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from dockwright.finding import Applicability, Fix, Problem, Severity
from dockwright.rules import rule
from dockwright.source import Edit

if TYPE_CHECKING:
    from collections.abc import Iterator

    from dockwright.dockerfile import Dockerfile

# Text, not a compiled pattern: few files need it.
_PUBLISHED = r"(?:[0-9.]+:|\[[0-9A-Fa-f:]+\]:)?[0-9-]*:(?P<port>[0-9-]+(?:/[a-z]+)?)"


@rule(Severity.WARNING, aliases=("buildkit:ExposeInvalidFormat",), instructions=("EXPOSE",))
def check(dockerfile: Dockerfile) -> Iterator[Problem]:
    """Yield each word that maps a port of the host."""
    for instruction in dockerfile.instructions("EXPOSE", triggers=True):
        for word in instruction.words:
            mapped = re.fullmatch(_PUBLISHED, word.text) if ":" in word.text else None
            place = word.exact
            if mapped is not None and place is not None:
                port = mapped["port"]
                message = (
                    "`EXPOSE` only says on which port the container listens; what is before it is dropped, and will be "
                    f"an error. Write `{port}`."
                )
                yield Problem(place, message, Fix(f"Write `{port}`", (Edit(place, port),), Applicability.SAFE))
