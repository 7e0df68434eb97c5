"""Real registries on loopback: `docker-registry` of Debian, as others run it.

Three that share their images: one that asks for no name, one with TLS and passwords (`htpasswd`), one with TLS and
tokens, as Docker Hub has them. Debian's is version 2.8, which lists tags unsorted, ignores `n`, and has no referrers.
"""

from __future__ import annotations

import base64
import json
import os
import shutil
import socket
import ssl
import subprocess
import threading
import time
import uuid
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import TYPE_CHECKING
from urllib.parse import parse_qs, urlsplit

import pytest

from dockwright.registry import Client, Credential, Credentials, Network
from tests.support.registry.certificate import Certificate, make_certificate
from tests.support.registry.images import Image, Wish, build
from tests.support.registry.push import push_image

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

USER, PASSWORD = "bob", "secret"
IDENTITY_TOKEN = "identity-of-bob"
PUBLIC = "library/"
"""What begins with this is open to everybody at the registry with tokens."""

_ATTEMPTS = 5
_PATIENCE = 10.0
_LIFE = 300


def require(*programs: str) -> None:
    """Skip a test where a program is missing; fail where CI runs it, because there it has to be."""
    missing = [program for program in programs if shutil.which(program) is None]
    if not missing:
        return
    reason = f"{' and '.join(missing)} must be installed: `make packages` does it on Debian and Ubuntu, as root"
    if os.environ.get("CI"):
        pytest.fail(reason)
    pytest.skip(reason)


@dataclass(frozen=True)
class RealRegistry:
    """One running registry.

    Attributes:
        host: `127.0.0.1:PORT`, its name in references.
        origin: with its scheme.
        opened: the origin of the registry that takes pushes without a name, and holds the same images.
        token_host: the host of its token server, if it has one.
    """

    host: str
    origin: str
    opened: str
    certificate: Certificate
    token_host: str | None = None

    def push(self, repository: str, *tags: str, platforms: Sequence[str] = ("linux/amd64",), content: str = "") -> str:
        """Push an image of these platforms with these tags, and return its digest; a rebuild is another `content`."""
        return self.push_image(repository, *tags, image=build(Wish(platforms, content)))

    def push_image(self, repository: str, *tags: str, image: Image) -> str:
        """Push an image as it is, and return its digest."""
        push_image(self.opened, repository, tags, image)
        return image.digest

    def client(
        self,
        password: str | None = None,
        *,
        credentials: Credentials | None = None,
        cache_dir: str | None = None,
        trusts_token_host: bool = True,
    ) -> Client:
        """Make a client that knows this registry by its own name and as `docker.io`, as nobody or as `bob`."""
        given = {} if password is None else {self.host: Credential(USER, password)}
        return Client(
            credentials or Credentials(given),
            cache_dir=cache_dir,
            mirrors={self.host: self.origin, "docker.io": self.origin},
            token_hosts={self.host: self.token_host} if self.token_host and trusts_token_host else {},
            allowed_hosts=frozenset({self.token_host} if self.token_host else ()),
            network=Network(ca_file=str(self.certificate.certificate_file)),
        )


@dataclass(frozen=True)
class RealRegistries:
    """Three registries with the same images."""

    plain: RealRegistry
    passwords: RealRegistry
    tokens: RealRegistry
    token_server: TokenServer


@dataclass(frozen=True)
class TokenRequest:
    """What the token server was asked: by whom (None for a wrong password), and for what."""

    method: str
    user: str | None
    scope: str


@dataclass
class TokenServer:
    """Gives tokens as Docker Hub's server does: anybody may pull what is public, `bob` everything."""

    certificate: Certificate
    service: str = "registry.test"
    asked: list[TokenRequest] = field(default_factory=list)
    life: int = _LIFE

    def answer(self, method: str, query: dict[str, list[str]], authorization: str) -> tuple[int, dict[str, object]]:
        """Return the status and the answer to a request."""
        user = self._user(query, authorization)
        scope = " ".join(query.get("scope", []))
        self.asked.append(TokenRequest(method, user, scope))
        if user is None:
            return 401, {"details": "incorrect username or password"}
        now = int(time.time())
        claims = {
            "iss": "test",
            "sub": user,
            "aud": self.service,
            "exp": now + _LIFE,
            "nbf": now - 10,
            "iat": now,
            "jti": uuid.uuid4().hex,
            "access": [granted for each in scope.split() if (granted := _granted(each, user))],
        }
        return 200, {"token": self.certificate.sign_token(claims), "expires_in": self.life}

    @staticmethod
    def _user(query: dict[str, list[str]], authorization: str) -> str | None:
        """Tell who asks; nobody is an empty name, and who shows something wrong has none."""
        if "refresh_token" in query:
            return USER if query["refresh_token"] == [IDENTITY_TOKEN] else None
        if not authorization:
            return ""
        return USER if authorization == f"Basic {_base64(f'{USER}:{PASSWORD}')}" else None


def _granted(scope: str, user: str) -> dict[str, object] | None:
    kind, _, rest = scope.partition(":")
    name, _, actions = rest.rpartition(":")
    allowed = [action for action in actions.split(",") if user or (action == "pull" and name.startswith(PUBLIC))]
    return {"type": kind, "name": name, "actions": allowed} if allowed else None


def _base64(text: str) -> str:
    return base64.b64encode(text.encode()).decode()


@contextmanager
def real_registries(folder: Path) -> Iterator[RealRegistries]:
    """Run the three, with their images in a folder."""
    require("docker-registry", "htpasswd")
    certificate = make_certificate(folder)
    password_file = folder / "htpasswd"
    subprocess.run(["htpasswd", "-Bbc", password_file, USER, PASSWORD], check=True, capture_output=True)
    tls = f"tls: {{certificate: {certificate.certificate_file}, key: {certificate.key_file}}}"
    with _token_server(certificate) as (server, token_host):
        token = (
            f"token: {{realm: 'https://{token_host}/token', service: {server.service}, issuer: test,"
            f" rootcertbundle: {certificate.certificate_file}}}"
        )
        with (
            _running(folder, "plain", "", "") as plain,
            _running(folder, "passwords", f"auth: {{htpasswd: {{realm: test, path: {password_file}}}}}", tls) as basic,
            _running(folder, "tokens", f"auth: {{{token}}}", tls) as bearer,
        ):
            opened = f"http://{plain}"
            yield RealRegistries(
                RealRegistry(plain, opened, opened, certificate),
                RealRegistry(basic, f"https://{basic}", opened, certificate),
                RealRegistry(bearer, f"https://{bearer}", opened, certificate, token_host),
                server,
            )


@contextmanager
def _running(folder: Path, name: str, auth: str, tls: str) -> Iterator[str]:
    """Run one registry, and give its host when it answers."""
    for _ in range(_ATTEMPTS):
        port = _free_port()
        configuration = folder / f"{name}.yml"
        configuration.write_text(
            f"version: 0.1\nlog: {{level: error, accesslog: {{disabled: true}}}}\n"
            f"storage:\n  filesystem: {{rootdirectory: {folder / 'images'}}}\n  delete: {{enabled: true}}\n{auth}\n"
            f"http:\n  addr: 127.0.0.1:{port}\n  secret: test\n  {tls}\n"
        )
        with (folder / f"{name}.log").open("w") as log:
            process = subprocess.Popen(["docker-registry", "serve", configuration], stdout=log, stderr=log)
        try:
            if _answers(process, port):
                yield f"127.0.0.1:{port}"
                return
        finally:
            process.terminate()
            process.wait()
    pytest.fail(f"docker-registry does not start: {(folder / f'{name}.log').read_text()}")


def _free_port() -> int:
    """Find a port that nobody uses; somebody else may be quicker, so that the caller tries again."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def _answers(process: subprocess.Popen[bytes], port: int) -> bool:
    """Wait until somebody listens, or the process ends."""
    end = time.monotonic() + _PATIENCE
    while process.poll() is None and time.monotonic() < end:
        try:
            socket.create_connection(("127.0.0.1", port), timeout=1).close()
        except OSError:
            time.sleep(0.02)
        else:
            return process.poll() is None
    return False


@contextmanager
def _token_server(certificate: Certificate) -> Iterator[tuple[TokenServer, str]]:
    server = TokenServer(certificate)

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"
        disable_nagle_algorithm = True

        def log_message(self, *_: object) -> None:
            """Write nothing to the standard streams."""

        def do_GET(self) -> None:
            self._reply(parse_qs(urlsplit(self.path).query))

        def do_POST(self) -> None:
            length = int(self.headers.get("Content-Length", "0"))
            self._reply(parse_qs(self.rfile.read(length).decode()))

        def _reply(self, query: dict[str, list[str]]) -> None:
            status, answer = server.answer(self.command, query, self.headers.get("Authorization", ""))
            body = json.dumps(answer).encode()
            self.send_response(status)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

    http = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate.certificate_file, certificate.key_file)
    # In the thread of each connection: one that is slow to shake hands must not hold up the others.
    http.socket = context.wrap_socket(http.socket, server_side=True, do_handshake_on_connect=False)
    http.daemon_threads = True
    threading.Thread(target=http.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True).start()
    try:
        yield server, f"127.0.0.1:{http.server_port}"
    finally:
        http.shutdown()
        http.server_close()
