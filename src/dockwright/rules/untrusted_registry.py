"""An image comes from a registry that is not trusted

## Why

Whoever can publish in a registry decides what is in the images that are built on its images. An organisation that has
said in its configuration which registries it trusts wants to hear of every other one:

```yaml
trusted-registries: [docker.io, ghcr.io, "*.example.com"]
```

Without that list (hadolint's `trustedRegistries` counts, too) nothing is said, nor of an image whose name cannot be
known from the file. Images of `# syntax=` count as well, since they run in the build; hadolint does not look at them.

## Bad

```dockerfile
FROM registry.example.net/base:1
```

```yaml file=.github/dockwright.yml
trusted-registries: [docker.io]
```

## Good

```dockerfile
FROM docker.io/library/debian:trixie-slim
```

```yaml file=.github/dockwright.yml
trusted-registries: [docker.io]
```
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from dockwright.finding import Problem, Severity
from dockwright.image import ImageKind
from dockwright.rules import rule_in_context

if TYPE_CHECKING:
    from collections.abc import Iterator

    from dockwright.dockerfile import Dockerfile
    from dockwright.project import Project

_DOCKER_HUB = frozenset(("docker.io", "hub.docker.com", "index.docker.io", "registry-1.docker.io"))


@rule_in_context(Severity.ERROR, aliases=("hadolint:DL3026",))
def check(dockerfile: Dockerfile, project: Project) -> Iterator[Problem]:
    """Yield each image of another registry than the trusted ones."""
    trusted = project.policy.trusted_registries
    if not trusted:
        return
    for use in dockerfile.images:
        registry = None if use.reference is None else use.reference.registry
        if registry is not None and not any(_matches(pattern, registry) for pattern in trusted):
            message = (
                f"Images may come from {', '.join(f'`{each}`' for each in trusted)}, and this one comes from "
                f"`{registry}`. Use an image of a trusted registry, or add this one to the list."
            )
            yield Problem(use.span, message, aliases=() if use.kind is ImageKind.SYNTAX else None)


def _matches(pattern: str, registry: str) -> bool:
    """Tell whether a registry is meant; a `*` may begin or end the pattern."""
    if registry in _DOCKER_HUB and pattern in _DOCKER_HUB:
        return True
    if pattern.startswith("*"):
        return registry.endswith(pattern[1:])
    return registry.startswith(pattern[:-1]) if pattern.endswith("*") else registry == pattern
