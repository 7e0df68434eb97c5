"""What the workflows of the repository call the images that they publish."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING

from msgspec import Struct

from dockwright.facts.builds import builds
from dockwright.image import DOCKER_HUB

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from dockwright.files.build import Build, Run, Tag
    from dockwright.project import Tree


class Published(Struct, frozen=True):
    """A tag that is published: by which run of which build."""

    tag: Tag
    build: Build
    run: Run


@lru_cache(maxsize=1)
def published_names(tree: Tree) -> Mapping[str, Sequence[Published]]:
    """Return the tags that are certainly published, by the images' full names; those with unknown names left out."""
    found: dict[str, list[Published]] = {}
    for build in builds(tree):
        for run in build.runs:
            if run.published.certain:
                for tag in run.settings.tags:
                    name = full_name(tag.name) if tag.name else None
                    if name is not None:
                        found.setdefault(name, []).append(Published(tag, build, run))
    return {name: tuple(every) for name, every in found.items()}


def full_name(name: str) -> str | None:
    """Return an image's name with its registry, in lower case as GitHub makes it; None if it is not written out."""
    if not name or any(sign in name for sign in "$ {}()@\ufdd0"):
        return None
    first, slash, _ = name.partition("/")
    has_registry = slash and ("." in first or ":" in first or first == "localhost")
    return (name if has_registry else f"{DOCKER_HUB}/{name}").lower()
