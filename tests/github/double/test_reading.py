"""What the double shows: pull requests, files, forks, and events."""

from __future__ import annotations

import base64
from typing import TYPE_CHECKING

from tests.github.double.conftest import DOCKERFILE
from tests.support.github import events
from tests.support.github.checkout import check_out
from tests.support.github.git import Entry

if TYPE_CHECKING:
    from pathlib import Path

    from github import Github
    from tests.support.github.http import Client
    from tests.support.github.repository import Repository
    from tests.support.github.service import GitHub


def test_a_pull_request_through_the_library(hub: GitHub, repository: Repository, library: Github) -> None:
    pull = repository.pull_request({"Dockerfile": DOCKERFILE.replace("12", "13"), "api/Dockerfile": None}, title="T")
    found = library.get_repo("octo/app").get_pull(7)
    assert hub.requests == []
    assert [(each.filename, each.status, each.patch) for each in found.get_files()] == [
        (
            "Dockerfile",
            "modified",
            "@@ -1,3 +1,3 @@\n-FROM debian:12\n+FROM debian:13\n RUN apt-get update\n COPY . .",
        ),
        ("api/Dockerfile", "removed", "@@ -1 +0,0 @@\n-FROM scratch"),
    ]
    assert [each.line for each in hub.requests] == ["GET /repos/octo/app/pulls/7/files"]
    assert (found.title, found.head.sha, found.base.sha) == ("T", pull.head, repository.tip("main"))
    assert (found.head.ref, found.user.login, found.changed_files, found.commits) == ("topic", "contributor", 2, 1)
    assert repository.git.ref("refs/pull/7/head") == pull.head


def test_kinds_of_changes(repository: Repository, client: Client) -> None:
    lines = "".join(f"RUN step {number}\n" for number in range(20))
    repository.commit("main", {"old": lines, "moved": lines + "#\n", "binary": b"\0\1", "long": ""})
    changes = {
        "old": None,
        "new": lines,
        "moved": None,
        "changed": lines + "# changed\n",
        "binary": b"\0\2",
        "long": "x\n" * 20_001,
        "b\u00e4 \t\n": "1",
    }
    repository.pull_request(changes)
    found = {each["filename"]: each for each in client.send("GET /repos/octo/app/pulls/7/files").json()}
    assert {name: each["status"] for name, each in found.items()} == {
        "b\u00e4 \t\n": "added",
        "binary": "modified",
        "changed": "renamed",
        "long": "modified",
        "new": "renamed",
    }
    assert (found["new"]["previous_filename"], found["new"]["changes"]) == ("old", 0)
    assert found["changed"]["previous_filename"] == "moved"
    assert {name for name, each in found.items() if "patch" not in each} == {"binary", "long", "new"}
    assert found["long"]["additions"] == 20_001
    assert found["b\u00e4 \t\n"]["patch"] == "@@ -0,0 +1 @@\n+1\n\\ No newline at end of file"


def test_pages_and_the_limit_of_files(repository: Repository, library: Github, client: Client) -> None:
    repository.pull_request({f"{number:04}": "x" for number in range(3001)})
    names = [each.filename for each in library.get_repo("octo/app").get_pull(7).get_files()]
    assert names == [f"{number:04}" for number in range(3000)]
    second = client.send("GET /repos/octo/app/pulls/7/files", per_page=500, page=2)
    assert len(second.json()) == 100
    assert {name: link["url"].rpartition("=")[2] for name, link in second.links.items()} == {
        "first": "1",
        "prev": "1",
        "next": "3",
        "last": "30",
    }
    assert len(client.send("GET /repos/octo/app/pulls/7/files").json()) == 30


def test_what_is_on_the_base_only_is_not_the_pull_requests(repository: Repository, client: Client) -> None:
    repository.pull_request({"new": "1\n"})
    repository.commit("main", {"Dockerfile": "FROM scratch\n"})
    assert [each["filename"] for each in client.send("GET /repos/octo/app/pulls/7/files").json()] == ["new"]
    compared = client.send("GET /repos/octo/app/compare/main...octo:topic").json()
    assert (compared["status"], compared["ahead_by"], compared["behind_by"]) == ("diverged", 1, 1)
    assert [each["filename"] for each in compared["files"]] == ["new"]


def test_contents(repository: Repository, client: Client) -> None:
    pull = repository.pull_request({"Dockerfile": "FROM scratch\n", "large": "x" * ((1 << 20) + 1)})

    def contents(path: str, **query: str) -> object:
        return client.send(f"GET /repos/octo/app/contents/{path}", **query).json()

    file = contents("Dockerfile", ref=pull.head)
    assert isinstance(file, dict)
    assert base64.b64decode(file["content"]) == b"FROM scratch\n"
    large = contents("large", ref="topic")
    assert isinstance(large, dict)
    assert (large["content"], large["encoding"], large["size"]) == ("", "none", (1 << 20) + 1)
    assert base64.b64decode(client.send(f"GET /repos/octo/app/git/blobs/{large['sha']}").json()["content"])[:1] == b"x"
    folder = contents("")
    assert isinstance(folder, list)
    assert [(each["name"], each["type"]) for each in folder] == [("Dockerfile", "file"), ("api", "dir")]
    assert client.send("GET /repos/octo/app/contents/none").status_code == 404
    assert client.send("GET /repos/octo/app/contents/Dockerfile", ref="none").status_code == 404


def test_a_fork_shares_objects_and_may_be_deleted(hub: GitHub, repository: Repository, client: Client) -> None:
    fork = hub.fork(repository)
    pull = repository.pull_request({"Dockerfile": "FROM scratch\n"}, fork=fork)
    found = client.send("GET /repos/octo/app/pulls/7").json()
    assert (found["head"]["repo"]["full_name"], found["head"]["label"]) == ("contributor/app", "contributor:topic")
    assert client.send("GET /repos/octo/app/contents/Dockerfile", ref=pull.head).status_code == 200
    pull.head_repository = None
    assert client.send("GET /repos/octo/app/pulls/7").json()["head"]["repo"] is None
    assert [each["filename"] for each in client.send("GET /repos/octo/app/pulls/7/files").json()] == ["Dockerfile"]


def test_what_is_written_is_gits(repository: Repository) -> None:
    repository.commit("main", {"a/b/c": "1", "a-b": "2", "a.b": b"\xff", "a": None, "api/Dockerfile": None})
    assert repository.git.run("fsck", "--strict", "--no-dangling") == ""
    assert repository.git.run("ls-tree", "-r", "--name-only", "main").split() == ["Dockerfile", "a-b", "a.b", "a/b/c"]


def test_events_of_a_pull_request(hub: GitHub, repository: Repository, tmp_path: Path) -> None:
    pull = repository.pull_request({"Dockerfile": "FROM scratch\n"}, fork=hub.fork(repository))
    opened = events.pull_request(pull)
    assert opened.payload["pull_request"]["head"]["sha"] == pull.head
    assert opened.payload["pull_request"]["head"]["repo"]["full_name"] == "contributor/app"
    assert opened.payload["pull_request"]["base"]["repo"]["full_name"] == "octo/app"
    assert (opened.payload["number"], opened.payload["repository"]["full_name"]) == (7, "octo/app")
    assert opened.context["ref"] == "refs/pull/7/merge"
    clone = check_out(repository, opened, tmp_path / "merge", depth=0)
    assert clone.git("rev-parse", "HEAD^2") == pull.head
    before = pull.head
    pull.push({"new": "1\n"})
    pushed = events.pull_request(pull, "synchronize", target=True)
    assert (pushed.payload["before"], pushed.payload["after"]) == (before, pull.head)
    assert (pushed.name, pushed.context["sha"]) == ("pull_request_target", repository.tip("main"))
    clone = check_out(repository, pushed, tmp_path / "base")
    assert (clone.path / "Dockerfile").read_text(encoding="utf-8") == DOCKERFILE
    pull.head_repository = None
    assert events.pull_request(pull).payload["pull_request"]["head"]["repo"] is None


def test_other_events(repository: Repository, tmp_path: Path) -> None:
    before = repository.tip("main")
    pull = repository.pull_request({"Dockerfile": "FROM scratch\n"})
    group = events.merge_group(pull)
    assert group.payload["merge_group"]["base_sha"] == before
    assert (
        check_out(repository, group, tmp_path / "group").git("rev-parse", "HEAD")
        == (group.payload["merge_group"]["head_sha"])
    )
    after = repository.commit("main", {"new": "1\n"})
    pushed = events.push(repository, before)
    assert (pushed.payload["before"], pushed.payload["after"], pushed.payload["created"]) == (before, after, False)
    assert pushed.payload["head_commit"]["id"] == after
    assert events.push(repository, None).payload["before"] == "0" * 40
    by_hand = events.workflow_dispatch(repository, {"mode": "update"})
    assert (by_hand.payload["inputs"], by_hand.context["sha"]) == ({"mode": "update"}, after)
    assert events.schedule(repository).context["ref"] == "refs/heads/main"


def test_git_data_and_commits(repository: Repository, client: Client) -> None:
    head = repository.commit("main", {"a/b": "1\n"})
    commit = client.send("GET /repos/octo/app/commits/main").json()
    assert (commit["sha"], [each["filename"] for each in commit["files"]]) == (head, ["a/b"])
    assert client.send("GET /repos/octo/app/commits/none").status_code == 422
    tree = client.send(f"GET /repos/octo/app/git/trees/{head}").json()
    assert [(each["path"], each["type"], each.get("size")) for each in tree["tree"]] == [
        ("Dockerfile", "blob", 43),
        ("a", "tree", None),
        ("api", "tree", None),
    ]
    deep = client.send("GET /repos/octo/app/git/trees/main", recursive=1).json()["tree"]
    assert [each["path"] for each in deep] == ["Dockerfile", "a/b", "api/Dockerfile"]
    for kind in ("blobs", "trees", "commits"):
        assert client.send(f"GET /repos/octo/app/git/{kind}/{'0' * 40}").status_code == 404


def test_a_merge_that_conflicts_and_histories_that_never_met(repository: Repository, client: Client) -> None:
    pull = repository.pull_request({"Dockerfile": "FROM a\n"})
    repository.commit("main", {"Dockerfile": "FROM b\n"})
    assert pull.merge_commit() is None
    assert events.pull_request(pull).payload["pull_request"]["merge_commit_sha"] is None
    repository.commit("alone", {"Dockerfile": "FROM c\n"})
    assert client.send("GET /repos/octo/app/compare/main...alone").status_code == 404


def test_links_and_submodules(repository: Repository, client: Client) -> None:
    git = repository.git
    entries = {"link": Entry("120000", git.write("blob", b"Dockerfile")), "module": Entry("160000", "1" * 40)}
    repository.commit("main", entries)
    rows = client.send("GET /repos/octo/app/contents/").json()
    kinds = {each["name"]: each["type"] for each in rows}
    assert kinds == {"Dockerfile": "file", "api": "dir", "link": "symlink", "module": "submodule"}
    assert client.send("GET /repos/octo/app/contents/link").json()["target"] == "Dockerfile"
