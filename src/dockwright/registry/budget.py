"""Docker Hub's budget: manifests that are fetched by GET count as pulls, and others on this address pull too.

HEAD requests do not count (docs.docker.com, "Docker Hub pull usage and limits").
"""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING

from dockwright.errors import RegistryLimited

if TYPE_CHECKING:
    from collections.abc import Mapping

    from dockwright.registry.hosts import Endpoint


class Budget:
    """How many pulls are left, as Docker Hub last said."""

    def __init__(self, reserve: int) -> None:
        """Take how many pulls are left to others."""
        self._reserve = reserve
        self._lock = threading.Lock()
        self._left: int | None = None

    def note(self, endpoint: Endpoint, headers: Mapping[str, str]) -> None:
        """Learn from an answer: `ratelimit-remaining: 76;w=21600`."""
        left = headers.get("ratelimit-remaining", "").partition(";")[0].strip()
        if endpoint.is_hub and left.isascii() and left.isdecimal():
            with self._lock:
                self._left = int(left[:9])

    def spend(self, endpoint: Endpoint) -> None:
        """Count one pull.

        Raises:
            RegistryLimited: it would be one of those that are left to others.
        """
        if not endpoint.is_hub:
            return
        with self._lock:
            if self._left is not None and self._left < self._reserve:
                raise RegistryLimited(
                    f"`docker.io` allows {self._left} more pulls from here for now, and they are left to other jobs:"
                    " digests of tags are still looked up, manifests are not",
                    host=endpoint.registry,
                    help="Log in to Docker Hub (`docker login`; in the action, its input `registries`) for a higher"
                    " limit, or run later.",
                )
            if self._left is not None:
                self._left -= 1
