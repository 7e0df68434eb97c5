"""Where a comment may be put on a diff, and what GitHub says if it may not."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from tests.support.github.messages import LONGEST_BODY, Refused
from tests.support.github.review import Anchor

if TYPE_CHECKING:
    from tests.support.github.pull_request import PullRequest

    Json = dict[str, Any]

# A part of the request, and what is wrong with it, in GitHub's words.
Problem = tuple[str, str]

_NOT_IN_DIFF: Problem = ("line", "must be part of the diff")
_OTHER_HUNK: Problem = ("start_line", "must be part of the same hunk as the line.")
_NOT_BEFORE: Problem = ("start_line", "must precede the end line.")
_NO_HUNK: Problem = ("diff_hunk", "can't be blank")
_NO_PATH: Problem = ("path", "could not be resolved")
_NO_BODY: Problem = ("body", "can't be blank")
_LONG_BODY: Problem = ("body", f"is too long (maximum is {LONGEST_BODY} characters)")


def anchor_of(given: Json) -> Anchor:
    """Return what a comment of a request is about."""
    if given.get("subject_type") == "file":
        return Anchor(given["path"])
    side, start = given.get("side", "RIGHT"), given.get("start_line")
    return Anchor(given["path"], given.get("line"), side, start, given.get("start_side", side) if start else None)


def problems(pull: PullRequest, commit: str, given: Json) -> list[Problem]:
    """Return what is wrong with a comment of a request."""
    found = [_NO_BODY] if not given["body"].strip() else [_LONG_BODY] if len(given["body"]) > LONGEST_BODY else []
    anchor = anchor_of(given)
    change = pull.differences(commit).file(anchor.path)
    if change is None:
        return [*found, _NO_PATH]
    if given.get("subject_type") == "file":
        return found
    hunk = change.hunk(anchor.side, anchor.line) if anchor.line is not None else None
    if hunk is None:
        start = [_OTHER_HUNK] if anchor.start_line else []
        return [*found, _NOT_IN_DIFF, *start, _NO_HUNK]
    if anchor.start_line is not None and anchor.line is not None:
        if anchor.start_line >= anchor.line and anchor.start_side == anchor.side:
            found.append(_NOT_BEFORE)
        elif (anchor.start_side or anchor.side, anchor.start_line) not in hunk.places:
            found.append(_OTHER_HUNK)
    return found


def check_review(pull: PullRequest, commit: str, comments: list[Json]) -> None:
    """Refuse a review for its commit or the first comment that may not be there; the answer does not say which."""
    if not _has_commit(pull, commit):
        raise Refused(422, "Unprocessable Entity", errors=["Commit is not part of the pull request"])
    for given in comments:
        if found := problems(pull, commit, given):
            texts = [f"Pull request review thread {name.replace('_', ' ')} {what}" for name, what in found]
            raise Refused(422, "Unprocessable Entity", errors=[_listed(texts)])


def check_comment(pull: PullRequest, commit: str, given: Json) -> None:
    """Refuse a comment that may not be there."""
    resource = "PullRequestReviewComment"
    errors: list[Json] = []
    if not _has_commit(pull, commit):
        raise Refused(
            422, "Validation Failed", errors=[{"resource": resource, "code": "invalid", "field": "commit_id"}]
        )
    for name, what in problems(pull, commit, given):
        field = f"pull_request_review_thread.{name}"
        missing = name in {"diff_hunk", "body"} and "blank" in what
        told = {"code": "missing_field"} if missing else {"code": "custom", "message": f"{field} {what}"}
        errors.append({"resource": resource, "field": field, **told})
    if errors:
        raise Refused(422, "Validation Failed", errors=errors)


def _has_commit(pull: PullRequest, commit: str) -> bool:
    git = pull.repository.git
    return git.is_commit(commit) and commit in git.history(pull.head) and commit not in git.history(pull.base)


def _listed(texts: list[str]) -> str:
    """Join as GitHub does: `a, b, and c`."""
    if len(texts) > 2:
        return ", ".join([*texts[:-1], f"and {texts[-1]}"])
    return " and ".join(texts)
