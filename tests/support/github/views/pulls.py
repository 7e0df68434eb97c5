"""Pull requests, reviews, comments and check runs, as the REST interface shows them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from tests.support.github.contract import minimal
from tests.support.github.views import repositories

if TYPE_CHECKING:
    from tests.support.github.pull_request import PullRequest
    from tests.support.github.repository import CheckRun, Repository
    from tests.support.github.review import Review, ReviewComment
    from tests.support.github.world import IssueComment

    Json = dict[str, Any]


def pull_request(pull: PullRequest, schema: str = "pull-request") -> Json:
    """Show a pull request; `pull-request-simple` is how it is in a list."""
    repo, world = pull.repository, pull.world
    shown = minimal(schema)
    shown |= {
        "id": pull.id,
        "node_id": pull.node_id,
        "number": pull.number,
        "state": pull.state,
        "title": pull.title,
        "body": pull.body or None,
        "draft": pull.draft,
        "locked": pull.locked,
        "user": repositories.user(pull.author, world),
        "labels": [_label(each, repo) for each in pull.labels],
        "assignees": [repositories.user(each, world) for each in pull.assignees],
        "requested_reviewers": [repositories.user(each, world) for each in pull.reviewers],
        "created_at": pull.created,
        "updated_at": pull.updated,
        "closed_at": None if pull.state == "open" else pull.updated,
        "merged_at": pull.updated if pull.merged else None,
        "head": _end(shown["head"], pull.head_repository, pull.head_ref, pull.head),
        "base": _end(shown["base"], repo, pull.base_ref, pull.base),
        "merge_commit_sha": repo.git.ref(f"refs/pull/{pull.number}/merge"),
    }
    _address(shown, pull)
    if schema == "pull-request":
        shown |= _size(pull)
    return shown


def _label(name: str, repo: Repository) -> Json:
    shown = repositories.label(repo.labels[name], repo)
    return {**shown, "description": shown["description"] or ""}


def _end(template: Json, repo: Repository | None, ref: str, sha: str) -> Json:
    owner = repo.owner if repo else "unknown"
    return template | {
        "label": f"{owner}:{ref}",
        "ref": ref,
        "sha": sha,
        "repo": repositories.repository(repo, "repository") if repo else None,
    }


def _address(shown: Json, pull: PullRequest) -> None:
    repo = pull.repository
    url, issue = f"{repo.api}/pulls/{pull.number}", f"{repo.api}/issues/{pull.number}"
    shown |= {
        "url": url,
        "html_url": html(pull),
        "diff_url": f"{html(pull)}.diff",
        "patch_url": f"{html(pull)}.patch",
        "issue_url": issue,
        "commits_url": f"{url}/commits",
        "review_comments_url": f"{url}/comments",
        "review_comment_url": f"{repo.api}/pulls/comments{{/number}}",
        "comments_url": f"{issue}/comments",
        "statuses_url": f"{repo.api}/statuses/{pull.head}",
    }


def _size(pull: PullRequest) -> Json:
    files = pull.differences().files
    ahead = set(pull.repository.git.history(pull.head)) - set(pull.repository.git.history(pull.base))
    return {
        "merged": pull.merged,
        "mergeable": None,
        "mergeable_state": "unknown",
        "comments": len(pull.comments),
        "review_comments": len(pull.review_comments),
        "commits": len(ahead),
        "additions": sum(each.additions for each in files),
        "deletions": sum(each.deletions for each in files),
        "changed_files": len(files),
    }


def html(pull: PullRequest) -> str:
    """Return the page of a pull request."""
    return f"{pull.repository.html}/pull/{pull.number}"


def issue_comment(comment: IssueComment, pull: PullRequest) -> Json:
    """Show a comment below a pull request."""
    repo = pull.repository
    return minimal("issue-comment") | {
        "id": comment.id,
        "node_id": comment.node_id,
        "body": comment.body,
        "user": repositories.user(comment.author, pull.world),
        "created_at": comment.created,
        "updated_at": comment.updated,
        "author_association": "NONE",
        "url": f"{repo.api}/issues/comments/{comment.id}",
        "html_url": f"{html(pull)}#issuecomment-{comment.id}",
        "issue_url": f"{repo.api}/issues/{pull.number}",
    }


def review(which: Review, pull: PullRequest) -> Json:
    """Show a review."""
    page = f"{html(pull)}#pullrequestreview-{which.id}"
    url = f"{pull.repository.api}/pulls/{pull.number}"
    shown = minimal("pull-request-review") | {
        "id": which.id,
        "node_id": which.node_id,
        "user": repositories.user(which.author, pull.world),
        "body": which.body,
        "state": which.state,
        "html_url": page,
        "pull_request_url": url,
        "commit_id": which.commit,
        "author_association": "NONE",
        "_links": {"html": {"href": page}, "pull_request": {"href": url}},
    }
    return shown | ({"submitted_at": which.submitted} if which.submitted else {})


def review_comment(comment: ReviewComment, schema: str = "pull-request-review-comment") -> Json:
    """Show a comment on the diff; `review-comment` is how it is in the list of a review."""
    thread, pull = comment.thread, comment.thread.pull
    first, place = thread.anchor, thread.place
    url = f"{pull.repository.api}/pulls/comments/{comment.id}"
    page = f"{html(pull)}#discussion_r{comment.id}"
    whole = f"{pull.repository.api}/pulls/{pull.number}"
    change = pull.differences().file(place.path) if place else None
    shown = minimal(schema) | {
        "id": comment.id,
        "node_id": comment.node_id,
        "pull_request_review_id": comment.review.id,
        "user": repositories.user(comment.author, pull.world),
        "body": comment.body,
        "path": place.path if place else first.path,
        "diff_hunk": thread.diff_hunk,
        "commit_id": pull.head if place else thread.commit,
        "original_commit_id": thread.commit,
        "line": place.line if place else None,
        "original_line": first.line,
        "start_line": place.start_line if place else None,
        "original_start_line": first.start_line,
        "start_side": first.start_side,
        "position": change.position(place.side, place.line) if change and place and place.line else None,
        "original_position": thread.position,
        "created_at": comment.created,
        "updated_at": comment.updated,
        "url": url,
        "html_url": page,
        "pull_request_url": whole,
        "author_association": "NONE",
        "_links": {"self": {"href": url}, "html": {"href": page}, "pull_request": {"href": whole}},
    }
    if first.line is not None:
        shown["side"] = first.side
    if comment.reply_to:
        shown["in_reply_to_id"] = comment.reply_to.id
    return shown | {"subject_type": "file" if first.line is None else "line"}


def check_run(run: CheckRun) -> Json:
    """Show a check run."""
    repo = run.repository
    url = f"{repo.api}/check-runs/{run.id}"
    return minimal("check-run") | {
        "id": run.id,
        "node_id": f"CR_{run.id}",
        "url": url,
        "html_url": run.url,
        "details_url": run.about.get("details_url", run.url),
        "app": repositories.app(run.app, repo.world),
        "check_suite": {"id": run.suite},
        "conclusion": None,
        "started_at": None,
        "completed_at": None,
        "external_id": "",
        "pull_requests": [],
        **{key: value for key, value in run.about.items() if key != "actions"},
        "output": {
            "title": run.output.get("title"),
            "summary": run.output.get("summary"),
            "text": run.output.get("text"),
            "annotations_count": len(run.annotations),
            "annotations_url": f"{url}/annotations",
        },
    }


def annotation(which: Json, run: CheckRun) -> Json:
    """Show an annotation of a check run."""
    nothing = dict.fromkeys(("start_column", "end_column", "title", "raw_details"))
    return {**nothing, **which, "blob_href": f"{run.repository.html}/blob/{run.about['head_sha']}/{which['path']}"}
