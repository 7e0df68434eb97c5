"""Pull requests and their files."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.support.github.diff import MOST_FILES
from tests.support.github.messages import Refused, Reply, Route, check_text, invalid
from tests.support.github.pull_request import PullRequest
from tests.support.github.views import pulls as views
from tests.support.github.views import repositories

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.support.github.messages import Call
    from tests.support.github.repository import Repository

LONGEST_TITLE = 256
NOT_PERMITTED = "GitHub Actions is not permitted to create or approve pull requests."


def _list(call: Call) -> Reply:
    query = call.query
    state, head, base = query.get("state", "open"), query.get("head"), query.get("base")
    found = [
        pull
        for pull in call.repository.pulls.values()
        if state in {"all", pull.state}
        and (head is None or head == _label(pull))
        and (base is None or base == pull.base_ref)
    ]
    keys: dict[str, Callable[[PullRequest], object]] = {
        "created": lambda pull: pull.number,
        "updated": lambda pull: pull.updated,
    }
    sort = query.get("sort", "created")
    ascending = query.get("direction", "desc" if sort == "created" else "asc") == "asc"
    found.sort(key=keys[sort], reverse=not ascending)  # type: ignore[arg-type]
    return call.page(found, lambda pull: views.pull_request(pull, "pull-request-simple"))


def _label(pull: PullRequest) -> str:
    """Return how a list is filtered by the head; a fork that was deleted has no owner."""
    return f"{pull.head_repository.owner if pull.head_repository else 'unknown'}:{pull.head_ref}"


def _get(call: Call) -> Reply:
    return Reply(200, views.pull_request(call.pull))


def _files(call: Call) -> Reply:
    repo, head = call.repository, call.pull.head
    files = call.pull.differences().files[:MOST_FILES]
    return call.page(files, lambda each: repositories.file_change(repo, head, each))


def _create(call: Call) -> Reply:
    repo, body = call.repository, call.body
    if call.token and call.token.app and call.token.app.slug == "github-actions":
        _check_setting(repo)
    base, home, branch = body["base"], *_head(call)
    if repo.git.ref(f"refs/heads/{base}") is None:
        invalid("PullRequest", "base")
    if home is None or home.git.ref(f"refs/heads/{branch}") is None:
        invalid("PullRequest", "head")
    _check_title(body.get("title") or "")
    check_text(body.get("body") or "", "PullRequest", required=False)
    _check_new(repo, base, home, branch)
    pull = PullRequest(repo, base, (home, branch), call.user)
    pull.title, pull.body, pull.draft = body["title"], body.get("body") or "", body.get("draft", False)
    return Reply(201, views.pull_request(pull))


def _check_title(title: str) -> None:
    check_text(title, "PullRequest")
    if len(title) > LONGEST_TITLE:
        invalid("PullRequest", "title", "custom", f"title is too long (maximum is {LONGEST_TITLE} characters)")


def _check_setting(repo: Repository) -> None:
    if not repo.actions_may_create_pull_requests:
        raise Refused(403, NOT_PERMITTED)


def _head(call: Call) -> tuple[Repository | None, str]:
    """Return the repository and the branch that `head` is."""
    owner, colon, branch = call.body["head"].rpartition(":")
    if not colon or owner == call.repository.owner:
        return call.repository, branch
    return call.hub.repositories.get(call.body.get("head_repo") or f"{owner}/{call.repository.name}"), branch


def _check_new(repo: Repository, base: str, home: Repository, branch: str) -> None:
    head = home.tip(branch)
    if head in repo.git.history(repo.tip(base)):
        message = f"No commits between {base} and {branch}"
        raise Refused(
            422, "Validation Failed", errors=[{"resource": "PullRequest", "code": "custom", "message": message}]
        )
    for pull in repo.pulls.values():
        if (pull.state, pull.head_repository, pull.head_ref, pull.base_ref) == ("open", home, branch, base):
            message = f"A pull request already exists for {home.owner}:{branch}."
            raise Refused(
                422, "Validation Failed", errors=[{"resource": "PullRequest", "code": "custom", "message": message}]
            )


def _update(call: Call) -> Reply:
    pull, body = call.pull, call.body
    check_text(body.get("body") or "", "PullRequest", required=False)
    if "base" in body and call.repository.git.ref(f"refs/heads/{body['base']}") is None:
        invalid("PullRequest", "base")
    if body.get("state") == "open" and pull.state == "closed" and pull.merged:
        raise Refused(422, "Validation Failed", errors=[{"resource": "PullRequest", "code": "invalid"}])
    if "title" in body:
        _check_title(body["title"])
    pull.title = body.get("title") or pull.title
    pull.body = body.get("body", pull.body) or ""
    pull.base_ref = body.get("base", pull.base_ref)
    _ = pull.head  # as it is before it is closed
    pull.state = body.get("state", pull.state)
    pull.updated = pull.world.now()
    return Reply(200, views.pull_request(pull))


def _request_reviewers(call: Call) -> Reply:
    pull, logins = call.pull, call.body.get("reviewers", [])
    known = {each.login: each for each in call.repository.users}
    if pull.author.login in logins:
        raise Refused(422, "Review cannot be requested from pull request author.")
    if not known.keys() >= set(logins) or call.body.get("team_reviewers"):
        raise Refused(
            422,
            "Reviews may only be requested from collaborators. One or more of the users or teams you specified "
            f"is not a collaborator of the {call.repository.full_name} repository.",
        )
    pull.reviewers += [known[login] for login in logins if known[login] not in pull.reviewers]
    return Reply(201, views.pull_request(pull, "pull-request-simple"))


_PULLS = "/repos/{owner}/{repo}/pulls"
_READ, _WRITE = "pull_requests=read", "pull_requests=write"
ROUTES = {
    f"get {_PULLS}": Route(_list, _READ),
    f"post {_PULLS}": Route(_create, _WRITE),
    f"get {_PULLS}/{{pull_number}}": Route(_get, _READ),
    f"patch {_PULLS}/{{pull_number}}": Route(_update, _WRITE),
    f"get {_PULLS}/{{pull_number}}/files": Route(_files, _READ),
    f"post {_PULLS}/{{pull_number}}/requested_reviewers": Route(_request_reviewers, _WRITE),
}
