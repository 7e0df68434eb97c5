"""What the steps before a build prepare for its cache."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from dockwright.files.build import Tool

if TYPE_CHECKING:
    from dockwright.files.build import Build

IN_SCRIPTS = frozenset((Tool.DOCKER_BUILD, Tool.BUILDX_BUILD, Tool.BUILDX_BAKE, Tool.COMPOSE_BUILD))
"""Tools that a `run:` step starts: they see no more of GitHub's runtime than the step's environment holds."""

_RUNTIME = (
    r"ghaction-github-runtime|actions/github-script|ACTIONS_(?:RUNTIME_TOKEN|RESULTS_URL|CACHE_URL)|github-runtime"
)
_STORES = r"docker/setup-docker|containerd-snapshotter|daemon\.json|dockerd|systemctl [a-z]+ docker|docker-practice/"


def _earlier_matches(build: Build, pattern: str) -> bool:
    """Tell whether a step before the build has such a text, or is a local action, which may do anything."""
    texts = [value.traced.text for value in build.earlier]
    return any(text.startswith("./") or re.search(pattern, text) for text in texts)


def may_expose_runtime(build: Build) -> bool:
    """Tell whether a step before the build may hand the token of GitHub's cache to scripts."""
    return _earlier_matches(build, _RUNTIME)


def may_set_up_engine(build: Build) -> bool:
    """Tell whether a step before the build may install or configure the Docker engine."""
    return _earlier_matches(build, _STORES)


def on_github_ubuntu(build: Build) -> bool:
    """Tell whether the build runs on one of GitHub's own Ubuntu machines, in its state as delivered."""
    labels = () if build.runner is None else build.runner.labels
    return len(labels) == 1 and re.fullmatch(r"ubuntu-(?:latest|\d\d\.\d\d)(?:-arm)?", labels[0].text or "") is not None
