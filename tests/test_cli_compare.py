"""`dockwright compare` as people use it: images of real formats, registries over HTTP."""

from __future__ import annotations

import json
import time
from typing import TYPE_CHECKING, Any

import pytest

from dockwright.cli import main
from tests.support.cli import dockwright
from tests.support.images import apk_installed, dpkg_status, made_image, made_index
from tests.support.mirrors import mirror_double
from tests.support.mirrors.alpine import apkindex, secdb
from tests.support.published import TRIXIE, publish
from tests.support.registry.fixture import registry
from tests.support.repository import Repository

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

    from tests.support.mirrors import MirrorDouble
    from tests.support.registry import RegistryDouble
    from tests.support.registry.images import Image

__all__ = ["registry"]  # a fixture is used by its name

BOOKWORM = 'ID=debian\nVERSION_ID="12"\nVERSION_CODENAME=bookworm\n'
ALPINE = "ID=alpine\nVERSION_ID=3.20.3\n"
REVISIONS = ("1" * 40, "2" * 40)
BASES = ("sha256:" + "a" * 64, "sha256:" + "b" * 64)


class Folder:
    """A folder whose configuration has `docker.io` at the double."""

    def __init__(self, path: Path, registry: RegistryDouble, capsys: pytest.CaptureFixture[str]) -> None:
        self.path = path
        self.registry = registry
        self._capsys = capsys
        self.configure("")

    def configure(self, more: str) -> None:
        registries = f"registries: {{docker.io: {{mirror: '{self.registry.url}'}}}}"
        Repository(self.path).write("dockwright.yml", f"{registries}\n{more}\n")

    def push(self, tag: str, image: Image) -> str:
        return self.registry.push_image("acme/app", tag, image=image)

    def run(self, *arguments: str) -> tuple[int, str, str]:
        """Compare `acme/app:old` and `acme/app:new`, unless other images are named."""
        names = () if any("acme" in each for each in arguments) else ("acme/app:old", "acme/app:new")
        code = main(["compare", *names, *arguments])
        return code, *self._capsys.readouterr()

    def compare(self, *arguments: str, code: int = 0) -> dict[str, Any]:
        got, out, err = self.run("--format", "json", *arguments)
        assert (got, err) == (code, "")
        told: dict[str, Any] = json.loads(out)
        assert told["complete"] is (code == 0)
        return told

    def platform(self, *arguments: str, code: int = 0) -> dict[str, Any]:
        (platform,) = self.compare(*arguments, code=code)["platforms"]
        assert isinstance(platform, dict)
        return platform


@pytest.fixture
def folder(
    tmp_path: Path, registry: RegistryDouble, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> Folder:
    monkeypatch.setenv("HOME", "/nonexistent")
    monkeypatch.delenv("DOCKER_CONFIG", raising=False)
    monkeypatch.chdir(tmp_path)
    return Folder(tmp_path, registry, capsys)


def debian(*packages: tuple[str, ...], platform: str = "linux/amd64", **config: object) -> Image:
    layer = {"etc/os-release": BOOKWORM, "var/lib/dpkg/status": dpkg_status(*packages)}
    return made_image([layer], platform=platform, config=config)


def alpine(*packages: tuple[str, str, str]) -> Image:
    return made_image([{"etc/os-release": ALPINE, "lib/apk/db/installed": apk_installed(*packages)}])


def official(revision: str, base: str, image: Image) -> Image:
    """Annotate an image as Docker Official Images are."""
    said = {
        "revision": revision,
        "source": "https://github.com/acme/app.git#main:.",
        "base.name": "debian:bookworm-slim",
        "base.digest": base,
    }
    annotations = {f"org.opencontainers.image.{key}": value for key, value in said.items()}
    return made_index({"linux/amd64": image}, annotations={"linux/amd64": annotations})


def rows(platform: Mapping[str, Any]) -> list[tuple[str, str, str | None, str | None, str]]:
    return [
        (source["source"], each["name"], each["old"], each["new"], each["type"])
        for source in platform["packages"]["sources"]
        for each in source["packages"]
    ]


# --- packages ---------------------------------------------------------------------------------------------------------

OLD = debian(
    ("libssl3", "3.0.1-1", "openssl"),
    ("openssl", "3.0.1-1"),
    ("perl-base", "5.36.0-7+deb12u3", "perl"),
    ("gone", "1.0-1"),
    ("same", "1"),
    User="app",
)
NEW = debian(
    ("libssl3", "3.0.2-1~deb12u1", "openssl"),
    ("openssl", "3.0.2-1~deb12u1"),
    ("perl-base", "5.36.0-7", "perl"),
    ("come", "2:1.0-1"),
    ("same", "1"),
    Env=["APP_VERSION=2"],
)


def test_packages_of_debian(folder: Folder) -> None:
    folder.push("old", OLD)
    folder.push("new", NEW)
    platform = folder.platform()
    assert rows(platform) == [
        ("come", "come", None, "2:1.0-1", "added"),
        ("gone", "gone", "1.0-1", None, "removed"),
        ("openssl", "libssl3", "3.0.1-1", "3.0.2-1~deb12u1", "upgraded"),
        ("openssl", "openssl", "3.0.1-1", "3.0.2-1~deb12u1", "upgraded"),
        ("perl", "perl-base", "5.36.0-7+deb12u3", "5.36.0-7", "downgraded"),
    ]
    assert (platform["platform"], platform["packages"]["unchanged"]) == ("linux/amd64", 1)
    assert platform["packages"]["old_system"] == {"id": "debian", "release": "12", "codename": "bookworm"}


def test_packages_of_alpine(folder: Folder) -> None:
    folder.push("old", alpine(("libcrypto3", "3.3.1-r3", "openssl"), ("busybox", "1.36.1-r28", "busybox")))
    folder.push("new", alpine(("libcrypto3", "3.3.2-r0", "openssl"), ("busybox", "1.36.1-r28", "busybox")))
    platform = folder.platform()
    assert rows(platform) == [("openssl", "libcrypto3", "3.3.1-r3", "3.3.2-r0", "upgraded")]
    assert (platform["packages"]["comparable"], platform["packages"]["unchanged"]) == (True, 1)


def test_the_text(folder: Folder) -> None:
    folder.push("old", official(REVISIONS[0], BASES[0], OLD))
    folder.push("new", official(REVISIONS[0], BASES[1], NEW))
    code, out, err = folder.run()
    sizes = [each["size"] for each in (folder.platform()["old"], folder.platform()["new"])]
    assert (code, err) == (0, "")
    assert out == (
        "acme/app:old → acme/app:new\n"
        "\n"
        "linux/amd64\n"
        "  5 packages of 4 source packages change: 1 downgraded, 1 removed, 2 upgraded, 1\n"
        "  added.\n"
        "  Which of them are security updates is unknown, because no server of\n"
        "  `debian-security` is known: name one under `mirrors` in the configuration.\n"
        "    downgraded  perl     5.36.0-7+deb12u3  5.36.0-7         perl-base\n"
        "    removed     gone     1.0-1             -                gone\n"
        "    upgraded    openssl  3.0.1-1           3.0.2-1~deb12u1  libssl3, openssl\n"
        "    added       come     -                 2:1.0-1          come\n"
        "  2 settings change; 1 may break what builds on the image or runs it.\n"
        "    USER: app → not set\n"
        "    ENV APP_VERSION: not set → 2\n"
        "  A pure rebuild: the same Dockerfile on another base image\n"
        "  (`debian:bookworm-slim`).\n"
        f"  Size: {sizes[0]} B → {sizes[1]} B (+{sizes[1] - sizes[0]} B).\n"
        "\n"
        "1 platform compared.\n"
    )


def test_another_distribution(folder: Folder) -> None:
    folder.push("old", debian(("libssl3", "3.0.1-1", "openssl"), ("zlib1g", "1", "zlib")))
    folder.push("new", alpine(("libcrypto3", "3.3.2-r0", "openssl")))
    assert folder.platform()["packages"]["comparable"] is False
    code, out, _ = folder.run()
    assert code == 0
    assert "  The distribution is another one (debian 12 → alpine 3.20.3): 2 packages\n  removed, 1 added.\n" in out


def test_only_what_is_known_is_said_not_to_change(folder: Folder) -> None:
    folder.push("old", debian(("openssl", "3.0.1-1"), User="app"))
    folder.push("new", debian(("openssl", "3.0.1-1"), Cmd=["sh"], User="app"))
    code, out, _ = folder.run()
    assert code == 0
    assert "  No package changes (1 package in all).\n" in out


@pytest.mark.parametrize("side", ["old", "new"])
def test_an_image_without_a_database(folder: Folder, side: str) -> None:
    other = {"old": "new", "new": "old"}[side]
    folder.push(side, made_image([{"app": "static"}], config={"User": "app"}))
    folder.push(other, debian(("openssl", "3.0.1-1")))
    platform = folder.platform(code=1)
    assert platform["packages"] == {
        "unknown": f"of the {side} image: it has no package database that is known here",
        **dict.fromkeys(["comparable", "old_system", "new_system", "unchanged", "sources"]),
    }
    assert [each["setting"] for each in platform["settings"]["changes"]] == ["USER"]
    code, out, _ = folder.run()
    assert code == 1
    reason = f"Which packages change is unknown, because of the {side} image: it has no package database"
    assert reason in " ".join(out.split())
    assert "No package changes" not in out
    assert out.endswith("1 platform compared; not everything could be learnt.\n")


def test_a_distribution_that_only_one_image_tells(folder: Folder) -> None:
    folder.push("old", made_image([{"var/lib/dpkg/status": dpkg_status(("openssl", "3.0.1-1"))}]))
    folder.push("new", debian(("openssl", "3.0.1-1")))
    for names, side in (("old", "new"), "old"), (("new", "old"), "new"):
        told = folder.platform(*(f"acme/app:{name}" for name in names), code=1)
        assert told["packages"]["unknown"] == f"of the {side} image: it does not say which distribution it is of"


# --- security ---------------------------------------------------------------------------------------------------------


@pytest.fixture
def mirror(folder: Folder) -> Iterator[MirrorDouble]:
    """The server of Debian's suite for security, which the configuration names."""
    with mirror_double() as double:
        folder.configure(f"mirrors: {{debian-security: '{double.url}/debian-security'}}")
        yield double


def trixie(*packages: tuple[str, ...], **more: str) -> Image:
    return made_image([{"etc/os-release": TRIXIE, "var/lib/dpkg/status": dpkg_status(*packages)}], **more)  # type: ignore[arg-type]  # only texts


def test_which_changes_are_security_updates(folder: Folder, mirror: MirrorDouble) -> None:
    publish(mirror, libssl3="3.0.2-1", tzdata="2026b-1", zlib1g="2-1")
    folder.push("old", trixie(("libssl3", "3.0.1-1", "openssl"), ("bash", "1"), ("tzdata", "2026a-1"), ("zlib1g", "1")))
    folder.push(
        "new", trixie(("libssl3", "3.0.2-1", "openssl"), ("bash", "2"), ("tzdata", "2026a-1"), ("zlib1g", "1.5"))
    )
    found = folder.platform()["security"]
    assert found["unknown"] is None
    assert found["checked"] == ["trixie-security main"]
    assert [(each["source"], each["security"], each["identifiers"]) for each in found["upgraded"]] == [
        ("openssl", True, ["CVE-2026-0001"]),
        ("zlib1g", None, []),  # the changelog does not go back to its old version
        ("bash", False, None),
    ]
    assert [each["source"] for each in found["open"]] == ["tzdata", "zlib1g"]
    assert found["totals"] == {"security": 1, "unknown": 1, "identifiers": 1, "open": 2, "open_identifiers": 1}
    _, out, _ = folder.run()
    assert "    upgraded  openssl  3.0.1-1  3.0.2-1  libssl3  security, high, CVE-2026-0001\n" in out


def test_kernel_headers_are_told_apart(folder: Folder, mirror: MirrorDouble) -> None:
    publish(mirror, **{"linux-headers": "6.2-1"})
    folder.push("old", trixie(("linux-headers", "6.1-1")))
    folder.push("new", trixie(("linux-headers", "6.2-1")))
    assert folder.platform()["security"]["totals"]["security"] == 0
    assert "Kernel headers change, too: 1 CVE, which concern hosts and not this image." in " ".join(
        folder.run()[1].split()
    )


def test_alpine_says_what_each_version_fixes(folder: Folder) -> None:
    edge = "ID=alpine\nVERSION_ID=3.99.0_alpha20260805\n"  # a release would be out of support some day

    def image(libssl: str, busybox: str) -> Image:
        installed = apk_installed(("libssl3", libssl, "openssl"), ("busybox", busybox, "busybox"))
        return made_image([{"etc/os-release": edge, "lib/apk/db/installed": installed}])

    with mirror_double() as double:
        folder.configure(f"mirrors: {{alpine: '{double.url}/alpine', alpine-secdb: '{double.url}/secdb'}}")
        newest = apkindex(("libssl3", "3.5.6-r0", "openssl"), ("busybox", "1.2-r0", "busybox"), built=int(time.time()))
        for component in ("main", "community"):
            double.files[f"alpine/edge/{component}/x86_64/APKINDEX.tar.gz"] = newest
            double.files[f"secdb/edge/{component}.json"] = secdb({})
        fixes = {"openssl": {"3.5.4-r0": ["CVE-2026-9230"], "3.5.6-r0": ["CVE-2026-9231"]}}
        double.files["secdb/edge/main.json"] = secdb(fixes)
        folder.push("old", image("3.5.1-r0", "1.1-r0"))
        folder.push("new", image("3.5.4-r0", "1.2-r0"))
        found = folder.platform()["security"]
    assert [(each["source"], each["security"], each["identifiers"]) for each in found["upgraded"]] == [
        ("openssl", True, ["CVE-2026-9230"]),
        ("busybox", False, None),
    ]
    assert [(each["source"], each["identifiers"]) for each in found["open"]] == [("openssl", ["CVE-2026-9231"])]


@pytest.mark.parametrize(
    ("status", "reason"),
    [(404, "does not have `InRelease`"), (500, "answers with status 500")],
)
def test_the_difference_is_told_without_the_distribution(
    folder: Folder, mirror: MirrorDouble, status: int, reason: str
) -> None:
    mirror.statuses["debian-security/dists/trixie-security/InRelease"] = status
    folder.push("old", trixie(("libssl3", "3.0.1-1", "openssl")))
    folder.push("new", trixie(("libssl3", "3.0.2-1", "openssl")))
    platform = folder.platform()
    assert reason in platform["security"]["unknown"]
    assert platform["security"]["totals"] is None
    assert rows(platform) == [("openssl", "libssl3", "3.0.1-1", "3.0.2-1", "upgraded")]


def test_another_release_gets_its_updates_apart(folder: Folder) -> None:
    folder.push("old", debian(("libssl3", "3.0.1-1", "openssl")))
    folder.push("new", trixie(("libssl3", "3.0.2-1", "openssl")))
    assert folder.platform()["security"]["unknown"] == (
        "they are of different releases (`debian 12`, `debian 13`), which get updates apart"
    )


# --- origin, settings -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("new", "reason", "moved"),
    [
        ((REVISIONS[0], BASES[1]), "base-moved", True),
        ((REVISIONS[0], BASES[0]), "rebuilt", False),
        ((REVISIONS[1], BASES[1]), "source-changed", True),
    ],
)
def test_why_an_official_image_was_built(folder: Folder, new: tuple[str, str], reason: str, *, moved: bool) -> None:
    folder.push("old", official(REVISIONS[0], BASES[0], OLD))
    folder.push("new", official(*new, NEW))
    found = folder.platform()["origin"]
    assert (found["reason"], found["base"], found["base_moved"]) == (reason, "debian:bookworm-slim", moved)
    changed = f"https://github.com/acme/app/compare/{REVISIONS[0]}...{REVISIONS[1]}"
    assert found["compare_url"] == (changed if reason == "source-changed" else None)


def test_other_images_do_not_say_why(folder: Folder) -> None:
    folder.push("old", OLD)
    folder.push("new", NEW)
    assert folder.platform()["origin"] is None


# --- platforms --------------------------------------------------------------------------------------------------------


def every(*platforms: str, version: str) -> Image:
    return made_index({each: debian(("openssl", version), platform=each) for each in platforms})


def test_platforms_that_both_have(folder: Folder) -> None:
    folder.push("old", every("linux/arm64/v8", "linux/s390x", "linux/amd64", version="1"))
    folder.push("new", every("linux/386", "linux/amd64", "linux/arm64", version="2"))
    told = folder.compare()
    assert [each["platform"] for each in told["platforms"]] == ["linux/amd64", "linux/arm64/v8"]
    assert all(rows(each) == [("openssl", "openssl", "1", "2", "upgraded")] for each in told["platforms"])
    assert (told["platforms_lost"], told["platforms_added"]) == (["linux/s390x"], ["linux/386"])
    _, out, _ = folder.run()
    assert "  The new image is no longer there for `linux/s390x`.\n" in out


def test_no_more_platforms_than_anybody_reads(folder: Folder) -> None:
    names = ["windows/amd64", *(f"linux/{each}" for each in ("s390x", "riscv64", "ppc64le", "mips", "arm", "arm64"))]
    names += ["linux/amd64", "linux/386", "linux/loong64"]
    folder.push("old", every(*names, version="1"))
    folder.push("new", every(*names, version="2"))
    told = folder.compare()
    assert [each["platform"].removeprefix("linux/") for each in told["platforms"]] == [
        "amd64", "386", "arm", "arm64", "loong64", "mips", "ppc64le", "riscv64",
    ]  # fmt: skip
    assert told["platforms_left_out"] == ["linux/s390x", "windows/amd64"]
    chosen = folder.compare("--platform", "windows/amd64", "--platform", "linux/arm/v7", "--platform", "linux/arm")
    assert [each["platform"] for each in chosen["platforms"]] == ["windows/amd64", "linux/arm/v7"]
    assert chosen["platforms_left_out"] == []


def test_a_platform_that_one_lacks(folder: Folder) -> None:
    folder.push("old", every("linux/amd64", "linux/arm64", version="1"))
    folder.push("new", debian(("openssl", "2")))  # without an index
    assert rows(folder.platform()) == [("openssl", "openssl", "1", "2", "upgraded")]
    platform = folder.platform("--platform", "linux/arm64", code=1)
    reason = "of the new image: there is no image for `linux/arm64`"
    assert (platform["packages"]["unknown"], platform["settings"]["unknown"]) == (reason, reason)
    assert (platform["old"]["unknown"], platform["new"]["size"]) == (None, None)
    _, out, _ = folder.run("--platform", "linux/arm64")
    assert " ".join(out.split()).count("there is no image for `linux/arm64`") == 1


def test_no_platform_in_common(folder: Folder) -> None:
    folder.push("old", debian(("openssl", "1")))
    folder.push("new", debian(("openssl", "1"), platform="linux/arm64"))
    told = folder.compare(code=1)
    assert (told["unknown"], told["platforms"]) == ("they have no platform in common", [])


def test_the_same_image_is_not_read(folder: Folder) -> None:
    digest = folder.push("old", OLD)
    folder.push("new", OLD)
    platform = folder.platform()
    assert (platform["same"], platform["packages"], platform["settings"]) == (True, None, None)
    assert platform["old"] == platform["new"]
    assert platform["old"]["digest"] == digest
    layer = OLD.blobs[0]
    assert platform["old"]["size"] == len(layer)
    assert "Both are the same image.\n" in folder.run()[1]
    assert not [each for each in folder.registry.asked if layer_of(OLD) in each.path]


# --- what goes wrong --------------------------------------------------------------------------------------------------


def test_a_tag_that_is_not_there(folder: Folder) -> None:
    folder.push("old", OLD)
    told = folder.compare(code=1)
    assert told["unknown"] == (
        f"of the new image: `{folder.registry.host}` (for `docker.io`) has no tag `new` of `acme/app`"
    )
    assert (told["platforms"], told["old"]["digest"], told["new"]["digest"]) == ([], OLD.digest, None)
    code, out, err = folder.run()
    assert (code, err) == (1, "")
    assert "What changes is unknown, because of the new image:" in out


def test_a_layer_that_is_not_there(folder: Folder) -> None:
    folder.push("old", OLD)
    folder.push("new", NEW)
    folder.registry.answer("GET", f".*/blobs/{layer_of(NEW)}", status=404)
    platform = folder.platform(code=1)
    assert platform["packages"]["unknown"].startswith("of the new image: ")
    assert platform["packages"]["sources"] is None
    assert platform["settings"]["unknown"] is None


def layer_of(image: Image) -> str:
    digest: str = json.loads(image.top.data)["layers"][0]["digest"]
    return digest


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("acme/app:old", "acme/App"), "`acme/App` is no image reference"),
        (("acme/app:1", "acme/app:2", "--platform", "linux"), "`--platform linux` is no platform"),
        (("acme/app:1", "acme/app:2", "--platform", "a/b/c/d"), "`--platform a/b/c/d` is no platform"),
        (("acme/app:1",), "the following arguments are required: NEW"),
        (("acme/app:1", "acme/app:2", "--format", "sarif"), "`--format sarif` is none of the formats"),
        (("acme/app:1", "acme/app:2", "--config", "gone.yml"), "`gone.yml`: there is no such configuration file"),
    ],
)
def test_arguments_that_make_no_sense(folder: Folder, arguments: tuple[str, ...], message: str) -> None:
    code, out, err = folder.run(*arguments)
    assert (code, out) == (2, "")
    assert message in err
    assert folder.registry.asked == []


# --- files, the process -----------------------------------------------------------------------------------------------


def test_reports_in_files_and_a_cache(folder: Folder) -> None:
    folder.push("old", OLD)
    folder.push("new", NEW)
    reports = ("--format", "json", "--output", "c.json", "--format", "markdown", "--output", "c.md")
    assert folder.run(*reports, "--registry-cache", "kept") == (0, "", "")
    told = json.loads((folder.path / "c.json").read_text())
    assert len(told["platforms"]) == 1
    assert (folder.path / "c.md").read_text().startswith("## Dockwright: `acme/app:old` → `acme/app:new`\n")
    asked = len(folder.registry.asked)
    assert folder.compare("--registry-cache", "kept") == told
    layers = [
        each for each in folder.registry.asked[asked:] if layer_of(OLD) in each.path or layer_of(NEW) in each.path
    ]
    assert layers == []


def test_the_process(folder: Folder) -> None:
    folder.push("old", OLD)
    folder.push("new", NEW)
    run = dockwright("compare", "acme/app:old", "acme/app:new", "--color", "always", cwd=folder.path)
    assert (run.code, run.err) == (0, "")
    assert "\x1b[31mdowngraded\x1b[0m" in run.out
    assert "\x1b[1mlinux/amd64\x1b[0m\n" in run.out
