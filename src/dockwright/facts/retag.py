"""Giving an image another tag where that changes nothing else."""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec import structs

from dockwright.dockerfile import parse

if TYPE_CHECKING:
    from dockwright.dockerfile import Dockerfile
    from dockwright.image import ImageUse
    from dockwright.source import Edit

_MOST_IMAGES = 200
"""Of a file with more images than that, none is edited far from where it is used."""


def retag(dockerfile: Dockerfile, use: ImageUse, tag: str) -> Edit | None:
    """Return the edit that gives this image another tag; None if there is none that leaves everything else alone.

    A tag that is put together from several places is edited if only one of them changes. An `ARG` is left alone if
    another image or a stage reads it too, and so is the tag beside a digest, which decides nothing.
    """
    if use.reference is None or use.reference.digest is not None:
        return None
    new = structs.replace(use.reference, tag=tag)
    edits = use.edit(new)
    if edits is None or len(edits) != 1:
        return None
    (edit,) = edits
    if use.span.start <= edit.span.start < use.span.end:
        return edit
    if len(dockerfile.images) > _MOST_IMAGES:
        return None
    from dockwright.rewrite import Rewritten, Wish, rewrite

    (outcome,) = rewrite([Wish(use, (new,))], dockerfile.images, read=lambda source: parse(source).images)
    return edit if isinstance(outcome, Rewritten) and not outcome.notes else None
