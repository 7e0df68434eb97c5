"""Where comments of a review may be, and which reviews are refused."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.github.double.conftest import BOT, COMMENTS, REVIEWS, comment, review
from tests.support.github.review import Anchor

if TYPE_CHECKING:
    from github import Github
    from tests.support.github.http import Client
    from tests.support.github.pull_request import PullRequest
    from tests.support.github.repository import Repository


def test_a_review_through_the_library(pull: PullRequest, library: Github) -> None:
    found = library.get_repo("octo/app")
    made = found.get_pull(7).create_review(
        found.get_commit(pull.head),
        "Summary",
        "COMMENT",
        [comment(10), comment(12, start_line=11, start_side="RIGHT")],  # type: ignore[list-item]
    )
    assert (made.state, made.user.login, made.commit_id) == ("COMMENTED", BOT, pull.head)
    assert [(each.line, each.start_line) for each in found.get_pull(7).get_review_comments()] == [(10, None), (12, 11)]
    assert [each.body for each in found.get_pull(7).get_reviews()] == ["Summary"]
    first, second = made.pull_request_url, pull.threads[1]
    assert first.endswith("/repos/octo/app/pulls/7")
    assert second.diff_hunk.endswith("-RUN step 10\n+RUN changed\n RUN step 11\n RUN step 12")
    assert not second.pending


@pytest.mark.parametrize("line", [7, 10, 13, 27, 32])
def test_lines_that_can_be_commented_on(pull: PullRequest, client: Client, line: int) -> None:
    assert client.send(REVIEWS, review(comment(line))).status_code == 200
    assert client.send(COMMENTS, comment(line, commit_id=pull.head)).status_code == 201
    assert len(pull.threads) == 2


NOT_IN_DIFF = "Pull request review thread line must be part of the diff"
NO_HUNK = "Pull request review thread diff hunk can't be blank"
OTHER_HUNK = "Pull request review thread start line must be part of the same hunk as the line."


@pytest.mark.parametrize(
    ("bad", "error"),
    [
        (comment(6), f"{NOT_IN_DIFF} and {NO_HUNK}"),
        (comment(14), f"{NOT_IN_DIFF} and {NO_HUNK}"),
        (comment(20, start_line=10), f"{NOT_IN_DIFF}, {OTHER_HUNK}, and {NO_HUNK}"),
        (comment(33, side="LEFT", start_line=10), OTHER_HUNK),
        (comment(28, start_line=10, start_side="RIGHT"), OTHER_HUNK),
        (comment(10, start_line=10), "Pull request review thread start line must precede the end line."),
        (comment(10, start_line=12), "Pull request review thread start line must precede the end line."),
        ({"path": "Dockerfile", "body": "No line"}, f"{NOT_IN_DIFF} and {NO_HUNK}"),
        (comment(10, path="api/Dockerfile"), "Pull request review thread path could not be resolved"),
        (comment(1, path="binary"), f"{NOT_IN_DIFF} and {NO_HUNK}"),
        (comment(10, body=" "), "Pull request review thread body can't be blank"),
        (
            comment(10, body="x" * 65_537),
            "Pull request review thread body is too long (maximum is 65536 characters)",
        ),
    ],
)
def test_one_bad_comment_refuses_the_review(
    pull: PullRequest, client: Client, bad: dict[str, object], error: str
) -> None:
    refused = client.send(REVIEWS, review(comment(10), bad, comment(12), body="Summary"))
    assert refused.status_code == 422
    assert (refused.json()["message"], refused.json()["errors"]) == ("Unprocessable Entity", [error])
    assert (pull.threads, pull.reviews) == ([], [])
    assert client.send(COMMENTS, {**bad, "commit_id": pull.head}).json()["message"] == "Validation Failed"
    assert pull.threads == []


def test_the_errors_of_one_comment(pull: PullRequest, client: Client) -> None:
    refused = client.send(COMMENTS, comment(20, start_line=10, commit_id=pull.head))
    part = "pull_request_review_thread"
    assert [(each["field"], each["code"], each.get("message")) for each in refused.json()["errors"]] == [
        (f"{part}.line", "custom", f"{part}.line must be part of the diff"),
        (f"{part}.start_line", "custom", f"{part}.start_line must be part of the same hunk as the line."),
        (f"{part}.diff_hunk", "missing_field", None),
    ]


def test_the_old_side(pull: PullRequest, client: Client) -> None:
    assert client.send(REVIEWS, review(comment(30, side="LEFT"), comment(10, side="LEFT"))).status_code == 200
    assert [each.diff_hunk.rpartition("\n")[2] for each in pull.threads] == ["-RUN step 30", "-RUN step 10"]
    assert client.send(REVIEWS, review(comment(34, side="LEFT"))).status_code == 422


def test_a_comment_on_a_file(pull: PullRequest, client: Client) -> None:
    whole = {"path": "binary", "subject_type": "file", "body": "Whole", "commit_id": pull.head}
    made = client.send(COMMENTS, whole).json()
    assert (made["subject_type"], made["line"], made["position"]) == ("file", None, None)
    assert pull.threads[0].anchor == Anchor("binary")


def test_reviews_that_are_refused_as_a_whole(repository: Repository, pull: PullRequest, client: Client) -> None:
    def errors(**body: object) -> object:
        return client.send(REVIEWS, body).json().get("errors")

    assert errors(event="COMMENT") == ["Review body can't be blank"]
    assert errors(event="COMMENT", body="x" * 65_537) == ["Review body is too long (maximum is 65536 characters)"]
    assert errors(event="COMMENT", body="x", commit_id=repository.tip("main"))
    assert errors(event="COMMENT", body="x", commit_id="0" * 40)
    repository.actions_may_create_pull_requests = False
    assert errors(event="APPROVE") == ["GitHub Actions is not permitted to create or approve pull requests."]
    pull.locked = True
    assert client.send(REVIEWS, {"event": "COMMENT", "body": "x"}).status_code == 403
    assert pull.reviews == []


def test_a_review_without_an_event_waits(pull: PullRequest, client: Client) -> None:
    made = client.send(REVIEWS, {"comments": [comment(10)]}).json()
    assert (made["state"], "submitted_at" in made) == ("PENDING", False)
    assert client.send("GET /repos/octo/app/pulls/7/comments").json() == []
    assert len(client.send("GET /repos/octo/app/pulls/7/reviews").json()) == 1
    assert client.send(REVIEWS, review(comment(12))).json()["errors"] == [
        "User can only have one pending review per pull request"
    ]
    submit = "mutation($i: SubmitPullRequestReviewInput!) { submitPullRequestReview(input: $i) { clientMutationId } }"
    assert "errors" not in client.graphql(submit, i={"pullRequestId": pull.node_id, "event": "COMMENT"})
    assert len(client.send("GET /repos/octo/app/pulls/7/comments").json()) == 1


def test_graphql_drops_what_is_not_in_the_diff(pull: PullRequest, client: Client) -> None:
    add = "mutation($i: AddPullRequestReviewThreadInput!) { addPullRequestReviewThread(input: $i) { thread { line } } }"
    place = {"pullRequestId": pull.node_id, "path": "Dockerfile", "body": "x"}
    kept = client.graphql(add, i={**place, "line": 10})
    assert kept["data"]["addPullRequestReviewThread"]["thread"] == {"line": 10}
    lost = client.graphql(add, i={**place, "line": 20})
    assert lost == {"data": {"addPullRequestReviewThread": {"thread": None}}}
    assert [(each.anchor.line, each.pending) for each in pull.threads] == [(10, True)]
