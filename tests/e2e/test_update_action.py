"""The action on a schedule: from the files of a repository and real requests to a registry to pull requests."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tests.support.github import events
from tests.support.github.checkout import check_out
from tests.support.registry.fixture import real_registry, registries, registry
from tests.support.runner import Runner

if TYPE_CHECKING:
    from collections.abc import Mapping

    from tests.support.github.events import Event
    from tests.support.github.pull_request import PullRequest
    from tests.support.github.repository import Repository
    from tests.support.github.service import GitHub
    from tests.support.registry import RealRegistry, RegistryDouble
    from tests.support.runner import Step

__all__ = ["real_registry", "registries", "registry"]  # fixtures are used by their names

ACTION = Path(__file__).parents[2] / "action.yml"
WORDS = "Write a host, a user and a password on each line; an empty secret leaves too few."
PYTHON = "library/python"
BRANCH = "dockwright/python-3.12"
BEFORE = {"Dockerfile": "ARG VERSION=3.12.4\nFROM python:${VERSION}-slim\nUSER app\n", "README.md": "x\n"}
AFTER = "ARG VERSION=3.12.11\nFROM python:${VERSION}-slim\nUSER app\n"


class Scheduled:
    """A repository on the double of GitHub, whose scheduled workflow runs the action."""

    def __init__(self, folder: Path, hub: GitHub, mirror: str) -> None:
        self.folder = folder
        self.hub = hub
        config = f"registries:\n  docker.io:\n    mirror: {mirror}\n"
        self.repository: Repository = hub.repository({**BEFORE, ".github/dockwright.yml": config})
        self.token = hub.workflow_token(self.repository, contents="write", pull_requests="write")

    def run(self, event: Event | None = None, /, **inputs: str) -> Step:
        """Run the action in a checkout of the default branch; inputs have `_` for `-`."""
        workspace = self.folder / "workspace"
        workspace.mkdir()
        event = event or events.schedule(self.repository)
        check_out(self.repository, event, workspace, depth=1)
        step = Runner(ACTION, workspace, self.folder / "runner", token=self.token.value).run(
            "dockwright.action",
            github={"event_name": event.name, **event.context},
            event=event.payload,
            inputs={name.replace("_", "-"): value for name, value in inputs.items()},
            more=self.hub.environment,
        )
        shutil.rmtree(workspace)
        assert "Traceback" not in step.printed, step.printed
        assert step.errors == ()
        return step

    @property
    def pulls(self) -> list[PullRequest]:
        """All pull requests."""
        return list(self.repository.pulls.values())

    def file(self, branch: str, path: str = "Dockerfile") -> str:
        """Return a file of a branch."""
        git = self.repository.git
        entry = git.files(git.commit(self.repository.tip(branch)).tree)[path]
        return git.blob(entry.sha).decode()


@pytest.fixture
def scheduled(tmp_path: Path, hub: GitHub, registry: RegistryDouble) -> Scheduled:
    registry.push(PYTHON, "3.12.4-slim", "3.12.11-slim", "3.13.5-slim", "3.12-slim")
    return Scheduled(tmp_path, hub, registry.url)


def listed(step: Step) -> list[Mapping[str, object]]:
    found: list[Mapping[str, object]] = json.loads(step.outputs["pull-requests"])
    return found


def test_a_scheduled_run_opens_a_pull_request(scheduled: Scheduled) -> None:
    step = scheduled.run()
    assert step.code == 0, step.printed
    (pull,) = scheduled.pulls
    assert (pull.title, pull.head_ref, pull.base_ref) == (
        "Update python 3.12.4-slim to 3.12.11-slim",
        BRANCH,
        "main",
    )
    url = f"{scheduled.repository.html}/pull/{pull.number}"
    assert scheduled.file(BRANCH) == AFTER
    assert step.outputs["updates"] == "1"
    assert listed(step) == [
        {"number": pull.number, "url": url, "branch": BRANCH, "title": pull.title, "state": "opened"}
    ]
    assert "3.12.11-slim" in step.log
    assert f"[{pull.title}]({url})" in step.summary.replace("\\", "")


def test_a_second_run_writes_nothing(scheduled: Scheduled) -> None:
    scheduled.run()
    scheduled.hub.requests.clear()
    step = scheduled.run(events.workflow_dispatch(scheduled.repository))
    assert step.code == 0
    assert scheduled.hub.writes == []
    assert [each["state"] for each in listed(step)] == ["unchanged"]


def test_a_newer_release_moves_the_pull_request(scheduled: Scheduled, registry: RegistryDouble) -> None:
    scheduled.run()
    registry.push(PYTHON, "3.12.12-slim")
    step = scheduled.run()
    assert [each["state"] for each in listed(step)] == ["updated"]
    (pull,) = scheduled.pulls
    assert pull.title == "Update python 3.12.4-slim to 3.12.12-slim"


def test_after_the_merge_there_is_nothing_to_do(scheduled: Scheduled) -> None:
    scheduled.run()
    scheduled.pulls[0].merge()
    step = scheduled.run()
    assert (step.code, step.outputs["updates"]) == (0, "0")
    assert scheduled.file("main") == AFTER
    assert len(scheduled.pulls) == 1


def test_a_dry_run_only_tells(scheduled: Scheduled) -> None:
    step = scheduled.run(dry_run="true")
    assert step.code == 0
    assert scheduled.pulls == []
    assert scheduled.hub.requests == []
    assert (step.outputs["updates"], listed(step)) == ("1", [])
    assert "3.12.11-slim" in step.summary


def test_an_image_that_a_registry_does_not_tell_of_fails_the_step_and_stops_no_other(
    scheduled: Scheduled, registry: RegistryDouble
) -> None:
    scheduled.repository.commit("main", {"compose.yaml": "services:\n  db:\n    image: postgres:16.1\n"})
    registry.answer("GET", "/v2/library/postgres/tags/list.*", status=500)
    step = scheduled.run()
    assert step.code == 1
    assert [each["state"] for each in listed(step)] == ["opened"]
    assert "postgres" in step.summary


def test_a_token_that_may_not_write_is_told_what_to_grant(scheduled: Scheduled) -> None:
    scheduled.token = scheduled.hub.workflow_token(scheduled.repository, contents="read")
    step = scheduled.run()
    assert step.code == 1
    assert any("contents: write" in issue.message for issue in step.issues)
    assert scheduled.pulls == []


def test_without_a_token_it_says_so(scheduled: Scheduled) -> None:
    step = scheduled.run(token="")
    assert step.code == 2
    assert [issue.message for issue in step.issues] == [
        "Nothing is proposed: the token or the event is missing. Leave the input `token` as it is by default."
    ]


@pytest.mark.parametrize(
    ("inputs", "message"),
    [
        ({"mode": "upgrade"}, "The input `mode` is `upgrade`. Use auto, review, update or stale."),
        ({"dry_run": "yes"}, "The input `dry-run` is `yes`. Use true or false."),
        ({"shellcheck": "on"}, "The input `shellcheck` is `on`. Use true or false."),
        ({"evidence": "no"}, "The input `evidence` is `no`. Use true or false."),
        ({"registries": "ghcr.io octocat"}, "A line of the input `registries` has 2 words. " + WORDS),
        (
            {"registry_cache": "../elsewhere"},
            "The input `registry-cache` is `../elsewhere`, which is no folder in the workspace.",
        ),
    ],
)
def test_inputs_that_make_no_sense(scheduled: Scheduled, inputs: dict[str, str], message: str) -> None:
    step = scheduled.run(**inputs)
    assert step.code == 2
    assert [issue.message.strip() for issue in step.issues] == [message]


def test_a_password_is_kept_out_of_the_log(scheduled: Scheduled, registry: RegistryDouble) -> None:
    step = scheduled.run(registries=f"{registry.host} bob hunter22\n")
    assert step.code == 0
    assert "::add-mask::hunter22" in step.printed
    assert "hunter22" not in step.printed.replace("::add-mask::hunter22", "")


def test_updating_may_be_asked_for_on_any_event(scheduled: Scheduled) -> None:
    before = scheduled.repository.tip("main")
    scheduled.repository.commit("main", {"README.md": "y\n"})
    step = scheduled.run(events.push(scheduled.repository, before), mode="update")
    assert [each["state"] for each in listed(step)] == ["opened"]


def test_a_pull_request_updates_nothing(scheduled: Scheduled, registry: RegistryDouble) -> None:
    """Its author would choose, in the configuration, which hosts are asked."""
    pull = scheduled.repository.pull_request({"README.md": "y\n"})
    step = scheduled.run(events.pull_request(pull, "synchronize"), mode="update")
    assert step.code == 2
    assert step.issues[0].message.startswith("On `pull_request` nothing is updated")
    assert (registry.asked, scheduled.hub.writes) == ([], [])


# --- the same with Debian's registry ------------------------------------------------------------------------------


def test_with_a_real_registry(tmp_path: Path, hub: GitHub, real_registry: RealRegistry) -> None:
    """From the first run to the merge, with nothing of ours between the action and the registry."""
    for tag in ("3.12.4-slim", "3.12.11-slim", "3.13.5-slim"):
        real_registry.push("whole/library/python", tag, platforms=["linux/amd64", "linux/arm64"])
    real_registry.push("whole/library/python", "3.12.12-slim", platforms=["linux/amd64"])
    scheduled = Scheduled(tmp_path, hub, f"{real_registry.origin}/whole")
    assert [each["state"] for each in listed(scheduled.run())] == ["opened"]
    (pull,) = scheduled.pulls
    assert pull.title == "Update python 3.12.4-slim to 3.12.11-slim"  # 3.12.12 lacks a platform
    scheduled.hub.requests.clear()
    assert [each["state"] for each in listed(scheduled.run())] == ["unchanged"]
    assert scheduled.hub.writes == []
    real_registry.push("whole/library/python", "3.12.12-slim", platforms=["linux/amd64", "linux/arm64"])
    assert [each["state"] for each in listed(scheduled.run())] == ["updated"]
    pull.merge()
    step = scheduled.run()
    assert (step.code, step.outputs["updates"]) == (0, "0")
    assert scheduled.file("main") == AFTER.replace("3.12.11", "3.12.12")
