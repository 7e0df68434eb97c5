"""What registries and distributions say of base images, as values for rules: who asked, and how, is not known here.

What is not in them is not known, and a rule stays silent then.
"""

from __future__ import annotations

from datetime import date  # noqa: TC003 - msgspec reads the annotation
from typing import TYPE_CHECKING

from msgspec import Struct

from dockwright.config.online import MAX_BASE_AGE
from dockwright.dockerfile import parse
from dockwright.finding import Applicability, Fix
from dockwright.image import ImageKind, Reference

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from dockwright.dockerfile import Dockerfile
    from dockwright.image import ImageUse
    from dockwright.source import Edit, Source, Span

_MOST_NAMED = 3


class Lacks(Struct, frozen=True):
    """Which security updates an image lacks that are published; none is a fact too.

    Attributes:
        sources: the source packages that have them, sorted.
        publisher: who published them, as people say it: `Debian`.
        until: when that was looked at last, by the publisher's own date.
    """

    sources: tuple[str, ...]
    publisher: str
    until: date

    @property
    def named(self) -> str:
        """The packages for a sentence, the first few."""
        names = ", ".join(f"`{source}`" for source in self.sources[:_MOST_NAMED])
        more = len(self.sources) - _MOST_NAMED
        return f"{names} and {more} more" if more > 0 else names


class Base(Struct, frozen=True):
    """What is known of a base image.

    Attributes:
        made: when the image was built that the name means today, by its own word.
        rebuilt: when the image was built that its tag names today, where the name has another digest; by its own word.
        refresh: the name with the digest that its tag has today, where it has another one, of another image.
        patch: the name with the newest patch version that it may become.
        has_packages: whether it has packages that somebody updates; an image of one static program has none.
        lacks: what it lacks.
        better: what `refresh`, or else `patch`, lacks.
    """

    made: date | None = None
    rebuilt: date | None = None
    refresh: Reference | None = None
    patch: Reference | None = None
    has_packages: bool = False
    lacks: Lacks | None = None
    better: Lacks | None = None

    @property
    def remedy(self) -> Reference | None:
        """The image to move to, if it is known to lack fewer security updates."""
        if self.lacks is None or self.better is None or len(self.better.sources) >= len(self.lacks.sources):
            return None
        return self.refresh or self.patch


class Online(Struct, frozen=True):
    """What is known of the base images that are under review.

    Attributes:
        bases: by their names as files have them.
        max_base_age: days after which an image that was not rebuilt is told.
    """

    bases: Mapping[Reference, Base] = {}
    max_base_age: int = MAX_BASE_AGE

    def known(self, dockerfile: Dockerfile) -> Iterator[tuple[ImageUse, Reference, Base]]:
        """Yield each base image of a Dockerfile of which something is known."""
        for use in dockerfile.images:
            if use.kind is ImageKind.FROM and use.reference is not None and use.reference in self.bases:
                yield use, use.reference, self.bases[use.reference]


def causes(use: ImageUse) -> tuple[Span, ...]:
    """Return where the characters of an image's name stand: what brings a problem about when it changes."""
    return () if use.traced is None else tuple(span for span in use.traced.spans if span is not None)


def move(dockerfile: Dockerfile, use: ImageUse, new: Reference, description: str) -> Fix | None:
    """Return the fix that makes a base image another one; None if no edit of the file does just that.

    Where other places read the same `ARG` and name the same image, they move too.
    """
    from dockwright.rewrite import Rewritten, Wish, rewrite

    wishes = [Wish(each, (new,)) for each in dockerfile.images if each.reference == use.reference]
    for outcome in rewrite(wishes, dockerfile.images, read=_images):
        if isinstance(outcome, Rewritten) and any(each.use == use for each in outcome.moves):
            return _fix(outcome.edits, description) if not outcome.notes else None
    return None


def _fix(edits: tuple[Edit, ...], description: str) -> Fix:
    return Fix(description, edits, Applicability.UNSAFE)


def _images(source: Source) -> Sequence[ImageUse]:
    return parse(source).images
