"""Proposing while GitHub fails, and while the process itself is killed: the next run leaves what a clean one leaves."""

from __future__ import annotations

from multiprocessing import get_context
from typing import TYPE_CHECKING

import pytest

from tests.support.github.faults import Answer, Effect, Hang, Kill, Reset, secondary_limit, server_error
from tests.support.github.service import GitHub
from tests.support.proposing import AFTER, BEFORE, FILES, PLAN_OPTIONS, Desktop, run_in_a_process, states

if TYPE_CHECKING:
    from pathlib import Path

REQUESTS = 49
"""What a run asks of GitHub in the scene below, and which of it are writes; a test holds it."""
WRITES = (13, 14, 16, 17, 18, 19, 20, 22, 23, 24, 25, 26, 27, 28, 29, 31, 32, 33, 34, 35, 36, 39, 40, 42, 46, 47, 49)
DONE = {"images": "opened", "nginx": "opened", "python-3.12": "updated", "node-22": "closed", "redis": "closed"}


def prepared(hub: GitHub) -> Desktop:
    """Return a repository with pull requests of which one is behind, one superseded, one landed; two are missing."""
    desk = Desktop(hub, FILES, BEFORE)
    desk.plan_options = dict(PLAN_OPTIONS)
    assert set(desk.states().values()) == {"opened"}
    desk.repository.commit("main", {"gone/Dockerfile": "FROM redis:7.2.9\n"})
    desk.plans = dict(AFTER)
    hub.requests.clear()
    return desk


@pytest.fixture
def desk(hub: GitHub) -> Desktop:
    return prepared(hub)


@pytest.fixture(scope="module")
def clean(tmp_path_factory: pytest.TempPathFactory) -> dict[str, object]:
    """What one undisturbed run leaves."""
    folder = tmp_path_factory.mktemp("clean")
    with GitHub(folder / "github") as hub:
        there = prepared(hub)
        assert there.states() == DONE
        writes = tuple(number for number, request in enumerate(hub.requests, start=1) if request.writes)
        assert (len(hub.requests), writes) == (REQUESTS, WRITES)
        assert there.writes_of_a_run() == []
        return there.shown()


CONTEXT = get_context("forkserver")
CONTEXT.set_forkserver_preload(["github", "tests.support.proposing"])


def run_elsewhere(desk: Desktop, folder: Path) -> int | None:
    """Run in another process, and return its exit code."""
    result = folder / "result"
    process = CONTEXT.Process(
        target=run_in_a_process,
        args=(desk.hub.api_url, desk.token.value, desk.repository.full_name, desk.files(), str(result)),
    )
    process.start()
    process.join(60)
    return process.exitcode


@pytest.mark.parametrize(
    ("number", "carried_out"),
    [(number, done) for number in range(1, REQUESTS + 1) for done in (False, True) if number in WRITES or done],
)
def test_a_run_that_is_killed_is_finished_by_the_next(
    desk: Desktop, clean: dict[str, object], tmp_path: Path, number: int, *, carried_out: bool
) -> None:
    desk.hub.fail("* *", Kill(), nth=number, carried_out=carried_out)
    assert run_elsewhere(desk, tmp_path) == -9
    desk.run()
    assert desk.shown() == clean
    assert desk.writes_of_a_run() == []


def test_another_process_does_the_same(desk: Desktop, clean: dict[str, object], tmp_path: Path) -> None:
    assert run_elsewhere(desk, tmp_path) == 0
    assert desk.shown() == clean
    found = (tmp_path / "result").read_text(encoding="utf-8").splitlines()
    assert sorted(found) == sorted(f"{key} {state}" for key, state in DONE.items())


@pytest.mark.parametrize("effect", [server_error(502), Reset()])
@pytest.mark.parametrize("number", range(1, len(WRITES) + 1))
def test_a_write_seems_to_fail(desk: Desktop, clean: dict[str, object], effect: Effect, number: int) -> None:
    desk.hub.fail("WRITE *", effect, nth=number, carried_out=True)
    assert desk.states() == DONE
    assert desk.shown() == clean
    assert desk.writes_of_a_run() == []


@pytest.mark.parametrize(
    "effect",
    [server_error(500), Reset(), secondary_limit(403, retry_after=0), secondary_limit(429, retry_after=0)],
)
def test_every_write_fails_once(desk: Desktop, clean: dict[str, object], effect: Effect) -> None:
    for number in range(1, 2 * len(WRITES), 2):
        desk.hub.fail("WRITE *", effect, nth=number)
    assert desk.states() == DONE
    assert desk.shown() == clean


@pytest.mark.parametrize("number", range(1, len(WRITES) + 1))
def test_writes_that_fail_for_good_are_made_up_for(desk: Desktop, clean: dict[str, object], number: int) -> None:
    fault = desk.hub.fail("WRITE *", server_error(500), nth=number, times=3, carried_out=True)
    proposed = desk.run()
    assert fault.seen >= number
    assert states(proposed).keys() == DONE.keys()
    desk.run()
    assert desk.shown() == clean
    assert desk.writes_of_a_run() == []


@pytest.mark.parametrize("number", [13, 16, 22, 47])
def test_an_answer_that_does_not_come(desk: Desktop, clean: dict[str, object], number: int) -> None:
    desk.patience = 1
    desk.hub.fail("* *", Hang(), nth=number, carried_out=True)
    assert desk.states() == DONE
    assert desk.shown() == clean


def test_each_read_fails_once(desk: Desktop, clean: dict[str, object]) -> None:
    for number in range(1, 60, 2):
        desk.hub.fail("GET *", secondary_limit(403, retry_after=0), nth=number)
    assert desk.states() == DONE
    assert desk.shown() == clean


FORBIDDEN = Answer(403, {"message": "Resource not accessible by integration"})
MISSING = Answer(404, {"message": "Not Found"})
REFUSED = Answer(422, {"message": "Validation Failed", "errors": [], "documentation_url": "", "status": "422"})


@pytest.mark.parametrize(
    "effect",
    [
        FORBIDDEN,
        MISSING,
        REFUSED,
        Answer(200, "<html>a proxy</html>"),
        Answer(200, {}),
        secondary_limit(429, retry_after=4000),
        server_error(500),
        Reset(),
    ],
)
def test_no_write_succeeds(desk: Desktop, clean: dict[str, object], effect: Effect) -> None:
    before = desk.shown()
    fault = desk.hub.fail("WRITE *", effect, times=None)
    proposed = desk.run()
    assert set(states(proposed).values()) <= {"failed", "waits", "closed"}
    assert proposed.failed
    if not isinstance(effect, Answer) or effect.status != 200:
        assert desk.shown() == before
        assert set(states(proposed).values()) <= {"failed", "waits"}
    fault.times = 0
    desk.run()
    assert desk.shown() == clean
