"""A registry in this process: what the tests of the update job talk to.

It answers as docker-registry 3 does (sorted tags, `Link`), keeps a record of what it was asked, and can be told to
answer something else.
"""

from __future__ import annotations

import json
import re
import threading
from collections import Counter
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import TYPE_CHECKING, ClassVar
from urllib.parse import parse_qs, urlsplit

from dockwright.registry import Client
from tests.support.registry.images import Image, Manifest, Wish, build, digest_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from dockwright.registry import Credentials

_PATH = re.compile(r"/v2/(?P<repository>.+)/(?P<kind>tags|manifests|blobs|referrers)/(?P<reference>[^/]+)")


@dataclass(frozen=True)
class Asked:
    """A request that the registry was sent, the status that it answered with, and the port of the client's end."""

    method: str
    path: str
    query: Mapping[str, str]
    headers: Mapping[str, str]
    status: int
    client: int = 0


@dataclass(frozen=True)
class Answer:
    """What the registry says; `headers` by their names as written."""

    status: int
    body: bytes = b""
    headers: Mapping[str, str] = field(default_factory=dict)


@dataclass
class _Told:
    method: str
    path: re.Pattern[str]
    answer: Answer
    times: int


@dataclass
class _Repository:
    tags: dict[str, str] = field(default_factory=dict)
    manifests: dict[str, Manifest] = field(default_factory=dict)
    blobs: dict[str, bytes] = field(default_factory=dict)

    def add(self, image: Image) -> None:
        self.blobs |= {digest_of(blob): blob for blob in image.blobs}
        self.manifests |= {manifest.digest: manifest for manifest in image.manifests}


class RegistryDouble:
    """A registry on loopback; see the package's docstring for how to use it."""

    def __init__(self) -> None:
        self.asked: list[Asked] = []
        self.page = 10_000
        self._repositories: dict[str, _Repository] = {}
        self._told: list[_Told] = []
        self._lock = threading.Lock()
        self._server = _Server(self)

    @property
    def host(self) -> str:
        """`127.0.0.1:PORT`."""
        return f"127.0.0.1:{self._server.server_port}"

    @property
    def url(self) -> str:
        return f"http://{self.host}"

    def client(self, credentials: Credentials | None = None, *, cache_dir: str | None = None) -> Client:
        """Make a client that finds `docker.io` here, and this host by its own name."""
        return Client(
            credentials, cache_dir=cache_dir, mirrors={"docker.io": self.url}, allowed_hosts=frozenset({self.host})
        )

    # --- what it holds ------------------------------------------------------------------------------------------

    def push(self, repository: str, *tags: str, platforms: Sequence[str] = ("linux/amd64",), content: str = "") -> str:
        """Push an image of these platforms with these tags, and return its digest; a rebuild is another `content`."""
        return self.push_image(repository, *tags, image=build(Wish(platforms, content)))

    def push_image(self, repository: str, *tags: str, image: Image) -> str:
        """Push an image as it is, and return its digest."""
        with self._lock:
            held = self._repositories.setdefault(repository, _Repository())
            held.add(image)
            held.tags |= dict.fromkeys(tags, image.digest)
        return image.digest

    def delete_tag(self, repository: str, tag: str) -> None:
        with self._lock:
            del self._repositories[repository].tags[tag]

    def answer(
        self,
        method: str,
        path: str,
        *,
        status: int = 200,
        body: bytes = b"",
        headers: Mapping[str, str] | None = None,
        times: int = 1_000_000,
    ) -> None:
        """Answer the next `times` requests of this method, for paths that the pattern matches whole, with this."""
        with self._lock:
            self._told.append(_Told(method, re.compile(path), Answer(status, body, headers or {}), times))

    # --- what it was asked --------------------------------------------------------------------------------------

    @property
    def counts(self) -> Counter[str]:
        """How often each `METHOD path` was asked."""
        return Counter(f"{asked.method} {asked.path}" for asked in self.asked)

    # --- how it answers -----------------------------------------------------------------------------------------

    def reply(self, method: str, target: str, headers: Mapping[str, str], *, client: int = 0) -> Answer:
        """Answer a request, and remember it."""
        parts = urlsplit(target)
        query = {name: values[-1] for name, values in parse_qs(parts.query).items()}
        with self._lock:
            answer = self._said(method, parts.path) or self._truly(method, parts.path, query, headers)
            self.asked.append(Asked(method, parts.path, query, headers, answer.status, client))
        return answer

    def _said(self, method: str, path: str) -> Answer | None:
        for told in self._told:
            if told.times and told.method == method and told.path.fullmatch(path):
                told.times -= 1
                return told.answer
        return None

    def _truly(self, method: str, path: str, query: Mapping[str, str], headers: Mapping[str, str]) -> Answer:
        if not (match := _PATH.fullmatch(path)) or method not in {"GET", "HEAD"}:
            return _error(404, "UNSUPPORTED")
        if not (held := self._repositories.get(match["repository"])):
            return _error(404, "NAME_UNKNOWN")
        if match["kind"] == "tags":
            return self._tags(match["repository"], held, query)
        if match["kind"] == "manifests":
            return _manifest(held, match["reference"], headers.get("Accept", ""))
        blob = held.blobs.get(match["reference"]) if match["kind"] == "blobs" else None
        return _error(404, "BLOB_UNKNOWN") if blob is None else Answer(200, blob, _OCTETS)

    def _tags(self, repository: str, held: _Repository, query: Mapping[str, str]) -> Answer:
        count = min(int(query.get("n", self.page)), self.page)
        left = sorted(tag for tag in held.tags if tag > query.get("last", ""))
        answer = _json({"name": repository, "tags": left[:count]})
        if len(left) <= count:
            return answer
        link = f'</v2/{repository}/tags/list?last={left[count - 1]}&n={count}>; rel="next"'
        return Answer(200, answer.body, {**answer.headers, "Link": link})

    def close(self) -> None:
        self._server.shutdown()
        self._server.server_close()


_OCTETS = {"Content-Type": "application/octet-stream"}


def _manifest(held: _Repository, reference: str, accept: str) -> Answer:
    manifest = held.manifests.get(held.tags.get(reference, reference))
    if manifest is None or manifest.media_type not in accept:
        return _error(404, "MANIFEST_UNKNOWN")
    return Answer(200, manifest.data, {"Content-Type": manifest.media_type, "Docker-Content-Digest": manifest.digest})


def _json(value: object) -> Answer:
    return Answer(200, json.dumps(value).encode(), {"Content-Type": "application/json"})


def _error(status: int, code: str) -> Answer:
    body = json.dumps({"errors": [{"code": code, "message": code.lower().replace("_", " ")}]})
    return Answer(status, body.encode(), {"Content-Type": "application/json"})


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    request_queue_size = 64

    def __init__(self, double: RegistryDouble) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.double = double
        threading.Thread(target=self.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True).start()


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server: _Server
    wbufsize: ClassVar[int] = -1
    disable_nagle_algorithm = True

    def log_message(self, *_: object) -> None:
        """Write nothing to the standard streams."""

    def do_GET(self) -> None:
        answer = self.server.double.reply(self.command, self.path, dict(self.headers), client=self.client_address[1])
        self.send_response(answer.status)
        for name, value in answer.headers.items():
            self.send_header(name, value)
        if "Content-Length" not in answer.headers:
            self.send_header("Content-Length", str(len(answer.body)))
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(answer.body)

    do_HEAD = do_POST = do_GET  # noqa: N815 - the names that http.server calls


@contextmanager
def registry_double() -> Iterator[RegistryDouble]:
    """Run a registry in this process."""
    double = RegistryDouble()
    try:
        yield double
    finally:
        double.close()
