"""Docker Hub's own API: it dates tags, and names platforms without a pull. Nothing depends on it.

It is asked without a name, so it knows nothing of private repositories (docs.docker.com, "Docker Hub API").
"""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Final

import msgspec

from dockwright.errors import RegistryError
from dockwright.image import DOCKER_HUB, Platform
from dockwright.registry.message import Request
from dockwright.registry.model import OCI_INDEX, Entry, Resolved
from dockwright.registry.wire import HubTag, HubTags, Wire, decode

if TYPE_CHECKING:
    from collections.abc import Iterator

    from dockwright.registry.limits import Limits
    from dockwright.registry.transport import Transport

_API: Final = "https://hub.docker.com/v2/repositories"
_PAGE: Final = 100  # the most that it gives
_OK: Final = 200


class Hub:
    """Reads Docker Hub's own API."""

    def __init__(self, transport: Transport, limits: Limits) -> None:
        """Take what sends requests."""
        self._transport = transport
        self._limits = limits
        self._failed = False

    def dates(self, repository: str) -> tuple[dict[str, date], date | None]:
        """Return when the tags that were pushed last were pushed, and a day at or before which all others were.

        Nothing of it where the API does not answer.
        """
        pushed: dict[str, date] = {}
        oldest: date | None = None
        for number in range(1, self._limits.hub_pages + 1):
            page = self._get(f"{repository}/tags?page_size={_PAGE}&ordering=last_updated&page={number}", HubTags)
            for tag in (page.results if page else None) or ():
                updated = _day(tag.last_updated)
                if (day := _day(tag.tag_last_pushed) or updated) is not None:
                    pushed[tag.name] = day
                if updated is not None:
                    oldest = min(oldest or updated, updated)
            if page is None or not page.next:
                return pushed, oldest if page is None else None
        return pushed, oldest

    def pushed(self, repository: str, tag: str) -> date | None:
        """Return when one tag was last pushed; None where the API does not say."""
        found = self._get(f"{repository}/tags/{tag}", HubTag)
        return None if found is None else _day(found.tag_last_pushed) or _day(found.last_updated)

    def resolved(self, repository: str, tag: str, digest: str) -> Resolved | None:
        """Return the platforms of a tag that names this digest now; None where the API does not say the same."""
        found = self._get(f"{repository}/tags/{tag}", HubTag)
        if found is None or found.digest != digest:
            return None
        return Resolved(digest, OCI_INDEX, tuple(_entries(found)))

    def _get(self, path: str, kind: type[Wire]) -> Wire | None:
        """Ask for something; None where there is no good answer, and from then on if there is none at all."""
        if self._failed:
            return None
        headers = {"Accept": "application/json", "Accept-Encoding": "gzip"}
        request = Request(
            "GET", f"{_API}/{path}", "hub", DOCKER_HUB, self._limits.page, headers, follow=False, patient=False
        )
        try:
            reply = self._transport.fetch(request, attempts=1)
            return decode(reply.body, kind, host=DOCKER_HUB) if reply.status == _OK else None
        except RegistryError:
            self._failed = True
            return None


def _entries(tag: HubTag) -> Iterator[Entry]:
    for image in tag.images or ():
        os, architecture = image.os or "unknown", image.architecture or "unknown"
        if image.digest and "unknown" not in {os, architecture}:
            yield Entry(Platform(os, architecture, image.variant or ""), image.digest, {}, image.os_version or "")


def _day(text: str | None) -> date | None:
    try:
        return msgspec.convert((text or "")[:10], date)
    except msgspec.ValidationError:
        return None
