"""A small internet in this process, in which every host says what a test wants, well-formed or not.

It is a proxy: the client under test is given it as its proxy for `https`, asks it for a tunnel to any host, and finds
there a TLS server with a certificate for that host. So hosts have their true names (`registry-1.docker.io`), and what
each of them was sent is on record, the `Authorization` above all. What is asked of it directly goes to the host
`127.0.0.1`.
"""

from __future__ import annotations

import ssl
import threading
import time
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import TYPE_CHECKING
from urllib.parse import parse_qs, urlsplit

from dockwright.registry import Client, Credential, Credentials, Limits, Network

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping

    from tests.support.registry.certificate import Certificate
    from tests.support.registry.double import Answer

HOSTS = (
    "registry.example.com", "evil.example.net", "auth.example.com", "cdn.example.net", "registry-1.docker.io",
    "auth.docker.io", "hub.docker.com", "registry.gitlab.com", "gitlab.com",
)  # fmt: skip
QUICK = Limits(connect=2, read=2, total=2, backoff=0)


@dataclass(frozen=True)
class Sent:
    """A request, by the host that it was sent to."""

    host: str
    method: str
    path: str
    query: Mapping[str, str]
    authorization: str | None
    body: bytes = b""


@dataclass(frozen=True)
class Raw:
    """The very bytes of an answer, with seconds between the pieces; then the connection is closed."""

    pieces: Iterable[bytes]
    pause: float = 0


@dataclass
class Internet:
    """What is out there. `hosts` says what each host answers; one that is not in it is not reached."""

    certificate: Certificate
    hosts: dict[str, Callable[[Sent], Answer | Raw]] = field(default_factory=dict)
    sent: list[Sent] = field(default_factory=list)
    over: threading.Event = field(default_factory=threading.Event)
    port: int = 0

    def network(self, limits: Limits = QUICK) -> Network:
        """Say how to reach it."""
        proxies = {"https": f"http://127.0.0.1:{self.port}"}
        return Network(ca_file=str(self.certificate.certificate_file), proxies=proxies, limits=limits)

    def client(
        self,
        given: Mapping[str, Credential] | None = None,
        *,
        limits: Limits = QUICK,
        token_hosts: Mapping[str, str] | None = None,
        cache_dir: str | None = None,
    ) -> Client:
        """Make a client that sees nothing but this internet."""
        network = self.network(limits)
        return Client(Credentials(given), cache_dir=cache_dir, token_hosts=token_hosts, network=network)

    def answers(self, host: str, answer: Answer | Raw) -> None:
        """Let a host answer the same to everything."""
        self.hosts[host] = lambda _: answer

    def secrets_seen(self) -> set[str]:
        """Return the hosts that were shown who we are."""
        return {sent.host for sent in self.sent if sent.authorization or b"refresh_token" in sent.body}


@contextmanager
def internet(certificate: Certificate) -> Iterator[Internet]:
    """Let there be an internet; the certificate is for `HOSTS`."""
    made = Internet(certificate)
    server = _Server(made)
    made.port = server.server_port
    try:
        yield made
    finally:
        made.over.set()
        server.shutdown()
        server.server_close()


class _Server(ThreadingHTTPServer):
    daemon_threads = True

    def __init__(self, made: Internet) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.made = made
        self.context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        self.context.load_cert_chain(made.certificate.certificate_file, made.certificate.key_file)
        threading.Thread(target=self.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True).start()

    def handle_error(self, *_: object) -> None:
        """Say nothing of a client that hangs up: several are here to do so."""


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    server: _Server
    place = "127.0.0.1"

    def log_message(self, *_: object) -> None:
        """Write nothing to the standard streams."""

    def do_CONNECT(self) -> None:
        """Become the host that the tunnel leads to."""
        self.place = self.path.rpartition(":")[0]
        if self.place not in self.server.made.hosts:
            self.send_error(502)
            return
        self.send_response_only(200)
        self.end_headers()
        self.rfile.close()
        self.connection = self.server.context.wrap_socket(self.connection, server_side=True)
        self.rfile = self.connection.makefile("rb")
        self.wfile = _Unbuffered(self.connection)  # type: ignore[assignment] # has all that is used of it
        self.close_connection = False

    def do_GET(self) -> None:
        sent = self._sent()
        self.server.made.sent.append(sent)
        answer = self.server.made.hosts[self.place](sent)
        if isinstance(answer, Raw):
            self._send_raw(answer)
            return
        self.send_response(answer.status)
        for name, value in {"Content-Length": str(len(answer.body)), **answer.headers}.items():
            self.send_header(name, value)
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(answer.body)

    do_HEAD = do_POST = do_GET  # noqa: N815 - the names that http.server calls

    def _sent(self) -> Sent:
        parts = urlsplit(self.path)
        query = {name: values[-1] for name, values in parse_qs(parts.query).items()}
        body = self.rfile.read(int(self.headers.get("Content-Length", "0")))
        return Sent(self.place, self.command, parts.path, query, self.headers.get("Authorization"), body)

    def _send_raw(self, answer: Raw) -> None:
        self.close_connection = True
        for piece in answer.pieces:
            if self.server.made.over.is_set():
                return
            self.wfile.write(piece)
            time.sleep(answer.pause)

    def finish(self) -> None:
        with suppress(OSError):
            super().finish()
        self.connection.close()


class _Unbuffered:
    """Writes to a socket, as the file that `http.server` would have made."""

    closed = False

    def __init__(self, connection: ssl.SSLSocket) -> None:
        self._connection = connection

    def write(self, data: bytes) -> int:
        self._connection.sendall(data)
        return len(data)

    def flush(self) -> None:
        """Nothing is kept."""

    def close(self) -> None:
        """Closed with the socket."""
