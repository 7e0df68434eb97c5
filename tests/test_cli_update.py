"""`dockwright update` as people use it: files in a folder, registries over HTTP."""

from __future__ import annotations

import io
import json
import re
from typing import TYPE_CHECKING, Any

import pytest

from dockwright.cli import main
from dockwright.console import Progress
from tests.support.cli import dockwright
from tests.support.registry import Wish, build
from tests.support.registry.fixture import registry
from tests.support.registry.images import Image, Manifest, digest_of, encode
from tests.support.repository import Repository

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from tests.support.registry import RegistryDouble

__all__ = ["registry"]  # a fixture is used by its name

BOTH = ("linux/amd64", "linux/arm64")
OTHER = "sha256:" + "9" * 64


class Folder:
    """A repository whose configuration has `docker.io` at the double, and what the command says of it."""

    def __init__(self, path: Path, registry: RegistryDouble, out: Callable[[], tuple[str, str]]) -> None:
        self.path = path
        self.registry = registry
        self._out = out
        self._repository = Repository(path)
        self.configure("")

    def configure(self, updates: str, *, registries: str = "") -> None:
        """Write the configuration; both texts are YAML of one line."""
        lines = [f"registries: {{docker.io: {{mirror: '{self.registry.url}'}}{registries}}}"]
        self.write({".github/dockwright.yml": "\n".join([*lines, *([f"updates: {{{updates}}}"] if updates else [])])})

    def write(self, files: dict[str, str]) -> None:
        for path, text in files.items():
            self._repository.write(path, text)

    def read(self, path: str) -> str:
        return (self.path / path).read_bytes().decode()

    def run(self, *arguments: str) -> tuple[int, str, str]:
        """Run the command here; return exit code, output and errors."""
        code = main(["update", *arguments])
        return code, *self._out()

    def plan(self, *arguments: str) -> dict[str, Any]:
        code, out, err = self.run("--format", "json", *arguments)
        assert (code, err) == (0, "")
        planned: dict[str, Any] = json.loads(out)
        return planned

    def moves(self, *arguments: str) -> list[tuple[str, str, str]]:
        """Return what moves: the type, and the two versions."""
        return [(each["type"], each["current"], each["new"]) for each in self.plan(*arguments)["updates"]]

    def left(self) -> dict[str, str]:
        """Return why each image is left alone, by name and version."""
        skipped = self.plan()["skipped"]
        return {f"{each['repository']}:{each['current']}": each["reason"] for each in skipped}


@pytest.fixture
def folder(
    tmp_path: Path, registry: RegistryDouble, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> Folder:
    monkeypatch.setenv("HOME", "/nonexistent")
    monkeypatch.delenv("DOCKER_CONFIG", raising=False)
    monkeypatch.chdir(tmp_path)

    def out() -> tuple[str, str]:
        read = capsys.readouterr()
        return read.out, read.err

    return Folder(tmp_path, registry, out)


def app(registry: RegistryDouble, *tags: str, platforms: tuple[str, ...] = BOTH, repository: str = "acme/app") -> None:
    """Push tags, each its own image."""
    for tag in tags:
        registry.push(repository, tag, platforms=platforms, content=tag)


# --- what is printed --------------------------------------------------------------------------------------------


def test_the_table(folder: Folder) -> None:
    app(folder.registry, "1.2.3", "1.2.4", "1.3.0", "2.0.0")
    folder.write({"Dockerfile": "FROM acme/app:1.2.3 AS build\nFROM $BASE\n", "b/Dockerfile": "FROM acme/app:1.2.3\n"})
    code, out, err = folder.run()
    assert (code, err) == (0, "")
    assert out == (
        "image     current  new    type   where\n"
        "acme/app  1.2.3    1.2.4  patch  Dockerfile:1 and 1 more\n"
        "    Also b/Dockerfile:1.\n"
        "    `1.2.4` is a newer release of `1.2`.\n"
        "    `1.3.0` is of a newer series; `minor` updates are not wanted (`types`).\n"
        "    `2.0.0` is of a newer major version; `major` updates are not wanted\n"
        "    (`types`).\n"
        "\n"
        "Left alone:\n"
        "  $BASE  Dockerfile:2\n"
        "    Which image `$BASE` names is only known when it is used.\n"
        "\n"
        "1 update in 1 pull request; 1 image in all; 1 left alone.\n"
    )


def test_without_images(folder: Folder) -> None:
    assert folder.run() == (0, "No images are named.\n", "")


def test_json(folder: Folder) -> None:
    app(folder.registry, "1.2.3", "1.2.4")
    folder.write({"Dockerfile": "FROM acme/app:1.2.3\n"})
    (update,) = folder.plan()["updates"]
    assert update["repository"] == "docker.io/acme/app"
    assert update["platforms"] == ["linux/amd64", "linux/arm64"]
    assert update["uses"] == [
        {
            "path": "Dockerfile",
            "kind": "from",
            "stage": "0",
            "raw": "acme/app:1.2.3",
            "start": {"line": 1, "column": 6},
            "end": {"line": 1, "column": 20},
        }
    ]
    assert update["edits"] == [
        {"path": "Dockerfile", "start": {"line": 1, "column": 19}, "end": {"line": 1, "column": 20}, "text": "4"}
    ]
    digests = [build(Wish(BOTH, tag)).digest for tag in ("1.2.3", "1.2.4")]
    assert list(update["digests"].values()) == digests


def test_reports_go_to_files(folder: Folder) -> None:
    app(folder.registry, "1.2.3", "1.2.4")
    folder.write({"Dockerfile": "FROM acme/app:1.2.3\n"})
    code, out, _ = folder.run(
        "--format", "markdown", "--output", "plan.md", "--format", "json", "--output", "plan.json"
    )
    assert (code, out) == (0, "")
    assert folder.read("plan.md").startswith("## Dockwright: 1 update in 1 pull request; 1 image in all.\n")
    assert json.loads(folder.read("plan.json"))["plans"] == [
        {
            "key": "acme-app-1.2-" + folder.plan()["plans"][0]["key"][-8:],
            "updates": 1,
            "opens": True,
            "waits": None,
            "urgent": False,
        }
    ]


def test_as_a_process(folder: Folder) -> None:
    app(folder.registry, "1.2.3", "1.2.4")
    folder.write({"Dockerfile": "FROM acme/app:1.2.3\n"})
    run = dockwright("update", "--diff", cwd=folder.path)
    assert (run.code, run.err) == (0, "")
    assert run.out == "--- a/Dockerfile\n+++ b/Dockerfile\n@@ -1 +1 @@\n-FROM acme/app:1.2.3\n+FROM acme/app:1.2.4\n"
    assert folder.read("Dockerfile") == "FROM acme/app:1.2.3\n"


def test_extract_asks_nobody(folder: Folder) -> None:
    folder.write({"Dockerfile": "FROM acme/app:1.2.3\n", "compose.yml": "services: {a: {image: 'acme/app:2'}}\n"})
    code, out, _ = folder.run("--dry-run", "extract", "--format", "json")
    assert code == 0
    assert [(use["path"], use["kind"], use["raw"]) for use in json.loads(out)] == [
        ("Dockerfile", "from", "acme/app:1.2.3"),
        ("compose.yml", "compose", "acme/app:2"),
    ]
    assert folder.registry.asked == []


def test_lookup_tells_what_is_offered_whether_it_is_wanted_or_not(folder: Folder) -> None:
    app(folder.registry, "1.2.3", "1.2.4", "1.3.0", "2.0.0")
    folder.write({"Dockerfile": "FROM acme/app:1.2.3\n"})
    code, out, _ = folder.run("--dry-run", "lookup", "--format", "json")
    assert code == 0
    (image,) = json.loads(out)["images"]
    assert image["candidates"] == {"patch": ["1.2.4"], "minor": ["1.3.0"], "major": ["2.0.0"]}
    assert list(folder.registry.counts) == ["GET /v2/acme/app/tags/list"]


# --- what is written --------------------------------------------------------------------------------------------

FILES = {
    "Dockerfile": (
        "# syntax=acme/app:1.2.3\nARG V=1.2.3\r\nFROM acme/app:${V}-slim AS a # x\nCOPY --from=acme/app:1.2.3 /a /b\n"
        "RUN --mount=from=acme/app:1.2.3,target=/x true\nFROM acme/app:${W:-1.2.3}\nFROM acme/app:\\\n1.2.3\n"
    ),
    "compose.yaml": "services:\n  a:\n    image: 'acme/app:1.2.3' # keep\r\n  b: {image: \"acme/app:1.2.3-slim\"}\n",
    ".github/workflows/ci.yml": (
        "on: push\njobs:\n  a:\n    runs-on: ubuntu-latest\n    container: acme/app:1.2.3\n    services:\n      db:\n"
        "        image: acme/app:1.2.3\n    steps:\n      - uses: docker://acme/app:1.2.3\n"
    ),
    ".devcontainer/devcontainer.json": '{\n  // comment\n  "image": "acme/app:1.2.3",\n}\n',
    "docker-bake.hcl": 'target "a" {\n  contexts = { base = "docker-image://acme/app:1.2.3" }\n}\n',
    "k8s.yaml": (
        "apiVersion: v1\nkind: Pod\nmetadata: {name: a}\nspec:\n  containers:\n  - name: a\n    image: acme/app:1.2.3\n"
    ),
    "kustomization.yaml": (
        "apiVersion: kustomize.config.k8s.io/v1beta1\nkind: Kustomization\nimages:\n- name: acme/app\n  newTag: 1.2.3\n"
    ),
    ".gitlab-ci.yml": "image: acme/app:1.2.3\njob:\n  script: [a]\n  services: [acme/app:1.2.3]\n",
}


def test_every_kind_of_file_is_written_to_the_character(folder: Folder) -> None:
    app(folder.registry, "1.2.3", "1.2.10", "1.2.3-slim", "1.2.10-slim")
    folder.write(FILES)
    code, out, err = folder.run("--write")
    assert (code, err) == (0, "")
    assert out.splitlines()[-1] == "2 updates in 1 pull request; 8 files changed; 2 images in all."
    for path, text in FILES.items():
        assert folder.read(path) == text.replace("1.2.3", "1.2.10")


def test_a_second_run_has_nothing_to_do(folder: Folder) -> None:
    app(folder.registry, "1.2.3", "1.2.10", "1.2.3-slim", "1.2.10-slim", "1.3.1", "2.0.1", "2.1.0-slim")
    folder.configure("pin: true, types: [refresh, patch, minor, major]")
    folder.write(FILES)
    folder.run("--write")
    assert folder.moves() == []
    written = {path: folder.read(path) for path in FILES}
    folder.run("--write")
    assert {path: folder.read(path) for path in FILES} == written
    assert "acme/app:2.0.1@sha256:" in written["compose.yaml"]


def test_an_argument_of_two_images_moves_to_what_suits_both(folder: Folder) -> None:
    app(folder.registry, "1.2.3", "1.2.4", "1.2.5")
    app(folder.registry, "1.2.3", "1.2.4", repository="acme/tool")
    folder.write({"Dockerfile": "ARG V=1.2.3\nFROM acme/app:$V\nFROM acme/tool:$V\n"})
    planned = folder.plan("--write")
    assert folder.read("Dockerfile") == "ARG V=1.2.4\nFROM acme/app:$V\nFROM acme/tool:$V\n"
    assert [(each["repository"], each["new"]) for each in planned["updates"]] == [
        ("docker.io/acme/app", "1.2.4"),
        ("docker.io/acme/tool", "1.2.4"),
    ]
    assert len({each["plan"] for each in planned["updates"]}) == 1


def test_what_suits_both_has_to_run_everywhere_too(folder: Folder) -> None:
    app(folder.registry, "1.2.3", "1.2.4", "1.2.6")
    app(folder.registry, "1.2.5", platforms=("linux/amd64",))
    app(folder.registry, "1.2.3", "1.2.4", "1.2.5", repository="acme/tool")
    folder.write({"Dockerfile": "ARG V=1.2.3\nFROM acme/app:$V\nFROM acme/tool:$V\n"})
    assert folder.moves("--write") == [("patch", "1.2.3", "1.2.4")] * 2
    assert folder.read("Dockerfile").startswith("ARG V=1.2.4\n")


def test_an_argument_of_an_image_that_cannot_follow_stays(folder: Folder) -> None:
    app(folder.registry, "1.2.3", "1.2.4")
    app(folder.registry, "1.2.3", repository="acme/tool")
    folder.write({"Dockerfile": "ARG V=1.2.3\nFROM acme/app:$V\nFROM acme/tool:$V\n"})
    planned = folder.plan("--write")
    assert planned["updates"] == []
    assert folder.read("Dockerfile").startswith("ARG V=1.2.3\n")
    assert planned["skipped"][0]["reason"] == (
        "the `ARG` `V` in line 1 also makes `acme/tool:1.2.3` in line 3, which would become `acme/tool:1.2.4`"
    )


def test_what_is_wanted_most_is_written_where_two_updates_meet(folder: Folder) -> None:
    app(folder.registry, "1.2.3", "1.2.4", "1.3.0", "2.0.0")
    folder.configure("types: [patch, minor]")
    folder.write({"Dockerfile": "FROM acme/app:1.2.3\n"})
    assert folder.moves("--write") == [("patch", "1.2.3", "1.2.4"), ("minor", "1.2.3", "1.3.0")]
    assert folder.read("Dockerfile") == "FROM acme/app:1.3.0\n"


# --- digests ----------------------------------------------------------------------------------------------------


def test_a_pinned_tag_is_refreshed_when_it_was_rebuilt(folder: Folder) -> None:
    old = folder.registry.push("acme/app", "1.2", platforms=BOTH, content="old")
    folder.write({"Dockerfile": f"FROM acme/app:1.2@{old}\n"})
    assert folder.moves() == []
    new = folder.registry.push("acme/app", "1.2", platforms=BOTH, content="new")
    assert folder.moves("--write") == [("refresh", f"1.2@{old}", f"1.2@{new}")]
    assert folder.read("Dockerfile") == f"FROM acme/app:1.2@{new}\n"


def test_tag_and_digest_move_together(folder: Folder) -> None:
    old = folder.registry.push("acme/app", "1.2.3", platforms=BOTH)
    new = folder.registry.push("acme/app", "1.2.4", platforms=BOTH, content="new")
    folder.write({"Dockerfile": f"FROM acme/app:1.2.3@{old}\n"})
    folder.run("--write")
    assert folder.read("Dockerfile") == f"FROM acme/app:1.2.4@{new}\n"


@pytest.mark.parametrize(("platforms", "moves"), [("", 1), ("platforms: [linux/amd64]", 0)])
def test_a_rebuild_for_other_platforms_is_no_update(folder: Folder, platforms: str, moves: int) -> None:
    one = build(Wish(("linux/amd64",), "same"))
    old = folder.registry.push("acme/app", "1.2", platforms=BOTH, content="same")
    mixed = _mixed(one.manifests[0].data, folder.registry)
    folder.configure(platforms)
    folder.write({"Dockerfile": f"FROM acme/app:1.2@{old}\n"})
    assert len(folder.moves()) == moves
    assert mixed != old


def _mixed(same: bytes, registry: RegistryDouble) -> str:
    """Push an index whose first image is the old one and whose second is new."""
    new = build(Wish(("linux/arm64",), "new"))
    both = build(Wish(BOTH, "same"))
    index = json.loads(both.top.data)
    index["manifests"][1] |= {"digest": new.manifests[0].digest, "size": len(new.manifests[0].data)}
    assert index["manifests"][0]["digest"] == digest_of(same)
    top = encode(index, both.top.media_type)
    image = Image((*both.blobs, *new.blobs), (Manifest(same, both.manifests[0].media_type), new.manifests[0], top))
    return registry.push_image("acme/app", "1.2", image=image)


def test_an_index_that_is_not_complete_yet_is_waited_for(folder: Folder) -> None:
    old = folder.registry.push("acme/app", "1.2", platforms=BOTH)
    folder.registry.push("acme/app", "1.2", platforms=("linux/amd64",), content="new")
    folder.write({"Dockerfile": f"FROM acme/app:1.2@{old}\n"})
    assert folder.moves() == []
    assert folder.left() == {
        f"docker.io/acme/app:1.2@{old}": "`1.2` was rebuilt, but so far is not there for linux/arm64"
    }


def test_a_digest_that_is_gone_is_refreshed_and_that_is_said(folder: Folder) -> None:
    new = folder.registry.push("acme/app", "1.2", platforms=BOTH)
    folder.write({"Dockerfile": f"FROM acme/app:1.2@{OTHER}\n"})
    (update,) = folder.plan()["updates"]
    assert (update["type"], update["new"]) == ("refresh", f"1.2@{new}")
    assert update["notes"][0].startswith("What changed is not known, as the pinned image could not be read: ")


def test_a_digest_of_one_platform_is_as_good_as_that_of_all(folder: Folder) -> None:
    folder.registry.push("acme/app", "1.2", platforms=BOTH)
    arm = build(Wish(BOTH)).manifests[1].digest
    folder.write({"Dockerfile": f"FROM acme/app:1.2@{arm}\n"})
    assert folder.moves() == []


def test_pin(folder: Folder) -> None:
    digest = folder.registry.push("acme/app", "latest", "1.2", platforms=BOTH)
    folder.configure("pin: true")
    folder.write({"Dockerfile": "FROM acme/app AS a\nFROM acme/app:1.2\n"})
    assert folder.moves("--write") == [("pin", None, f"latest@{digest}"), ("pin", "1.2", f"1.2@{digest}")]
    assert folder.read("Dockerfile") == f"FROM acme/app:latest@{digest} AS a\nFROM acme/app:1.2@{digest}\n"


def test_one_place_that_is_pinned_pins_no_other(folder: Folder) -> None:
    digest = folder.registry.push("acme/app", "1.2", platforms=BOTH)
    folder.write({"Dockerfile": f"FROM acme/app:1.2@{digest}\nFROM acme/app:1.2\n"})
    assert folder.moves() == []


def test_a_digest_without_a_tag_is_left_alone(folder: Folder) -> None:
    folder.write({"Dockerfile": f"FROM acme/app@{OTHER}\n"})
    assert folder.left() == {
        f"docker.io/acme/app:{OTHER}": "a digest without a tag does not tell which newer image would follow it"
    }
    assert folder.registry.asked == []


# --- platforms --------------------------------------------------------------------------------------------------


def test_a_platform_is_never_lost(folder: Folder) -> None:
    app(folder.registry, "1.2.3", "1.2.4")
    app(folder.registry, "1.2.5", "1.2.6", platforms=("linux/amd64",))
    folder.write({"Dockerfile": "FROM acme/app:1.2.3\n"})
    (update,) = folder.plan()["updates"]
    assert update["new"] == "1.2.4"
    assert update["notes"] == [
        "`1.2.6` is not there for linux/arm64.",
        "`1.2.5` is not there for linux/arm64.",
    ]


@pytest.mark.parametrize(
    ("updates", "source"),
    [
        ("platforms: [linux/amd64]", "FROM acme/app:1.2.3\n"),
        ("", "FROM --platform=linux/amd64 acme/app:1.2.3\n"),
        ("", "FROM --platform=linux/x86_64 acme/app:1.2.3\n"),
    ],
)
def test_only_platforms_that_matter_count(folder: Folder, updates: str, source: str) -> None:
    app(folder.registry, "1.2.3", "1.2.4")
    app(folder.registry, "1.2.5", platforms=("linux/amd64",))
    folder.configure(updates)
    folder.write({"Dockerfile": source})
    assert folder.moves() == [("patch", "1.2.3", "1.2.5")]


def test_a_current_image_that_is_gone_does_not_hold_the_update(folder: Folder) -> None:
    app(folder.registry, "1.2.4")
    folder.write({"Dockerfile": "FROM acme/app:1.2.3\n"})
    (update,) = folder.plan()["updates"]
    assert update["new"] == "1.2.4"
    assert any("Whether all platforms are kept is not known" in note for note in update["notes"])


# --- policy -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("updates", "moves"),
    [
        ("types: [major]", [("major", "1.2.3", "2.0.0")]),
        ("types: []", []),
        ("allowed: '<1.2.5'", [("patch", "1.2.3", "1.2.4")]),
        ("ignored: ['*.5']", [("patch", "1.2.3", "1.2.4")]),
        ("images: [{match: acme, types: []}]", []),
        ("images: [{match: acme, types: []}, {match: 'acme/app:1.*', types: [minor]}]", [("minor", "1.2.3", "1.3.0")]),
        ("ignore-paths: [Dockerfile]", []),
    ],
)
def test_policies(folder: Folder, updates: str, moves: list[tuple[str, str, str]]) -> None:
    app(folder.registry, "1.2.3", "1.2.4", "1.2.5", "1.3.0", "2.0.0")
    folder.configure(updates)
    folder.write({"Dockerfile": "FROM acme/app:1.2.3\n"})
    assert folder.moves() == moves


def test_what_nothing_is_wanted_of_is_not_asked_for(folder: Folder) -> None:
    folder.configure("types: []")
    folder.write({"Dockerfile": "FROM acme/app:1.2.3\n"})
    assert folder.left() == {"docker.io/acme/app:1.2.3": "the configuration wants no updates of it"}
    assert folder.registry.asked == []


def test_only_refreshes_are_wanted_of_what_names_no_digest(folder: Folder) -> None:
    folder.configure("types: [refresh]")
    folder.write({"Dockerfile": "FROM acme/app:1.2.3\n"})
    assert folder.left() == {
        "docker.io/acme/app:1.2.3": "its tag names no digest, and the configuration wants no other tags"
    }


def test_a_young_image_waits(folder: Folder) -> None:
    """The dates here are those that images say themselves; the double is no Docker Hub."""
    for tag, created in (("1.2.3", "2020-01-01"), ("1.2.4", "2020-02-01"), ("1.2.5", "2999-01-01")):
        image = build(Wish(BOTH, tag, annotations={"org.opencontainers.image.created": f"{created}T00:00:00Z"}))
        folder.registry.push_image("acme/app", tag, image=image)
    folder.configure("cooldown: 3")
    folder.write({"Dockerfile": "FROM acme/app:1.2.3\n"})
    (update,) = folder.plan()["updates"]
    assert update["new"] == "1.2.4"
    assert update["notes"] == ["`1.2.5` is from 2999-01-01, and is held until it is 3 days old (`cooldown`)."]


def test_an_image_that_says_no_date_ages_from_when_it_was_first_met(folder: Folder, tmp_path: Path) -> None:
    folder.registry.push("acme/app", "1.2.3", "1.2.4", platforms=BOTH)
    folder.configure("cooldown: 3")
    folder.write({"Dockerfile": "FROM acme/app:1.2.3\n"})
    cache = tmp_path / "cache"
    assert folder.moves() == [("patch", "1.2.3", "1.2.4")], "without a cache nothing is known, and nothing held"
    for _ in range(2):
        assert folder.moves("--registry-cache", str(cache)) == []
    (seen,) = (path for path in cache.rglob("seen/*"))
    seen.write_text("2020-01-01")
    assert folder.moves("--registry-cache", str(cache)) == [("patch", "1.2.3", "1.2.4")]
    seen.write_text("no date at all")
    assert folder.moves("--registry-cache", str(cache)) == []


@pytest.mark.parametrize(("pinned", "moves"), [("2020-01-01", 1), ("2998-12-30", 0)])
def test_a_rebuild_is_held_but_not_for_ever(folder: Folder, pinned: str, moves: int) -> None:
    digests = []
    for created in (pinned, "2999-01-01"):
        image = build(Wish(BOTH, created, annotations={"org.opencontainers.image.created": f"{created}T00:00:00Z"}))
        digests.append(folder.registry.push_image("acme/app", "1.2", image=image))
    folder.configure("cooldown: {refresh: 7}")
    folder.write({"Dockerfile": f"FROM acme/app:1.2@{digests[0]}\n"})
    assert len(folder.moves()) == moves


# --- groups -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("updates", "keys"),
    [
        ("", ["acme-app-1.2-H", "acme-tool-1.0-H", "python-3.8"]),
        ("types: [patch, minor]", ["acme-app-1.2-H", "acme-app-1.2-H-minor", "acme-tool-1.0-H", "python-3.8"]),
        ("group: image", ["acme-app-H", "acme-tool-H", "python"]),
        ("group: type", ["images-patch"]),
        ("group: all, types: [patch, minor]", ["images", "images-minor"]),
        ("images: [{match: acme, group-name: ours}]", ["group-ours", "python-3.8"]),
        ("images: [{match: acme, group-name: Our apps}]", ["group-our-apps-H", "python-3.8"]),
    ],
)
def test_keys(folder: Folder, updates: str, keys: list[str]) -> None:
    app(folder.registry, "1.2.3", "1.2.4", "1.3.0")
    app(folder.registry, "1.0.0", "1.0.1", repository="acme/tool")
    app(folder.registry, "3.8.1-slim", "3.8.2-slim", "3.8.1", "3.8.2", repository="library/python")
    folder.configure(updates)
    folder.write(
        {"Dockerfile": "FROM acme/app:1.2.3\nFROM acme/tool:1.0.0\nFROM python:3.8.1-slim\nFROM python:3.8.1\n"}
    )
    plans = folder.plan()["plans"]
    assert [re.sub(r"-[0-9a-f]{8}(?=-|$)", "-H", plan["key"]) for plan in plans] == keys


def test_a_codename_is_of_the_same_series_as_its_number(folder: Folder) -> None:
    app(folder.registry, "22.04", "jammy", "24.04", "bookworm", "12-slim", repository="library/ubuntu")
    folder.configure("pin: true")
    folder.write({"Dockerfile": "FROM ubuntu:22.04\nFROM ubuntu:jammy\n"})
    assert [plan["key"] for plan in folder.plan()["plans"]] == ["ubuntu-22.04"]


# --- what goes wrong --------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("answer", "code", "reason"),
    [
        ({"status": 401}, 0, "wants credentials"),
        ({"status": 404}, 0, "has no tags of `acme/app`"),
        ({"status": 429, "headers": {"Retry-After": "9999"}}, 1, "requests"),
        ({"status": 500}, 1, ""),
        ({"body": b"<html>"}, 1, ""),
        ({"body": b'{"tags": [1]}'}, 1, ""),
    ],
)
def test_a_registry_that_fails_holds_up_no_other(
    folder: Folder, answer: dict[str, Any], code: int, reason: str
) -> None:
    app(folder.registry, "1.2.3", "1.2.4", repository="acme/tool")
    folder.registry.answer("GET", "/v2/acme/app/.*", **answer)
    folder.write({"Dockerfile": "FROM acme/app:1.2.3\nFROM acme/tool:1.2.3\n"})
    found, out, err = folder.run("--format", "json")
    assert (found, err) == (code, "")
    planned = json.loads(out)
    assert [each["repository"] for each in planned["updates"]] == ["docker.io/acme/tool"]
    (skipped,) = planned["skipped"]
    assert skipped["failed"] is bool(code)
    assert reason in skipped["reason"]
    assert not skipped["reason"].endswith(".")


def test_tags_that_are_none_are_not_proposed(folder: Folder) -> None:
    app(folder.registry, "1.2.3", "1.2.4")
    tags = [
        "1.2.3",
        "1.2.4",
        "1.2.5 ",
        "1.2.6\n::error::x",
        "1.2.7/../x",
        f"1.2.8@{OTHER}",
        "1.2." + "9" * 200,
        "",
        "-1.3",
    ]
    body = json.dumps({"name": "acme/app", "tags": tags}).encode()
    folder.registry.answer("GET", "/v2/acme/app/tags/list", body=body, headers={"Content-Type": "application/json"})
    folder.write({"Dockerfile": "FROM acme/app:1.2.3\n"})
    assert folder.moves() == [("patch", "1.2.3", "1.2.4")]


def test_an_image_that_nobody_rebuilds_is_told(folder: Folder) -> None:
    app(folder.registry, "17.0.1", repository="library/openjdk")
    folder.write({"Dockerfile": "FROM openjdk:17.0.1\n"})
    (skipped,) = folder.plan()["skipped"]
    assert skipped["reason"] == "nothing newer is wanted or offered"
    assert skipped["notes"][0].startswith("`openjdk` ")
    assert "`eclipse-temurin`" in skipped["notes"][0]


def test_a_new_image_that_cannot_be_read_is_not_proposed(folder: Folder) -> None:
    app(folder.registry, "1.2.3", "1.2.4", "1.2.5")
    folder.registry.answer("GET", "/v2/acme/app/manifests/1.2.5", status=404)
    folder.registry.answer("GET", "/v2/acme/app/manifests/1.2.4", status=200, body=b"garbage")
    folder.write({"Dockerfile": "FROM acme/app:1.2.3\n"})
    code, out, _ = folder.run("--format", "json")
    assert code == 1
    planned = json.loads(out)
    assert planned["updates"] == []
    assert planned["skipped"][0]["failed"]


def test_a_rebuilt_image_that_cannot_be_read_is_not_proposed(folder: Folder) -> None:
    old = folder.registry.push("acme/app", "1.2", platforms=BOTH)
    new = folder.registry.push("acme/app", "1.2", platforms=BOTH, content="new")
    folder.registry.answer("GET", f"/v2/acme/app/manifests/{new}", body=b"garbage")
    folder.write({"Dockerfile": f"FROM acme/app:1.2@{old}\n"})
    code, out, _ = folder.run("--format", "json")
    assert code == 1
    assert json.loads(out)["skipped"][0]["failed"]


def test_credentials_that_cannot_be_read(folder: Folder, monkeypatch: pytest.MonkeyPatch) -> None:
    folder.registry.answer("GET", "/v2/acme/app/tags/list", status=401, headers={"WWW-Authenticate": 'Basic realm="x"'})
    folder.write({"docker/config.json": "{", "Dockerfile": "FROM acme/app:1.2.3\n"})
    monkeypatch.setenv("DOCKER_CONFIG", str(folder.path / "docker"))
    code, _, err = folder.run()
    assert code == 2
    assert "config.json` is no configuration of docker" in err


def test_a_private_address_is_refused_unless_it_is_listed(folder: Folder) -> None:
    app(folder.registry, "1.2.3", "1.2.4")
    folder.write({"Dockerfile": "FROM 10.0.0.1/acme/app:1.2.3\n"})
    code, out, _ = folder.run("--format", "json")
    assert code == 1
    assert json.loads(out)["skipped"][0]["reason"] == (
        "`10.0.0.1` is at the address 10.0.0.1, which is private, so it is not contacted"
    )
    folder.write({"Dockerfile": f"FROM {folder.registry.host}/acme/app:1.2.3\n"})
    folder.configure("", registries=f", '{folder.registry.host}': {{allow-private: true}}")
    assert folder.moves() == [("patch", "1.2.3", "1.2.4")]


@pytest.mark.parametrize(
    ("arguments", "error"),
    [
        (["--write", "--diff"], "`--write` and `--diff` are two ways to go on"),
        (["--diff", "--pull-requests"], "`--diff` and `--pull-requests` are two ways to go on"),
        (["--repository", "a/b"], "`--repository` is for `--pull-requests`"),
        (["--dry-run", "plan", "--write"], "`--dry-run` stops before `--write`"),
        (["--format", "sarif"], "`--format sarif` is none of the formats"),
        (["--diff", "--format", "json"], "standard output is the patch of `--diff`"),
        (["-"], "standard input cannot be updated"),
        (["missing"], "`missing`: there is no such file or folder"),
        (["--config", "none.yml"], "`none.yml`: there is no such configuration file"),
    ],
)
def test_usage(folder: Folder, arguments: list[str], error: str) -> None:
    code, out, err = folder.run(*arguments)
    assert (code, out) == (2, "")
    assert err.startswith(f"dockwright: error: {error}\n")


def test_a_mistake_in_the_configuration(folder: Folder) -> None:
    folder.configure("typs: [patch]")
    code, _, err = folder.run()
    assert code == 2
    assert ".github/dockwright.yml:2: unknown key `typs`; did you mean `types`?" in err


def test_a_named_file_is_read_whatever_it_is_called(folder: Folder) -> None:
    app(folder.registry, "1.2.3", "1.2.4")
    folder.write({"build/image": "FROM acme/app:1.2.3\n", "Dockerfile": "FROM acme/app:1.2.3\n"})
    assert folder.run("--write", "build/image")[0] == 0
    assert folder.read("build/image") == "FROM acme/app:1.2.4\n"
    assert folder.read("Dockerfile") == "FROM acme/app:1.2.3\n"


# --- economy ----------------------------------------------------------------------------------------------------


def test_each_thing_is_asked_for_once(folder: Folder) -> None:
    app(folder.registry, "1.2.3", "1.2.4", "1.2.5", "1.2")
    folder.write({f"{n}/Dockerfile": f"FROM acme/app:1.2.{n % 2 + 3}\nFROM acme/app:1.2\n" for n in range(20)})
    folder.plan()
    assert folder.registry.counts == {
        "GET /v2/acme/app/tags/list": 1,
        "GET /v2/acme/app/manifests/1.2.3": 1,
        "GET /v2/acme/app/manifests/1.2.4": 1,
        "GET /v2/acme/app/manifests/1.2.5": 1,
    }


def test_a_pinned_image_that_is_fresh_costs_no_pull(folder: Folder) -> None:
    digest = folder.registry.push("acme/app", "1.2", platforms=BOTH)
    folder.write({"Dockerfile": f"FROM acme/app:1.2@{digest}\n"})
    folder.plan()
    assert folder.registry.counts == {"GET /v2/acme/app/tags/list": 1, "HEAD /v2/acme/app/manifests/1.2": 1}


def test_the_cache_saves_pulls_of_digests(folder: Folder) -> None:
    old = folder.registry.push("acme/app", "1.2", platforms=BOTH, content="old")
    folder.registry.push("acme/app", "1.2", platforms=BOTH, content="new")
    folder.write({"Dockerfile": f"FROM acme/app:1.2@{old}\n"})
    first = folder.moves("--registry-cache", "cache")
    asked = len(folder.registry.asked)
    assert folder.moves("--registry-cache", "cache") == first
    assert {f"{each.method} {each.path}" for each in folder.registry.asked[asked:]} == {
        "GET /v2/acme/app/tags/list",
        "HEAD /v2/acme/app/manifests/1.2",
    }


# --- how far it is ----------------------------------------------------------------------------------------------


class Stream(io.StringIO):
    """A stream that is a terminal, or not."""

    def __init__(self, *, terminal: bool) -> None:
        super().__init__()
        self.terminal = terminal

    def isatty(self) -> bool:
        return self.terminal


@pytest.mark.parametrize(
    ("seconds", "terminal", "expected"),
    [
        (0.01, True, ""),
        (0.4, True, "\rAsked 3 of 5 \rAsked 4 of 9 \rAsked 5 of 9 \r\x1b[K"),
        (0.4, False, ""),
    ],
)
def test_progress(monkeypatch: pytest.MonkeyPatch, seconds: float, expected: str, *, terminal: bool) -> None:
    stream = Stream(terminal=terminal)
    monkeypatch.setattr("sys.stderr", stream)
    times = iter(number * seconds for number in range(100))
    progress = Progress("Asked", clock=lambda: next(times))
    progress.expect(5)
    for step in range(5):
        if step == 3:
            progress.expect(4)
        progress.step()
    progress.close()
    assert stream.getvalue() == expected
