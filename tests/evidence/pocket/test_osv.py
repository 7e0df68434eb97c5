"""osv.dev's documented API (google.github.io/osv.dev/api), on a double of it."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

from dockwright.evidence.pocket.osv import Vulnerability, details, vulnerabilities
from dockwright.evidence.system import System
from dockwright.evidence.unknown import Unknown

if TYPE_CHECKING:
    from tests.support.mirrors import MirrorDouble

SSL = ("openssl", "3.0.20-1~deb12u2")
BASH = ("bash", "5.2.15-2")


class Osv:
    """Answers queries from what is known, a page of one each."""

    def __init__(self, known: dict[tuple[str, str, str], list[str]]) -> None:
        self.known = known
        self.sizes: list[int] = []

    def __call__(self, path: str, body: bytes) -> bytes:
        assert path == "osv/v1/querybatch"
        queries = json.loads(body)["queries"]
        self.sizes.append(len(queries))
        return json.dumps({"results": [self._result(query) for query in queries]}).encode()

    def _result(self, query: dict[str, Any]) -> dict[str, object]:
        package = query["package"]
        ids = self.known.get((package["ecosystem"], package["name"], query["version"]), [])
        at = int(query.get("page_token", "0"))
        if at >= len(ids):
            return {}
        result: dict[str, object] = {"vulns": [{"id": ids[at], "modified": "2026-11-01T00:00:00Z"}]}
        return {**result, "next_page_token": str(at + 1)} if at + 1 < len(ids) else result


def test_source_packages_are_asked_for_page_by_page(mirror: MirrorDouble) -> None:
    ids = ["DEBIAN-CVE-2026-1", "DEBIAN-CVE-2026-2", "a bad\nid", "DSA-5432-1"]
    mirror.answers = Osv({("Debian:12", "openssl", "3.0.20-1~deb12u2"): ids})
    with mirror.fetch() as fetch:
        found = vulnerabilities(System("debian", "12", "bookworm"), [SSL, BASH, SSL], fetch=fetch)
    assert found == {
        ("openssl", "3.0.20-1~deb12u2"): frozenset({"DEBIAN-CVE-2026-1", "DEBIAN-CVE-2026-2", "DSA-5432-1"}),
        ("bash", "5.2.15-2"): frozenset(),
    }


def test_a_thousand_at_once(mirror: MirrorDouble) -> None:
    osv = Osv({})
    mirror.answers = osv
    packages = [(f"p{number}", "1") for number in range(1500)]
    with mirror.fetch() as fetch:
        found = vulnerabilities(System("debian", "12"), packages, fetch=fetch)
    assert not isinstance(found, Unknown)
    assert (len(found), osv.sizes) == (1500, [1000, 500])


@pytest.mark.parametrize(
    ("system", "ecosystem"),
    [
        (System("debian", "12"), "Debian:12"),
        (System("ubuntu", "24.04"), "Ubuntu:24.04:LTS"),
        (System("ubuntu", "25.10"), "Ubuntu:25.10"),
        (System("alpine", "3.22.1"), "Alpine:v3.22"),
        (System("wolfi", "20230201"), "Wolfi"),
        (System("rocky", "9.5"), "Rocky Linux:9"),
        (System("almalinux", "9.5"), "AlmaLinux:9"),
    ],
)
def test_ecosystems(mirror: MirrorDouble, system: System, ecosystem: str) -> None:
    mirror.answers = Osv({(ecosystem, *SSL): ["CVE-2026-1"]})
    with mirror.fetch() as fetch:
        assert vulnerabilities(system, [SSL], fetch=fetch) == {SSL: frozenset({"CVE-2026-1"})}


@pytest.mark.parametrize("system", [System("fedora", "43"), System("debian", ""), System("alpine", "3"), System()])
def test_systems_without_a_list(mirror: MirrorDouble, system: System) -> None:
    with mirror.fetch() as fetch:
        found = vulnerabilities(system, [SSL], fetch=fetch)
    assert found == Unknown(f"osv.dev has no list for `{system}`")


@pytest.mark.parametrize(
    ("answer", "reason"),
    [
        (b"{", "osv.dev's answer cannot be read"),
        (b'{"results": []}', "osv.dev does not answer everything that it was asked"),
        (b'{"results": [{"next_page_token": "x"}]}', "osv.dev has more to say than is asked for"),
    ],
)
def test_answers_that_are_none(mirror: MirrorDouble, answer: bytes, reason: str) -> None:
    mirror.answers = lambda _path, _body: answer
    with mirror.fetch() as fetch:
        assert vulnerabilities(System("debian", "12"), [SSL], fetch=fetch) == Unknown(reason)


def test_details_are_what_can_be_had(mirror: MirrorDouble) -> None:
    vector = "CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H"
    mirror.files["osv/v1/vulns/DEBIAN-CVE-2026-1"] = json.dumps(
        {
            "id": "DEBIAN-CVE-2026-1",
            "upstream": ["CVE-2026-1", "<b>"],
            "severity": [{"type": "CVSS_V3", "score": vector}],
        }
    ).encode()
    mirror.files["osv/v1/vulns/DSA-1"] = b"no JSON"
    with mirror.fetch() as fetch:
        found = details(["DEBIAN-CVE-2026-1", "DSA-1", "CVE-2026-404"], fetch=fetch)
    assert found == {"DEBIAN-CVE-2026-1": Vulnerability("DEBIAN-CVE-2026-1", ("CVE-2026-1",), (vector,))}
