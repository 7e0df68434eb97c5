"""A label's key is not as Docker asks for it

## Why

Docker's [guidelines](https://docs.docker.com/engine/manage-resources/labels/) ask for keys of lower-case letters,
digits, `.`, `-` and `/`, that begin and end with a letter or digit and have no two separators in a row, so that every
tool finds them; `com.docker.*`, `io.docker.*` and `org.dockerproject.*` are Docker's own. Other keys work, and many
established ones are written otherwise, so this is off by default.

Nothing is said of a key with a variable, nor of keys that tools of others prescribe (`io.k8s.display-name`,
`org.label-schema.vcs-ref`, GitHub's `com.github.actions.name`) as far as they fit, and `_` counts as a letter.

## Bad

```dockerfile
FROM debian:trixie-slim
LABEL Maintainer="someone@example.org"
```

## Good

```dockerfile
FROM debian:trixie-slim
LABEL org.opencontainers.image.authors="someone@example.org"
```
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from dockwright.finding import Problem, Severity
from dockwright.rules import rule

if TYPE_CHECKING:
    from collections.abc import Iterator

    from dockwright.dockerfile import Dockerfile

_RESERVED = ("com.docker.", "io.docker.", "org.dockerproject.")
_FORM = r"[a-z](?:[a-z0-9_/]|[.-](?![.-]))*(?<![._/-])"


@rule(Severity.NOTICE, aliases=("hadolint:DL3048",), enabled=False, instructions=("LABEL",))
def check(dockerfile: Dockerfile) -> Iterator[Problem]:
    """Yield each key that is Docker's own, or of another form."""
    for label in dockerfile.instructions("LABEL", triggers=True):
        for pair in label.pairs:
            key = pair.key.text.strip("\"'")
            if "$" in key:
                continue
            if key.startswith(_RESERVED):
                message = f"`{key}` is in a namespace that Docker keeps for itself. Use one of your own."
            elif re.fullmatch(_FORM, key) is None:
                message = f"`{key}` is not as Docker asks for: lower-case letters, digits and single `.` or `-`."
            else:
                continue
            yield Problem(pair.key.span or label.span, message)
