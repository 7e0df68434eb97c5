"""What is read of a layer, and how layers lie upon each other."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from msgspec import structs

from dockwright.evidence.layer import Database, Layer, read_layer
from dockwright.evidence.limits import Limits
from dockwright.evidence.overlay import Overlay
from dockwright.evidence.packages.kinds import Kind
from dockwright.evidence.packages.model import Package
from dockwright.evidence.unknown import Unreadable
from tests.support.images import Link, Rpm, apk_installed, dpkg_status, rpm_header, sqlite_database, tar_of

if TYPE_CHECKING:
    from collections.abc import Mapping

    from tests.support.images.layers import Contents

STATUS = "var/lib/dpkg/status"
ONE, TWO = (Package(name, "1", "amd64", name, "1") for name in ("one", "two"))
DPKG_ONE, DPKG_TWO = (dpkg_status((name, "1")) for name in ("one", "two"))


def read(files: Mapping[str, Contents], **limits: int) -> Layer:
    return read_layer(iter([tar_of(files)]), structs.replace(Limits(), **limits))


def overlay(*layers: Mapping[str, Contents]) -> Overlay:
    """Lay layers upon each other; the first is the lowest."""
    made = Overlay()
    for files in reversed(layers):
        made.add(read(files))
    return made


# --- one layer --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("prefix", ["", "./", "/", "x/../"])
def test_names_are_read_as_they_are_unpacked(prefix: str) -> None:
    layer = read({f"{prefix}{STATUS}": DPKG_ONE, f"{prefix}etc/os-release": "ID=debian"})
    assert layer == Layer({STATUS: Database(Kind.DPKG, (ONE,))}, {"etc/os-release": b"ID=debian"})


def test_what_does_not_matter_is_not_kept() -> None:
    files: dict[str, Contents] = {
        "usr/bin/.wh.perl": "",
        "usr/.wh..wh.plnk": "",
        "home/var/lib/dpkg/status": DPKG_ONE,
        "var/lib/dpkg/status-old": DPKG_ONE,
        "var/lib/dpkg/status.d/one.md5sums": "0  x",
        "var/lib/dpkg": None,
        "var/lib/dpkg/status.d": None,
        "usr/lib/os-release.d": Link("symlink", "x"),
    }
    assert read(files) == Layer()


def test_the_last_of_two_entries_of_one_name_counts() -> None:
    archive = tar_of({STATUS: DPKG_ONE})[:-1024].rstrip(b"\0")
    archive += bytes(-len(archive) % 512)
    layer = read_layer(iter([archive + tar_of({STATUS: DPKG_TWO})]), Limits())
    assert layer.databases == {STATUS: Database(Kind.DPKG, (TWO,))}


@pytest.mark.parametrize(
    ("contents", "kind"),
    [
        (Link("symlink", "x"), "symlink"),
        (Link("hard link", "x"), "hard link"),
        (Link("device"), "device or pipe"),
        (None, "directory"),
    ],
)
def test_a_database_that_is_no_file(contents: Contents, kind: str) -> None:
    trouble = f"`var/lib/dpkg/status` is no file of its own, but a {kind}"
    assert read({STATUS: contents}).databases == {STATUS: Database(Kind.DPKG, trouble=trouble)}


def test_a_database_with_holes() -> None:
    """A sparse file, whose contents stand in the archive in another form."""
    archive = bytearray(tar_of({STATUS: "x"}))
    archive[156:157] = b"S"
    archive[148:156] = b" " * 8
    archive[148:156] = b"%06o\0 " % sum(archive[:512])
    found = read_layer(iter([bytes(archive)]), Limits()).databases
    assert found[STATUS].trouble == "`var/lib/dpkg/status` is no file of its own, but a sparse file"


def test_broken_databases_are_no_trouble_until_somebody_looks() -> None:
    layer = read({"var/lib/rpm/rpmdb.sqlite": "nonsense"})
    assert layer.databases["var/lib/rpm/rpmdb.sqlite"].trouble == "its rpm database (`rpmdb.sqlite`) is broken"


@pytest.mark.parametrize(
    ("files", "limits", "reason"),
    [
        ({"a": "", "b": "", "c": ""}, {"entries": 2}, "it has more than 2 files"),
        ({f"etc/apt/sources.list.d/{name}.list": "" for name in "abc"}, {"kept": 2}, "more than 2 files that would"),
        ({f"var/lib/dpkg/status.d/.wh.{name}": "" for name in "abc"}, {"kept": 2}, "more than 2 removals"),
        ({"etc/os-release": "x" * 6, "etc/apt/sources.list": "x" * 5}, {"texts": 10}, "more than 10 bytes"),
        ({STATUS: dpkg_status(*((f"p{number}", "1") for number in range(4)))}, {"packages": 3}, "more than 3 packages"),
    ],
)
def test_too_much(files: Mapping[str, Contents], limits: dict[str, int], reason: str) -> None:
    with pytest.raises(Unreadable, match=reason):
        read(files, **limits)


def test_databases_that_are_too_large() -> None:
    found = read({STATUS: DPKG_ONE, "var/lib/rpm/rpmdb.sqlite": "x" * 30}, database=20, rpm=20).databases
    assert {each.trouble for each in found.values()} == {
        "a file in it that would have to be read has more than 20 bytes"
    }


# --- layers upon each other -------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("upper", "found"),
    [
        ({}, (ONE,)),
        ({"var/lib/dpkg/.wh.other": ""}, (ONE,)),
        ({"var/.wh..wh.orph": None}, (ONE,)),
        ({"var/lib/dpkg": None}, (ONE,)),
        ({"var/lib/dpkg/.wh.status": ""}, ()),
        ({"./var/lib/dpkg/.wh.status": ""}, ()),
        ({"var/lib/.wh.dpkg": ""}, ()),
        ({".wh.var": ""}, ()),
        ({"var/lib/dpkg/.wh..wh..opq": ""}, ()),
        ({"var/lib/.wh..wh..opq": "", "var/lib/x": ""}, ()),
        ({".wh..wh..opq": ""}, ()),
        ({"var/lib": Link("symlink", "/mnt")}, ()),
        ({"var": "a file"}, ()),
        ({STATUS: ""}, ()),
        ({STATUS: DPKG_TWO}, (TWO,)),
        # What hides the layers below hides nothing of its own.
        ({"var/lib/.wh..wh..opq": "", STATUS: DPKG_TWO}, (TWO,)),
        ({STATUS: DPKG_TWO, "var/lib/.wh..wh..opq": ""}, (TWO,)),
        ({STATUS: DPKG_TWO, "var/lib/dpkg/.wh.status": ""}, (TWO,)),
    ],
)
def test_what_an_upper_layer_hides(upper: Mapping[str, Contents], found: tuple[Package, ...]) -> None:
    lower: Mapping[str, Contents] = {STATUS: DPKG_ONE}
    expected = (Kind.DPKG, found) if found else None
    assert overlay(lower, upper).packages() == expected
    assert overlay(lower, {}, upper, {}).packages() == expected


def test_what_is_hidden_by_the_middle_stays_hidden() -> None:
    assert overlay({STATUS: DPKG_ONE}, {"var/.wh.lib": ""}, {"var/lib": None}).packages() is None


def test_packages_in_a_file_each() -> None:
    folder = "var/lib/dpkg/status.d"
    made = overlay(
        {f"{folder}/one": DPKG_ONE, f"{folder}/gone": dpkg_status(("gone", "1"))},
        {f"{folder}/two": DPKG_TWO, f"{folder}/.wh.gone": ""},
        {f"{folder}/again": DPKG_ONE},
    )
    assert made.packages() is None
    assert made.parts() == (ONE, TWO)
    assert overlay({f"{folder}/one": DPKG_ONE}, {f"{folder}/.wh..wh..opq": ""}).parts() == ()


def test_of_two_databases_the_larger_is_meant() -> None:
    """`apt-get install rpm` makes an empty one, and an rpm installed by hand a small one."""
    empty, small = sqlite_database([]), sqlite_database([rpm_header(Rpm("tool", "1", "1"))])
    both = dpkg_status(("one", "1"), ("two", "1"))
    for database in (empty, small):
        assert overlay({STATUS: both}, {"var/lib/rpm/rpmdb.sqlite": database}).packages() == (Kind.DPKG, (ONE, TWO))


def test_a_log_that_was_not_written_back() -> None:
    path = "var/lib/rpm/rpmdb.sqlite"
    database = sqlite_database([rpm_header(Rpm("a", "1", "1"))])
    assert overlay({path: database, f"{path}-wal": "", f"{path}-shm": "x"}).packages() is not None
    assert overlay({f"{path}-wal": "log"}, {path: database, f"{path}-wal": ""}).packages() is not None
    assert (
        overlay({f"{path}-wal": "log"}, {path: database, "var/lib/rpm/.wh.rpmdb.sqlite-wal": ""}).packages() is not None
    )
    with pytest.raises(Unreadable, match="was not closed"):
        overlay({path: database}, {f"{path}-wal": "log"}).packages()


def test_apk_where_lib_is_merged_into_usr() -> None:
    files: Mapping[str, Contents] = {
        "lib": Link("symlink", "usr/lib"),
        "usr/lib/apk/db/installed": apk_installed(("musl", "1", "musl")),
    }
    assert overlay(files).packages() == (Kind.APK, (Package("musl", "1", "x86_64", "musl", "1"),))


def test_texts_through_links() -> None:
    release: Mapping[str, Contents] = {
        "usr/lib/os-release": "ID=a",
        "etc/os-release": Link("symlink", "../usr/lib/os-release"),
    }
    assert overlay(release).text("etc/os-release") == b"ID=a"
    assert overlay(release, {"usr/lib/os-release": "ID=b"}).text("etc/os-release") == b"ID=b"
    assert overlay(release, {"etc/os-release": "ID=c"}).text("etc/os-release") == b"ID=c"
    assert overlay(release, {"etc/.wh.os-release": ""}).text("etc/os-release") is None
    for target in ("/usr/lib/os-release", "/../usr/lib/os-release"):
        assert overlay(release, {"etc/os-release": Link("symlink", target)}).text("etc/os-release") == b"ID=a"
    for target in ("../etc/os-release", "elsewhere", "../../../etc/passwd"):
        assert overlay(release, {"etc/os-release": Link("symlink", target)}).text("etc/os-release") is None
    variant: Mapping[str, Contents] = {
        "usr/lib/os-release": Link("symlink", "./os.release.d/os-release-container"),
        "usr/lib/os.release.d/os-release-container": "ID=fedora",
    }
    assert overlay(release, variant).text("etc/os-release") == b"ID=fedora"
