"""`dockwright update --pull-requests`: what the action does, from a clone and by hand."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.support.cli import dockwright
from tests.support.github import events
from tests.support.github.checkout import check_out
from tests.support.registry.fixture import registry as registry  # noqa: PLC0414 - a fixture is found by its name here

if TYPE_CHECKING:
    from pathlib import Path

    from tests.support.cli import Run
    from tests.support.github.repository import Repository
    from tests.support.github.service import GitHub
    from tests.support.registry import RegistryDouble


class Clone:
    """A clone of a repository on the double, and a token for it."""

    def __init__(self, folder: Path, hub: GitHub, registry: RegistryDouble) -> None:
        config = f"registries:\n  docker.io:\n    mirror: {registry.url}\n"
        files = {"app/Dockerfile": "FROM python:3.12.4-slim\n", "db/Dockerfile": "FROM postgres:16.1\n"}
        self.repository: Repository = hub.repository({**files, ".github/dockwright.yml": config})
        check_out(self.repository, events.schedule(self.repository), folder)
        token = hub.workflow_token(self.repository, contents="write", pull_requests="write")
        self.folder = folder
        self.environment = {**hub.environment, "GITHUB_API_URL": hub.api_url, "GITHUB_TOKEN": token.value}

    def run(self, *arguments: str, **environment: str) -> Run:
        """Run the command."""
        more = {**self.environment, **environment}
        return dockwright("update", *arguments, cwd=self.folder, env=more)

    @property
    def titles(self) -> list[tuple[str, str]]:
        """All pull requests: state and title."""
        return [(pull.state, pull.title) for pull in self.repository.pulls.values()]


@pytest.fixture
def clone(tmp_path: Path, hub: GitHub, registry: RegistryDouble) -> Clone:
    registry.push("library/python", "3.12.4-slim", "3.12.11-slim")
    registry.push("library/postgres", "16.1", "16.4")
    return Clone(tmp_path, hub, registry)


def test_it_opens_pull_requests_and_keeps_them(clone: Clone) -> None:
    run = clone.run("--pull-requests", "--repository", clone.repository.full_name)
    assert run.code == 0, run.err
    assert clone.titles == [
        ("open", "Update postgres 16.1 to 16.4"),
        ("open", "Update python 3.12.4-slim to 3.12.11-slim"),
    ]
    assert run.err.startswith("Pull requests: 2 opened.\n")
    again = clone.run("--pull-requests", GITHUB_REPOSITORY=clone.repository.full_name)
    assert again.err.startswith("Pull requests: 2 unchanged.\n")


def test_a_part_of_the_repository_closes_no_other(clone: Clone) -> None:
    clone.run("--pull-requests", GITHUB_REPOSITORY=clone.repository.full_name)
    run = clone.run("app", "--pull-requests", GITHUB_REPOSITORY=clone.repository.full_name)
    assert run.code == 0
    assert [state for state, _ in clone.titles] == ["open", "open"]


@pytest.mark.parametrize(
    ("environment", "message"),
    [
        ({"GITHUB_TOKEN": "", "GH_TOKEN": ""}, "`--pull-requests` needs a token"),
        ({"GITHUB_REPOSITORY": ""}, "`--pull-requests` needs a repository"),
        ({"GITHUB_REPOSITORY": "no slash"}, "`--pull-requests` needs a repository"),
    ],
)
def test_what_it_needs(clone: Clone, environment: dict[str, str], message: str) -> None:
    run = clone.run("--pull-requests", **environment)
    assert run.code == 2
    assert message in run.err
    assert clone.titles == []
