"""The images that a repository names, each once, with every place that names it so."""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec import Struct

from dockwright.bump import Skipped
from dockwright.lifecycle import retired
from dockwright.update.platforms import parse

if TYPE_CHECKING:
    from collections.abc import Iterable

    from dockwright.config.updates import ImagePolicy, Updates
    from dockwright.image import ImageUse, Platform, Reference

LATEST = "latest"
"""The tag that a name without a tag and a digest means."""


class Image(Struct, frozen=True):
    """An image as it is named now.

    Attributes:
        reference: its name.
        uses: where it is named, by file and place.
        policy: what is wanted for it.
    """

    reference: Reference
    uses: tuple[ImageUse, ...]
    policy: ImagePolicy

    @property
    def tag(self) -> str:
        """The tag that is pulled, also where none is written."""
        return self.reference.tag or LATEST

    @property
    def is_tagged(self) -> bool:
        """Whether a tag is pulled; a digest alone is an image that never changes."""
        return self.reference.tag is not None or self.reference.digest is None

    @property
    def platforms(self) -> frozenset[Platform] | None:
        """What it is known to be used on, by the configuration or by every `FROM --platform=`; None if that is open."""
        if self.policy.platforms:
            return frozenset(parse(text).normal for text in self.policy.platforms)
        written = [use.platform for use in self.uses]
        known = [text for text in written if text and text.count("/") in {1, 2}]
        return frozenset(parse(text).normal for text in known) if len(known) == len(written) else None


def distinct(uses: Iterable[ImageUse], updates: Updates) -> tuple[list[Image], list[Skipped]]:
    """Return the images that can be looked up, in the order of their first places, and the uses of no known one."""
    named: dict[Reference, list[ImageUse]] = {}
    unknown: list[Skipped] = []
    for use in sorted((use for use in uses if not updates.ignores(use.span.source.path)), key=place):
        if use.reference is None:
            unknown.append(Skipped(None, (use,), _why_unknown(use)))
        else:
            named.setdefault(use.reference, []).append(use)
    return [Image(name, tuple(some), updates.policy_of(name)) for name, some in named.items()], unknown


def place(use: ImageUse) -> tuple[str, int, int]:
    """Return where an image is named, to sort by."""
    return use.span.source.path, use.span.start, use.span.end


def of_retirement(image: Image) -> tuple[str, ...]:
    """Say that nobody rebuilds an image any more, whatever its tag, and what took its place; empty if somebody does."""
    found = retired(image.reference.name, image.tag)
    if found is None:
        return ()
    name = type(image.reference)(image.reference.registry, image.reference.repository).familiar
    instead = f" Use {' or '.join(f'`{other}`' for other in found.instead)} instead." if found.instead else ""
    return (f"`{name}` {found.reason} (as of {found.since}), and gets no security updates.{instead}",)


def _why_unknown(use: ImageUse) -> str:
    if not use.traced:
        return f"which image `{use.word.text}` names is only known when it is used"
    return f"`{use.traced.text}` is no name of an image"
