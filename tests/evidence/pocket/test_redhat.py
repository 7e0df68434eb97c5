"""Families with updateinfo."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

import pytest

from dockwright.evidence.packages.kinds import Kind
from dockwright.evidence.packages.model import Package
from dockwright.evidence.pocket import Fixes, Lacking, Published, published
from dockwright.evidence.system import System
from dockwright.evidence.unknown import Unknown
from tests.support.mirrors.images import NOW, image
from tests.support.mirrors.redhat import MADE, Update, put_repository

if TYPE_CHECKING:
    from tests.support.mirrors import MirrorDouble

ALMA = System("almalinux", "9.6")
SSL = Package("openssl-libs", "1:3.0.7-27.el9", "x86_64", "openssl", "3.0.7-27.el9")
GLIBC = Package("glibc", "2.34-100.el9_4.2", "x86_64", "glibc", "2.34-100.el9_4.2")
GLIBC32 = Package("glibc", "2.34-100.el9_4.2", "i686", "glibc", "2.34-100.el9_4.2")
KEY = Package("gpg-pubkey", "b86b3716-61e69f29", "", "gpg-pubkey", "b86b3716-61e69f29")
UPDATES = (
    Update(
        "ALSA-2026:1001",
        (
            "openssl-libs-1:3.0.7-28.el9_4.x86_64",
            "openssl-libs-1:3.0.7-28.el9_4.i686",
            "openssl-1:3.0.7-28.el9_4.x86_64",
        ),
        "openssl-3.0.7-28.el9_4.src.rpm",
        cves=("CVE-2026-10001", "CVE-2026-10002"),
        issued="2026-09-01 00:00:00",
    ),
    Update(
        "ALSA-2026:1002",
        ("openssl-libs-1:3.0.7-29.el9_4.x86_64",),
        "openssl-3.0.7-29.el9_4.src.rpm",
        severity="Critical",
        cves=("CVE-2026-10003",),
    ),
    Update("ALBA-2026:1", ("openssl-libs-1:3.0.7-40.el9_4.x86_64",), "openssl-3.0.7-40.el9_4.src.rpm", "bugfix"),
    Update("ALSA-2026:1003", ("glibc-2.34-100.el9_4.10.x86_64",), "glibc-2.34-100.el9_4.10.src.rpm", severity="None"),
    Update("ALSA-2020:1", ("glibc-2.28-1.el9.x86_64",), "glibc-2.28-1.el9.src.rpm"),
)


def put(mirror: MirrorDouble, *updates: Update, made: int = MADE) -> None:
    put_repository(mirror, "almalinux/9/BaseOS/x86_64/os", *updates, made=made)
    put_repository(mirror, "almalinux/9/AppStream/x86_64/os", made=made)


def asked(mirror: MirrorDouble, *packages: Package, system: System = ALMA) -> Published | Unknown:
    with mirror.fetch() as fetch:
        return published(image(Kind.RPM, system, *packages), fetch=fetch, now=NOW)


def test_what_advisories_bring_is_lacking(mirror: MirrorDouble) -> None:
    put(mirror, *UPDATES)
    found = asked(mirror, GLIBC, GLIBC32, KEY, SSL)
    assert isinstance(found, Published)
    assert found.lacking == (
        Lacking(GLIBC, "2.34-100.el9_4.10", "2.34-100.el9_4.10", "BaseOS", security=True),
        Lacking(SSL, "1:3.0.7-29.el9_4", "3.0.7-29.el9_4", "BaseOS", security=True),
    )
    assert found.checked == ("BaseOS", "AppStream")
    assert found.as_of == dt.datetime(2026, 11, 18, 11, 6, 40, tzinfo=dt.UTC)


def test_advisories_say_what_is_fixed(mirror: MirrorDouble) -> None:
    put(mirror, *UPDATES)
    found = asked(mirror, SSL)
    assert isinstance(found, Published)
    assert found.fixes("openssl", "1:3.0.7-27.el9", "3.0.7-29.el9_4") == Fixes(
        "openssl",
        "3.0.7-27.el9",
        "3.0.7-29.el9_4",
        "updateinfo",
        ("CVE-2026-10003", "CVE-2026-10002", "CVE-2026-10001"),
        ("ALSA-2026:1001", "ALSA-2026:1002"),
        "Critical",
        dt.date(2026, 9, 1),
        steps=((dt.date(2026, 9, 1), "Important"), (dt.date(2026, 11, 10), "Critical")),
    )
    between = found.fixes("openssl", "3.0.7-27.el9", "3.0.7-28.el9_4")
    assert isinstance(between, Fixes)
    assert between.advisories == ("ALSA-2026:1001",)


def test_modules_are_not_judged(mirror: MirrorDouble) -> None:
    node = Package("nodejs", "1:20.1-1.module_el9+1", "x86_64", "nodejs", "20.1-1.module_el9+1")
    files = ("nodejs-1:22.1-1.module_el9+9.x86_64", "openssl-libs-1:9-1.module_el9+9.x86_64")
    put(mirror, Update("ALSA-2026:2000", files, "nodejs-22.1-1.module_el9+9.src.rpm", module="nodejs"))
    found = asked(mirror, SSL, node)
    assert isinstance(found, Published)
    assert found.lacking == ()
    assert found.notes[-1] == "Packages of modules (1) were not judged: it is not known of which stream each is."
    assert asked(mirror, node) == Unknown("it has no packages that are not of modules")


@pytest.mark.parametrize(
    ("system", "folders"),
    [
        (System("rocky", "9.5"), ("rocky/9/BaseOS/x86_64/os", "rocky/9/AppStream/x86_64/os")),
        (System("ol", "9.5"), ("oraclelinux/OL9/baseos/latest/x86_64", "oraclelinux/OL9/appstream/x86_64")),
        (System("rhel", "9.6"), ("ubi/ubi9/9/x86_64/baseos/os", "ubi/ubi9/9/x86_64/appstream/os")),
        (System("fedora", "43"), ("fedora/updates/43/Everything/x86_64",)),
    ],
)
def test_where_families_publish(mirror: MirrorDouble, system: System, folders: tuple[str, ...]) -> None:
    for folder in folders:
        put_repository(mirror, folder, *UPDATES)
    found = asked(mirror, SSL, system=system)
    assert isinstance(found, Published)
    assert [each.version for each in found.lacking] == ["1:3.0.7-29.el9_4"]
    assert any("Universal Base Images" in note for note in found.notes) == (system.id == "rhel")


@pytest.mark.parametrize("host", ["https://elsewhere.invalid", "https://evil.invalid"])
def test_amazons_list_of_mirrors_names_a_folder_only(mirror: MirrorDouble, host: str) -> None:
    folder = f"al2023/core/guids/{'0' * 64}/x86_64"
    mirror.files["amazonlinux/al2023/core/mirrors/latest/x86_64/mirror.list"] = f"{host}/{folder}/\n".encode()
    put_repository(mirror, f"amazonlinux/{folder}", *UPDATES)
    found = asked(mirror, SSL, system=System("amzn", "2023"))
    assert isinstance(found, Published)
    assert len(found.lacking) == 1
    mirror.files["amazonlinux/al2023/core/mirrors/latest/x86_64/mirror.list"] = f"{host}/al2023/../x\n".encode()
    assert asked(mirror, SSL, system=System("amzn", "2023")) == Unknown("Amazon Linux's list of mirrors cannot be read")


@pytest.mark.parametrize(
    ("system", "reason"),
    [
        (System("fedora", "40"), "free security updates of Fedora 40 ended on 2025-05-13"),
        (System("almalinux", ""), "`almalinux` is no release that is known how to look up"),
        (System("almalinux", "9/../.."), "`almalinux 9/../..` is no release that is known how to look up"),
        (System("centos", "9"), "it is not known where security updates of `centos 9` are published"),
        (
            System("opensuse-leap", "15.6"),
            "it is not known where security updates of `opensuse-leap 15.6` are published",
        ),
    ],
)
def test_systems_that_cannot_be_asked(mirror: MirrorDouble, system: System, reason: str) -> None:
    assert asked(mirror, SSL, system=system) == Unknown(reason)
    assert not mirror.asked


def test_what_must_not_be_believed(mirror: MirrorDouble) -> None:
    put(mirror, *UPDATES, made=MADE - 90 * 24 * 3600)
    assert asked(mirror, SSL) == Unknown(
        "the index of `almalinux 9.6` is of 2026-08-20, so its server or its support stands still"
    )
    put(mirror, *UPDATES)
    repomd = mirror.files["almalinux/9/AppStream/x86_64/os/repodata/repomd.xml"]
    mirror.files["almalinux/9/AppStream/x86_64/os/repodata/repomd.xml"] = repomd.replace(b'"updateinfo"', b'"other"')
    assert asked(mirror, SSL) == Unknown("the repository `AppStream` publishes no list of advisories")
    mirror.files["almalinux/9/AppStream/x86_64/os/repodata/repomd.xml"] = repomd.replace(
        b'"repodata/', b'"../repodata/'
    )
    assert asked(mirror, SSL) == Unknown(
        "the repository's index does not say where its list of advisories is, with a SHA-256"
    )
    mirror.files["almalinux/9/AppStream/x86_64/os/repodata/repomd.xml"] = b"<html></html>"
    assert asked(mirror, SSL) == Unknown("the repository's index cannot be read")


LAUGHS = b'<!DOCTYPE u [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;">]><updates>&b;</updates>'
OUTSIDE = b'<!DOCTYPE u [<!ENTITY x SYSTEM "file:///etc/passwd">]><updates><update><id>&x;</id></update></updates>'


@pytest.mark.parametrize(
    ("xml", "reason"),
    [
        (LAUGHS, "it is XML with a document type, which no list of updates has"),
        (OUTSIDE, "it is XML with a document type, which no list of updates has"),
        (b"<updates>" + b"<a>" * 100_000, "it has too many elements"),
        (b"<updates><update></updates>", "it is no valid XML"),
        (b"<updates>&nbsp;</updates>", "it is no valid XML"),
        (b"\xff\xfe\x00", "it is no valid XML"),
    ],
)
def test_hostile_xml(mirror: MirrorDouble, xml: bytes, reason: str) -> None:
    put_repository(mirror, "almalinux/9/BaseOS/x86_64/os", xml=xml)
    assert asked(mirror, SSL) == Unknown(f"the list of advisories of `BaseOS` cannot be read: {reason}")
