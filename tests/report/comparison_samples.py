"""Comparisons made by hand, from the plain to the hostile."""

from __future__ import annotations

from msgspec import structs

from dockwright.evidence.changes import Changes, ChangeType, PackageChange, SourceChange
from dockwright.evidence.comparison import Comparison, PlatformComparison, Subject
from dockwright.evidence.enrichment import Enrichment
from dockwright.evidence.grade import Grade
from dockwright.evidence.image import Image, LayerBlob
from dockwright.evidence.origin import Origin, Reason
from dockwright.evidence.pocket.model import Fixes
from dockwright.evidence.security import Marked, Open, Security
from dockwright.evidence.settings import SettingChange
from dockwright.evidence.system import System
from dockwright.evidence.unknown import Unknown
from dockwright.image import Platform, Reference

AMD64, ARM64, S390X = Platform("linux", "amd64"), Platform("linux", "arm64", "v8"), Platform("linux", "s390x")
BOOKWORM, TRIXIE, ALPINE = (
    System("debian", "12", "bookworm"),
    System("debian", "13", "trixie"),
    System("alpine", "3.20"),
)
OLD, NEW = "sha256:" + "a" * 64, "sha256:" + "b" * 64
ADDED, REMOVED, UPGRADED, DOWNGRADED = ChangeType


def image(digest: str, size: int, platform: Platform = AMD64) -> Image:
    return Image(digest, platform, "sha256:" + "c" * 64, (LayerBlob("sha256:" + "d" * 64, size),))


def package(name: str, old: str | None, new: str | None, type_: ChangeType) -> PackageChange:
    return PackageChange(name, "amd64", old, new, type_)


def source(name: str, old: str, new: str, *packages: str) -> SourceChange:
    """Return an upgrade of a source."""
    return SourceChange(name, (old,), (new,), tuple(package(each, old, new, UPGRADED) for each in packages or (name,)))


SOURCES = (
    SourceChange(
        "gcc-12",
        ("12.2.0-14",),
        ("12.2.0-14",),
        (package("libgcc-s1", "12.2.0-14+b1", "12.2.0-14+b2", UPGRADED),),
    ),
    source("openssl", "3.0.20-1~deb12u2", "3.0.22-1~deb12u2", "libssl3", "openssl"),
    SourceChange("perl", ("5.36.0-7+deb12u4",), ("5.36.0-7",), (package("perl-base", "2", "1", DOWNGRADED),)),
    SourceChange(
        "systemd",
        ("252.1",),
        ("252.2",),
        (package("libsystemd0", "252.1", "252.2", UPGRADED), package("udev", "252.1", None, REMOVED)),
    ),
    SourceChange("tzdata", (), ("2026f-0",), (package("tzdata", None, "2026f-0", ADDED),)),
)
SETTINGS = (
    SettingChange("CMD", '["bash"]', None),
    SettingChange("ENV APP_VERSION", "1", "2", may_break=False),
    SettingChange("ENV EMPTY", "", "x"),
)
REBUILT = Origin(Reason.BASE_MOVED, "debian:bookworm-slim", True, "1" * 40, "1" * 40)  # noqa: FBT003 - a value
CHANGED = Origin(
    Reason.SOURCE_CHANGED, "", None, "1" * 40, "2" * 40, f"https://github.com/a/b/compare/{'1' * 40}...{'2' * 40}"
)
NO_IMAGE = Unknown("of the new image: there is none")
NO_DATABASE = Unknown("of the old image: it has no package database that is known here")

BEFORE = Subject(Reference.parse("debian:12"), OLD, (AMD64, ARM64, S390X))
AFTER = Subject(Reference.parse(f"debian@{NEW}"), NEW, (AMD64, ARM64))
EVIL = "a|b`<img src=x>`\x1b[31m\u202e@everyone ##[error]x ::error::\udcff [l](https://e.example)"


def changed(*sources: SourceChange, new: System = BOOKWORM, comparable: bool = True, unchanged: int = 80) -> Changes:
    return Changes(BOOKWORM, new, comparable, sources, unchanged)


GRADES = (
    Grade("D", "It lacks a security update of `openssl` that was published on 2026-07-17, 129 days ago."),
    Grade("A", "It lacks no security update that its distribution has published."),
    Unknown("it is not known since when the security updates that it lacks are published"),
)
OSV = (
    Enrichment(("DEBIAN-CVE-2026-90001", "DSA-5432-1"), ("DEBIAN-CVE-2026-90001",), ("DSA-5432-1",)),
    Enrichment(),
    Unknown("osv.dev's answer cannot be read"),
    Enrichment((EVIL,), (), (EVIL,)),
    Unknown(EVIL),
)


def compared(
    packages: Changes | Unknown | None,
    settings: tuple[SettingChange, ...] | Unknown | None = (),
    origin: Origin | None = None,
    platform: Platform = AMD64,
    security: Security | Unknown | None = None,
) -> PlatformComparison:
    before, after = image(OLD, 28_987_654, platform), image(NEW, 29_345_678, platform)
    return PlatformComparison(platform, before, after, packages, settings, origin, security)


def fixes(source: str, *identifiers: str, severity: str = "high", advisories: tuple[str, ...] = ()) -> Fixes:
    return Fixes(source, "1", "2", "changelog", identifiers, advisories, severity)


def secured(*upgraded: Marked, still: tuple[Open, ...] = ()) -> Security:
    return Security(BOOKWORM, upgraded, still, ("bookworm-security main",), "2026-11-21")


CVES = tuple(f"CVE-2026-{number}" for number in range(1, 24))
SECURED = secured(
    Marked("expat", True, fixes("expat", *CVES[:6])),  # noqa: FBT003 - a value
    Marked("xz-utils", True, fixes("xz-utils", "GHSA-5qpq-xqfv-j9pg", severity="medium")),  # noqa: FBT003 - as above
    Marked("tzdata", True, fixes("tzdata", severity="medium")),  # noqa: FBT003 - as above
    Marked("linux", True, fixes("linux", *CVES), kernel=True),  # noqa: FBT003 - as above
    Marked("pam", None),
    Marked("openssl", False),  # noqa: FBT003 - as above
    still=(Open("perl", fixes("perl", "CVE-2026-99")), Open("linux", None, kernel=True)),
)
UPGRADES = (
    source("expat", "2.5.0-1+deb12u2", "2.5.0-1+deb12u5", "libexpat1"),
    source("linux", "6.1.1-1", "6.1.2-1", "linux-libc-dev"),
    source("openssl", "3.0.20-1~deb12u2", "3.0.22-1~deb12u2", "libssl3", "openssl"),
    source("pam", "1.5.2-6", "1.5.2-7", "libpam0g"),
    source("tzdata", "2026b-0+deb12u1", "2026f-0+deb12u1"),
    source("xz-utils", "5.4.1-1+deb12u1", "5.4.1-1+deb12u2", "liblzma5"),
)


DOCUMENTED = Comparison(
    BEFORE,
    Subject(Reference.parse("debian:13"), NEW),
    (
        compared(
            changed(SOURCES[1], new=TRIXIE),
            SETTINGS[:1],
            REBUILT,
            security=secured(
                Marked("openssl", True, fixes("openssl", "CVE-2026-1001", advisories=("DSA-1001-1",))),  # noqa: FBT003 - a value
            ),
        ),
    ),
)
"""The example of docs/json.md."""


def _hostile() -> Comparison:
    row = SourceChange(EVIL, (EVIL,), (EVIL, "2"), (PackageChange(EVIL, EVIL, EVIL, None, REMOVED),))
    origin = Origin(Reason.REBUILT, EVIL, None, "1" * 40, "1" * 40)
    evil = Platform(EVIL, EVIL)
    evil_fixes = Fixes(EVIL, EVIL, EVIL, EVIL, (EVIL, EVIL), (EVIL,), EVIL)
    upgraded = SourceChange(f"2{EVIL}", (EVIL,), (EVIL,), (PackageChange(EVIL, EVIL, EVIL, EVIL, UPGRADED),))
    marked = (Marked(upgraded.source, True, evil_fixes), Marked(EVIL, None, evil_fixes))  # noqa: FBT003 - a value
    security = Security(System(EVIL, EVIL), marked, (Open(EVIL, evil_fixes),), (EVIL,), "2026-11-21")
    parts = (
        compared(
            changed(row, upgraded, new=System("debian", EVIL)),
            (SettingChange(EVIL, EVIL, EVIL),),
            origin,
            evil,
            security,
        ),
        compared(changed(upgraded), Unknown(EVIL), None, evil, Unknown(EVIL)),
        compared(Unknown(EVIL), Unknown(EVIL), None, evil),
    )
    return Comparison(BEFORE, AFTER, parts, lost=(evil,), unknown=Unknown(EVIL))


COMPARISONS = {
    "typical": Comparison(
        BEFORE,
        AFTER,
        (
            compared(changed(*SOURCES), SETTINGS, REBUILT),
            compared(changed(new=TRIXIE), (), CHANGED, ARM64),
        ),
        lost=(S390X,),
    ),
    "unknown": Comparison(
        BEFORE,
        AFTER,
        (
            compared(NO_DATABASE, ()),
            PlatformComparison(S390X, image(OLD, 999), Unknown("there is none"), NO_IMAGE, NO_IMAGE),
        ),
        added=(ARM64,),
        left_out=(ARM64, S390X),
    ),
    "unresolved": Comparison(
        BEFORE,
        Subject(Reference.parse("ghcr.io/acme/app"), None, help="Log in with `docker login ghcr.io`."),
        unknown=Unknown("of the new image: `ghcr.io` wants credentials"),
    ),
    "same": Comparison(BEFORE, BEFORE, (PlatformComparison(AMD64, image(OLD, 1_234), image(OLD, 1_234), None, None),)),
    "long": Comparison(
        BEFORE, AFTER, (compared(changed(*(source(f"source-{number:03}", "1", "2") for number in range(70)))),)
    ),
    "replaced": Comparison(
        BEFORE,
        AFTER,
        (compared(changed(*SOURCES[-1:], new=ALPINE, comparable=False, unchanged=0), SETTINGS[1:2]),),
    ),
    "secured": Comparison(
        BEFORE,
        AFTER,
        (
            compared(changed(*UPGRADES), SETTINGS, REBUILT, AMD64, SECURED),
            compared(changed(*UPGRADES), SETTINGS, REBUILT, ARM64, SECURED),
        ),
        lost=(S390X,),
    ),
    "quiet": Comparison(
        BEFORE,
        AFTER,
        (
            compared(changed(UPGRADES[0]), (), None, AMD64, secured(Marked("expat", False))),  # noqa: FBT003 - a value
            compared(changed(UPGRADES[1]), (), None, ARM64, Unknown("no server of `debian-security` is known")),
        ),
    ),
    "graded": Comparison(
        BEFORE,
        AFTER,
        tuple(
            structs.replace(compared(changed(*UPGRADES), platform=AMD64, security=SECURED), grades=(GRADES[0], each))
            for each in GRADES[1:]
        ),
    ),
    "osv": Comparison(
        BEFORE,
        AFTER,
        tuple(
            structs.replace(compared(changed(*UPGRADES), platform=AMD64, security=SECURED), osv=each) for each in OSV
        ),
    ),
    "hostile": _hostile(),
}
