"""What changes between two images: packages by their source, in the order of the system's own tools."""

from __future__ import annotations

from collections import Counter, defaultdict, deque
from enum import Enum
from functools import cmp_to_key
from typing import TYPE_CHECKING

from msgspec import Struct

from dockwright.evidence.system import System  # noqa: TC001 - msgspec reads the annotations

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from dockwright.evidence.inventory import Inventory
    from dockwright.evidence.packages.kinds import Kind
    from dockwright.evidence.packages.model import Package


class ChangeType(Enum):
    """What becomes of a package."""

    ADDED = "added"
    REMOVED = "removed"
    UPGRADED = "upgraded"
    DOWNGRADED = "downgraded"


class PackageChange(Struct, frozen=True):
    """One package that is not the same in both images.

    Attributes:
        name: the binary package's.
        architecture: as the distribution calls it, that of the new one if there is one.
        old: its version in the old image; None if it is not there. `new` likewise.
        type: what that amounts to.
    """

    name: str
    architecture: str
    old: str | None
    new: str | None
    type: ChangeType


class SourceChange(Struct, frozen=True):
    """The changes of all packages that are built from one source.

    Attributes:
        source: the source package.
        old: its versions in the old image, among the packages that change: usually one. `new` likewise.
        packages: sorted by name.
    """

    source: str
    old: tuple[str, ...]
    new: tuple[str, ...]
    packages: tuple[PackageChange, ...]


class Changes(Struct, frozen=True):
    """What changes between two images.

    Attributes:
        old: the distribution of the old image; `new` likewise.
        comparable: whether both are of one distribution. If not (Debian to Alpine), everything is removed and added:
            two distributions' packages and versions have nothing to do with each other.
        sources: sorted by name.
        unchanged: how many packages are the same in both.
    """

    old: System
    new: System
    comparable: bool
    sources: tuple[SourceChange, ...]
    unchanged: int

    def count(self, type_: ChangeType | None = None) -> int:
        """Return how many packages change, or change in one way."""
        types = Counter(package.type for source in self.sources for package in source.packages)
        return types.total() if type_ is None else types[type_]


def changes(old: Inventory, new: Inventory) -> Changes:
    """Return what changes from one image to another."""
    comparable = old.kind is new.kind and old.system.id == new.system.id
    if comparable:
        pairs = list(_pairs(old.packages, new.packages, old.kind))
    else:
        pairs = [*((package, None) for package in old.packages), *((None, package) for package in new.packages)]
    changed = [pair for pair in pairs if _version(pair[0]) != _version(pair[1])]
    return Changes(
        old.system, new.system, comparable, tuple(_by_source(changed, (old.kind, new.kind))), len(pairs) - len(changed)
    )


_Pair = tuple["Package | None", "Package | None"]


def _there(old: Package | None, new: Package | None) -> Package:
    package = new or old
    assert package is not None, "a pair has a package"  # noqa: S101 - as they are made below
    return package


def _version(package: Package | None) -> str | None:
    return None if package is None else package.version


def _pairs(old: Iterable[Package], new: Iterable[Package], kind: Kind) -> Iterator[_Pair]:
    before, after = _by_name(old), _by_name(new)
    for name in sorted(before.keys() | after.keys()):
        yield from _pairs_of_name(before.get(name, []), after.get(name, []), kind)


def _by_name(packages: Iterable[Package]) -> dict[str, list[Package]]:
    found: defaultdict[str, list[Package]] = defaultdict(list)
    for package in packages:
        found[package.name].append(package)
    return found


def _pairs_of_name(old: list[Package], new: list[Package], kind: Kind) -> Iterator[_Pair]:
    """Pair packages of one name: those that are the same, then of one architecture, then what is left.

    A package may go from `all` to `amd64`. rpm may have several versions of one (kernels): then the highest are paired.
    """
    order = cmp_to_key(kind.compare)
    old, new = (sorted(each, key=lambda package: order(package.version), reverse=True) for each in (old, new))
    for key in (_version_and_architecture, _architecture, _name):
        waiting = _waiting(new, key)
        left: list[Package] = []
        for package in old:
            if queue := waiting.get(key(package)):
                yield package, queue.popleft()
            else:
                left.append(package)
        old, new = left, [package for queue in waiting.values() for package in queue]
    yield from ((package, None) for package in old)
    yield from ((None, package) for package in new)


def _waiting(packages: list[Package], key: Callable[[Package], object]) -> dict[object, deque[Package]]:
    found: defaultdict[object, deque[Package]] = defaultdict(deque)
    for package in packages:
        found[key(package)].append(package)
    return found


def _version_and_architecture(package: Package) -> object:
    return package.version, package.architecture


def _architecture(package: Package) -> object:
    return package.architecture


def _name(package: Package) -> object:
    return package.name


def _by_source(changed: Iterable[_Pair], kinds: tuple[Kind, Kind]) -> Iterator[SourceChange]:
    """Group changes; a package that moves to another source is counted with the new one."""
    groups: defaultdict[str, list[_Pair]] = defaultdict(list)
    for old, new in changed:
        groups[_there(old, new).source].append((old, new))
    for source in sorted(groups):
        pairs = groups[source]
        yield SourceChange(
            source,
            _source_versions([old for old, _ in pairs], kinds[0]),
            _source_versions([new for _, new in pairs], kinds[1]),
            tuple(sorted((_change(old, new, kinds[1]) for old, new in pairs), key=_place)),
        )


def _place(change: PackageChange) -> tuple[str, str, str, str]:
    return change.name, change.architecture, change.old or "", change.new or ""


def _source_versions(packages: Iterable[Package | None], kind: Kind) -> tuple[str, ...]:
    versions = {package.source_version for package in packages if package is not None}
    return tuple(sorted(versions, key=cmp_to_key(kind.compare)))


def _change(old: Package | None, new: Package | None, kind: Kind) -> PackageChange:
    there = _there(old, new)
    before, after = _version(old), _version(new)
    return PackageChange(there.name, there.architecture, before, after, _type(before, after, kind))


def _type(old: str | None, new: str | None, kind: Kind) -> ChangeType:
    if old is None or new is None:
        return ChangeType.ADDED if old is None else ChangeType.REMOVED
    # Versions that are written differently and yet equal are no way back.
    return ChangeType.DOWNGRADED if kind.compare(old, new) > 0 else ChangeType.UPGRADED
