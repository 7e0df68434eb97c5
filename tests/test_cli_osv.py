"""`check --osv` and `compare --osv`: osv.dev's documented API (google.github.io/osv.dev/api), on a double of it."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

from dockwright.cli import main
from tests.support.registry.fixture import registry
from tests.test_cli_check import NEW, OLD, Folder, debian, folder, mirror

if TYPE_CHECKING:
    from tests.support.mirrors import MirrorDouble

__all__ = ["folder", "mirror", "registry"]  # fixtures are used by their names

BATCH = "osv/v1/querybatch"
KNOWN = {
    "3.0.20-1": ["DEBIAN-CVE-2026-1", "DEBIAN-CVE-2026-2", "DEBIAN-CVE-2026-3", "DEBIAN-CVE-2026-9", "DSA-1-1"],
    "3.0.22-1": ["DEBIAN-CVE-2026-9"],
}
SEVERITIES = {
    "DEBIAN-CVE-2026-1": "CVSS:3.1/AV:L/AC:L/PR:H/UI:N/S:U/C:L/I:L/A:L",
    "DEBIAN-CVE-2026-2": "CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H",
}
SAID = (
    "osv.dev lists 4 entries for the installed packages that it does not list for the published ones, "
    "1 of them rated high or critical, 2 of unknown severity: "
    "`DEBIAN-CVE-2026-2`, `DEBIAN-CVE-2026-1`, `DEBIAN-CVE-2026-3`, `DSA-1-1`."
)
UNKNOWN = "What osv.dev lists for these packages is unknown, because osv.dev's answer cannot be read."


@pytest.fixture
def queries(folder: Folder, mirror: MirrorDouble) -> list[dict[str, Any]]:
    """Let osv.dev know of openssl, and return what it is asked."""
    asked: list[dict[str, Any]] = []

    def answer(_: str, body: bytes) -> bytes:
        batch = json.loads(body)["queries"]
        asked.extend(batch)
        results = [{"vulns": [{"id": each} for each in KNOWN[query["version"]]]} for query in batch]
        return json.dumps({"results": results}).encode()

    mirror.answers = answer
    for name, score in SEVERITIES.items():
        entry = {"id": name, "severity": [{"type": "CVSS_V3", "score": score}]}
        mirror.files[f"osv/v1/vulns/{name}"] = json.dumps(entry).encode()
    mirror.files["osv/v1/vulns/DSA-1-1"] = b'{"id": "DSA-1-1"}'
    with_servers(folder, mirror)
    folder.push("old", debian(OLD))
    folder.push("new", debian(NEW))
    return asked


def with_servers(folder: Folder, mirror: MirrorDouble, *more: str) -> None:
    folder.configure(f"mirrors: {{debian-security: '{mirror.url}/debian-security', osv: '{mirror.url}/osv'}}", *more)


def osv(folder: Folder, *arguments: str, code: int = 1) -> dict[str, Any]:
    (image,) = folder.check(*arguments, code=code)
    found: dict[str, Any] = image["platforms"][0]["osv"]
    return found


def test_what_an_update_leaves_behind(folder: Folder, mirror: MirrorDouble, queries: list[dict[str, Any]]) -> None:
    code, out, err = folder.run("acme/app:old", "--osv")
    assert (code, err) == (1, "")
    assert SAID in " ".join(out.split())
    package = {"name": "openssl", "ecosystem": "Debian:99"}
    assert queries == [{"package": package, "version": version} for version in ("3.0.20-1", "3.0.22-1")]
    assert mirror.asked[BATCH] == 1


def test_it_is_counted_apart(folder: Folder, queries: list[dict[str, Any]]) -> None:
    (without,) = folder.check("acme/app:old", code=1)
    assert queries == []
    (image,) = folder.check("acme/app:old", "--osv", code=1)
    assert image["platforms"][0].pop("osv") == {
        "unknown": None,
        "identifiers": ["DEBIAN-CVE-2026-1", "DEBIAN-CVE-2026-2", "DEBIAN-CVE-2026-3", "DSA-1-1"],
        "severe": ["DEBIAN-CVE-2026-2"],
        "unrated": ["DEBIAN-CVE-2026-3", "DSA-1-1"],
    }
    assert without["platforms"][0].pop("osv") is None
    assert image == without


@pytest.mark.usefixtures("queries")
def test_in_markdown_ids_are_code(folder: Folder) -> None:
    _, out, _ = folder.run("acme/app:old", "--osv", "--format", "markdown")
    assert f"\n{SAID}\n" in out


@pytest.mark.parametrize(
    ("configured", "option", "asked"),
    [
        ((), (), False),
        (("osv: true",), (), True),
        (("osv: true",), ("--no-osv",), False),
        (("osv: false",), ("--osv",), True),
    ],
)
def test_who_switches_it_on(
    folder: Folder,
    mirror: MirrorDouble,
    queries: list[dict[str, Any]],
    configured: tuple[str, ...],
    option: tuple[str, ...],
    *,
    asked: bool,
) -> None:
    with_servers(folder, mirror, *configured)
    folder.run("acme/app:old", *option)
    assert bool(queries) is asked


def test_what_lacks_nothing_is_not_sent(folder: Folder, queries: list[dict[str, Any]]) -> None:
    nothing: dict[str, Any] = {"unknown": None, "identifiers": [], "severe": [], "unrated": []}
    assert osv(folder, "acme/app:new", "--osv", code=0) == nothing
    assert "osv.dev" not in folder.run("acme/app:new", "--osv")[1]
    assert queries == []


@pytest.mark.usefixtures("queries")
def test_what_cannot_be_read_is_unknown(folder: Folder, mirror: MirrorDouble) -> None:
    mirror.answers = lambda _path, _body: b"<html>"
    code, out, _ = folder.run("acme/app:old", "--osv")
    assert code == 1
    assert UNKNOWN in " ".join(out.split())
    assert osv(folder, "acme/app:old", "--osv") == {
        "unknown": "osv.dev's answer cannot be read",
        "identifiers": None,
        "severe": None,
        "unrated": None,
    }


@pytest.mark.usefixtures("queries")
def test_nothing_changes_where_osv_is_not_there(folder: Folder, mirror: MirrorDouble) -> None:
    mirror.statuses[BATCH] = 404
    code, out, _ = folder.run("acme/app:old", "--osv")
    assert (code, "Grade C" in out) == (1, True)
    assert "What osv.dev lists for these packages is unknown, because" in " ".join(out.split())


# --- compare ----------------------------------------------------------------------------------------------------------


def compared(folder: Folder, capsys: pytest.CaptureFixture[str], *arguments: str) -> str:
    assert folder.path.exists()
    assert main(["compare", *arguments]) == 0
    return capsys.readouterr().out


def test_what_changes(folder: Folder, capsys: pytest.CaptureFixture[str], queries: list[dict[str, Any]]) -> None:
    said = " ".join(compared(folder, capsys, "acme/app:old", "acme/app:new", "--osv").split())
    assert SAID.replace("installed", "old").replace("published", "new") in said
    assert [query["version"] for query in queries] == ["3.0.20-1", "3.0.22-1"]


def test_of_a_comparison_it_is_apart_and_off(
    folder: Folder, capsys: pytest.CaptureFixture[str], queries: list[dict[str, Any]]
) -> None:
    names = ("acme/app:old", "acme/app:new", "--format", "json")
    without = json.loads(compared(folder, capsys, *names))
    assert queries == []
    told = json.loads(compared(folder, capsys, *names, "--osv"))
    assert told["platforms"][0].pop("osv")["severe"] == ["DEBIAN-CVE-2026-2"]
    assert without["platforms"][0].pop("osv") is None
    assert told == without


def test_two_releases_are_asked_for_by_their_own_names(
    folder: Folder, capsys: pytest.CaptureFixture[str], queries: list[dict[str, Any]]
) -> None:
    folder.push("next", debian(NEW, release='ID=debian\nVERSION_ID="100"\nVERSION_CODENAME=next\n'))
    out = compared(folder, capsys, "acme/app:old", "acme/app:next", "--osv", "--format", "markdown")
    assert SAID.replace("installed", "old").replace("published", "new") in out
    asked = [(query["package"]["ecosystem"], query["version"]) for query in queries]
    assert asked == [("Debian:99", "3.0.20-1"), ("Debian:100", "3.0.22-1")]


@pytest.mark.usefixtures("queries")
def test_of_a_comparison_it_may_be_unknown(
    folder: Folder, mirror: MirrorDouble, capsys: pytest.CaptureFixture[str]
) -> None:
    mirror.answers = lambda _path, _body: b"<html>"
    assert UNKNOWN in " ".join(compared(folder, capsys, "acme/app:old", "acme/app:new", "--osv").split())
