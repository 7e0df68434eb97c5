"""For which platforms an image is built, and what in a Dockerfile belongs to one of them alone."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from msgspec import Struct

from dockwright.facts.builds import builds

if TYPE_CHECKING:
    from collections.abc import Iterator

    from dockwright.files.build import Build
    from dockwright.project import Tree
    from dockwright.source import Span

_OTHER_NAMES = {"x86_64": "amd64", "x86-64": "amd64", "x64": "amd64", "aarch64": "arm64"}


class ManyPlatforms(Struct, frozen=True):
    """A build for several architectures, in one step or in the legs of a matrix.

    Attributes:
        build: one of the builds.
        architectures: all of them: `amd64`, `arm64`, `arm`, ...
        span: where they are given.
    """

    build: Build
    architectures: frozenset[str]
    span: Span


def many_platforms(tree: Tree) -> Iterator[ManyPlatforms]:
    """Yield what is built for several architectures: each step once for a Dockerfile and target."""
    together: dict[tuple[object, ...], list[Build]] = {}
    for build in builds(tree):
        settings = build.settings
        path, target = settings.dockerfile.path, settings.target
        if path is not None and (target is None or target.text is not None):
            key = (path, target.text if target else None, build.step, build.name)
            together.setdefault(key, []).append(build)
    for found in together.values():
        named = [value for build in found for value in build.settings.platforms]
        architectures = frozenset(filter(None, (architecture(value.text or "") for value in named)))
        spans = [value.span for value in named if value.span is not None]
        if len(architectures) > 1 and spans:
            yield ManyPlatforms(found[0], architectures, spans[0])


def architecture(platform: str) -> str | None:
    """Return the architecture of a platform (`linux/arm64/v8`, or the word alone); None for no Linux platform."""
    parts = platform.strip().lower().split("/")
    name = parts[1] if len(parts) > 1 and parts[0] == "linux" else parts[0] if len(parts) == 1 else ""
    name = _OTHER_NAMES.get(name, name)
    return name if re.fullmatch(r"[a-z][a-z0-9]{1,12}", name) else None
