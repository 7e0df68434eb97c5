"""The mutations: what each does with its input, and the answer without `clientMutationId`."""

from __future__ import annotations

import base64
from typing import TYPE_CHECKING, Any

from tests.support.github import anchoring
from tests.support.github.git import FILE, Commit, Entry, Person
from tests.support.github.gql.asking import Asker, Problem
from tests.support.github.gql.fields import RESOLVE, GitCommit
from tests.support.github.messages import LONGEST_BODY
from tests.support.github.rest.git import WORKFLOWS
from tests.support.github.rest.reviews import ONE_PENDING, STATES

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.support.github.pull_request import PullRequest
    from tests.support.github.repository import Repository

    Json = dict[str, Any]

_WRITE = "pull_requests=write"
_GITHUB = ("GitHub", "noreply@github.com")


def _resolve(asker: Asker, given: Json) -> Json:
    thread = asker.thread(given["threadId"])
    asker.need(thread.pull.repository, RESOLVE)
    thread.resolved_by = thread.resolved_by or asker.user
    return {"thread": thread}


def _unresolve(asker: Asker, given: Json) -> Json:
    thread = asker.thread(given["threadId"])
    asker.need(thread.pull.repository, RESOLVE)
    thread.resolved_by = None
    return {"thread": thread}


def _minimize(asker: Asker, given: Json) -> Json:
    pull, post = asker.post(given["subjectId"])
    asker.need(pull.repository, "pull_requests=write; issues=write")
    post.minimized = given["classifier"].lower().replace("_", "-")
    return {"minimizedComment": post}


def _unminimize(asker: Asker, given: Json) -> Json:
    pull, post = asker.post(given["subjectId"])
    asker.need(pull.repository, "pull_requests=write; issues=write")
    post.minimized = None
    return {"unminimizedComment": post}


def _check_body(body: str) -> None:
    if not body.strip():
        raise Problem("UNPROCESSABLE", "Body can't be blank")
    if len(body) > LONGEST_BODY:
        raise Problem("UNPROCESSABLE", f"Body is too long (maximum is {LONGEST_BODY} characters)")


def _review_or_pull(asker: Asker, given: Json) -> PullRequest:
    if given.get("pullRequestReviewId"):
        return asker.review(given["pullRequestReviewId"])[0]
    if given.get("pullRequestId"):
        return asker.pull(given["pullRequestId"])
    raise Problem("UNPROCESSABLE", "A pull request or a pull request review is required")


def _add_thread(asker: Asker, given: Json) -> Json:
    """Add a thread to the review that one has begun, or begin one.

    What is not in the diff is left out without an error, unlike in REST (dcdpr/jp#857, github/github-mcp-server#2495).
    """
    pull = _review_or_pull(asker, given)
    asker.need(pull.repository, _WRITE)
    _check_body(given["body"])
    wanted = {
        "path": given["path"],
        "body": given["body"],
        "line": given.get("line"),
        "side": given.get("side", "RIGHT"),
        "start_line": given.get("startLine"),
        "start_side": given.get("startSide"),
        "subject_type": given.get("subjectType", "LINE").lower(),
    }
    review = pull.pending_review(asker.user) or pull.start_review(asker.user)
    if anchoring.problems(pull, review.commit, wanted):
        return {"thread": None}
    return {"thread": pull.start_thread(review, anchoring.anchor_of(wanted), given["body"]).thread}


def _add_reply(asker: Asker, given: Json) -> Json:
    thread = asker.thread(given["pullRequestReviewThreadId"])
    asker.need(thread.pull.repository, _WRITE)
    _check_body(given["body"])
    if thread.pull.pending_review(asker.user) and not given.get("pullRequestReviewId"):
        raise Problem("UNPROCESSABLE", ONE_PENDING)
    return {"comment": thread.reply(asker.user, given["body"])}


def _submit(asker: Asker, given: Json) -> Json:
    pull = _review_or_pull(asker, given)
    asker.need(pull.repository, _WRITE)
    review = pull.pending_review(asker.user)
    if review is None:
        raise Problem("UNPROCESSABLE", "Could not find a pending review to submit")
    review.body = given.get("body") or review.body
    if given["event"] in {"COMMENT", "REQUEST_CHANGES"} and not review.body.strip():
        _check_has_comments(pull)
    review.submit(pull.world, STATES[given["event"]])
    return {"pullRequestReview": review}


def _check_has_comments(pull: PullRequest) -> None:
    if not any(each.review.state == "PENDING" for each in pull.review_comments):
        raise Problem("UNPROCESSABLE", "Review body can't be blank")


# --- commits ----------------------------------------------------------------------------------------------------


def _commit(asker: Asker, given: Json) -> Json:
    branch = given["branch"]
    repo, name = asker.repository(branch["repositoryNameWithOwner"]), branch["branchName"].removeprefix("refs/heads/")
    asker.need(repo, "contents=write")
    tip, expected = repo.git.ref(f"refs/heads/{name}"), given["expectedHeadOid"]
    if tip is None:
        raise Problem("NOT_FOUND", f"Could not resolve to a Ref with the name '{name}'.")
    if tip != expected:
        message = f'Expected branch to point to "{expected}" but it did not. Pull and try again.'
        raise Problem("STALE_DATA", message)
    tree = repo.git.write_files(_files(asker, repo, tip, given.get("fileChanges") or {}))
    message = "\n\n".join(filter(None, (given["message"]["headline"], given["message"].get("body"))))
    now = repo.world.tick()
    author, committer = Person(asker.user.login, asker.user.email, now), Person(*_GITHUB, now)
    sha = repo.git.write_commit(Commit(tree, (tip,), author, committer, message))
    repo.verified.add(sha)
    repo.git.set_ref(f"refs/heads/{name}", sha)
    commit = GitCommit(repo, sha)
    return {"commit": commit, "ref": {"id": f"REF_{name}", "name": name, "target": commit}}


def _files(asker: Asker, repo: Repository, tip: str, changes: Json) -> dict[str, Entry]:
    """Return the files after the changes; what is added has no mode, so it is an ordinary file."""
    files = repo.git.files(repo.git.commit(tip).tree)
    for path in (each["path"] for kind in ("additions", "deletions") for each in changes.get(kind, ())):
        if path.startswith(WORKFLOWS) and asker.token.app:
            asker.need(repo, "workflows=write")
    for each in changes.get("deletions", ()):
        if files.pop(each["path"], None) is None:
            raise Problem("UNPROCESSABLE", f"A path was requested for deletion which does not exist: {each['path']}")
    for each in changes.get("additions", ()):
        files[each["path"]] = Entry(FILE, repo.git.write("blob", base64.b64decode(each["contents"])))
    return files


MUTATIONS: dict[str, Callable[[Asker, Json], Json]] = {
    "resolveReviewThread": _resolve,
    "unresolveReviewThread": _unresolve,
    "minimizeComment": _minimize,
    "unminimizeComment": _unminimize,
    "addPullRequestReviewThread": _add_thread,
    "addPullRequestReviewThreadReply": _add_reply,
    "submitPullRequestReview": _submit,
    "createCommitOnBranch": _commit,
}
