"""What all parts of the double share: numbers, a clock and the addresses; and what people write."""

from __future__ import annotations

from base64 import urlsafe_b64encode
from datetime import UTC, datetime
from itertools import count
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tests.support.github.people import User

_START = int(datetime(2026, 11, 23, 12, tzinfo=UTC).timestamp())


class World:
    """Numbers and times that come out the same in each run, and where things are.

    Attributes:
        api: the root of the interface, without a slash at its end.
        html: the root of the pages.
    """

    def __init__(self) -> None:
        self.api = ""
        self.html = "https://github.com"
        self._ids = count(3_000_000_001)  # more than 32 bits, as GitHub's are
        self._seconds = count(_START)

    def next_id(self) -> int:
        """Return a number that no other thing has."""
        return next(self._ids)

    def tick(self) -> int:
        """Return the time in seconds since 1970; a second passes with each call."""
        return next(self._seconds)

    def now(self) -> str:
        """Return the time as GitHub writes it; a second passes with each call."""
        return written(self.tick())


def written(seconds: int) -> str:
    """Write a time as GitHub does."""
    return datetime.fromtimestamp(seconds, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def node_id(prefix: str, number: int) -> str:
    """Make the name of a thing in GraphQL, `PRRT_kwDO...`."""
    return f"{prefix}_kwDO{urlsafe_b64encode(number.to_bytes(9, 'big')).decode()}"


class Post:
    """What somebody wrote: a comment or a review.

    Attributes:
        prefix: how its name in GraphQL begins.
        minimized: why it is hidden, in GitHub's words (`outdated`); None if it is not.
    """

    prefix = ""

    def __init__(self, world: World, author: User, body: str) -> None:
        self.id = world.next_id()
        self.author = author
        self.body = body
        self.created = self.updated = world.now()
        self.minimized: str | None = None

    @property
    def node_id(self) -> str:
        """Its name in GraphQL."""
        return node_id(self.prefix, self.id)

    def edit(self, world: World, body: str) -> None:
        """Write it anew."""
        self.body = body
        self.updated = world.now()


class IssueComment(Post):
    """A comment below a pull request."""

    prefix = "IC"
