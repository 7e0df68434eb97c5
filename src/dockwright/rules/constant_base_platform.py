"""A stage is always for one platform

## Why

`FROM --platform=linux/amd64` builds for that platform wherever the build runs: on an ARM machine it runs in emulation,
and an image for several platforms holds programs of one in all of them. Whoever builds can say
`docker build --platform linux/amd64`; the file need not
([Docker: FromPlatformFlagConstDisallowed](https://docs.docker.com/reference/build-checks/from-platform-flag-const-disallowed/)).
Often the constant is there since the program exists for one platform only, so this is off by default; where the image
is really built for several, `fixed-base-platform` says so.

Nothing is said of a stage whose name has the system or the architecture (`AS tools-amd64`), as BuildKit does.

## Bad

```dockerfile
FROM --platform=linux/amd64 debian:trixie-slim
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

if TYPE_CHECKING:
    from collections.abc import Iterator

    from dockwright.dockerfile import Dockerfile


@rule(
    Severity.NOTICE,
    aliases=("buildkit:FromPlatformFlagConstDisallowed", "hadolint:DL3029"),
    enabled=False,
    words=("--platform",),
)
def check(dockerfile: Dockerfile) -> Iterator[Problem]:
    """Yield each platform that is written out."""
    for stage in dockerfile.stages:
        flag = stage.start.flag("platform")
        text = "" if flag is None or flag.value is None else flag.value.text.strip("\"'")
        if flag is None or not text or "$" in text:
            continue
        if not any(part in (stage.name or "") for part in text.lower().split("/") if part):
            message = f"This stage is for {text} wherever it is built. Leave that to whoever builds."
            yield Problem(flag.word.span or stage.start.span, message)
