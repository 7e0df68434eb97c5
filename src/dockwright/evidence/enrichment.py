"""What osv.dev adds to what a distribution says: which of its entries an update leaves behind, and how severe they are.

It is osv.dev's word, and counted apart. Off unless asked for: names and versions of packages are sent there.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec import Struct

from dockwright.evidence.cvss import is_severe
from dockwright.evidence.packages.kinds import Kind
from dockwright.evidence.pocket.osv import details, vulnerabilities
from dockwright.evidence.unknown import Unknown

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from dockwright.evidence.inventory import Inventory
    from dockwright.evidence.packages.model import Package
    from dockwright.evidence.pocket import Fetch, Lacking
    from dockwright.evidence.pocket.osv import Known, Vulnerability
    from dockwright.evidence.system import System


class Enrichment(Struct, frozen=True):
    """What osv.dev lists for the old packages, and not for those that take their place.

    Attributes:
        identifiers: ids of its entries, sorted: vulnerabilities, and advisories, which may tell of the same.
        severe: those that are rated high or critical.
        unrated: those whose rating is not known.
    """

    identifiers: tuple[str, ...] = ()
    severe: tuple[str, ...] = ()
    unrated: tuple[str, ...] = ()


_Packages = set[tuple[str, str]]


def enrich(found: Inventory, lacking: Sequence[Lacking], *, fetch: Fetch) -> Enrichment | Unknown:
    """Return what osv.dev lists for what lacks updates, and no longer for the updates; nothing lacking asks nothing."""
    if found.kind is Kind.RPM:
        new = {(each.package.name, each.version) for each in lacking}
    else:
        new = {(each.package.source, each.source_version) for each in lacking}
    return _left(_named(found, [each.package for each in lacking]), new, (found.system, found.system), fetch)


def enrich_change(
    old: Inventory, new: Inventory, *, leave_out: Callable[[str], bool], fetch: Fetch
) -> Enrichment | Unknown:
    """Return what osv.dev lists for the packages that are only in the old image, and not for those only in the new one.

    Args:
        old: the image before; `new` likewise, after.
        leave_out: tells the source packages that do not count.
        fetch: who is asked.
    """
    before, after = (
        _named(each, [package for package in each.packages if not leave_out(package.source)]) for each in (old, new)
    )
    return _left(before - after, after - before, (old.system, new.system), fetch)


def _named(found: Inventory, packages: Iterable[Package]) -> _Packages:
    """Name packages as osv.dev does: by the source, but for rpm."""
    if found.kind is Kind.RPM:
        return {(each.name, each.version) for each in packages}
    return {(each.source, each.source_version) for each in packages}


def _left(old: _Packages, new: _Packages, systems: tuple[System, System], fetch: Fetch) -> Enrichment | Unknown:
    if not old:
        return Enrichment()
    if systems[0] == systems[1]:
        before = after = vulnerabilities(systems[0], old | new, fetch=fetch)
    else:
        before, after = (
            vulnerabilities(system, packages, fetch=fetch) for system, packages in zip(systems, (old, new), strict=True)
        )
    if isinstance(before, Unknown):
        return before
    if isinstance(after, Unknown):
        return after
    return _rated(_all(before, old) - _all(after, new), fetch)


def _all(known: Known, packages: _Packages) -> frozenset[str]:
    return frozenset().union(*(known[each] for each in packages))


def _rated(identifiers: frozenset[str], fetch: Fetch) -> Enrichment:
    told = details(identifiers, fetch=fetch)
    ordered = sorted(identifiers)
    ratings = {each: _severe(told[each]) if each in told else None for each in ordered}
    return Enrichment(
        tuple(ordered),
        tuple(each for each in ordered if ratings[each]),
        tuple(each for each in ordered if ratings[each] is None),
    )


def _severe(vulnerability: Vulnerability) -> bool | None:
    """Believe the worst of several ratings; None if there is none that could be read."""
    said = [rating for rating in map(is_severe, vulnerability.severity) if rating is not None]
    return any(said) if said else None
