"""Checked images made by hand, from the plain to the hostile."""

from __future__ import annotations

import datetime as dt

from msgspec import structs

from dockwright.evidence.checked import CheckedImage
from dockwright.evidence.comparison import Subject
from dockwright.evidence.enrichment import Enrichment
from dockwright.evidence.freshness import Freshness
from dockwright.evidence.grade import Grade
from dockwright.evidence.inventory import Inventory
from dockwright.evidence.packages.kinds import Kind
from dockwright.evidence.packages.model import Package
from dockwright.evidence.pocket import Fixes, Lacking, Published
from dockwright.evidence.system import System
from dockwright.evidence.unknown import Unknown
from dockwright.image import Platform, Reference

AMD64, ARM64, S390X = Platform("linux", "amd64"), Platform("linux", "arm64", "v8"), Platform("linux", "s390x")
BOOKWORM, ALPINE, ALMA = System("debian", "12", "bookworm"), System("alpine", "3.22.1"), System("almalinux", "9.6")
DIGEST = "sha256:" + "a" * 64
SUBJECT = Subject(Reference.parse("python:3.12-slim"), DIGEST, (AMD64, ARM64, S390X))
EVIL = "a|b`<img src=x>`\x1b[31m\u202e@everyone ##[error]x ::error::\udcff [l](https://e.example)"
SIGNATURE = "The distribution's signature was not checked."


class _Record:
    def fixes(self, source: str, old: str, new: str) -> Fixes | Unknown:
        raise NotImplementedError(source, old, new)


def package(name: str, source: str, version: str) -> Package:
    return Package(name, version, "amd64", source, version)


def lacking(name: str, source: str, old: str, new: str, *, security: bool = True) -> Lacking:
    return Lacking(package(name, source, old), new, new, "bookworm-security", security)


def published(system: System, *lack: Lacking, undecided: Unknown | None = None) -> Published:
    as_of = dt.datetime(2026, 11, 21, 0, 53, 2, tzinfo=dt.UTC)
    return Published(system, lack, ("bookworm-security main",), as_of, (SIGNATURE,), _Record(), undecided)


def inventory(system: System, platform: Platform) -> Inventory:
    packages = tuple(package(f"p{number}", "p", "1") for number in range(97))
    return Inventory(Kind.DPKG, system, packages, None, platform, DIGEST, 1, 18_587_881)


def fresh(
    answer: Published | Unknown,
    grade: Grade | Unknown,
    *fixes: Fixes,
    platform: Platform = AMD64,
    notes: tuple[str, ...] = (SIGNATURE,),
) -> Freshness:
    system = BOOKWORM if isinstance(answer, Unknown) else answer.system
    return Freshness(platform, inventory(system, platform), answer, fixes, grade, notes)


OPENSSL = Fixes(
    "openssl",
    "3.0.20-1~deb12u2",
    "3.0.22-1~deb12u2",
    "changelog",
    tuple(f"CVE-2026-{number}" for number in range(90005, 90000, -1)),
    ("DSA-5432-1",),
    "high",
    dt.date(2026, 10, 12),
    ("bookworm-security",),
)
TZDATA = Fixes("tzdata", "2026b-0+deb12u1", "2026f-0+deb12u1", "changelog", since=dt.date(2026, 11, 20))
GRADE_C = Grade("C", "It lacks a security update of `openssl` that was published on 2026-10-12, 42 days ago.")
GRADE_A = Grade("A", "It lacks no security update that its distribution has published.")
TYPICAL = fresh(
    published(
        BOOKWORM,
        lacking("libssl3", "openssl", OPENSSL.old, OPENSSL.new),
        lacking("openssl", "openssl", OPENSSL.old, OPENSSL.new),
        lacking("tzdata", "tzdata", TZDATA.old, TZDATA.new),
        lacking("linux-libc-dev", "linux", "6.1.1", "6.1.2"),
        lacking("bash", "bash", "5.2-1", "5.2-2", security=False),
    ),
    GRADE_C,
    OPENSSL,
    TZDATA,
    notes=(SIGNATURE, "Kernel headers: 2 CVEs, which concern hosts, not this image, and are not counted."),
)
NO_MIRROR = Unknown("no server of `debian-security` is known: name one under `mirrors` in the configuration")
NO_PACKAGES = Unknown("it has no package database that is known here")
NO_SECDB = Unknown("no server of `alpine-secdb` is known: name one under `mirrors` in the configuration")
RHSA = Fixes(
    "openssl", "3.0.7-27.el9", "3.0.7-29.el9", "updateinfo", (), ("ALSA-2026:1",), "Low", dt.date(2026, 11, 10)
)
OSV_IDS = tuple(f"DEBIAN-CVE-2026-{number}" for number in range(90001, 90013))
OSV = (
    Enrichment(OSV_IDS, OSV_IDS[3:5], OSV_IDS[11:]),
    Enrichment(OSV_IDS[:1], OSV_IDS[:1]),
    Enrichment(OSV_IDS[:2], (), OSV_IDS[:2]),
    Enrichment(),
    Unknown("osv.dev has no list for `fedora 43`"),
)


def _hostile() -> CheckedImage:
    system, evil = System(EVIL, EVIL), Platform(EVIL, EVIL)
    fixes = Fixes(EVIL, EVIL, EVIL, "updateinfo", (EVIL,), (EVIL,), EVIL, dt.date(2026, 11, 10))
    answer = published(system, lacking(EVIL, EVIL, EVIL, EVIL), lacking(EVIL, EVIL, EVIL, EVIL, security=False))
    answer = Published(system, answer.lacking, (EVIL,), answer.as_of, (EVIL,), answer.record)
    return CheckedImage(
        Subject(Reference.parse("debian:12"), DIGEST, (evil,), help=EVIL),
        (
            structs.replace(
                fresh(answer, Grade("F", EVIL), fixes, platform=evil, notes=(EVIL, f"`{EVIL}`")),
                osv=Enrichment((EVIL,), (EVIL,)),
            ),
            structs.replace(fresh(answer, Unknown(EVIL), platform=evil), osv=Unknown(EVIL)),
            fresh(Unknown(EVIL), Unknown(EVIL), platform=evil),
        ),
        (evil,),
    )


def _long() -> CheckedImage:
    fixes = [Fixes(f"source{number}", "1", "2", "changelog", since=dt.date(2026, 11, 20)) for number in range(70)]
    lack = [lacking(each.source, each.source, "1", "2") for each in fixes]
    return CheckedImage(SUBJECT, (fresh(published(BOOKWORM, *lack), GRADE_C, *fixes),))


CHECKS: dict[str, tuple[CheckedImage, ...]] = {
    "typical": (
        CheckedImage(SUBJECT, (TYPICAL, fresh(published(BOOKWORM), GRADE_A, platform=ARM64)), (S390X,)),
        CheckedImage(Subject(Reference.parse("debian:12"), DIGEST), (fresh(published(BOOKWORM), GRADE_A),)),
    ),
    "fresh": (CheckedImage(SUBJECT, (fresh(published(BOOKWORM), GRADE_A),)),),
    "rpm": (
        CheckedImage(
            SUBJECT,
            (fresh(published(ALMA, lacking("openssl-libs", "openssl", RHSA.old, RHSA.new)), GRADE_C, RHSA),),
        ),
    ),
    "unknown": (
        CheckedImage(SUBJECT, (fresh(NO_MIRROR, NO_MIRROR, notes=()),)),
        CheckedImage(SUBJECT, (Freshness(AMD64, NO_PACKAGES, NO_PACKAGES, (), NO_PACKAGES, ()),)),
        CheckedImage(
            SUBJECT,
            (fresh(published(ALPINE, lacking("x", "x", "1", "2", security=False), undecided=NO_SECDB), NO_SECDB),),
        ),
        CheckedImage(
            Subject(Reference.parse("nope.example/x"), None, help="Check the name."),
            unknown=Unknown("`nope.example` cannot be reached"),
        ),
    ),
    "unlearnt": (
        CheckedImage(
            SUBJECT,
            (
                fresh(
                    TYPICAL.published,
                    Unknown("it is not known since when the security updates that it lacks are published"),
                    notes=("What the updates of `openssl` fix is not known: `m.example` answers with status 503.",),
                ),
            ),
        ),
    ),
    "osv": (
        CheckedImage(SUBJECT, tuple(structs.replace(TYPICAL, osv=each) for each in OSV)),
        CheckedImage(SUBJECT, (structs.replace(fresh(published(BOOKWORM), GRADE_A), osv=Enrichment()),)),
    ),
    "hostile": (_hostile(),),
    "long": (_long(),),
}

DOCUMENTED = (
    CheckedImage(
        SUBJECT,
        (
            fresh(
                published(
                    BOOKWORM,
                    lacking("libssl3", "openssl", OPENSSL.old, OPENSSL.new),
                    lacking("linux-libc-dev", "linux", "6.1.1-1", "6.1.2-1"),
                    lacking("bash", "bash", "5.2-1", "5.2-2", security=False),
                ),
                GRADE_C,
                structs.replace(OPENSSL, identifiers=("CVE-2026-90005",)),
            ),
        ),
        (S390X,),
    ),
)
"""The example of docs/json.md."""
