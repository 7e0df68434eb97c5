"""The values of an update: which image moves where, why, and what is left alone.

The names of the types are Renovate's, but `refresh` is the same tag with a newer digest (Renovate's `digest`).
"""

from __future__ import annotations

from enum import Enum
from typing import TYPE_CHECKING

from msgspec import Struct

from dockwright.image import ImageUse, Platform, Reference  # noqa: TC001 - msgspec reads the annotations

if TYPE_CHECKING:
    from collections.abc import Mapping

    from dockwright.source import Edit


AS_OF = "<sub>As of "
"""What a line of evidence begins with that says as of when it is known. The rest may be true for longer: such a line
alone makes no text another one."""


class UpdateType(Enum):
    """How far an update goes; the values are those of the configuration and of `dockwright update --format json`."""

    REFRESH = "refresh"
    """The same tag, whose content the publisher has rebuilt: only the digest moves."""
    PATCH = "patch"
    """A newer release of the same series (Python 3.12.4 to 3.12.11)."""
    MINOR = "minor"
    """Another series of the same major version (Python 3.12 to 3.13)."""
    MAJOR = "major"
    """Another major version."""
    PIN = "pin"
    """The same content, now named by its digest too."""
    REPLACEMENT = "replacement"
    """The same release on a living variant (`alpine3.20` to `alpine3.22`), or another image that took its place."""


class Skipped(Struct, frozen=True):
    """An image, or some of its places, that is left alone.

    Attributes:
        current: the image; None if its name cannot be known.
        uses: where it is named.
        reason: why, in plain words: a whole sentence without a full stop.
        notes: what else the reader should know, as in `Update`.
        failed: whether a registry failed, so that another run may tell more.
        newest: whether all is well: nothing newer is offered.
        lag: which security updates its distribution has published that its publisher has not built in yet, and what
            can be done: sentences; empty if none are known.
    """

    current: Reference | None
    uses: tuple[ImageUse, ...]
    reason: str
    notes: tuple[str, ...] = ()
    failed: bool = False
    newest: bool = False
    lag: tuple[str, ...] = ()


class Offered(Struct, frozen=True):
    """What a registry offers for an image, whether it is wanted or not.

    Attributes:
        current: the image.
        uses: where it is named.
        candidates: the tags that it may move to, the best first, by the type of the update.
        digest: the digest of its tag today; None where nothing is pinned.
        notes: what else the reader should know, as in `Update`.
    """

    current: Reference
    uses: tuple[ImageUse, ...]
    candidates: Mapping[UpdateType, tuple[str, ...]]
    digest: str | None = None
    notes: tuple[str, ...] = ()


class Brings(Struct, frozen=True):
    """The security updates that an update brings, as the image's distribution has published them.

    Attributes:
        sources: the source packages, each once; kernel headers do not count.
        identifiers: the ids of vulnerabilities (CVE, GHSA) that the distribution names for them, each once.
        unknown: why not all could be learnt, so that there may be more, as a clause; empty if all is known.
    """

    sources: tuple[str, ...] = ()
    identifiers: tuple[str, ...] = ()
    unknown: str = ""


class Update(Struct, frozen=True):
    """An image that moves, in every place that names it so.

    Attributes:
        current: the image as it is named now.
        new: the image as it is to be named; its digest is set if the files name one.
        type: how far it goes.
        uses: where it is named.
        edits: what changes in the files, by file and place.
        reason: why, in plain words: a whole sentence without a full stop.
        platforms: what `new` runs on; empty if that was not looked up.
        notes: what else the reader should know (support dates, what was not proposed and why), sentence by sentence.
        digests: the digest of `current` and of `new` as the registry tells them today; None where not looked up.
        brings: the security updates that it brings; None where nobody has looked.
    """

    current: Reference
    new: Reference
    type: UpdateType
    uses: tuple[ImageUse, ...]
    edits: tuple[Edit, ...]
    reason: str
    platforms: tuple[Platform, ...] = ()
    notes: tuple[str, ...] = ()
    digests: tuple[str | None, str | None] = (None, None)
    brings: Brings | None = None


class Plan(Struct, frozen=True):
    """One pull request to be: updates that go together.

    Attributes:
        key: names the group, the same in every run for the same group; the branch is made of it. Of ASCII letters,
            digits, `.`, `_` and `-`; starts with a letter or digit.
        updates: what it does, sorted by file and place; no two of them edit the same place otherwise.
        title_prefix: what the titles of the commit and of the pull request begin with.
        labels: of the pull request.
        reviewers: users, or teams as `organization/team`.
        assignees: users.
        opens: whether it may be opened today; an open one is kept true all the same.
        waits: why it may not, if it is not for its schedule: a sentence without its full stop.
        urgent: whether it brings security updates, and waits for nothing.
        security_labels: further labels of the pull request, because it brings security updates.
    """

    key: str
    updates: tuple[Update, ...]
    title_prefix: str = ""
    labels: tuple[str, ...] = ()
    reviewers: tuple[str, ...] = ()
    assignees: tuple[str, ...] = ()
    opens: bool = True
    waits: str = ""
    urgent: bool = False
    security_labels: tuple[str, ...] = ()

    @property
    def brings(self) -> Brings | None:
        """The security updates that it brings, those of all updates together; None where nobody has looked."""
        known = [update.brings for update in self.updates if update.brings is not None]
        if not known:
            return None
        sources = dict.fromkeys(source for each in known for source in each.sources)
        identifiers = dict.fromkeys(identifier for each in known for identifier in each.identifiers)
        unknown = next((each.unknown for each in known if each.unknown), "")
        return Brings(tuple(sources), tuple(identifiers), unknown)

    @property
    def edits(self) -> tuple[Edit, ...]:
        """What changes in the files: each edit once, though several updates may need it, by file and place."""
        edits = dict.fromkeys(edit for update in self.updates for edit in update.edits)
        return tuple(sorted(edits, key=lambda edit: (edit.span.source.path, edit.span.start, edit.span.end)))


class Planned(Struct, frozen=True):
    """The outcome of planning.

    Attributes:
        plans: the pull requests to be, sorted by key. Where two of them edit the same place (a patch and a minor update
            of one image), the one that goes further has the key with `-minor` or `-major` at its end.
        skipped: what is left alone, sorted by file and place.
        images: how many different images were looked at.
    """

    plans: tuple[Plan, ...]
    skipped: tuple[Skipped, ...]
    images: int = 0
