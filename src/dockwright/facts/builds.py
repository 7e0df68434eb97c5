"""How the repository builds its images: what its workflows, Compose and bake files say, read once for a tree."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import TYPE_CHECKING

from dockwright.dockerfile import parse

if TYPE_CHECKING:
    from collections.abc import Sequence

    from dockwright.dockerfile import Dockerfile
    from dockwright.files.build import Build
    from dockwright.files.builds import Repository
    from dockwright.project import Tree

_ENDINGS = (".yml", ".yaml", ".hcl", ".json")
# Text, not a compiled pattern: a Dockerfile that is reviewed alone does not need it.
_BUILD_FILE = (
    r"(?:\.github/workflows/[^/]+\.ya?ml|(?:.*/)?(?:action\.ya?ml|(?:docker-)?compose(?:[.-][\w.-]+)?\.ya?ml"
    r"|docker-bake(?:[.-][\w.-]+)?\.(?:hcl|json)|(?:[\w.-]+[.-])?bake\.(?:hcl|json)))"
)


def is_build_file(path: str) -> bool:
    """Tell whether a file is called as those are that say how images are built and run."""
    return path.endswith(_ENDINGS) and re.fullmatch(_BUILD_FILE, path, re.ASCII) is not None


@lru_cache(maxsize=1)
def build_files(tree: Tree) -> Sequence[str]:
    """Return the files of a repository that say how images are built and run."""
    return tuple(path for path in tree.paths() if is_build_file(path))


@lru_cache(maxsize=256)
def dockerfile_at(tree: Tree, path: str) -> Dockerfile | None:
    """Return a Dockerfile of the repository, read; None if it is not there."""
    source = tree.read(path)
    return None if source is None else parse(source)


@lru_cache(maxsize=1)
def repository(tree: Tree) -> Repository:
    """Return what the repository builds."""
    from dockwright.files.builds import Repository, read_repository

    if not build_files(tree):
        return Repository((), (), ())
    origin = tree.origin
    return read_repository(tree.read, tree.paths(), repository=origin.repository, default_branch=origin.default_branch)


def builds(tree: Tree) -> Sequence[Build]:
    """Return every way in which the repository builds images; one without files that say so costs nothing."""
    return repository(tree).builds if build_files(tree) else ()


def builds_of(tree: Tree, dockerfile: str) -> tuple[Build, ...]:
    """Return the builds of a Dockerfile."""
    return tuple(build for build in builds(tree) if build.settings.dockerfile.path == dockerfile)
