"""The client against the double, where no other test goes."""

from __future__ import annotations

import pytest

from dockwright.errors import Unavailable
from dockwright.github.client import GitHub as Client
from tests.support.github.faults import Hang
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
