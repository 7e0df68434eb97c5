"""A tool is copied from an image without a version

## Why

`COPY --from=ghcr.io/astral-sh/uv:latest` takes whatever version of the tool was published last. It decides how
dependencies are resolved and what gets compiled, yet it changes without a change in the repository, and a build that
worked yesterday fails or gives something else today. It is also the shortest way into a build for whoever gets hold of
that image's account. A tag with a version can be repeated, and bots such as Renovate can move it; a digest behind it
makes sure of it ([uv: Using uv in Docker](https://docs.astral.sh/uv/guides/integration/docker/)).

Only images are meant that are copied or mounted from (`COPY --from=`, `RUN --mount=from=`); for `FROM` there is
`floating-tag`. A name that can be a named build context is left alone.

## Bad

```dockerfile
FROM python:3.14-slim-trixie
COPY --from=ghcr.io/astral-sh/uv:latest /uv /bin/
RUN uv --version
```

## Good

```dockerfile
FROM python:3.14-slim-trixie
COPY --from=ghcr.io/astral-sh/uv:0.9.7 /uv /bin/
RUN uv --version
```
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from dockwright.facts.official_images import only_local
from dockwright.finding import Problem, Severity
from dockwright.image import ImageKind
from dockwright.rules import rule

if TYPE_CHECKING:
    from collections.abc import Iterator

    from dockwright.dockerfile import Dockerfile

_INSTRUCTIONS = {
    ImageKind.COPY_FROM: "COPY --from",
    ImageKind.MOUNT_FROM: "RUN --mount",
    ImageKind.ONBUILD_COPY_FROM: "ONBUILD COPY --from",
    ImageKind.ONBUILD_MOUNT_FROM: "ONBUILD RUN --mount",
}


@rule(Severity.WARNING)
def check(dockerfile: Dockerfile) -> Iterator[Problem]:
    """Yield each image without a version that files are taken from."""
    told: set[str] = set()
    for use in dockerfile.images:
        reference = use.reference
        if use.kind not in _INSTRUCTIONS or reference is None or reference.digest or only_local(reference):
            continue
        if reference.tag in {None, "latest"} and reference.name not in told:
            told.add(reference.name)
            written = "has no tag" if reference.tag is None else "is always the newest"
            message = (
                f"`{reference.familiar}` {written}, so `{_INSTRUCTIONS[use.kind]}` takes another version of it "
                f"whenever one is published, and the build changes with it. Name a version."
            )
            yield Problem(use.span, message)
