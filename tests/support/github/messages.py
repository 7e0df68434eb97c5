"""Requests, answers and refusals."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

from msgspec import Struct, field

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from typing import NoReturn

    from tests.support.github.people import Token, User
    from tests.support.github.pull_request import PullRequest
    from tests.support.github.repository import Repository
    from tests.support.github.service import GitHub

    Json = dict[str, Any]

MOST_PER_PAGE = 100
LONGEST_BODY = 65_536
"""Of a comment, review or pull request, in characters, by GitHub's own message."""


class Request(Struct):
    """A request as it came, and what became of it.

    Attributes:
        number: which it is, from 1.
        path: below the root of the interface, still percent-encoded.
        body: the JSON; None if there is none.
        writes: whether it would change something.
        status: what it was answered with; None if it was not.
        token: who sent it; None for nobody known.
    """

    number: int
    method: str
    path: str
    query: dict[str, str]
    headers: dict[str, str]
    body: Any
    writes: bool
    status: int | None = None
    token: Token | None = None

    @property
    def line(self) -> str:
        """`POST /repos/octo/app/pulls`."""
        return f"{self.method} {self.path}"


class Reply(Struct):
    """An answer; a body of None is none at all."""

    status: int
    body: Any = None
    headers: dict[str, str] = field(default_factory=dict)


class Refused(Exception):
    """GitHub says no."""

    def __init__(
        self,
        status: int,
        message: str,
        *,
        errors: Sequence[Json | str] = (),
        headers: Mapping[str, str] | None = None,
    ) -> None:
        super().__init__(message)
        self.status = status
        self.message = message
        self.errors = errors
        self.headers = dict(headers or {})

    def reply(self, documentation: str = "https://docs.github.com/rest") -> Reply:
        """Return the answer."""
        errors = {"errors": [*self.errors]} if self.errors else {}
        about = {"documentation_url": documentation, "status": str(self.status)}
        return Reply(self.status, {"message": self.message, **errors, **about}, self.headers)


def not_found() -> NoReturn:
    """Say that there is no such thing, or none that the token may see."""
    raise Refused(404, "Not Found")


def forbidden(needs: str = "") -> NoReturn:
    """Say that the token lacks a permission."""
    headers = {"X-Accepted-GitHub-Permissions": needs} if needs else {}
    raise Refused(403, "Resource not accessible by integration", headers=headers)


def invalid(resource: str, where: str, code: str = "invalid", message: str | None = None) -> NoReturn:
    """Say that a part of the request is not valid."""
    error = {"resource": resource, "code": code, "field": where, **({"message": message} if message else {})}
    raise Refused(422, "Validation Failed", errors=[error])


class Call(Struct):
    """A request that has come to the place where it is carried out."""

    hub: GitHub
    request: Request
    parameters: Mapping[str, str]
    token: Token | None
    found: Repository | None

    @property
    def body(self) -> Json:
        """The JSON of the request."""
        return self.request.body or {}

    @property
    def query(self) -> dict[str, str]:
        """The query."""
        return self.request.query

    @property
    def user(self) -> User:
        """Who does it."""
        assert self.token is not None
        return self.token.user

    @property
    def repository(self) -> Repository:
        """The repository that the path names."""
        assert self.found is not None
        return self.found

    def number(self, name: str) -> int:
        """Return a parameter of the path that is a number."""
        return int(self.parameters[name])

    @property
    def pull(self) -> PullRequest:
        """The pull request that the path names, also as an issue."""
        key = "pull_number" if "pull_number" in self.parameters else "issue_number"
        return self.repository.pulls.get(self.number(key)) or not_found()

    def text(self, resource: str, *, required: bool = True) -> str:
        """Return the `body` of what somebody writes."""
        text = str(self.body.get("body") or "")
        check_text(text, resource, required=required)
        return text

    def page(self, things: Sequence[Any], show: Callable[[Any], Any], key: str = "") -> Reply:
        """Answer with a page of a list; `key` is where it is in the answer."""
        size = min(max(int(self.query.get("per_page", 30)), 1), MOST_PER_PAGE)
        number = max(int(self.query.get("page", 1)), 1)
        last = max(-(-len(things) // size), 1)
        rows = [show(each) for each in things[(number - 1) * size : number * size]]
        pages = {"next": number + 1, "last": last} if number < last else {}
        pages |= {"first": 1, "prev": number - 1} if number > 1 else {}
        links = ", ".join(f'<{self._address(page)}>; rel="{name}"' for name, page in pages.items())
        return Reply(200, {"total_count": len(things), key: rows} if key else rows, {"Link": links} if links else {})

    def _address(self, page: int) -> str:
        return f"{self.hub.world.api}{self.request.path}?{urlencode({**self.query, 'page': page})}"


def check_text(text: str, resource: str, *, required: bool = True) -> None:
    """Refuse what GitHub does not let anybody write."""
    if required and not text.strip():
        invalid(resource, "body", "missing_field")
    if len(text) > LONGEST_BODY:
        message = f"body is too long (maximum is {LONGEST_BODY} characters)"
        invalid(resource, "body", "custom", message)


class Route(Struct, frozen=True):
    """How an operation is carried out, and the permissions that it needs, as GitHub's header writes them."""

    carry_out: Callable[[Call], Reply]
    needs: str = "metadata=read"


ANY_COMMENT = "issues=write; pull_requests=write"
"""Comments, labels and assignees of a pull request, which is an issue too."""
