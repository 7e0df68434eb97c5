"""Making an `ImageUse` of what a file says, whatever the kind of file."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dockwright.errors import InvalidReference
from dockwright.files.value import HOLE
from dockwright.image import ImageUse, Reference
from dockwright.traced import Traced

if TYPE_CHECKING:
    from collections.abc import Iterator

    from dockwright.image import ImageKind
    from dockwright.source import Span

DOCKER_SCHEME = "docker://"
"""What stands before an image's name where GitHub expects an action."""


def named(kind: ImageKind, word: Traced, name: Traced | None, *, platform: str | None = None) -> Iterator[ImageUse]:
    """Yield the use of an image; nothing for what is no name, for that is a pattern, or is yet to be filled in.

    `name` is None, or has a `HOLE`, where a part of it cannot be known from the file.
    """
    if name is None or HOLE in name.text:
        yield ImageUse(kind, word, None, None, None, platform)
        return
    reference = parsed(name.text)
    if reference is not None:
        yield ImageUse(kind, word, name, reference, None, platform)


def parsed(text: str) -> Reference | None:
    """Return the reference that a text is; None if it is none."""
    try:
        return Reference.parse(text)
    except InvalidReference:
        return None


def after_scheme(text: Traced, scheme: str) -> Traced | None:
    """Return what follows a scheme (`docker://`); None if the text begins otherwise."""
    return text.slice(len(scheme), len(text)) if text.text.startswith(scheme) else None


def relocated(use: ImageUse, outer: Traced, *, word: Traced | None = None) -> ImageUse | None:
    """Return a use found in a text, at the place where that text is written.

    The text is one that was made a `Source` of its own, such as a Dockerfile inside a YAML file; `outer` traces it,
    with a `HOLE` for each part that is not known. `word` is what is written there, if that does not follow from it:
    parts of it are filled in from elsewhere. None if the place cannot be told.
    """
    word = word or Traced.join(_as_written(_relocate(use.word, outer)))
    if word.span is None:
        return None
    name = None if use.traced is None else _relocate(use.traced, outer)
    if name is None or HOLE in name.text:
        return ImageUse(use.kind, word, None, None, use.stage)
    platform = None if use.platform is None or HOLE in use.platform else use.platform
    return ImageUse(use.kind, word, name, use.reference, use.stage, platform)


def _relocate(text: Traced, outer: Traced) -> Traced:
    return Traced.join(
        Traced.made(text.text[start:end]) if span is None else _place(text.text[start:end], span, outer)
        for start, end, span in text.pieces()
    )


def _place(text: str, span: Span, outer: Traced) -> Traced:
    found = outer.slice(span.start, span.end)
    if found.text == text:
        return found
    # Spelled with an escape in the inner text, so it stands nowhere to the letter.
    place = found.span
    return Traced.made(text) if place is None or place.end - place.start == len(text) else Traced(text, (0,), (place,))


def _as_written(text: Traced) -> Iterator[Traced]:
    """Yield the pieces, each hole as the file spells it."""
    for start, end, span in text.pieces():
        hole = span is not None and HOLE in text.text[start:end]
        yield Traced.of(span) if hole and span is not None else text.slice(start, end)
