"""The packages of images, through a registry: every format, every trap, every limit."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

import pytest
from msgspec import structs

from dockwright.evidence.inventory import Inventory, inventory
from dockwright.evidence.layer_cache import LayerCache
from dockwright.evidence.limits import Limits
from dockwright.evidence.packages.kinds import Kind
from dockwright.evidence.packages.model import Package
from dockwright.evidence.system import Repository, System
from dockwright.evidence.unknown import Unknown
from dockwright.image import Platform
from tests.support.images import (
    Link,
    Rpm,
    apk_installed,
    as_is,
    berkeley_table,
    dpkg_status,
    gzipped,
    gzipped_members,
    made_image,
    made_index,
    ndb_database,
    rpm_header,
    sqlite_database,
    tar_of,
    zstd_chunked,
    zstd_frames,
)
from tests.support.registry.images import Image, digest_of

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from pathlib import Path

    from tests.support.images.layers import Contents, LayerFiles
    from tests.support.registry import RealRegistry, RegistryDouble

AMD64 = Platform("linux", "amd64")
NAME = "docker.io/library/thing"
STATUS = "var/lib/dpkg/status"
OS_RELEASE = 'ID=debian\nVERSION_ID="12"\nVERSION_CODENAME=bookworm\n'
BOOKWORM = System("debian", "12", "bookworm")
APP: Mapping[str, Contents] = {"app/main.py": "print()"}
DEBIAN: Mapping[str, Contents] = {
    "etc/os-release": Link("symlink", "../usr/lib/os-release"),
    "etc/apt/sources.list": "deb http://deb.example bookworm main\n",
    "usr/lib/os-release": OS_RELEASE,
    STATUS: dpkg_status(("libc6", "2.36-9", "glibc")),
}
LIBC = Package("libc6", "2.36-9", "amd64", "glibc", "2.36-9")


def asked(
    registry: RegistryDouble,
    image: Image,
    platform: Platform = AMD64,
    *,
    cache: LayerCache | None = None,
    limits: Limits | None = None,
) -> Inventory | Unknown:
    digest = registry.push_image("library/thing", image=image)
    return inventory(registry.client(), NAME, digest, platform, cache=cache, limits=limits)


def found(
    registry: RegistryDouble, image: Image, platform: Platform = AMD64, *, cache: LayerCache | None = None
) -> Inventory:
    answer = asked(registry, image, platform, cache=cache)
    assert isinstance(answer, Inventory), answer
    return answer


def blobs_asked(registry: RegistryDouble) -> list[str]:
    return [request.path.rpartition("/")[2] for request in registry.asked if "/blobs/" in request.path]


# --- what there is ----------------------------------------------------------------------------------------------------


def test_all_that_is_told(registry: RegistryDouble) -> None:
    image = made_image([DEBIAN])
    assert found(registry, image) == Inventory(
        kind=Kind.DPKG,
        system=BOOKWORM,
        packages=(LIBC,),
        sources=(Repository("http://deb.example", "bookworm", ("main",)),),
        platform=AMD64,
        digest=image.digest,
        layers_read=1,
        bytes_read=len(image.blobs[0]),
        named=(Repository("http://deb.example", "bookworm", ("main",)),),
    )


@pytest.mark.parametrize("pack", [as_is, gzipped, gzipped_members, zstd_frames, zstd_chunked])
@pytest.mark.parametrize("docker", [False, True])
def test_packings(registry: RegistryDouble, pack: Callable[[bytes], bytes], *, docker: bool) -> None:
    assert found(registry, made_image([DEBIAN, APP], pack=pack, docker=docker)).packages == (LIBC,)


ALPINE = {
    "etc/os-release": "ID=alpine\nVERSION_ID=3.20.3\n",
    "etc/apk/repositories": "https://apk.example/v3.20/main\n",
    "lib/apk/db/installed": apk_installed(("libssl3", "3.3.2-r0", "openssl")),
}
HEADERS = [rpm_header(Rpm("openssl-libs", "3.2.2", "6.el9", "openssl-3.2.2-6.el9.src.rpm", epoch=1))]
RHEL = 'ID="rhel"\nVERSION_ID="9.4"\n'


def rpm_image(path: str, data: bytes) -> Mapping[str, Contents]:
    return {"etc/os-release": RHEL, path: data, "etc/yum.repos.d/x.repo": "[x]\nbaseurl=https://x.example\n"}


@pytest.mark.parametrize(
    ("files", "system", "package", "source"),
    [
        (
            ALPINE,
            System("alpine", "3.20.3"),
            Package("libssl3", "3.3.2-r0", "x86_64", "openssl", "3.3.2-r0"),
            Repository("https://apk.example/v3.20/main"),
        ),
        *(
            (
                rpm_image(path, data),
                System("rhel", "9.4"),
                Package("openssl-libs", "1:3.2.2-6.el9", "x86_64", "openssl", "3.2.2-6.el9"),
                Repository("https://x.example", name="x"),
            )
            for path, data in (
                ("var/lib/rpm/rpmdb.sqlite", sqlite_database(HEADERS)),
                ("usr/lib/sysimage/rpm/rpmdb.sqlite", sqlite_database(HEADERS)),
                ("usr/share/rpm/rpmdb.sqlite", sqlite_database(HEADERS)),
                ("usr/lib/sysimage/rpm/Packages.db", ndb_database(HEADERS)),
                ("var/lib/rpm/Packages", berkeley_table(HEADERS)),
            )
        ),
    ],
)
def test_systems(
    registry: RegistryDouble, files: LayerFiles, system: System, package: Package, source: Repository
) -> None:
    answer = found(registry, made_image([files, APP]))
    assert (answer.system, answer.packages, answer.sources) == (system, (package,), (source,))


def test_distroless(registry: RegistryDouble) -> None:
    """A file for each package, in a layer each; os-release lowest."""
    names = ("base-files", "12.4+deb12u15"), ("libssl3", "3.0.1")
    layers: list[LayerFiles] = [{"usr/lib/os-release": OS_RELEASE}]
    layers += [
        {f"var/lib/dpkg/status.d/{name}": f"Package: {name}\nVersion: {version}\nArchitecture: amd64\n"}
        for name, version in names
    ]
    answer = found(registry, made_image([*layers, APP]))
    assert [package.name for package in answer.packages] == ["base-files", "libssl3"]
    assert (answer.system, answer.layers_read) == (BOOKWORM, 4)


def test_programs_that_were_copied_beside_a_database(registry: RegistryDouble) -> None:
    """What a multi-stage build copies with a file of its own; what the database has as well counts as it says."""
    copied: LayerFiles = {
        f"var/lib/dpkg/status.d/{name}": f"Package: {name}\nVersion: {version}\nArchitecture: amd64\n"
        for name, version in (("git", "1:2.39.5-0"), ("libc6", "1"))
    }
    answer = found(registry, made_image([DEBIAN, copied, APP]))
    assert {package.name: package.version for package in answer.packages}["git"] == "1:2.39.5-0"
    assert [package.version for package in answer.packages if package.name == "libc6"] == ["2.36-9"]


# --- only what is needed ----------------------------------------------------------------------------------------------


def test_the_lowest_layer_is_not_read_if_the_packages_tell_the_system(registry: RegistryDouble) -> None:
    upper: LayerFiles = {STATUS: dpkg_status(("base-files", "12.4+deb12u15"), ("libc6", "2.36-9", "glibc"))}
    image = made_image([DEBIAN, upper, APP])
    answer = found(registry, image)
    assert (answer.system, answer.layers_read, answer.sources) == (BOOKWORM, 2, None)
    assert set(blobs_asked(registry)) == {digest_of(blob) for blob in image.blobs[1:]}


def test_the_lowest_layer_is_read_if_they_do_not(registry: RegistryDouble) -> None:
    upper: LayerFiles = {STATUS: dpkg_status(("base-files", "13ubuntu10"), ("libc6", "2.39", "glibc"))}
    lowest: LayerFiles = {"usr/lib/os-release": "ID=ubuntu\nVERSION_ID=24.04\nVERSION_CODENAME=noble\n", STATUS: ""}
    answer = found(registry, made_image([lowest, upper]))
    assert (answer.system, answer.layers_read) == (System("ubuntu", "24.04", "noble"), 2)


def test_an_unknown_system_has_packages_too(registry: RegistryDouble) -> None:
    answer = found(registry, made_image([{STATUS: DEBIAN[STATUS]}]))
    assert (answer.system, answer.packages) == (System(), (LIBC,))


def test_platforms(registry: RegistryDouble) -> None:
    platforms = ("linux/amd64", "linux/arm64/v8", "linux/arm/v7")
    made = {
        platform: made_image([{**DEBIAN, STATUS: dpkg_status((platform.replace("/", "-"), "1"))}], platform=platform)
        for platform in platforms
    }
    index = made_index(made)
    for written, name in (
        ("linux/amd64", "linux-amd64"),
        ("linux/arm64", "linux-arm64-v8"),
        ("linux/arm64/v8", "linux-arm64-v8"),
        ("linux/arm", "linux-arm-v7"),
        ("linux/aarch64", "linux-arm64-v8"),
    ):
        answer = found(registry, index, Platform(*written.split("/")))
        assert answer.packages[0].name == name
    assert asked(registry, index, Platform("linux", "s390x")) == Unknown("there is no image for `linux/s390x`")


# --- what is kept -----------------------------------------------------------------------------------------------------


def test_layers_are_read_once(registry: RegistryDouble, tmp_path: Path) -> None:
    cache = LayerCache(str(tmp_path))
    image = made_image([DEBIAN, APP])
    first = found(registry, image, cache=cache)
    second = found(registry, image, cache=LayerCache(str(tmp_path)))
    assert second == structs.replace(first, bytes_read=0)
    assert first.bytes_read > 0
    layers = {digest_of(blob) for blob in image.blobs[:2]}
    assert [digest for digest in blobs_asked(registry) if digest in layers] == [
        digest_of(blob) for blob in reversed(image.blobs[:2])
    ]


@pytest.mark.parametrize("poison", [b"", b"nonsense", b"\x90", b"\xdf\xff\xff\xff\xff", b"\x91" * 5000])
def test_a_spoiled_cache_is_no_cache(registry: RegistryDouble, tmp_path: Path, poison: bytes) -> None:
    image = made_image([DEBIAN])
    first = found(registry, image, cache=LayerCache(str(tmp_path)))
    (kept,) = [file for file in tmp_path.rglob("*") if file.is_file()]
    kept.write_bytes(poison)
    assert found(registry, image, cache=LayerCache(str(tmp_path))) == first


def test_what_cannot_be_kept_is_not_kept(registry: RegistryDouble, tmp_path: Path) -> None:
    folder = tmp_path / "a file"
    folder.write_text("")
    assert found(registry, made_image([DEBIAN]), cache=LayerCache(str(folder))).packages == (LIBC,)


def test_broken_layers_are_not_kept(registry: RegistryDouble, tmp_path: Path) -> None:
    assert isinstance(asked(registry, made_image([b"no archive"]), cache=LayerCache(str(tmp_path))), Unknown)
    assert [file for file in tmp_path.rglob("*") if file.is_file()] == []


# --- no inventory: reason ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("layers", "reason"),
    [
        ([], "it has no package database that is known here"),
        ([{}], "it has no package database that is known here"),
        ([{"hello": "x"}], "it has no package database that is known here"),
        ([{**DEBIAN, STATUS: ""}], "it has no package database that is known here"),
        ([DEBIAN, {"var/lib/dpkg/.wh.status": ""}], "it has no package database that is known here"),
        ([DEBIAN, b"nonsense"], "layer 2 of 2: it is no valid tar archive"),
        ([DEBIAN, tar_of(APP)[:515]], "layer 2 of 2: it breaks off"),
        ([{"var/lib/rpm/rpmdb.sqlite": "x"}], "its rpm database (`rpmdb.sqlite`) is broken"),
        ([DEBIAN, {STATUS: Link("symlink", "x")}], "`var/lib/dpkg/status` is no file of its own, but a symlink"),
        ([{"var/lib/dpkg/status.d/a": Link("device")}],
         "`var/lib/dpkg/status.d/a` is no file of its own, but a device or pipe"),
    ],
)  # fmt: skip
def test_what_cannot_be_read(registry: RegistryDouble, layers: list[LayerFiles], reason: str) -> None:
    assert asked(registry, made_image(layers)) == Unknown(reason)


def zeros(size: int) -> LayerFiles:
    return {"zeros": bytes(size)}


@pytest.mark.parametrize("pack", [gzipped, zstd_frames])
def test_bombs(registry: RegistryDouble, pack: Callable[[bytes], bytes]) -> None:
    image = made_image([DEBIAN, zeros(30_000_000)], pack=pack)
    assert isinstance(asked(registry, image), Inventory)
    answer = asked(registry, image, limits=Limits(free=1_000_000, ratio=20))
    assert isinstance(answer, Unknown)
    assert answer.reason.startswith("layer 2 of 2: it unpacks to more than 1,")
    answer = asked(registry, image, limits=Limits(unpacked=2_000_000))
    assert isinstance(answer, Unknown)
    assert "which is too much" in answer.reason


@pytest.mark.parametrize(
    ("limits", "reason"),
    [
        (Limits(image=100), "there would be more than 100 bytes to read"),
        (Limits(layers=1), "it has more than 1 layers"),
        (Limits(packages=0), "more than 0 packages"),
        (Limits(entries=1), "it has more than 1 files"),
        (Limits(seconds=-1), "reading it takes longer than"),
    ],
)
def test_limits(registry: RegistryDouble, limits: Limits, reason: str) -> None:
    answer = asked(registry, made_image([DEBIAN, APP]), limits=limits)
    assert isinstance(answer, Unknown)
    assert reason in answer.reason


def test_a_layer_that_is_not_what_its_digest_says(registry: RegistryDouble) -> None:
    """The other layer has a good archive; it is read to its end, and then it counts for nothing."""
    image, other = made_image([DEBIAN]), made_image([{**DEBIAN, STATUS: dpkg_status(("evil", "1"))}])
    layer = digest_of(image.blobs[0])
    registry.answer("GET", f"/v2/library/thing/blobs/{layer}", body=other.blobs[0])
    answer = asked(registry, image)
    assert isinstance(answer, Unknown)
    assert "sends something else than" in answer.reason


def test_a_layer_with_something_behind_its_archive(registry: RegistryDouble) -> None:
    """What is behind the end of the archive is still part of what has the digest."""
    image = made_image([DEBIAN], pack=lambda data: gzipped(data) + gzipped(b"x" * 100_000))
    assert found(registry, image).bytes_read == len(image.blobs[0])


def test_a_registry_that_refuses(registry: RegistryDouble) -> None:
    registry.push("library/thing", "1")
    image = made_image([DEBIAN])
    layer = digest_of(image.blobs[0])
    registry.answer("GET", f"/v2/library/thing/blobs/{layer}", status=404)
    answer = asked(registry, image)
    assert isinstance(answer, Unknown)
    assert f"has no blob `{layer}`" in answer.reason
    unknown = inventory(registry.client(), NAME, "sha256:" + "a" * 64, AMD64)
    assert isinstance(unknown, Unknown)


def test_manifests_that_are_none(registry: RegistryDouble) -> None:
    image = made_image([DEBIAN])
    for old, new in (
        (b'"size":', b'"size":-'),
        (b'"layers":[{', b'"layers":[1,{'),
        (b'"digest":"sha256:', b'"digest":"md5:'),
        (b'"digest":"sha256:', b'"digest":"../sha256:'),
    ):
        data = image.top.data.replace(old, new)
        assert data != image.top.data
        spoiled = structs_replaced(image, data)
        assert isinstance(asked(registry, spoiled), Unknown)


def structs_replaced(image: Image, manifest: bytes) -> Image:
    return Image(image.blobs, (type(image.top)(manifest, image.top.media_type),))


# --- a real registry --------------------------------------------------------------------------------------------------


def test_through_a_real_registry(real_registry: RealRegistry) -> None:
    image = made_index({"linux/amd64": made_image([DEBIAN, APP]), "linux/arm64": made_image([DEBIAN])})
    digest = real_registry.push_image("team/inventory", "1", image=image)
    with real_registry.client() as client:
        answer = inventory(client, f"{real_registry.host}/team/inventory", digest, AMD64)
    assert isinstance(answer, Inventory)
    assert answer.packages == (LIBC,)


def test_old_layers_leave_the_cache_first(tmp_path: Path, registry: RegistryDouble) -> None:
    cache = LayerCache(str(tmp_path))
    found(registry, made_image([DEBIAN]), cache=cache)
    (kept,) = [file for file in tmp_path.rglob("*") if file.is_file()]
    huge = kept.with_name("sha256-huge")
    with huge.open("wb") as file:
        file.truncate(200 * 1024 * 1024)
    os.utime(huge, (1, 1))
    cache.close()
    assert kept.exists()
    assert not huge.exists()
