"""Package databases, against the systems' own tools where they are, and by files in their formats."""

from __future__ import annotations

import os
import shutil
import sqlite3
import struct
import subprocess
from contextlib import suppress
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dockwright.evidence.packages.kinds import DATABASES
from dockwright.evidence.packages.model import Package
from dockwright.evidence.unknown import Unreadable
from tests.support.images import (
    Rpm,
    apk_installed,
    berkeley_table,
    dpkg_status,
    ndb_database,
    rpm_header,
    sqlite_database,
)

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

STATUS, INSTALLED = "var/lib/dpkg/status", "lib/apk/db/installed"
SQLITE, NDB, BERKELEY = (f"var/lib/rpm/{name}" for name in ("rpmdb.sqlite", "Packages.db", "Packages"))


def read(path: str, data: bytes) -> list[Package]:
    return list(DATABASES[path][1](data))


# --- dpkg -------------------------------------------------------------------------------------------------------------


def test_dpkg_status() -> None:
    text = dpkg_status(
        ("libc6", "2.36-9", "glibc"), ("libssl3", "3.0.1-1+b1", "openssl (3.0.1-1)"), ("tzdata", "2026b")
    )
    assert read(STATUS, text.encode()) == [
        Package("libc6", "2.36-9", "amd64", "glibc", "2.36-9"),
        Package("libssl3", "3.0.1-1+b1", "amd64", "openssl", "3.0.1-1"),
        Package("tzdata", "2026b", "amd64", "tzdata", "2026b"),
    ]


@pytest.mark.parametrize(
    ("state", "there"),
    [
        ("install ok installed", True),
        ("hold ok installed", True),
        ("install ok triggers-pending", True),
        ("install reinstreq half-configured", True),
        ("install ok unpacked", True),
        ("deinstall ok config-files", False),
        ("purge ok not-installed", False),
        ("install reinstreq half-installed", False),
    ],
)
def test_dpkg_states(state: str, *, there: bool) -> None:
    text = f"Package: a\nStatus: {state}\nVersion: 1\nArchitecture: all\n"
    assert bool(read(STATUS, text.encode())) is there


def test_dpkg_fields_in_any_case_and_order_and_with_windows_line_ends() -> None:
    assert read(STATUS, b"version:1\r\nPACKAGE:  a \r\n\r\n\r\nPackage: b\r\n") == [Package("a", "1", "", "a", "1")]


@pytest.mark.skipif(shutil.which("dpkg-query") is None, reason="the oracle is dpkg itself, which only Debian has")
def test_dpkg_agrees() -> None:
    fields = (
        "${Package}\\t${Version}\\t${Architecture}\\t${source:Package}\\t${source:Version}\\t${db:Status-Status}\\n"
    )
    told = subprocess.run(["dpkg-query", "-W", "-f", fields], check=True, capture_output=True, text=True).stdout
    with open("/var/lib/dpkg/status", "rb") as file:
        found = read(STATUS, file.read())
    rows = [line.split("\t") for line in told.splitlines()]
    assert sorted(found) == sorted(Package(*row[:5]) for row in rows if row[5] == "installed")


# --- apk --------------------------------------------------------------------------------------------------------------


def test_apk_installed() -> None:
    text = apk_installed(("musl", "1.2.5-r0", "musl"), ("libssl3", "3.3.2-r1", "openssl"))
    assert read(INSTALLED, text.encode()) == [
        Package("musl", "1.2.5-r0", "x86_64", "musl", "1.2.5-r0"),
        Package("libssl3", "3.3.2-r1", "x86_64", "openssl", "3.3.2-r1"),
    ]


def test_apk_without_origin_or_last_empty_line() -> None:
    assert read(INSTALLED, b"P:a\nV:1\np:so:b=2\nv:3") == [Package("a", "1", "", "a", "1")]


# --- rpm --------------------------------------------------------------------------------------------------------------

RPMS = [
    Rpm("openssl-libs", "3.2.2", "6.el9_5", "openssl-3.2.2-6.el9_5.src.rpm", epoch=1),
    Rpm("bash", "5.1.8", "9.el9", filler=30_000),
    Rpm("gpg-pubkey", "fd431d51", "4ae0493b", architecture="(none)"),
    Rpm("tzdata", "2026a", "1.el9", architecture="noarch"),
]
FOUND = [
    Package("openssl-libs", "1:3.2.2-6.el9_5", "x86_64", "openssl", "3.2.2-6.el9_5"),
    Package("bash", "5.1.8-9.el9", "x86_64", "bash", "5.1.8-9.el9"),
    Package("tzdata", "2026a-1.el9", "noarch", "tzdata", "2026a-1.el9"),
]
HEADERS = [rpm_header(package) for package in RPMS]


@pytest.mark.parametrize(
    ("path", "data"),
    [
        (SQLITE, sqlite_database(HEADERS)),
        (NDB, ndb_database(HEADERS)),
        (BERKELEY, berkeley_table(HEADERS)),
        (BERKELEY, berkeley_table(HEADERS, order=">")),
        (BERKELEY, berkeley_table(HEADERS, page_size=512)),
    ],
)
def test_rpm_databases(path: str, data: bytes) -> None:
    assert read(path, data) == FOUND


@pytest.mark.skipif(shutil.which("rpmbuild") is None, reason="the oracle is rpm itself (package `rpm`)")
def test_rpm_agrees(tmp_path: Path) -> None:
    files = []
    for name, epoch, version in (("one", "", "1.0"), ("two", "Epoch: 2", "2.0~rc1"), ("three", "", "3^git")):
        spec = tmp_path / f"{name}.spec"
        spec.write_text(
            f"Name: {name}\n{epoch}\nVersion: {version}\nRelease: 7.test\nSummary: x\nLicense: MIT\nBuildArch: noarch\n"
            f"%description\nx\n%package libs\nSummary: x\n%description libs\nx\n%files\n%files libs\n"
        )
        defines = ["--define", f"_topdir {tmp_path}/top", "--define", f"_rpmdir {tmp_path}/out"]
        subprocess.run(["rpmbuild", "-bb", "--quiet", *defines, spec], check=True, capture_output=True)
        files += [str(file) for file in (tmp_path / "out" / "noarch").glob(f"{name}-*.rpm")]
    rpm = ["rpm", "--dbpath", f"{tmp_path}/db", "--define", "_db_backend sqlite"]
    subprocess.run([*rpm, "-i", "--justdb", "--nodeps", "--noscripts", *files], check=True, capture_output=True)
    wanted = "%{NAME}\\t%|EPOCH?{%{EPOCH}:}:{}|%{VERSION}-%{RELEASE}\\t%{ARCH}\\t%{SOURCERPM}\\n"
    told = subprocess.run([*rpm, "-qa", "--qf", wanted], check=True, capture_output=True, text=True).stdout
    found = read(SQLITE, (tmp_path / "db" / "rpmdb.sqlite").read_bytes())
    assert len(found) == 6
    assert sorted(
        f"{package.name}\t{package.version}\t{package.architecture}\t{package.source}-{package.source_version}.src.rpm"
        for package in found
    ) == sorted(told.splitlines())


LOADER = shutil.which("db5.3_load")


@pytest.mark.skipif(LOADER is None, reason="the oracle is Berkeley DB itself (package `db5.3-util`)")
@pytest.mark.parametrize("order", ["1234", "4321"])
@pytest.mark.parametrize("page_size", ["512", "4096", "65536"])
def test_berkeley_agrees(tmp_path: Path, order: str, page_size: str) -> None:
    """Many packages of many sizes: those within a page, those just beyond it, those over many pages."""
    packages = [Rpm(f"package-{number}", f"{number}", "1", filler=number * number // 3) for number in range(300)]
    rows = "".join(f" {number:08x}\n {rpm_header(package).hex()}\n" for number, package in enumerate(packages, 1))
    text = f"VERSION=3\nformat=bytevalue\ntype=hash\ndb_pagesize={page_size}\ndb_lorder={order}\nHEADER=END\n"
    text += f" 00000000\n 0000012c\n{rows}DATA=END\n"
    subprocess.run([LOADER or "", tmp_path / "Packages"], input=text, text=True, check=True, capture_output=True)
    found = read(BERKELEY, (tmp_path / "Packages").read_bytes())
    assert sorted(package.name for package in found) == sorted(package.name for package in packages)


# --- anything ---------------------------------------------------------------------------------------------------------


SMALL = [rpm_header(Rpm("a", "1", "2")), rpm_header(Rpm("b", "1", "2", filler=900))]
WHOLE = {
    SQLITE: sqlite_database(SMALL),
    NDB: ndb_database(SMALL),
    BERKELEY: berkeley_table(SMALL, page_size=512),
    STATUS: dpkg_status(("a", "1"), ("b", "2", "c (3)")).encode(),
    INSTALLED: apk_installed(("a", "1", "b")).encode(),
}
CHANGES = st.lists(st.tuples(st.integers(0, 20_000), st.integers(0, 255)), max_size=8)


@given(st.sampled_from(sorted(WHOLE)), CHANGES, st.none() | st.integers(0, 20_000))
def test_spoiled_databases_are_refused_or_read(path: str, changes: list[tuple[int, int]], end: int | None) -> None:
    data = bytearray(WHOLE[path])
    for at, value in changes:
        data[at % len(data)] = value
    read_or_refuse(path, bytes(data[:end]))


@given(st.sampled_from(sorted(DATABASES)), st.binary(max_size=600))
def test_any_bytes_are_refused_or_read(path: str, data: bytes) -> None:
    read_or_refuse(path, data)


def read_or_refuse(path: str, data: bytes) -> None:
    with suppress(Unreadable):
        assert all(package.name and package.version for package in read(path, data))


def made_to_harm(*statements: str) -> bytes:
    database = sqlite3.connect(":memory:")
    for statement in statements:
        database.execute(statement)
    data = database.serialize()
    database.close()
    return data


ENDLESS = "WITH RECURSIVE t(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM t) SELECT x AS blob FROM t"


@pytest.mark.parametrize(
    "data",
    [
        made_to_harm("CREATE VIEW Packages AS " + ENDLESS),
        made_to_harm("CREATE VIEW packages AS " + ENDLESS),
        made_to_harm(
            "CREATE TABLE Packages (a, blob AS (zeroblob(1000000000)))", "INSERT INTO Packages (a) VALUES (1)"
        ),
        made_to_harm("CREATE TABLE Packages (blob TEXT)", "INSERT INTO Packages VALUES ('text')"),
        made_to_harm("CREATE TABLE Packages (other BLOB)"),
        made_to_harm("CREATE TABLE Others (blob BLOB)"),
        sqlite_database(HEADERS).replace(b"'Packages'", b"'\xfdackages'"),
        b"SQLite format 3\0",
        b"",
    ],
)
def test_sqlite_that_is_made_to_harm(data: bytes) -> None:
    with pytest.raises(Unreadable, match=r"`rpmdb\.sqlite`.* is broken"):
        read(SQLITE, data)


def overlapping_ndb() -> bytes:
    """Return a database in which 200 slots name one blob: it would be read 200 times."""
    data = bytearray(ndb_database([rpm_header(Rpm("a", "1", "2", filler=9000))]))
    slot = data[48:64]
    for number in range(200):
        data[64 + 16 * number : 80 + 16 * number] = slot
    return bytes(data)


def looping_berkeley() -> bytes:
    data = bytearray(berkeley_table([rpm_header(Rpm("a", "1", "2", filler=9000))]))
    struct.pack_into("<I", data, 3 * 4096 + 16, 2)  # the second overflow page goes on at the first
    return bytes(data)


@pytest.mark.parametrize(("path", "make"), [(NDB, overlapping_ndb), (BERKELEY, looping_berkeley)])
def test_no_more_is_read_than_there_is(path: str, make: Callable[[], bytes]) -> None:
    with pytest.raises(Unreadable, match="is broken"):
        read(path, make())


def test_every_database_is_named_once() -> None:
    assert len({os.path.basename(path) for path in DATABASES}) == 5
