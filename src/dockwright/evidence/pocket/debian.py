"""Debian and Ubuntu: their suites, as apt reads them, but never more of them than are the release's own."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from msgspec import Struct

from dockwright.evidence.packages.versions import compare_dpkg
from dockwright.evidence.pocket.changelog import fixes_between, read_changelog
from dockwright.evidence.pocket.deb import changelog_of
from dockwright.evidence.pocket.model import Lacking, Published
from dockwright.evidence.pocket.packed import pieces_of
from dockwright.evidence.pocket.release import read_release
from dockwright.evidence.pocket.stanzas import read_stanzas
from dockwright.evidence.pocket.support import SIGNATURE, about, architectures, check_age, check_support
from dockwright.evidence.unknown import Unknown, Unreadable
from dockwright.lifecycle import cycles

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping
    from datetime import datetime

    from dockwright.evidence.inventory import Inventory
    from dockwright.evidence.packages.model import Package
    from dockwright.evidence.pocket.changelog import Entry
    from dockwright.evidence.pocket.fetch import Fetch
    from dockwright.evidence.pocket.model import Fixes
    from dockwright.evidence.pocket.release import File, Release
    from dockwright.evidence.pocket.stanzas import Offer

_MIB: Final = 1024 * 1024
_LARGEST_RELEASE, _LARGEST_INDEX, _LARGEST_PACKAGES, _LARGEST_DEB = 4 * _MIB, 48 * _MIB, 768 * _MIB, 24 * _MIB
_MOST_TRIED: Final = 8  # packages of one source: the folder of documentation may be a link to another package's
_CODENAME: Final = re.compile(r"[a-z]{2,20}", re.ASCII)
_ARCHITECTURES: Final = {
    "amd64": "amd64", "386": "i386", "arm64": "arm64", "arm": "armhf", "arm/v5": "armel", "arm/v6": "armel",
    "ppc64le": "ppc64el", "s390x": "s390x", "riscv64": "riscv64", "mips64le": "mips64el", "loong64": "loong64",
}  # fmt: skip
_COMPONENTS: Final = {"debian": ("main",), "ubuntu": ("main", "restricted", "universe", "multiverse")}
_UBUNTU_DAYS: Final = 30  # its indexes do not expire, but a supported release gets an update every few days
_UBUNTU_MAIN: Final = frozenset({"amd64", "i386"})  # the others are on a server of their own


class _Suite(Struct, frozen=True):
    """A suite, where it is, and the components that are wanted of it."""

    name: str
    mirror: str
    components: tuple[str, ...]
    security: bool


class _Found(Struct, frozen=True):
    """What suites have of the packages that are wanted."""

    offers: tuple[Offer, ...]
    checked: tuple[str, ...]
    as_of: datetime


def published(inventory: Inventory, *, fetch: Fetch, now: datetime, whole: bool) -> Published:
    """Return what the release's suites have: the security suite, or (`whole`) all that the image enables too.

    Raises:
        Unreadable: it cannot be said.
        RegistryError: a mirror cannot be asked.
    """
    product = inventory.system.id
    codename = _codename(inventory, now)
    native = architectures(inventory, _ARCHITECTURES, independent="all")
    enabled = _enabled(inventory, codename)
    names = [f"{codename}-security", *(name for name in (codename, f"{codename}-updates") if whole and name in enabled)]
    found = [
        _read(_suite(product, name, architecture, enabled), architecture, inventory.packages, fetch=fetch, now=now)
        for name in names
        for architecture in native
    ]
    offers = tuple(dict.fromkeys(offer for each in found for offer in each.offers))
    return Published(
        inventory.system,
        tuple(_lacking(inventory.packages, offers, native[0], f"{codename}-security")),
        tuple(dict.fromkeys(name for each in found for name in each.checked)),
        found[0].as_of,
        tuple(_notes(inventory, codename, enabled)),
        _Changelogs(offers, lambda offer: _mirror(product, offer.suite, native[0]), fetch),
    )


# --- which suites ---------------------------------------------------------------------------------------------------


def _codename(inventory: Inventory, now: datetime) -> str:
    """Return the codename of a release that has a security suite of its own, which is still supported.

    Raises:
        Unreadable: it is none.
    """
    system = inventory.system
    known = [cycle for cycle in cycles(system.id) if system.release == cycle.cycle or system.codename == cycle.codename]
    codename = known[0].codename if known else system.codename
    out = known[0].release if known else None
    if known and (out is None or out > now.date()):
        raise Unreadable(f"{known[0].title} is not known to be released, and gets no security updates before that")
    if not _CODENAME.fullmatch(codename) or (not known and not system.release):
        raise Unreadable(f"`{system}` is no release that gets security updates of its own")
    if known:
        check_support(system.id, known[0].cycle, now.date())
    return codename


def _enabled(inventory: Inventory, codename: str) -> Mapping[str, tuple[str, ...]]:
    """Return the components that the image enables of each of the release's own suites; without any, the usual ones."""
    own = (codename, f"{codename}-updates", f"{codename}-security")
    found: dict[str, tuple[str, ...]] = {}
    for source in inventory.sources or ():
        if source.suite in own:
            found[source.suite] = (*found.get(source.suite, ()), *source.components)
    return found or dict.fromkeys(own, _COMPONENTS[inventory.system.id])


def _suite(product: str, name: str, architecture: str, enabled: Mapping[str, tuple[str, ...]]) -> _Suite:
    security = name.endswith("-security")
    # A suite that the image does not enable still is the distribution's: components as it has them of another one.
    components = enabled.get(name) or next(iter(enabled.values()))
    return _Suite(name, _mirror(product, name, architecture), tuple(dict.fromkeys(components)), security)


def _mirror(product: str, suite: str, architecture: str) -> str:
    if product == "ubuntu" and architecture not in _UBUNTU_MAIN:
        return "ubuntu-ports"
    return f"{product}-security" if suite.endswith("-security") else product


def _notes(inventory: Inventory, codename: str, enabled: Mapping[str, tuple[str, ...]]) -> Iterator[str]:
    yield SIGNATURE
    if f"{codename}-security" not in enabled:
        yield f"The image does not enable `{codename}-security`, so an upgrade in it does not bring these updates."
    others = sum(source.suite not in enabled for source in inventory.sources or ())
    if others:
        yield f"Repositories of the image that are not of `{codename}` itself ({others}) were not looked at."


# --- what they have -------------------------------------------------------------------------------------------------


def _read(suite: _Suite, architecture: str, packages: tuple[Package, ...], *, fetch: Fetch, now: datetime) -> _Found:
    release = read_release(fetch.get(suite.mirror, f"dists/{suite.name}/InRelease", largest=_LARGEST_RELEASE))
    release.check(suite.name, now)
    if suite.security and release.valid_until is None:
        if suite.mirror.startswith("debian"):
            raise Unreadable(f"the index of `{suite.name}` does not say until when it is valid")
        check_age(suite.name, release.date, now, days=_UBUNTU_DAYS)
    if architecture not in release.architectures:
        raise Unreadable(f"`{suite.name}` has no packages for `{architecture}`, so there is no security support for it")
    components = [component for component in suite.components if component in release.components]
    if not components:
        raise Unreadable(f"`{suite.name}` has none of the components that the image enables")
    names = frozenset(package.name for package in packages)
    sources = frozenset(package.source for package in packages)
    offers: list[Offer] = []
    for component in components:
        data = _index(release, suite, f"{component}/binary-{architecture}/Packages", fetch)
        with about(f"the list of packages of `{suite.name}`"):
            pieces = pieces_of(data, largest=_LARGEST_PACKAGES)
            offers += read_stanzas(pieces, suite.name, names=names, sources=sources)
    return _Found(tuple(offers), tuple(f"{suite.name} {component}" for component in components), release.date)


def _index(release: Release, suite: _Suite, path: str, fetch: Fetch) -> bytes:
    name, file = _file(release, path)
    if file is None:
        raise Unreadable(f"the index of `{suite.name}` does not name `{path}`")
    if release.by_hash:
        name = f"{path.rpartition('/')[0]}/by-hash/SHA256/{file.sha256}"
    url = f"dists/{suite.name}/{name}"
    return fetch.get_verified(suite.mirror, url, sha256=file.sha256, largest=min(_LARGEST_INDEX, file.size))


def _file(release: Release, path: str) -> tuple[str, File | None]:
    for suffix in (".xz", ".gz"):
        if (file := release.files.get(path + suffix)) is not None:
            return path + suffix, file
    return "", None


def _lacking(packages: tuple[Package, ...], offers: Iterable[Offer], native: str, security: str) -> Iterator[Lacking]:
    """Yield the packages that apt would upgrade: those of which a suite has a higher version."""
    offered: dict[str, list[Offer]] = {}
    for offer in offers:
        offered.setdefault(offer.name, []).append(offer)
    for package in packages:
        fitting = {package.architecture or native, "all"}
        if package.architecture == "all":
            fitting.add(native)
        newer = [
            offer
            for offer in offered.get(package.name, ())
            if offer.architecture in fitting and compare_dpkg(offer.version, package.version) > 0
        ]
        if newer:
            best = _newest(newer, security)
            secure = any(offer.suite == security for offer in newer)
            yield Lacking(package, best.version, best.source_version, best.suite, secure)


def _newest(offers: list[Offer], security: str) -> Offer:
    best = offers[0]
    for offer in offers[1:]:
        found = compare_dpkg(offer.version, best.version)
        if found > 0 or (found == 0 and offer.suite == security):
            best = offer
    return best


# --- what is fixed --------------------------------------------------------------------------------------------------


class _Changelogs:
    """What changelogs say; a changelog is in a package, so each costs a download."""

    def __init__(self, offers: tuple[Offer, ...], mirror: Callable[[Offer], str], fetch: Fetch) -> None:
        self._offers = offers
        self._mirror = mirror
        self._fetch = fetch
        self._read: dict[tuple[str, str], tuple[Entry, ...]] = {}

    def fixes(self, source: str, old: str, new: str) -> Fixes | Unknown:
        """Return what a source package's changelog names above `old`, up to and with `new`."""
        from dockwright.errors import RegistryError

        try:
            return fixes_between(self._entries(source, new), source, old, new)
        except (RegistryError, Unreadable) as reason:
            return Unknown(str(reason))

    def _entries(self, source: str, version: str) -> tuple[Entry, ...]:
        """Return the entries of a changelog that goes up to a version, out of the smallest package that has it."""
        if (source, version) not in self._read:
            self._read[source, version] = self._look(source, version)
        return self._read[source, version]

    def _look(self, source: str, version: str) -> tuple[Entry, ...]:
        candidates = [
            offer
            for offer in self._offers
            if offer.source == source and offer.path and compare_dpkg(offer.source_version, version) >= 0
        ]
        if not candidates:
            raise Unreadable(f"no suite that was looked at has `{source}` in version `{version}` or later")
        one_each = {offer.name: offer for offer in sorted(candidates, key=lambda offer: -offer.size)}
        for offer in sorted(one_each.values(), key=lambda offer: offer.size)[:_MOST_TRIED]:
            if offer.size <= _LARGEST_DEB and (entries := self._of(offer)):
                return entries
        raise Unreadable(f"no small package of `{source}` has its changelog")

    def _of(self, offer: Offer) -> tuple[Entry, ...]:
        data = self._fetch.get_verified(
            self._mirror(offer), offer.path, sha256=offer.sha256, largest=offer.size, remember=False
        )
        return read_changelog(changelog_of(data) or "")
