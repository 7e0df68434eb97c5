"""The action in the mode `stale`: from a published image and real requests to outputs, or a workflow that starts."""

from __future__ import annotations

import json
import shutil
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tests.support.github import events
from tests.support.github.checkout import check_out
from tests.support.images import made_index
from tests.support.mirrors import mirror_double
from tests.support.published import BASE, MOVED, OWN, app, base, publish
from tests.support.registry.fixture import real_registry, registries, registry
from tests.support.runner import Runner

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.support.github.events import Event
    from tests.support.github.service import GitHub
    from tests.support.mirrors import MirrorDouble
    from tests.support.registry import RealRegistry, RegistryDouble
    from tests.support.registry.images import Image
    from tests.support.runner import Step

__all__ = ["real_registry", "registries", "registry"]  # fixtures are used by their names

ACTION = Path(__file__).parents[2] / "action.yml"
DOCKERFILE = "FROM python:3.12-slim AS app\nRUN true\nFROM app AS tests\n"
AMD64 = "linux/amd64"
OUTPUTS = ("rebuild-needed", "reason", "no-cache", "base-digest", "report")
DISPATCHES = "POST /repos/octo/app/actions/workflows/build.yml/dispatches"


class Scheduled:
    """A repository whose scheduled workflow asks whether `acme/app:1` is stale."""

    def __init__(
        self, folder: Path, hub: GitHub, registry: RegistryDouble | RealRegistry, mirror: MirrorDouble
    ) -> None:
        self.folder = folder
        self.hub = hub
        self.registry = registry
        self.mirror = mirror
        self.kept = folder / "kept"
        origin = registry.origin if hasattr(registry, "origin") else registry.url
        config = (
            f"registries:\n  docker.io:\n    mirror: {origin}\nmirrors:\n"
            f"  debian-security: {mirror.url}/debian-security\n  debian: {mirror.url}/debian\n"
        )
        self.repository = hub.repository({"Dockerfile": DOCKERFILE, ".github/dockwright.yml": config})
        self.token = hub.workflow_token(self.repository, contents="read", actions="write")
        publish(mirror, libssl3="3.0.1-1")

    def push_base(self, image: Image) -> str:
        return self.registry.push_image("library/python", "3.12-slim", image=made_index({AMD64: image}))

    def push_app(self, image: Image) -> str:
        return self.registry.push_image("acme/app", "1", image=image)

    def run(self, event: Event | None = None, /, **inputs: str) -> Step:
        """Run the action in a checkout of the default branch; inputs have `_` for `-`."""
        workspace = self.folder / "workspace"
        workspace.mkdir()
        event = event or events.schedule(self.repository)
        check_out(self.repository, event, workspace, depth=1)
        given = {"mode": "stale", "image": "acme/app:1", "dockerfile": "Dockerfile", "target": "app"} | inputs
        step = Runner(ACTION, workspace, self.folder / "runner", token=self.token.value).run(
            "dockwright.action",
            github={"event_name": event.name, **event.context},
            event=event.payload,
            inputs={name.replace("_", "-"): value for name, value in given.items()},
            more=self.hub.environment,
        )
        shutil.rmtree(self.kept, ignore_errors=True)
        workspace.rename(self.kept)
        assert "Traceback" not in step.printed, step.printed
        assert step.errors == ()
        return step


@pytest.fixture
def mirror() -> Iterator[MirrorDouble]:
    with mirror_double() as double:
        yield double


@pytest.fixture
def scheduled(tmp_path: Path, hub: GitHub, registry: RegistryDouble, mirror: MirrorDouble) -> Scheduled:
    made = Scheduled(tmp_path, hub, registry, mirror)
    made.push_base(base())
    made.push_app(app())
    return made


def outputs(step: Step) -> tuple[str, ...]:
    return tuple(step.outputs[name] for name in OUTPUTS)


def ago(**span: float) -> str:
    return f"{datetime.now(UTC) - timedelta(**span):%Y-%m-%dT%H:%M:%SZ}"


def test_from_current_to_stale_to_current(scheduled: Scheduled) -> None:
    today = made_index({AMD64: base()}).digest
    step = scheduled.run()
    assert (step.code, outputs(step), step.issues) == (0, ("false", "", "false", today, ""), [])
    assert "It need not be built again." in step.summary
    new = scheduled.push_base(base(MOVED))
    step = scheduled.run()
    assert (step.code, outputs(step)) == (0, ("true", "base-digest", "false", new, ""))
    assert [issue.severity for issue in step.issues] == ["notice"]
    assert "which is another image today (by its layers" in step.log.replace("\n  ", " ")
    scheduled.push_app(app(MOVED))
    step = scheduled.run(events.workflow_dispatch(scheduled.repository))
    assert (step.code, outputs(step)) == (0, ("false", "", "false", new, ""))


def test_packages_of_its_own(scheduled: Scheduled) -> None:
    scheduled.push_app(app(BASE, OWN))
    publish(scheduled.mirror, curl="8.2-1")
    step = scheduled.run()
    assert (step.code, outputs(step)[:3]) == (0, ("true", "own-layers", "true"))
    assert "| curl | 8.1-1 | 8.2-1 | build without cache |" in step.summary


@pytest.mark.parametrize("file", ["stale.json", "reports/stale.md"])
def test_the_report(scheduled: Scheduled, file: str) -> None:
    step = scheduled.run(report_file=file)
    assert outputs(step)[4] == file
    written = (scheduled.kept / file).read_text()
    if file.endswith("json"):
        assert json.loads(written)["rebuild_needed"] is False
    else:
        assert written == step.summary


@pytest.mark.parametrize(("fail_on", "code"), [("", 0), ("error", 0), ("never", 0), ("warning", 1), ("notice", 1)])
def test_a_registry_that_fails_sets_off_no_build(
    scheduled: Scheduled, registry: RegistryDouble, fail_on: str, code: int
) -> None:
    registry.answer("GET", "/v2/acme/app/.*", status=404)
    step = scheduled.run(fail_on=fail_on, dispatch="build.yml")
    assert (step.code, outputs(step)) == (code, ("unknown", "", "false", "", ""))
    assert [issue.severity for issue in step.issues] == ["warning"]
    assert scheduled.hub.writes == []


def test_stale_may_fail_the_step(scheduled: Scheduled) -> None:
    scheduled.push_base(base(MOVED))
    assert [scheduled.run(fail_on=each).code for each in ("warning", "notice")] == [0, 1]


# --- starting a workflow ----------------------------------------------------------------------------------------------


def test_a_workflow_is_started_only_when_it_is_needed(scheduled: Scheduled) -> None:
    scheduled.run(dispatch="build.yml")
    assert scheduled.hub.writes == []
    scheduled.push_base(base(MOVED))
    step = scheduled.run(dispatch="build.yml")
    assert (step.code, scheduled.hub.writes) == (0, [DISPATCHES])
    assert scheduled.repository.dispatches == [("build.yml", "main", {})]
    assert [issue.message.strip() for issue in step.issues][1:] == ["build.yml was started."]


@pytest.mark.parametrize(
    ("created", "status", "starts"),
    [
        ("2026-10-31T00:00:00Z", "completed", True),  # it made the image, which says 2026-11-01
        (ago(hours=30), "completed", False),
        (ago(hours=30), "in_progress", False),
        (ago(days=8), "completed", True),
    ],
    ids=["made it", "yesterday", "still running", "last week"],  # names with times in them differ between processes
)
def test_a_workflow_that_brought_nothing_is_not_started_every_day(
    scheduled: Scheduled, created: str, status: str, *, starts: bool
) -> None:
    scheduled.push_base(base(MOVED))
    scheduled.repository.runs.append(("build.yml", created, status))
    scheduled.repository.runs.append(("other.yml", ago(hours=1), "completed"))
    step = scheduled.run(dispatch="build.yml")
    assert step.code == 0
    assert scheduled.hub.writes == ([DISPATCHES] if starts else [])
    assert ("is not started" in step.issues[1].message) is not starts


def test_a_token_that_may_not_start_workflows(scheduled: Scheduled) -> None:
    scheduled.push_base(base(MOVED))
    scheduled.token = scheduled.hub.workflow_token(scheduled.repository, contents="read")
    step = scheduled.run(dispatch="build.yml")
    assert (step.code, step.outputs["rebuild-needed"]) == (1, "true")
    assert "actions: write" in step.issues[1].message


# --- inputs -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("inputs", "message"),
    [
        ({"image": ""}, "The input `image` is missing. Name the published image: `ghcr.io/acme/app:1`."),
        ({"image": "Acme/App"}, "`Acme/App` is no image reference."),
        ({"dockerfile": ""}, "The inputs `target` and `build-args` are of a Dockerfile. Name it in `dockerfile`."),
        (
            {"dockerfile": "nowhere"},
            "The input `dockerfile` is `nowhere`, which cannot be read: it is not in the checkout.",
        ),
        ({"target": "other"}, "`Dockerfile` has no stage `other`. Name one of its stages as the target."),
        ({"max_age": "soon"}, "`max-age` is `soon`. Write a number of days, from 1 to 3650."),
        (
            {"dispatch": "../build.yml"},
            "The input `dispatch` is `../build.yml`. Write the name of a file in .github/workflows: `build.yml`.",
        ),
        ({"report_file": "../x"}, "The input `report-file` is `../x`, which is no file in the workspace."),
        ({"build_args": "A"}, "`A` is no build argument. Write its name and its value: `BASE=python:3.14`."),
        ({"platforms": "arm"}, "`arm` is no platform. Write the system and the architecture: `linux/arm64`."),
    ],
)
def test_inputs_that_make_no_sense(scheduled: Scheduled, inputs: dict[str, str], message: str) -> None:
    step = scheduled.run(**inputs)
    assert step.code == 2
    assert [issue.message.strip().rstrip(".") for issue in step.issues] == [message.rstrip(".")]


def test_nothing_is_asked_for_a_pull_request(scheduled: Scheduled, registry: RegistryDouble) -> None:
    pull = scheduled.repository.pull_request({"README.md": "y\n"})
    step = scheduled.run(events.pull_request(pull, "synchronize"))
    assert step.code == 2
    assert step.issues[0].message.startswith("On `pull_request` nothing is asked")
    assert registry.asked == []


# --- the same with Debian's registry ----------------------------------------------------------------------------------


def test_with_a_real_registry(tmp_path: Path, hub: GitHub, real_registry: RealRegistry, mirror: MirrorDouble) -> None:
    made = Scheduled(tmp_path, hub, real_registry, mirror)
    made.push_base(base())
    made.push_app(app())
    assert made.run().outputs["rebuild-needed"] == "false"
    made.push_base(base(MOVED))
    assert made.run().outputs["rebuild-needed"] == "true"
