"""Our answer and apt's, for the Debian that runs these tests; asks the mirrors that its apt is set up for."""

from __future__ import annotations

import datetime as dt
import re
import shutil
import subprocess
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from dockwright.evidence.inventory import Inventory
from dockwright.evidence.packages import dpkg
from dockwright.evidence.packages.kinds import Kind
from dockwright.evidence.pocket import Fetch, Fixes, Published, published
from dockwright.evidence.system import Repository, of_release_file
from dockwright.image import Platform

if TYPE_CHECKING:
    from collections.abc import Iterator

pytestmark = pytest.mark.online

_STATUS = Path("/var/lib/dpkg/status")
_UPGRADE = re.compile(r"Inst (?P<name>\S+) \[(?P<old>[^]]+)\] \((?P<new>\S+) (?P<from>.*)\)")


def _run(*command: str) -> str:
    return subprocess.run(command, check=True, capture_output=True, text=True).stdout


@pytest.fixture(scope="module")
def sources() -> tuple[Repository, ...]:
    """Return Debian's own suites that apt is set up for."""
    if not shutil.which("apt-get") or "ID=debian" not in Path("/etc/os-release").read_text(encoding="utf-8"):
        pytest.skip("this compares with the apt of a Debian")
    form = "$(REPO_URI) $(RELEASE) $(COMPONENT) $(LABEL) $(CREATED_BY)"
    found: dict[tuple[str, str], list[str]] = {}
    for line in _run("apt-get", "indextargets", "--format", form).splitlines():
        uri, suite, component, label, made = line.split(" ")
        if label in {"Debian", "Debian-Security"} and made == "Packages":
            found.setdefault((uri, suite), []).append(component)
    return tuple(Repository(uri, suite, tuple(dict.fromkeys(parts))) for (uri, suite), parts in found.items())


@pytest.fixture(scope="module")
def machine(sources: tuple[Repository, ...]) -> Inventory:
    """Return this machine as if it were an image."""
    system = of_release_file(Path("/etc/os-release").read_bytes())
    architecture = {"amd64": "amd64", "arm64": "arm64"}[_run("dpkg", "--print-architecture").strip()]
    packages = tuple(sorted(dpkg.read(_STATUS.read_bytes())))
    return Inventory(Kind.DPKG, system, packages, sources, Platform("linux", architecture), "", 1, 0)


@pytest.fixture(scope="module")
def fetch(sources: tuple[Repository, ...], tmp_path_factory: pytest.TempPathFactory) -> Iterator[Fetch]:
    mirrors = {"debian-security" if "security" in each.suite else "debian": each.uri for each in sources}
    with Fetch(mirrors_of=mirrors, cache_dir=str(tmp_path_factory.mktemp("cache"))) as made:
        yield made


@pytest.fixture(scope="module")
def answer(machine: Inventory, fetch: Fetch) -> Published:
    found = published(machine, fetch=fetch, now=dt.datetime.now(dt.UTC), whole=True)
    assert isinstance(found, Published), found
    return found


@pytest.fixture(scope="module")
def upgrades(
    sources: tuple[Repository, ...], tmp_path_factory: pytest.TempPathFactory
) -> dict[str, tuple[str, str, str]]:
    """Return what `apt-get dist-upgrade` would upgrade, with lists that are as new as ours."""
    folder = tmp_path_factory.mktemp("apt")
    lines = [f"deb [trusted=yes] {each.uri} {each.suite} {' '.join(each.components)}" for each in sources]
    (folder / "sources.list").write_text("\n".join([*lines, ""]), encoding="utf-8")
    (folder / "lists" / "partial").mkdir(parents=True)
    options = [
        f"-oDir::Etc::sourcelist={folder}/sources.list", "-oDir::Etc::sourceparts=-", "-oDir::Etc::preferencesparts=-",
        f"-oDir::State::lists={folder}/lists", f"-oDir::Cache={folder}", "-oAPT::Sandbox::User=root",
        "-oAPT::Update::Post-Invoke-Success=",
    ]  # fmt: skip
    _run("apt-get", *options, "update")
    found = _run("apt-get", *options, "--ignore-hold", "-s", "dist-upgrade")
    matches = [match for line in found.splitlines() if (match := _UPGRADE.match(line))]
    return {match["name"].partition(":")[0]: (match["old"], match["new"], match["from"]) for match in matches}


def test_what_is_lacking_is_what_apt_would_upgrade(
    answer: Published, upgrades: dict[str, tuple[str, str, str]]
) -> None:
    ours = {each.package.name: (each.package.version, each.version) for each in answer.lacking}
    assert ours == {name: (old, new) for name, (old, new, _) in upgrades.items()}


def test_security_is_where_apt_says_security(answer: Published, upgrades: dict[str, tuple[str, str, str]]) -> None:
    ours = {each.package.name for each in answer.lacking if each.suite.endswith("-security")}
    assert ours == {name for name, (_, _, suites) in upgrades.items() if "Debian-Security" in suites}


def test_changelogs_say_what_is_fixed(answer: Published) -> None:
    asked = {
        (each.package.source, each.package.source_version, each.source_version)
        for each in answer.lacking
        if each.security
    }
    found = [answer.fixes(*each) for each in sorted(asked)[:5]]
    assert [each for each in found if not isinstance(each, Fixes)] == []
    for each in found:
        assert isinstance(each, Fixes)
        assert each.complete
        assert each.since is not None
        assert any("security" in suite for suite in each.suites)
