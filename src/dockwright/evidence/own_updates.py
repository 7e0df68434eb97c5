"""What brings the security updates that a published image lacks: today's base, or only a build without cache."""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec import structs

from dockwright.evidence.changes import Changes, changes
from dockwright.evidence.inventory import Inventory
from dockwright.evidence.staleness import Updates
from dockwright.evidence.unknown import Unknown

if TYPE_CHECKING:
    from dockwright.evidence.freshness import Freshness
    from dockwright.evidence.pocket import Lacking


def own_updates(freshness: Freshness, base: Inventory | Unknown | None) -> Updates | Unknown:
    """Return the security updates that an image lacks, by what brings them.

    Args:
        freshness: what the image lacks.
        base: the packages of its base as it is today; None if it is built on nothing.
    """
    inventory = freshness.inventory
    if isinstance(inventory, Unknown):
        return inventory
    if freshness.unknown is not None:
        if isinstance(base, Inventory) and _is_of(inventory, base):
            return Updates()  # whatever is published: it has nothing but what today's base has
        return freshness.unknown
    if not freshness.security:
        return Updates()
    if isinstance(base, Unknown):
        return Unknown(f"which packages its base has is not known: {base.reason}")
    return _sorted(freshness.security, inventory, base)


def _is_of(inventory: Inventory, base: Inventory) -> bool:
    """Tell whether an image has no other packages, and no other versions, than its base."""
    return inventory.kind is base.kind and set(inventory.packages) <= set(base.packages)


def _sorted(security: tuple[Lacking, ...], inventory: Inventory, base: Inventory | None) -> Updates:
    kind = inventory.kind
    there = {} if base is None or base.kind is not kind else _versions(base)
    found: dict[str, list[Lacking]] = {"base": [], "own": [], "late": []}
    for each in security:
        version = there.get((each.package.name, each.package.architecture))
        if version is None or kind.compare(version, each.package.version) < 0:
            found["own"].append(each)  # not of the base, or its own layers have upgraded it since
        elif kind.compare(version, each.version) >= 0:
            found["base"].append(each)
        else:
            found["late"].append(each)
    return Updates(**{name: tuple(lacking) for name, lacking in found.items()})


def _versions(inventory: Inventory) -> dict[tuple[str, str], str]:
    return {(each.name, each.architecture): each.version for each in inventory.packages}


def base_changes(
    then: Inventory | Unknown | None, published: Inventory | Unknown, today: Inventory | Unknown
) -> Changes | Unknown:
    """Return which packages change from the base that an image was built on to today's.

    Args:
        then: what it was built on, if that can still be had.
        published: the image, whose packages of the same names stand for it if not.
        today: the base today.
    """
    if isinstance(today, Unknown):
        return today
    if isinstance(then, Inventory):
        return changes(then, today)
    if isinstance(published, Unknown):
        return published
    names = {each.name for each in today.packages}
    packages = tuple(each for each in published.packages if each.name in names)
    return changes(structs.replace(published, packages=packages), today)
