"""Answers made by hand, from the plain to the hostile."""

from __future__ import annotations

from datetime import UTC, date, datetime

from dockwright.evidence.changes import Changes, ChangeType, PackageChange, SourceChange
from dockwright.evidence.comparison import Subject
from dockwright.evidence.freshness import Freshness
from dockwright.evidence.grade import Grade
from dockwright.evidence.image import Image
from dockwright.evidence.inventory import Inventory
from dockwright.evidence.packages.kinds import Kind
from dockwright.evidence.packages.model import Package
from dockwright.evidence.pocket import Lacking, Published
from dockwright.evidence.recorded import Evidence
from dockwright.evidence.staleness import Base, PlatformStaleness, Reason, Staleness, State, Updates
from dockwright.evidence.system import System
from dockwright.evidence.unknown import Unknown
from dockwright.image import Platform, Reference

TODAY = date(2026, 11, 23)
AMD64, ARM64 = Platform("linux", "amd64"), Platform("linux", "arm64")
OLD, NEW, DIGEST = ("sha256:" + each * 64 for each in "abc")
BOOKWORM = System("debian", "12", "bookworm")
EVIL = "\x1b[31m::error::x ##[error]y <img src=x> @octo `|` \u202e" + "z" * 200
PYTHON = Reference.parse("python:3.12-slim")
SUBJECT = Subject(Reference.parse("ghcr.io/acme/app:1"), DIGEST, (AMD64, ARM64))
BUILT = datetime(2026, 11, 1, tzinfo=UTC)


class _Record:
    def fixes(self, source: str, old: str, new: str) -> Unknown:
        return Unknown(f"nobody asked {source} {old} {new}")


def lacking(name: str, old: str, new: str, source: str = "") -> Lacking:
    package = Package(name, old, "amd64", source or name, old)
    return Lacking(package, new, new, "bookworm-security", security=True)


def image(platform: Platform = AMD64) -> Image:
    return Image("sha256:" + "d" * 64, platform, "sha256:" + "e" * 64, ())


def fresh(platform: Platform, *found: Lacking, reason: str = "It lacks no security update.") -> Freshness:
    packages = tuple(each.package for each in found) or (Package("libc6", "2.36-9", "amd64", "glibc", "2.36-9"),)
    inventory = Inventory(Kind.DPKG, BOOKWORM, packages, None, platform, DIGEST, 1, 0)
    published = Published(BOOKWORM, found, ("bookworm-security main",), BUILT, (), _Record())
    return Freshness(
        platform, inventory, published, (), Grade("C" if found else "A", reason), ("`mirror.example` was asked.",)
    )


def upgrade(source: str, old: str, new: str) -> SourceChange:
    return SourceChange(source, (old,), (new,), (PackageChange(source, "amd64", old, new, ChangeType.UPGRADED),))


CURRENT = Base(PYTHON, State.CURRENT, Evidence.PROVENANCE, recorded=NEW, today=NEW, layers=(4, 4))
MOVED = Base(PYTHON, State.MOVED, Evidence.ANNOTATION, recorded=OLD, today=NEW, layers=(0, 4))
STAGE = Base(
    Reference.parse("golang:1.22"),
    State.UNKNOWN,
    final=False,
    today=NEW,
    reason="nothing says what it was, as the image has no provenance",
)
PINNED = Base(
    Reference.parse(f"python:3.12-slim@{NEW}"),
    State.CURRENT,
    Evidence.LAYERS,
    recorded=NEW,
    today=NEW,
    tag_today=OLD,
    layers=(4, 4),
)
OWN, FROM_BASE, LATE = (
    lacking("curl", "7.88.1-10+deb12u8", "7.88.1-10+deb12u14"),
    lacking("libssl3", "3.0.20-1", "3.0.22-1", "openssl"),
    lacking("tzdata", "2026a-0", "2026f-0"),
)
BRINGS = Changes(BOOKWORM, BOOKWORM, True, (upgrade("openssl", "3.0.20-1", "3.0.22-1"),), 95)  # noqa: FBT003 - a value

FINE = PlatformStaleness(AMD64, image(), (CURRENT,), fresh(AMD64), Updates(), BUILT)
STALE = PlatformStaleness(
    AMD64,
    image(),
    (MOVED,),
    fresh(AMD64, OWN, FROM_BASE, LATE, reason="It lacks a security update of `curl` of 2026-10-01, 53 days ago."),
    Updates((FROM_BASE,), (OWN,), (LATE,)),
    BUILT,
    (Reason.BASE_DIGEST, Reason.SECURITY_UPDATES, Reason.OWN_LAYERS, Reason.MAX_AGE),
    (),
    BRINGS,
)
LOST = Unknown("`registry.example` answers with status 500")
HALF = PlatformStaleness(
    ARM64,
    image(ARM64),
    (CURRENT, STAGE),
    Freshness(ARM64, LOST, LOST, (), LOST, ()),
    LOST,
    None,
    (),
    (
        f"whether `golang:1.22` moved is not known: {STAGE.reason}",
        f"which security updates a build would bring is not known: {LOST.reason}",
        "when it was built is not known, as it does not say so",
    ),
)
HOSTILE = PlatformStaleness(
    Platform("linux", EVIL[:40]),
    image(),
    (Base(PYTHON, State.UNKNOWN, reason=EVIL),),
    fresh(AMD64, lacking(EVIL, EVIL, EVIL), reason=EVIL),
    Updates(own=(lacking(EVIL, EVIL, EVIL),)),
    None,
    (Reason.OWN_LAYERS,),
    (EVIL,),
    Changes(BOOKWORM, BOOKWORM, True, (upgrade(EVIL, EVIL, EVIL),), 1),  # noqa: FBT003 - a value
)

ANSWERS = {
    "current": Staleness(SUBJECT, TODAY, platforms=(FINE,)),
    "pinned": Staleness(
        SUBJECT,
        TODAY,
        platforms=(PlatformStaleness(AMD64, image(), (PINNED,), fresh(AMD64, LATE), Updates(late=(LATE,)), BUILT),),
    ),
    "stale": Staleness(SUBJECT, TODAY, 21, (STALE, HALF), (Platform("linux", "s390x"),)),
    "unknown": Staleness(SUBJECT, TODAY, platforms=(FINE, HALF)),
    "unresolved": Staleness(Subject(SUBJECT.reference, None, help="Log in to the registry."), TODAY, unknown=LOST),
    "hostile": Staleness(SUBJECT, TODAY, platforms=(HOSTILE,)),
}

DOCUMENTED = Staleness(SUBJECT, TODAY, platforms=(STALE,))
"""The example of docs/json.md."""
