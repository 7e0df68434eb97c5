"""How registries are reached: by the configuration, and by what the environment says of credentials and proxies."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from dockwright.registry import Client, Credentials, Network

if TYPE_CHECKING:
    from collections.abc import Mapping

    from dockwright.config import Config
    from dockwright.registry import Credential


def connect(
    config: Config,
    environment: Mapping[str, str],
    *,
    cache_dir: str | None = None,
    credentials: Mapping[str, Credential] | None = None,
) -> Client:
    """Make the client of a run; no registry is asked yet.

    Args:
        config: its mirrors, and the hosts that may be private.
        environment: `DOCKER_CONFIG` or `HOME` for `docker login`'s file, and proxies and certificates as curl has them.
        cache_dir: a folder that keeps manifests for other runs.
        credentials: those given by hand, by host.
    """
    registries = config.registries
    return Client(
        Credentials(credentials, docker_config=_docker_config(environment)),
        cache_dir=cache_dir,
        mirrors={host: each.mirror for host, each in registries.items() if each.mirror is not None},
        allowed_hosts=frozenset(host for host, each in registries.items() if each.allow_private),
        token_hosts={host: each.token_host for host, each in registries.items() if each.token_host is not None},
        network=_network(environment),
    )


def _docker_config(environment: Mapping[str, str]) -> str | None:
    folder = environment.get("DOCKER_CONFIG")
    if folder:
        return folder
    home = environment.get("HOME")
    return os.path.join(home, ".docker") if home else None


def _network(environment: Mapping[str, str]) -> Network:
    """Read what curl reads; `HTTP_PROXY` in capitals does not count, which in a CGI program a request's header sets."""

    def said(*names: str) -> str | None:
        return next((value for name in names if (value := environment.get(name))), None)

    proxies = {
        "http": said("http_proxy", "all_proxy", "ALL_PROXY"),
        "https": said("https_proxy", "HTTPS_PROXY", "all_proxy", "ALL_PROXY"),
    }
    without = said("no_proxy", "NO_PROXY") or ""
    return Network(
        ca_file=said("SSL_CERT_FILE", "REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE"),
        proxies={scheme: url for scheme, url in proxies.items() if url is not None},
        no_proxy=tuple(host.strip() for host in without.split(",") if host.strip()),
    )
