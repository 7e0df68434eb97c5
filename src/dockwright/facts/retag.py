"""Giving an image another tag where that changes nothing else."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dockwright.source import Edit

if TYPE_CHECKING:
    from dockwright.dockerfile import Dockerfile
    from dockwright.image import ImageUse
    from dockwright.source import Span

_MOST_IMAGES = 200
"""Of a file with more images than that, none is edited far from where it is used."""


def retag(dockerfile: Dockerfile, use: ImageUse, tag: str) -> Edit | None:
    """Return the edit that gives this image another tag; None if there is none that leaves everything else alone.

    A tag that is put together from several places is edited if only one of them changes. An `ARG` is left alone if
    another image or a stage reads it too, and so is the tag beside a digest, which decides nothing.
    """
    if use.reference is None or use.reference.digest is not None:
        return None
    edit = use.edit_tag(tag) or _edit_part(use, tag)
    if edit is None or use.span.start <= edit.span.start < use.span.end:
        return edit
    return None if len(dockerfile.images) > _MOST_IMAGES or _read_elsewhere(dockerfile, use, edit.span) else edit


def _edit_part(use: ImageUse, tag: str) -> Edit | None:
    """Return the edit of the words between hyphens that change, if they are written in one place."""
    if use.traced is None or use.reference is None or use.reference.tag is None:
        return None
    old, new = use.reference.tag.split("-"), tag.split("-")
    first = _same(old, new)
    same_end = _same(old[first:][::-1], new[first:][::-1])
    changed = "-".join(old[first : len(old) - same_end])
    start = len(use.traced) - len(use.reference.tag) + sum(len(word) + 1 for word in old[:first])
    span = use.traced.slice(start, start + len(changed)).exact if changed else None
    return None if span is None else Edit(span, "-".join(new[first : len(new) - same_end]))


def _same(one: list[str], other: list[str]) -> int:
    """Count the words with which both begin."""
    pairs = zip(one, other, strict=False)
    return next((index for index, (a, b) in enumerate(pairs) if a != b), min(len(one), len(other)))


def _read_elsewhere(dockerfile: Dockerfile, use: ImageUse, span: Span) -> bool:
    """Tell whether what is written in a place goes into more than this image's name."""
    others = [other.traced for other in dockerfile.images if other is not use and other.traced is not None]
    if any(place and _overlap(place, span) for traced in others for place in traced.spans):
        return True
    arguments = list(dockerfile.instructions("ARG"))
    home = next((each for each in arguments if each.span.start <= span.start < each.span.end), None)
    if home is None:
        return False
    names = {pair.key.text for pair in home.pairs}
    inside = [pair.key.text for each in arguments if each.stage >= 0 for pair in each.pairs]
    return home.stage >= 0 or not names.isdisjoint(inside)


def _overlap(one: Span, other: Span) -> bool:
    return one.start < other.end and other.start < one.end
