"""Until when distributions, languages and services that images are made of get security updates.

The knowledge is vendored, so that a review needs no network, and it ages: every row says where it is from and up to
which day that source speaks. What is not known is not claimed. `scripts/lifecycle.py` refreshes the tables.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from dockwright.lifecycle.dropped import Dropped, dropped
from dockwright.lifecycle.retired import Retired, retired
from dockwright.lifecycle.successor import listed_tags, successor
from dockwright.lifecycle.support import STALE_DAYS, State, Support, assess
from dockwright.lifecycle.table import DISTRIBUTIONS, Cycle, cycles, data_date, find
from dockwright.lifecycle.tag import official_name

if TYPE_CHECKING:
    from datetime import date

__all__ = [
    "DISTRIBUTIONS",
    "STALE_DAYS",
    "Cycle",
    "Dropped",
    "Retired",
    "State",
    "Support",
    "assess",
    "current_debian",
    "cycles",
    "data_age",
    "data_date",
    "dropped",
    "find",
    "known_names",
    "listed_tags",
    "official_name",
    "retired",
    "successor",
]


def known_names() -> tuple[str, ...]:
    """Return words of which one is in the name of each image that anything is known of."""
    from dockwright.lifecycle.retired import names_of_retired
    from dockwright.lifecycle.tag import PRODUCTS

    return tuple(sorted({*PRODUCTS, "cuda", "distroless", "dotnet", *names_of_retired()}))


def current_debian(today: date) -> str:
    """Return the codename of Debian's stable release: the newest one that is out."""
    return max(
        (cycle for cycle in cycles("debian") if cycle.release is not None and cycle.release <= today),
        key=lambda cycle: cycle.release or today,
    ).codename


def data_age(today: date) -> int:
    """Return how many days ago the oldest of the vendored facts were read."""
    return (today - data_date()).days
