"""What becomes of repositories and their branches: rules, archives, merges."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from tests.support.github.http import Client
    from tests.support.github.pull_request import PullRequest
    from tests.support.github.repository import Repository
    from tests.support.github.service import GitHub

REFS = "/repos/octo/app/git/refs"


def test_an_archived_repository_can_be_read(repository: Repository, client: Client) -> None:
    repository.archived = True
    assert client.send("GET /repos/octo/app").json()["archived"] is True
    sha = repository.tip("main")
    refused = client.send(f"POST {REFS}", {"ref": "refs/heads/a", "sha": sha})
    assert (refused.status_code, refused.json()["message"]) == (403, "Repository was archived so is read-only.")


def test_an_empty_repository(hub: GitHub, client: Client) -> None:
    hub.empty_repository("octo/empty")
    assert client.send("GET /repos/octo/empty/branches/main").status_code == 404
    found = client.send("GET /repos/octo/empty/git/matching-refs/heads/a")
    assert (found.status_code, found.json()["message"]) == (409, "Git Repository is empty.")


def test_rules_for_branches(repository: Repository, client: Client) -> None:
    sha = repository.tip("main")
    repository.git.set_ref("refs/heads/bot/old", sha)
    repository.restricted = ["bot/*"]
    for line, body in (
        (f"POST {REFS}", {"ref": "refs/heads/bot/new", "sha": sha}),
        (f"PATCH {REFS}/heads/bot/old", {"sha": sha, "force": True}),
        (f"DELETE {REFS}/heads/bot/old", None),
    ):
        refused = client.send(line, body)
        assert refused.status_code == 422
        assert refused.json()["message"].startswith("Repository rule violations found")
    assert client.send(f"POST {REFS}", {"ref": "refs/heads/other", "sha": sha}).status_code == 201


@pytest.mark.parametrize(("there", "name"), [("bot", "bot/a"), ("bot/a", "bot")])
def test_a_branch_cannot_be_a_folder_of_another(repository: Repository, client: Client, there: str, name: str) -> None:
    sha = repository.tip("main")
    repository.git.set_ref(f"refs/heads/{there}", sha)
    refused = client.send(f"POST {REFS}", {"ref": f"refs/heads/{name}", "sha": sha})
    assert (refused.status_code, refused.json()["message"]) == (422, "Reference update failed")


@pytest.mark.parametrize("delete_branch", [False, True])
def test_merging(repository: Repository, client: Client, pull: PullRequest, *, delete_branch: bool) -> None:
    head = pull.head
    tip = pull.merge(delete_branch=delete_branch)
    assert repository.tip("main") == tip
    assert repository.git.commit(tip).parents[1] == head
    (shown,) = client.send("GET /repos/octo/app/pulls", state="all", head="octo:topic").json()
    assert (shown["state"], shown["merged_at"] is None, shown["head"]["sha"]) == ("closed", False, head)
    assert client.send("GET /repos/octo/app/pulls", head="octo:topic").json() == []
    assert (repository.git.ref("refs/heads/topic") is None) is delete_branch


def test_closing(client: Client, pull: PullRequest) -> None:
    pull.close()
    (shown,) = client.send("GET /repos/octo/app/pulls", state="closed").json()
    assert (shown["state"], shown["merged_at"], shown["closed_at"] is None) == ("closed", None, False)


def test_titles_have_an_end(client: Client, pull: PullRequest) -> None:
    line = f"PATCH /repos/octo/app/pulls/{pull.number}"
    assert client.send(line, {"title": "x" * 256}).status_code == 200
    refused = client.send(line, {"title": "x" * 257})
    assert refused.json()["errors"][0]["message"] == "title is too long (maximum is 256 characters)"


def test_only_what_is_below_makes_a_tree_too_long(repository: Repository, client: Client) -> None:
    repository.largest_tree = 1
    whole = client.send("GET /repos/octo/app/git/trees/main", recursive=1).json()
    flat = client.send("GET /repos/octo/app/git/trees/main").json()
    assert (len(whole["tree"]), whole["truncated"]) == (1, True)
    assert (len(flat["tree"]), flat["truncated"]) == (2, False)
