"""rpm's families that publish advisories: AlmaLinux, Amazon Linux, Fedora, Oracle Linux, Rocky Linux, Red Hat's UBI.

The answer is what `dnf updateinfo list --security` would list: packages that an advisory brings, newer than installed.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from dockwright.evidence.packages.versions import compare_rpm
from dockwright.evidence.pocket import ids
from dockwright.evidence.pocket.model import Fixes, Lacking, Published
from dockwright.evidence.pocket.packed import pieces_of
from dockwright.evidence.pocket.repomd import read_repomd
from dockwright.evidence.pocket.support import SIGNATURE, about, architectures, check_age, check_support
from dockwright.evidence.pocket.updateinfo import read_updateinfo
from dockwright.evidence.unknown import Unknown, Unreadable

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime

    from dockwright.evidence.inventory import Inventory
    from dockwright.evidence.packages.model import Package
    from dockwright.evidence.pocket.fetch import Fetch
    from dockwright.evidence.pocket.updateinfo import Advisory, Fixed

_PRODUCTS: Final = {
    "almalinux": "almalinux",
    "amzn": "amazonlinux",
    "fedora": "fedora",
    "ol": "oraclelinux",
    "rhel": "ubi",
    "rocky": "rockylinux",
}
"""`ID` of os-release(5), and the name in the table of support dates."""

SYSTEMS: Final = frozenset(_PRODUCTS)

_MIB: Final = 1024 * 1024
_LARGEST_REPOMD, _LARGEST_LIST, _LARGEST_UNPACKED = 4 * _MIB, 64 * _MIB, 1024 * _MIB
_DAYS: Final = 60  # a supported release gets advisories every week
_MAJOR: Final = re.compile(r"[0-9]{1,4}", re.ASCII)
_GUIDS: Final = re.compile(r"/(al2023/core/guids/[0-9a-f]{64}/[a-z0-9_]+|2/core/[0-9a-z./_-]{1,200})/?", re.ASCII)
_NO_PACKAGE: Final = "gpg-pubkey"  # a key that rpm keeps among the packages
_MODULE: Final = ".module"  # in the release of packages of modules
_ARCHITECTURES: Final = {"amd64": "x86_64", "arm64": "aarch64", "ppc64le": "ppc64le", "s390x": "s390x", "386": "i686"}
_SEVERITIES: Final = ("", "none", "low", "moderate", "medium", "important", "high", "critical", "urgent")


def published(inventory: Inventory, *, fetch: Fetch, now: datetime) -> Published:
    """Return what the release's security advisories bring.

    Raises:
        Unreadable: it cannot be said.
        RegistryError: a mirror cannot be asked.
    """
    system = inventory.system
    major = system.release.partition(".")[0]
    if not _MAJOR.fullmatch(major):
        raise Unreadable(f"`{system}` is no release that is known how to look up")
    check_support(_PRODUCTS[system.id], major, now.date())
    architecture = architectures(inventory, _ARCHITECTURES, independent="noarch")[0]
    packages = tuple(package for package in inventory.packages if package.name != _NO_PACKAGE)
    advisories: dict[str, tuple[Advisory, ...]] = {}
    dates = []
    for mirror, name, folder in _repositories(system.id, major, architecture, fetch):
        date, advisories[name] = _read(mirror, folder, name, packages, fetch)
        dates.append(date)
    as_of = max(dates)
    check_age(str(system), as_of, now, days=_DAYS)
    judged = [package for package in packages if _MODULE not in package.version]
    if not judged:
        raise Unreadable("it has no packages that are not of modules")
    return Published(
        system,
        tuple(_lacking(judged, advisories)),
        tuple(advisories),
        as_of,
        tuple(_notes(system.id, len(packages) - len(judged))),
        _Record(tuple(advisory for each in advisories.values() for advisory in each)),
    )


def _repositories(system: str, major: str, architecture: str, fetch: Fetch) -> list[tuple[str, str, str]]:
    """Return mirror, name and folder of the repositories that images of a release have packages of."""
    match system:
        case "almalinux" | "rocky":
            return [(system, name, f"{major}/{name}/{architecture}/os") for name in ("BaseOS", "AppStream")]
        case "ol":
            folders = {
                "baseos": f"OL{major}/baseos/latest/{architecture}",
                "appstream": f"OL{major}/appstream/{architecture}",
            }
            return [("oraclelinux", name, folder) for name, folder in folders.items()]
        case "rhel":
            return [("ubi", name, f"ubi{major}/{major}/{architecture}/{name}/os") for name in ("baseos", "appstream")]
        case "fedora":
            return [("fedora", "updates", f"updates/{major}/Everything/{architecture}")]
        case _:
            return [("amazonlinux", "core", _amazon(major, architecture, fetch))]


def _amazon(major: str, architecture: str, fetch: Fetch) -> str:
    """Return the folder of Amazon Linux, which a list of mirrors names; only a folder on the same server counts."""
    start = "2/core/latest" if major == "2" else f"al{major}/core/mirrors/latest"
    text = fetch.get("amazonlinux", f"{start}/{architecture}/mirror.list", largest=_MIB).decode("utf-8", "replace")
    first = text.strip().partition("\n")[0].strip()
    match = _GUIDS.search(first)
    if match is None or ".." in match[1]:
        raise Unreadable("Amazon Linux's list of mirrors cannot be read")
    return match[1].rstrip("/")


def _read(
    mirror: str, folder: str, name: str, packages: tuple[Package, ...], fetch: Fetch
) -> tuple[datetime, tuple[Advisory, ...]]:
    found = read_repomd(fetch.get(mirror, f"{folder}/repodata/repomd.xml", largest=_LARGEST_REPOMD))
    if found is None:
        raise Unreadable(f"the repository `{name}` publishes no list of advisories")
    data = fetch.get_verified(mirror, f"{folder}/{found.path}", sha256=found.sha256, largest=_LARGEST_LIST)
    names = frozenset(package.name for package in packages)
    sources = frozenset(package.source for package in packages)
    with about(f"the list of advisories of `{name}`"):
        pieces = pieces_of(data, largest=_LARGEST_UNPACKED)
        return found.date, tuple(read_updateinfo(pieces, names=names, sources=sources))


def _lacking(packages: list[Package], advisories: dict[str, tuple[Advisory, ...]]) -> Iterator[Lacking]:
    fixed: dict[tuple[str, str], list[tuple[Fixed, str]]] = {}
    for repository, each in advisories.items():
        for advisory in each:
            for brought in advisory.packages:
                if not brought.module:
                    fixed.setdefault((brought.name, brought.architecture), []).append((brought, repository))
    for package in packages:
        newest: tuple[Fixed, str] | None = None
        for found in fixed.get((package.name, package.architecture), ()):
            if compare_rpm(found[0].version, newest[0].version if newest else package.version) > 0:
                newest = found
        if newest is not None:
            version = newest[0].version
            source_version = newest[0].source_version or version.rpartition(":")[2]
            yield Lacking(package, version, source_version, newest[1], security=True)


def _notes(system: str, modules: int) -> Iterator[str]:
    yield SIGNATURE
    if system == "rhel":
        yield "Only packages that Red Hat publishes for its Universal Base Images are covered."
    yield "Only updates that an advisory names are counted."
    if modules:
        yield f"Packages of modules ({modules}) were not judged: it is not known of which stream each is."


class _Record:
    """What advisories say; they have been read already."""

    def __init__(self, advisories: tuple[Advisory, ...]) -> None:
        self._advisories = advisories

    def fixes(self, source: str, old: str, new: str) -> Fixes | Unknown:
        """Return the advisories on versions above `old`, up to and with `new`; epochs are left out."""
        old, new = old.rpartition(":")[2], new.rpartition(":")[2]
        between = [
            each for each in self._advisories if any(_is_between(fixed, source, old, new) for fixed in each.packages)
        ]
        severities = [each.severity for each in between if each.severity.lower() in _SEVERITIES]
        return Fixes(
            source,
            old,
            new,
            "updateinfo",
            ids.newest_first({identifier for each in between for identifier in each.identifiers}),
            tuple(sorted({each.id for each in between})),
            max(severities, key=lambda severity: _SEVERITIES.index(severity.lower()), default=""),
            min((each.day for each in between if each.day), default=None),
            steps=tuple(sorted((each.day, each.severity) for each in between if each.day)),
        )


def _is_between(fixed: Fixed, source: str, old: str, new: str) -> bool:
    """Tell whether a package is of a source, in a version that counts."""
    if fixed.module or (fixed.source or fixed.name) != source:
        return False
    version = fixed.source_version or fixed.version.rpartition(":")[2]
    return compare_rpm(old, version) < 0 <= compare_rpm(new, version)
