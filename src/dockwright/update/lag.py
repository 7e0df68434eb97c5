"""Publishers that have not yet built in what their distribution has published: nobody can move to what is not there."""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec.structs import replace

from dockwright.errors import RegistryError
from dockwright.evidence.inventory import Inventory
from dockwright.evidence.packages.kinds import Kind
from dockwright.image import ImageKind
from dockwright.report import plural
from dockwright.report.comparisons import clipped, some
from dockwright.report.comparisons.security import publisher
from dockwright.update.lookup import made_on

if TYPE_CHECKING:
    from collections.abc import Iterator

    from dockwright.bump import Skipped
    from dockwright.evidence.freshness import Freshness
    from dockwright.update.lookup import Registries

_MOST_NAMED = 5
_UPGRADES = {
    Kind.DPKG: ("apt", "RUN apt-get update && apt-get upgrade --yes && rm -rf /var/lib/apt/lists/*"),
    Kind.APK: ("apk-tools", "RUN apk upgrade --no-cache"),
}


def lagging(skipped: Skipped, freshness: Freshness | None, registries: Registries) -> Skipped:
    """Add to an image that is what its tag is today which published security updates it lacks, if it is known to."""
    if freshness is None or not freshness.complete or not freshness.security or skipped.current is None:
        return skipped
    notes = [_lacking(freshness), _not_rebuilt(skipped, registries), *_upgrade(skipped, freshness)]
    return replace(skipped, lag=tuple(notes))


def _lacking(freshness: Freshness) -> str:
    """Say what is lacking, since when, and what that fixes."""
    sources = list(dict.fromkeys(each.package.source for each in freshness.security))
    names = some([f"`{clipped(source)}`" for source in sources], _MOST_NAMED)
    count = sum(identifier.startswith("CVE-") for identifier in freshness.identifiers)
    since = min((fixes.since for fixes in freshness.fixes if fixes.since is not None), default=None)
    who = publisher(freshness.inventory.system) if isinstance(freshness.inventory, Inventory) else "Its distribution"
    first = f", the first on {since}" if since else ""
    cves = f", with {plural(count, 'CVE')} that it names" if count else ""
    return f"{who} has published security updates of {names}{first}{cves}, which the image lacks."


def _not_rebuilt(skipped: Skipped, registries: Registries) -> str:
    assert skipped.current is not None  # noqa: S101 - as `lagging` looked
    found = registries.resolve(skipped.current.name, skipped.current.digest or skipped.current.tag or "latest")
    made = None if isinstance(found, RegistryError) else made_on(found)
    since = f" since {made}" if made is not None else ""
    return f"Its publisher has not rebuilt `{skipped.current.tag}`{since}, so there is nothing to move to."


def _upgrade(skipped: Skipped, freshness: Freshness) -> Iterator[str]:
    """Say what brings the updates in a build, where the image has its package manager, set up for them."""
    inventory = freshness.inventory
    if not isinstance(inventory, Inventory) or not any(use.kind is ImageKind.FROM for use in skipped.uses):
        return
    program, command = _UPGRADES.get(inventory.kind, ("", ""))
    sources = inventory.sources
    if not any(each.name == program for each in inventory.packages):
        return
    if inventory.kind is Kind.DPKG and sources is not None and not any(_is_security(each.suite) for each in sources):
        return
    unless = "" if sources is not None else ", where the image is set up for them"
    yield f"Until it is, `{command}` in the Dockerfile brings them{unless}."


def _is_security(suite: str) -> bool:
    return suite.endswith("-security")
