"""What tokens may do, limits, and how the double is reached."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from github import Auth, Github, GithubException
from tests.github.double.conftest import DOCKERFILE
from tests.support.github import contract
from tests.support.github.http import Client
from tests.support.github.people import PERMISSIONS, account, personal_token
from tests.support.github.service import ROUTES, GitHub

if TYPE_CHECKING:
    from pathlib import Path

    from tests.support.github.repository import Repository

WRITES = [name for name, route in ROUTES.items() if "write" in route.needs]


@pytest.mark.parametrize("name", WRITES)
def test_a_read_only_token_writes_nothing(hub: GitHub, repository: Repository, name: str) -> None:
    repository.pull_request({"Dockerfile": "FROM scratch\n"})
    method, path = name.split(" ")
    numbers = {"owner": "octo", "repo": "app", "pull_number": 7, "issue_number": 7, "ref": "heads/main"}
    numbers |= {"comment_id": 1, "review_id": 1, "check_run_id": 1, "workflow_id": 1}
    schema = contract.operation(name).described["body"]
    example = contract.example(schema) if schema else None
    with Client(hub, hub.read_only_token(repository)) as client:
        refused = client.send(f"{method.upper()} {path.format(**numbers)}", example)
    assert refused.status_code == 403
    assert refused.json()["message"] == "Resource not accessible by integration"
    assert refused.headers["X-Accepted-GitHub-Permissions"] == ROUTES[name].needs


def test_a_permission_that_is_missing(hub: GitHub, repository: Repository) -> None:
    pull = repository.pull_request({"Dockerfile": "FROM scratch\n"})
    with Client(hub, hub.workflow_token(repository, contents="read", issues="write")) as client:
        assert client.send("POST /repos/octo/app/issues/7/comments", {"body": "a"}).status_code == 201
        refused = client.send("POST /repos/octo/app/pulls/7/reviews", {"event": "COMMENT", "body": "a"})
        assert refused.headers["X-Accepted-GitHub-Permissions"] == "pull_requests=write"
    assert [each.body for each in pull.comments] == ["a"]
    assert pull.reviews == []


def test_private_repositories(hub: GitHub, repository: Repository) -> None:
    repository.private = True
    repository.pull_request({"Dockerfile": "FROM scratch\n"})
    other = hub.repository({}, "octo/other")
    with Client(hub, hub.workflow_token(other, **dict.fromkeys(PERMISSIONS, "write"))) as client:
        assert client.send("GET /repos/octo/app").status_code == 404
        assert client.graphql('{ repository(owner: "octo", name: "app") { id } }')["errors"][0]["type"] == "NOT_FOUND"
    with Client(hub, hub.workflow_token(repository, pull_requests="read")) as client:
        assert client.send("GET /repos/octo/app/pulls/7").status_code == 200
        assert client.send("GET /repos/octo/app/contents/Dockerfile").status_code == 403


def test_other_tokens(hub: GitHub, repository: Repository) -> None:
    with Client(hub, None) as client:
        assert client.send("GET /repos/octo/app").status_code == 200
        assert client.send("GET /user").status_code == 401
        assert client.send("POST /repos/octo/app/git/blobs", {"content": ""}).status_code == 401
    with Client(hub, personal_token(account("ada"))) as client:
        assert client.send("GET /repos/octo/app").json()["message"] == "Bad credentials"
    with Client(hub, hub.know(personal_token(account("ada")))) as client:
        assert client.send("GET /user").json()["login"] == "ada"
        assert client.graphql("{ viewer { login } }")["data"]["viewer"]["login"] == "ada"
        refused = client.send("POST /repos/octo/app/check-runs", {"name": "a", "head_sha": repository.tip("main")})
        assert (refused.status_code, refused.json()["message"]) == (403, "You must authenticate via a GitHub App.")
        assert client.send("GET /repos/octo/app/actions/permissions/workflow").status_code == 200


def test_the_token_of_a_workflow_is_no_account(client: Client) -> None:
    assert client.send("GET /user").status_code == 403
    assert client.graphql("{ viewer { login } }")["data"]["viewer"]["login"] == "github-actions[bot]"
    assert client.send("GET /repos/octo/app/actions/permissions/workflow").status_code == 403


def test_the_rate_limit(hub: GitHub, repository: Repository, client: Client, library: Github) -> None:
    hub.rate.limit = 2
    first = client.send("GET /repos/octo/app")
    assert [first.headers[f"X-RateLimit-{name}"] for name in ("Limit", "Used", "Remaining")] == ["2", "1", "1"]
    client.send("GET /repos/octo/app")
    refused = client.send("GET /repos/octo/app")
    assert refused.status_code == 403
    assert refused.json()["message"].startswith("API rate limit exceeded for installation ID")
    assert (refused.headers["X-RateLimit-Remaining"], "Retry-After" in refused.headers) == ("0", False)
    assert client.send("GET /rate_limit").json()["rate"]["remaining"] == 0
    hub.rate.reset_in = -60
    with pytest.raises(GithubException, match="API rate limit exceeded"):
        library.get_repo(repository.full_name).complete()


def test_versions_and_user_agents(hub: GitHub, repository: Repository) -> None:
    with Client(hub, None) as client:
        client.headers["X-GitHub-Api-Version"] = "2011-11-11"
        assert client.send(f"GET /repos/{repository.full_name}").status_code == 400
        del client.headers["X-GitHub-Api-Version"]
        client.headers["User-Agent"] = ""
        assert client.send(f"GET /repos/{repository.full_name}").status_code == 403
    hub.violations.clear()


def test_enterprise_server(tmp_path: Path) -> None:
    with GitHub(tmp_path / "github", enterprise=True) as hub:
        repository = hub.repository({"Dockerfile": DOCKERFILE})
        token = hub.workflow_token(repository, contents="read")
        with Github(auth=Auth.Token(token.value), base_url=hub.api_url, seconds_between_requests=0) as library:
            found = library.get_repo("octo/app")
            assert found.html_url == "https://github.example.com/octo/app"
            assert found.get_contents("Dockerfile").decoded_content == DOCKERFILE.encode()  # type: ignore[union-attr]
            assert library.requester.graphql_query("{ viewer { login } }", {})[1]["data"]["viewer"]
        assert hub.graphql_url.endswith("/api/graphql")
        assert [each.path for each in hub.requests][-1] == "/graphql"
