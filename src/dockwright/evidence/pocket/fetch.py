"""Downloads from distributions: on the registry client's connections, within limits, each file once in a run.

On disk is kept only what a hash names that came by another way, so a cache that anybody wrote into can make us fetch
again, and nothing else.
"""

from __future__ import annotations

import os
from copy import copy
from typing import TYPE_CHECKING, Final, Self

from dockwright.errors import RegistryError, RegistryNotFound, RegistryUnavailable
from dockwright.evidence.pocket.mirrors import guard, mirrors
from dockwright.registry.cache import Cache
from dockwright.registry.digest import verified
from dockwright.registry.guard import netloc
from dockwright.registry.limits import Network
from dockwright.registry.message import Request
from dockwright.registry.once import Once
from dockwright.registry.transport import Transport

if TYPE_CHECKING:
    from collections import Counter
    from collections.abc import Callable, Mapping

_MIB: Final = 1024 * 1024
_LARGEST_CACHE: Final = 256 * _MIB
_OK, _NOT_FOUND, _GONE, _SERVER_ERROR = 200, 404, 410, 500
_FOLDER: Final = "distributions"


class Fetch:
    """Gets files of distributions; safe in threads, one for a run."""

    def __init__(
        self,
        *,
        cache_dir: str | None = None,
        mirrors_of: Mapping[str, str] | None = None,
        network: Network | None = None,
        log: Callable[[str], None] = lambda _: None,
    ) -> None:
        """Take what is where.

        Args:
            cache_dir: a folder to keep files in that a hash names, for the next run too.
            mirrors_of: the user's own mirrors, by the names of `NAMES`.
            network: certificates, proxies and limits.
            log: given one line, safe to print, for each request.

        Raises:
            ConfigError: a mirror is no URL, or is for nothing known.
        """
        own = dict(mirrors_of or {})
        self._mirrors = mirrors(own)
        self._transport = Transport(guard(own), network or Network(), log=log)
        folder = None if cache_dir is None else os.path.join(cache_dir, _FOLDER)
        self._cache = Cache(folder, largest=_LARGEST_CACHE)
        self._files: Once[bytes] = Once()

    @property
    def requests(self) -> Counter[tuple[str, str]]:
        """How many requests were sent, by host and kind."""
        return self._transport.counts

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Close the connections, and bring the cache down to its size."""
        self._transport.close()
        self._cache.close()

    def has(self, mirror: str) -> bool:
        """Tell whether a server is known for a mirror, by its name in `NAMES`."""
        return bool(self._mirrors.get(mirror))

    def at(self, servers: Mapping[str, str]) -> Self:
        """Return what asks these servers too, where the user has none of that name; it needs no closing of its own.

        Args:
            servers: URLs without a slash at the end, by their names in `NAMES`; see `mirrors.image_servers`.
        """
        found = copy(self)
        found._mirrors = {  # noqa: SLF001 - a copy of our own
            name: url or servers.get(name, "") for name, url in self._mirrors.items()
        }
        return found

    def url(self, mirror: str) -> str:
        """Return where a mirror is, without a slash at the end."""
        return self._base(mirror)

    def get(self, mirror: str, path: str, *, largest: int) -> bytes:
        """Return a file, which nothing but https speaks for; asked once in a run.

        Raises:
            RegistryNotFound: the mirror does not have it.
            RegistryError: it cannot be had, or has more than `largest` bytes.
        """
        url = f"{self._base(mirror)}/{path}"
        return self._files.get(url, lambda: self._ask(url, largest))

    def get_verified(self, mirror: str, path: str, *, sha256: str, largest: int, remember: bool = True) -> bytes:
        """Return a file that has this hash (64 hexadecimal digits), which is kept for the next run.

        Args:
            mirror: whose it is.
            path: where it is there.
            sha256: its hash.
            largest: bytes that it may have.
            remember: whether to keep it in memory for this run.

        Raises:
            RegistryUntrusted: it has another.
            RegistryError: as for `get`.
        """
        url, digest = f"{self._base(mirror)}/{path}", f"sha256:{sha256}"
        if not remember:
            return self._kept(url, digest, largest)
        return self._files.get((url, digest), lambda: self._kept(url, digest, largest))

    def post(self, mirror: str, path: str, body: bytes, *, largest: int) -> bytes:
        """Send JSON, and return the answer.

        Raises:
            RegistryError: there is none.
        """
        return self._ask(f"{self._base(mirror)}/{path}", largest, body=body)

    def _base(self, mirror: str) -> str:
        url = self._mirrors[mirror]
        if not url:
            raise RegistryNotFound(
                f"no server of `{mirror}` is known: name one under `mirrors` in the configuration", host=mirror
            )
        return url

    def _kept(self, url: str, digest: str, largest: int) -> bytes:
        data = self._cache.read(digest)
        if data is None:
            data = verified(self._ask(url, largest), digest, host=netloc(url))
            self._cache.write(digest, data)
        return data

    def _ask(self, url: str, largest: int, *, body: bytes | None = None) -> bytes:
        host = netloc(url)
        headers = {"Accept-Encoding": "identity"}
        if body is not None:
            headers["Content-Type"] = "application/json"
        method = "GET" if body is None else "POST"
        reply = self._transport.fetch(Request(method, url, "evidence", host, largest, headers, body=body))
        if reply.status in {_NOT_FOUND, _GONE}:
            raise RegistryNotFound(f"`{host}` does not have `{url.rpartition('/')[2]}`", host=host)
        if reply.status != _OK:
            kind = RegistryUnavailable if reply.status >= _SERVER_ERROR else RegistryError
            raise kind(f"`{host}` answers with status {reply.status}", host=host)
        return reply.body
