"""Debian's and Ubuntu's suites: what is lacking, and what must not be believed."""

from __future__ import annotations

import datetime as dt
import gzip
from typing import TYPE_CHECKING

import pytest

from dockwright.errors import ConfigError
from dockwright.evidence.packages.kinds import Kind
from dockwright.evidence.packages.model import Package
from dockwright.evidence.pocket import Fetch, Fixes, Lacking, Published, published
from dockwright.evidence.system import Repository, System
from dockwright.evidence.unknown import Unknown
from dockwright.image import Platform
from tests.support.mirrors.debian import Deb, Suite
from tests.support.mirrors.images import AMD64, NOW, image

if TYPE_CHECKING:
    from pathlib import Path

    from dockwright.evidence.inventory import Inventory
    from tests.support.mirrors import MirrorDouble

BOOKWORM = System("debian", "12", "bookworm")
NOBLE = System("ubuntu", "24.04", "noble")
LIBSSL = Package("libssl3", "3.0.20-1~deb12u2", "amd64", "openssl", "3.0.20-1~deb12u2")
TZDATA = Package("tzdata", "2026b-0+deb12u1", "all", "tzdata", "2026b-0+deb12u1")
BASH = Package("bash", "5.2.15-2+b7", "amd64", "bash", "5.2.15-2")

CHANGELOG = """\
openssl (3.0.22-1~deb12u2) bookworm-security; urgency=high

  * CVE-2026-35189, CVE-2026-42767: two more (see CVE-2026-35189).
  * Not an id: CVE-12-1, XCVE-2026-11111, CVE-2026-1234567890123.

 -- A B <a@b.invalid>  Fri, 20 Nov 2026 10:00:00 +0000

openssl (3.0.21-1~deb12u1) bookworm; urgency=medium

  * GHSA-5qpq-xqfv-j9pg, part of DSA-5432-1

 -- A B <a@b.invalid>  Sun, 06 Sep 2026 10:00:00 +0200

openssl (3.0.20-1~deb12u2) bookworm-security; urgency=critical

  * CVE-2025-00001

 -- A B <a@b.invalid>  Fri, 20 Mar 2026 10:00:00 +0000
"""
OPENSSL = Deb("libssl3", "3.0.22-1~deb12u2", source="openssl", changelog=CHANGELOG)
SECURITY = Suite(packages=(OPENSSL, Deb("tzdata", "2026f-0+deb12u1", "all", changelog="")))


def bookworm(
    *packages: Package, sources: tuple[Repository, ...] | None = None, platform: Platform = AMD64
) -> Inventory:
    return image(Kind.DPKG, BOOKWORM, *packages, sources=sources, platform=platform)


def asked(inventory: Inventory, mirror: MirrorDouble, *, now: dt.datetime = NOW, whole: bool = False) -> Published:
    with mirror.fetch() as fetch:
        found = published(inventory, fetch=fetch, now=now, whole=whole)
    assert isinstance(found, Published), found
    return found


def refusal(inventory: Inventory, mirror: MirrorDouble, *, now: dt.datetime = NOW) -> str:
    with mirror.fetch() as fetch:
        found = published(inventory, fetch=fetch, now=now)
    assert isinstance(found, Unknown), found
    return found.reason


def test_what_the_security_suite_has_newer_is_lacking(mirror: MirrorDouble) -> None:
    SECURITY.put(mirror, "debian-security")
    found = asked(bookworm(BASH, LIBSSL, TZDATA), mirror)
    assert found.lacking == (
        Lacking(LIBSSL, "3.0.22-1~deb12u2", "3.0.22-1~deb12u2", "bookworm-security", security=True),
        Lacking(TZDATA, "2026f-0+deb12u1", "2026f-0+deb12u1", "bookworm-security", security=True),
    )
    assert found.checked == ("bookworm-security main",)
    assert found.as_of == dt.datetime(2026, 11, 21, 0, 53, 2, tzinfo=dt.UTC)
    assert [path for path in mirror.asked if "by-hash" not in path] == [
        "debian-security/dists/bookworm-security/InRelease"
    ]


@pytest.mark.parametrize(
    ("installed", "offered"),
    [
        (LIBSSL, ()),
        (LIBSSL, (Deb("libssl3", "3.0.20-1~deb12u2"),)),
        (LIBSSL, (Deb("libssl3", "3.0.9-1"),)),
        (LIBSSL, (Deb("libssl3", "9", "arm64"),)),
        (Package("libssl3", "1:1.0", "amd64", "openssl", "1:1.0"), (Deb("libssl3", "3.0.22-1"),)),
    ],
)
def test_certainly_nothing_is_lacking(mirror: MirrorDouble, installed: Package, offered: tuple[Deb, ...]) -> None:
    Suite(packages=offered).put(mirror, "debian-security")
    assert asked(bookworm(installed), mirror).lacking == ()


def test_the_highest_of_many_versions_counts(mirror: MirrorDouble) -> None:
    versions = ("3.0.21-1", "3.0.22-1~deb12u10", "3.0.22-1~deb12u9")
    Suite(packages=[Deb("libssl3", version, source="openssl (3.1)") for version in versions]).put(
        mirror, "debian-security"
    )
    assert [(each.version, each.source_version) for each in asked(bookworm(LIBSSL), mirror).lacking] == [
        ("3.0.22-1~deb12u10", "3.1")
    ]


def test_a_package_may_become_independent_of_the_architecture_and_back(mirror: MirrorDouble) -> None:
    offers = (Deb("bash", "6", "all"), Deb("tzdata", "2027a", "amd64"))
    Suite(packages=offers).put(mirror, "debian-security")
    found = asked(bookworm(BASH, TZDATA), mirror).lacking
    assert [(each.package.name, each.version) for each in found] == [("bash", "6"), ("tzdata", "2027a")]


def test_packages_of_a_second_architecture(mirror: MirrorDouble) -> None:
    Suite(packages=(Deb("libc6", "3", "i386"),), architectures="amd64 i386").put(mirror, "debian-security")
    foreign = Package("libc6", "2", "i386", "glibc", "2")
    assert [each.package for each in asked(bookworm(BASH, LIBSSL, foreign), mirror).lacking] == [foreign]


def test_the_whole_release_has_updates_that_are_not_for_security(mirror: MirrorDouble) -> None:
    SECURITY.put(mirror, "debian-security")
    packages = (Deb("bash", "5.2.15-2+b8", source="bash (5.2.15-2)"), Deb("libssl3", "3.0.23-1"))
    main = Suite("bookworm", packages, "oldstable", "bookworm", components="main")
    main.put(mirror, "debian", valid_until="")
    updates = Suite("bookworm-updates", (Deb("tzdata", "2026f-0+deb12u1", "all"),), "oldstable-updates")
    updates.put(mirror, "debian", codename="bookworm-updates", components="main")
    found = asked(bookworm(BASH, LIBSSL, TZDATA), mirror, whole=True)
    assert [(each.package.name, each.version, each.suite, each.security) for each in found.lacking] == [
        ("bash", "5.2.15-2+b8", "bookworm", False),
        ("libssl3", "3.0.23-1", "bookworm", True),
        ("tzdata", "2026f-0+deb12u1", "bookworm-security", True),
    ]


def test_only_suites_and_components_that_the_image_enables(mirror: MirrorDouble) -> None:
    SECURITY.put(mirror, "debian-security", components="updates/main updates/contrib updates/non-free")
    sources = (
        Repository("https://elsewhere.invalid", "bookworm", ("main", "contrib")),
        Repository("https://elsewhere.invalid", "trixie", ("main",)),
    )
    found = asked(bookworm(LIBSSL, sources=sources), mirror, whole=False)
    assert found.checked == ("bookworm-security main", "bookworm-security contrib")
    assert found.notes[1:] == (
        "The image does not enable `bookworm-security`, so an upgrade in it does not bring these updates.",
        "Repositories of the image that are not of `bookworm` itself (1) were not looked at.",
    )


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        (
            {"valid_until": "Mon, 23 Nov 2026 11:59:59 UTC"},
            "the index of `bookworm-security` has expired on 2026-11-23",
        ),
        ({"valid_until": ""}, "the index of `bookworm-security` does not say until when it is valid"),
        ({"valid_until": "soon"}, "the suite's index does not say in a known way until when it is valid"),
        ({"date": "Wed, 25 Nov 2026 00:00:00 UTC"}, "the index of `bookworm-security` is of the future, 2026-11-25"),
        ({"date": "today"}, "the suite's index cannot be read"),
        ({"codename": "bullseye-security"}, "the index of `bookworm-security` is of another suite"),
        (
            {"architectures": "arm64"},
            "`bookworm-security` has no packages for `amd64`, so there is no security support for it",
        ),
        ({"components": "updates/contrib"}, "`bookworm-security` has none of the components that the image enables"),
    ],
)
def test_what_must_not_be_believed(mirror: MirrorDouble, changes: dict[str, str], reason: str) -> None:
    SECURITY.put(mirror, "debian-security", **changes)
    assert refusal(bookworm(LIBSSL), mirror) == reason


def test_an_index_with_another_hash(mirror: MirrorDouble) -> None:
    SECURITY.put(mirror, "debian-security", by_hash="")
    path = "debian-security/dists/bookworm-security/main/binary-amd64/Packages.xz"
    mirror.files[path] = bytes([*mirror.files[path][:-1], 0])
    assert "sends something else than `sha256:" in refusal(bookworm(LIBSSL), mirror)


def test_an_index_of_another_size_than_said(mirror: MirrorDouble) -> None:
    SECURITY.put(mirror, "debian-security", by_hash="")
    mirror.files["debian-security/dists/bookworm-security/main/binary-amd64/Packages.xz"] += b"more"
    assert "is too much for this" in refusal(bookworm(LIBSSL), mirror)


def test_an_index_that_breaks_off(mirror: MirrorDouble) -> None:
    SECURITY.put(mirror, "debian-security")
    mirror.files["debian-security/dists/bookworm-security/InRelease"] = (
        b"-----BEGIN PGP SIGNED MESSAGE-----\nHash: SHA256\n\nSuite: oldstable-security\n"
    )
    assert refusal(bookworm(LIBSSL), mirror) == "the suite's index breaks off"


def test_what_stands_outside_the_signature_does_not_count(mirror: MirrorDouble) -> None:
    SECURITY.put(mirror, "debian-security", valid_until="Sun, 22 Nov 2026 00:00:00 UTC")
    mirror.files["debian-security/dists/bookworm-security/InRelease"] += b"Valid-Until: Sat, 28 Nov 2026 00:00:00 UTC\n"
    assert refusal(bookworm(LIBSSL), mirror) == "the index of `bookworm-security` has expired on 2026-11-22"


def test_gzip_where_there_is_no_xz(mirror: MirrorDouble) -> None:
    stanza = gzip.compress(OPENSSL.stanza.encode())
    suite = Suite(
        architectures="amd64", components="updates/contrib", indexes={"main/binary-amd64/Packages.gz": stanza}
    )
    suite.put(mirror, "debian-security")
    release = "debian-security/dists/bookworm-security/InRelease"
    mirror.files[release] = mirror.files[release].replace(b"updates/contrib", b"updates/main")
    assert [each.version for each in asked(bookworm(LIBSSL), mirror).lacking] == ["3.0.22-1~deb12u2"]


@pytest.mark.parametrize(
    ("system", "reason"),
    [
        (System("debian", "11", "bullseye"), "free security updates of Debian 11 (bullseye) ended on 2026-08-31"),
        (System("debian", "", "forky"), "Debian 14 (forky) is not known to be released"),
        (System("debian", "", "trixie/sid"), "`debian trixie/sid` is no release that gets security updates of its own"),
        (System("debian", "", ""), "`debian` is no release that gets security updates of its own"),
        (System("ubuntu", "18.04", "bionic"), "free security updates of Ubuntu 18.04 (bionic) ended on 2023-05-31"),
        (System("kali", "2026.3", "kali-rolling"), "it is not known where security updates of `kali 2026.3` are"),
        (System(), "it is not known where security updates of `an unknown system` are published"),
    ],
)
def test_unknown_systems_and_ended_support(mirror: MirrorDouble, system: System, reason: str) -> None:
    found = refusal(image(Kind.DPKG, system, LIBSSL), mirror)
    assert found.startswith(reason)
    assert not mirror.asked


def test_a_codename_never_becomes_part_of_a_path(mirror: MirrorDouble) -> None:
    SECURITY.put(mirror, "debian-security")
    climbing = image(Kind.DPKG, System("debian", "12", "../../x"), LIBSSL)
    assert asked(climbing, mirror).checked == ("bookworm-security main",)
    unknown = image(Kind.DPKG, System("debian", "99", "../../x"), LIBSSL)
    assert refusal(unknown, mirror) == "`debian 99` is no release that gets security updates of its own"


def test_ended_support_that_is_paid_for(mirror: MirrorDouble) -> None:
    found = refusal(image(Kind.DPKG, System("ubuntu", "18.04", "bionic"), LIBSSL), mirror)
    assert found.endswith("(those that are paid for are not known)")


def test_nothing_installed_and_nothing_reached(mirror: MirrorDouble) -> None:
    assert refusal(bookworm(), mirror) == "no packages are known of it"
    assert refusal(bookworm(LIBSSL), mirror) == f"`{mirror.url[7:]}` does not have `InRelease`"


def test_a_server_that_has_trouble(mirror: MirrorDouble) -> None:
    mirror.statuses["debian-security/dists/bookworm-security/InRelease"] = 503
    assert refusal(bookworm(LIBSSL), mirror) == f"`{mirror.url[7:]}` answers with status 503"
    assert mirror.asked["debian-security/dists/bookworm-security/InRelease"] == 3
    mirror.statuses["debian-security/dists/bookworm-security/InRelease"] = 403
    assert refusal(bookworm(LIBSSL), mirror) == f"`{mirror.url[7:]}` answers with status 403"


def test_a_list_of_packages_that_is_none(mirror: MirrorDouble) -> None:
    suite = Suite(components="updates/contrib", indexes={"main/binary-amd64/Packages.xz": b"\xfd7zXZ\0 broken"})
    suite.put(mirror, "debian-security")
    release = "debian-security/dists/bookworm-security/InRelease"
    mirror.files[release] = mirror.files[release].replace(b"updates/contrib", b"updates/main")
    assert refusal(bookworm(LIBSSL), mirror) == (
        "the list of packages of `bookworm-security` cannot be read: it is no valid xz"
    )
    mirror.files[release] = mirror.files[release].replace(b"binary-amd64", b"binary-other")
    assert refusal(bookworm(LIBSSL), mirror) == (
        "the index of `bookworm-security` does not name `main/binary-amd64/Packages`"
    )


def test_an_architecture_that_is_not_known(mirror: MirrorDouble) -> None:
    independent = bookworm(TZDATA, platform=Platform("linux", "wasm"))
    assert refusal(independent, mirror) == ("its architecture, `linux/wasm`, is not one that is known of `debian 12`")


def test_an_image_with_packages_for_all_architectures_only(mirror: MirrorDouble) -> None:
    SECURITY.put(mirror, "debian-security")
    found = asked(bookworm(TZDATA, platform=Platform("linux", "arm64", "v8")), mirror)
    assert [each.package for each in found.lacking] == [TZDATA]


# --- Ubuntu ---------------------------------------------------------------------------------------------------------

NOBLE_SECURITY = Suite(
    "noble-security", (OPENSSL,), "noble-security", "noble", valid_until="", components="main universe"
)


def test_ubuntu_has_a_server_for_security_and_one_for_other_architectures(mirror: MirrorDouble) -> None:
    NOBLE_SECURITY.put(mirror, "ubuntu-security")
    assert len(asked(image(Kind.DPKG, NOBLE, LIBSSL), mirror).lacking) == 1
    arm = Package("libssl3", "1", "arm64", "openssl", "1")
    assert len(asked(image(Kind.DPKG, NOBLE, LIBSSL), mirror).lacking) == 1
    assert refusal(image(Kind.DPKG, NOBLE, arm, platform=Platform("linux", "arm64")), mirror).endswith("`InRelease`")
    NOBLE_SECURITY.put(mirror, "ubuntu-ports")
    assert asked(image(Kind.DPKG, NOBLE, arm, platform=Platform("linux", "arm64")), mirror).lacking == ()


def test_ubuntu_must_not_stand_still(mirror: MirrorDouble) -> None:
    NOBLE_SECURITY.put(mirror, "ubuntu-security", date="Fri, 23 Oct 2026 00:00:00 UTC")
    assert refusal(image(Kind.DPKG, NOBLE, LIBSSL), mirror) == (
        "the index of `noble-security` is of 2026-10-23, so its server or its support stands still"
    )


# --- what is fixed --------------------------------------------------------------------------------------------------


def test_a_changelog_says_what_is_fixed(mirror: MirrorDouble) -> None:
    linked = Deb("libssl-dev", OPENSSL.version, source="openssl")
    Suite(packages=(OPENSSL, linked)).put(mirror, "debian-security")
    found = asked(bookworm(LIBSSL), mirror)
    assert found.fixes("openssl", "3.0.20-1~deb12u2", "3.0.22-1~deb12u2") == Fixes(
        "openssl",
        "3.0.20-1~deb12u2",
        "3.0.22-1~deb12u2",
        "changelog",
        ("CVE-2026-42767", "CVE-2026-35189", "GHSA-5qpq-xqfv-j9pg"),
        ("DSA-5432-1",),
        "high",
        dt.date(2026, 11, 20),  # of what was made for security
        ("bookworm", "bookworm-security"),
    )
    assert [mirror.asked[f"debian-security/{each.path}"] for each in (linked, OPENSSL)] == [1, 1]


def test_a_version_between_and_one_before_what_is_told(mirror: MirrorDouble) -> None:
    SECURITY.put(mirror, "debian-security")
    found = asked(bookworm(LIBSSL), mirror)
    between = found.fixes("openssl", "3.0.20-1~deb12u2", "3.0.21-1~deb12u1")
    assert isinstance(between, Fixes)
    assert (between.identifiers, between.suites, between.complete) == (("GHSA-5qpq-xqfv-j9pg",), ("bookworm",), True)
    older = found.fixes("openssl", "1.0", "3.0.21-1~deb12u1")
    assert isinstance(older, Fixes)
    assert (older.severity, older.complete) == ("critical", False)


def test_no_changelog_to_be_had(mirror: MirrorDouble) -> None:
    Suite(packages=(Deb("libssl3", "3.0.22", source="openssl"),)).put(mirror, "debian-security")
    found = asked(bookworm(LIBSSL), mirror)
    assert found.fixes("openssl", "1", "3.0.22") == Unknown("no small package of `openssl` has its changelog")
    assert found.fixes("openssl", "1", "3.1") == Unknown(
        "no suite that was looked at has `openssl` in version `3.1` or later"
    )
    del mirror.files["debian-security/pool/main/libssl3_3.0.22_amd64.deb"]
    missing = asked(bookworm(LIBSSL), mirror).fixes("openssl", "1", "3.0.22")
    assert missing == Unknown(f"`{mirror.url[7:]}` does not have `libssl3_3.0.22_amd64.deb`")


# --- downloads ------------------------------------------------------------------------------------------------------


def test_what_a_hash_names_is_kept_and_the_rest_asked_once_in_a_run(mirror: MirrorDouble, tmp_path: Path) -> None:
    SECURITY.put(mirror, "debian-security")
    for run in (1, 2):
        with mirror.fetch(cache_dir=str(tmp_path)) as fetch:
            for _ in range(2):
                found = published(bookworm(LIBSSL), fetch=fetch, now=NOW)
                assert isinstance(found, Published)
                assert isinstance(found.fixes("openssl", "1", OPENSSL.version), Fixes)
        assert mirror.asked["debian-security/dists/bookworm-security/InRelease"] == run
        assert sum(count for path, count in mirror.asked.items() if not path.endswith("InRelease")) == 2


def test_a_cache_that_somebody_wrote_into_changes_nothing(mirror: MirrorDouble, tmp_path: Path) -> None:
    SECURITY.put(mirror, "debian-security")
    for _ in range(2):
        with mirror.fetch(cache_dir=str(tmp_path)) as fetch:
            found = published(bookworm(LIBSSL), fetch=fetch, now=NOW)
        assert isinstance(found, Published)
        assert len(found.lacking) == 1
        for file in (path for path in tmp_path.rglob("*") if path.is_file()):
            file.write_bytes(b"Package: libssl3\nVersion: 1\n")


@pytest.mark.parametrize(
    ("own", "message"),
    [
        (
            {"debain": "https://mirror.example.com"},
            "There is no mirror `debain`; there are: debian",
        ),
        ({"debian": "mirror"}, "The mirror of `debian` has to be a URL such as `https://mirror.example.com/debian`"),
    ],
)
def test_mirrors_that_make_no_sense(own: dict[str, str], message: str) -> None:
    with pytest.raises(ConfigError) as caught:
        Fetch(mirrors_of=own)
    assert str(caught.value).startswith(message)


def test_a_mirror_of_debian_has_to_be_named() -> None:
    with Fetch() as fetch:
        found = published(image(Kind.DPKG, BOOKWORM, LIBSSL), fetch=fetch, now=NOW)
    assert isinstance(found, Unknown)
    assert "no server of `debian-security` is known" in found.reason
