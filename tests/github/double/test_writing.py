"""Check runs, git data, pull requests, labels: what issues 3 and 4 write besides reviews."""

from __future__ import annotations

import base64
from typing import TYPE_CHECKING

import pytest

from github import GithubException, InputGitTreeElement
from tests.support.github.people import ACTIONS, OWN_APP, account, app_token, personal_token
from tests.support.github.snapshot import ShownCheck, shown

if TYPE_CHECKING:
    from github import Github
    from tests.support.github.http import Client
    from tests.support.github.repository import Repository
    from tests.support.github.service import GitHub

CHECKS = "POST /repos/octo/app/check-runs"


def annotation(line: int = 1, **more: str | int) -> dict[str, str | int]:
    place: dict[str, str | int]
    place = {"path": "Dockerfile", "start_line": line, "end_line": line, "annotation_level": "warning", "message": "m"}
    return {**place, **more}


# --- check runs -------------------------------------------------------------------------------------------------


def test_annotations_are_added(repository: Repository, library: Github) -> None:
    pull = repository.pull_request({"Dockerfile": "FROM scratch\n"})
    output = {"title": "T", "summary": "S"}
    first, second = ([annotation(number) for number in range(*ends)] for ends in ((1, 51), (51, 81)))
    found = library.get_repo("octo/app")
    run = found.create_check_run(
        "dockwright", pull.head, status="in_progress", output={**output, "annotations": first}, external_id="key"
    )
    run.edit(status="completed", conclusion="failure", output={**output, "annotations": second})
    assert (run.output.annotations_count, run.app.slug, run.external_id) == (80, "github-actions", "key")
    assert [each.start_line for each in run.get_annotations()] == list(range(1, 81))
    assert run.html_url == f"https://github.com/octo/app/runs/{run.id}"
    places = sorted(f"Dockerfile:{line}-{line} warning m" for line in range(1, 81))
    assert shown(pull).checks == (ShownCheck("dockwright", "completed", "failure", "T", "S", "", tuple(places)),)


@pytest.mark.parametrize(
    "bad",
    [
        annotation(0),
        annotation(2, end_line=1),
        annotation(1, end_line=2, start_column=1, end_column=2),
        annotation(1, start_column=1),
        annotation(1, start_column=3, end_column=2),
        annotation(1, message=""),
        annotation(1, message="\u00e4" * (32 * 1024 + 1)),
        annotation(1, raw_details="x" * (64 * 1024 + 1)),
        annotation(1, title="x" * 256),
    ],
)
def test_one_bad_annotation_refuses_all(repository: Repository, client: Client, bad: dict[str, str | int]) -> None:
    body = {"name": "a", "head_sha": repository.tip("main"), "status": "in_progress"}
    output = {"title": "T", "summary": "S", "annotations": [annotation(), bad]}
    refused = client.send(CHECKS, {**body, "output": output})
    error = {"resource": "CheckRun", "code": "invalid", "field": "annotations"}
    assert (refused.status_code, refused.json()["errors"]) == (422, [error])
    assert repository.check_runs == []


def test_check_runs_that_are_refused(repository: Repository, hub: GitHub, client: Client) -> None:
    head = repository.tip("main")
    refused = client.send(CHECKS, {"name": "a", "head_sha": head, "status": "completed"})
    assert (refused.status_code, refused.json()["message"]) == (
        422,
        'Invalid request.\n\n"conclusion" wasn\'t supplied.',
    )
    assert client.send(CHECKS, {"name": "a", "head_sha": "0" * 40}).json()["message"].startswith("No commit found")
    number = client.send(CHECKS, {"name": "a", "head_sha": head}).json()["id"]
    client.headers["Authorization"] = f"Bearer {hub.know(app_token('octo/app', checks='write')).value}"
    assert client.send(f"PATCH /repos/octo/app/check-runs/{number}", {"conclusion": "success"}).status_code == 403


def test_check_runs_of_a_commit(repository: Repository, hub: GitHub, client: Client) -> None:
    head = repository.tip("main")
    for conclusion in ("failure", "success"):
        client.send(CHECKS, {"name": "a", "head_sha": head, "conclusion": conclusion})
    client.send(CHECKS, {"name": "b", "head_sha": head})
    client.headers["Authorization"] = f"Bearer {hub.know(app_token('octo/app', checks='write')).value}"
    client.send(CHECKS, {"name": "a", "head_sha": head, "conclusion": "neutral"})

    def found(**query: str) -> list[tuple[str, str | None, str]]:
        runs = client.send("GET /repos/octo/app/commits/main/check-runs", **query).json()["check_runs"]
        return [(each["name"], each["conclusion"], each["status"]) for each in runs]

    assert found() == [("a", "neutral", "completed"), ("b", None, "queued"), ("a", "success", "completed")]
    assert found(check_name="a", filter="all", app_id="15368") == [
        ("a", "success", "completed"),
        ("a", "failure", "completed"),
    ]
    assert found(app_id=str(OWN_APP.id)) == [("a", "neutral", "completed")]
    assert found(status="queued") == [("b", None, "queued")]


# --- commits and refs -------------------------------------------------------------------------------------------


def test_a_verified_commit_and_a_pull_request(repository: Repository, library: Github) -> None:
    found = library.get_repo("octo/app")
    base = found.get_branch("main").commit.sha
    old = found.get_git_commit(base)
    blob = found.create_git_blob(base64.b64encode(b"FROM debian:13\n").decode(), "base64")
    elements = [
        InputGitTreeElement("Dockerfile", "100644", "blob", sha=blob.sha),
        InputGitTreeElement("new/file", "100755", "blob", content="#!/bin/sh\n"),
        InputGitTreeElement("api/Dockerfile", "100644", "blob", sha=None),
    ]
    tree = found.create_git_tree(elements, base_tree=old.tree)
    commit = found.create_git_commit("Bump", tree, [old])
    assert (commit.verification.verified, commit.verification.reason) == (True, "valid")
    assert commit.author.email == "41898282+github-actions[bot]@users.noreply.github.com"
    found.create_git_ref("refs/heads/bump/debian#1", commit.sha)
    made = found.create_pull("main", "bump/debian#1", title="Bump", body="Why", draft=True)
    assert (made.user.login, made.head.sha, made.changed_files) == (ACTIONS.login, commit.sha, 3)
    files = repository.git.files(repository.git.commit(commit.sha).tree)
    assert {path: entry.mode for path, entry in files.items()} == {"Dockerfile": "100644", "new/file": "100755"}
    with pytest.raises(GithubException) as refused:
        found.create_pull("main", "bump/debian#1", title="Bump again")
    assert refused.value.data["errors"][0]["message"] == "A pull request already exists for octo:bump/debian#1."
    ref = found.get_git_ref("heads/bump/debian#1").complete()  # else PyGithub 2.10 deletes at `git/ref/`, singular
    ref.delete()
    assert repository.pulls[made.number].state == "closed"
    assert repository.pulls[made.number].head == commit.sha


def test_commits_that_github_does_not_sign(hub: GitHub, repository: Repository, client: Client) -> None:
    head = repository.git.commit(repository.tip("main"))
    body = {"message": "m", "tree": head.tree, "parents": [repository.tip("main")]}
    author = {"name": "A", "email": "a@example.com"}
    made = client.send("POST /repos/octo/app/git/commits", {**body, "author": author}).json()
    assert (made["verification"]["verified"], made["verification"]["reason"]) == (False, "unsigned")
    client.headers["Authorization"] = f"Bearer {hub.know(personal_token(account('ada'))).value}"
    assert client.send("POST /repos/octo/app/git/commits", body).json()["verification"]["verified"] is False
    unknown = {**body, "parents": ["0" * 40]}
    assert client.send("POST /repos/octo/app/git/commits", unknown).status_code == 422
    assert client.send("POST /repos/octo/app/git/commits", {**body, "tree": "0" * 40}).status_code == 422


def test_refs(repository: Repository, client: Client) -> None:
    old = repository.tip("main")
    new = repository.commit("main", {"new": "1\n"})
    other = repository.write_commit(repository.git.commit(old).tree, (old,), "Other", ACTIONS)
    refs = "POST /repos/octo/app/git/refs"

    def message(line: str, body: object = None) -> str:
        answer = client.send(line, body)
        return str(answer.json()["message"]) if answer.status_code == 422 else str(answer.status_code)

    assert message(refs, {"ref": "refs/heads/a", "sha": other}) == "201"
    assert message(refs, {"ref": "refs/heads/a", "sha": other}) == "Reference already exists"
    assert message(refs, {"ref": "refs/heads/b", "sha": "0" * 40}) == "Object does not exist"
    assert message(refs, {"ref": "heads/b", "sha": other}).startswith("Reference name must contain at least three")
    assert "40 characters" in message(refs, {"ref": "refs/heads/b", "sha": "abc"})
    update = "PATCH /repos/octo/app/git/refs/heads/a"
    assert message(update, {"sha": new}) == "Update is not a fast forward"
    assert message(update, {"sha": new, "force": True}) == "200"
    assert message("PATCH /repos/octo/app/git/refs/heads/c", {"sha": new}) == "Reference does not exist"
    assert message("DELETE /repos/octo/app/git/refs/heads/c") == "Reference does not exist"
    repository.git.set_ref("refs/heads/dockwright/b", old)
    names = [each["ref"] for each in client.send("GET /repos/octo/app/git/matching-refs/heads/dock").json()]
    assert names == ["refs/heads/dockwright/b"]
    assert client.send("GET /repos/octo/app/git/ref/heads/none").status_code == 404


def test_workflows_are_out_of_reach(repository: Repository, client: Client) -> None:
    entry = {"path": ".github/workflows/a.yml", "mode": "100644", "type": "blob", "content": "on: push\n"}
    refused = client.send("POST /repos/octo/app/git/trees", {"tree": [entry]})
    assert refused.status_code == 403
    assert refused.headers["X-Accepted-GitHub-Permissions"] == "contents=write,workflows=write"
    document = "mutation($i: CreateCommitOnBranchInput!) { createCommitOnBranch(input: $i) { clientMutationId } }"
    addition = {"path": entry["path"], "contents": ""}
    given = {
        "branch": {"repositoryNameWithOwner": "octo/app", "branchName": "main"},
        "expectedHeadOid": repository.tip("main"),
        "message": {"headline": "Bump"},
        "fileChanges": {"additions": [addition]},
    }
    assert client.graphql(document, i=given)["errors"][0]["type"] == "FORBIDDEN"


def test_a_commit_by_graphql(repository: Repository, client: Client) -> None:
    document = """mutation($i: CreateCommitOnBranchInput!) { createCommitOnBranch(input: $i) {
        commit { oid signature { isValid state } } ref { target { oid } } } }"""
    head = repository.tip("main")
    given = {
        "branch": {"repositoryNameWithOwner": "octo/app", "branchName": "main"},
        "expectedHeadOid": head,
        "message": {"headline": "Bump", "body": "Why"},
        "fileChanges": {
            "additions": [{"path": "a/b", "contents": base64.b64encode(b"1\n").decode()}],
            "deletions": [{"path": "api/Dockerfile"}],
        },
    }
    made = client.graphql(document, i=given)["data"]["createCommitOnBranch"]
    assert made["commit"]["signature"] == {"isValid": True, "state": "VALID"}
    assert made["commit"]["oid"] == made["ref"]["target"]["oid"] == repository.tip("main")
    assert repository.git.commit(repository.tip("main")).message == "Bump\n\nWhy"
    assert repository.git.files(repository.git.commit(repository.tip("main")).tree).keys() == {"Dockerfile", "a/b"}
    stale = client.graphql(document, i=given)
    assert (stale["data"], stale["errors"][0]["type"]) == ({"createCommitOnBranch": None}, "STALE_DATA")


# --- pull requests ----------------------------------------------------------------------------------------------


def test_pull_requests_that_are_refused(repository: Repository, client: Client) -> None:
    create = "POST /repos/octo/app/pulls"
    body = {"title": "T", "base": "main", "head": "topic"}
    assert client.send(create, body).json()["errors"][0]["field"] == "head"
    repository.git.set_ref("refs/heads/topic", repository.tip("main"))
    assert client.send(create, body).json()["errors"][0]["message"] == "No commits between main and topic"
    assert client.send(create, {**body, "base": "none"}).json()["errors"][0]["field"] == "base"
    repository.commit("topic", {"new": "1\n"})
    repository.actions_may_create_pull_requests = False
    refused = client.send(create, body)
    assert (refused.status_code, refused.json()["message"]) == (
        403,
        "GitHub Actions is not permitted to create or approve pull requests.",
    )
    assert repository.pulls == {}


def test_finding_and_changing_pull_requests(hub: GitHub, repository: Repository, client: Client) -> None:
    first = repository.pull_request({"new": "1\n"})
    second = repository.pull_request({"new": "2\n"}, fork=hub.fork(repository))

    def found(**query: str) -> list[int]:
        return [each["number"] for each in client.send("GET /repos/octo/app/pulls", **query).json()]

    assert found() == [second.number, first.number]
    assert found(head="octo:topic") == [first.number]
    assert found(head="contributor:topic", base="main") == [second.number]
    changed = client.send("PATCH /repos/octo/app/pulls/7", {"title": "New", "body": "B", "state": "closed"}).json()
    assert (changed["title"], changed["body"], changed["state"]) == ("New", "B", "closed")
    head = first.head
    first.push({"new": "3\n"})
    assert client.send("GET /repos/octo/app/pulls/7").json()["head"]["sha"] == head
    assert (found(state="closed"), found(state="all")) == ([7], [8, 7])


def test_labels_reviewers_and_assignees(repository: Repository, library: Github) -> None:
    pull = repository.pull_request({"new": "1\n"})
    ada = account("ada")
    repository.users.append(ada)
    found = library.get_repo("octo/app")
    label = found.create_label("docker", "0db7ed", "About images")
    with pytest.raises(GithubException) as refused:
        found.create_label("Docker", "000000")
    assert refused.value.data["errors"][0]["code"] == "already_exists"
    assert found.get_label("docker").id == label.id
    one = found.get_pull(7)
    one.add_to_labels("docker", "new one")
    one.add_to_assignees("ada", "nobody")
    one.create_review_request(["ada"])
    assert (pull.labels, pull.assignees, pull.reviewers) == (["docker", "new one"], [ada], [ada])
    with pytest.raises(GithubException, match="not a collaborator"):
        one.create_review_request(["nobody"])


def test_starting_a_workflow(hub: GitHub, repository: Repository, client: Client) -> None:
    line = "POST /repos/octo/app/actions/workflows/review.yml/dispatches"
    assert client.send(line, {"ref": "main"}).status_code == 403
    client.headers["Authorization"] = f"Bearer {hub.workflow_token(repository, actions='write').value}"
    assert client.send(line, {"ref": "main", "inputs": {"mode": "update"}}).status_code == 204
    assert client.send(line, {"ref": "none"}).status_code == 422
    assert repository.dispatches == [("review.yml", "main", {"mode": "update"})]
