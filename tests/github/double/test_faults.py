"""What goes wrong on demand: before or after the effect, for one request or several."""

from __future__ import annotations

import subprocess
import sys
import time
from typing import TYPE_CHECKING

import pytest
import requests

from tests.support.cli import environment
from tests.support.github.faults import (
    Answer,
    Hang,
    Kill,
    Reset,
    graphql_rate_limited,
    secondary_limit,
    server_error,
)

if TYPE_CHECKING:
    from tests.support.github.faults import Effect
    from tests.support.github.http import Client
    from tests.support.github.people import Token
    from tests.support.github.pull_request import PullRequest
    from tests.support.github.repository import Repository
    from tests.support.github.service import GitHub

COMMENT = "POST /repos/octo/app/issues/7/comments"


@pytest.fixture
def pull(repository: Repository) -> PullRequest:
    return repository.pull_request({"Dockerfile": "FROM scratch\n"})


@pytest.mark.parametrize("carried_out", [False, True])
def test_server_errors(hub: GitHub, pull: PullRequest, client: Client, *, carried_out: bool) -> None:
    hub.fail("POST */comments", server_error(), carried_out=carried_out)
    assert client.send(COMMENT, {"body": "a"}).status_code == 502
    assert [each.body for each in pull.comments] == ["a"] * carried_out
    assert client.send(COMMENT, {"body": "b"}).status_code == 201


@pytest.mark.parametrize("carried_out", [False, True])
@pytest.mark.parametrize(
    ("effect", "error"), [(Reset(), requests.ConnectionError), (Hang(), requests.Timeout)], ids=["reset", "hang"]
)
def test_no_answer(
    hub: GitHub,
    pull: PullRequest,
    token: Token,
    effect: Effect,
    error: type[Exception],
    *,
    carried_out: bool,
) -> None:
    hub.fail("POST *", effect, carried_out=carried_out)
    url, headers = f"{hub.api_url}/repos/octo/app/issues/7/comments", {"Authorization": f"token {token.value}"}
    with pytest.raises(error):
        requests.post(url, json={"body": "a"}, headers=headers, timeout=0.2)
    assert [each.body for each in pull.comments] == ["a"] * carried_out
    assert hub.requests[-1].status is None


def test_a_connection_that_is_closed_without_an_answer(hub: GitHub, pull: PullRequest, client: Client) -> None:
    hub.fail("GET *", Hang(0.01))
    with pytest.raises(requests.ConnectionError):
        client.send("GET /repos/octo/app")
    assert pull.comments == []


def test_which_requests(hub: GitHub, pull: PullRequest, client: Client) -> None:
    hub.fail("WRITE *", server_error(503), nth=2, times=2)
    hub.fail("GET */contents/*", server_error(500), times=None)
    answers = [client.send(COMMENT, {"body": str(number)}).status_code for number in range(4)]
    assert answers == [201, 503, 503, 201]
    assert [client.send("GET /repos/octo/app/contents/Dockerfile").status_code for _ in range(3)] == [500] * 3
    assert client.send("GET /repos/octo/app").status_code == 200
    assert hub.writes == [COMMENT] * 4
    assert [each.status for each in hub.requests[:4]] == [201, None, None, 201]
    assert [each.body for each in pull.comments] == ["0", "3"]


def test_mutations_are_writes_and_queries_are_not(hub: GitHub, pull: PullRequest, client: Client) -> None:
    hub.fail("WRITE *", server_error())
    assert client.graphql("{ viewer { login } }")["data"]["viewer"]
    thread = pull.mention(pull.author, "Dockerfile", 1)
    document = "mutation($i: ResolveReviewThreadInput!) { resolveReviewThread(input: $i) { clientMutationId } }"
    assert client.graphql(document, i={"threadId": thread.node_id}) == {"message": "Server Error"}
    assert not thread.resolved
    assert hub.writes == ["POST /graphql"]


@pytest.mark.parametrize("status", [403, 429])
@pytest.mark.parametrize("retry_after", [None, 7])
def test_secondary_limits(hub: GitHub, pull: PullRequest, client: Client, status: int, retry_after: int | None) -> None:
    hub.fail("POST *", secondary_limit(status, retry_after=retry_after))
    refused = client.send(COMMENT, {"body": "a"})
    assert refused.status_code == status
    assert refused.json()["message"].startswith("You have exceeded a secondary rate limit")
    assert refused.headers.get("Retry-After") == (None if retry_after is None else "7")
    assert pull.comments == []


def test_answers_of_all_kinds(hub: GitHub, repository: Repository, client: Client) -> None:
    hub.fail("POST /graphql", graphql_rate_limited())
    assert client.graphql("{ viewer { login } }")["errors"][0]["type"] == "RATE_LIMITED"
    hub.fail(f"GET /repos/{repository.full_name}", Answer(200, "<html>", {"Content-Type": "text/html"}))
    assert client.send("GET /repos/octo/app").text == "<html>"


def test_something_happens_meanwhile(hub: GitHub, pull: PullRequest, client: Client) -> None:
    old = pull.head
    hub.meanwhile("POST */reviews", lambda: pull.push({"Dockerfile": "FROM debian\n"}))
    body = {"event": "COMMENT", "commit_id": old, "comments": [{"path": "Dockerfile", "line": 1, "body": "a"}]}
    assert client.send("POST /repos/octo/app/pulls/7/reviews", body).status_code == 200
    assert (pull.head != old, pull.threads[0].outdated) == (True, True)


PROGRAM = """
import sys, requests
session = requests.Session()
session.headers["Authorization"] = "token " + sys.argv[2]
for text in "abc":
    session.post(sys.argv[1] + "/repos/octo/app/issues/7/comments", json={"body": text}, timeout=10)
print("survived")
"""


@pytest.mark.skipif(sys.platform != "linux", reason="who has a connection is read from /proc")
@pytest.mark.parametrize(("carried_out", "bodies"), [(False, ["a"]), (True, ["a", "b"])])
def test_the_client_dies(hub: GitHub, pull: PullRequest, token: Token, bodies: list[str], *, carried_out: bool) -> None:
    hub.fail("WRITE *", Kill(), nth=2, carried_out=carried_out)
    command = [sys.executable, "-c", PROGRAM, hub.api_url, token.value]
    done = subprocess.run(command, env=environment(), capture_output=True, timeout=30, check=False)
    assert (done.returncode, done.stdout) == (-9, b"")
    assert [each.body for each in pull.comments] == bodies
    assert len(hub.requests) == 2


def test_the_end_does_not_wait_for_clients(hub: GitHub, client: Client) -> None:
    hub.repository({}, "octo/other")
    client.send("GET /repos/octo/other")
    begun = time.monotonic()
    hub.stop()
    assert time.monotonic() - begun < 5
    with pytest.raises(requests.ConnectionError):
        client.send("GET /repos/octo/other")
