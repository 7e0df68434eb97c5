"""Reviews and the comments on a diff."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.support.github.anchoring import anchor_of, check_comment, check_review
from tests.support.github.messages import LONGEST_BODY, Refused, Reply, Route, not_found
from tests.support.github.rest.issues import check_unlocked
from tests.support.github.rest.pulls import NOT_PERMITTED
from tests.support.github.views import pulls as views

if TYPE_CHECKING:
    from tests.support.github.messages import Call
    from tests.support.github.review import Review, ReviewComment

STATES = {"COMMENT": "COMMENTED", "APPROVE": "APPROVED", "REQUEST_CHANGES": "CHANGES_REQUESTED"}
ONE_PENDING = "User can only have one pending review per pull request"


def _list(call: Call) -> Reply:
    mine = call.token.user if call.token else None
    shown = [each for each in call.pull.reviews if each.state != "PENDING" or each.author == mine]
    return call.page(shown, lambda each: views.review(each, call.pull))


def _refuse(*errors: str) -> Refused:
    return Refused(422, "Unprocessable Entity", errors=errors)


def _create(call: Call) -> Reply:
    pull, body = call.pull, call.body
    event, text, comments = body.get("event"), body.get("body") or "", body.get("comments") or []
    check_unlocked(pull)
    check_event(call, event)
    if event in {"COMMENT", "REQUEST_CHANGES"} and not text.strip() and not comments:
        raise _refuse("Review body can't be blank")
    if len(text) > LONGEST_BODY:
        raise _refuse(f"Review body is too long (maximum is {LONGEST_BODY} characters)")
    commit = body.get("commit_id") or pull.head
    if pull.pending_review(call.user):
        raise _refuse(ONE_PENDING)
    check_review(pull, commit, comments)
    review = pull.start_review(call.user, text, commit)
    for given in comments:
        pull.start_thread(review, anchor_of(given), given["body"])
    if event:
        review.submit(pull.world, STATES[event])
    return Reply(200, views.review(review, pull))


def check_event(call: Call, event: str | None) -> None:
    """Refuse judgements that one may not pass."""
    if event not in {"APPROVE", "REQUEST_CHANGES"}:
        return
    if call.user == call.pull.author:
        what = "approve" if event == "APPROVE" else "request changes on"
        raise _refuse(f"Can not {what} your own pull request")
    app = call.token.app if call.token else None
    if event == "APPROVE" and app and not call.repository.actions_may_create_pull_requests:
        raise _refuse(NOT_PERMITTED)


def _find_review(call: Call) -> Review:
    number = call.number("review_id")
    return next((each for each in call.pull.reviews if each.id == number), None) or not_found()


def _update(call: Call) -> Reply:
    review = _find_review(call)
    review.edit(call.pull.world, call.text("PullRequestReview"))
    return Reply(200, views.review(review, call.pull))


def _of_review(call: Call) -> Reply:
    review = _find_review(call)
    found = [each for each in call.pull.review_comments if each.review is review]
    return call.page(found, lambda each: views.review_comment(each, "review-comment"))


# --- comments ---------------------------------------------------------------------------------------------------


def _comments(call: Call) -> Reply:
    found = [each for each in call.pull.review_comments if each.review.state != "PENDING"]
    if call.query.get("sort") == "updated":
        found.sort(key=lambda each: each.updated)
    if "sort" in call.query and call.query.get("direction") == "desc":
        found.reverse()
    found = [each for each in found if each.updated >= call.query.get("since", "")]
    return call.page(found, views.review_comment)


def _comment(call: Call) -> Reply:
    pull, body = call.pull, call.body
    check_unlocked(pull)
    if pull.pending_review(call.user):
        raise Refused(
            422,
            "Validation Failed",
            errors=[{"resource": "PullRequestReview", "code": "custom", "message": ONE_PENDING}],
        )
    check_comment(pull, body["commit_id"], body)
    review = pull.start_review(call.user, "", body["commit_id"])
    comment = pull.start_thread(review, anchor_of(body), body["body"])
    review.submit(pull.world, "COMMENTED")
    return Reply(201, views.review_comment(comment))


def _reply(call: Call) -> Reply:
    check_unlocked(call.pull)
    number = call.number("comment_id")
    threads = call.pull.threads
    thread = next((each for each in threads if each.first and each.first.id == number), None) or not_found()
    return Reply(201, views.review_comment(thread.reply(call.user, call.text("PullRequestReviewComment"))))


def _find(call: Call) -> ReviewComment:
    number = call.number("comment_id")
    every = (each for pull in call.repository.pulls.values() for each in pull.review_comments)
    return next((each for each in every if each.id == number), None) or not_found()


def _get_comment(call: Call) -> Reply:
    return Reply(200, views.review_comment(_find(call)))


def _edit_comment(call: Call) -> Reply:
    comment = _find(call)
    comment.edit(call.repository.world, call.text("PullRequestReviewComment"))
    return Reply(200, views.review_comment(comment))


def _delete_comment(call: Call) -> Reply:
    comment = _find(call)
    comment.thread.pull.delete_comment(comment)
    return Reply(204)


_PULLS = "/repos/{owner}/{repo}/pulls"
_PULL = f"{_PULLS}/{{pull_number}}"
_READ, _WRITE = "pull_requests=read", "pull_requests=write"
ROUTES = {
    f"get {_PULL}/reviews": Route(_list, _READ),
    f"post {_PULL}/reviews": Route(_create, _WRITE),
    f"put {_PULL}/reviews/{{review_id}}": Route(_update, _WRITE),
    f"get {_PULL}/reviews/{{review_id}}/comments": Route(_of_review, _READ),
    f"get {_PULL}/comments": Route(_comments, _READ),
    f"post {_PULL}/comments": Route(_comment, _WRITE),
    f"post {_PULL}/comments/{{comment_id}}/replies": Route(_reply, _WRITE),
    f"get {_PULLS}/comments/{{comment_id}}": Route(_get_comment, _READ),
    f"patch {_PULLS}/comments/{{comment_id}}": Route(_edit_comment, _WRITE),
    f"delete {_PULLS}/comments/{{comment_id}}": Route(_delete_comment, _WRITE),
}
