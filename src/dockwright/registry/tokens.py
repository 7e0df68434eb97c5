"""Proving who we are: Basic, or a token from where the registry says (distribution, "Token Authentication").

What a registry says is not trusted far: a password goes to the registry itself, and to a token server only on the same
host and port, or one that is known or configured to belong to it. Any other token server is asked without a name.
"""

from __future__ import annotations

import re
import threading
from base64 import b64encode
from collections import defaultdict
from time import monotonic
from typing import TYPE_CHECKING, Final
from urllib.parse import urlencode, urlsplit

from msgspec import Struct

from dockwright.errors import RegistryUnauthorized, RegistryUnavailable, RegistryUntrusted
from dockwright.registry.challenge import Challenge, challenges
from dockwright.registry.guard import is_loopback, netloc
from dockwright.registry.message import Request
from dockwright.registry.wire import WireToken, decode

if TYPE_CHECKING:
    from collections.abc import Mapping

    from dockwright.registry.credentials import Credential, Credentials
    from dockwright.registry.guard import Guard
    from dockwright.registry.hosts import Endpoint
    from dockwright.registry.limits import Limits
    from dockwright.registry.message import Reply
    from dockwright.registry.transport import Transport

_TOKEN_HOSTS: Final = {"docker.io": "auth.docker.io", "registry.gitlab.com": "gitlab.com"}
_DEFAULT_LIFE: Final = 60.0  # seconds, where a token does not say; the specification's number
_USED_UP: Final = 0.9  # of its life, after which it is renewed before a registry refuses it
_VISIBLE: Final = re.compile(r"[\x21-\x7e]{1,65536}")
_OK: Final = 200
_REFUSALS: Final = frozenset({400, 401, 403})


class _Token(Struct, frozen=True):
    header: str
    ends: float


class Authenticator:
    """Remembers what each host wants, and the tokens that it gave."""

    def __init__(
        self,
        credentials: Credentials,
        transport: Transport,
        *,
        guard: Guard,
        limits: Limits,
        token_hosts: Mapping[str, str],
    ) -> None:
        """Take who we are; `token_hosts` names the token server of a registry, as the user knows it."""
        self._credentials = credentials
        self._transport = transport
        self._guard = guard
        self._limits = limits
        self._token_hosts = {**_TOKEN_HOSTS, **token_hosts}
        self._wanted: dict[str, Challenge] = {}
        self._tokens: dict[tuple[str, str], _Token] = {}
        self._locks: defaultdict[tuple[str, str], threading.Lock] = defaultdict(threading.Lock)

    def header(self, endpoint: Endpoint, repository: str) -> str | None:
        """Return the `Authorization` that this host has wanted before; None if it wanted none.

        Raises:
            RegistryError: there is no token to be had.
        """
        wanted = self._wanted.get(endpoint.origin)
        return self._answer(endpoint, repository, wanted, refused=None) if wanted else None

    def renew(self, endpoint: Endpoint, repository: str, reply: Reply, *, refused: str | None) -> str | None:
        """Answer a 401; `refused` is what was shown. None if we have nothing (else) to show.

        Raises:
            RegistryError: there is no token to be had.
        """
        for challenge in challenges(reply.headers.get("WWW-Authenticate", "")):
            if challenge.scheme in {"bearer", "basic"}:
                header = self._answer(endpoint, repository, challenge, refused=refused)
                if header is not None and header != refused:
                    self._wanted[endpoint.origin] = challenge
                    return header
        return None

    def shows_name(self, endpoint: Endpoint) -> bool:
        """Tell whether there is a credential for a host."""
        return self._credentials.for_host(endpoint.host) is not None

    def _answer(self, endpoint: Endpoint, repository: str, challenge: Challenge, *, refused: str | None) -> str | None:
        if challenge.scheme == "basic":
            credential = self._credential(endpoint, endpoint.origin)
            return _basic(credential) if credential is not None and credential.password else None
        scope = _scope(challenge, f"{endpoint.prefix}{repository}")
        key = (endpoint.origin, scope)
        with self._locks[key]:
            token = self._tokens.get(key)
            if token is None or token.header == refused or token.ends < monotonic():
                token = self._tokens[key] = self._fetch(endpoint, challenge, scope)
        return token.header

    def _credential(self, endpoint: Endpoint, url: str) -> Credential | None:
        """Return the credential of a registry, if it may be shown to this URL."""
        parts = urlsplit(url)
        if parts.scheme != "https" and not is_loopback(parts.hostname or ""):
            return None
        known = {netloc(endpoint.origin), self._token_hosts.get(endpoint.host)}
        return self._credentials.for_host(endpoint.host) if netloc(url) in known else None

    def _fetch(self, endpoint: Endpoint, challenge: Challenge, scope: str) -> _Token:
        realm = challenge.parameters.get("realm", "")
        # A token server that the user named may be at a private address, but for its own registry only.
        named = netloc(realm) == self._token_hosts.get(endpoint.host)
        self._guard.check_url(realm, seen_from="" if named else endpoint.origin)
        credential = self._credential(endpoint, realm)
        reply = self._transport.fetch(self._request(endpoint, challenge, scope, credential))
        if reply.status in _REFUSALS:
            raise RegistryUnauthorized(
                f"`{netloc(realm)}` gives no token for {endpoint.shown}"
                + (", with the credentials that there are" if credential else ""),
                host=endpoint.registry,
                help=login_advice(endpoint),
            )
        if reply.status != _OK:
            raise RegistryUnavailable(
                f"`{netloc(realm)}` answers with status {reply.status} instead of a token for {endpoint.shown}",
                host=endpoint.registry,
            )
        return _token(decode(reply.body, WireToken, host=netloc(realm)), endpoint)

    def _request(self, endpoint: Endpoint, challenge: Challenge, scope: str, credential: Credential | None) -> Request:
        realm = challenge.parameters["realm"]
        asked = {"service": challenge.parameters.get("service", ""), "scope": scope}
        asked = {name: value for name, value in asked.items() if value}
        post = credential is not None and credential.identity_token != ""
        headers = {"Accept": "application/json", "Accept-Encoding": "gzip"}
        body = None
        if credential is not None and post:
            headers["Content-Type"] = "application/x-www-form-urlencoded"
            grant = {"grant_type": "refresh_token", "refresh_token": credential.identity_token}
            body = urlencode({**asked, **grant, "client_id": "dockwright"}).encode()
        elif credential is not None:
            headers["Authorization"] = _basic(credential)
        return Request(
            method="POST" if post else "GET",
            url=realm if post else f"{realm}{'&' if urlsplit(realm).query else '?'}{urlencode(asked)}",
            kind="token",
            host=endpoint.registry,
            largest=self._limits.token,
            headers=headers,
            follow=False,
            body=body,
        )


def login_advice(endpoint: Endpoint) -> str:
    """Say how to be let in."""
    return (
        f"If the image is private, log in to `{endpoint.host}` first (`docker login`; in the"
        " action, its input `registries`); if it is public, check its name."
    )


def _scope(challenge: Challenge, repository: str) -> str:
    """Return what a token is asked for: to pull from this repository, whatever more the registry would have us ask."""
    said = challenge.parameters.get("scope", "")
    return said if said and "repository:" not in said else f"repository:{repository}:pull"


def _basic(credential: Credential) -> str:
    return f"Basic {b64encode(f'{credential.user}:{credential.password}'.encode()).decode()}"


def _token(answer: WireToken, endpoint: Endpoint) -> _Token:
    token = answer.token or answer.access_token or ""
    if not _VISIBLE.fullmatch(token):
        raise RegistryUntrusted(f"{endpoint.shown} has a token server that gives no token", host=endpoint.registry)
    said = answer.expires_in
    life = said if isinstance(said, (int, float)) and said > 0 else _DEFAULT_LIFE
    return _Token(f"Bearer {token}", monotonic() + life * _USED_UP)
