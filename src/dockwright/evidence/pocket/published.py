"""The one question: what the distribution has published that an image lacks."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from dockwright.errors import RegistryError
from dockwright.evidence.pocket import alpine, debian, redhat
from dockwright.evidence.unknown import Unknown, Unreadable

if TYPE_CHECKING:
    from datetime import datetime

    from dockwright.evidence.inventory import Inventory
    from dockwright.evidence.pocket.fetch import Fetch
    from dockwright.evidence.pocket.model import Published

_DEBIAN: Final = frozenset({"debian", "ubuntu"})


def published(inventory: Inventory, *, fetch: Fetch, now: datetime, whole: bool = False) -> Published | Unknown:
    """Return what is published for the packages of an image.

    Args:
        inventory: what is installed.
        fetch: where it is asked for.
        now: the time, with its zone.
        whole: for Debian and Ubuntu, look at the other suites that the image enables too, which bring updates that are
            not made for security (9 MB); the others have one place for both.

    Returns:
        what is lacking, or why that cannot be said: an unknown system, support that has ended, an index that has
        expired, an image without packages.
    """
    if not inventory.packages:
        return Unknown("no packages are known of it")
    try:
        match inventory.system.id:
            case name if name in _DEBIAN:
                return debian.published(inventory, fetch=fetch, now=now, whole=whole)
            case name if name in alpine.SYSTEMS:
                return alpine.published(inventory, fetch=fetch, now=now)
            case name if name in redhat.SYSTEMS:
                return redhat.published(inventory, fetch=fetch, now=now)
            case _:
                return Unknown(f"it is not known where security updates of `{inventory.system}` are published")
    except (RegistryError, Unreadable) as reason:
        return Unknown(str(reason))
