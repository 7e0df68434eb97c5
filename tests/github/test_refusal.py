"""What GitHub's refusals are turned into."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from dockwright import errors
from dockwright.github.refusal import Answer, Permission, Token, error_of

if TYPE_CHECKING:
    from collections.abc import Mapping

WRITE = Permission("pull-requests", "write")


def error(
    status: int, body: object = None, *, token: Token = Token.WORKFLOW, headers: Mapping[str, str] | None = None
) -> errors.GitHubError:
    return error_of(Answer(status, body, headers or {}), WRITE, token, now=1000.0)


@pytest.mark.parametrize(
    ("status", "body", "kind"),
    [
        (401, {"message": "Bad credentials"}, errors.GitHubError),
        (403, {"message": "Resource not accessible by integration"}, errors.MissingPermission),
        (403, {"message": "API rate limit exceeded for installation"}, errors.RateLimited),
        (403, {"message": "You have exceeded a secondary rate limit"}, errors.RateLimited),
        (429, "", errors.RateLimited),
        (404, {"message": "Not Found"}, errors.NotFound),
        (422, {"message": "Unprocessable Entity", "errors": ["Line must be part of the diff"]}, errors.Refused),
        (500, None, errors.Unavailable),
        (502, "<html>", errors.Unavailable),
        (504, {}, errors.Unavailable),
        (400, {"errors": [{"type": "FORBIDDEN", "message": "no"}]}, errors.MissingPermission),
        (400, {"errors": [{"type": "RATE_LIMITED", "message": "no"}]}, errors.RateLimited),
        (400, {"errors": [{"type": "NOT_FOUND", "message": "no"}]}, errors.NotFound),
        (400, {"errors": [{"message": "Parse error"}]}, errors.Refused),
    ],
)
def test_the_kind_of_error(status: int, body: object, kind: type[errors.GitHubError]) -> None:
    assert type(error(status, body)) is kind


def test_a_missing_permission_comes_with_what_to_paste() -> None:
    missing = error(
        403,
        {"message": "Resource not accessible by integration"},
        headers={"x-accepted-github-permissions": "pull_requests=write"},
    )
    assert str(missing) == (
        "the token lacks the permission `pull-requests: write`; GitHub wants pull-requests: write "
        "(Resource not accessible by integration)"
    )
    assert missing.help == "Give it to the job:\npermissions:\n  contents: read\n  pull-requests: write"


@pytest.mark.parametrize("token", [Token.FORK, Token.DEPENDABOT])
def test_a_token_that_can_only_read_needs_no_permission(token: Token) -> None:
    assert type(error(403, {"message": "Resource not accessible by integration"}, token=token)) is errors.ReadOnlyToken


def test_what_github_says_is_told() -> None:
    refused = error(422, {"message": "Unprocessable Entity", "errors": [{"message": "Line must\nbe in the diff"}]})
    assert str(refused) == "GitHub refuses it (status 422) (Unprocessable Entity: Line must be in the diff)"


@pytest.mark.parametrize(
    ("headers", "wait"),
    [
        ({"retry-after": "7"}, 7),
        ({"x-ratelimit-remaining": "0", "x-ratelimit-reset": "1030"}, 31),
        ({"x-ratelimit-remaining": "5", "x-ratelimit-reset": "1030"}, 60),
        ({"retry-after": "soon"}, 60),
        ({}, 60),
    ],
)
def test_how_long_to_wait(headers: dict[str, str], wait: float) -> None:
    limited = error(429, headers=headers)
    assert isinstance(limited, errors.RateLimited)
    assert limited.wait == wait


def test_a_403_with_retry_after_is_a_limit() -> None:
    assert type(error(403, {"message": "Forbidden"}, headers={"retry-after": "1"})) is errors.RateLimited


def test_a_setting_that_no_permission_changes() -> None:
    message = "GitHub Actions is not permitted to create or approve pull requests."
    found = error(403, {"message": message})
    assert isinstance(found, errors.NotPermitted)
    assert str(found) == "GitHub Actions is not permitted to create pull requests in this repository"
    assert "Settings > Actions > General" in found.help


def test_an_archived_repository() -> None:
    found = error(403, {"message": "Repository was archived so is read-only."})
    assert type(found) is errors.GitHubError
    assert str(found) == "the repository is archived, so that nothing in it can be changed"
