"""A repository and a pull request on the double, and clients with the token of a workflow."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from github import Auth, Github
from tests.support.github.http import Client
from tests.support.github.people import account

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.support.github.people import Token
    from tests.support.github.pull_request import PullRequest
    from tests.support.github.repository import Repository
    from tests.support.github.service import GitHub

DOCKERFILE = "FROM debian:12\nRUN apt-get update\nCOPY . .\n"
ADA = account("ada")
BOT = "github-actions[bot]"
LINES = [f"RUN step {number}\n" for number in range(1, 41)]
REVIEWS = "POST /repos/octo/app/pulls/7/reviews"
COMMENTS = "POST /repos/octo/app/pulls/7/comments"


@pytest.fixture
def repository(hub: GitHub) -> Repository:
    return hub.repository({"Dockerfile": DOCKERFILE, "api/Dockerfile": "FROM scratch\n"})


@pytest.fixture
def token(hub: GitHub, repository: Repository) -> Token:
    return hub.workflow_token(repository, contents="write", pull_requests="write", checks="write")


@pytest.fixture
def client(hub: GitHub, token: Token) -> Iterator[Client]:
    with Client(hub, token) as made:
        yield made


@pytest.fixture
def library(hub: GitHub, token: Token) -> Iterator[Github]:
    with Github(
        auth=Auth.Token(token.value),
        base_url=hub.api_url,
        lazy=True,
        per_page=100,
        retry=None,
        seconds_between_requests=0,
        seconds_between_writes=0,
        api_version="2022-11-28",
    ) as made:
        yield made


@pytest.fixture
def pull(repository: Repository) -> PullRequest:
    """Change line 10 and remove line 30 of 40: lines 7 to 13 and 27 to 32 of the new file can be commented on."""
    repository.commit("main", {"Dockerfile": "".join(LINES)})
    changed = [*LINES[:9], "RUN changed\n", *LINES[10:29], *LINES[30:]]
    return repository.pull_request({"Dockerfile": "".join(changed), "binary": b"\0"})


def comment(line: int, **more: object) -> dict[str, object]:
    return {"path": "Dockerfile", "line": line, "side": "RIGHT", "body": f"Line {line}", **more}


def review(*comments: dict[str, object], **more: object) -> dict[str, object]:
    return {"event": "COMMENT", "comments": list(comments), **more}
