"""The primary rate limit and its headers (docs.github.com: "Rate limits for the REST API")."""

from __future__ import annotations

import time

from msgspec import Struct

from tests.support.github.messages import Refused


class RateLimit(Struct):
    """How many requests a token has.

    Attributes:
        limit: in an hour; a workflow's token has 1,000 for each repository.
        used: so far.
        reset_in: seconds until there are new ones.
    """

    limit: int = 1000
    used: int = 0
    reset_in: int = 3600

    @property
    def remaining(self) -> int:
        """How many there still are."""
        return max(self.limit - self.used, 0)

    def take(self) -> None:
        """Count a request, or refuse it."""
        if self.remaining == 0:
            raise Refused(403, "API rate limit exceeded for installation ID 12345678.", headers=self.headers())
        self.used += 1

    def shown(self) -> dict[str, int]:
        """Show it as the interface does."""
        return {
            "limit": self.limit,
            "used": self.used,
            "remaining": self.remaining,
            "reset": int(time.time()) + self.reset_in,
        }

    def headers(self) -> dict[str, str]:
        """Return the headers that each answer has."""
        return {
            **{f"X-RateLimit-{name.title()}": str(value) for name, value in self.shown().items()},
            "X-RateLimit-Resource": "core",
        }
