"""Comments, labels and assignees of pull requests, which are issues too."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from tests.support.github.contract import definitions, minimal
from tests.support.github.messages import ANY_COMMENT, Refused, Reply, Route, invalid, not_found
from tests.support.github.repository import Label
from tests.support.github.views import pulls as views
from tests.support.github.views import repositories

if TYPE_CHECKING:
    from tests.support.github.messages import Call
    from tests.support.github.pull_request import PullRequest
    from tests.support.github.world import IssueComment

    Json = dict[str, Any]


def check_unlocked(pull: PullRequest) -> None:
    """Refuse to add to a conversation that is locked."""
    if pull.locked:
        raise Refused(403, "Unable to create comment because issue is locked.")


def _comments(call: Call) -> Reply:
    found = [each for each in call.pull.comments if each.updated >= call.query.get("since", "")]
    return call.page(found, lambda each: views.issue_comment(each, call.pull))


def _create_comment(call: Call) -> Reply:
    check_unlocked(call.pull)
    comment = call.pull.comment(call.user, call.text("IssueComment"))
    return Reply(201, views.issue_comment(comment, call.pull))


def _find(call: Call) -> tuple[PullRequest, IssueComment]:
    return call.repository.issue_comment(call.number("comment_id")) or not_found()


def _comment(call: Call) -> Reply:
    pull, comment = _find(call)
    return Reply(200, views.issue_comment(comment, pull))


def _edit_comment(call: Call) -> Reply:
    pull, comment = _find(call)
    comment.edit(pull.world, call.text("IssueComment"))
    return Reply(200, views.issue_comment(comment, pull))


def _delete_comment(call: Call) -> Reply:
    pull, comment = _find(call)
    pull.comments.remove(comment)
    return Reply(204)


# --- labels and assignees ---------------------------------------------------------------------------------------


def _names(given: list[Any], key: str) -> list[str]:
    return [each if isinstance(each, str) else each[key] for each in given]


def _add_labels(call: Call) -> Reply:
    repo, pull = call.repository, call.pull
    given = call.request.body
    for name in _names(given if isinstance(given, list) else given["labels"], "name"):
        if name not in repo.labels:
            repo.labels[name] = Label(repo.world, name, "ededed", None)
        if name not in pull.labels:
            pull.labels.append(name)
    return Reply(200, [repositories.label(repo.labels[name], repo) for name in pull.labels])


def _label(call: Call) -> Reply:
    found = call.repository.labels.get(call.parameters["name"]) or not_found()
    return Reply(200, repositories.label(found, call.repository))


def _create_label(call: Call) -> Reply:
    repo, name = call.repository, call.body["name"]
    if name.lower() in (each.lower() for each in repo.labels):
        invalid("Label", "name", "already_exists")
    label = Label(repo.world, name, call.body.get("color", "ededed"), call.body.get("description"))
    repo.labels[name] = label
    return Reply(201, repositories.label(label, repo))


def _assign(call: Call) -> Reply:
    pull = call.pull
    logins = _names(call.body.get("assignees", []), "login")
    # Who may not be assigned is left out, without a word (docs.github.com: "Add assignees to an issue").
    for who in call.repository.users:
        if who.login in logins and who not in pull.assignees:
            pull.assignees.append(who)
    return Reply(201, _issue(pull))


def _issue(pull: PullRequest) -> Json:
    shown = minimal("issue")
    whole = views.pull_request(pull)
    shown |= {key: whole[key] for key in definitions()["issue"]["properties"].keys() & whole.keys()}
    shown["url"] = whole["issue_url"]
    return shown


_REPO = "/repos/{owner}/{repo}"
_ISSUE = f"{_REPO}/issues/{{issue_number}}"
_COMMENT = f"{_REPO}/issues/comments/{{comment_id}}"
_READ = "issues=read; pull_requests=read"
ROUTES = {
    f"get {_ISSUE}/comments": Route(_comments, _READ),
    f"post {_ISSUE}/comments": Route(_create_comment, ANY_COMMENT),
    f"get {_COMMENT}": Route(_comment, _READ),
    f"patch {_COMMENT}": Route(_edit_comment, ANY_COMMENT),
    f"delete {_COMMENT}": Route(_delete_comment, ANY_COMMENT),
    f"post {_ISSUE}/labels": Route(_add_labels, ANY_COMMENT),
    f"post {_ISSUE}/assignees": Route(_assign, ANY_COMMENT),
    f"get {_REPO}/labels/{{name}}": Route(_label, _READ),
    f"post {_REPO}/labels": Route(_create_label, ANY_COMMENT),
}
