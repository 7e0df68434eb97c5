"""`dockwright stale` as people use it."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from dockwright.cli import main
from tests.support.images import made_index
from tests.support.mirrors import mirror_double
from tests.support.published import BASE, MOVED, OWN, app, base, publish
from tests.support.registry.fixture import registry
from tests.support.repository import Repository

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from tests.support.mirrors import MirrorDouble
    from tests.support.registry import RegistryDouble

__all__ = ["registry"]  # a fixture is used by its name

AMD64 = "linux/amd64"


class Folder:
    """A folder with a Dockerfile, whose configuration has registries and distributions at the doubles."""

    def __init__(self, path: Path, registry: RegistryDouble, mirror: MirrorDouble, capsys: object) -> None:
        self.path = path
        self.registry = registry
        self._capsys = capsys
        config = f"registries: {{docker.io: {{mirror: '{registry.url}'}}}}\n"
        config += f"mirrors: {{debian-security: '{mirror.url}/debian-security'}}\n"
        Repository(path).write("dockwright.yml", config)
        (path / "Dockerfile").write_text("ARG TAG=3.12-slim\nFROM python:$TAG\nRUN true\n")

    def run(self, *arguments: str) -> tuple[int, str, str]:
        code = main(["stale", "acme/app:1", *arguments])
        assert isinstance(self._capsys, pytest.CaptureFixture)
        return code, *self._capsys.readouterr()


@pytest.fixture
def mirror() -> Iterator[MirrorDouble]:
    with mirror_double() as double:
        publish(double, libssl3="3.0.1-1")
        yield double


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
    registry.push_image("library/python", "3.12-slim", image=made_index({AMD64: base()}))
    registry.push_image("acme/app", "1", image=app(BASE, OWN))
    return Folder(tmp_path, registry, mirror, capsys)


def test_current(folder: Folder) -> None:
    code, out, err = folder.run("--dockerfile", "Dockerfile")
    assert (code, err) == (0, "")
    assert "  It need not be built again.\n" in out
    assert "  It is built on `python:3.12-slim` as it is today (by its layers).\n" in out
    assert "  It lacks no published security update.\n" in out


def test_stale(folder: Folder, mirror: MirrorDouble) -> None:
    publish(mirror, libssl3="3.0.2-1", curl="8.2-1")
    folder.registry.push_image("library/python", "3.12-slim", image=made_index({AMD64: base(MOVED)}))
    code, out, err = folder.run("--dockerfile", "Dockerfile")
    assert (code, err) == (1, "")
    words = " ".join(out.split())
    assert "It must be built again: an image that it is built from is another one today; today's base has" in words
    assert "Build it without cache." in words
    assert "upgraded openssl 3.0.1-1 3.0.2-1" in words
    assert "build without cache curl 8.1-1 8.2-1" in words
    assert "today's base openssl 3.0.1-1 3.0.2-1" in words


def test_json_and_markdown_into_files(folder: Folder) -> None:
    arguments = ("--base", "python:3.12-slim", "--format", "json", "--output", "a.json")
    code, out, _ = folder.run(*arguments, "--format", "markdown", "--output", "b.md", "--max-age", "3650")
    assert (code, out) == (0, "")
    told = json.loads((folder.path / "a.json").read_text())
    assert (told["version"], told["rebuild_needed"], told["reasons"], told["no_cache"]) == (1, False, [], False)
    assert told["platforms"][0]["bases"][0]["evidence"] == "layers"
    assert "**It need not be built again.**" in (folder.path / "b.md").read_text()


def test_a_build_argument(folder: Folder) -> None:
    folder.registry.push_image("library/python", "3.13-slim", image=made_index({AMD64: base(MOVED)}))
    assert folder.run("--dockerfile", "Dockerfile", "--build-arg", "TAG=3.13-slim")[0] == 1


def test_unknown_ends_with_one(folder: Folder) -> None:
    code, out, _ = folder.run()
    assert code == 1
    assert "Whether it must be built again is unknown." in out


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("--target", "app"), "`--target` and `--build-arg` are of a Dockerfile"),
        (("--dockerfile", "Dockerfile", "--base", "python"), "`--base` and `--dockerfile` both say"),
        (("--dockerfile", "nowhere"), "`nowhere` cannot be read: it is not there"),
        (("--dockerfile", "Dockerfile", "--target", "x"), "`Dockerfile` has no stage `x`"),
        (("--dockerfile", "Dockerfile", "--build-arg", "TAG=a b"), "the build argument `TAG` cannot be part of"),
        (("--dockerfile", "Dockerfile", "--build-arg", "TAG"), "`TAG` is no build argument"),
        (("--max-age", "0"), "`--max-age` is `0`"),
        (("--max-age", "99999999999"), "`--max-age` is `99999999999`"),
        (("--platform", "linux"), "`linux` is no platform"),
        (("--base", "Python"), "`Python` is no image reference"),
    ],
)
def test_what_makes_no_sense(folder: Folder, arguments: tuple[str, ...], message: str) -> None:
    code, _, err = folder.run(*arguments)
    assert (code, message in err) == (2, True), err
