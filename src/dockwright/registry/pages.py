"""The list of a repository's tags, page by page (distribution-spec, "Content Discovery")."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final
from urllib.parse import urljoin

from dockwright.errors import RegistryUnavailable
from dockwright.registry.guard import place
from dockwright.registry.wire import WireTags, decode

if TYPE_CHECKING:
    from collections.abc import Iterator

    from dockwright.registry.api import Repository
    from dockwright.registry.limits import Limits
    from dockwright.registry.message import Reply

_TAG: Final = re.compile(r"\w[\w.-]{0,127}", re.ASCII)
_NEXT: Final = re.compile(r'<([^<>]{1,8192})>[^,<>]{0,200};\s*rel="?next"?', re.IGNORECASE)
_OK: Final = 200
_SIZES: Final = (10_000, 1_000, 100)
"""How many tags a page may have, the most first. Some refuse what is too many for them (ECR: over 1,000, status 405),
and Docker Hub runs into its own time-out on repositories with a million."""
_TOO_MANY: Final = frozenset({400, 405, 413, 416, 422, 500, 502, 503, 504})


class Pages:
    """Reads lists of tags, and remembers the size of page that each host takes."""

    def __init__(self, limits: Limits) -> None:
        """Take how much is read."""
        self._limits = limits
        self._sizes: dict[str, int] = {}

    def names(self, repository: Repository) -> tuple[tuple[str, ...], bool]:
        """Return all tags, none twice, and whether that is all of them.

        Raises:
            RegistryError: there is no list.
        """
        found: dict[str, None] = {}
        for page, is_last in self._pages(repository):
            # A name that is no tag by the grammar cannot be pulled, and might be meant for whoever prints it.
            found |= {name: None for name in page if _TAG.fullmatch(name)}
            if len(found) > self._limits.tags:
                return tuple(found)[: self._limits.tags], False
            if is_last:
                return tuple(found), True
        return tuple(found), False

    def _pages(self, repository: Repository) -> Iterator[tuple[list[str], bool]]:
        """Yield the tags of each page, and whether it is the last; a list that goes in circles has no last."""
        reply = self._first(repository)
        seen = {reply.url}
        for _ in range(self._limits.pages):
            link = _NEXT.search(reply.headers.get("Link", ""))
            yield decode(reply.body, WireTags, host=repository.endpoint.registry).tags or [], link is None
            following = None if link is None else _same_place(link[1], reply, repository)
            if following is None or following in seen:
                return
            seen.add(following)
            reply = repository.ask(following, "tags", largest=self._limits.page)
            if reply.status != _OK:
                raise repository.refusal(reply, "tags")

    def _first(self, repository: Repository) -> Reply:
        """Ask for the first page, as large as the host gives it."""
        origin = repository.endpoint.origin
        start = self._sizes.get(origin, 0)
        for index, size in enumerate(_SIZES[start:], start):
            is_last = index == len(_SIZES) - 1
            try:
                reply = repository.ask(
                    f"tags/list?n={size}", "tags", largest=self._limits.page, attempts=None if is_last else 1
                )
            except RegistryUnavailable:
                if is_last:
                    raise
                continue
            if reply.status == _OK:
                self._sizes[origin] = index
                return reply
            if is_last or reply.status not in _TOO_MANY:
                raise repository.refusal(reply, "tags")
        raise AssertionError  # the loop ends by return or raise


def _same_place(link: str, reply: Reply, repository: Repository) -> str | None:
    """Return the URL of a link if the list stays where it is; a link elsewhere is not followed."""
    try:
        target = urljoin(reply.url, link)
        return target if place(target) in {place(reply.url), place(repository.endpoint.origin)} else None
    except ValueError:
        return None
