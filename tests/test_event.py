"""What a review is posted on, and what its token may do."""

from __future__ import annotations

import pytest
from msgspec import convert

from dockwright.event import Event, target_of, token_of
from dockwright.github.refusal import Token
from dockwright.publish import Target
from tests.support import events

BASE, HEAD, COMMIT = "b" * 40, "a" * 40, "c" * 40


def read(payload: dict[str, object]) -> Event:
    return convert(payload, Event)


@pytest.mark.parametrize(
    ("payload", "target"),
    [
        (events.pull_request(BASE, HEAD), Target(HEAD, 7)),
        (events.merge_group(BASE, HEAD), Target(HEAD, None)),
        (events.push(BASE, HEAD), Target(COMMIT, None)),
        (events.schedule(), Target(COMMIT, None)),
    ],
)
def test_what_is_posted_on(payload: dict[str, object], target: Target) -> None:
    assert target_of(read(payload), COMMIT) == target


def test_a_payload_without_a_commit() -> None:
    assert target_of(read(events.pull_request(BASE, "--output=x")), COMMIT) is None
    assert target_of(read(events.schedule()), "") is None


@pytest.mark.parametrize(
    ("name", "fork", "actor", "token"),
    [
        ("pull_request", False, "contributor", Token.WORKFLOW),
        ("pull_request", True, "contributor", Token.FORK),
        ("pull_request", None, "contributor", Token.FORK),
        ("pull_request_target", True, "contributor", Token.WORKFLOW),
        ("pull_request", False, "dependabot[bot]", Token.DEPENDABOT),
    ],
)
def test_whose_token_it_is(*, name: str, fork: bool | None, actor: str, token: Token) -> None:
    assert token_of(name, read(events.pull_request(BASE, HEAD, fork=fork)), actor) is token


def test_a_push_has_the_workflows_token() -> None:
    assert token_of("push", read(events.push(BASE, HEAD)), "octo") is Token.WORKFLOW
