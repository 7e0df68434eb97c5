"""The image as the runner runs it: as root in a workspace of another account, with folders of the runner's."""

from __future__ import annotations

import json
import os
import shutil
import socket
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tests.support.container import ContainerRunner
from tests.support.github import events
from tests.support.github.checkout import check_out
from tests.support.scene import ACTION, Said, Scene

if TYPE_CHECKING:
    from tests.support.container import Engine
    from tests.support.github.service import GitHub
    from tests.support.registry import RegistryDouble

pytestmark = pytest.mark.container

LARGEST = 45 * 1024 * 1024
SHELL = ("--entrypoint", "/bin/sh")


def runner(engine: Engine, action: Path, workspace: Path, temporary: Path, *, token: str = "") -> ContainerRunner:
    made = ContainerRunner(action, workspace, temporary, token=token)
    made.engine = engine
    return made


def test_it_is_small(engine: Engine) -> None:
    assert sum(layer.size for layer in engine.layers()) < LARGEST


def test_it_has_what_it_needs_and_no_more(engine: Engine) -> None:
    script = """
        git --version && shellcheck --version && /app/bin/python -m dockwright --version || exit 1
        grep -h ^Package: /var/lib/dpkg/status.d/*
        for each in /app/lib/python3*/site-packages/tests /app/lib/python3*/site-packages/pip /usr/lib/git-core; do
            [ ! -e $each ] || echo "there is $each"
        done
        find /app/src -name '*.py' | wc -l; find /app/src -name '*.pyc' | wc -l
    """
    done = engine.run("-c", script, options=SHELL)
    lines = done.stdout.decode().splitlines()
    assert lines[0].startswith("git version 2."), lines
    assert {"Package: git", "Package: shellcheck"} <= set(lines)
    assert [line for line in lines if line.startswith("there is")] == []
    sources, compiled = lines[-2:]
    assert int(sources) == int(compiled) > 100


def test_a_pull_request_is_reviewed(engine: Engine, tmp_path: Path, hub: GitHub) -> None:
    scene = Scene(
        tmp_path,
        hub,
        before={"Dockerfile": "FROM scratch\nCOPY app /app\n"},
        after={"Dockerfile": "FROM scratch\nRUNN x\n"},
    )
    scene.runner = partial(runner, engine)
    step = scene.run(sarif_file="report.sarif")
    assert step.code == 1, step.printed
    assert scene.said == [
        Said(
            "Dockerfile",
            2,
            2,
            "**error** `RUNN` is no Dockerfile instruction; did you mean `RUN`? (`syntax`)",
        )
    ]
    assert step.outputs["findings"] == "1"
    assert "RUNN" in step.summary


def test_a_schedule_opens_a_pull_request(engine: Engine, tmp_path: Path, hub: GitHub, registry: RegistryDouble) -> None:
    registry.push("library/python", "3.12.4-slim", "3.12.11-slim")
    config = f"registries:\n  docker.io:\n    mirror: {registry.url}\n"
    repository = hub.repository({"Dockerfile": "FROM python:3.12.4-slim\n", ".github/dockwright.yml": config})
    token = hub.workflow_token(repository, contents="write", pull_requests="write")
    event = events.schedule(repository)
    workspace = tmp_path / "workspace"
    workspace.mkdir()
    check_out(repository, event, workspace, depth=1)
    step = runner(engine, ACTION, workspace, tmp_path / "runner", token=token.value).run(
        "dockwright.action",
        github={"event_name": event.name, **event.context},
        event=event.payload,
        more=hub.environment,
    )
    assert step.code == 0, step.printed
    (pull,) = repository.pulls.values()
    assert pull.title == "Update python 3.12.4-slim to 3.12.11-slim"
    assert [each["state"] for each in json.loads(step.outputs["pull-requests"])] == ["opened"]


@pytest.fixture
def docker_group(tmp_path: Path) -> Path:
    """Return a socket that the group 121 may write to, as Docker's on GitHub's machines."""
    path = tmp_path / "docker.sock"
    with socket.socket(socket.AF_UNIX) as listening:
        listening.bind(str(path))
    os.chown(path, 0, 121)
    path.chmod(0o660)
    return path


@pytest.mark.parametrize(
    ("owner", "expected"),
    [((1001, 1001), (1001, 1001)), ((1001, 121), (1001, 65534)), ((0, 0), (0, 0))],
    ids=["runner", "group of docker", "root"],
)
def test_it_works_as_the_owner_of_the_workspace(
    engine: Engine, tmp_path: Path, docker_group: Path, owner: tuple[int, int], expected: tuple[int, int]
) -> None:
    workspace = tmp_path / "workspace"
    workspace.mkdir()
    (workspace / "Dockerfile").write_text("FROM scratch\nRUNN x\n")
    running = runner(engine, ACTION, workspace, tmp_path / "runner")
    running.owner = owner
    running.socket = docker_group
    step = running.run(
        "dockwright.action",
        github={"event_name": "push", "repository": "octo/app"},
        event={},
        inputs={"sarif-file": "report.sarif"},
    )
    assert (step.code, step.outputs["findings"]) == (1, "1"), step.printed
    assert "report.sarif" in os.listdir(workspace), step.printed
    written = (workspace / "report.sarif").stat()
    assert (written.st_uid, written.st_gid) == expected


def test_nothing_of_the_workspace_becomes_code(engine: Engine, tmp_path: Path) -> None:
    workspace = tmp_path / "workspace"
    shutil.copytree(Path(__file__).parents[2] / "examples" / "service", workspace)
    for name in ("dockwright.py", "yaml.py", "sitecustomize.py", "json.py", "git", "shellcheck"):
        (workspace / name).write_text("#!/bin/sh\nraise SystemExit('taken over')\n")
        (workspace / name).chmod(0o755)
    step = runner(engine, ACTION, workspace, tmp_path / "runner").run(
        "dockwright.action",
        github={"event_name": "push", "repository": "octo/app"},
        event={},
        inputs={"fail-on": "never"},
        more={"PYTHONPATH": "/github/workspace", "PYTHONSTARTUP": "/github/workspace/yaml.py"},
    )
    assert step.code == 0, step.printed
    assert "taken over" not in step.printed
    assert int(step.outputs["findings"]) > 0
