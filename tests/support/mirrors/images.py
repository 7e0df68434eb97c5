"""Inventories of images that there are not."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

from dockwright.evidence.inventory import Inventory
from dockwright.image import Platform

if TYPE_CHECKING:
    from dockwright.evidence.packages.kinds import Kind
    from dockwright.evidence.packages.model import Package
    from dockwright.evidence.system import Repository, System

NOW = dt.datetime(2026, 11, 23, 12, tzinfo=dt.UTC)
AMD64 = Platform("linux", "amd64")


def image(
    kind: Kind,
    system: System,
    *packages: Package,
    sources: tuple[Repository, ...] | None = None,
    platform: Platform = AMD64,
) -> Inventory:
    """Make an inventory."""
    return Inventory(kind, system, packages, sources, platform, "sha256:" + "a" * 64, 1, 0, sources or ())
