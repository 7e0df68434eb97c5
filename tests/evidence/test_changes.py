"""What changes between two images: packages, settings, where they come from."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dockwright.evidence.changes import ChangeType, PackageChange, changes
from dockwright.evidence.image import Configuration, Image, Settings, read_configuration, read_image
from dockwright.evidence.inventory import Inventory
from dockwright.evidence.origin import Origin, Reason, origin
from dockwright.evidence.packages.kinds import Kind
from dockwright.evidence.packages.model import Package
from dockwright.evidence.settings import SettingChange, platforms_lost, setting_changes
from dockwright.evidence.system import System
from dockwright.evidence.unknown import Unknown
from dockwright.image import Platform
from tests.support.images import made_image, made_index
from tests.support.registry.images import digest_of

if TYPE_CHECKING:
    from collections.abc import Mapping

    from tests.support.registry import RegistryDouble

DEBIAN, ALPINE, RHEL = System("debian", "12", "bookworm"), System("alpine", "3.20.3"), System("rhel", "9.4")
ADDED, REMOVED, UPGRADED, DOWNGRADED = ChangeType


def made(*packages: Package, system: System = DEBIAN, kind: Kind = Kind.DPKG) -> Inventory:
    return Inventory(kind, system, tuple(sorted(packages)), None, Platform("linux", "amd64"), "", 1, 0)


def package(name: str, version: str, source: str = "", architecture: str = "amd64") -> Package:
    return Package(name, version, architecture, source or name, version)


def rows(old: Inventory, new: Inventory) -> list[tuple[str, str, str | None, str | None, ChangeType]]:
    return [
        (source.source, each.name, each.old, each.new, each.type)
        for source in changes(old, new).sources
        for each in source.packages
    ]


# --- packages ---------------------------------------------------------------------------------------------------------


def test_grouped_by_source() -> None:
    old = made(
        package("libssl3", "3.0.1-1", "openssl"),
        package("openssl", "3.0.1-1"),
        package("perl-base", "5.36-7+deb12u3", "perl"),
        package("gone", "1"),
        package("same", "1"),
    )
    new = made(
        package("libssl3", "3.0.2-1", "openssl"),
        package("openssl", "3.0.2-1"),
        package("perl-base", "5.36-7", "perl"),
        package("libnew1", "1", "new"),
        package("same", "1"),
    )
    found = changes(old, new)
    assert [(each.source, each.old, each.new) for each in found.sources] == [
        ("gone", ("1",), ()),
        ("new", (), ("1",)),
        ("openssl", ("3.0.1-1",), ("3.0.2-1",)),
        ("perl", ("5.36-7+deb12u3",), ("5.36-7",)),
    ]
    assert found.sources[2].packages == (
        PackageChange("libssl3", "amd64", "3.0.1-1", "3.0.2-1", UPGRADED),
        PackageChange("openssl", "amd64", "3.0.1-1", "3.0.2-1", UPGRADED),
    )
    assert [found.count(type_) for type_ in ChangeType] == [1, 1, 2, 1]
    assert (found.count(), found.unchanged, found.comparable) == (5, 1, True)


@pytest.mark.parametrize(
    ("kind", "old", "new", "type_"),
    [
        (Kind.DPKG, "1.0~rc1-1", "1.0-1", UPGRADED),
        (Kind.DPKG, "1:1.0-1", "2.0-1", DOWNGRADED),
        (Kind.DPKG, "1.9-1", "1.10-1", UPGRADED),
        (Kind.APK, "1.0_rc1-r0", "1.0-r0", UPGRADED),
        (Kind.APK, "1.2.10-r0", "1.2.9-r9", DOWNGRADED),
        (Kind.RPM, "1.0^git1-1", "1.0-1", DOWNGRADED),
        (Kind.RPM, "2.34-100.el9_4.2", "2.34-100.el9_4.10", UPGRADED),
        (Kind.DPKG, "1.0", "1.0-0", UPGRADED),
    ],
)
def test_by_the_systems_own_order(kind: Kind, old: str, new: str, type_: ChangeType) -> None:
    before, after = (made(package("a", version), kind=kind) for version in (old, new))
    assert rows(before, after) == [("a", "a", old, new, type_)]


def test_several_packages_of_one_name() -> None:
    """Two architectures; several kernels of rpm, of which one stays; a package that is no longer for all machines."""
    old = made(package("libc6", "1"), package("libc6", "1", architecture="i386"))
    new = made(package("libc6", "2"), package("libc6", "1", architecture="i386"))
    assert rows(old, new) == [("libc6", "libc6", "1", "2", UPGRADED)]
    old, new = (
        made(*(package("kernel", version) for version in versions), system=RHEL, kind=Kind.RPM)
        for versions in (("5-1", "5-9", "5-10"), ("5-10", "5-11"))
    )
    assert rows(old, new) == [
        ("kernel", "kernel", "5-1", None, REMOVED),
        ("kernel", "kernel", "5-9", "5-11", UPGRADED),
    ]
    old, new = made(package("tool", "1", architecture="all")), made(package("tool", "2"))
    assert rows(old, new) == [("tool", "tool", "1", "2", UPGRADED)]


def test_a_package_that_moves_to_another_source() -> None:
    old, new = made(package("libx", "1", "old-x")), made(package("libx", "2", "new-x"))
    assert rows(old, new) == [("new-x", "libx", "1", "2", UPGRADED)]


@pytest.mark.parametrize(
    ("system", "kind"), [(ALPINE, Kind.APK), (System("ubuntu", "24.04"), Kind.DPKG), (System(), Kind.DPKG)]
)
def test_another_system_has_nothing_to_compare(system: System, kind: Kind) -> None:
    old, new = made(package("openssl", "1")), made(package("openssl", "1"), system=system, kind=kind)
    found = changes(old, new)
    assert (found.comparable, found.unchanged, found.old, found.new) == (False, 0, DEBIAN, system)
    assert rows(old, new) == [
        ("openssl", "openssl", None, "1", ADDED),
        ("openssl", "openssl", "1", None, REMOVED),
    ]


def test_another_release_is_compared() -> None:
    found = changes(made(package("a", "1")), made(package("a", "2"), system=System("debian", "13", "trixie")))
    assert (found.comparable, found.count(UPGRADED)) == (True, 1)


PACKAGES = st.lists(
    st.builds(
        package,
        st.sampled_from("abc"),
        st.sampled_from(["1", "1-0", "2", "1:0", "2~rc"]),
        st.sampled_from(["", "s"]),
        st.sampled_from(["amd64", "all"]),
    ),
    max_size=8,
    unique=True,
)


@given(PACKAGES, PACKAGES, st.sampled_from(Kind))
def test_laws(old: list[Package], new: list[Package], kind: Kind) -> None:
    before, after = made(*old, kind=kind), made(*new, kind=kind)
    found, back = changes(before, after), changes(after, before)
    # Every package is in exactly one place.
    paired = found.unchanged + found.count(UPGRADED) + found.count(DOWNGRADED)
    assert paired + found.count(REMOVED) == len(old)
    assert paired + found.count(ADDED) == len(new)
    assert (found.count(ADDED), found.count(REMOVED)) == (back.count(REMOVED), back.count(ADDED))
    assert changes(before, before).sources == ()
    # The order of the packages means nothing.
    assert changes(made(*reversed(old), kind=kind), after) == found


# --- settings ---------------------------------------------------------------------------------------------------------


def configured(**config: object) -> dict[str, object]:
    return config


def settings_of(registry: RegistryDouble, config: Mapping[str, object]) -> Configuration:
    digest = registry.push_image("library/thing", image=made_image([{"a": "b"}], config=config))
    client, platform = registry.client(), Platform("linux", "amd64")
    image = read_image(client, "docker.io/library/thing", digest, platform)
    assert isinstance(image, Image)
    found = read_configuration(client, "docker.io/library/thing", image)
    assert isinstance(found, Configuration)
    return found


OLD: Mapping[str, object] = {
    "User": "",
    "Entrypoint": None,
    "Cmd": ["python3"],
    "WorkingDir": "/",
    "Env": ["PATH=/usr/bin", "PYTHON_VERSION=3.12.4", "LANG=C.UTF-8", "GONE=1", "EMPTY"],
    "ExposedPorts": {"80/tcp": {}, "81/tcp": {}},
    "Volumes": {"/data": {}},
    "Labels": {"org.opencontainers.image.version": "1", "maintainer": "a"},
    "Healthcheck": {"Test": ["CMD", "true"], "Interval": 30_000_000_000},
}
NEW: Mapping[str, object] = {
    "User": "app",
    "Entrypoint": ["/entry"],
    "Cmd": ["python3", '-c "x"'],
    "WorkingDir": "/app",
    "Env": ["PATH=/usr/local/bin", "PYTHON_VERSION=3.12.5", "LANG=C.UTF-8", "FRESH=a=b", "EMPTY="],
    "ExposedPorts": {"80/tcp": {}, "82/tcp": {}},
    "Volumes": {"/data": {}, "/cache": {}},
    "Labels": {"org.opencontainers.image.version": "2", "maintainer": "b"},
    "StopSignal": "SIGINT",
}


def test_settings(registry: RegistryDouble) -> None:
    old, new = settings_of(registry, OLD), settings_of(registry, NEW)
    assert setting_changes(old, new) == (
        SettingChange("USER", None, "app"),
        SettingChange("ENTRYPOINT", None, '["/entry"]'),
        SettingChange("CMD", '["python3"]', r'["python3", "-c \"x\""]'),
        SettingChange("WORKDIR", "/", "/app"),
        SettingChange("STOPSIGNAL", None, "SIGINT"),
        SettingChange("HEALTHCHECK", '["CMD", "true"]', None),
        SettingChange("ENV FRESH", None, "a=b", may_break=False),
        SettingChange("ENV GONE", "1", None),
        SettingChange("ENV PATH", "/usr/bin", "/usr/local/bin"),
        SettingChange("ENV PYTHON_VERSION", "3.12.4", "3.12.5", may_break=False),
        SettingChange("EXPOSE 81/tcp", "81/tcp", None),
        SettingChange("EXPOSE 82/tcp", None, "82/tcp", may_break=False),
        SettingChange("VOLUME /cache", None, "/cache"),
        SettingChange("LABEL org.opencontainers.image.version", "1", "2", may_break=False),
    )
    assert setting_changes(old, old) == ()


def test_configurations(registry: RegistryDouble) -> None:
    found = settings_of(registry, {})
    assert found.settings == Settings()
    assert (found.created, len(found.diff_ids)) == ("2026-11-01T00:00:00Z", 1)


def test_a_configuration_that_is_none(registry: RegistryDouble) -> None:
    client, name = registry.client(), "docker.io/library/thing"
    image = made_image([{"a": "b"}])
    found = read_image(client, name, registry.push_image("library/thing", image=image), Platform("linux", "amd64"))
    assert isinstance(found, Image)
    config = digest_of(image.blobs[-1])
    spoiled = Image(found.digest, found.platform, digest_of(image.blobs[0]), found.layers)
    assert read_configuration(client, name, spoiled) == Unknown("its configuration is none")
    registry.answer("GET", f"/v2/library/thing/blobs/{config}", status=404)
    assert isinstance(read_configuration(registry.client(), name, found), Unknown)


def test_sizes_and_annotations(registry: RegistryDouble) -> None:
    image = made_image([{"a": "b"}, {"c": "d"}], annotations={"one": "manifest", "two": "manifest"})
    index = made_index({"linux/amd64": image}, annotations={"linux/amd64": {"two": "index"}})
    digest = registry.push_image("library/thing", image=index)
    found = read_image(registry.client(), "docker.io/library/thing", digest, Platform("linux", "amd64"))
    assert isinstance(found, Image)
    assert found.size == len(image.blobs[0]) + len(image.blobs[1])
    assert found.annotations == {"one": "manifest", "two": "index"}
    assert found.digest == image.digest


def test_platforms_lost() -> None:
    old = [Platform("linux", "amd64"), Platform("linux", "arm64", "v8"), Platform("linux", "arm", "v7")]
    assert platforms_lost(old, [Platform("linux", "arm64"), Platform("linux", "amd64")]) == (
        Platform("linux", "arm", "v7"),
    )
    assert platforms_lost(old, old) == ()


# --- where it comes from ----------------------------------------------------------------------------------------------

A, B = "a" * 40, "b" * 40


def annotated(revision: str, base: str | None = None, source: str | None = None) -> dict[str, str]:
    prefix = "org.opencontainers.image."
    said = {"revision": revision, "base.name": "debian:bookworm-slim", "base.digest": base, "source": source}
    return {prefix + key: value for key, value in said.items() if value is not None}


DOI = "https://github.com/docker-library/python.git#%s:3.12/slim-bookworm"
URL = f"https://github.com/docker-library/python/compare/{A}...{B}"
SLIM = "debian:bookworm-slim"


@pytest.mark.parametrize(
    ("old", "new", "found"),
    [
        (
            annotated(A, "1"),
            annotated(A, "2"),
            Origin(Reason.BASE_MOVED, SLIM, base_moved=True, old_revision=A, new_revision=A),
        ),
        (
            annotated(A, "1"),
            annotated(A, "1"),
            Origin(Reason.REBUILT, SLIM, base_moved=False, old_revision=A, new_revision=A),
        ),
        (
            annotated(A),
            annotated(A, "1"),
            Origin(Reason.REBUILT, SLIM, base_moved=None, old_revision=A, new_revision=A),
        ),
        (
            annotated(A, "1", DOI % A),
            annotated(B, "2", DOI % B),
            Origin(Reason.SOURCE_CHANGED, SLIM, base_moved=True, old_revision=A, new_revision=B, compare_url=URL),
        ),
        (
            annotated(A, "1", "https://github.com/docker-library/python"),
            annotated(B, "1", DOI % B),
            Origin(Reason.SOURCE_CHANGED, SLIM, base_moved=False, old_revision=A, new_revision=B, compare_url=URL),
        ),
        *(
            (
                annotated(A, "1", source),
                annotated(B, "1", DOI % B),
                Origin(Reason.SOURCE_CHANGED, SLIM, base_moved=False, old_revision=A, new_revision=B),
            )
            for source in (
                None,
                "https://github.com/other/python.git",
                "https://github.com.evil.example/docker-library/python.git",
                "https://github.com/docker-library/python.git?x",
                "https://github.com/docker-library/python/../../evil",
                "git@github.com:docker-library/python.git",
                "javascript:alert(1)",
            )
        ),
        (annotated("main"), annotated(B), None),
        ({}, annotated(B), None),
        (annotated(A), {}, None),
    ],
)
def test_origin(old: Mapping[str, str], new: Mapping[str, str], found: Origin | None) -> None:
    assert origin(old, new) == found
