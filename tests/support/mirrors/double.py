"""A server of files on loopback that keeps a record of what it was asked."""

from __future__ import annotations

import threading
from collections import Counter
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import TYPE_CHECKING

from dockwright.config.mirrors import NAMES
from dockwright.evidence.pocket import Fetch
from dockwright.registry.limits import Limits, Network

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator


class MirrorDouble:
    """A server; `files` are its files by path, `statuses` what it says instead, `answers` what it says to a POST."""

    def __init__(self) -> None:
        self.files: dict[str, bytes] = {}
        self.statuses: dict[str, int] = {}
        self.answers: Callable[[str, bytes], bytes] = lambda _path, _body: b""
        self.asked: Counter[str] = Counter()
        self._server = _Server(self)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self._server.server_port}"

    def fetch(self, *, cache_dir: str | None = None) -> Fetch:
        """Make what finds every distribution here, each in a folder by its name."""
        mirrors = {name: f"{self.url}/{name}" for name in NAMES}
        return Fetch(cache_dir=cache_dir, mirrors_of=mirrors, network=Network(limits=Limits(backoff=0)))

    def close(self) -> None:
        self._server.shutdown()
        self._server.server_close()


class _Server(ThreadingHTTPServer):
    daemon_threads = True

    def __init__(self, double: MirrorDouble) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.double = double
        threading.Thread(target=self.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True).start()


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    server: _Server

    def log_message(self, *_: object) -> None:
        """Write nothing to the standard streams."""

    def do_GET(self) -> None:
        path = self.path.lstrip("/")
        self._send(self.server.double.files.get(path))

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        self._send(self.server.double.answers(self.path.lstrip("/"), body))

    def _send(self, body: bytes | None) -> None:
        path = self.path.lstrip("/")
        self.server.double.asked[path] += 1
        self.send_response(self.server.double.statuses.get(path, 404 if body is None else 200))
        self.send_header("Content-Length", str(len(body or b"")))
        self.end_headers()
        self.wfile.write(body or b"")


@contextmanager
def mirror_double() -> Iterator[MirrorDouble]:
    """Run a server in this process."""
    double = MirrorDouble()
    try:
        yield double
    finally:
        double.close()
