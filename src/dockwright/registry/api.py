"""The endpoints of one registry: a request with its proof of who we are, and refusals in our words."""

from __future__ import annotations

import re
from contextlib import contextmanager
from typing import TYPE_CHECKING, Final

from msgspec import structs

from dockwright.errors import RegistryError, RegistryNotFound, RegistryUnauthorized, RegistryUnavailable
from dockwright.registry.guard import place
from dockwright.registry.message import Request
from dockwright.registry.tokens import login_advice
from dockwright.registry.wire import WireErrors, decoded

if TYPE_CHECKING:
    from collections.abc import Iterator

    from dockwright.registry.budget import Budget
    from dockwright.registry.hosts import Endpoint
    from dockwright.registry.message import Reply
    from dockwright.registry.tokens import Authenticator
    from dockwright.registry.transport import Transport

_OK: Final = 200
_UNAUTHORIZED, _FORBIDDEN, _NOT_FOUND = 401, 403, 404
_SERVER_ERROR: Final = 500
_CODE: Final = re.compile(r"[A-Z_]{1,40}")


class Repository:
    """One repository of one registry."""

    def __init__(
        self, endpoint: Endpoint, name: str, *, transport: Transport, authenticator: Authenticator, budget: Budget
    ) -> None:
        """Take where it is; `name` is without the registry."""
        self.endpoint = endpoint
        self.name = name
        self._transport = transport
        self._authenticator = authenticator
        self._budget = budget

    def ask(
        self, rest: str, kind: str, *, largest: int, method: str = "GET", accept: str = "", attempts: int | None = None
    ) -> Reply:
        """Ask for something in the repository, `tags/list` for instance, or for a whole URL, and return any answer."""
        request = self._request(method, rest, kind, largest, accept)
        header = self._authenticator.header(self.endpoint, self.name)
        reply = self._send(request, header, attempts)
        if reply.status == _UNAUTHORIZED and place(reply.url) == place(self.endpoint.origin):
            header = self._authenticator.renew(self.endpoint, self.name, reply, refused=header)
            if header is not None:
                reply = self._send(request, header, attempts)
        return reply

    @contextmanager
    def stream(self, rest: str, kind: str, *, largest: int) -> Iterator[tuple[Reply, Iterator[bytes]]]:
        """Ask for something large, and give its pieces as they come."""
        request = self._request("GET", rest, kind, largest, "")
        header = self._authenticator.header(self.endpoint, self.name)
        with self._transport.stream(_showing(request, header)) as (reply, pieces):
            if reply.status != _UNAUTHORIZED or place(reply.url) != place(self.endpoint.origin):
                yield reply, pieces
                return
        header = self._authenticator.renew(self.endpoint, self.name, reply, refused=header)
        with self._transport.stream(_showing(request, header)) as (reply, pieces):
            yield reply, pieces

    def _request(self, method: str, rest: str, kind: str, largest: int, accept: str) -> Request:
        url = rest if "://" in rest else self.endpoint.url(self.name, rest)
        headers = {"Accept-Encoding": "gzip" if kind == "tags" else "identity"}
        return Request(
            method, url, kind, self.endpoint.registry, largest, {**headers, **({"Accept": accept} if accept else {})}
        )

    def _send(self, request: Request, header: str | None, attempts: int | None) -> Reply:
        if request.kind == "manifest":
            self._budget.spend(self.endpoint)
        reply = self._transport.fetch(_showing(request, header), attempts=attempts)
        self._budget.note(self.endpoint, reply.headers)
        return reply

    def refusal(self, reply: Reply, what: str) -> RegistryError:
        """Say why there is no `what`: a tag in backticks, for instance, or `tags`."""
        shown, host = self.endpoint.shown, self.endpoint.registry
        thing = f"{what} of `{self.name}`"
        errors = decoded(reply.body, WireErrors)
        code = next((each.code for each in (errors.errors if errors else None) or () if _CODE.fullmatch(each.code)), "")
        if reply.status in {_UNAUTHORIZED, _FORBIDDEN}:
            known = self._authenticator.shows_name(self.endpoint)
            why = "does not accept the credentials that there are for it" if known else "wants credentials"
            message = f"{shown} {why}: it does not show {thing}"
            return RegistryUnauthorized(message, host=host, help=login_advice(self.endpoint))
        if reply.status == _NOT_FOUND:
            return RegistryNotFound(f"{shown} has no {thing}", host=host, help=login_advice(self.endpoint))
        answer = f"{shown} answers with status {reply.status}{f' ({code})' if code else ''}"
        if reply.status >= _SERVER_ERROR:
            return RegistryUnavailable(f"{answer} when asked for {thing}", host=host, help="Try again later.")
        return RegistryError(f"{answer} when asked for {thing}", host=host)


def _showing(request: Request, header: str | None) -> Request:
    if header is None:
        return request
    return structs.replace(request, headers={**request.headers, "Authorization": header})
