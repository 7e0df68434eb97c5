"""What all families have to make sure of before they may say that nothing is lacking."""

from __future__ import annotations

from collections import Counter
from contextlib import contextmanager
from typing import TYPE_CHECKING, Final

from dockwright.evidence.unknown import Unreadable
from dockwright.lifecycle import State, find
from dockwright.lifecycle.support import judge

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from datetime import date, datetime

    from dockwright.evidence.inventory import Inventory

SIGNATURE: Final = (
    "The distribution's signature was not checked: the connection to its server speaks for its index, and that, "
    "by hashes, for the rest."
)
UNSIGNED: Final = "The distribution's signature was not checked: only the connection to its server speaks for it."
_MOST_ARCHITECTURES: Final = 3


@contextmanager
def about(what: str) -> Iterator[None]:
    """Let the reason why something cannot be read say what that is.

    Raises:
        Unreadable: it cannot be read.
    """
    try:
        yield
    except Unreadable as reason:
        raise Unreadable(f"{what} cannot be read: {reason}") from reason


def check_support(product: str, release: str, today: date) -> None:
    """Refuse a release whose free security updates have ended: that no more come says nothing then.

    Raises:
        Unreadable: they have.
    """
    cycle = find(product, release)
    if cycle is None:
        return
    state, end = judge(cycle, today)
    if state is State.ENDED and end is not None:
        paid = " (those that are paid for are not known)" if cycle.paid_end and cycle.paid_end >= today else ""
        raise Unreadable(f"free security updates of {cycle.title} ended on {end}{paid}")


def check_age(what: str, date: datetime, now: datetime, *, days: int) -> None:
    """Refuse an index that has not changed for longer than it ever should.

    Raises:
        Unreadable: it has not.
    """
    if (now - date).days > days:
        raise Unreadable(f"the index of `{what}` is of {date.date()}, so its server or its support stands still")


def architectures(inventory: Inventory, names: Mapping[str, str], *, independent: str) -> tuple[str, ...]:
    """Return the architectures of the installed packages, as the distribution names them; the image's own comes first.

    Raises:
        Unreadable: none is known.
    """
    platform = inventory.platform
    own = names.get(f"{platform.architecture}/{platform.variant}") or names.get(platform.architecture)
    known = set(names.values())
    counted = Counter(package.architecture for package in inventory.packages if package.architecture != independent)
    found = [name for name, _ in counted.most_common() if name in known]
    if own is not None and own not in found:
        found.insert(0, own)
    if not found:
        raise Unreadable(f"its architecture, `{platform}`, is not one that is known of `{inventory.system}`")
    return tuple(found[:_MOST_ARCHITECTURES])
