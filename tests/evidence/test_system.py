"""Which distribution, and which repositories."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dockwright.evidence.packages.kinds import Kind
from dockwright.evidence.packages.model import Package
from dockwright.evidence.system import Repository, System, of_packages, of_release_file, repositories

APT, DEB822 = "etc/apt/sources.list", "etc/apt/sources.list.d/debian.sources"


@pytest.mark.parametrize(
    ("kind", "name", "version", "system"),
    [
        (Kind.DPKG, "base-files", "12.4+deb12u15", System("debian", "12", "bookworm")),
        (Kind.DPKG, "base-files", "11.1+deb11u11", System("debian", "11", "bullseye")),
        # Unreleased, Ubuntu's, Raspbian's, Devuan's, and what cannot be.
        (Kind.DPKG, "base-files", "14", None),
        (Kind.DPKG, "base-files", "13.8", None),
        (Kind.DPKG, "base-files", "13ubuntu10.1", None),
        (Kind.DPKG, "base-files", "12.4+deb12u5+rpi1", None),
        (Kind.DPKG, "base-files", "12.4devuan3", None),
        (Kind.DPKG, "base-files", "12.4+deb13u1", None),
        (Kind.DPKG, "bash", "12.4+deb12u15", None),
        (Kind.APK, "alpine-release", "3.20.3-r0", System("alpine", "3.20.3")),
        (Kind.APK, "wolfi-baselayout", "20230201-r15", None),
        (Kind.RPM, "redhat-release", "9.4-0.5.el9", System("rhel", "9.4")),
        (Kind.RPM, "rocky-release", "9.4-1.7.el9", System("rocky", "9.4")),
        (Kind.RPM, "fedora-release-common", "40-39", System("fedora", "40")),
        (Kind.RPM, "base-files", "12.4+deb12u15", None),
    ],
)
def test_packages_tell_the_distribution(kind: Kind, name: str, version: str, system: System | None) -> None:
    packages = [Package("a", "1", "", "a", "1"), Package(name, version, "", name, version)]
    assert of_packages(kind, packages) == system


@pytest.mark.parametrize(
    ("text", "system"),
    [
        ('ID=debian\nVERSION_ID="12"\nVERSION_CODENAME=bookworm\n', System("debian", "12", "bookworm")),
        ("NAME='Alpine Linux'\nID=alpine\r\nVERSION_ID=3.20.3\r\n", System("alpine", "3.20.3")),
        ('ID="rhel"\nVERSION_ID="9.4"\nPRETTY_NAME="ID=x"', System("rhel", "9.4")),
        ("PRETTY_NAME=trixie/sid\nID=debian\nVERSION_CODENAME=trixie", System("debian", "", "trixie")),
        ("ID=$(reboot)\nVERSION_ID=" + "1" * 200, System()),
        ("ID=a\nID=b", System("b")),
        ("", System()),
        ("\0\udcff", System()),
    ],
)
def test_release_files(text: str, system: System) -> None:
    assert of_release_file(text.encode("utf-8", "surrogateescape")) == system


def test_systems_have_names() -> None:
    assert [str(system) for system in (System("debian", "12", "bookworm"), System("debian", "", "sid"), System())] == [
        "debian 12",
        "debian sid",
        "an unknown system",
    ]


ONE_LINE = """\
# deb http://a.example old main
deb [arch=amd64 signed-by=/x.gpg] http://a.example/debian bookworm main contrib # note
deb-src http://a.example/debian bookworm main
deb http://b.example ./
deb
"""
STANZAS = """\
# made
Types: deb deb-src
URIs: http://a.example
Suites: bookworm
 bookworm-updates
Components: main

Types: deb
URIs: http://s.example
suites: bookworm-security
Components: main
Signed-By:
 key

Enabled: no
Types: deb
URIs: http://off.example
Suites: x
\x20
Types: deb-src
URIs: http://src.example
Suites: x
"""
APK = """\
https://a.example/v3.20/main
#https://a.example/edge
@testing https://a.example/testing
@lost

"""
YUM = """\
lost=1
[one]
name = One
baseurl = https://a.example/$releasever/ https://b.example
[two]
enabled=0
baseurl=https://off.example
[three]
# note
metalink=https://m.example/?repo=3&arch=$basearch
[four]
"""
DEB = "deb http://a.example s c"


@pytest.mark.parametrize(
    ("path", "text", "found"),
    [
        (
            APT,
            ONE_LINE,
            [
                Repository("http://a.example/debian", "bookworm", ("main", "contrib")),
                Repository("http://b.example", "./"),
            ],
        ),
        ("etc/apt/sources.list.d/x.list", DEB, [Repository("http://a.example", "s", ("c",))]),
        (
            DEB822,
            STANZAS,
            [
                Repository("http://a.example", "bookworm", ("main",)),
                Repository("http://a.example", "bookworm-updates", ("main",)),
                Repository("http://s.example", "bookworm-security", ("main",)),
            ],
        ),
        (
            "etc/apk/repositories",
            APK,
            [Repository("https://a.example/v3.20/main"), Repository("https://a.example/testing", name="testing")],
        ),
        (
            "etc/yum.repos.d/x.repo",
            YUM,
            [
                Repository("https://a.example/$releasever/", name="one"),
                Repository("https://m.example/?repo=3&arch=$basearch", name="three", is_list=True),
            ],
        ),
        ("etc/os-release", DEB, []),
        ("etc/apt/sources.list.d/notes.txt", DEB, []),
    ],
)
def test_repositories(path: str, text: str, found: list[Repository]) -> None:
    assert list(repositories({path: text.encode()})) == found


def test_variables_that_the_image_sets() -> None:
    found = repositories(
        {
            "etc/yum.repos.d/x.repo": b"[a]\nbaseurl=https://yum$region.${domain}/$unset/${open/$region\n[b]\nbaseurl=$region\n",
            "etc/yum/vars/domain": b"old.example\n",
            "etc/dnf/vars/domain": b" a.example \nmore",
            "etc/dnf/vars/region": b"",
        }
    )
    assert found == (Repository("https://yum.a.example/$unset/${open/", name="a"),)


def test_a_long_address_is_left_as_it_is() -> None:
    uri = "$a" * 600
    found = repositories({"etc/yum.repos.d/x.repo": f"[x]\nbaseurl={uri}".encode(), "etc/dnf/vars/a": b"b"})
    assert found == (Repository(uri, name="x"),)


def test_a_repository_is_named_once() -> None:
    line = b"deb http://a.example s c\n"
    assert repositories({APT: line, "etc/apt/sources.list.d/x.list": line}) == (
        Repository("http://a.example", "s", ("c",)),
    )


PATHS = st.sampled_from([APT, DEB822, "etc/apk/repositories", "etc/yum.repos.d/x.repo", "etc/os-release"])


@given(st.dictionaries(PATHS, st.binary(max_size=300) | st.text("deburis:[]= \n#@-yp", max_size=100).map(str.encode)))
def test_any_text_is_read(texts: dict[str, bytes]) -> None:
    assert all(repository.uri for repository in repositories(texts))
    for text in texts.values():
        of_release_file(text)


def test_long_lines_are_read_as_fast_as_short_ones() -> None:
    for unit in (b" ", b"[", b"[ ", b"= ", b"#", b"x ", b"\n ", b"deb ", b": "):
        text = b"deb" + unit * 300_000 + b"x"
        for path in (APT, DEB822, "etc/apk/repositories", "etc/yum.repos.d/x.repo"):
            repositories({path: text})
        of_release_file(b"ID=" + text)
