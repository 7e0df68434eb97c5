"""Whether a published image must be built again although nothing in its repository changed, as a value.

Nothing here is guessed: what could not be learnt is a reason in words at its place, and never counts as stale.
"""

from __future__ import annotations

from datetime import date, datetime  # noqa: TC003 - msgspec reads the annotations
from enum import Enum

from msgspec import Struct

from dockwright.evidence.changes import Changes  # noqa: TC001 - as above
from dockwright.evidence.comparison import Subject  # noqa: TC001 - as above
from dockwright.evidence.freshness import Freshness  # noqa: TC001 - as above
from dockwright.evidence.image import Image  # noqa: TC001 - as above
from dockwright.evidence.pocket import Lacking  # noqa: TC001 - as above
from dockwright.evidence.recorded import Evidence  # noqa: TC001 - as above
from dockwright.evidence.unknown import Unknown
from dockwright.image import Platform, Reference  # noqa: TC001 - as above


class Reason(Enum):
    """Why an image must be built again, the most telling first."""

    BASE_DIGEST = "base-digest"
    """An image that it is built from is another one today."""
    SECURITY_UPDATES = "security-updates"
    """Security updates that its distribution published are in today's base image, and not in it."""
    OWN_LAYERS = "own-layers"
    """Packages that its own layers installed lack published security updates; only a build without cache helps."""
    MAX_AGE = "max-age"
    """It is older than the user wants."""


class State(Enum):
    """Whether an image is built on what its base is today."""

    CURRENT = "current"
    MOVED = "moved"
    UNKNOWN = "unknown"


class Base(Struct, frozen=True):
    """An image that is built from, for one platform of the image that is built.

    Attributes:
        reference: as the Dockerfile, or the image itself, names it.
        state: whether the image is built from what this name stands for today; of one that is pinned by a digest,
            whether it is built from that.
        by: what tells so; None if nothing does.
        final: whether it is the base of the final stage, whose layers are in the image; False for what other stages
            are built on, or files are copied from.
        recorded: the digest of what the image was built from, if that is known.
        today: the digest of what the name stands for today, or of the pin; of its index, or of its only manifest.
        tag_today: if it is pinned: the digest that its tag has today, if that could be learnt.
        layers: of a final base: how many of its layers are the image's lowest, and how many it has; None if not known.
        reason: why the state is unknown, or what else there is to say of it: a clause.
        created: of a final base: when what its name stands for today was built; None if it does not say.
    """

    reference: Reference
    state: State
    by: Evidence | None = None
    final: bool = True
    recorded: str | None = None
    today: str | None = None
    tag_today: str | None = None
    layers: tuple[int, int] | None = None
    reason: str = ""
    created: datetime | None = None

    @property
    def tag_moved(self) -> bool:
        """Whether it is pinned, and its tag stands for something else today: only an update brings that."""
        return self.reference.digest is not None and self.tag_today not in {None, self.reference.digest}


class Updates(Struct, frozen=True):
    """The security updates that the published image lacks, by what brings them.

    Attributes:
        base: today's base has them: building on it does.
        own: their packages are not of the base, or newer than there: only building without cache does.
        late: today's base lacks them as well, so that building again brings none of them: its publisher is late.
    """

    base: tuple[Lacking, ...] = ()
    own: tuple[Lacking, ...] = ()
    late: tuple[Lacking, ...] = ()


class PlatformStaleness(Struct, frozen=True):
    """Whether the image for one platform must be built again.

    Attributes:
        platform: which one.
        image: the published image for it.
        bases: what it is built from, the base of its final stage first.
        freshness: what it lacks of what its distribution has published; None if the image cannot be read.
        updates: what brings the security updates that it lacks.
        created: when it was built, by what it says; None if it says nothing, or 1970.
        reasons: why it must be built again; empty if nothing is known that says so.
        unknowns: what could not be learnt and might say so: clauses.
        brings: which packages of the base change by a build; None if its base did not move.
    """

    platform: Platform
    image: Image | Unknown
    bases: tuple[Base, ...] = ()
    freshness: Freshness | None = None
    updates: Updates | Unknown | None = None
    created: datetime | None = None
    reasons: tuple[Reason, ...] = ()
    unknowns: tuple[str, ...] = ()
    brings: Changes | Unknown | None = None

    @property
    def needed(self) -> bool | None:
        """Whether it must be built again; None if that is not known."""
        return True if self.reasons else None if self.unknowns else False

    @property
    def base(self) -> Base | None:
        """The base of its final stage; None if it has none, or it is not known."""
        return next((each for each in self.bases if each.final), None)

    @property
    def causes(self) -> tuple[date, ...]:
        """The days on which what makes it stale is known to have come about: a base was built, an update published."""
        bases = [each.created.date() for each in self.bases if each.state is State.MOVED and each.created is not None]
        if self.freshness is None or self.updates is None or isinstance(self.updates, Unknown):
            return tuple(bases)
        sources = {each.package.source for each in (*self.updates.base, *self.updates.own)}
        fixes = [each for each in self.freshness.fixes if each.source in sources]
        since = [day for each in fixes for day in (*(step[0] for step in each.steps), each.since) if day is not None]
        return (*bases, *since)


class Staleness(Struct, frozen=True):
    """Whether a published image must be built again.

    Attributes:
        subject: the image, as it was named and as its registry has it.
        today: the day on which it was asked.
        max_age: how many days old it may be; None if that does not matter.
        platforms: those that were looked at.
        left_out: platforms that it has, and which were not looked at because there are so many.
        unknown: why nothing at all is known.
    """

    subject: Subject
    today: date
    max_age: int | None = None
    platforms: tuple[PlatformStaleness, ...] = ()
    left_out: tuple[Platform, ...] = ()
    unknown: Unknown | None = None

    @property
    def needed(self) -> bool | None:
        """Whether it must be built again, for any of its platforms; None if that is not known."""
        answers = [each.needed for each in self.platforms]
        return True if True in answers else None if self.unknown is not None or None in answers else False

    @property
    def reasons(self) -> tuple[Reason, ...]:
        """Why it must be built again, each once, the most telling first."""
        found = {reason for each in self.platforms for reason in each.reasons}
        return tuple(reason for reason in Reason if reason in found)

    @property
    def no_cache(self) -> bool:
        """Whether a build that takes layers from a cache would leave as it is what makes the build needed."""
        return not {Reason.OWN_LAYERS, Reason.MAX_AGE}.isdisjoint(self.reasons)

    @property
    def built(self) -> datetime | None:
        """When the oldest of its platforms was built; None if one of them does not say."""
        found = [each.created for each in self.platforms]
        known = [each for each in found if each is not None]
        return min(known) if known and len(known) == len(found) else None

    @property
    def newest_cause(self) -> date | None:
        """The day on which the newest of what makes it stale came about; None if that is not known."""
        return max((day for each in self.platforms for day in each.causes), default=None)

    @property
    def base_digest(self) -> str:
        """The digest of today's base of the final stage; empty if there is none, or it is not known."""
        found = (each.base.today for each in self.platforms if each.base is not None)
        return next((digest for digest in found if digest), "")
