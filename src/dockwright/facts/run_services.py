"""Compose services that run what a Dockerfile of the repository builds, and as whom."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from msgspec import Struct

from dockwright.dockerfile.user import users
from dockwright.facts.builds import dockerfile_at
from dockwright.facts.sample_paths import is_for_development, is_sample
from dockwright.facts.surroundings import services

if TYPE_CHECKING:
    from collections.abc import Iterator

    from dockwright.dockerfile import Dockerfile, Stage
    from dockwright.dockerfile.user import User
    from dockwright.files.compose import Service
    from dockwright.project import Tree

_OVERRIDE = re.compile(r"(?:^|[./_-])(?:override|debug|ci)[./_-]")


class RunService(Struct, frozen=True):
    """A service, the stage that it builds, and the `USER` that the stage ends with, which is not root."""

    service: Service
    dockerfile: Dockerfile
    stage: Stage
    user: User


def services_with_user(tree: Tree) -> Iterator[RunService]:
    """Yield the services whose image is to run as somebody other than root, by its Dockerfile.

    Those of samples, and of files for development, are left out, as are those that build a stage for it.
    """
    for service in services(tree):
        path = service.dockerfile
        if path is None or _is_other(service.span.source.path) or _is_other(path) or _is_other(service.name):
            continue
        if service.target is not None and (_is_other(service.target.text) or "$" in service.target.text):
            continue
        dockerfile = dockerfile_at(tree, path)
        stage = None if dockerfile is None else dockerfile.target(service.target.text if service.target else None)
        if dockerfile is None or stage is None or (stage.name is not None and is_for_development(stage.name)):
            continue
        user = next(users(dockerfile, stage), None)
        if user is not None and user.is_root is False:
            yield RunService(service, dockerfile, stage, user)


def _is_other(path: str) -> bool:
    return is_sample(path) or is_for_development(path) or _OVERRIDE.search(path) is not None
