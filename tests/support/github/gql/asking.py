"""Who asks, what can go wrong, and connections: lists by pages."""

from __future__ import annotations

import base64
from typing import TYPE_CHECKING, Any, Protocol, TypeVar

from msgspec import Struct

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from tests.support.github.people import Token, User
    from tests.support.github.pull_request import PullRequest
    from tests.support.github.repository import Repository
    from tests.support.github.review import Review, ReviewComment, Thread
    from tests.support.github.service import GitHub
    from tests.support.github.world import IssueComment

    Json = dict[str, Any]
    Hideable = IssueComment | Review | ReviewComment

MOST_RECORDS = 100


class Problem(Exception):
    """What GitHub answers in `errors`, with its type."""

    def __init__(self, kind: str, message: str) -> None:
        super().__init__(message)
        self.kind = kind


class Asker(Struct):
    """Who asks, with the token."""

    hub: GitHub
    token: Token

    @property
    def user(self) -> User:
        """The user."""
        return self.token.user

    def repository(self, name: str) -> Repository:
        """Find a repository that the token may see."""
        found = self.hub.repositories.get(name)
        if found is None or not self.hub.visible(found, self.token):
            raise Problem("NOT_FOUND", f"Could not resolve to a Repository with the name '{name}'.")
        return found

    def need(self, repository: Repository, needs: str) -> None:
        """Refuse what the token may not do to a repository."""
        elsewhere = self.token.repository not in {None, repository.full_name}
        if elsewhere or not self.token.has(needs):
            raise Problem("FORBIDDEN", "Resource not accessible by integration")

    def _pulls(self) -> list[PullRequest]:
        repositories = self.hub.repositories.values()
        return [pull for each in repositories if self.hub.visible(each, self.token) for pull in each.pulls.values()]

    def pull(self, node_id: str) -> PullRequest:
        """Find a pull request by its name."""
        return _find(self._pulls(), node_id)

    def thread(self, node_id: str) -> Thread:
        """Find a thread by its name."""
        return _find([each for pull in self._pulls() for each in pull.threads], node_id)

    def review(self, node_id: str) -> tuple[PullRequest, Review]:
        """Find a review by its name."""
        found = _find([each for pull in self._pulls() for each in pull.reviews], node_id)
        return next(pull for pull in self._pulls() if found in pull.reviews), found

    def post(self, node_id: str) -> tuple[PullRequest, Hideable]:
        """Find something that can be hidden."""
        for pull in self._pulls():
            posts: list[Hideable] = [*pull.comments, *pull.reviews, *pull.review_comments]
            for post in posts:
                if post.node_id == node_id:
                    return pull, post
        raise _unknown(node_id)


class _Named(Protocol):
    """What has a name in GraphQL."""

    @property
    def node_id(self) -> str:
        """The name."""


_Thing = TypeVar("_Thing", bound=_Named)


def _find(things: Iterable[_Thing], node_id: str) -> _Thing:
    for each in things:
        if each.node_id == node_id:
            return each
    raise _unknown(node_id)


def _unknown(node_id: str) -> Problem:
    return Problem("NOT_FOUND", f"Could not resolve to a node with the global id of '{node_id}'")


def connection(name: str, things: Sequence[Any], arguments: Json) -> Json:
    """Return a page of a list."""
    size = arguments.get("first", arguments.get("last"))
    if size is None:
        raise Problem(
            "MISSING_PAGINATION_BOUNDARIES",
            f"You must provide a `first` or `last` value to properly paginate the `{name}` connection.",
        )
    if size > MOST_RECORDS:
        raise Problem(
            "EXCESSIVE_PAGINATION",
            f"Requesting {size} records on the `{name}` connection exceeds the `first` limit of 100 records.",
        )
    start = _index(arguments["after"]) + 1 if arguments.get("after") else 0
    end = _index(arguments["before"]) if arguments.get("before") else len(things)
    if "first" in arguments:
        end = min(end, start + size)
    else:
        start = max(start, end - size)
    last = _cursor(end - 1) if end > start else None
    return {
        "totalCount": len(things),
        "nodes": things[start:end],
        "pageInfo": {"hasNextPage": end < len(things), "endCursor": last},
    }


def _cursor(index: int) -> str:
    return base64.b64encode(f"cursor:{index}".encode()).decode()


def _index(cursor: str) -> int:
    return int(base64.b64decode(cursor).decode().removeprefix("cursor:"))
