"""One request and its answer, within limits: time, bytes, redirects, repetitions, and what may be contacted."""

from __future__ import annotations

import threading
import time
from collections import Counter
from contextlib import contextmanager
from typing import TYPE_CHECKING, Final
from urllib.parse import urlsplit

from msgspec import structs

from dockwright import __version__
from dockwright.errors import RegistryError, RegistryLimited, RegistryUnavailable, RegistryUntrusted
from dockwright.escape import log_line
from dockwright.registry import body
from dockwright.registry.clock import Clock
from dockwright.registry.guard import netloc, place
from dockwright.registry.message import Reply, Request
from dockwright.registry.proxies import proxy_for

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from requests import Response
    from requests.adapters import HTTPAdapter

    from dockwright.registry.guard import Guard
    from dockwright.registry.limits import Network

_TOO_MANY: Final = 429
_REDIRECTS: Final = frozenset({301, 302, 303, 307, 308})
_PASSING: Final = frozenset({500, 502, 503, 504})
_LONGEST_WAIT: Final = 30  # seconds, for one answer that wants fewer requests
_MOST_WAITS: Final = 5


class Transport:
    """Sends requests; safe in threads."""

    def __init__(
        self,
        guard: Guard,
        network: Network,
        *,
        log: Callable[[str], None] = lambda _: None,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        """Take what may be contacted and how; `log` is given one line, safe to print, for each request."""
        self._guard = guard
        self._network = network
        self._limits = network.limits
        self._log = log
        self._sleep = sleep
        self._lock = threading.Lock()
        self._adapters: dict[str, HTTPAdapter] = {}
        self._clock = Clock()
        self._unreached: dict[str, RegistryError] = {}
        self._dead: dict[str, RegistryError] = {}
        self._waited: Counter[str] = Counter()
        self._counts: Counter[tuple[str, str]] = Counter()

    @property
    def counts(self) -> Counter[tuple[str, str]]:
        """How many requests were sent, by host and kind."""
        with self._lock:
            return self._counts.copy()

    def fetch(self, request: Request, *, attempts: int | None = None) -> Reply:
        """Send a request and read the whole answer, whatever its status is.

        Raises:
            RegistryUnavailable: there was no answer, or not a whole one.
            RegistryLimited: the host wants fewer requests for longer than is waited.
            RegistryUntrusted: the answer is too large, or leads to where nobody should be led.
        """

        def read() -> Reply:
            response = self._send(request)
            try:
                found = body.whole(request, response, self._clock, seconds=self._limits.total)
                return Reply(response.status_code, response.headers, found, response.url)
            finally:
                response.close()  # what is unread is thrown away with its connection

        return self._persist(request, read, attempts or self._limits.attempts)

    @contextmanager
    def stream(self, request: Request) -> Iterator[tuple[Reply, Iterator[bytes]]]:
        """Send a request, and give the pieces of the answer's body as they come, as they are.

        It is sent again until there is an answer; but an answer that breaks off is not asked for again.

        Raises:
            RegistryError: as `fetch` does; while the body is read too.
        """
        opened: list[Response] = []

        def ask() -> Reply:
            while opened:
                opened.pop().close()
            opened.append(response := self._send(request))
            return Reply(response.status_code, response.headers, b"", response.url)

        try:
            reply = self._persist(request, ask, self._limits.attempts)
            yield reply, body.pieces(request, opened[0], self._clock, seconds=self._limits.blob)
        finally:
            for response in opened:
                response.close()

    def close(self) -> None:
        """Close the connections."""
        with self._lock:
            for adapter in self._adapters.values():
                adapter.close()
            self._adapters.clear()

    # --- again and again ----------------------------------------------------------------------------------------

    def _persist(self, request: Request, ask: Callable[[], Reply], attempts: int) -> Reply:
        """Ask until there is an answer that is no passing failure, or patience ends."""
        waits = 0
        while True:
            attempts -= 1
            try:
                reply = ask()
            except RegistryUnavailable as failure:
                if attempts <= 0 or netloc(request.url) in self._dead:
                    self._give_up(request, failure)
                    raise
                self._sleep(self._backoff(attempts))
                continue
            if reply.status == _TOO_MANY and waits < (_MOST_WAITS if request.patient else 0):
                waits += 1
                attempts += 1
                self._wait_as_told(request, reply)
            elif reply.status == _TOO_MANY:
                raise _limited(request, "")
            elif reply.status not in _PASSING or attempts <= 0:
                return reply
            else:
                self._sleep(min(_retry_after(reply.headers) or self._backoff(attempts), _LONGEST_WAIT))

    def _backoff(self, attempts_left: int) -> float:
        return self._limits.backoff * 2.0 ** (self._limits.attempts - 1 - attempts_left)

    def _wait_as_told(self, request: Request, reply: Reply) -> None:
        told = _retry_after(reply.headers)
        wait = self._limits.backoff * 4 if told is None else told
        host = netloc(request.url)
        with self._lock:
            patient = wait <= _LONGEST_WAIT and self._waited[host] + wait <= self._limits.patience
            self._waited[host] += int(wait) + 1 if patient else 0
        if not patient:
            raise _limited(request, f" for {told:.0f} seconds" if told else "")
        self._sleep(wait)

    # --- one exchange -------------------------------------------------------------------------------------------

    def _send(self, request: Request) -> Response:
        """Send a request and follow where it leads; what proves who we are stays with the host that it is for."""
        deadline = time.monotonic() + self._limits.total
        for _ in range(self._limits.redirects + 1):
            response = self._send_once(request, deadline)
            location = response.headers.get("Location")
            if response.status_code not in _REDIRECTS or not location or not request.follow:
                return response
            # A short body that is read leaves its connection for others.
            body.read(request, response, self._clock, deadline=deadline)
            response.close()
            target = self._guard.follow(location, seen_from=request.url)
            headers = request.headers
            if place(target) != place(request.url):
                headers = {name: value for name, value in headers.items() if name != "Authorization"}
            request = structs.replace(request, url=target, headers=headers)
        raise RegistryUntrusted(f"`{request.host}` redirects again and again", host=request.host)

    def _send_once(self, request: Request, deadline: float) -> Response:
        from requests import Request as Prepare
        from requests.exceptions import RequestException
        from urllib3.exceptions import HTTPError

        host = netloc(request.url)
        self._guard.check_url(request.url)
        if host in self._dead:
            raise self._dead[host]
        started = time.monotonic()
        try:
            headers = {"User-Agent": f"dockwright/{__version__}", **request.headers}
            prepared = Prepare(request.method, request.url, headers=headers, data=request.body).prepare()
            adapter = self._adapter(urlsplit(request.url).scheme)
            with self._clock.until(deadline):
                response = adapter.send(
                    prepared,
                    stream=True,
                    timeout=(self._limits.connect, self._limits.read),
                    proxies=self._proxies(request.url),
                )
        except (RequestException, HTTPError, UnicodeError) as error:
            raise self._failure(request, error) from error
        self._note(request, response.status_code, time.monotonic() - started)
        return response

    def _proxies(self, url: str) -> dict[str, str]:
        if (proxy := proxy_for(url, self._network)) is None:
            return {}
        self._guard.check_name(place(url))
        return {urlsplit(url).scheme: proxy}

    def _adapter(self, scheme: str) -> HTTPAdapter:
        from dockwright.registry.connection import adapter

        with self._lock:
            if scheme not in self._adapters:
                self._adapters[scheme] = adapter(self._guard, self._network, self._clock, scheme=scheme)
            return self._adapters[scheme]

    def _note(self, request: Request, status: int, seconds: float) -> None:
        host = netloc(request.url)
        with self._lock:
            self._counts[host, request.kind] += 1
        # Without the query: that of a redirect is often signed, and then it is a key.
        path = urlsplit(request.url).path
        self._log(log_line(f"{request.method} {host}{path} {status} {seconds * 1000:.0f} ms"))

    def _failure(self, request: Request, error: Exception) -> RegistryError:
        """Say in our words why there is no answer."""
        from requests.exceptions import ConnectTimeout, ReadTimeout, SSLError
        from urllib3.exceptions import NewConnectionError

        reason = getattr(error.args[0] if error.args else None, "reason", None)
        if isinstance(error, SSLError):
            failure = RegistryUntrusted(
                f"{request.shown} has no certificate that is trusted here, or speaks no TLS, so nothing is asked there",
                host=request.host,
                help="If it is a registry of yours, let `SSL_CERT_FILE` name its authority's certificate.",
            )
            with self._lock:
                self._dead[netloc(request.url)] = failure
            return failure
        if isinstance(error, ConnectTimeout) or isinstance(reason, NewConnectionError):
            unreached = RegistryUnavailable(f"{request.shown} cannot be reached", host=request.host)
            with self._lock:
                self._unreached[netloc(request.url)] = unreached
            return unreached
        what = "takes too long to answer" if isinstance(error, ReadTimeout) else "broke off before it answered"
        return RegistryUnavailable(f"{request.shown} {what}", host=request.host)

    def _give_up(self, request: Request, failure: RegistryUnavailable) -> None:
        """Take a host that could not be reached for dead: it is not tried again in this run."""
        host = netloc(request.url)
        with self._lock:
            if self._unreached.get(host) is failure:
                self._dead[host] = failure


def _retry_after(headers: Mapping[str, str]) -> float | None:
    """Read how many seconds a host wants to be left alone (RFC 9110, 10.2.3)."""
    text = headers.get("Retry-After", "").strip()
    if not text:
        return None
    if text.isascii() and text.isdecimal():
        return float(text[:9])
    from email.utils import parsedate_to_datetime

    try:
        return max(0.0, parsedate_to_datetime(text).timestamp() - time.time())
    except (ValueError, OverflowError):
        return None


def _limited(request: Request, how_long: str) -> RegistryLimited:
    return RegistryLimited(
        f"{request.shown} wants no further requests{how_long}",
        host=request.host,
        help=f"Log in to `{request.host}` (`docker login`; in the action, its input `registries`) for a higher"
        " limit, or run later.",
    )
