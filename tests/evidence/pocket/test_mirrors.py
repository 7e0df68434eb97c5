"""Which servers an image names for its packages, and which of them are asked."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dockwright.evidence.packages.kinds import Kind
from dockwright.evidence.packages.model import Package
from dockwright.evidence.pocket import Fetch, Published, published
from dockwright.evidence.pocket.mirrors import image_list, image_servers, listed_server, mirror_of
from dockwright.evidence.system import Repository, System
from dockwright.evidence.unknown import Unknown
from dockwright.image import Platform
from tests.support.mirrors.debian import Deb, Suite
from tests.support.mirrors.images import NOW, image
from tests.support.registry.double import Answer
from tests.support.registry.fixture import certificate, net

if TYPE_CHECKING:
    from tests.support.mirrors import MirrorDouble
    from tests.support.registry.internet import Internet, Sent

__all__ = ["certificate", "net"]  # fixtures are used by their names

BOOKWORM = System("debian", "12", "bookworm")
JAMMY = System("ubuntu", "22.04", "jammy")
ALPINE = System("alpine", "3.22.1")
UBI = System("rhel", "9.6")
LIBSSL = Package("libssl3", "3.0.20-1", "amd64", "openssl", "3.0.20-1")
HOST = "cdn.example.net"
SECURITY = Repository(f"http://{HOST}/debian-security", "bookworm-security", ("main",))


def apt(uri: str, suite: str = "bookworm-security") -> Repository:
    return Repository(uri, suite, ("main",))


@pytest.mark.parametrize(
    ("system", "sources", "expected"),
    [
        (
            BOOKWORM,
            [apt("http://a.example/debian", "bookworm"), apt("http://a.example/debian-security/")],
            {"debian": "https://a.example/debian", "debian-security": "https://a.example/debian-security"},
        ),
        (
            BOOKWORM,
            [apt("https://a.example/x"), apt("https://b.example/y")],
            {"debian-security": "https://a.example/x"},
        ),
        (BOOKWORM, [apt("https://sid.example/debian-security", "trixie-security")], {}),
        (BOOKWORM, [apt("https://vendor.example/packages", "bookworm")], {}),
        (JAMMY, [apt("http://a.example/ubuntu/", "jammy-security")], {"ubuntu-security": "https://a.example/ubuntu"}),
        (ALPINE, [Repository("https://a.example/alpine/v3.22/main")], {"alpine": "https://a.example/alpine"}),
        (ALPINE, [Repository("http://a.example/v3.22/community/")], {"alpine": "https://a.example"}),
        (ALPINE, [Repository("https://a.example/packages"), Repository("https://a.example/v3.22/main/more")], {}),
        (System("wolfi", "20230201"), [Repository("https://a.example/os")], {"wolfi": "https://a.example/os"}),
        (System("wolfi", "20230201"), [Repository("https://a.example/os", name="local")], {}),
        (System("chainguard", "1"), [Repository("https://a.example/cg/")], {"chainguard": "https://a.example/cg"}),
        (
            UBI,
            [Repository("https://a.example/dist/ubi9/9/$basearch/baseos/os", name="ubi-9-baseos-rpms")],
            {"ubi": "https://a.example/dist"},
        ),
        (UBI, [Repository("https://a.example/dist/layered/rhel9/x86_64/baseos/os")], {}),
        (
            System("ol", "9.5"),
            [Repository("https://yum$ociregion.$ocidomain/repo/OracleLinux/OL9/baseos/latest/$basearch/")],
            {},
        ),
        (
            System("ol", "9.5"),
            [Repository("https://a.example/repo/OracleLinux/OL9/baseos/latest/$basearch/")],
            {"oraclelinux": "https://a.example/repo/OracleLinux"},
        ),
        (
            System("rocky", "9.6"),
            [Repository("http://a.example/pub/rocky/$releasever/BaseOS/$basearch/os/")],
            {"rocky": "https://a.example/pub/rocky"},
        ),
        (System("rocky", "9.6"), [Repository("https://a.example/mirrorlist?arch=$basearch&repo=BaseOS")], {}),
        (
            System("fedora", "44"),
            [Repository("https://a.example/linux/updates/44/Everything/x86_64")],
            {"fedora": "https://a.example/linux"},
        ),
        (System("gentoo"), [Repository("https://a.example/")], {}),
        (System("amzn", "2023"), [Repository("https://a.example/core/mirrors/latest/x86_64/mirror.list")], {}),
        (
            System("amzn", "2023"),
            [Repository("https://a.example/al2023/core/mirrors/$releasever/$basearch/mirror.list", is_list=True)],
            {"amazonlinux": "https://a.example"},
        ),
    ],
)
def test_servers_that_an_image_names(system: System, sources: list[Repository], expected: dict[str, str]) -> None:
    assert image_servers(image(Kind.DPKG, system, sources=tuple(sources))) == expected


def test_an_image_whose_sources_are_not_known_names_none() -> None:
    assert image_servers(image(Kind.DPKG, BOOKWORM)) == {}


@pytest.mark.parametrize(
    ("uri", "asked"),
    [
        ("http://a.example:80/debian", "https://a.example/debian"),
        ("HTTP://a.example/debian", "https://a.example/debian"),
        ("https://a.example:8443/debian", "https://a.example:8443/debian"),
        ("http://a.example:80", "https://a.example"),
        ("https://bob:secret@a.example/debian", ""),
        ("https://bob@a.example/debian", ""),
        ("ftp://a.example/debian", ""),
        ("file:///debian", ""),
        ("cdrom:[Debian]/", ""),
        ("mirror+https://a.example/list", ""),
        ("https://a.example/debian?x=1", ""),
        ("https://a.example/debian#x", ""),
        ("https://a.example/../x", ""),
        ("https://a.example/$(id)", ""),
        ("https://a.example\\@b.example/", ""),
        ("https://a.example/ö", ""),
        ("https://", ""),
        ("", ""),
        ("https://a.example/" + "x" * 2000, ""),
    ],
)
def test_how_a_server_is_asked(uri: str, asked: str) -> None:
    found = image_servers(image(Kind.DPKG, BOOKWORM, sources=(apt(uri),)))
    assert found == ({"debian-security": asked} if asked else {})


@given(st.text("htps:/@.a1[]$?#% \\\r\n\0é", max_size=40).map(lambda rest: f"https://{rest}") | st.text(max_size=40))
def test_whatever_is_written_what_is_asked_is_a_plain_address(uri: str) -> None:
    for url in image_servers(image(Kind.DPKG, BOOKWORM, sources=(apt(uri),))).values():
        parts = urlsplit(url)
        assert (parts.scheme, parts.username, parts.query, parts.fragment) == ("https", None, "", "")
        assert parts.hostname
        assert url.isprintable()
        assert url.isascii()


@pytest.mark.parametrize(
    ("system", "architecture", "mirror"),
    [
        ("debian", "arm64", "debian-security"),
        ("ubuntu", "amd64", "ubuntu-security"),
        ("ubuntu", "386", "ubuntu-security"),
        ("ubuntu", "arm64", "ubuntu-ports"),
        ("alpine", "amd64", "alpine"),
        ("amzn", "amd64", "amazonlinux"),
        ("ol", "amd64", "oraclelinux"),
        ("rhel", "amd64", "ubi"),
        ("gentoo", "amd64", ""),
    ],
)
def test_which_mirror_has_the_updates(system: str, architecture: str, mirror: str) -> None:
    assert mirror_of(System(system), Platform("linux", architecture)) == mirror


# --- lists of mirrors -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("system", "source", "expected"),
    [
        (
            System("almalinux", "9.6"),
            Repository("https://a.example/mirrorlist/$releasever/baseos", name="baseos", is_list=True),
            ("https://a.example/mirrorlist/9", "baseos"),
        ),
        (
            System("rocky", "9.6"),
            Repository("https://a.example/list?arch=$basearch&repo=BaseOS-$releasever", name="baseos", is_list=True),
            ("https://a.example", "list?arch=x86_64&repo=BaseOS-9"),
        ),
        (
            System("fedora", "44"),
            Repository("http://a.example/metalink?repo=updates-released-f$releasever", name="updates", is_list=True),
            ("https://a.example", "metalink?repo=updates-released-f44"),
        ),
        (System("rocky", "9.6"), Repository("https://a.example/list?x=$rltype", name="baseos", is_list=True), ("", "")),
        (System("rocky", "9.6"), Repository("https://a.example/list", name="extras", is_list=True), ("", "")),
        (System("rocky", "9.6"), Repository("https://a.example/list", name="baseos"), ("", "")),
        (System("rocky"), Repository("https://a.example/list", name="baseos", is_list=True), ("", "")),
        (System("rocky", "9"), Repository("https://b:c@a.example/list", name="baseos", is_list=True), ("", "")),
        (System("rocky", "9"), Repository("https://a.example", name="baseos", is_list=True), ("", "")),
    ],
)
def test_lists_that_an_image_names(system: System, source: Repository, expected: tuple[str, str]) -> None:
    assert image_list(image(Kind.RPM, system, sources=(source,))) == expected


METALINK = """\
<metalink xmlns="http://www.metalinker.org/"><files><file name="repomd.xml"><resources>
<url protocol="rsync">rsync://a.example/linux/updates/44/Everything/x86_64/repodata/repomd.xml</url>
<url protocol="http">http://b.example/linux/updates/44/Everything/x86_64/repodata/repomd.xml</url>
<url protocol="https">https://c.example/linux/updates/44/Everything/x86_64/repodata/repomd.xml</url>
</resources></file></files></metalink>
"""


@pytest.mark.parametrize(
    ("mirror", "text", "expected"),
    [
        ("fedora", METALINK, "https://c.example/linux"),
        (
            "almalinux",
            "# comment\nhttp://a.example/9.6/BaseOS/x86_64/os\nhttps://b.example/alma/9.6/BaseOS/x86_64/os/\n",
            "https://b.example/alma",
        ),
        ("rocky", "https://a.example/elsewhere\nhttps://b:c@d.example/9/BaseOS/x86_64/os/\n", ""),
        ("rocky", "", ""),
    ],
)
def test_the_first_server_of_a_list(mirror: str, text: str, expected: str) -> None:
    assert listed_server(mirror, text) == expected


# --- asking them ------------------------------------------------------------------------------------------------------


def put(net: Internet, mirror: MirrorDouble, host: str = HOST) -> None:
    """Let a host of the internet have the files of a mirror."""
    Suite(packages=(Deb("libssl3", "3.0.22-1", source="openssl"),)).put(mirror, "debian-security")

    def answer(sent: Sent) -> Answer:
        data = mirror.files.get(sent.path.lstrip("/"))
        return Answer(200, data) if data is not None else Answer(404, b"")

    net.hosts[host] = answer


def ask(net: Internet, *sources: Repository, own: dict[str, str] | None = None) -> Published | Unknown:
    found = image(Kind.DPKG, BOOKWORM, LIBSSL, sources=sources)
    with Fetch(mirrors_of=own, network=net.network()) as fetch:
        return published(found, fetch=fetch.at(image_servers(found)), now=NOW)


def test_a_server_that_the_image_names_is_asked_by_https(net: Internet, mirror: MirrorDouble) -> None:
    put(net, mirror)
    found = ask(net, SECURITY)
    assert isinstance(found, Published)
    assert [each.version for each in found.lacking] == ["3.0.22-1"]
    assert found.as_of == dt.datetime(2026, 11, 21, 0, 53, 2, tzinfo=dt.UTC)
    assert {(sent.host, sent.authorization) for sent in net.sent} == {(HOST, None)}


def test_the_user_s_own_mirror_is_asked_instead(net: Internet, mirror: MirrorDouble) -> None:
    put(net, mirror, "registry.example.com")
    own = {"debian-security": "https://registry.example.com/debian-security"}
    assert isinstance(ask(net, SECURITY, own=own), Published)
    assert {sent.host for sent in net.sent} == {"registry.example.com"}


@pytest.mark.parametrize(
    ("uri", "reason"),
    [
        ("http://127.0.0.1/debian-security", "`127.0.0.1` is at the address 127.0.0.1, which is loopback"),
        ("https://169.254.169.254/debian-security", "which is link-local"),
        ("https://[fd00:ec2::254]/x", "no server of `debian-security` is known"),
        ("https://metadata.internal/x", "`metadata.internal` is a name of a local network"),
        ("https://intranet/x", "`intranet` is a name of a local network"),
        ("https://bob:secret@cdn.example.net/debian-security", "no server of `debian-security` is known"),
    ],
)
def test_where_an_image_cannot_send_us(net: Internet, uri: str, reason: str) -> None:
    found = ask(net, apt(uri))
    assert isinstance(found, Unknown)
    assert reason in found.reason
    assert net.sent == []


def test_a_server_that_sends_us_to_a_private_address_is_not_followed(net: Internet) -> None:
    net.answers(HOST, Answer(302, b"", {"Location": "https://10.0.0.1/InRelease"}))
    found = ask(net, SECURITY)
    assert isinstance(found, Unknown)
    assert "which is private" in found.reason
    assert {sent.host for sent in net.sent} == {HOST}


def test_a_copy_for_one_image_says_nothing_of_others(net: Internet) -> None:
    with Fetch(network=net.network()) as fetch:
        assert fetch.at({"wolfi": "https://a.example/os"}).has("wolfi")
        assert not fetch.has("wolfi")
        assert not fetch.has("gentoo")
