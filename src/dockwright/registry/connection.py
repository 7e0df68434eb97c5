"""Connections that go to checked addresses only, and that end in time however slowly the other side sends.

Imported when the first request is made: it needs requests, and urllib3, which requests brings and whose connections its
adapter is made of.
"""

from __future__ import annotations

import os
import socket
import ssl
from time import monotonic
from typing import TYPE_CHECKING, Any

from requests.adapters import HTTPAdapter
from requests.utils import DEFAULT_CA_BUNDLE_PATH
from urllib3.connection import HTTPConnection, HTTPSConnection
from urllib3.connectionpool import HTTPConnectionPool, HTTPSConnectionPool
from urllib3.exceptions import NewConnectionError
from urllib3.poolmanager import PoolManager, ProxyManager

from dockwright.errors import ConfigError

if TYPE_CHECKING:
    from collections.abc import Callable

    from _typeshed import WriteableBuffer
    from requests import PreparedRequest

    from dockwright.registry.clock import Clock
    from dockwright.registry.guard import Guard, Place
    from dockwright.registry.limits import Network

_SHORTEST = 0.1  # seconds for an address, after others have used up the time
_MOST_ADDRESSES = 4  # of one name, that are tried in turn


def adapter(guard: Guard, network: Network, clock: Clock, *, scheme: str) -> HTTPAdapter:
    """Make what sends requests of a scheme; reading the certificates, which takes a while, is for `https` only."""
    limits = network.limits
    plain = _plain(clock, limits.read)
    context = _secure(clock, network) if scheme == "https" else None

    def opener(check: Callable[[Place, str], None] | None) -> Callable[[HTTPConnection], socket.socket]:
        def connect(connection: HTTPConnection) -> socket.socket:
            return _connect(connection, plain, check, clock.left(limits.connect))

        return connect

    # What goes through a proxy connects to the proxy, which the user named.
    direct, proxied = _pools(opener(guard.check_address)), _pools(opener(None))

    class Adapter(HTTPAdapter):
        """Uses our connections, and our certificates, whatever requests would take from the environment."""

        def init_poolmanager(self, connections: int, maxsize: int, block: bool = False, **more: Any) -> None:  # noqa: FBT001, FBT002, ANN401 - the parent's signature
            self.poolmanager = PoolManager(connections, maxsize=maxsize, block=block, ssl_context=context, **more)
            self.poolmanager.pool_classes_by_scheme = direct

        def proxy_manager_for(self, proxy: str, **more: Any) -> ProxyManager:  # noqa: ANN401 - the parent's signature
            manager: ProxyManager = super().proxy_manager_for(proxy, ssl_context=context, **more)
            manager.pool_classes_by_scheme = proxied
            return manager

        def build_connection_pool_key_attributes(
            self,
            request: PreparedRequest,
            verify: bool | str,  # noqa: FBT001 - the parent's signature
            cert: str | tuple[str, str] | None = None,
        ) -> tuple[Any, Any]:
            host, _ = super().build_connection_pool_key_attributes(request, verify, cert)
            return host, {}

        def cert_verify(self, conn: object, url: object, verify: object, cert: object) -> None:
            """Do nothing: the context verifies, always."""

    return Adapter(pool_connections=64, pool_maxsize=limits.per_host)


def _pools(connect: Callable[[HTTPConnection], socket.socket]) -> dict[str, type[HTTPConnectionPool]]:
    class Plain(HTTPConnection):
        def _new_conn(self) -> socket.socket:
            return connect(self)

    class Secure(HTTPSConnection):
        def _new_conn(self) -> socket.socket:
            return connect(self)

    class PlainPool(HTTPConnectionPool):
        ConnectionCls = Plain

    class SecurePool(HTTPSConnectionPool):
        ConnectionCls = Secure

    return {"http": PlainPool, "https": SecurePool}


def _connect(
    connection: HTTPConnection,
    kind: type[socket.socket],
    check: Callable[[Place, str], None] | None,
    timeout: float,
) -> socket.socket:
    """Resolve a name once, check every address, and connect to one of those that passed."""
    target = (connection.host.lower(), connection.port)
    found = _resolve(connection, target)
    if check is not None:
        for *_, address in found:
            check(target, str(address[0]))
    failure: OSError | None = None
    end = monotonic() + timeout
    for family, _, protocol, _, address in found[:_MOST_ADDRESSES]:
        opened = kind(family, socket.SOCK_STREAM, protocol)
        try:
            opened.settimeout(max(end - monotonic(), _SHORTEST))
            for option in connection.socket_options or ():
                opened.setsockopt(*option)
            opened.connect(address)
        except OSError as error:
            opened.close()
            failure = error
        else:
            return opened
    raise NewConnectionError(connection, f"no connection: {failure}") from failure


def _resolve(connection: HTTPConnection, target: Place) -> list[Any]:
    try:
        return socket.getaddrinfo(*target, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError) as error:
        raise NewConnectionError(connection, "its name is not known") from error


def _plain(clock: Clock, longest: float) -> type[socket.socket]:
    class Plain(socket.socket):
        """Looks at the clock before each piece that it receives."""

        def recv_into(self, buffer: WriteableBuffer, nbytes: int = 0, flags: int = 0) -> int:
            self.settimeout(clock.left(longest))
            return super().recv_into(buffer, nbytes, flags)

    return Plain


def _secure(clock: Clock, network: Network) -> ssl.SSLContext:
    longest = network.limits.read

    class Secure(ssl.SSLSocket):
        """Looks at the clock before each piece that it receives."""

        def recv_into(self, buffer: WriteableBuffer, nbytes: int | None = None, flags: int = 0) -> int:
            self.settimeout(clock.left(longest))
            return super().recv_into(buffer, nbytes, flags)

    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)  # verifies, names too
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    trusted = network.ca_file or DEFAULT_CA_BUNDLE_PATH
    try:
        context.load_verify_locations(**{"capath" if os.path.isdir(trusted) else "cafile": trusted})
    except OSError as error:
        reason = (error.strerror or str(error)).lower()
        raise ConfigError(f"The certificates to trust cannot be read from `{trusted}`: {reason}") from None
    context.sslsocket_class = Secure
    return context
