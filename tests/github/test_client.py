"""The client against the double, where no other test goes."""

from __future__ import annotations

import pytest

from dockwright.errors import GitHubError, Unavailable
from dockwright.github.client import GitHub as Client
from dockwright.github.proposals.answers import Ref
from dockwright.github.refusal import Permission
from tests.support.github.faults import Answer, Hang
from tests.support.github.fixture import hub as hub  # noqa: PLC0414 - a fixture is found by its name here
from tests.support.github.service import GitHub  # noqa: TC001 - pytest reads it


def test_an_answer_that_does_not_come_is_waited_for_no_longer_than_said(hub: GitHub) -> None:
    repository = hub.repository({"Dockerfile": "FROM scratch\n"})
    pull = repository.pull_request({"Dockerfile": "FROM scratch\nUSER 1\n"})
    token = hub.workflow_token(repository, contents="read", pull_requests="write")
    client = Client(token.value, repository.full_name, api_url=hub.api_url, patience=1)
    hub.fail("POST /graphql", Hang(), times=None)
    with pytest.raises(Unavailable, match="GitHub gives no answer"):
        client.review_threads(pull.number)


def test_an_answer_of_another_shape_is_no_answer_of_githubs(hub: GitHub) -> None:
    repository = hub.repository({"Dockerfile": "FROM scratch\n"})
    token = hub.workflow_token(repository, contents="read")
    client = Client(token.value, repository.full_name, api_url=hub.api_url)
    read = Permission("contents", "read")
    assert client.ask("GET /git/ref/heads/main", Ref, read).object.sha == repository.tip("main")
    for answer in (Answer(200, {"ref": 1}), Answer(200, []), Answer(200, "<html>a proxy</html>"), Answer(204, "")):
        hub.fail("GET *", answer)
        with pytest.raises(GitHubError, match="is a proxy in between"):
            client.ask("GET /git/ref/heads/main", Ref, read)


def test_the_tokens_user(hub: GitHub) -> None:
    repository = hub.repository({"Dockerfile": "FROM scratch\n"})
    token = hub.workflow_token(repository, contents="read")
    assert Client(token.value, repository.full_name, api_url=hub.api_url).viewer() == "github-actions[bot]"
