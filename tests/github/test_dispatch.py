"""Starting a workflow: once, and not again for what it has brought nothing for."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import pytest

from dockwright.errors import MissingPermission, NotFound, Refused
from dockwright.github.client import GitHub
from dockwright.github.dispatch import AGAIN, Run, hindrance, last_start, start
from tests.support.github.faults import Answer, Reset

if TYPE_CHECKING:
    from tests.support.github.repository import Repository
    from tests.support.github.service import GitHub as Double

NOW = datetime(2026, 11, 23, 12, tzinfo=UTC)
LINE = "POST /repos/octo/app/actions/workflows/build.yml/dispatches"
FIRST: tuple[str, str, dict[str, object]] = ("build.yml", "main", {})


@pytest.fixture
def repository(hub: Double) -> Repository:
    return hub.repository({"Dockerfile": "FROM scratch\n"})


def client(hub: Double, repository: Repository, **permissions: str) -> GitHub:
    token = hub.workflow_token(repository, **(permissions or {"actions": "write"}))
    return GitHub(token.value, "octo/app", api_url=hub.api_url)


def test_it_starts_once(hub: Double, repository: Repository) -> None:
    github = client(hub, repository)
    assert last_start(github, "build.yml") is None
    start(github, "build.yml", "main", None)
    assert (repository.dispatches, hub.writes) == ([FIRST], [LINE])
    last = last_start(github, "build.yml")
    assert last is not None
    assert (last.status, last_start(github, "other.yml")) == ("queued", None)


@pytest.mark.parametrize("effect", [Answer(502), Reset()])
@pytest.mark.parametrize("carried_out", [False, True])
def test_a_start_of_which_nobody_knows_is_not_repeated_blindly(
    hub: Double, repository: Repository, effect: Answer | Reset, *, carried_out: bool
) -> None:
    repository.runs.append(("build.yml", "2026-11-01T00:00:00Z", "completed"))
    github = client(hub, repository)
    last = last_start(github, "build.yml")
    hub.fail(LINE, effect, carried_out=carried_out)
    start(github, "build.yml", "main", last)
    assert repository.dispatches == [FIRST]
    assert len(hub.writes) == (1 if carried_out else 2)


def test_what_github_refuses(hub: Double, repository: Repository) -> None:
    with pytest.raises(MissingPermission) as missing:
        start(client(hub, repository, contents="read"), "build.yml", "main", None)
    assert "actions: write" in missing.value.help
    with pytest.raises(Refused, match="No ref found"):
        start(client(hub, repository), "build.yml", "nowhere", None)
    hub.fail("GET *", Answer(404, {"message": "Not Found"}))
    with pytest.raises(NotFound):
        last_start(client(hub, repository), "build.yml")


DAY = timedelta(days=1)


@pytest.mark.parametrize(
    ("created", "status", "built", "cause", "expected"),
    [
        (NOW - 2 * DAY, "completed", NOW - DAY, NOW, ""),
        (NOW - 2 * DAY, "completed", NOW - DAY, NOW - 2 * DAY, ""),  # it may have arrived since
        (NOW - 2 * DAY, "completed", NOW - DAY, NOW - 9 * DAY, "is stale for the same reasons"),
        (NOW - 2 * DAY, "completed", NOW - DAY, None, "is stale for the same reasons"),
        (NOW - 2 * DAY, "completed", NOW - 3 * DAY, NOW, "brought no newer image"),
        (NOW - 2 * DAY, "completed", None, NOW, "brought no newer image"),
        (NOW - DAY / 8, "in_progress", NOW - DAY / 9, NOW, "has not ended"),
        (NOW - DAY / 8, None, NOW - DAY, NOW, "has not ended"),
        (NOW - AGAIN, "completed", NOW - 30 * DAY, None, ""),
        (NOW - AGAIN, "completed", None, None, ""),
        (NOW - AGAIN, "in_progress", NOW - 30 * DAY, NOW, ""),  # nobody waits for ever
    ],
)
def test_what_stands_in_the_way(
    created: datetime, status: str | None, built: datetime | None, cause: datetime | None, expected: str
) -> None:
    said = hindrance(Run(created, status, ""), built, None if cause is None else cause.date(), NOW)
    assert expected in said if expected else said == ""


def test_nothing_stands_in_the_way_of_the_first() -> None:
    assert hindrance(None, None, None, NOW) == ""
