"""How registries are reached: by the configuration, and by what the environment says of credentials and proxies."""

from __future__ import annotations

import os
from contextlib import contextmanager
from typing import TYPE_CHECKING

from dockwright.registry import Client, Credentials
from dockwright.registry.environment import network

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from dockwright.config import Config
    from dockwright.registry import Credential
    from dockwright.update.evidence import Evidence
    from dockwright.watch import Watch


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
        network=network(environment),
    )


@contextmanager
def learning(
    client: Client,
    config: Config,
    environment: Mapping[str, str],
    watch: Watch,
    *,
    cache_dir: str | None = None,
    wanted: bool = True,
) -> Iterator[Evidence | None]:
    """Give who is asked what updates change in images, whose connections are closed in the end; None if not wanted."""
    if not wanted:
        yield None
        return
    from dockwright.evidence.probing import probing  # a run without evidence loads nothing of it
    from dockwright.update.evidence import Evidence

    with probing(client, config, environment, cache_dir=cache_dir) as prober:
        yield Evidence(client, prober, watch)


def _docker_config(environment: Mapping[str, str]) -> str | None:
    folder = environment.get("DOCKER_CONFIG")
    if folder:
        return folder
    home = environment.get("HOME")
    return os.path.join(home, ".docker") if home else None
