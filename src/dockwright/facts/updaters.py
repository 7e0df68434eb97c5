"""Which bots keep a repository's base images up to date, as far as its files tell."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import TYPE_CHECKING

from msgspec import Struct

if TYPE_CHECKING:
    from dockwright.files.dependabot import DockerUpdates
    from dockwright.project import Tree

# Text, not compiled patterns: few reviews need them.
_PIPELINE = (
    r"\.(?:github|gitea|forgejo)/workflows/[^/]+\.ya?ml|\.gitlab-ci\.ya?ml|\.gitlab/.*\.ya?ml|\.circleci/config\.yml"
    r"|\.?azure-pipelines[^/]*\.ya?ml|\.drone\.ya?ml|\.woodpecker[./].*ya?ml|Jenkinsfile|\.github/actions/.+\.ya?ml"
)
_BOT = (
    r"renovate|digestabot|frizbee|updatecli|docker-lock|dependabot-gitlab|dockwright|crane digest|imagetools inspect"
    r"|skopeo inspect|RepoDigests"
)
"""What a pipeline mentions if it moves digests, with a bot or by hand."""
_OWN_MEANS = (
    r"(?i)(?:.*/)?(?:\.?updatecli(?:\.d)?/.*|\.?updatecli\.ya?ml|\.?docker-lock\.(?:json|ya?ml)|\.?frizbee\.ya?ml"
    r"|[^/]*(?:update|bump|refresh|pin)[^/]*(?:digest|base|image|docker)[^/]*)"
)
"""Files of such bots, and scripts that are named after that work."""


class Updaters(Struct, frozen=True):
    """What was found.

    Attributes:
        dependabot: its entries for `docker`, whichever folders they cover.
        dependabot_path: its configuration, with such entries or without.
        unspecific: the file by which something else seems to move digests, such as Renovate; None without any.
        renovate_off: Renovate's configuration, if it leaves Dockerfiles alone.
    """

    dependabot: tuple[DockerUpdates, ...]
    dependabot_path: str | None
    unspecific: str | None
    renovate_off: str | None


@lru_cache(maxsize=1)
def updaters(tree: Tree) -> Updaters:
    """Look for bots in a repository; the tree does not change during a review."""
    from dockwright.files import dependabot, renovate

    config = next((source for path in dependabot.PATHS if (source := tree.read(path))), None)
    configs = [source for path in renovate.PATHS if (source := tree.read(path))]
    off = next((source.path for source in configs if renovate.leaves_dockerfiles_alone(source)), None)
    on = next((source.path for source in configs), None) if off is None else None
    return Updaters(
        dependabot.read_docker_updates(config) if config else (),
        config.path if config else None,
        on or _renovate_in_package(tree) or _by_own_means(tree),
        off,
    )


def _renovate_in_package(tree: Tree) -> str | None:
    package = tree.read("package.json")
    return "package.json" if package is not None and re.search(r'"renovate"\s*:\s*\{', package.text) else None


def _by_own_means(tree: Tree) -> str | None:
    for path in tree.paths():
        if re.fullmatch(_OWN_MEANS, path):
            return path
        if re.fullmatch(_PIPELINE, path) and (source := tree.read(path)) and re.search(_BOT, source.text):
            return path
    return None
