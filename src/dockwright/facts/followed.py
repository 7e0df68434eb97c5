"""Whether something moves the image that a Dockerfile builds upon, as far as the repository tells."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from dockwright.facts.updaters import updaters

if TYPE_CHECKING:
    from dockwright.dockerfile import Dockerfile
    from dockwright.image import ImageUse
    from dockwright.project import Tree


def followed(tree: Tree, dockerfile: Dockerfile, use: ImageUse) -> bool | None:
    """Tell whether a bot or a program keeps an image up to date; None if that cannot be known.

    It cannot where there is no repository around the file, and where the file says that a program wrote it.
    """
    path = dockerfile.source.path
    if _is_generated(dockerfile) or all(each == path for each in tree.paths()):
        return None
    known = updaters(tree)
    if known.unspecific is not None:
        return True
    return "$" not in use.word.text and any(update.cover(path) for update in known.dependabot)


def _is_generated(dockerfile: Dockerfile) -> bool:
    first = dockerfile.body[0].span.start if dockerfile.body else 0
    above = "\n".join(comment.text for comment in dockerfile.comments if comment.span.start < first)
    return re.search(r"\b(?:generated|do not edit)\b", above, re.IGNORECASE) is not None
