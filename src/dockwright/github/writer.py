"""Writing to GitHub so that nothing is written twice.

A request that a limit has stopped was not executed and may be sent again. After a server error, or no answer, nobody
knows: what it should have made is looked for first.
"""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, TypeVar

from dockwright.errors import RateLimited, Unavailable

if TYPE_CHECKING:
    from collections.abc import Callable

Made = TypeVar("Made")

_PAUSE = 1.0  # seconds between writes ("Best practices for using the REST API")

_ATTEMPTS = 3
_BACK_OFF = 1.0  # seconds after the first failure; twice as many after each further one


class Writer:
    """Sends writes one after the other, with a pause between them."""

    def __init__(
        self,
        *,
        pause: float,
        longest: float,
        clock: Callable[[], float] = time.monotonic,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        """Take the seconds between two writes, and how many a limit may cost in all."""
        self._pause = pause
        self._patience = longest
        self._clock = clock
        self._sleep = sleep
        self._last: float | None = None

    def write(self, send: Callable[[], Made], find: Callable[[], Made | None]) -> Made:
        """Send a write; `find` returns what an earlier attempt has made, if it did.

        Raises:
            GitHubError: GitHub refused, or the limits would take too long, or it failed every time.
        """
        failures = 0
        while True:
            self._keep_apart()
            try:
                return send()
            except RateLimited as error:
                self._wait_for(error)
            except Unavailable:
                failures += 1
                found = find()  # where looking fails as well, the write must not be repeated
                if found is not None:
                    return found
                if failures == _ATTEMPTS:
                    raise
                self._sleep(_BACK_OFF * 2.0 ** (failures - 1) if self._pause else 0)

    def _keep_apart(self) -> None:
        if self._last is not None:
            self._sleep(max(0.0, self._last + self._pause - self._clock()))
        self._last = self._clock()

    def _wait_for(self, error: RateLimited) -> None:
        if error.wait > self._patience:
            raise error
        self._patience -= max(error.wait, 1)  # a server that always says "again, at once" comes to an end too
        self._sleep(error.wait)


def pause_at(api_url: str) -> float:
    """Return the pause between writes: a GitHub Enterprise Server has no secondary limits unless it is given some."""
    from urllib.parse import urlsplit

    host = urlsplit(api_url).hostname or ""
    return _PAUSE if host == "api.github.com" or host.endswith(".ghe.com") else 0
