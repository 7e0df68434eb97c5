"""How much of a registry's answer is read, and how long is waited for it."""

from __future__ import annotations

from collections.abc import Mapping  # noqa: TC003 - msgspec reads the annotations

from msgspec import Struct

_MIB = 1024 * 1024


class Limits(Struct, frozen=True):
    """Seconds, bytes and counts; what is beyond them is an error or, for tags, left out and said.

    Attributes:
        connect: seconds to be connected.
        read: seconds without a single byte.
        total: seconds for a whole answer, however it drips; `blob` for a layer.
        attempts: how often a request is sent when there is no answer, or a server's error.
        backoff: seconds before the second attempt; doubled for each further one.
        patience: seconds that waiting for one host may take in all when it wants fewer requests (status 429).
        redirects: how many are followed.
        manifest: bytes of a manifest or index (the specification's advice is 4 MiB).
        config: bytes of an image's configuration.
        page: bytes of one page of tags.
        token: bytes of a token server's answer.
        tags, pages: how many are read of one repository.
        hub_pages: how many pages of 100 tags are read of Docker Hub's own API, the newest first, to learn dates.
        budget: how many pulls are left to others on Docker Hub.
        per_host: connections to one host at the same time.
        cache: bytes that the folder of manifests may hold.
    """

    connect: float = 10
    read: float = 30
    total: float = 60
    blob: float = 600
    attempts: int = 3
    backoff: float = 0.5
    patience: float = 60
    redirects: int = 5
    manifest: int = 4 * _MIB
    config: int = 8 * _MIB
    page: int = 32 * _MIB
    token: int = _MIB
    tags: int = 200_000
    pages: int = 200
    hub_pages: int = 3
    budget: int = 20
    per_host: int = 5
    cache: int = 64 * _MIB


class Network(Struct, frozen=True):
    """How this machine reaches others; the edges fill it in from the environment.

    Attributes:
        ca_file: certificates (PEM) to trust instead of those that requests brings; or a folder of them, for OpenSSL.
        proxies: the URL of the proxy for `http` and for `https`. A proxy resolves names itself, so behind one only
            names and literal addresses can be checked, and the proxy has to refuse what must not be reached.
        no_proxy: hosts (and domains, with all below them) that are reached without one; `*` is all.
        limits: see there.
    """

    ca_file: str | None = None
    proxies: Mapping[str, str] = {}
    no_proxy: tuple[str, ...] = ()
    limits: Limits = Limits()
