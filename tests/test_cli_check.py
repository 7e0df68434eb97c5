"""`dockwright check` as people use it: images of real formats, registries and distributions' servers over HTTP."""

from __future__ import annotations

import datetime as dt
import json
from email.utils import format_datetime
from typing import TYPE_CHECKING, Any

import pytest

from dockwright.cli import main
from tests.support.cli import dockwright
from tests.support.images import dpkg_status, made_image, made_index
from tests.support.mirrors import MirrorDouble
from tests.support.mirrors.debian import Deb, Suite
from tests.support.registry.fixture import registry
from tests.support.repository import Repository

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from tests.support.registry import RegistryDouble
    from tests.support.registry.images import Image

__all__ = ["registry"]  # a fixture is used by its name

# A release that never ends, and an update that is always two months old: these tests have no clock of their own.
FOREVER = 'ID=debian\nVERSION_ID="99"\nVERSION_CODENAME=forever\n'
SINCE = dt.datetime.now(dt.UTC) - dt.timedelta(days=60)
CHANGELOG = f"""\
openssl (3.0.22-1) forever-security; urgency=high

  * CVE-2026-1111

 -- A B <a@b.invalid>  {format_datetime(SINCE)}

openssl (3.0.20-1) forever; urgency=medium

 -- A B <a@b.invalid>  Fri, 20 Mar 2026 10:00:00 +0000
"""
OPENSSL = Deb("libssl3", "3.0.22-1", source="openssl", changelog=CHANGELOG)
OLD, NEW = (("libssl3", version, "openssl") for version in ("3.0.20-1", "3.0.22-1"))


class Folder:
    """A folder whose configuration has `docker.io` and Debian's servers at the doubles."""

    def __init__(
        self, path: Path, registry: RegistryDouble, mirror: MirrorDouble, capsys: pytest.CaptureFixture[str]
    ) -> None:
        self.path = path
        self.registry = registry
        self._capsys = capsys
        self._repository = Repository(path)
        self.configure(f"mirrors: {{debian-security: '{mirror.url}/debian-security'}}")
        suite = Suite("forever-security", (OPENSSL,), "forever-security", "forever-security")
        suite.put(mirror, "debian-security", valid_until="Sat, 28 Nov 2099 00:53:02 UTC")

    def configure(self, *more: str) -> None:
        lines = [f"registries: {{docker.io: {{mirror: '{self.registry.url}'}}}}", *more, ""]
        self._repository.write("dockwright.yml", "\n".join(lines))

    def push(self, tag: str, image: Image) -> str:
        return self.registry.push_image("acme/app", tag, image=image)

    def run(self, *arguments: str) -> tuple[int, str, str]:
        code = main(["check", *arguments])
        return code, *self._capsys.readouterr()

    def check(self, *arguments: str, code: int) -> list[dict[str, Any]]:
        got, out, err = self.run("--format", "json", *arguments)
        assert (got, err) == (code, "")
        images: list[dict[str, Any]] = json.loads(out)["images"]
        return images


@pytest.fixture
def mirror() -> Iterator[MirrorDouble]:
    double = MirrorDouble()
    yield double
    double.close()


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


def debian(*packages: tuple[str, ...], platform: str = "linux/amd64", release: str = FOREVER) -> Image:
    return made_image([{"etc/os-release": release, "var/lib/dpkg/status": dpkg_status(*packages)}], platform=platform)


def test_an_image_that_lacks_an_update_fails(folder: Folder) -> None:
    folder.push("old", debian(OLD))
    code, out, err = folder.run("acme/app:old")
    assert (code, err) == (1, "")
    said = " ".join(out.split())
    assert "1 package of 1 source package lacks security updates that debian 99 published up to 2026-11-21" in said
    assert f"openssl 3.0.20-1 3.0.22-1 {SINCE.date()} CVE-2026-1111" in said
    assert "Grade C: It lacks a security update of `openssl`" in said
    assert out.endswith("1 image checked; 1 lacks published security updates.\n")


def test_one_that_lacks_none_does_not(folder: Folder) -> None:
    folder.push("new", debian(NEW))
    code, out, err = folder.run("acme/app:new")
    assert (code, err) == (0, "")
    assert "Grade A: It lacks no security update that its distribution has published." in out


def test_several_images_in_their_order(folder: Folder) -> None:
    digests = [folder.push("old", debian(OLD)), folder.push("new", debian(NEW))]
    images = folder.check("acme/app:old", "acme/app:gone", "acme/app:new", "acme/app:old", code=1)
    assert [image["reference"] for image in images] == [f"docker.io/acme/app:{tag}" for tag in ("old", "gone", "new")]
    assert [image["digest"] for image in images] == [digests[0], None, digests[1]]
    assert [image["complete"] for image in images] == [True, False, True]
    assert "has no tag `gone`" in images[1]["unknown"]
    assert images[2]["platforms"][0]["security"] == []


@pytest.mark.parametrize(("fail_on", "code"), [("never", 0), ("F", 0), ("B", 1)])
def test_who_decides_what_fails(folder: Folder, fail_on: str, code: int) -> None:
    folder.push("old", debian(OLD))
    assert folder.run("acme/app:old", "--fail-on", fail_on)[0] == code


@pytest.mark.parametrize(("fail_on", "code"), [("never", 0), ("F", 1), ("B", 1)])
def test_what_is_unknown_fails(folder: Folder, fail_on: str, code: int) -> None:
    folder.push("old", debian(OLD, release="ID=gentoo\n"))
    got, out, _ = folder.run("acme/app:old", "--fail-on", fail_on)
    assert got == code
    assert "is unknown, because it is not known where" in out


def test_without_a_configured_server_an_image_has_to_name_one(folder: Folder) -> None:
    folder.configure()
    folder.push("old", debian(OLD))
    (image,) = folder.check("acme/app:old", code=1)
    assert image["platforms"][0]["unknown"] == (
        "no server of `debian-security` is known: name one under `mirrors` in the configuration"
    )


def test_platforms(folder: Folder) -> None:
    images = {platform: debian(OLD, platform=platform) for platform in ("linux/s390x", "linux/arm64", "linux/amd64")}
    folder.push("many", made_index(images))
    (image,) = folder.check("acme/app:many", code=1)
    assert [each["platform"] for each in image["platforms"]] == ["linux/amd64", "linux/arm64", "linux/s390x"]
    (image,) = folder.check("acme/app:many", "--platform", "linux/arm64", "--platform", "linux/riscv64", code=1)
    assert [each["unknown"] for each in image["platforms"]] == [None, "there is no image for `linux/riscv64`"]


def test_more_platforms_than_are_looked_at(folder: Folder) -> None:
    folder.push("many", made_index({f"linux/arch{number}": debian(OLD) for number in range(10)}))
    (image,) = folder.check("acme/app:many", code=1)
    assert (len(image["platforms"]), image["platforms_left_out"]) == (8, ["linux/arch8", "linux/arch9"])


def test_formats_and_files(folder: Folder) -> None:
    folder.push("old", debian(OLD))
    code, out, _ = folder.run("acme/app:old", "--format", "text,markdown", "--output", "report.md")
    assert (code, "CVE-2026-1111" in out) == (1, True)
    assert (folder.path / "report.md").read_text().startswith("## Dockwright: published security updates\n")


def test_what_was_read_is_kept_for_the_next_run(folder: Folder, mirror: MirrorDouble) -> None:
    folder.push("old", debian(OLD))
    for _ in range(2):
        folder.run("acme/app:old", "--registry-cache", "kept")
    assert mirror.asked[f"debian-security/{OPENSSL.path}"] == 1
    assert mirror.asked["debian-security/dists/forever-security/InRelease"] == 2


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["x:y:z"], "x:y:z"),
        (["debian", "--platform", "arm64"], "`--platform arm64` is no platform"),
        (["debian", "--format", "sarif"], "`--format sarif` is none of the formats"),
        (["debian", "--fail-on", "A"], "invalid choice: 'A'"),
        ([], "the following arguments are required: IMAGE"),
    ],
)
def test_arguments_that_make_no_sense(folder: Folder, arguments: list[str], message: str) -> None:
    code, out, err = folder.run(*arguments)
    assert (code, out) == (2, "")
    assert message in err


def test_the_program_itself(folder: Folder) -> None:
    folder.push("old", debian(OLD))
    run = dockwright("check", "acme/app:old", cwd=folder.path)
    assert (run.code, run.err) == (1, "")
    assert "lacks security updates" in run.out
