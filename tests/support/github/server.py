"""HTTP on the loopback interface: requests to the double, answers and faults to the client."""

from __future__ import annotations

import json
import socket
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Event, Lock, Thread
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qsl

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.support.github.faults import Effect
    from tests.support.github.messages import Reply

    # method, path, query, headers (names in lower case), body -> answer, and what is played in its place
    Handle = Callable[[str, str, dict[str, str], dict[str, str], bytes], tuple[Reply, Effect | None]]

_QUICK = 0.005  # seconds between looks at whether to stop


class Server(ThreadingHTTPServer):
    """A server on a free port, for as long as `with` lasts."""

    daemon_threads = True
    request_queue_size = 32

    def __init__(self, handle: Handle) -> None:
        super().__init__(("127.0.0.1", 0), Connection)
        self.handle = handle
        self.stopping = Event()
        self._open: set[socket.socket] = set()
        self._lock = Lock()
        self._thread = Thread(target=self.serve_forever, args=(_QUICK,), daemon=True)

    @property
    def address(self) -> str:
        """`http://127.0.0.1:PORT`."""
        return f"http://127.0.0.1:{self.server_address[1]}"

    def start(self) -> None:
        """Serve from now on."""
        self._thread.start()

    def stop(self) -> None:
        """Stop, whatever clients still hold open."""
        self.stopping.set()
        self.shutdown()
        with self._lock:
            for each in self._open:
                try:
                    each.shutdown(socket.SHUT_RDWR)
                except OSError:  # the client was quicker
                    continue
        self.server_close()

    def process_request(self, request: Any, client_address: Any) -> None:  # noqa: ANN401 - as the base class has it
        """Take a connection."""
        with self._lock:
            self._open.add(request)
        super().process_request(request, client_address)

    def shutdown_request(self, request: Any) -> None:  # noqa: ANN401 - as the base class has it
        """Let go of a connection."""
        with self._lock:
            self._open.discard(request)
        super().shutdown_request(request)

    def handle_error(self, request: object, client_address: object) -> None:
        """Say nothing of clients that are gone; what the double does wrong is noted where it happens."""


class Connection(BaseHTTPRequestHandler):
    """One connection of a client."""

    server: Server
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    wbufsize = -1

    def _handle(self) -> None:
        length = int(self.headers.get("Content-Length") or 0)
        data = self.rfile.read(length)
        path, _, query = self.path.partition("?")
        headers = {name.lower(): value for name, value in self.headers.items()}
        pairs = dict(parse_qsl(query, keep_blank_values=True))
        reply, effect = self.server.handle(self.command, path, pairs, headers, data)
        self.answered = False
        if effect is not None:
            effect.play(self)
        if not self.answered and not self.close_connection:
            body = b"" if reply.body is None else json.dumps(reply.body).encode()
            self.answer(reply.status, body, reply.headers)

    do_GET = do_POST = do_PATCH = do_PUT = do_DELETE = _handle  # noqa: N815 - the base class's names

    def answer(self, status: int, body: bytes, headers: dict[str, str]) -> None:
        """Send an answer."""
        self.answered = True
        self.send_response(status)
        given = {"Content-Type": "application/json; charset=utf-8", "Content-Length": str(len(body)), **headers}
        for name, value in given.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(body)

    def version_string(self) -> str:
        """Name the server as GitHub does."""
        return "github.com"

    def log_message(self, *_: object) -> None:
        """Print nothing."""
