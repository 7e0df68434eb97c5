"""The action on a pull request while GitHub fails, and while the action itself is killed."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.support.github.faults import Answer, Effect, Kill, Reset, secondary_limit, server_error
from tests.support.github.people import account, personal_token
from tests.support.github.service import GitHub
from tests.support.github.snapshot import shown
from tests.support.scene import Scene, annotated

if TYPE_CHECKING:
    from pathlib import Path

    from tests.support.github.snapshot import Shown

FILLER = "".join(f"# line {number}\n" for number in range(2, 30))
BEFORE = f"FROM scratch\n{FILLER}"
FIRST = f"{BEFORE}RUNN mended\nRUNN stays\n"
SECOND = f"{BEFORE}RUNN stays\nRUNN new\nRUNN newer\n"
EVERYTHING = "review, check, comment"
REFUSED = Answer(
    422,
    {
        "message": "Unprocessable Entity",
        "errors": ["Line could not be resolved"],
        "documentation_url": "",
        "status": "422",
    },
)
FORBIDDEN = Answer(403, {"message": "Resource not accessible by integration"})
MISSING = Answer(404, {"message": "Not Found"})

REQUESTS = 10
"""What a run asks of GitHub in the scene below, and which of it are writes; a test holds it."""
WRITES = (3, 4, 6, 7, 10)


def prepared(folder: Path, hub: GitHub) -> Scene:
    """Return a pull request that was reviewed once and has changed since: there is something new, old and mended."""
    others = {f"{letter}/Dockerfile": "FROM scratch\n" + "RUNN x\n" * 18 for letter in "abcde"}
    scene = Scene(folder, hub, before={"Dockerfile": BEFORE, **others}, after={"Dockerfile": FIRST})
    scene.token = hub.workflow_token(scene.repository, contents="write", checks="write", pull_requests="write")
    scene.run(report=EVERYTHING)
    scene.pull.push({"Dockerfile": SECOND, **{path: f"# more\n{text}" for path, text in others.items()}})
    hub.requests.clear()
    return scene


@pytest.fixture
def scene(tmp_path: Path, hub: GitHub) -> Scene:
    return prepared(tmp_path, hub)


def run(scene: Scene) -> int:
    return scene.run(report=EVERYTHING, only_changed_lines="false").code


@pytest.fixture(scope="module")
def clean(tmp_path_factory: pytest.TempPathFactory) -> Shown:
    """What one undisturbed run leaves."""
    folder = tmp_path_factory.mktemp("clean")
    with GitHub(folder / "github") as hub:
        there = prepared(folder, hub)
        assert run(there) == 1
        writes = tuple(number for number, request in enumerate(hub.requests, start=1) if request.writes)
        assert (len(hub.requests), writes) == (REQUESTS, WRITES)
        return shown(there.pull)


@pytest.mark.parametrize(
    ("number", "carried_out"),
    [(number, done) for number in range(1, REQUESTS + 1) for done in (False, True) if number in WRITES or done],
)
def test_a_run_that_is_killed_is_finished_by_the_next(
    scene: Scene, clean: Shown, number: int, *, carried_out: bool
) -> None:
    scene.hub.fail("* *", Kill(), nth=number, carried_out=carried_out)
    assert run(scene) == -9
    assert run(scene) == 1
    assert shown(scene.pull) == clean


@pytest.mark.parametrize(
    ("effect", "carried_out"),
    [
        (server_error(500), False),
        (server_error(502), True),
        (Reset(), False),
        (Reset(), True),
        (secondary_limit(403, retry_after=1), False),
        (secondary_limit(429, retry_after=1), False),
    ],
)
def test_each_write_fails_once(scene: Scene, clean: Shown, effect: Effect, *, carried_out: bool) -> None:
    for number in range(1, 20, 2 if not carried_out else 1):
        scene.hub.fail("WRITE *", effect, nth=number, carried_out=carried_out)
    assert run(scene) == 1
    assert shown(scene.pull) == clean


@pytest.mark.parametrize("effect", [server_error(502), secondary_limit(403, retry_after=0)])
def test_each_read_fails_once(scene: Scene, clean: Shown, effect: Effect) -> None:
    for number in (1, 3, 5, 7, 9, 11, 13):
        scene.hub.fail("GET *", effect, nth=number)
    scene.hub.fail("POST /graphql", effect)
    assert run(scene) == 1
    assert shown(scene.pull) == clean


@pytest.mark.parametrize(
    "effect",
    [
        FORBIDDEN,
        MISSING,
        REFUSED,
        Answer(200, "<html>a proxy</html>"),
        secondary_limit(429, retry_after=4000),
        server_error(500),
        server_error(503),
        Reset(),
    ],
)
def test_no_write_succeeds(scene: Scene, effect: Effect) -> None:
    before = scene.said
    scene.hub.fail("WRITE *", effect, times=None)
    step = scene.run(report=EVERYTHING)
    assert step.code == 1
    assert scene.said == before
    assert annotated(step) == [("error", "Dockerfile", "31"), ("error", "Dockerfile", "32")]
    assert [issue.severity for issue in step.issues].count("warning") >= 2
    scene.hub.violations.clear()


@pytest.mark.parametrize("effect", [FORBIDDEN, MISSING, server_error(500), Reset()])
def test_no_read_succeeds(scene: Scene, effect: Effect) -> None:
    before = scene.said
    scene.hub.fail("* *", effect, times=None)
    step = scene.run(report="auto")
    assert step.code == 1
    assert scene.said == before
    assert annotated(step) == [("error", "Dockerfile", str(line)) for line in (30, 31, 32)]


def test_a_comment_that_github_refuses_costs_no_other(scene: Scene) -> None:
    for number in (1, 3):  # both together; then the second
        scene.hub.fail("POST */reviews", REFUSED, nth=number)
    step = scene.run()
    assert [(each.last, each.state) for each in scene.said] == [(30, "resolved"), (31, "open"), (31, "open")]
    assert annotated(step) == [("error", "Dockerfile", "32")]
    assert "GitHub takes no comment on `Dockerfile:32`" in step.log


def test_what_came_back_is_looked_for_among_what_is_open(scene: Scene) -> None:
    run(scene)
    scene.pull.push({"Dockerfile": FIRST})
    scene.hub.fail("POST */reviews", server_error(502))
    run(scene)
    assert [(each.last, each.state) for each in scene.said if each.path == "Dockerfile"] == [
        (30, "open"),
        (30, "resolved"),
        (31, "open"),
        (31, "resolved"),
        (32, "resolved"),
    ]


def test_the_primary_limit_is_not_waited_for(scene: Scene) -> None:
    scene.hub.rate.used = scene.hub.rate.limit
    step = scene.run()
    assert step.code == 1
    assert len(annotated(step)) == 3
    assert "GitHub's limit of requests is reached" in step.log


def test_a_token_that_is_not_one(scene: Scene) -> None:
    scene.token = personal_token(account("grace"))
    step = scene.run()
    assert step.code == 1
    assert len(annotated(step)) == 3
    assert "GitHub does not accept the token" in step.log
