"""The Dockerfiles of a repository, for rules that look at all of them."""

from __future__ import annotations

from itertools import islice
from typing import TYPE_CHECKING

from dockwright.dockerfile.names import is_dockerfile_name
from dockwright.facts.builds import dockerfile_at

if TYPE_CHECKING:
    from collections.abc import Iterator

    from dockwright.dockerfile import Dockerfile
    from dockwright.project import Tree

MOST = 1000
"""Dockerfiles of a repository that are looked at."""


def dockerfiles(tree: Tree) -> Iterator[Dockerfile]:
    """Yield what is called like a Dockerfile, read, in order of the paths."""
    for path in islice((each for each in tree.paths() if is_dockerfile_name(each)), MOST):
        dockerfile = dockerfile_at(tree, path)
        if dockerfile is not None:
            yield dockerfile
