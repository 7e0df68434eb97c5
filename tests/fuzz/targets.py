"""Everything that reads bytes from outside: what each must hold for any of them.

A target is given bytes and returns, or fails. What it may raise is caught where it is called, so whatever comes out is
a find, and so is what takes longer than the fuzzer's time-out.
"""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING, Final

from dockwright import diff
from dockwright.config.file import read_config
from dockwright.config.hadolint import read_hadolint
from dockwright.errors import ConfigError, InvalidReference, RegistryError
from dockwright.evidence.layer import read_layer
from dockwright.evidence.limits import Limits
from dockwright.evidence.packages.kinds import DATABASES, Kind
from dockwright.evidence.pocket.apkindex import read_index
from dockwright.evidence.pocket.changelog import read_changelog
from dockwright.evidence.pocket.deb import changelog_of
from dockwright.evidence.pocket.release import read_release
from dockwright.evidence.pocket.repomd import read_repomd
from dockwright.evidence.pocket.secdb import read_secdb
from dockwright.evidence.pocket.stanzas import read_stanzas
from dockwright.evidence.pocket.updateinfo import read_updateinfo
from dockwright.evidence.system import of_release_file, repositories
from dockwright.evidence.unknown import Unreadable
from dockwright.evidence.unpack import unpacked
from dockwright.files.dockerignore import read_ignore_file
from dockwright.files.expression import evaluate
from dockwright.files.images import image_uses
from dockwright.image import Reference
from dockwright.registry.challenge import challenges
from dockwright.registry.digest import digest_of
from dockwright.registry.manifest import read as read_manifest
from dockwright.rule_names import RuleNames
from dockwright.shell.parse import parse_script
from dockwright.source import Source
from dockwright.traced import Traced
from dockwright.versions.tag import read_tag
from tests.dockerfile.laws import check as check_dockerfile

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

_PATHS: Final = (
    "compose.yaml",
    ".github/workflows/x.yml",
    ".gitlab-ci.yml",
    "charts/x/values.yaml",
    "kustomization.yaml",
    "k8s/deployment.yaml",
    ".devcontainer/devcontainer.json",
    "docker-bake.hcl",
    "docker-bake.json",
    "action.yml",
)
_DATABASES: Final = (
    "var/lib/dpkg/status",
    "lib/apk/db/installed",
    "var/lib/rpm/rpmdb.sqlite",
    "var/lib/rpm/Packages.db",
    "var/lib/rpm/Packages",
)
_SETTINGS: Final = (
    "etc/apt/sources.list",
    "etc/apt/sources.list.d/x.sources",
    "etc/apk/repositories",
    "etc/yum.repos.d/x.repo",
)
_LIMITS: Final = Limits(unpacked=1 << 22, free=1 << 20, database=1 << 20, rpm=1 << 20, seconds=30)
_NAMES: Final = RuleNames(lambda: {"floating-tag": ("hadolint:DL3006",)})
_WANTED: Final = frozenset({"a", "openssl", "libssl3"})


def _text(data: bytes) -> str:
    return data.decode("utf-8", "surrogateescape")


def _dockerfile(data: bytes) -> None:
    check_dockerfile(_text(data))


def _images(data: bytes) -> None:
    """Read a file that names images; its first byte says of which kind."""
    source = Source(_PATHS[data[0] % len(_PATHS)] if data else _PATHS[0], _text(data[1:]))
    for use in image_uses(source):
        span = use.word.span
        assert span is None or span.source is source


def _expression(data: bytes) -> None:
    evaluate(_text(data), {})


def _shell(data: bytes) -> None:
    text = _text(data)
    parse_script(Traced.of(Source("x", text).span(0, len(text))))


def _ignore_file(data: bytes) -> None:
    read_ignore_file(Source(".dockerignore", _text(data))).decides("a/b")


def _configuration(data: bytes) -> None:
    for name, read in ((".github/dockwright.yml", read_config), (".hadolint.yaml", read_hadolint)):
        with suppress(ConfigError):
            read(Source(name, _text(data)), _NAMES)


def _patch(data: bytes) -> None:
    diff.parse(_text(data))


def _name(data: bytes) -> None:
    """Read the name of an image, which says the same when it is read again."""
    with suppress(InvalidReference):
        found = Reference.parse(_text(data))
        assert Reference.parse(str(found)) == found
    read_tag(_text(data))


def _layer(data: bytes) -> None:
    with suppress(Unreadable):
        read_layer(unpacked(iter([data[:7], data[7:]])), _LIMITS)


def _packages(data: bytes) -> None:
    """Read a package database; its first byte says of which kind."""
    _, read = DATABASES[_DATABASES[data[0] % len(_DATABASES)] if data else _DATABASES[0]]
    with suppress(Unreadable):
        for package in read(data[1:]):
            assert package.name


def _versions(data: bytes) -> None:
    """Compare two versions: the other way round it is the opposite."""
    one, _, other = _text(data).partition("\0")
    for kind in Kind:
        there, back = kind.compare(one, other), kind.compare(other, one)
        assert (there > 0, there < 0) == (back < 0, back > 0)


def _distribution(data: bytes) -> None:
    """Read what the servers of distributions send."""
    attempts: tuple[Callable[[], object], ...] = (
        lambda: read_release(data),
        lambda: list(read_stanzas(iter([data]), "s", names=_WANTED, sources=_WANTED)),
        lambda: changelog_of(data),
        lambda: read_changelog(_text(data)),
        lambda: read_index(data, _WANTED),
        lambda: read_secdb(data, _WANTED),
        lambda: read_repomd(data),
        lambda: list(read_updateinfo([data], names=_WANTED, sources=_WANTED)),
    )
    for attempt in attempts:
        with suppress(Unreadable):
            attempt()


def _system(data: bytes) -> None:
    of_release_file(data)
    for path in _SETTINGS:
        repositories({path: data})


def _registry(data: bytes) -> None:
    """Read a registry's manifest and its challenge."""
    challenges(_text(data))
    with suppress(RegistryError):
        read_manifest(data, digest_of(data), host="registry.example.com")


TARGETS: Final[Mapping[str, Callable[[bytes], None]]] = {
    "configuration": _configuration,
    "distribution": _distribution,
    "dockerfile": _dockerfile,
    "expression": _expression,
    "ignore-file": _ignore_file,
    "images": _images,
    "layer": _layer,
    "name": _name,
    "packages": _packages,
    "patch": _patch,
    "registry": _registry,
    "shell": _shell,
    "system": _system,
    "versions": _versions,
}
"""By name; the seeds of each are in the folder of `corpus` that has its name."""
