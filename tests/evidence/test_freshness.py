"""How far images are behind: small images of every format, and every reason why it may not be known."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

import pytest

from dockwright.evidence.freshness import Freshness, Grade, Prober, is_kernel
from dockwright.evidence.inventory import Inventory
from dockwright.evidence.layer_cache import LayerCache
from dockwright.evidence.pocket import Fetch
from dockwright.evidence.unknown import Unknown
from dockwright.image import Platform
from tests.support.images import Rpm, apk_installed, dpkg_status, made_image, made_index, rpm_header, sqlite_database
from tests.support.mirrors import MirrorDouble
from tests.support.mirrors.alpine import apkindex, secdb
from tests.support.mirrors.debian import Deb, Suite
from tests.support.mirrors.images import NOW
from tests.support.mirrors.redhat import Update, put_repository
from tests.support.registry.double import Answer
from tests.support.registry.fixture import certificate, net

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.support.images.layers import LayerFiles
    from tests.support.registry import RegistryDouble
    from tests.support.registry.internet import Internet, Sent

__all__ = ["certificate", "net"]  # fixtures are used by their names

AMD64 = Platform("linux", "amd64")
NAME = "docker.io/library/thing"
OS_RELEASE = 'ID=debian\nVERSION_ID="12"\nVERSION_CODENAME=bookworm\n'
OLD = ("libssl3", "3.0.20-1", "openssl")
HEADERS = ("linux-libc-dev", "6.1.100-1", "linux")
HOST = "cdn.example.net"
SOURCES = f"deb http://{HOST}/debian-security bookworm-security main\n"


def changelog(source: str, *entries: tuple[str, str, str]) -> str:
    """Make a changelog of versions, what each names, and its day."""
    return "\n".join(
        f"{source} ({version}) bookworm-security; urgency=high\n\n  * {named}\n\n -- A B <a@b.invalid>  {day}\n"
        for version, named, day in entries
    )


OPENSSL = Deb(
    "libssl3",
    "3.0.22-1",
    source="openssl",
    changelog=changelog(
        "openssl",
        ("3.0.22-1", "CVE-2026-2, CVE-2026-3333", "Fri, 20 Nov 2026 10:00:00 +0000"),
        ("3.0.21-1", "CVE-2026-1111", "Mon, 12 Oct 2026 10:00:00 +0000"),
        ("3.0.20-1", "CVE-2025-1111", "Fri, 20 Mar 2026 10:00:00 +0000"),
    ),
)
LINUX = Deb(
    "linux-libc-dev",
    "6.1.120-1",
    source="linux",
    changelog=changelog("linux", ("6.1.120-1", "CVE-2026-40001 CVE-2026-40002", "Fri, 20 Nov 2026 10:00:00 +0000")),
)


@pytest.fixture
def mirror() -> Iterator[MirrorDouble]:
    double = MirrorDouble()
    yield double
    double.close()


def debian(*packages: tuple[str, ...], release: str = OS_RELEASE, **texts: str) -> list[LayerFiles]:
    return [{"etc/os-release": release, "var/lib/dpkg/status": dpkg_status(*packages), **texts}]


def probe(
    registry: RegistryDouble,
    layers: list[LayerFiles],
    fetch: Fetch,
    *,
    fixes: bool = True,
    trust_sources: bool = False,
    now: dt.datetime = NOW,
) -> Freshness:
    digest = registry.push_image("library/thing", image=made_image(layers))
    prober = Prober(registry.client(), fetch, cache=LayerCache(None), now=now, trust_sources=trust_sources)
    return prober.freshness(NAME, digest, AMD64, fixes=fixes)


def reason(found: Freshness) -> str:
    """Return why nothing is known; then nothing else is said that could be taken for an answer."""
    assert not found.complete
    assert found.unknown is not None
    assert found.grade == found.unknown
    assert (found.security, found.fixes, found.identifiers) == ((), (), ())
    return found.unknown.reason


# --- every format -----------------------------------------------------------------------------------------------------


def test_debian(registry: RegistryDouble, mirror: MirrorDouble) -> None:
    Suite(packages=(OPENSSL, LINUX, Deb("bash", "5.2-1"))).put(mirror, "debian-security")
    with mirror.fetch() as fetch:
        found = probe(registry, debian(OLD, HEADERS, ("bash", "5.2-1")), fetch)
    assert found.complete
    assert [(each.package.name, each.version) for each in found.security] == [("libssl3", "3.0.22-1")]
    assert [(each.source, each.since) for each in found.fixes] == [("openssl", dt.date(2026, 10, 12))]
    assert found.identifiers == ("CVE-2026-3333", "CVE-2026-1111")
    assert found.grade == Grade(
        "C", "It lacks a security update of `openssl` that was published on 2026-10-12, 42 days ago."
    )
    assert [each.package.name for each in found.kernel] == ["linux-libc-dev"]
    assert found.others == ()
    assert found.notes[1:] == ("Kernel headers: 2 CVEs, which concern hosts, not this image, and are not counted.",)


def test_an_image_that_lacks_nothing(registry: RegistryDouble, mirror: MirrorDouble) -> None:
    Suite(packages=(OPENSSL,)).put(mirror, "debian-security")
    with mirror.fetch() as fetch:
        found = probe(registry, debian(("libssl3", "3.0.22-1", "openssl")), fetch)
    assert (found.complete, found.security, found.fixes) == (True, (), ())
    assert isinstance(found.grade, Grade)
    assert found.grade.letter == "A"


def test_kernel_headers_alone_are_no_reason(registry: RegistryDouble, mirror: MirrorDouble) -> None:
    Suite(packages=(LINUX,)).put(mirror, "debian-security")
    with mirror.fetch() as fetch:
        found = probe(registry, debian(HEADERS), fetch)
    assert isinstance(found.grade, Grade)
    assert (found.grade.letter, found.security, len(found.kernel)) == ("A", (), 1)


def test_distroless(registry: RegistryDouble, mirror: MirrorDouble) -> None:
    Suite(packages=(OPENSSL,)).put(mirror, "debian-security")
    layers: list[LayerFiles] = [
        {"etc/os-release": OS_RELEASE},
        {"var/lib/dpkg/status.d/libssl3": dpkg_status(OLD)},
    ]
    with mirror.fetch() as fetch:
        assert [each.package.name for each in probe(registry, layers, fetch).security] == ["libssl3"]


def alpine(release: str = "3.22.1", **texts: str) -> list[LayerFiles]:
    installed = apk_installed(("libssl3", "3.5.1-r0", "openssl"), ("busybox", "1.37.0-r18", "busybox"))
    return [{"etc/os-release": f"ID=alpine\nVERSION_ID={release}\n", "lib/apk/db/installed": installed, **texts}]


def put_alpine(mirror: MirrorDouble, *, fixes: bool = True) -> None:
    index = apkindex(("libssl3", "3.5.4-r0", "openssl"), ("busybox", "1.37.0-r19", "busybox"))
    for component in ("main", "community"):
        mirror.files[f"alpine/v3.22/{component}/x86_64/APKINDEX.tar.gz"] = index
        if fixes:
            found = secdb({"openssl": {"3.5.4-r0": ["CVE-2026-9230"]}})
            mirror.files[f"alpine-secdb/v3.22/{component}.json"] = found


def test_alpine(registry: RegistryDouble, mirror: MirrorDouble) -> None:
    put_alpine(mirror)
    with mirror.fetch() as fetch:
        found = probe(registry, alpine(), fetch)
    assert [each.package.name for each in found.security] == ["libssl3"]
    assert [each.package.name for each in found.others] == ["busybox"]
    assert found.grade == Grade(
        "B", "It lacks a security update of `openssl` that was published on 2026-11-18 or earlier, 5 days ago."
    )


def test_alpine_without_its_database_of_fixes(registry: RegistryDouble, mirror: MirrorDouble) -> None:
    put_alpine(mirror, fixes=False)
    with mirror.fetch() as fetch:
        found = probe(registry, alpine(), fetch)
    assert reason(found) == f"`{mirror.url[7:]}` does not have `main.json`"
    assert [each.package.name for each in found.others] == ["busybox", "libssl3"]


def test_alpine_without_its_database_of_fixes_and_nothing_to_fix(
    registry: RegistryDouble, mirror: MirrorDouble
) -> None:
    put_alpine(mirror, fixes=False)
    installed = apk_installed(("libssl3", "3.5.4-r0", "openssl"))
    layers: list[LayerFiles] = [{"etc/os-release": "ID=alpine\nVERSION_ID=3.22.1\n", "lib/apk/db/installed": installed}]
    with mirror.fetch() as fetch:
        found = probe(registry, layers, fetch)
    assert isinstance(found.grade, Grade)
    assert (found.complete, found.grade.letter) == (True, "A")


def test_wolfi(registry: RegistryDouble, mirror: MirrorDouble) -> None:
    mirror.files["wolfi/x86_64/APKINDEX.tar.gz"] = apkindex(("libssl3", "3.5.4-r0", "openssl"))
    mirror.files["wolfi/security.json"] = secdb({"openssl": {"3.5.4-r0": ["CVE-2026-9230"]}})
    installed = apk_installed(("libssl3", "3.5.1-r0", "openssl"))
    layers: list[LayerFiles] = [
        {"etc/os-release": "ID=wolfi\nVERSION_ID=20230201\n", "lib/apk/db/installed": installed}
    ]
    with mirror.fetch() as fetch:
        assert probe(registry, layers, fetch).identifiers == ("CVE-2026-9230",)


def test_rpm(registry: RegistryDouble, mirror: MirrorDouble) -> None:
    updates = (
        Update("ALSA-2026:1", ["openssl-libs-3.0.7-28.el9.x86_64"], "openssl-3.0.7-28.el9.src.rpm", severity="Low"),
        Update(
            "ALSA-2026:2",
            ["openssl-libs-3.0.7-29.el9.x86_64"],
            "openssl-3.0.7-29.el9.src.rpm",
            severity="Critical",
            cves=["CVE-2026-5"],
            issued="2026-11-20 00:00:00",
        ),
    )
    put_repository(mirror, "almalinux/9/BaseOS/x86_64/os", *updates)
    put_repository(mirror, "almalinux/9/AppStream/x86_64/os")
    package = Rpm("openssl-libs", "3.0.7", "27.el9", "openssl-3.0.7-27.el9.src.rpm")
    layers: list[LayerFiles] = [
        {
            "etc/os-release": 'ID="almalinux"\nVERSION_ID="9.6"\n',
            "var/lib/rpm/rpmdb.sqlite": sqlite_database([rpm_header(package)]),
        }
    ]
    with mirror.fetch() as fetch:
        found = probe(registry, layers, fetch)
    assert found.fixes[0].advisories == ("ALSA-2026:1", "ALSA-2026:2")
    assert found.grade == Grade(
        "B", "It lacks a low security update of `openssl` that was published on 2026-11-10, 13 days ago."
    )


# --- what is not known ------------------------------------------------------------------------------------------------


def test_no_package_database(registry: RegistryDouble, mirror: MirrorDouble) -> None:
    with mirror.fetch() as fetch:
        found = probe(registry, [{"etc/os-release": OS_RELEASE}], fetch)
    assert reason(found) == "it has no package database that is known here"
    assert isinstance(found.inventory, Unknown)


def test_no_such_image(registry: RegistryDouble, mirror: MirrorDouble) -> None:
    with mirror.fetch() as fetch:
        prober = Prober(registry.client(), fetch, cache=LayerCache(None), now=NOW, trust_sources=False)
        found = prober.freshness(NAME, "sha256:" + "a" * 64, AMD64)
    assert "has no manifest" in reason(found)


@pytest.mark.parametrize(
    ("release", "why"),
    [
        ("ID=gentoo\n", "it is not known where security updates of `gentoo` are published"),
        ("", "it is not known where security updates of `an unknown system` are published"),
        ('ID=debian\nVERSION_ID="9"\nVERSION_CODENAME=stretch\n', "free security updates of Debian 9"),
    ],
)
def test_systems_that_nothing_is_said_about(
    registry: RegistryDouble, mirror: MirrorDouble, release: str, why: str
) -> None:
    with mirror.fetch() as fetch:
        assert reason(probe(registry, debian(OLD, release=release), fetch)).startswith(why)


def test_an_index_that_has_expired(registry: RegistryDouble, mirror: MirrorDouble) -> None:
    Suite(packages=(OPENSSL,)).put(mirror, "debian-security")
    with mirror.fetch() as fetch:
        found = probe(registry, debian(OLD), fetch, now=NOW + dt.timedelta(days=30))
    assert reason(found) == "the index of `bookworm-security` has expired on 2026-11-28"


def test_no_server_is_known(registry: RegistryDouble) -> None:
    with Fetch() as fetch:
        found = probe(registry, debian(OLD), fetch)
    assert reason(found) == ("no server of `debian-security` is known: name one under `mirrors` in the configuration")


def test_a_server_that_fails(registry: RegistryDouble, mirror: MirrorDouble) -> None:
    mirror.statuses["debian-security/dists/bookworm-security/InRelease"] = 503
    with mirror.fetch() as fetch:
        assert reason(probe(registry, debian(OLD), fetch)) == f"`{mirror.url[7:]}` answers with status 503"


def test_changelogs_that_cannot_be_had(registry: RegistryDouble, mirror: MirrorDouble) -> None:
    bash = Deb("bash", "5.2-2", changelog=changelog("bash", ("5.2-2", "none", "Fri, 20 Nov 2026 10:00:00 +0000")))
    Suite(packages=(OPENSSL, bash)).put(mirror, "debian-security")
    del mirror.files[f"debian-security/{OPENSSL.path}"]
    with mirror.fetch() as fetch:
        found = probe(registry, debian(OLD, ("bash", "5.2-1")), fetch)
    assert found.complete
    assert len(found.security) == 2
    assert [each.source for each in found.fixes] == ["bash"]
    assert isinstance(found.grade, Grade)
    assert found.grade.reason.endswith("Of 1 more it is not known since when: the grade may be worse.")
    assert found.notes[-1] == (
        f"What the updates of `openssl` fix is not known: `{mirror.url[7:]}` does not have"
        " `libssl3_3.0.22-1_amd64.deb`."
    )


def test_no_changelog_at_all(registry: RegistryDouble, mirror: MirrorDouble) -> None:
    Suite(packages=(Deb("libssl3", "3.0.22-1", source="openssl"),)).put(mirror, "debian-security")
    with mirror.fetch() as fetch:
        found = probe(registry, debian(OLD), fetch)
    assert found.complete
    assert found.grade == Unknown("it is not known since when the security updates that it lacks are published")


def test_more_sources_than_are_looked_up(registry: RegistryDouble, mirror: MirrorDouble) -> None:
    day = "Fri, 20 Nov 2026 10:00:00 +0000"
    debs = [Deb(f"p{number}", "2", changelog=changelog(f"p{number}", ("2", "x", day))) for number in range(102)]
    Suite(packages=debs).put(mirror, "debian-security")
    with mirror.fetch() as fetch:
        found = probe(registry, debian(*[(deb.name, "1") for deb in debs]), fetch)
    assert (len(found.security), len(found.fixes)) == (102, 100)
    assert found.notes[-1] == "What the updates of 2 more source packages fix was not looked up: there are too many."


def test_fixes_that_nobody_asked_for(registry: RegistryDouble, mirror: MirrorDouble) -> None:
    Suite(packages=(OPENSSL,)).put(mirror, "debian-security")
    with mirror.fetch() as fetch:
        found = probe(registry, debian(OLD), fetch, fixes=False)
    assert (found.complete, len(found.security), found.fixes) == (True, 1, ())
    assert found.grade == Unknown("since when the security updates that it lacks are published was not looked up")
    assert mirror.asked[f"debian-security/{OPENSSL.path}"] == 0


# --- who is asked, and how often --------------------------------------------------------------------------------------


def test_everything_is_asked_once(registry: RegistryDouble, mirror: MirrorDouble) -> None:
    Suite(packages=(OPENSSL,)).put(mirror, "debian-security")
    digest = registry.push_image("library/thing", image=made_image(debian(OLD)))
    with mirror.fetch() as fetch, registry.client() as client:
        prober = Prober(client, fetch, cache=LayerCache(None), now=NOW, trust_sources=False)
        first = prober.freshness(NAME, digest, AMD64, fixes=False)
        found = prober.freshness(NAME, digest, AMD64)
        assert prober.freshness(NAME, digest, AMD64) is found
        assert prober.inventory(NAME, digest, AMD64) is found.inventory is first.inventory
        asked = sum(count for (_, kind), count in client.requests.items() if kind == "blob")
    assert asked == 2  # a layer, and the configuration, which has the platform
    assert set(mirror.asked.values()) == {1}


def test_what_platforms_have_in_common_is_asked_once(registry: RegistryDouble, mirror: MirrorDouble) -> None:
    arm = Deb("libssl3", "3.0.22-1", "arm64", "openssl", OPENSSL.changelog)
    Suite(packages=(OPENSSL, arm)).put(mirror, "debian-security")
    status = dpkg_status(("libssl3", "3.0.20-1", "openssl", "arm64"))
    layer: LayerFiles = {"etc/os-release": OS_RELEASE, "var/lib/dpkg/status": status}
    images = {"linux/amd64": made_image(debian(OLD)), "linux/arm64": made_image([layer], platform="linux/arm64")}
    digest = registry.push_image("library/thing", image=made_index(images))
    with mirror.fetch() as fetch, registry.client() as client:
        prober = Prober(client, fetch, cache=LayerCache(None), now=NOW, trust_sources=False)
        found = [prober.freshness(NAME, digest, platform) for platform in (AMD64, Platform("linux", "arm64"))]
    assert [each.identifiers for each in found] == [("CVE-2026-3333", "CVE-2026-1111")] * 2
    assert mirror.asked[f"debian-security/{OPENSSL.path}"] + mirror.asked[f"debian-security/{arm.path}"] == 1


def serve(net: Internet, mirror: MirrorDouble) -> None:
    Suite(packages=(OPENSSL,)).put(mirror, "debian-security")

    def answer(sent: Sent) -> Answer:
        data = mirror.files.get(sent.path.lstrip("/"))
        return Answer(404) if data is None else Answer(200, data)

    net.hosts[HOST] = answer


LAYERS: list[LayerFiles] = [
    {"etc/apt/sources.list": SOURCES},
    {"app": "what lies between is not read"},
    {"etc/apt/sources.list.d/vendor.list": "deb https://evil.example.net/debian stable main\n"},
    {"var/lib/dpkg/status": dpkg_status(OLD, ("base-files", "12.4+deb12u12"))},
]


def test_an_image_s_own_server_is_asked_where_that_is_allowed(
    registry: RegistryDouble, net: Internet, mirror: MirrorDouble
) -> None:
    serve(net, mirror)
    with Fetch(network=net.network()) as fetch:
        found = probe(registry, LAYERS, fetch, trust_sources=True)
    assert [each.package.name for each in found.security] == ["libssl3"]
    assert f"`https://{HOST}/debian-security` was asked, which the image itself names." in found.notes
    assert isinstance(found.inventory, Inventory)
    assert (found.inventory.layers_read, found.inventory.sources) == (2, None)


def test_a_lowest_layer_that_cannot_be_read_takes_nothing_away(registry: RegistryDouble) -> None:
    with Fetch() as fetch:
        found = probe(registry, [b"no archive", *LAYERS[1:]], fetch, trust_sources=True)
    assert reason(found).startswith("no server of `debian-security` is known")
    assert isinstance(found.inventory, Inventory)
    assert len(found.inventory.packages) == 2


def test_and_not_where_it_is_not(registry: RegistryDouble, net: Internet, mirror: MirrorDouble) -> None:
    serve(net, mirror)
    with Fetch(network=net.network()) as fetch:
        found = probe(registry, LAYERS, fetch)
    assert reason(found).startswith("no server of `debian-security` is known")
    assert isinstance(found.inventory, Inventory)
    assert found.inventory.layers_read == 1
    assert net.sent == []


def test_layers_are_not_read_for_a_server_that_is_not_needed(registry: RegistryDouble, mirror: MirrorDouble) -> None:
    Suite(packages=(OPENSSL,)).put(mirror, "debian-security")
    with mirror.fetch() as fetch:
        found = probe(registry, LAYERS, fetch, trust_sources=True)
    assert isinstance(found.inventory, Inventory)
    assert (found.complete, found.inventory.layers_read) == (True, 1)
    assert not any("itself names" in note for note in found.notes)


ALMA_REPO = "[baseos]\nmirrorlist=http://auth.example.com/list/$releasever/baseos$kind\nenabled=1\n"


def alma(*listed: str, net: Internet, mirror: MirrorDouble) -> list[LayerFiles]:
    """Let there be a list of mirrors, and an image that names it by a variable of its own."""
    update = Update("ALSA-2026:1", ["openssl-libs-3.0.7-28.el9.x86_64"], "openssl-3.0.7-28.el9.src.rpm")
    put_repository(mirror, "almalinux/9/BaseOS/x86_64/os", update)
    put_repository(mirror, "almalinux/9/AppStream/x86_64/os")
    serve(net, mirror)
    net.answers("auth.example.com", Answer(200, "\n".join(listed).encode()))
    package = Rpm("openssl-libs", "3.0.7", "27.el9", "openssl-3.0.7-27.el9.src.rpm")
    release = Rpm("almalinux-release", "9.6", "1.el9")
    return [
        {
            "etc/os-release": 'ID="almalinux"\nVERSION_ID="9.6"\n',
            "etc/yum.repos.d/almalinux.repo": ALMA_REPO,
            "etc/yum/vars/kind": "-old",
            "etc/dnf/vars/kind": "\n",
        },
        {"var/lib/rpm/rpmdb.sqlite": sqlite_database([rpm_header(package), rpm_header(release)])},
    ]


def test_a_list_of_mirrors_is_followed(registry: RegistryDouble, net: Internet, mirror: MirrorDouble) -> None:
    layers = alma(
        "http://evil.example.net/almalinux/9.6/BaseOS/x86_64/os/",
        f"https://{HOST}/almalinux/9.6/BaseOS/x86_64/os/",
        net=net,
        mirror=mirror,
    )
    with Fetch(network=net.network()) as fetch:
        found = probe(registry, layers, fetch, trust_sources=True)
    assert [each.package.name for each in found.security] == ["openssl-libs"]
    assert {(sent.host, sent.path) for sent in net.sent if sent.host != HOST} == {
        ("auth.example.com", "/list/9/baseos")
    }


def test_a_list_without_a_server_that_may_be_asked(
    registry: RegistryDouble, net: Internet, mirror: MirrorDouble
) -> None:
    layers = alma("https://10.0.0.1/almalinux/9.6/BaseOS/x86_64/os/", net=net, mirror=mirror)
    with Fetch(network=net.network()) as fetch:
        assert "which is private" in reason(probe(registry, layers, fetch, trust_sources=True))
    layers = alma("nothing", net=net, mirror=mirror)
    with Fetch(network=net.network()) as fetch:
        assert "no server of `almalinux` is known" in reason(probe(registry, layers, fetch, trust_sources=True))


def test_a_list_that_cannot_be_had(registry: RegistryDouble, net: Internet, mirror: MirrorDouble) -> None:
    layers = alma(net=net, mirror=mirror)
    net.answers("auth.example.com", Answer(404))
    with Fetch(network=net.network()) as fetch:
        assert "no server of `almalinux` is known" in reason(probe(registry, layers, fetch, trust_sources=True))


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("linux", True),
        ("linux-signed-amd64", True),
        ("kernel", True),
        ("linux-hwe-6.8", True),
        ("util-linux", False),
        ("linux-pam", False),
        ("libcap2", False),
    ],
)
def test_what_is_the_kernel(source: str, *, expected: bool) -> None:
    assert is_kernel(source) is expected
