"""Threads and comments after they are made: pushes, answers, resolving, hiding, editing."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from github import GithubException
from tests.github.double.conftest import ADA, BOT, COMMENTS, LINES, REVIEWS, comment, review
from tests.support.github.diff import Differences
from tests.support.github.people import ACTIONS, personal_token
from tests.support.github.review import Anchor
from tests.support.github.snapshot import Said, ShownThread, shown

if TYPE_CHECKING:
    from github import Github
    from tests.support.github.http import Client
    from tests.support.github.pull_request import PullRequest
    from tests.support.github.repository import Repository
    from tests.support.github.service import GitHub

SCRIPTS = Path(__file__).parents[3] / "scripts"

# --- after a push -----------------------------------------------------------------------------------------------


def test_threads_follow_their_lines(pull: PullRequest, client: Client) -> None:
    client.send(REVIEWS, review(comment(10), comment(12, start_line=11), comment(28)))
    text = pull.repository.git.blob(pull.differences().files[0].sha).decode()
    pull.push({"Dockerfile": "# one\n# two\n" + text.replace("RUN step 12\n", "RUN other\n")})
    assert [(each.place.line if each.place else None, each.outdated) for each in pull.threads] == [
        (12, False),
        (None, True),
        (30, False),
    ]
    found = client.send("GET /repos/octo/app/pulls/7/comments").json()
    assert [(each["line"], each["original_line"], each["commit_id"] == pull.head) for each in found] == [
        (12, 10, True),
        (None, 12, False),
        (30, 28, True),
    ]
    document = """query($n: Int!) { repository(owner: "octo", name: "app") { pullRequest(number: $n) {
        reviewThreads(first: 2) { totalCount pageInfo { hasNextPage endCursor }
            nodes { line startLine originalLine originalStartLine isOutdated } } } } }"""
    threads = client.graphql(document, n=7)["data"]["repository"]["pullRequest"]["reviewThreads"]
    assert (threads["totalCount"], threads["pageInfo"]["hasNextPage"]) == (3, True)
    assert threads["nodes"][1] == {
        "line": None,
        "startLine": None,
        "originalLine": 12,
        "originalStartLine": 11,
        "isOutdated": True,
    }


def test_threads_of_files_that_move_and_go(pull: PullRequest, client: Client) -> None:
    client.send(REVIEWS, review(comment(10), comment(30, side="LEFT")))
    text = pull.repository.git.blob(pull.differences().files[0].sha)
    pull.push({"Dockerfile": None, "other": text})
    assert pull.threads[0].place == Anchor("other", 10)
    pull.push({"other": None, "Dockerfile": "".join(LINES)})
    assert all(each.outdated for each in pull.threads)


def test_a_line_that_is_no_longer_in_the_diff_is_outdated(pull: PullRequest, client: Client) -> None:
    client.send(REVIEWS, review(comment(28)))
    text = pull.repository.git.blob(pull.differences().files[0].sha).decode()
    pull.push({"Dockerfile": text.replace("RUN step 29\n", "RUN step 29\nRUN step 30\n")})
    assert pull.threads[0].outdated


@given(st.lists(st.sampled_from("=-+*"), min_size=1, max_size=12))
@settings(max_examples=20, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_lines_keep_their_text_where_they_move(repository: Repository, steps: list[str]) -> None:
    """Each old line is kept (=), removed (-), or kept with a new line before (+) or after it (*)."""
    old = [str(number) for number in range(len(steps))]
    new = [
        text
        for line, step in zip(old, steps, strict=True)
        for text in {"=": [line], "-": [], "+": [f"before {line}", line], "*": [line, f"after {line}"]}[step]
    ]
    before = repository.commit("main", {"lines": "".join(f"{each}\n" for each in old)})
    after = repository.commit("main", {"lines": "".join(f"{each}\n" for each in new) or None})
    change = Differences(repository.git, before, after, context=0).file("lines")
    for first in range(len(old)) if change and new else ():
        for last in range(first, len(old)):
            assert change is not None
            shift = change.moved("LEFT", first + 1, last + 1)
            kept = old[first : last + 1]
            there = new.index(old[first]) if old[first] in new else None
            whole = there is not None and new[there : there + len(kept)] == kept
            assert shift == (there - first if whole and there is not None else None)


# --- conversations ----------------------------------------------------------------------------------------------

RESOLVE = "mutation($i: ResolveReviewThreadInput!) { resolveReviewThread(input: $i) { thread { isResolved } } }"
HIDE = "mutation($i: MinimizeCommentInput!) { minimizeComment(input: $i) { minimizedComment { minimizedReason } } }"


def test_resolving_needs_to_write_contents(hub: GitHub, pull: PullRequest, client: Client) -> None:
    thread = pull.mention(ADA, "Dockerfile", 10)
    assert "errors" not in client.graphql(RESOLVE, i={"threadId": thread.node_id})
    assert thread.resolved_by == ACTIONS
    thread.resolved_by = None
    token = hub.workflow_token(pull.repository, contents="read", pull_requests="write")
    client.headers["Authorization"] = f"Bearer {token.value}"
    refused = client.graphql(RESOLVE, i={"threadId": thread.node_id})
    assert refused["data"] == {"resolveReviewThread": None}
    assert (refused["errors"][0]["type"], refused["errors"][0]["message"]) == (
        "FORBIDDEN",
        "Resource not accessible by integration",
    )
    assert not thread.resolved
    assert "errors" not in client.graphql(HIDE, i={"subjectId": thread.comments[0].node_id, "classifier": "OUTDATED"})
    assert thread.comments[0].minimized == "outdated"
    assert client.graphql(RESOLVE, i={"threadId": "PRRT_x"})["errors"][0]["type"] == "NOT_FOUND"


def test_who_says_what(pull: PullRequest, client: Client) -> None:
    client.send(REVIEWS, review(comment(10)))
    thread = pull.threads[0]
    thread.reply(ADA, "Why?")
    number = thread.comments[0].id
    answer = client.send(f"POST /repos/octo/app/pulls/7/comments/{number}/replies", {"body": "Because"}).json()
    assert answer["in_reply_to_id"] == number
    assert shown(pull).threads == (
        ShownThread(
            "Dockerfile",
            0,
            10,
            "RIGHT",
            outdated=False,
            resolved=False,
            pending=False,
            comments=(Said(BOT, "Line 10"), Said("ada", "Why?"), Said(BOT, "Because")),
        ),
    )
    document = """{ viewer { login } repository(owner: "octo", name: "app") { pullRequest(number: 7) {
        reviewThreads(last: 1) { nodes { comments(first: 10) { nodes {
            author { __typename login } viewerDidAuthor replyTo { id } fullDatabaseId } } } } } } }"""
    data = client.graphql(document)["data"]
    nodes = data["repository"]["pullRequest"]["reviewThreads"]["nodes"][0]["comments"]["nodes"]
    assert data["viewer"]["login"] == BOT
    assert [(each["author"]["__typename"], each["author"]["login"], each["viewerDidAuthor"]) for each in nodes] == [
        ("Bot", "github-actions", True),
        ("User", "ada", False),
        ("Bot", "github-actions", True),
    ]
    assert (nodes[0]["fullDatabaseId"], nodes[0]["replyTo"], bool(nodes[1]["replyTo"])) == (str(number), None, True)


def test_editing_and_deleting_comments(pull: PullRequest, client: Client) -> None:
    client.send(REVIEWS, review(comment(10), comment(12)))
    first, second = (each.comments[0].id for each in pull.threads)
    assert client.send(f"PATCH /repos/octo/app/pulls/comments/{first}", {"body": "New"}).json()["body"] == "New"
    assert client.send(f"DELETE /repos/octo/app/pulls/comments/{second}").status_code == 204
    assert client.send(f"DELETE /repos/octo/app/pulls/comments/{second}").status_code == 404
    assert [each.comments[0].body for each in pull.threads] == ["New"]
    pull.threads[0].reply(ADA, "Why?")
    client.send(f"DELETE /repos/octo/app/pulls/comments/{first}")
    assert [each.body for each in pull.threads[0].comments] == ["Why?"]


def test_reading_comments(pull: PullRequest, client: Client) -> None:
    made = client.send(REVIEWS, review(comment(10), comment(12), body="Summary")).json()
    client.send(REVIEWS, review(comment(28)))
    first = pull.threads[0].comments[0]
    client.send(f"PATCH /repos/octo/app/pulls/comments/{first.id}", {"body": "Later"})

    def lines(path: str, **query: str) -> list[int]:
        return [each["line"] for each in client.send(f"GET /repos/octo/app/pulls/7/{path}", **query).json()]

    assert lines("comments") == [10, 12, 28]
    assert lines("comments", sort="updated") == [12, 28, 10]
    assert lines("comments", sort="created", direction="desc") == [28, 12, 10]
    assert lines("comments", since=first.updated) == [10]
    assert lines(f"reviews/{made['id']}/comments") == [10, 12]
    assert client.send(f"GET /repos/octo/app/pulls/comments/{first.id}").json()["body"] == "Later"
    changed = client.send(f"PUT /repos/octo/app/pulls/7/reviews/{made['id']}", {"body": "New"}).json()
    assert (changed["body"], pull.reviews[0].body) == ("New", "New")
    assert client.send("PUT /repos/octo/app/pulls/7/reviews/1", {"body": "New"}).status_code == 404
    assert client.send("POST /repos/octo/app/pulls/7/comments/1/replies", {"body": "x"}).status_code == 404


def test_what_one_may_not_say_of_ones_own(hub: GitHub, pull: PullRequest, client: Client) -> None:
    client.headers["Authorization"] = f"Bearer {hub.know(personal_token(pull.author)).value}"
    for event, what in (("APPROVE", "approve"), ("REQUEST_CHANGES", "request changes on")):
        refused = client.send(REVIEWS, {"event": event, "body": "x"})
        assert refused.json()["errors"] == [f"Can not {what} your own pull request"]
    client.headers["Authorization"] = f"Bearer {hub.know(personal_token(ADA)).value}"
    assert client.send(REVIEWS, {"event": "APPROVE"}).json()["state"] == "APPROVED"


def test_every_document_is_answered(pull: PullRequest, client: Client) -> None:
    """Each field has a value that the schema allows: also for files, ranges, answers and what is pending or hidden."""
    client.send(COMMENTS, {"path": "binary", "subject_type": "file", "body": "Whole", "commit_id": pull.head})
    client.send(REVIEWS, review(comment(10), comment(12, start_line=11), body="Summary"))
    thread = pull.threads[1]
    thread.reply(ADA, "Why?")
    pull.comment(ADA, "Below").minimized = "spam"
    client.send(REVIEWS, {"comments": [comment(28)]})
    documents = (SCRIPTS / "github_contract.graphql").read_text(encoding="utf-8")

    def asked(operation: str) -> Any:  # noqa: ANN401 - JSON
        answer = client.graphql(documents, operation, owner="octo", name="app", number=7)
        assert "errors" not in answer
        return answer["data"]["repository"]["pullRequest"]

    threads = asked("ReviewThreads")["reviewThreads"]["nodes"]
    assert [(each["subjectType"], each["startLine"], each["line"]) for each in threads] == [
        ("FILE", None, None),
        ("LINE", None, 10),
        ("LINE", 11, 12),
        ("LINE", None, 28),
    ]
    assert [each["comments"]["nodes"][0]["state"] for each in threads] == [*["SUBMITTED"] * 3, "PENDING"]
    (below,) = asked("IssueComments")["comments"]["nodes"]
    assert (below["isMinimized"], below["minimizedReason"], below["viewerDidAuthor"]) == (True, "spam", False)
    reviews = asked("Reviews")["reviews"]["nodes"]
    assert [(each["state"], each["body"]) for each in reviews][1:] == [
        ("COMMENTED", "Summary"),
        ("COMMENTED", ""),
        ("PENDING", ""),
    ]

    def changed(operation: str, **given: str) -> Any:  # noqa: ANN401 - JSON
        (data,) = client.graphql(documents, operation, input={**given, "clientMutationId": "1"})["data"].values()
        assert data.pop("clientMutationId") == "1"
        return data

    number, first = thread.node_id, thread.comments[0].node_id
    assert changed("ResolveThread", threadId=number)["thread"]["isResolved"]
    assert not changed("UnresolveThread", threadId=number)["thread"]["isResolved"]
    hidden = changed("Minimize", subjectId=first, classifier="OFF_TOPIC")["minimizedComment"]
    assert hidden == {"isMinimized": True, "minimizedReason": "off-topic", "viewerCanMinimize": True}
    assert changed("Unminimize", subjectId=first)["unminimizedComment"]["minimizedReason"] is None
    submitted = changed("SubmitReview", pullRequestId=pull.node_id, event="COMMENT", body="Done")
    assert (submitted["pullRequestReview"]["state"], submitted["pullRequestReview"]["body"]) == ("COMMENTED", "Done")
    assert changed("AddReply", pullRequestReviewThreadId=number, body="Because")["comment"]["id"]
    assert [each.body for each in thread.comments] == ["Line 10", "Why?", "Because"]


def test_pages_of_graphql(pull: PullRequest, client: Client) -> None:
    for number in range(3):
        pull.comment(ADA, str(number))
    document = """query($first: Int, $after: String) { repository(owner: "octo", name: "app") { pullRequest(number: 7) {
        comments(first: $first, after: $after) { nodes { body } pageInfo { hasNextPage endCursor } } } } }"""

    def comments(first: int, after: str | None = None) -> Any:  # noqa: ANN401 - JSON
        return client.graphql(document, first=first, after=after)["data"]["repository"]["pullRequest"]["comments"]

    page = comments(first=2)
    assert [each["body"] for each in page["nodes"]] == ["0", "1"]
    page = comments(first=2, after=page["pageInfo"]["endCursor"])
    assert ([each["body"] for each in page["nodes"]], page["pageInfo"]["hasNextPage"]) == (["2"], False)
    assert client.graphql(document, first=101)["errors"][0]["type"] == "EXCESSIVE_PAGINATION"
    assert client.graphql(document)["errors"][0]["type"] == "MISSING_PAGINATION_BOUNDARIES"


def test_comments_below_a_pull_request(pull: PullRequest, library: Github, client: Client) -> None:
    found = library.get_repo("octo/app").get_pull(7)
    made = found.create_issue_comment("Summary")
    made.edit("New summary")
    assert [(each.body, each.user.login) for each in found.get_issue_comments()] == [("New summary", BOT)]
    assert made.html_url == f"https://github.com/octo/app/pull/7#issuecomment-{made.id}"
    with pytest.raises(GithubException) as refused:
        found.create_issue_comment("x" * 65_537)
    assert refused.value.status == 422
    assert refused.value.data["errors"][0]["message"] == "body is too long (maximum is 65536 characters)"
    made.delete()
    assert pull.comments == []
    assert client.send(f"PATCH /repos/octo/app/issues/comments/{made.id}", {"body": "x"}).status_code == 404


def test_what_people_see_does_not_depend_on_numbers_and_order(hub: GitHub) -> None:
    states = []
    for name, order in (("octo/one", (10, 12)), ("octo/two", (12, 10))):
        repository = hub.repository({"Dockerfile": "".join(LINES)}, name)
        one = repository.pull_request({"Dockerfile": "".join(LINES).replace("step 10\n", "new\n")})
        for line in order:
            one.mention(ADA, "Dockerfile", line, f"Line {line}")
        states.append(shown(one))
    assert states[0] == states[1]
