"""Who a client is, for which host: given by hand, or as `docker login` keeps it.

Docker's file is `config.json` in the folder that the variable DOCKER_CONFIG names, or else in `~/.docker` (docker/cli,
"docker login"); the edges find the folder. A host matches exactly, port included: `auths` for `registry.example.com`
are not shown to `registry.example.com:5000`, let alone to a host whose name begins so.
"""

from __future__ import annotations

import os
import re
import threading
from base64 import b64decode
from collections.abc import Mapping  # noqa: TC003 - msgspec reads the annotations
from typing import Final

import msgspec
from msgspec import Struct

from dockwright.errors import ConfigError
from dockwright.image import DOCKER_HUB

_LARGEST: Final = 1024 * 1024
_HUB_KEYS: Final = ("https://index.docker.io/v1/", "index.docker.io", "docker.io", "registry-1.docker.io")
_HELPER: Final = re.compile(r"[A-Za-z0-9_][\w.-]{0,63}", re.ASCII)
_HELPER_SECONDS: Final = 30
_IDENTITY: Final = "<token>"  # as a user's name it says that the secret is an identity token


class Credential(Struct, frozen=True):
    """A user and a password; or an identity token, which some registries give out instead of keeping a password."""

    user: str
    password: str = ""
    identity_token: str = ""

    def __repr__(self) -> str:
        """Keep secrets out of tracebacks."""
        return f"Credential({self.user!r}, ...)"


class _Auth(Struct, frozen=True):
    auth: str | None = None
    username: str | None = None
    password: str | None = None
    identitytoken: str | None = None


class _Config(Struct, frozen=True, rename="camel"):
    auths: dict[str, _Auth | None] | None = None
    cred_helpers: dict[str, str] | None = None
    creds_store: str | None = None


class _Secret(Struct, frozen=True, rename="pascal"):
    username: str = ""
    secret: str = ""


class Credentials:
    """Finds the credential for a host, once for each host."""

    def __init__(self, given: Mapping[str, Credential] | None = None, *, docker_config: str | None = None) -> None:
        """Take what was given by hand, by `host[:port]` (`docker.io` for the Hub), and the folder of `config.json`."""
        self._given = {host.lower(): credential for host, credential in (given or {}).items()}
        self._folder = docker_config
        self._lock = threading.Lock()
        self._config: _Config | None = None
        self._found: dict[str, Credential | None] = {}

    def for_host(self, host: str) -> Credential | None:
        """Return the credential for a host, None if there is none.

        Raises:
            ConfigError: docker's configuration cannot be read.
        """
        with self._lock:
            if host not in self._found:
                self._found[host] = self._given.get(host) or self._kept(host)
            return self._found[host]

    def _kept(self, host: str) -> Credential | None:
        """Look where docker looks, in its order: a helper for this host, what the file says, the store for all."""
        if self._config is None:
            self._config = _read(self._folder)
        keys = (
            _HUB_KEYS if host == DOCKER_HUB else (host, f"https://{host}", f"https://{host}/v1/", f"https://{host}/v2/")
        )
        for key in keys:
            if helper := (self._config.cred_helpers or {}).get(key):
                return _ask_helper(helper, key)
        for key in keys:
            if (auth := (self._config.auths or {}).get(key)) and (credential := _credential(auth)):
                return credential
        return _ask_helper(self._config.creds_store, keys[0]) if self._config.creds_store else None


def _read(folder: str | None) -> _Config:
    if folder is None:
        return _Config()
    path = os.path.join(folder, "config.json")
    try:
        with open(path, "rb") as file:
            return msgspec.json.decode(file.read(_LARGEST), type=_Config)
    except FileNotFoundError:
        return _Config()
    except OSError as error:
        raise ConfigError(f"`{path}` cannot be read: {(error.strerror or str(error)).lower()}") from None
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        raise ConfigError(f"`{path}` is no configuration of docker") from None


def _credential(auth: _Auth) -> Credential | None:
    user, password = auth.username or "", auth.password or ""
    if auth.auth:
        try:
            user, _, password = b64decode(auth.auth, validate=True).decode().partition(":")
        except ValueError:
            return None
        password = password.rstrip("\0")
    if auth.identitytoken:
        return Credential(user, identity_token=auth.identitytoken)
    return Credential(user, password) if user else None


def _ask_helper(name: str, key: str) -> Credential | None:
    """Ask a program for the credential of a host (docker/docker-credential-helpers, "Development").

    A helper that is missing, fails or knows nothing leaves us without a name: public images do not need one, and for
    others the registry's refusal says what is missing.
    """
    from subprocess import DEVNULL, PIPE, SubprocessError, run

    if not _HELPER.fullmatch(name):
        return None
    try:
        done = run(
            [f"docker-credential-{name}", "get"],
            input=key.encode(),
            stdout=PIPE,
            stderr=DEVNULL,
            timeout=_HELPER_SECONDS,
            check=True,
        )
        secret = msgspec.json.decode(done.stdout[:_LARGEST], type=_Secret)
    except (OSError, SubprocessError, msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        return None
    if secret.username == _IDENTITY:
        return Credential("", identity_token=secret.secret)
    return Credential(secret.username, secret.secret) if secret.username else None
