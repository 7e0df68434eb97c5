"""Alpine, and Wolfi and Chainguard, which publish in the same way.

There is no suite for security: a branch gets its fixes beside other updates, and a database says which fix what.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from msgspec import Struct

from dockwright.errors import RegistryNotFound
from dockwright.evidence.packages.versions import compare_apk
from dockwright.evidence.pocket.apkindex import read_index
from dockwright.evidence.pocket.model import Lacking, Published
from dockwright.evidence.pocket.secdb import fixes_between, read_secdb
from dockwright.evidence.pocket.support import UNSIGNED, about, architectures, check_age, check_support
from dockwright.evidence.unknown import Unknown, Unreadable

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import date, datetime

    from dockwright.evidence.inventory import Inventory
    from dockwright.evidence.packages.model import Package
    from dockwright.evidence.pocket.apkindex import Index
    from dockwright.evidence.pocket.fetch import Fetch
    from dockwright.evidence.pocket.model import Fixes
    from dockwright.evidence.pocket.secdb import Secdb

SYSTEMS: Final = frozenset({"alpine", "wolfi", "chainguard"})

_MIB: Final = 1024 * 1024
_LARGEST_INDEX, _LARGEST_SECDB = 64 * _MIB, 64 * _MIB
_RELEASE: Final = re.compile(r"(3\.[0-9]{1,3})(?:\.[0-9]{1,3})?", re.ASCII)
_EDGE: Final = re.compile(r"3\.[0-9.]{1,8}_alpha[0-9]{8}", re.ASCII)
_FOLDER: Final = re.compile(r"(?:^|/)(v3\.[0-9]{1,3}|edge|latest-stable)/(main|community)/?", re.ASCII)
_DAYS: Final = 120  # a supported branch is never still for so long
_ARCHITECTURES: Final = {
    "amd64": "x86_64", "386": "x86", "arm64": "aarch64", "arm": "armv7", "arm/v6": "armhf", "arm/v7": "armv7",
    "ppc64le": "ppc64le", "s390x": "s390x", "riscv64": "riscv64", "loong64": "loongarch64",
}  # fmt: skip


class _Repository(Struct, frozen=True):
    """A repository: its mirror, its folder there, what it is called, and where its database of fixes is."""

    mirror: str
    folder: str
    name: str
    secdb_mirror: str
    secdb: str


def published(inventory: Inventory, *, fetch: Fetch, now: datetime) -> Published:
    """Return what the repositories of the image's branch have.

    Raises:
        Unreadable: it cannot be said.
        RegistryError: a mirror cannot be asked.
    """
    system = inventory.system
    check_support(system.id, system.release, now.date())
    architecture = architectures(inventory, _ARCHITECTURES, independent="noarch")[0]
    repositories = _repositories(inventory)
    names = frozenset(package.name for package in inventory.packages)
    sources = frozenset(package.source for package in inventory.packages)
    newest: dict[str, tuple[str, str]] = {}
    days: dict[str, date] = {}
    secdb: Secdb = {}
    undecided: Unknown | None = None
    dates = []
    for repository in repositories:
        path = f"{repository.folder}{architecture}/APKINDEX.tar.gz"
        with about(f"the index of `{repository.name}`"):
            index = read_index(fetch.get(repository.mirror, path, largest=_LARGEST_INDEX), names)
        dates.append(index.built)
        _add(newest, days, index, repository.name)
        found = _secdb(repository, sources, fetch)
        if isinstance(found, Unknown):
            undecided = undecided or found
        else:
            secdb |= found
    if not newest:
        raise Unreadable(f"none of its packages is one of `{system}`'s own")
    known = [date for date in dates if date is not None]
    if not known:
        raise Unreadable(f"the index of `{system}` does not say of when it is")
    check_age(str(system), max(known), now, days=_DAYS)
    record = _Record(secdb, _by_source(inventory.packages, newest, days), undecided)
    lacking = tuple(_lacking(inventory.packages, newest, record))
    checked = tuple(repository.name for repository in repositories)
    return Published(system, lacking, checked, max(known), tuple(_notes(inventory)), record, undecided)


def _secdb(repository: _Repository, sources: frozenset[str], fetch: Fetch) -> Secdb | Unknown:
    """Return which versions fix what; without it, updates are known, but not which of them are for security."""
    try:
        return read_secdb(fetch.get(repository.secdb_mirror, repository.secdb, largest=_LARGEST_SECDB), sources)
    except RegistryNotFound as reason:
        return Unknown(str(reason))


def _repositories(inventory: Inventory) -> list[_Repository]:
    system = inventory.system
    if system.id != "alpine":
        return [_Repository(system.id, "", system.id, system.id, "security.json")]
    branch = _branch(system.release)
    named = [_FOLDER.search(source.uri) for source in inventory.sources or () if not source.name]
    components = {match[2] for match in named if match is not None} or {"main", "community"}
    return [
        _Repository(
            "alpine", f"{branch}/{component}/", f"{branch}/{component}", "alpine-secdb", f"{branch}/{component}.json"
        )
        for component in ("main", "community")
        if component in components
    ]


def _branch(release: str) -> str:
    if match := _RELEASE.fullmatch(release):
        return f"v{match[1]}"
    if _EDGE.fullmatch(release):
        return "edge"
    raise Unreadable(f"`{release}` is no release of Alpine that is known how to look up")


def _add(newest: dict[str, tuple[str, str]], days: dict[str, date], index: Index, repository: str) -> None:
    for name, version in index.versions.items():
        if name not in newest or compare_apk(version, newest[name][0]) > 0:
            newest[name] = version, repository
            days.pop(name, None)
            if name in index.days:
                days[name] = index.days[name]


def _by_source(
    packages: tuple[Package, ...], newest: dict[str, tuple[str, str]], days: dict[str, date]
) -> dict[tuple[str, str], date]:
    """Return when versions of source packages were built."""
    return {
        (each.source, newest[each.name][0]): days[each.name]
        for each in packages
        if each.name in newest and each.name in days
    }


def _lacking(packages: tuple[Package, ...], newest: dict[str, tuple[str, str]], record: _Record) -> Iterator[Lacking]:
    for package in packages:
        version, repository = newest.get(package.name, ("", ""))
        if version and compare_apk(version, package.version) > 0:
            fixes = record.known(package.source, package.source_version, version)
            security = bool(fixes.identifiers or fixes.advisories)
            yield Lacking(package, version, version, repository, security)


def _notes(inventory: Inventory) -> Iterator[str]:
    yield UNSIGNED
    if inventory.system.id == "alpine":
        branch = _branch(inventory.system.release)
        matches = [_FOLDER.search(source.uri) for source in inventory.sources or ()]
        others = sum(match is None or match[1] not in {branch, "latest-stable"} for match in matches)
        if others:
            yield f"Repositories of the image that are not of `{branch}` itself ({others}) were not looked at."


class _Record:
    """What the database says; it has been read already."""

    def __init__(self, secdb: Secdb, days: dict[tuple[str, str], date], undecided: Unknown | None) -> None:
        self._secdb = secdb
        self._days = days
        self._undecided = undecided

    def fixes(self, source: str, old: str, new: str) -> Fixes | Unknown:
        """Return what a source package's versions above `old`, up to and with `new`, fix; unknown without all of it."""
        return self._undecided or self.known(source, old, new)

    def known(self, source: str, old: str, new: str) -> Fixes:
        """Return as much of that as there is."""
        return fixes_between(self._secdb, source, old, new, since=self._days.get((source, new)))
