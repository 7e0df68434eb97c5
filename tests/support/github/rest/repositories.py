"""Repositories, their branches, commits and files; the account; workflows."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.support.github.contract import minimal
from tests.support.github.diff import Differences
from tests.support.github.git import FOLDER, Entry
from tests.support.github.messages import Refused, Reply, Route, forbidden, not_found
from tests.support.github.views import repositories as views

if TYPE_CHECKING:
    from tests.support.github.messages import Call
    from tests.support.github.repository import Repository

MOST_FILES = 300
"""Of a comparison or commit (docs.github.com: "Compare two commits")."""


def _repository(call: Call) -> Reply:
    return Reply(200, views.repository(call.repository))


def _branch(call: Call) -> Reply:
    repo, name = call.repository, call.parameters["branch"]
    sha = repo.git.ref(f"refs/heads/{name}") or not_found()
    shown = minimal("branch-with-protection") | {"name": name, "commit": views.commit(repo, sha)}
    shown["_links"] = {"self": f"{repo.api}/branches/{name}", "html": f"{repo.html}/tree/{name}"}
    return Reply(200, shown)


def resolve(repo: Repository, name: str) -> str:
    """Return the commit that a name is for."""
    sha = repo.git.resolve(name)
    if sha is None:
        raise Refused(422, f"No commit found for SHA: {name}")
    return sha


def _commit(call: Call) -> Reply:
    return Reply(200, views.commit(call.repository, resolve(call.repository, call.parameters["ref"]), files=True))


def _compare(call: Call) -> Reply:
    repo = call.repository
    names = call.parameters["basehead"].split("...")
    base, head = (repo.git.resolve(_without_owner(repo, each)) or not_found() for each in names)
    shared = repo.git.merge_base(base, head) or not_found()
    behind, ahead = set(repo.git.history(base)), repo.git.history(head)
    commits = [sha for sha in reversed(ahead) if sha not in behind]
    files = Differences(repo.git, shared, head).files[:MOST_FILES]
    missed = len(behind - set(ahead))
    status = {(False, False): "identical", (True, False): "ahead", (False, True): "behind"}
    shown = minimal("commit-comparison") | {
        "url": f"{repo.api}/compare/{call.parameters['basehead']}",
        "base_commit": views.commit(repo, base),
        "merge_base_commit": views.commit(repo, shared),
        "status": status.get((bool(commits), bool(missed)), "diverged"),
        "ahead_by": len(commits),
        "behind_by": missed,
        "total_commits": len(commits),
    }
    page = call.page(commits, lambda sha: views.commit(repo, sha))
    shown["commits"] = page.body
    if int(call.query.get("page", 1)) == 1:
        shown["files"] = [views.file_change(repo, head, each) for each in files]
    return Reply(200, shown, page.headers)


def _without_owner(repo: Repository, name: str) -> str:
    return name.removeprefix(f"{repo.owner}:")


def _contents(call: Call) -> Reply:
    repo, path = call.repository, call.parameters["path"].strip("/")
    ref = call.query.get("ref", repo.default_branch)
    sha = repo.git.resolve(ref)
    if sha is None:
        raise Refused(404, f"No commit found for the ref {ref}")
    entry = Entry(FOLDER, repo.git.commit(sha).tree)
    for name in filter(None, path.split("/")):
        inside = repo.git.tree(entry.sha) if entry.mode == FOLDER else {}
        entry = inside.get(name) or not_found()
    if entry.mode != FOLDER:
        return Reply(200, views.content(repo, path, entry, ref, whole=True))
    rows = repo.git.tree(entry.sha).items()
    return Reply(200, [views.content(repo, f"{path}/{name}".lstrip("/"), each, ref) for name, each in rows])


def _rate_limit(call: Call) -> Reply:
    shown = minimal("rate-limit-overview")
    shown["rate"] = shown["resources"]["core"] = call.hub.rate.shown()
    return Reply(200, shown)


def _user(call: Call) -> Reply:
    if call.token is None:
        raise Refused(401, "Requires authentication")
    if call.token.app is not None:
        forbidden()
    return Reply(200, minimal("public-user") | views.user(call.user, call.hub.world))


def _workflow_permissions(call: Call) -> Reply:
    allowed = call.repository.actions_may_create_pull_requests
    shown = {"default_workflow_permissions": "read", "can_approve_pull_request_reviews": allowed}
    return Reply(200, shown)


def _dispatch(call: Call) -> Reply:
    repo, ref = call.repository, call.body["ref"]
    if repo.git.resolve(ref.removeprefix("refs/heads/")) is None:
        raise Refused(422, f"No ref found for: {ref}")
    repo.dispatches.append((call.parameters["workflow_id"], ref, call.body.get("inputs", {})))
    repo.runs.append((call.parameters["workflow_id"], call.hub.world.now(), "queued"))
    return Reply(204)


def _runs(call: Call) -> Reply:
    """List the runs of a workflow, the newest first; all that are kept here were started by hand."""
    repo, workflow = call.repository, call.parameters["workflow_id"]
    wanted = [run for run in repo.runs if run[0] == workflow and call.query.get("event") in {None, "workflow_dispatch"}]
    shown = [
        minimal("workflow-run") | {"event": "workflow_dispatch", "created_at": created, "status": status}
        for _, created, status in sorted(wanted, key=lambda run: run[1], reverse=True)
    ]
    return Reply(200, {"total_count": len(shown), "workflow_runs": shown[: int(call.query.get("per_page", 30))]})


_REPO = "/repos/{owner}/{repo}"
ROUTES = {
    "get /rate_limit": Route(_rate_limit, ""),
    "get /user": Route(_user, ""),
    f"get {_REPO}": Route(_repository),
    f"get {_REPO}/branches/{{branch}}": Route(_branch, "contents=read"),
    f"get {_REPO}/commits/{{ref}}": Route(_commit, "contents=read"),
    f"get {_REPO}/compare/{{basehead}}": Route(_compare, "contents=read"),
    f"get {_REPO}/contents/{{path}}": Route(_contents, "contents=read"),
    f"get {_REPO}/actions/permissions/workflow": Route(_workflow_permissions, "administration=read"),
    f"post {_REPO}/actions/workflows/{{workflow_id}}/dispatches": Route(_dispatch, "actions=write"),
    f"get {_REPO}/actions/workflows/{{workflow_id}}/runs": Route(_runs, "actions=read"),
}
