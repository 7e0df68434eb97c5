"""Which containers of Kubernetes manifests run the image of a Dockerfile.

An image is recognized by the last part of its name: that of a tag that a build gives it, or of the Dockerfile's folder
(`src/adservice/Dockerfile` is `adservice`, as with Skaffold). Templates of Helm are no YAML, and are not read; what a
chart's values say of an image is asked for apart.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from dockwright.facts.builds import builds_of
from dockwright.facts.sample_paths import is_sample
from dockwright.facts.surroundings import chart_containers, workloads

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from dockwright.dockerfile import Dockerfile
    from dockwright.facts.built_targets import Target
    from dockwright.files.kubernetes import Container
    from dockwright.project import Tree

_NAME = r"[a-z0-9][a-z0-9._-]*"


def containers_of(tree: Tree, dockerfile: Dockerfile, target: Target) -> Iterator[Container]:
    """Yield the containers that run the image of a stage, those of tests and examples left out."""
    every = [each for workload in workloads(tree) for each in workload.containers]
    yield from _that_run(every, tree, dockerfile, target)


def chart_containers_of(tree: Tree, dockerfile: Dockerfile, target: Target) -> Iterator[Container]:
    """Yield the containers of Helm charts that run the image of a stage, by the charts' values."""
    yield from _that_run(chart_containers(tree), tree, dockerfile, target)


def _that_run(every: Sequence[Container], tree: Tree, dockerfile: Dockerfile, target: Target) -> Iterator[Container]:
    names = _names(tree, dockerfile, target) if every else frozenset[str]()
    for container in every:
        image = container.image
        if image is not None and not is_sample(image.span.source.path) and _last_part(image.text) in names:
            yield container


def _names(tree: Tree, dockerfile: Dockerfile, target: Target) -> frozenset[str]:
    folder = dockerfile.source.path.rpartition("/")[0].rpartition("/")[2]
    names = {folder}
    for build in builds_of(tree, dockerfile.source.path):
        for settings in (build.settings, *(run.settings for run in build.runs)):
            named = settings.target.text if settings.target is not None else None
            if dockerfile.target(named) == target.stage and not settings.is_open("target"):
                names.update(_last_part(tag.name or "") for tag in settings.tags)
    return frozenset(name for name in names if re.fullmatch(_NAME, name))


def _last_part(image: str) -> str:
    return image.partition("@")[0].rpartition("/")[2].partition(":")[0]
