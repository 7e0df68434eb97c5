"""The fields of the types of GitHub's schema, by type and name."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from msgspec import Struct

from tests.support.github.gql.asking import Asker, Problem, connection
from tests.support.github.review import Review, ReviewComment
from tests.support.github.views import pulls as views
from tests.support.github.world import IssueComment

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.support.github.people import User
    from tests.support.github.pull_request import PullRequest
    from tests.support.github.repository import Repository
    from tests.support.github.review import Thread

    Json = dict[str, Any]
    Resolver = Callable[..., Any]


class GitCommit(Struct, frozen=True):
    """A commit of a repository."""

    repository: Repository
    sha: str


class Signature(Struct, frozen=True):
    """A signature by GitHub."""


class Author(Struct, frozen=True):
    """A user as the author of something: a bot has no `[bot]` in its login."""

    user: User


_TYPES = {IssueComment: "IssueComment", Review: "PullRequestReview", ReviewComment: "PullRequestReviewComment"}


def type_name(thing: object) -> str:
    """Return which type of an interface something is."""
    if isinstance(thing, Author):
        return thing.user.kind
    names: dict[type, str] = {**_TYPES, GitCommit: "Commit", Signature: "GpgSignature"}
    return names[type(thing)]


# --- queries ----------------------------------------------------------------------------------------------------


def _repository(_root: object, asker: Asker, *, owner: str, name: str, **_: object) -> Repository:
    return asker.repository(f"{owner}/{name}")


def _pull(repo: Repository, asker: Asker, *, number: int) -> PullRequest:
    if repo.private:
        asker.need(repo, "pull_requests=read")
    if number not in repo.pulls:
        raise Problem("NOT_FOUND", f"Could not resolve to a PullRequest with the number of {number}.")
    return repo.pulls[number]


def _threads(pull: PullRequest, asker: Asker, **arguments: Any) -> Json:  # noqa: ANN401 - as the schema has them
    shown = [each for each in pull.threads if not each.pending or each.comments[0].author == asker.user]
    return connection("reviewThreads", shown, arguments)


def _reviews(pull: PullRequest, asker: Asker, **arguments: Any) -> Json:  # noqa: ANN401 - as the schema has them
    shown = [each for each in pull.reviews if each.state != "PENDING" or each.author == asker.user]
    states, login = arguments.get("states"), arguments.get("author")
    shown = [each for each in shown if (not states or each.state in states) and login in {None, each.author.login}]
    return connection("reviews", shown, arguments)


def _state(pull: PullRequest, _asker: Asker) -> str:
    return "MERGED" if pull.merged else pull.state.upper()


def _line(thread: Thread, _asker: Asker) -> int | None:
    return thread.place.line if thread.place else None


def _start_line(thread: Thread, _asker: Asker) -> int | None:
    return thread.place.start_line if thread.place else None


def _may_resolve(thread: Thread, asker: Asker) -> bool:
    return not thread.resolved and asker.token.has(RESOLVE)


RESOLVE = "contents=write,pull_requests=write"
"""What resolving a thread needs of a token; observed in github/gh-aw#35726, in no documentation."""

_HIDE = "pull_requests=write; issues=write"


def _commit_of(comment: ReviewComment, *, original: bool) -> GitCommit:
    thread = comment.thread
    current = thread.commit if original or thread.outdated else thread.pull.head
    return GitCommit(thread.pull.repository, current)


def _pull_of(asker: Asker, post: IssueComment | Review) -> PullRequest:
    return asker.post(post.node_id)[0]


def _post_fields() -> dict[str, Resolver]:
    """Return what comments and reviews have in common."""
    return {
        "id": lambda post, _: post.node_id,
        "fullDatabaseId": lambda post, _: str(post.id),
        "author": lambda post, _: Author(post.author),
        "body": lambda post, _: post.body,
        "isMinimized": lambda post, _: post.minimized is not None,
        "minimizedReason": lambda post, _: post.minimized,
        "viewerDidAuthor": lambda post, asker: post.author == asker.user,
        "viewerCanMinimize": lambda _, asker: asker.token.has(_HIDE),
    }


def _comment_fields() -> dict[str, Resolver]:
    """Return what comments have in common."""
    return {
        **_post_fields(),
        "createdAt": lambda post, _: post.created,
        "viewerCanUpdate": lambda _, asker: asker.token.has(_HIDE),
        "viewerCanDelete": lambda _, asker: asker.token.has(_HIDE),
    }


_BY_TYPE: dict[str, dict[str, Resolver]] = {
    "Query": {"viewer": lambda _, asker: asker.user, "repository": _repository},
    "Repository": {"id": lambda repo, _: repo.node_id, "pullRequest": _pull},
    # The viewer and who resolved a thread are of the type User, bots too: there the login has its `[bot]`.
    "User": {"login": lambda who, _: who.user.login if isinstance(who, Author) else who.login},
    "Bot": {"login": lambda who, _: who.user.graphql_login},
    "PullRequest": {
        "id": lambda pull, _: pull.node_id,
        "number": lambda pull, _: pull.number,
        "headRefOid": lambda pull, _: pull.head,
        "baseRefOid": lambda pull, _: pull.base,
        "state": _state,
        "isDraft": lambda pull, _: pull.draft,
        "locked": lambda pull, _: pull.locked,
        "reviewThreads": _threads,
        "reviews": _reviews,
        "comments": lambda pull, _, **arguments: connection("comments", pull.comments, arguments),
    },
    "PullRequestReviewThread": {
        "id": lambda thread, _: thread.node_id,
        "path": lambda thread, _: thread.place.path if thread.place else thread.anchor.path,
        "line": _line,
        "startLine": _start_line,
        "originalLine": lambda thread, _: thread.anchor.line,
        "originalStartLine": lambda thread, _: thread.anchor.start_line,
        "diffSide": lambda thread, _: thread.anchor.side,
        "startDiffSide": lambda thread, _: thread.anchor.start_side,
        "subjectType": lambda thread, _: "FILE" if thread.anchor.line is None else "LINE",
        "isResolved": lambda thread, _: thread.resolved,
        "isOutdated": lambda thread, _: thread.outdated,
        "isCollapsed": lambda thread, _: thread.resolved,
        "resolvedBy": lambda thread, _: thread.resolved_by,
        "viewerCanReply": lambda _, asker: asker.token.has("pull_requests=write"),
        "viewerCanResolve": _may_resolve,
        "viewerCanUnresolve": lambda thread, asker: thread.resolved and asker.token.has(RESOLVE),
        "comments": lambda thread, _, **arguments: connection("comments", thread.comments, arguments),
    },
    "PullRequestReviewComment": {
        **_comment_fields(),
        "outdated": lambda comment, _: comment.thread.outdated,
        "state": lambda comment, _: "PENDING" if comment.review.state == "PENDING" else "SUBMITTED",
        "url": lambda comment, _: views.review_comment(comment)["html_url"],
        "commit": lambda comment, _: _commit_of(comment, original=False),
        "originalCommit": lambda comment, _: _commit_of(comment, original=True),
        "replyTo": lambda comment, _: comment.reply_to,
        "pullRequestReview": lambda comment, _: comment.review,
    },
    "IssueComment": {
        **_comment_fields(),
        "url": lambda comment, asker: views.issue_comment(comment, _pull_of(asker, comment))["html_url"],
    },
    "PullRequestReview": {
        **_post_fields(),
        "state": lambda review, _: review.state,
        "submittedAt": lambda review, _: review.submitted,
        "commit": lambda review, asker: GitCommit(_pull_of(asker, review).repository, review.commit),
        "url": lambda review, asker: views.review(review, _pull_of(asker, review))["html_url"],
    },
    "Commit": {
        "oid": lambda commit, _: commit.sha,
        "url": lambda commit, _: f"{commit.repository.html}/commit/{commit.sha}",
        "signature": lambda commit, _: Signature() if commit.sha in commit.repository.verified else None,
    },
    "GpgSignature": {"isValid": lambda *_: True, "state": lambda *_: "VALID"},
}

FIELDS = {(type_, name): resolver for type_, fields in _BY_TYPE.items() for name, resolver in fields.items()}
