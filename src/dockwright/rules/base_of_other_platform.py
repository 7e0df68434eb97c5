"""The base image is for another platform than the stage

## Why

`--platform` chooses among the platforms that an image has. `amd64/debian` and `arm64v8/debian` have one each, so that a
stage of another platform has nothing to choose: BuildKit takes what there is, and the build ends with "exec format
error", or gives an image that says it is for one platform and holds programs of another (BuildKit calls this
InvalidBaseImagePlatform).

Only told where both are written out: Docker Hub's namespaces for single platforms, and a constant `--platform`.
BuildKit itself says it once it has pulled the image.

## Bad

```dockerfile
FROM --platform=linux/arm64 amd64/debian:trixie-slim
```

## Good

```dockerfile
FROM --platform=linux/arm64 debian:trixie-slim
```
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from dockwright.finding import Problem, Severity
from dockwright.rules import rule

if TYPE_CHECKING:
    from collections.abc import Iterator

    from dockwright.dockerfile import Dockerfile

_DOCKER_HUB = "docker.io"
_NAMESPACES = {
    "amd64": "amd64",
    "arm32v5": "arm",
    "arm32v6": "arm",
    "arm32v7": "arm",
    "arm64v8": "arm64",
    "i386": "386",
    "mips64le": "mips64le",
    "ppc64le": "ppc64le",
    "riscv64": "riscv64",
    "s390x": "s390x",
    "winamd64": "amd64",
}
_RUNS_TOO = frozenset((("amd64", "386"), ("arm64", "arm")))  # a machine of the first runs programs of the second
_SPELLINGS = {"x86_64": "amd64", "aarch64": "arm64", "armhf": "arm", "i386": "386"}


@rule(Severity.WARNING, aliases=("buildkit:InvalidBaseImagePlatform",), words=("--platform",))
def check(dockerfile: Dockerfile) -> Iterator[Problem]:
    """Yield each base of one platform in a stage of another."""
    for stage in dockerfile.stages:
        image = stage.image
        if image is None or image.reference is None or image.platform is None:
            continue
        parts = image.platform.lower().split("/")
        namespace = image.reference.repository.partition("/")[0]
        has = _NAMESPACES.get(namespace) if image.reference.registry == _DOCKER_HUB else None
        if has is None or len(parts) < 2:  # noqa: PLR2004 - system and architecture
            continue
        wanted = _SPELLINGS.get(parts[1], parts[1])
        if wanted != has and (wanted, has) not in _RUNS_TOO:
            message = (
                f"`{namespace}` has images for {has} only, and the stage is for {image.platform}. Leave out "
                f"`{namespace}/`, or ask for its platform."
            )
            yield Problem(image.span, message)
