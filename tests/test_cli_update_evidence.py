"""`dockwright update --evidence`: what images and distributions say decides when and whether an update is proposed."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

import pytest

from dockwright.cli import main
from tests.support.mirrors import mirror_double
from tests.support.published import publish
from tests.support.rebuilt import FIXED, LACKING, MOVED, both, debian
from tests.support.registry.fixture import registry
from tests.support.repository import Repository

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from tests.support.mirrors import MirrorDouble
    from tests.support.registry import RegistryDouble
    from tests.support.registry.images import Image

__all__ = ["registry"]  # a fixture is used by its name

NAME = "acme/app"
PUBLISHED = {"libssl3": "3.0.2-1"}


@pytest.fixture
def mirror() -> Iterator[MirrorDouble]:
    with mirror_double() as double:
        publish(double, **PUBLISHED)
        yield double


class Folder:
    """A repository that pins an image, and what the command says of it."""

    def __init__(
        self, path: Path, registry: RegistryDouble, mirror: MirrorDouble, capsys: pytest.CaptureFixture[str]
    ) -> None:
        self.path = path
        self.registry = registry
        self.mirror = mirror
        self._repository = Repository(path)
        self._capsys = capsys
        self.configure("")

    def configure(self, updates: str) -> None:
        lines = [
            f"registries: {{docker.io: {{mirror: '{self.registry.url}'}}}}",
            f"mirrors: {{debian-security: '{self.mirror.url}/debian-security'}}",
            *([f"updates: {{{updates}}}"] if updates else []),
        ]
        self._repository.write(".github/dockwright.yml", "\n".join(lines))

    def pin(self, old: Image, new: Image, *, name: str = NAME) -> None:
        """Name the old image by its digest, and publish the new one under its tag."""
        digest = self.registry.push_image(name, "1.2", image=old)
        self.registry.push_image(name, "1.2", image=new)
        self._repository.write("Dockerfile", f"FROM {name.removeprefix('library/')}:1.2@{digest}\n")

    def run(self, *arguments: str) -> str:
        assert main(["update", *(arguments or ("--evidence",))]) == 0
        out, err = self._capsys.readouterr()
        assert err == ""
        return out

    def plan(self, *arguments: str) -> dict[str, Any]:
        planned: dict[str, Any] = json.loads(self.run("--format", "json", *(arguments or ("--evidence",))))
        return planned

    def opens(self, *arguments: str) -> bool:
        """Return whether the only plan opens a pull request today."""
        (plan,) = self.plan(*arguments)["plans"]
        return bool(plan["opens"])

    def skipped(self, *arguments: str) -> dict[str, Any]:
        planned = self.plan(*arguments)
        assert planned["updates"] == []
        (found,) = planned["skipped"]
        assert isinstance(found, dict)
        return found


@pytest.fixture
def folder(
    tmp_path: Path,
    registry: RegistryDouble,
    mirror: MirrorDouble,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> Folder:
    monkeypatch.setenv("HOME", "/nonexistent")
    monkeypatch.delenv("DOCKER_CONFIG", raising=False)
    monkeypatch.chdir(tmp_path)
    return Folder(tmp_path, registry, mirror, capsys)


# --- security updates -------------------------------------------------------------------------------------------------


def test_security_updates_are_told_by_what_the_old_image_lacks(folder: Folder) -> None:
    folder.pin(debian(LACKING), debian(MOVED))
    planned = folder.plan()
    (update,) = planned["updates"]
    assert update["brings"] == {"unknown": None, "sources": ["openssl"], "identifiers": ["CVE-2026-0001"]}
    assert [(plan["opens"], plan["urgent"], plan["waits"]) for plan in planned["plans"]] == [(True, True, None)]
    text = " ".join(folder.run().split())
    assert "Brings 1 security update that its distribution has published, with 1 CVE that it names." in text


def test_they_wait_for_nothing(folder: Folder) -> None:
    folder.pin(debian(LACKING, days=5), debian(FIXED, days=1))
    folder.configure("cooldown: 20")
    assert "held until it is 20 days old" in folder.skipped("--no-evidence")["reason"]
    assert folder.opens()
    folder.configure("cooldown: 20, security: as-others")
    assert "held until it is 20 days old" in folder.skipped()["reason"]


def test_they_do_not_wait_for_their_day(folder: Folder) -> None:
    folder.pin(debian(LACKING), debian(FIXED))
    other_day = f"{datetime.now(UTC) + timedelta(3):%A}".lower()
    folder.configure(f"schedule: {other_day}")
    assert folder.opens()
    assert not folder.opens("--no-evidence")
    folder.configure(f"schedule: {other_day}, security: as-others")
    assert not folder.opens()


def test_nor_does_a_newer_release_that_brings_them(folder: Folder) -> None:
    folder.registry.push_image(NAME, "1.2.3", image=debian(LACKING))
    folder.registry.push_image(NAME, "1.2.4", image=debian(FIXED, days=1))
    (folder.path / "Dockerfile").write_text(f"FROM {NAME}:1.2.3\n")
    folder.configure("cooldown: 20")
    assert "held until it is 20 days old" in folder.skipped("--no-evidence")["reason"]
    (update,) = folder.plan()["updates"]
    assert (update["new"], update["type"], update["brings"]["sources"]) == ("1.2.4", "patch", ["openssl"])
    folder.mirror.statuses["debian-security/dists/trixie-security/InRelease"] = 404
    assert "held until it is 20 days old" in folder.skipped()["reason"]


def test_one_platform_that_lacks_them_is_enough(folder: Folder) -> None:
    folder.pin(both(FIXED, LACKING), both(FIXED, FIXED))
    (update,) = folder.plan()["updates"]
    assert update["brings"]["sources"] == ["openssl"]


def test_kernel_headers_are_no_reason_to_hurry(folder: Folder) -> None:
    folder.pin(debian((("linux-libc-dev", "6.1-1", "linux"),)), debian((("linux-libc-dev", "6.2-1", "linux"),)))
    publish(folder.mirror, **{"linux-libc-dev": "6.2-1"})
    (update,) = folder.plan()["updates"]
    assert update["brings"]["sources"] == []


# --- routine ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("old", "new", "updates", "opens"),
    [
        (debian(FIXED, days=2), debian(MOVED, days=0), "", False),
        (debian(FIXED, days=2), debian(MOVED, days=0, base="b"), "", False),
        (debian(FIXED, days=7), debian(MOVED, days=0), "", True),
        (debian(FIXED, days=2), debian(MOVED, days=0), "routine-refresh: 0", True),
        (debian(FIXED, days=2), debian(MOVED, days=0), "routine-refresh: 2", True),
        (debian(FIXED, days=0), debian(MOVED, days=0), "", True),  # nobody knows how old it is
        (debian(FIXED, days=2), debian(MOVED, days=0, revision="2" * 40), "", True),  # another version, perhaps
        (debian(FIXED, days=2, revision=""), debian(MOVED, days=0, revision=""), "", True),
        (debian(LACKING, days=2), debian(FIXED, days=0), "", True),
    ],
    ids=["rebuilt", "base moved", "a week old", "off", "two days", "no date", "changed", "not said", "security"],
)
def test_what_is_known_to_bring_nothing_waits(
    folder: Folder, old: Image, new: Image, updates: str, *, opens: bool
) -> None:
    folder.pin(old, new)
    folder.configure(updates)
    assert folder.opens() is opens
    assert folder.opens("--no-evidence")


def test_a_distributions_own_image_is_nothing_but_its_packages(folder: Folder) -> None:
    folder.pin(
        debian(FIXED, days=2, revision="1" * 40), debian(MOVED, days=0, revision="2" * 40), name="library/debian"
    )
    (plan,) = folder.plan()["plans"]
    assert plan["waits"] == (
        "it brings no security update and no other version, and waits until the pinned image is 7 days old"
        " (`routine-refresh`)"
    )
    assert "It brings no security update" in folder.run()


# --- nothing but metadata ---------------------------------------------------------------------------------------------


def test_what_only_describes_an_image_is_not_proposed(folder: Folder) -> None:
    folder.pin(debian(FIXED), debian(FIXED, note="signed again"))
    assert folder.skipped()["reason"] == (
        "`1.2` was published again with the same files and settings; only what describes it changed"
        " (attestations, annotations, packing)"
    )
    assert len(folder.plan("--no-evidence")["updates"]) == 1


def test_another_setting_is_no_metadata(folder: Folder) -> None:
    folder.pin(debian(FIXED), debian(FIXED, User="app"))
    assert folder.opens()


# --- publishers that lag ----------------------------------------------------------------------------------------------


APT = ("apt", "3.0.0")
UPGRADE = (
    "Until it is, `RUN apt-get update && apt-get upgrade --yes && rm -rf /var/lib/apt/lists/*` in the Dockerfile"
    " brings them."
)


def test_a_publisher_that_has_not_rebuilt_is_named(folder: Folder) -> None:
    image = debian((*LACKING, APT))
    folder.pin(image, image)
    found = folder.skipped()
    assert (found["newest"], found["notes"]) == (True, [])
    first, second, third = found["lag"]
    assert first.startswith("Debian has published security updates of `openssl`, the first on ")
    assert first.endswith(", with 1 CVE that it names, which the image lacks.")
    assert second.startswith("Its publisher has not rebuilt `1.2` since ")
    assert third == UPGRADE
    assert "Waits for its publisher:\n" in folder.run()
    assert folder.skipped("--no-evidence")["lag"] == []


def test_an_upgrade_is_advised_where_it_is_one(folder: Folder) -> None:
    folder.pin(debian(LACKING), debian(LACKING))  # without apt
    assert len(folder.skipped()["lag"]) == 2
    bare = debian((*LACKING, APT), sources="Types: deb\nURIs: https://deb.example\nSuites: trixie\nComponents: main\n")
    folder.pin(bare, bare)
    assert len(folder.skipped()["lag"]) == 2
    image = debian((*LACKING, APT))
    folder.pin(image, image)
    name = (folder.path / "Dockerfile").read_text().split()[1]
    (folder.path / "Dockerfile").unlink()
    (folder.path / "compose.yml").write_text(f"services: {{a: {{image: '{name}'}}}}\n")
    assert len(folder.skipped()["lag"]) == 2


def test_a_publisher_that_has_is_not(folder: Folder) -> None:
    folder.pin(debian(FIXED), debian(FIXED))
    assert folder.skipped()["lag"] == []


# --- what is not known ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("status", [404, 500])
def test_what_is_not_known_holds_nothing_and_hides_nothing(folder: Folder, status: int) -> None:
    folder.mirror.statuses["debian-security/dists/trixie-security/InRelease"] = status
    folder.pin(debian(FIXED, days=2), debian(MOVED, days=0))
    (update,) = folder.plan()["updates"]
    assert (update["brings"]["sources"], update["brings"]["identifiers"]) == ([], [])
    assert update["brings"]["unknown"] is not None
    assert folder.opens()
    said = f"Whether it brings security updates is not known, because {update['brings']['unknown']}."
    assert said in " ".join(folder.run().split())


def test_an_old_image_that_is_gone_stops_nothing(folder: Folder) -> None:
    folder.registry.push_image(NAME, "1.2", image=debian(FIXED))
    gone = "sha256:" + "9" * 64
    (folder.path / "Dockerfile").write_text(f"FROM {NAME}:1.2@{gone}\n")
    (update,) = folder.plan()["updates"]
    assert update["brings"]["unknown"].endswith(f"has no manifest `{gone}` of `{NAME}`")


# --- groups -----------------------------------------------------------------------------------------------------------


def test_what_is_routine_goes_with_what_is_not(folder: Folder) -> None:
    quiet = folder.registry.push_image("acme/quiet", "1", image=debian(FIXED, days=2))
    folder.registry.push_image("acme/quiet", "1", image=debian(MOVED, days=1))
    folder.pin(debian(LACKING), debian(FIXED))
    (folder.path / "compose.yml").write_text(f"services: {{a: {{image: 'acme/quiet:1@{quiet}'}}}}\n")
    assert sorted((plan["opens"], plan["urgent"]) for plan in folder.plan()["plans"]) == [(False, False), (True, True)]
    folder.configure("group: all")
    assert [(plan["updates"], plan["opens"], plan["urgent"]) for plan in folder.plan()["plans"]] == [(2, True, True)]


def test_places_that_share_an_edit_go_together(folder: Folder) -> None:
    """One argument holds the digest of two images, which are copies of each other."""
    old, new = debian(FIXED), debian(FIXED, note="signed")
    for name in ("acme/app", "acme/copy"):
        folder.registry.push_image(name, "1.2", image=old)
        folder.registry.push_image(name, "1.2", image=new)
    text = f"ARG DIGEST={old.digest}\nFROM acme/app:1.2@$DIGEST\nFROM acme/copy:1.2@$DIGEST\n"
    (folder.path / "Dockerfile").write_text(text)
    assert len(folder.plan("--no-evidence")["updates"]) == 2
    planned = folder.plan()
    assert planned["updates"] == []
    assert [each["uses"][0]["start"]["line"] for each in planned["skipped"]] == [2, 3]


# --- cost -------------------------------------------------------------------------------------------------------------


def test_each_layer_is_read_once(folder: Folder) -> None:
    old, new = debian(LACKING), debian(FIXED)
    folder.pin(old, new)
    text = (folder.path / "Dockerfile").read_text()
    (folder.path / "other").mkdir()
    (folder.path / "other" / "Dockerfile").write_text(f"{text}{text}")
    folder.run()
    layers = [each["digest"] for image in (old, new) for each in json.loads(image.top.data)["layers"]]
    assert [folder.registry.counts[f"GET /v2/{NAME}/blobs/{digest}"] for digest in layers] == [1, 1]
    releases = [count for path, count in folder.mirror.asked.items() if path.endswith("InRelease")]
    assert releases == [1]


def test_a_run_compares_no_more_than_it_says(folder: Folder) -> None:
    lines = []
    for number in range(43):
        digest = folder.registry.push_image(f"acme/app{number}", "1.2", image=debian(LACKING, note=f"{number}"))
        folder.registry.push_image(f"acme/app{number}", "1.2", image=debian(FIXED, note=f"{number}"))
        lines.append(f"FROM acme/app{number}:1.2@{digest}\n")
    (folder.path / "Dockerfile").write_text("".join(lines))
    found = [update["brings"] for update in folder.plan()["updates"]]
    assert [each["sources"] for each in found].count(["openssl"]) == 40
    assert [each["unknown"] for each in found if each["unknown"]] == [
        "more than 40 pairs of images would be compared"
    ] * 3


def test_without_evidence_no_layer_and_no_distribution_is_asked(folder: Folder) -> None:
    folder.pin(debian(LACKING), debian(FIXED))
    folder.run("--no-evidence")
    assert sum(folder.mirror.asked.values()) == 0
    before = [each.path for each in folder.registry.asked if "/blobs/" in each.path]
    folder.run("--format", "text")
    assert sum(folder.mirror.asked.values()) == 0
    assert len(before) <= 2  # configurations, for platforms
