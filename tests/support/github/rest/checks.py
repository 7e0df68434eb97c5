"""Check runs and their annotations."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from tests.support.github.messages import Refused, Reply, Route, forbidden, invalid, not_found
from tests.support.github.repository import CheckRun
from tests.support.github.rest.repositories import resolve
from tests.support.github.views import pulls as views

if TYPE_CHECKING:
    from tests.support.github.messages import Call
    from tests.support.github.people import App
    from tests.support.github.repository import Repository

    Json = dict[str, Any]

LONGEST_MESSAGE = 64 * 1024  # bytes, also of raw_details
LONGEST_TITLE = 255


def _create(call: Call) -> Reply:
    repo, app = call.repository, call.token.app if call.token else None
    if app is None:
        raise Refused(403, "You must authenticate via a GitHub App.")
    sha = call.body["head_sha"]
    if not repo.git.is_commit(sha):
        raise Refused(422, f"No commit found for SHA: {sha}")
    _check(call.body, call.body.get("status"))
    run = CheckRun(repo, app, _suite(repo, sha, app))
    repo.check_runs.append(run)
    _change(run, call.body)
    return Reply(201, views.check_run(run))


def _suite(repo: Repository, sha: str, app: App) -> int:
    """Return the number of the suite: there is one for each commit and app."""
    same = (each.suite for each in repo.check_runs if (each.about["head_sha"], each.app) == (sha, app))
    return next(same, None) or repo.world.next_id()


def _find(call: Call) -> CheckRun:
    number = call.number("check_run_id")
    return next((each for each in call.repository.check_runs if each.id == number), None) or not_found()


def _get(call: Call) -> Reply:
    return Reply(200, views.check_run(_find(call)))


def _update(call: Call) -> Reply:
    run = _find(call)
    if call.token is None or call.token.app != run.app:
        forbidden("checks=write")
    _check(call.body, call.body.get("status"))
    _change(run, call.body)
    return Reply(200, views.check_run(run))


def _check(body: Json, status: str | None) -> None:
    if status == "completed" and not body.get("conclusion"):
        raise Refused(422, 'Invalid request.\n\n"conclusion" wasn\'t supplied.')
    for each in body.get("output", {}).get("annotations", []):
        if not _valid(each):
            invalid("CheckRun", "annotations")


def _valid(annotation: Json) -> bool:
    """Whether an annotation is one; which of several is not, GitHub does not say."""
    columns = "start_column" in annotation, "end_column" in annotation
    one_line = annotation["start_line"] == annotation["end_line"]
    return (
        1 <= annotation["start_line"] <= annotation["end_line"]
        and (columns == (False, False) or (columns == (True, True) and one_line))
        and 0 <= annotation.get("start_column", 0) <= annotation.get("end_column", 0)
        and bool(annotation["message"])
        and len(annotation["message"].encode()) <= LONGEST_MESSAGE
        and len(annotation.get("raw_details", "").encode()) <= LONGEST_MESSAGE
        and len(annotation.get("title", "")) <= LONGEST_TITLE
    )


def _change(run: CheckRun, body: Json) -> None:
    """Make a change: the output is replaced, annotations are added to those that there are."""
    output = dict(body.get("output", {}))
    run.annotations += output.pop("annotations", [])
    run.output |= output
    run.about |= {key: value for key, value in body.items() if key != "output"}
    if body.get("conclusion"):
        run.about["status"] = "completed"
        run.about.setdefault("completed_at", run.repository.world.now())


def _annotations(call: Call) -> Reply:
    run = _find(call)
    return call.page(run.annotations, lambda each: views.annotation(each, run))


def _of_commit(call: Call) -> Reply:
    repo, query = call.repository, call.query
    sha = resolve(repo, call.parameters["ref"])
    found = [run for run in repo.check_runs if run.about["head_sha"] == sha]
    if query.get("filter", "latest") == "latest":
        found = list({(run.app.id, run.about["name"]): run for run in found}.values())
    wanted = {"check_name": "name", "status": "status"}
    for name, key in wanted.items():
        found = [run for run in found if query.get(name) in {None, run.about[key]}]
    found = [run for run in found if query.get("app_id") in {None, str(run.app.id)}]
    return call.page(found[::-1], views.check_run, "check_runs")


_REPO = "/repos/{owner}/{repo}"
_RUN = f"{_REPO}/check-runs/{{check_run_id}}"
ROUTES = {
    f"post {_REPO}/check-runs": Route(_create, "checks=write"),
    f"get {_RUN}": Route(_get, "checks=read"),
    f"patch {_RUN}": Route(_update, "checks=write"),
    f"get {_RUN}/annotations": Route(_annotations, "checks=read"),
    f"get {_REPO}/commits/{{ref}}/check-runs": Route(_of_commit, "checks=read"),
}
