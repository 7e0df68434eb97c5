"""What a run learns of images and their distributions with, put together from its configuration and environment."""

from __future__ import annotations

from contextlib import closing, contextmanager
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from dockwright.evidence.freshness import Prober
from dockwright.evidence.layer_cache import LayerCache
from dockwright.evidence.pocket import Fetch
from dockwright.registry.environment import network

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from dockwright.config import Config
    from dockwright.registry import Client


@contextmanager
def probing(
    client: Client,
    config: Config,
    environment: Mapping[str, str],
    *,
    cache_dir: str | None = None,
    now: datetime | None = None,
    trust_sources: bool = True,
    osv: bool = False,
) -> Iterator[Prober]:
    """Give a prober, whose connections are closed in the end; nothing is asked yet.

    Args:
        client: the run's own, for registries.
        config: its `mirrors`.
        environment: proxies and certificates, as curl has them.
        cache_dir: the folder that registries' answers are kept in for other runs, where there is one.
        now: the time, with its zone; without it, the clock's.
        trust_sources: see `Prober`. `osv` likewise.
    """
    with (
        Fetch(cache_dir=cache_dir, mirrors_of=config.mirrors, network=network(environment)) as fetch,
        closing(LayerCache(cache_dir)) as cache,
    ):
        yield Prober(client, fetch, cache=cache, now=now or datetime.now(UTC), trust_sources=trust_sources, osv=osv)
