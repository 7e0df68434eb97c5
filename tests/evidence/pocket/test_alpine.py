"""Alpine's branches, and Wolfi and Chainguard."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

import pytest

from dockwright.evidence.packages.kinds import Kind
from dockwright.evidence.packages.model import Package
from dockwright.evidence.pocket import Fixes, Lacking, Published, published
from dockwright.evidence.system import Repository, System
from dockwright.evidence.unknown import Unknown
from dockwright.image import Platform
from tests.support.mirrors.alpine import BUILT, apkindex, secdb
from tests.support.mirrors.images import NOW, image

if TYPE_CHECKING:
    from tests.support.mirrors import MirrorDouble

ALPINE = System("alpine", "3.22.1")
SSL = Package("libssl3", "3.5.1-r0", "x86_64", "openssl", "3.5.1-r0")
BUSYBOX = Package("busybox", "1.37.0-r18", "x86_64", "busybox", "1.37.0-r18")
CURL = Package("curl", "8.14.1-r1", "x86_64", "curl", "8.14.1-r1")
FIXES = {
    "openssl": {
        "0": ["CVE-2019-0190"],
        "3.5.1-r0": ["CVE-2025-1"],
        "3.5.4-r0": ["CVE-2026-9230 XSA-12", "CVE-2026-9231", "not an id"],
        "3.5.6-r0": ["CVE-2026-77777"],
    }
}


def put(mirror: MirrorDouble, branch: str = "v3.22", *, built: int | None = BUILT) -> None:
    main = apkindex(("libssl3", "3.5.4-r0", "openssl"), ("busybox", "1.37.0-r19", "busybox"), built=built)
    for component, index, fixes in (("main", main, FIXES), ("community", apkindex(("curl", "8.14.1-r1", "curl")), {})):
        mirror.files[f"alpine/{branch}/{component}/x86_64/APKINDEX.tar.gz"] = index
        mirror.files[f"alpine-secdb/{branch}/{component}.json"] = secdb(fixes)


def asked(
    mirror: MirrorDouble, system: System, *packages: Package, sources: tuple[Repository, ...] | None = None
) -> Published | Unknown:
    with mirror.fetch() as fetch:
        return published(image(Kind.APK, system, *packages, sources=sources), fetch=fetch, now=NOW)


@pytest.mark.parametrize(
    ("release", "branch"), [("3.22.1", "v3.22"), ("3.22", "v3.22"), ("3.25.0_alpha20260805", "edge")]
)
def test_a_branch_has_fixes_beside_other_updates(mirror: MirrorDouble, release: str, branch: str) -> None:
    put(mirror, branch)
    found = asked(mirror, System("alpine", release), SSL, BUSYBOX, CURL)
    assert isinstance(found, Published)
    assert found.lacking == (
        Lacking(SSL, "3.5.4-r0", "3.5.4-r0", f"{branch}/main", security=True),
        Lacking(BUSYBOX, "1.37.0-r19", "1.37.0-r19", f"{branch}/main", security=False),
    )
    assert found.fixes("openssl", "3.5.1-r0", "3.5.4-r0") == Fixes(
        "openssl",
        "3.5.1-r0",
        "3.5.4-r0",
        "secdb",
        ("CVE-2026-9231", "CVE-2026-9230"),
        ("XSA-12",),
        since=dt.date(2026, 11, 18),
    )
    assert found.checked == (f"{branch}/main", f"{branch}/community")
    assert found.as_of == dt.datetime(2026, 11, 18, 11, 6, 40, tzinfo=dt.UTC)
    assert "signature was not checked" in found.notes[0]


def test_repositories_that_the_image_enables(mirror: MirrorDouble) -> None:
    put(mirror)
    sources = tuple(
        Repository(f"https://elsewhere.invalid/alpine/{folder}", name=tag)
        for folder, tag in (("v3.22/main", ""), ("edge/testing", ""), ("edge/community", "edge"))
    )
    found = asked(mirror, ALPINE, SSL, sources=sources)
    assert isinstance(found, Published)
    assert found.checked == ("v3.22/main",)
    assert found.notes[1:] == ("Repositories of the image that are not of `v3.22` itself (2) were not looked at.",)


@pytest.mark.parametrize("system", ["wolfi", "chainguard"])
def test_wolfi_and_chainguard_have_every_version(mirror: MirrorDouble, system: str) -> None:
    versions = [("libssl3", version, "openssl") for version in ("3.5.2-r0", "3.5.4-r0", "3.5.3-r10")]
    mirror.files[f"{system}/x86_64/APKINDEX.tar.gz"] = apkindex(*versions)
    mirror.files[f"{system}/security.json"] = secdb({"openssl": {"3.5.3-r0": ["GHSA-5qpq-xqfv-j9pg"]}})
    found = asked(mirror, System(system, "20230201"), SSL)
    assert isinstance(found, Published)
    assert found.lacking == (Lacking(SSL, "3.5.4-r0", "3.5.4-r0", system, security=True),)


@pytest.mark.parametrize(
    ("release", "reason"),
    [
        ("3.20.3", "free security updates of Alpine 3.20 ended on 2026-04-01"),
        ("3", "`3` is no release of Alpine that is known how to look up"),
        ("3.22/../x", "`3.22/../x` is no release of Alpine that is known how to look up"),
        ("", "`` is no release of Alpine that is known how to look up"),
    ],
)
def test_releases_that_cannot_be_asked(mirror: MirrorDouble, release: str, reason: str) -> None:
    put(mirror)
    assert asked(mirror, System("alpine", release), SSL) == Unknown(reason)
    assert not mirror.asked


def test_what_must_not_be_believed(mirror: MirrorDouble) -> None:
    put(mirror)
    stranger = Package("mine", "1", "x86_64", "mine", "1")
    assert asked(mirror, ALPINE, stranger) == Unknown("none of its packages is one of `alpine 3.22.1`'s own")
    half_a_year = 180 * 24 * 3600
    put(mirror, built=BUILT - half_a_year)
    mirror.files["alpine/v3.22/community/x86_64/APKINDEX.tar.gz"] = apkindex(built=BUILT - half_a_year)
    assert asked(mirror, ALPINE, SSL) == Unknown(
        "the index of `alpine 3.22.1` is of 2026-05-22, so its server or its support stands still"
    )
    put(mirror, built=None)
    mirror.files["alpine/v3.22/community/x86_64/APKINDEX.tar.gz"] = apkindex()
    assert asked(mirror, ALPINE, SSL) == Unknown("the index of `alpine 3.22.1` does not say of when it is")


@pytest.mark.parametrize(
    ("path", "data", "reason"),
    [
        (
            "alpine/v3.22/main/x86_64/APKINDEX.tar.gz",
            b"<html>",
            "the index of `v3.22/main` cannot be read: it is no valid tar archive",
        ),
        (
            "alpine/v3.22/main/x86_64/APKINDEX.tar.gz",
            apkindex()[:-20],
            "the index of `v3.22/main` cannot be read: it breaks off",
        ),
        ("alpine-secdb/v3.22/main.json", b"[" * 100_000, "the list of fixed vulnerabilities cannot be read"),
        ("alpine-secdb/v3.22/main.json", b'{"packages": 1}', "the list of fixed vulnerabilities cannot be read"),
    ],
)
def test_broken_files(mirror: MirrorDouble, path: str, data: bytes, reason: str) -> None:
    put(mirror)
    mirror.files[path] = data
    assert asked(mirror, ALPINE, SSL) == Unknown(reason)


def test_the_architecture_is_that_of_the_image(mirror: MirrorDouble) -> None:
    independent = Package("ca-certificates", "1-r0", "noarch", "ca-certificates", "1-r0")
    inventory = image(Kind.APK, ALPINE, independent, platform=Platform("linux", "arm", "v7"))
    with mirror.fetch() as fetch:
        assert isinstance(published(inventory, fetch=fetch, now=NOW), Unknown)
    assert list(mirror.asked) == ["alpine/v3.22/main/armv7/APKINDEX.tar.gz"]
