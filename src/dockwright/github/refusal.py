"""What GitHub's refusals mean, and what a person can do about them.

docs.github.com: "Troubleshooting the REST API", "Rate limits for the REST API".
"""

from __future__ import annotations

import time
from enum import Enum
from typing import TYPE_CHECKING, Any

from msgspec import Struct

from dockwright.errors import (
    GitHubError,
    MissingPermission,
    NotFound,
    NotPermitted,
    RateLimited,
    ReadOnlyToken,
    Refused,
    Unavailable,
)

if TYPE_CHECKING:
    from collections.abc import Mapping

_SHORTEST_WAIT = 60.0  # seconds, where GitHub names none
# GitHub's words for the setting, which is off in new repositories (docs.github.com: "Managing GitHub Actions settings
# for a repository").
_SETTING = "not permitted to create or approve pull requests"
_LIMITS = ("rate limit", "abuse detection", "please retry your request again later", "wait a few minutes")


class Token(Enum):
    """Whose token a job has, as far as that limits what it may do."""

    WORKFLOW = "workflow"
    FORK = "fork"
    DEPENDABOT = "dependabot"


class Permission(Struct, frozen=True, gc=False):
    """A line of a workflow's `permissions`: `pull-requests: write`."""

    name: str
    access: str

    def __str__(self) -> str:
        """Return it as it is written."""
        return f"{self.name}: {self.access}"


class Answer(Struct, frozen=True):
    """What GitHub answered instead: status, the decoded body, headers with names in lower case."""

    status: int
    body: Any
    headers: Mapping[str, str]

    @property
    def message(self) -> str:
        """What GitHub says, in one line."""
        said = self.body.get("message") if isinstance(self.body, dict) else None
        errors = self.body.get("errors") if isinstance(self.body, dict) else None
        parts = [said] if isinstance(said, str) else []
        for error in errors if isinstance(errors, list) else []:
            detail = error.get("message") if isinstance(error, dict) else error
            parts += [detail] if isinstance(detail, str) else []
        return " ".join(": ".join(parts).split())[:500]

    @property
    def kinds(self) -> frozenset[str]:
        """The types of GraphQL's errors."""
        errors = self.body.get("errors") if isinstance(self.body, dict) else None
        return frozenset(
            str(error.get("type")) for error in (errors if isinstance(errors, list) else []) if isinstance(error, dict)
        )


def error_of(answer: Answer, permission: Permission, token: Token, *, now: float | None = None) -> GitHubError:
    """Return the error for an answer to a request that takes a permission."""
    said = f" ({answer.message})" if answer.message else ""
    match _status(answer):
        case 401:
            return GitHubError(
                f"GitHub does not accept the token{said}", help="Leave out the input `token`, or renew what it names."
            )
        case 429:
            wait = _wait(answer.headers, time.time() if now is None else now)
            return RateLimited(f"GitHub's limit of requests is reached{said}", wait=wait)
        case 403:
            return _forbidden(answer, permission, token)
        case 404 | 410:
            return NotFound(
                f"GitHub does not find it{said}", help=f"If it is there, the token cannot see it. {_grant(permission)}"
            )
        case status if status >= 500:  # noqa: PLR2004 - the class of server errors
            return Unavailable(f"GitHub fails (status {status}){said}")
        case status:
            return Refused(f"GitHub refuses it (status {status}){said}")


def _status(answer: Answer) -> int:
    """Return the status that says what is wrong: limits may come as 403, and GraphQL's errors with 200."""
    limits = any(words in answer.message.lower() for words in _LIMITS)
    if "RATE_LIMITED" in answer.kinds or (answer.status in {400, 403} and limits):
        return 429
    if answer.status == 403 and "retry-after" in answer.headers:  # noqa: PLR2004
        return 429
    if "FORBIDDEN" in answer.kinds or "INSUFFICIENT_SCOPES" in answer.kinds:
        return 403
    return 404 if "NOT_FOUND" in answer.kinds else answer.status


def _forbidden(answer: Answer, permission: Permission, token: Token) -> GitHubError:
    match token:
        case Token.FORK if permission.access == "write":
            return ReadOnlyToken(
                "the token of a pull request from a fork can only read",
                help="Nothing is to be done; on `pull_request_target` the review could comment all the same.",
            )
        case Token.DEPENDABOT if permission.access == "write":
            return ReadOnlyToken(
                "the token of a run that Dependabot started can only read", help="Nothing is to be done."
            )
    if _SETTING in answer.message:
        return NotPermitted(
            "GitHub Actions is not permitted to create pull requests in this repository",
            help="Tick `Allow GitHub Actions to create and approve pull requests` under Settings > Actions > General >"
            " Workflow permissions; where it is greyed out, the organization's settings decide. Or give the input"
            " `token` one of an app of yours.",
        )
    if "archived" in answer.message and "read-only" in answer.message:
        return GitHubError("the repository is archived, so that nothing in it can be changed")
    wanted = answer.headers.get("x-accepted-github-permissions", "")
    names = f"; GitHub wants {wanted.replace('_', '-').replace('=', ': ')}" if wanted else ""
    said = f" ({answer.message})" if answer.message else ""
    return MissingPermission(f"the token lacks the permission `{permission}`{names}{said}", help=_grant(permission))


def _grant(permission: Permission) -> str:
    """Return the YAML to paste; a job's `permissions` take away all that they do not name."""
    lines = {"contents": "read", permission.name: permission.access}
    return "Give it to the job:\n" + "\n".join(
        ["permissions:", *(f"  {name}: {access}" for name, access in lines.items())]
    )


def _wait(headers: Mapping[str, str], now: float) -> float:
    """Return how many seconds to wait: what GitHub says, or until the limit is reset, or a minute."""
    after = headers.get("retry-after", "")
    if after.isdecimal():
        return float(after)
    reset = headers.get("x-ratelimit-reset", "")
    if headers.get("x-ratelimit-remaining") == "0" and reset.isdecimal():
        return max(0.0, float(reset) - now) + 1
    return _SHORTEST_WAIT
