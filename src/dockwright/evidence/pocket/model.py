"""What is known of published updates."""

from __future__ import annotations

from datetime import date, datetime  # noqa: TC003 - msgspec reads the annotations
from typing import Protocol

from msgspec import Struct

from dockwright.evidence.packages.model import Package  # noqa: TC001 - as above
from dockwright.evidence.system import System  # noqa: TC001 - as above
from dockwright.evidence.unknown import Unknown  # noqa: TC001 - as above


class Lacking(Struct, frozen=True, order=True):
    """A package of which a newer version is published.

    Attributes:
        package: as it is installed.
        version: the newest published one.
        source_version: the version of the source package that it is built from.
        suite: where it is published, as the distribution names it: `bookworm-security`, `v3.22/main`.
        security: whether a version newer than the installed one is published for security: in the security suite
            (Debian, Ubuntu), by a security advisory (rpm), with an id of a vulnerability that it fixes (apk).
    """

    package: Package
    version: str
    source_version: str
    suite: str
    security: bool


class Fixes(Struct, frozen=True):
    """What the distribution says is fixed between two versions of a source package.

    Attributes:
        source: the source package.
        old: the version that is there; what it brought is not counted.
        new: the version that is published; what it brings is counted.
        basis: who says so: "changelog", "secdb", "updateinfo".
        identifiers: CVE and GHSA ids that are named, the newest first. A changelog also names what it reverts, so this
            is what the distribution names, not what is proved to be fixed.
        advisories: ids of the distribution's own: DSA, DLA, USN, ALSA, RHSA, ...
        severity: the highest, in the distribution's word (`high`, `Important`); empty if it does not say.
        since: when the oldest of what is between was published, of a changelog the oldest that was made for security;
            of secdb, the newest, as it says no more; None if it is not said.
        steps: when each update for security between was published, and its severity in the distribution's word (empty
            if it does not say), the oldest first; empty if that is not said.
        suites: what the versions between were made for (`bookworm`, `bookworm-security`); empty if it is not said.
        complete: whether what is known goes back to `old`; if not, there may be more.
    """

    source: str
    old: str
    new: str
    basis: str
    identifiers: tuple[str, ...] = ()
    advisories: tuple[str, ...] = ()
    severity: str = ""
    since: date | None = None
    suites: tuple[str, ...] = ()
    complete: bool = True
    steps: tuple[tuple[date, str], ...] = ()


class Record(Protocol):
    """What tells what is fixed between two versions of a source package."""

    def fixes(self, source: str, old: str, new: str) -> Fixes | Unknown:
        """Return what is fixed in versions above `old`, up to and with `new`; it may cost a download."""


class Published(Struct, frozen=True):
    """What is published for an image's packages.

    Attributes:
        system: the distribution and release that was asked.
        lacking: the packages that are older than what is published; empty if it is certain that none are.
        checked: what was looked at: `bookworm-security main`.
        as_of: when the distribution last published there, for security where that is apart; what it has published
            since is not in the answer.
        notes: sentences on what the answer does not cover, and on how far it is verified.
        record: what tells what is fixed.
        undecided: why it is not known which of the updates are for security; None if it is known.
    """

    system: System
    lacking: tuple[Lacking, ...]
    checked: tuple[str, ...]
    as_of: datetime
    notes: tuple[str, ...]
    record: Record
    undecided: Unknown | None = None

    def fixes(self, source: str, old: str, new: str) -> Fixes | Unknown:
        """Return what the distribution names as fixed in a source package, above `old`, up to and with `new`."""
        return self.record.fixes(source, old, new)
