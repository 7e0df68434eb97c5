"""An image that was checked for published updates, as a value; what could not be learnt is `Unknown` at its place."""

from __future__ import annotations

from msgspec import Struct

from dockwright.evidence.comparison import Subject  # noqa: TC001 - msgspec reads the annotations
from dockwright.evidence.freshness import Freshness  # noqa: TC001 - as above
from dockwright.evidence.grade import LETTERS, Grade
from dockwright.evidence.unknown import Unknown
from dockwright.image import Platform  # noqa: TC001 - as above


class CheckedImage(Struct, frozen=True):
    """What an image lacks of what its distribution has published.

    Attributes:
        subject: the image, as it was named and as its registry has it.
        platforms: what was learnt of each that was looked at.
        left_out: platforms that it has, and which were not looked at because there are so many.
        unknown: why nothing at all is known.
    """

    subject: Subject
    platforms: tuple[Freshness, ...] = ()
    left_out: tuple[Platform, ...] = ()
    unknown: Unknown | None = None

    @property
    def complete(self) -> bool:
        """Whether it is known of everything that was looked at which security updates are lacking."""
        return self.unknown is None and all(each.complete for each in self.platforms)

    @property
    def grade(self) -> Grade | Unknown:
        """The worst of its platforms' grades; unknown if one of them is, and no other gives the worst of all."""
        grades = [each.grade for each in self.platforms]
        if self.unknown is not None:
            return self.unknown
        known = [each for each in grades if isinstance(each, Grade)]
        worst = max(known, key=lambda each: each.letter, default=None)
        missing = next((each for each in grades if isinstance(each, Unknown)), None)
        if worst is not None and (missing is None or worst.letter == LETTERS[-1]):
            return worst
        return missing or Unknown("there is no platform to grade it by")
