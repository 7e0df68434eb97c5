"""Which Dockerfiles name images that a bot could update."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from dockwright.facts.builds import dockerfile_at
from dockwright.facts.official_images import only_local
from dockwright.image import ImageKind

if TYPE_CHECKING:
    from dockwright.image import ImageUse
    from dockwright.project import Tree


def tagged_images(tree: Tree, path: str) -> tuple[ImageUse, ...]:
    """Return the base images of a Dockerfile that Dependabot would read: written out, with a version and no digest.

    See `dockwright.files.dependabot` for what it reads.
    """
    dockerfile = dockerfile_at(tree, path)
    found = []
    for use in dockerfile.images if dockerfile is not None else ():
        reference = use.reference
        if use.kind is not ImageKind.FROM or "$" in use.word.text or reference is None or reference.digest:
            continue
        if reference.tag and re.search(r"\d", reference.tag) and not only_local(reference):
            found.append(use)
    return tuple(found)
