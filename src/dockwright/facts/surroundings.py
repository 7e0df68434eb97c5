"""How the repository runs what a Dockerfile builds: its Compose files, Kubernetes manifests and actions.

Each kind is read once for a tree, when a rule first asks; a tree does not change during a review.
"""

from __future__ import annotations

from collections import defaultdict
from functools import lru_cache
from itertools import islice
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from dockwright.files.compose import Service
    from dockwright.files.kubernetes import Container, Workload
    from dockwright.project import Tree
    from dockwright.source import Source

MOST_MANIFESTS = 500
"""YAML files that are looked at for manifests. They only ever weigh what is found elsewhere; some are enough."""

MOST_CHARTS = 20
"""Charts whose values are looked at."""

_YAML = (".yaml", ".yml")


@lru_cache(maxsize=1)
def paths_by_name(tree: Tree) -> Mapping[str, Sequence[str]]:
    """Return the paths of a tree by the files' names."""
    found: dict[str, list[str]] = defaultdict(list)
    for path in tree.paths():
        found[path.rpartition("/")[2]].append(path)
    return dict(found)


def nearest(tree: Tree, name: str, path: str) -> Source | None:
    """Return the file of a name that is nearest to a path: the one that shares most folders with it."""
    folders = path.split("/")[:-1]
    best = max(paths_by_name(tree).get(name, ()), key=lambda each: _shared(each.split("/"), folders), default=None)
    return None if best is None else tree.read(best)


def _shared(parts: Sequence[str], folders: Sequence[str]) -> tuple[int, int]:
    """Count the folders that two paths begin with; of equal ones the shorter path counts more."""
    same = 0
    for one, other in zip(parts, folders, strict=False):
        if one != other:
            break
        same += 1
    return same, -len(parts)


def services_of(tree: Tree, dockerfile: str) -> tuple[Service, ...]:
    """Return the Compose services that build a Dockerfile."""
    return tuple(service for service in services(tree) if service.dockerfile == dockerfile)


@lru_cache(maxsize=1)
def services(tree: Tree) -> tuple[Service, ...]:
    """Return the services of all Compose files, in order of the files' paths."""
    paths = [path for path in tree.paths() if path.endswith(_YAML)]
    if not paths:
        return ()
    from dockwright.files import compose  # for a Dockerfile alone it need not be loaded

    sources = (tree.read(path) for path in paths if compose.matches(path))
    return tuple(service for source in sources if source for service in compose.read_services(source))


@lru_cache(maxsize=1)
def workloads(tree: Tree) -> tuple[Workload, ...]:
    """Return what makes pods, by the manifests of the repository; templates (Helm) are not read."""
    paths = islice((path for path in tree.paths() if path.endswith(_YAML)), MOST_MANIFESTS)
    found = [source for path in paths if (source := tree.read(path))]
    if not found:
        return ()
    from dockwright.files import kubernetes

    sources = (source for source in found if kubernetes.matches(source))
    return tuple(workload for source in sources for workload in kubernetes.read_workloads(source))


def given_another_user(tree: Tree, dockerfile: str) -> bool:
    """Tell whether Compose or Kubernetes starts the image as somebody other than root.

    Which manifest runs which image cannot be known, so any of the repository's counts.
    """
    services = services_of(tree, dockerfile)
    if any(service.user and service.user.text.partition(":")[0] not in {"", "0", "root"} for service in services):
        return True
    return any(_not_root(container) for workload in workloads(tree) for container in workload.containers)


def _not_root(container: Container) -> bool:
    user, non_root = container.run_as_user, container.run_as_non_root
    return (user is not None and user.text != "0") or (non_root is not None and non_root.text == "true")


@lru_cache(maxsize=1)
def _has_yaml(tree: Tree) -> bool:
    return any(path.endswith(_YAML) for path in tree.paths())


def is_action(tree: Tree, dockerfile: str) -> bool:
    """Tell whether GitHub builds the Dockerfile to run an action in it."""
    if not _has_yaml(tree):
        return False
    from dockwright.files import action_metadata

    paths = [path for name in action_metadata.NAMES for path in paths_by_name(tree).get(name, ())]
    sources = (tree.read(path) for path in paths)
    return any(source is not None and action_metadata.read_dockerfile(source) == dockerfile for source in sources)


@lru_cache(maxsize=1)
def chart_containers(tree: Tree) -> tuple[Container, ...]:
    """Return the containers of Helm charts, by their values; of charts whose templates take the user from nowhere else.

    A template that names a `runAsUser` itself leaves open what it fills in.
    """
    found: list[Container] = []
    for path in islice(paths_by_name(tree).get("values.yaml", ()), MOST_CHARTS):
        source = tree.read(path) if _is_plain_chart(tree, path.rpartition("/")[0]) else None
        if source is not None:
            from dockwright.files import helm_security

            found += helm_security.read_chart_containers(source)
    return tuple(found)


def _is_plain_chart(tree: Tree, folder: str) -> bool:
    start = f"{folder}/templates/" if folder else "templates/"
    texts = [source.text for path in tree.paths() if path.startswith(start) and (source := tree.read(path)) is not None]
    return any("ecurityContext" in text for text in texts) and not any("runAsUser" in text for text in texts)
