"""One pull request for each plan, on the double of GitHub: what people see after one run, and after the next."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from msgspec.structs import replace

from dockwright.bump import Brings, Plan, Planned, Skipped, UpdateType
from dockwright.errors import GitHubError, NotFound
from dockwright.github.client import GitHub as Client
from dockwright.github.refusal import Token
from dockwright.propose import Proposing, propose
from tests.support.github.faults import Answer, Hang, server_error
from tests.support.github.fixture import hub as hub  # noqa: PLC0414 - a fixture is found by its name here
from tests.support.github.people import ACTIONS, account, app_token, personal_token
from tests.support.proposing import NEW, OLD, Desktop, Move, outcome_of, states, told, uses_in

if TYPE_CHECKING:
    from dockwright.github.proposals.outcome import Proposed
    from tests.support.github.service import GitHub

DOCKERFILE = "FROM python:3.12.4-slim\nRUN true\n"
PYTHON = Move("python:3.12.4-slim", "python:3.12.11-slim")
NEWER = Move("python:3.12.4-slim", "python:3.12.12-slim")
DEBIAN = Move("debian:12.5", "debian:12.12")
WORKFLOW = "on: push\njobs:\n  test:\n    runs-on: ubuntu-24.04\n    container: python:3.12.4-slim\n    steps: []\n"


@pytest.fixture
def desk(hub: GitHub) -> Desktop:
    return Desktop(hub, {"Dockerfile": DOCKERFILE}, {"python": [PYTHON]})


def opened(desk: Desktop) -> Desktop:
    """Open the pull requests, and forget the requests."""
    assert set(desk.states().values()) == {"opened"}
    desk.hub.requests.clear()
    return desk


# --- opening --------------------------------------------------------------------------------------------------------


def test_a_pull_request(desk: Desktop) -> None:
    proposed = desk.run()
    pull = desk.pull("python")
    git = desk.repository.git
    commit = git.commit(pull.head)
    assert (pull.title, pull.base_ref, pull.author, pull.state) == (
        "Update python 3.12.4-slim to 3.12.11-slim",
        "main",
        ACTIONS,
        "open",
    )
    assert desk.files("dockwright/python") == {"Dockerfile": b"FROM python:3.12.11-slim\nRUN true\n"}
    assert commit.parents == (desk.repository.tip("main"),)
    assert commit.message.startswith(
        "Update python 3.12.4-slim to 3.12.11-slim\n\n- python:3.12.4-slim -> python:3.12.11-slim\n\nDockwright-Seal: "
    )
    assert pull.head in desk.repository.verified
    (outcome,) = proposed.outcomes
    assert (outcome.number, outcome.url, outcome.verified, outcome.failed) == (
        pull.number,
        f"https://github.com/octo/app/pull/{pull.number}",
        True,
        False,
    )
    assert not proposed.failed


def test_a_second_run_writes_nothing(desk: Desktop) -> None:
    opened(desk)
    assert desk.writes_of_a_run() == []
    assert desk.states() == {"python": "unchanged"}
    assert len(desk.hub.requests) <= 2 * 6


def test_nothing_to_do_takes_three_requests(desk: Desktop) -> None:
    desk.plans = {}
    assert desk.run().outcomes == ()
    assert len(desk.hub.requests) == 3


def test_several_files_are_one_commit_and_keep_all_but_the_image(hub: GitHub) -> None:
    files: dict[str, str | bytes] = {
        "Dockerfile": "FROM python:3.12.4-slim\r\nFROM debian:12.5",
        "a/Dockerfile": "ARG V=3.12.4\nFROM python:${V}-slim\n",
        "b/Dockerfile": b"FROM python:3.12.4-slim\n# \xff\n",
        "c/Dockerfile": "FROM alpine:3.20\n",
    }
    desk = Desktop(hub, files, {"images": [PYTHON, DEBIAN]})
    git = desk.repository.git
    old = git.files(git.commit(desk.repository.tip("main")).tree)
    runnable = replace(old["a/Dockerfile"], mode="100755")
    desk.repository.commit("main", {"a/Dockerfile": runnable})
    opened(desk)
    assert desk.files("dockwright/images") == {
        "Dockerfile": b"FROM python:3.12.11-slim\r\nFROM debian:12.12",
        "a/Dockerfile": b"ARG V=3.12.11\nFROM python:${V}-slim\n",
        "b/Dockerfile": b"FROM python:3.12.11-slim\n# \xff\n",
        "c/Dockerfile": b"FROM alpine:3.20\n",
    }
    pull = desk.pull("images")
    assert git.files(git.commit(pull.head).tree)["a/Dockerfile"].mode == "100755"
    assert git.commit(pull.head).parents == (desk.repository.tip("main"),)
    assert pull.title == "Update python and debian"


def test_very_many_files(hub: GitHub) -> None:
    files: dict[str, str | bytes] = {f"{number}/Dockerfile": DOCKERFILE for number in range(250)}
    desk = opened(Desktop(hub, files, {"python": [PYTHON]}))
    assert set(desk.files("dockwright/python").values()) == {b"FROM python:3.12.11-slim\nRUN true\n"}
    assert desk.writes_of_a_run() == []


def test_a_repository_that_github_does_not_list_whole(hub: GitHub) -> None:
    files: dict[str, str | bytes] = {f"a/b{number}/Dockerfile": DOCKERFILE for number in range(3)}
    desk = Desktop(hub, {"0": "", **files, "Dockerfile": DOCKERFILE}, {"python": [PYTHON]})
    planned = desk.planned()
    desk.repository.largest_tree = 1
    assert states(desk.run(planned)) == {"python": "opened"}
    assert desk.files("dockwright/python")["a/b2/Dockerfile"] == b"FROM python:3.12.11-slim\nRUN true\n"
    assert len([each for each in hub.requests if "/git/trees/" in each.path]) == 4  # equal folders are one
    desk.repository.commit("main", {"a/b0/Dockerfile": None, "a/b1": "a file"})
    assert states(desk.run(planned)) == {"python": "moved"}


def test_labels_reviewers_and_assignees(desk: Desktop) -> None:
    desk.repository.users += [account("ada"), account("grace")]
    desk.plan_options = {"labels": ("docker", "security"), "reviewers": ("ada",), "assignees": ("grace", "nobody")}
    assert desk.run().outcomes[0].notes == ()
    pull = desk.pull("python")
    assert (pull.labels, [who.login for who in pull.reviewers], [who.login for who in pull.assignees]) == (
        ["docker", "security"],
        ["ada"],
        ["grace"],
    )
    pull.labels.remove("docker")
    pull.reviewers.clear()
    assert desk.writes_of_a_run() == []  # what people have taken off stays off


def test_who_cannot_be_asked_is_said_once(desk: Desktop) -> None:
    desk.plan_options = {"labels": ("docker",), "reviewers": ("nobody", "octo", "octo/team")}
    proposed = desk.run()
    assert desk.pull("python").reviewers == [account("octo")]
    assert [note.message.partition(":")[0] for note in proposed.outcomes[0].notes] == [
        "`nobody` could not be asked for a review",
        "`octo/team` could not be asked for a review",
    ]
    assert not proposed.failed
    assert desk.writes_of_a_run() == []


def test_a_pull_request_that_github_does_not_find_yet(desk: Desktop) -> None:
    desk.plan_options = {"reviewers": ("octo",)}
    message = "Could not resolve to a node with the global id of 'U_1'."
    desk.hub.fail("POST */requested_reviewers", Answer(422, {"message": message}), times=2)
    assert desk.run().outcomes[0].notes == ()
    assert desk.pull("python").reviewers == [account("octo")]


def test_titles_begin_as_the_user_wants(desk: Desktop) -> None:
    desk.plan_options = {"title_prefix": "build(deps): "}
    desk.run()
    pull = desk.pull("python")
    assert pull.title == "build(deps): Update python 3.12.4-slim to 3.12.11-slim"
    assert desk.repository.git.commit(pull.head).message.startswith(pull.title + "\n")


def test_another_base(desk: Desktop) -> None:
    desk.repository.commit("main", {"README": "a"})
    desk.repository.git.set_ref("refs/heads/release/1.0#x", desk.repository.tip("main"))
    desk.options = Proposing(base="release/1.0#x")
    opened(desk)
    assert desk.pull("python").base_ref == "release/1.0#x"
    assert desk.writes_of_a_run() == []
    desk.options = Proposing()
    assert desk.states() == {"python": "updated"}
    assert desk.pull("python").base_ref == "main"


# --- what people do -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("delete_branch", [False, True])
def test_merged(desk: Desktop, *, delete_branch: bool) -> None:
    opened(desk).pull("python").merge(delete_branch=delete_branch)
    assert desk.states() == ({} if delete_branch else {"python": "deleted"})
    assert desk.branches == {}
    assert desk.writes_of_a_run() == []
    assert len(desk.repository.pulls) == 1


@pytest.mark.parametrize("delete_branch", [False, True])
def test_declined(desk: Desktop, *, delete_branch: bool) -> None:
    opened(desk).pull("python").close(delete_branch=delete_branch)
    assert desk.writes_of_a_run() == []
    assert desk.states() == {"python": "declined"}
    desk.repository.commit("main", {"Dockerfile": "# more\n" + DOCKERFILE})
    assert desk.writes_of_a_run() == []  # the same, in another place
    desk.plans = {"python": [NEWER]}
    assert desk.states() == {"python": "opened"}
    assert [pull.state for pull in desk.repository.pulls.values()] == ["closed", "open"]
    assert b"3.12.12" in desk.files("dockwright/python")["Dockerfile"]
    desk.pull("python").close()
    desk.plans = {"python": [PYTHON]}
    assert desk.states() == {"python": "declined"}


def test_reopened(desk: Desktop) -> None:
    opened(desk).pull("python").close()
    desk.pull("python").state = "open"
    assert desk.states() == {"python": "unchanged"}


def test_a_branch_that_somebody_has_pushed_to_is_theirs(desk: Desktop) -> None:
    opened(desk).pull("python").push({"Dockerfile": "FROM python:3.12.11-slim\nRUN false\n"})
    for _ in range(2):
        assert desk.writes_of_a_run() == []
        desk.plans = {"python": [NEWER]}
        desk.repository.commit("main", {"README": "more"})
    proposed = desk.run()
    assert states(proposed) == {"python": "edited"}
    assert "Somebody else has pushed to the branch" in told(proposed)
    desk.plans = {}
    assert desk.writes_of_a_run() == []
    assert desk.pull("python").state == "open"
    assert not proposed.failed


def test_an_amended_commit_is_somebody_elses(desk: Desktop) -> None:
    opened(desk).pull("python").push({"Dockerfile": "FROM python:3.12.11\n"}, force=True)
    desk.plans = {"python": [NEWER]}
    assert desk.states() == {"python": "edited"}


def test_a_branch_that_is_given_back(desk: Desktop) -> None:
    opened(desk)
    mine = desk.pull("python").head
    desk.pull("python").push({"README": "more"})
    assert desk.states() == {"python": "edited"}
    desk.repository.git.set_ref("refs/heads/dockwright/python", mine)
    desk.plans = {"python": [NEWER]}
    assert desk.states() == {"python": "updated"}


def test_words_of_people_stay_until_something_newer_is_proposed(desk: Desktop) -> None:
    pull = opened(desk).pull("python")
    pull.title, pull.body = "My title", pull.body.replace("Moves ", "Carefully moves ").replace("\n", "\r\n")
    desk.repository.commit("main", {"README": "more"})
    assert desk.states() == {"python": "rebased"}
    assert (pull.title, "Carefully moves" in pull.body) == ("My title", True)
    assert desk.writes_of_a_run() == []
    desk.plans = {"python": [NEWER]}
    assert desk.states() == {"python": "updated"}
    assert (pull.title, "Carefully moves" in pull.body) == ("Update python 3.12.4-slim to 3.12.12-slim", False)


def test_a_pull_request_that_a_person_opened_by_hand(desk: Desktop) -> None:
    desk.repository.actions_may_create_pull_requests = False
    desk.run()
    by_hand = desk.repository.pull_request({}, branch="by-hand", title="By hand")
    by_hand.head_ref = "dockwright/python"
    assert desk.writes_of_a_run() == []
    desk.plans = {"python": [NEWER]}
    assert desk.states() == {"python": "updated"}
    assert (by_hand.title, by_hand.body, len(desk.repository.pulls)) == ("By hand", "", 1)
    assert b"3.12.12" in desk.files("dockwright/python")["Dockerfile"]


def test_somebody_elses_branches_are_not_touched(desk: Desktop) -> None:
    for name in ("python", "other"):
        desk.repository.git.set_ref(f"refs/heads/dockwright/{name}", desk.repository.tip("main"))
        desk.repository.commit(f"dockwright/{name}", {"README": "mine"})
    assert desk.writes_of_a_run() == []
    assert desk.states() == {"python": "edited"}


def test_a_fork_of_the_same_name_does_not_count(desk: Desktop) -> None:
    fork = desk.hub.fork(desk.repository)
    marker = "<!-- dockwright plan=python content=0000000000000000 text=0000000000000000 covers= -->"
    pull = desk.repository.pull_request({"a": "b"}, fork=fork, branch="dockwright/python")
    pull.body = marker
    assert desk.states() == {"python": "opened"}
    assert pull.state == "open"
    assert desk.writes_of_a_run() == []


# --- what moves -----------------------------------------------------------------------------------------------------


def test_something_newer(desk: Desktop) -> None:
    opened(desk)
    desk.plans = {"python": [NEWER]}
    assert desk.states() == {"python": "updated"}
    pull = desk.pull("python")
    assert pull.title == "Update python 3.12.4-slim to 3.12.12-slim"
    assert "3.12.12" in pull.body
    assert "3.12.11" not in pull.body
    assert desk.files("dockwright/python") == {"Dockerfile": b"FROM python:3.12.12-slim\nRUN true\n"}
    assert len(desk.repository.git.history(pull.head)) == 2
    assert desk.writes_of_a_run() == []


def test_a_base_that_has_moved(desk: Desktop) -> None:
    opened(desk)
    tip = desk.repository.commit("main", {"README": "more"})
    assert desk.states() == {"python": "rebased"}
    assert desk.repository.git.commit(desk.pull("python").head).parents == (tip,)
    assert tip in desk.pull("python").body
    assert desk.writes_of_a_run() == []


def test_a_conflict_is_solved(desk: Desktop) -> None:
    opened(desk)
    desk.repository.commit("main", {"Dockerfile": "FROM python:3.12.4-slim AS build\nRUN false\n"})
    assert desk.states() == {"python": "rebased"}
    assert desk.files("dockwright/python") == {"Dockerfile": b"FROM python:3.12.11-slim AS build\nRUN false\n"}
    assert desk.pull("python").merge_commit() is not None


def test_a_base_that_moves_while_updates_are_looked_for(desk: Desktop) -> None:
    opened(desk)
    planned = desk.planned()
    desk.repository.commit("main", {"Dockerfile": "FROM python:3.12.4-slim AS build\n"})
    desk.hub.requests.clear()
    proposed = desk.run(planned)
    assert (states(proposed), desk.hub.writes) == ({"python": "moved"}, [])
    assert "`Dockerfile` on `main` is not the file that was read" in told(proposed)
    assert not proposed.failed
    assert proposed.outcomes[0].number == desk.pull("python").number
    assert desk.states() == {"python": "rebased"}


@pytest.mark.parametrize("text", [None, "FROM python:3.12.4-slim\n"])
def test_a_file_that_is_not_in_the_base(desk: Desktop, text: str | None) -> None:
    planned = desk.planned()
    desk.repository.commit("main", {"Dockerfile": text, "other": "x"})
    assert states(desk.run(planned)) == {"python": "moved"}


def test_landed_by_other_means(desk: Desktop) -> None:
    opened(desk)
    desk.repository.commit("main", {"Dockerfile": DOCKERFILE.replace("3.12.4", "3.12.11")})
    assert desk.states() == {"python": "closed"}
    pull = desk.pull("python")
    assert ([each.body for each in pull.comments], pull.state) == (
        ["<!-- dockwright closing -->\n`main` has this already."],
        "closed",
    )
    assert desk.branches == {}
    assert desk.writes_of_a_run() == []
    desk.repository.commit("main", {"Dockerfile": DOCKERFILE})
    assert desk.states() == {"python": "opened"}  # nobody has declined it


def test_no_longer_wanted(desk: Desktop) -> None:
    opened(desk)
    desk.repository.commit("main", {"Dockerfile": "FROM pypy:3.10\n"})
    assert desk.states() == {"python": "closed"}
    assert "This is no longer wanted" in desk.pull("python").comments[0].body


def test_a_locked_conversation_is_closed_without_a_comment(desk: Desktop) -> None:
    opened(desk).pull("python").locked = True
    desk.plans = {}
    assert desk.states() == {"python": "closed"}
    assert desk.pull("python").comments == []


def test_superseded(hub: GitHub) -> None:
    desk = Desktop(hub, {"Dockerfile": "FROM python:3.12.4-slim\nFROM debian:12.5\n"}, {"a": [PYTHON], "b": [DEBIAN]})
    opened(desk)
    desk.plans = {"all": [PYTHON, DEBIAN]}
    assert desk.states() == {"all": "opened", "a": "closed", "b": "closed"}
    number = desk.pull("all").number
    assert [desk.pull(key).comments[0].body for key in "ab"] == [
        f"<!-- dockwright closing -->\nSuperseded by #{number}."
    ] * 2
    assert desk.branches.keys() == {"all"}
    assert desk.writes_of_a_run() == []
    desk.plans = {"a": [PYTHON], "b": [DEBIAN]}
    assert desk.states() == {"a": "opened", "b": "opened", "all": "closed"}


def test_what_is_superseded_stays_while_its_successor_cannot_be_opened(desk: Desktop) -> None:
    opened(desk)
    desk.plans = {"images": [PYTHON]}
    desk.repository.actions_may_create_pull_requests = False
    proposed = desk.run()
    assert states(proposed) == {"images": "failed", "python": "waits"}
    assert desk.pull("python").state == "open"
    desk.repository.actions_may_create_pull_requests = True
    assert desk.states() == {"images": "opened", "python": "closed"}


def test_a_registry_that_does_not_answer_closes_nothing(desk: Desktop) -> None:
    opened(desk)
    uses = uses_in({"Dockerfile": DOCKERFILE})
    desk.plans, reason = {}, "its registry does not answer"
    desk.skipped = (Skipped(uses[0].reference, tuple(uses), reason, failed=True),)
    assert desk.writes_of_a_run() == []
    assert desk.states() == {"python": "unknown"}
    desk.skipped = (Skipped(uses[0].reference, tuple(uses), "there is nothing newer"),)
    assert desk.states() == {"python": "closed"}


def test_a_registry_that_does_not_answer_changes_no_other_pull_request(desk: Desktop) -> None:
    opened(desk)
    uses = tuple(uses_in({"Dockerfile": "FROM debian:12\n"}))
    desk.skipped = (Skipped(uses[0].reference, uses, "its registry does not answer", failed=True),)
    assert desk.writes_of_a_run() == []


def test_a_part_of_the_repository_says_nothing_of_the_rest(desk: Desktop) -> None:
    opened(desk)
    desk.plans, desk.options = {}, Proposing(whole=False)
    assert desk.writes_of_a_run() == []
    assert desk.states() == {"python": "unknown"}


def test_the_limit(hub: GitHub) -> None:
    names = ("a", "b", "c", "d")
    files: dict[str, str | bytes] = {f"{name}/Dockerfile": f"FROM {name}:1.0@{OLD}\n" for name in names}
    kinds = {"a": UpdateType.MAJOR, "b": UpdateType.PATCH, "c": UpdateType.MINOR, "d": UpdateType.REFRESH}
    plans = {name: [Move(f"{name}:1.0@{OLD}", f"{name}:2.0@{NEW}", kind)] for name, kind in kinds.items()}
    desk = Desktop(hub, files, plans)
    desk.options = Proposing(limit=2)
    proposed = desk.run()
    assert states(proposed) == {"d": "opened", "b": "opened", "c": "limit", "a": "limit"}
    assert not proposed.failed
    assert desk.writes_of_a_run() == []
    desk.pull("d").merge(delete_branch=True)
    assert desk.states() == {"b": "rebased", "c": "opened", "a": "limit"}
    desk.options = Proposing(limit=None)
    assert desk.states() == {"b": "unchanged", "c": "unchanged", "a": "opened"}


def test_the_schedule(desk: Desktop) -> None:
    desk.plan_options = {"opens": False}
    assert desk.writes_of_a_run() == []
    assert desk.states() == {"python": "schedule"}
    desk.plan_options = {}
    opened(desk)
    desk.plan_options, desk.plans = {"opens": False}, {"python": [NEWER]}
    assert desk.states() == {"python": "updated"}


# --- what GitHub refuses --------------------------------------------------------------------------------------------


def test_actions_may_not_open_pull_requests(desk: Desktop) -> None:
    desk.repository.commit("main", {"x/Dockerfile": "FROM debian:12.5\n"})
    desk.plans["zebra"] = [DEBIAN]
    desk.repository.actions_may_create_pull_requests = False
    proposed = desk.run()
    assert (states(proposed), proposed.failed) == ({"python": "failed", "zebra": "failed"}, True)
    first, second = (outcome_of(proposed, key).notes[0] for key in ("python", "zebra"))
    assert (
        first.message
        == second.message
        == ("GitHub Actions is not permitted to create pull requests in this repository")
    )
    assert "`Allow GitHub Actions to create and approve pull requests`" in first.help
    assert "https://github.com/octo/app/compare/main...dockwright/python?expand=1" in first.help
    assert desk.branches.keys() == {"python"}
    assert desk.writes_of_a_run() == ["POST /repos/octo/app/pulls"]
    desk.repository.actions_may_create_pull_requests = True
    assert desk.states() == {"python": "opened", "zebra": "opened"}
    assert desk.writes_of_a_run() == []


@pytest.mark.parametrize(
    ("permissions", "branches"),
    [
        ({"contents": "read", "pull_requests": "write"}, 0),
        ({"contents": "write", "pull_requests": "read"}, 1),
        ({"contents": "read"}, 0),
        ({}, 0),
    ],
)
def test_a_token_without_permissions(desk: Desktop, permissions: dict[str, str], branches: int) -> None:
    desk.repository.commit("main", {"x/Dockerfile": "FROM debian:12.5\n"})
    desk.plans["debian"] = [DEBIAN]
    desk.token = desk.hub.workflow_token(desk.repository, **permissions)
    proposed = desk.run()
    assert (states(proposed), proposed.failed) == ({"debian": "failed", "python": "failed"}, True)
    first, second = proposed.outcomes
    assert first.notes == second.notes  # said of each, tried once
    assert first.notes[0].help == "Give it to the job:\npermissions:\n  contents: write\n  pull-requests: write"
    assert [request.status for request in desk.hub.requests].count(403) == 1
    assert (len(desk.branches), desk.repository.pulls) == (branches, {})


def test_a_token_that_can_only_read(desk: Desktop) -> None:
    desk.token = desk.hub.read_only_token(desk.repository)
    client = Client(desk.token.value, "octo/app", api_url=desk.hub.api_url, kind=Token.DEPENDABOT)
    proposed = propose(desk.planned(), client, Proposing())
    assert "the token of a run that Dependabot started can only read" in told(proposed)
    assert len(desk.hub.writes) == 1


def test_a_repository_that_the_token_does_not_see(desk: Desktop) -> None:
    desk.repository.private = True
    desk.token = desk.hub.know(replace(personal_token(account("stranger")), repository="other/repository"))
    with pytest.raises(NotFound):
        desk.run()


def test_branches_that_a_rule_covers(desk: Desktop) -> None:
    desk.repository.commit("main", {"x/Dockerfile": "FROM debian:12.5\n"})
    desk.plans["debian"] = [DEBIAN]
    desk.repository.restricted = ["dockwright/python"]
    proposed = desk.run()
    assert (states(proposed), proposed.failed) == ({"debian": "opened", "python": "failed"}, True)
    assert "GitHub refuses to write the branch `dockwright/python`" in told(proposed)
    assert "Cannot create ref due to creations being restricted." in told(proposed)
    assert "Settings > Rules" in told(proposed)


def test_a_branch_that_is_in_the_way(desk: Desktop) -> None:
    desk.repository.git.set_ref("refs/heads/dockwright", desk.repository.tip("main"))
    proposed = desk.run()
    assert states(proposed) == {"python": "failed"}
    assert "A branch that is named `dockwright` would be in the way" in told(proposed)


def test_an_archived_repository(desk: Desktop) -> None:
    desk.repository.archived = True
    with pytest.raises(GitHubError, match="`octo/app` is archived, so nothing can be proposed in it"):
        desk.run()


def test_a_repository_that_is_archived_meanwhile(desk: Desktop) -> None:
    desk.hub.meanwhile("POST */git/commits", lambda: setattr(desk.repository, "archived", True))
    proposed = desk.run()
    assert "the repository is archived, so that nothing in it can be changed" in told(proposed)


def test_an_empty_repository(hub: GitHub) -> None:
    desk = Desktop(hub, {}, {})
    hub.empty_repository("octo/empty")
    desk.repository = hub.repositories["octo/empty"]
    desk.token = hub.workflow_token(desk.repository, contents="write", pull_requests="write")
    with pytest.raises(GitHubError, match="`octo/empty` has no branch `main`"):
        desk.run(Planned((), ()))


def test_a_repository_that_is_not_there(desk: Desktop) -> None:
    planned = desk.planned()
    del desk.hub.repositories["octo/app"]
    with pytest.raises(NotFound):
        desk.run(planned)


def test_a_fork_has_its_own_pull_requests(desk: Desktop) -> None:
    fork = desk.hub.fork(desk.repository)
    desk.repository = fork
    desk.token = desk.hub.workflow_token(fork, contents="write", pull_requests="write")
    opened(desk)
    assert [pull.head_ref for pull in fork.pulls.values()] == ["dockwright/python"]


# --- workflows ------------------------------------------------------------------------------------------------------


@pytest.fixture
def with_workflow(hub: GitHub) -> Desktop:
    return Desktop(hub, {"Dockerfile": DOCKERFILE, ".github/workflows/ci.yml": WORKFLOW}, {"python": [PYTHON]})


def test_a_workflows_token_leaves_workflows_out(with_workflow: Desktop) -> None:
    desk = with_workflow
    proposed = desk.run()
    assert (states(proposed), proposed.failed) == ({"python": "opened"}, True)
    assert proposed.outcomes[0].left_out == (".github/workflows/ci.yml",)
    files = desk.files("dockwright/python")
    assert (b"3.12.11" in files["Dockerfile"], files[".github/workflows/ci.yml"]) == (True, WORKFLOW.encode())
    assert "Not in here: `.github/workflows/ci.yml`" in desk.pull("python").body
    assert all(request.status != 403 for request in desk.hub.requests)
    assert desk.writes_of_a_run() == []


def test_only_workflows(hub: GitHub) -> None:
    desk = Desktop(hub, {".github/workflows/ci.yml": WORKFLOW}, {"python": [PYTHON]})
    assert desk.writes_of_a_run() == []
    proposed = desk.run()
    assert (states(proposed), proposed.failed) == ({"python": "withheld"}, True)
    assert "the token of a workflow may not change workflows" in told(proposed)


def test_an_apps_token_without_workflows_is_tried_once(with_workflow: Desktop) -> None:
    desk = with_workflow
    desk.token = desk.hub.know(app_token("octo/app", contents="write", pull_requests="write"))
    proposed = desk.run()
    assert (states(proposed), proposed.failed) == ({"python": "opened"}, True)
    assert proposed.outcomes[0].left_out == (".github/workflows/ci.yml",)
    assert "Not in here: `.github/workflows/ci.yml`" in desk.pull("python").body
    assert [request.status for request in desk.hub.requests].count(403) == 1
    assert desk.writes_of_a_run() == []
    assert desk.run().failed
    desk.token = desk.hub.know(app_token("octo/app", contents="write", pull_requests="write", workflows="write"))
    desk.repository.commit("main", {"README": "more"})
    proposed = desk.run()
    assert (states(proposed), proposed.failed) == ({"python": "rebased"}, False)
    assert b"3.12.11" in desk.files("dockwright/python")[".github/workflows/ci.yml"]
    assert "Not in here" not in desk.pull("python").body


def test_a_token_that_may_no_longer_change_workflows(with_workflow: Desktop) -> None:
    desk = with_workflow
    desk.token = desk.hub.know(app_token("octo/app", contents="write", pull_requests="write", workflows="write"))
    opened(desk)
    desk.token = desk.hub.know(app_token("octo/app", contents="write", pull_requests="write"))
    assert desk.writes_of_a_run() == []
    desk.repository.commit("main", {"README": "more"})
    assert desk.states() == {"python": "rebased"}
    assert "Not in here: `.github/workflows/ci.yml`" in desk.pull("python").body
    assert desk.writes_of_a_run() == []


def test_a_person_may_change_workflows(with_workflow: Desktop) -> None:
    desk = with_workflow
    desk.token = desk.hub.know(personal_token(account("octo")))
    proposed = desk.run()
    assert (states(proposed), proposed.failed) == ({"python": "opened"}, False)
    assert proposed.outcomes[0].verified is False
    assert b"3.12.11" in desk.files("dockwright/python")[".github/workflows/ci.yml"]


# --- what happens meanwhile -----------------------------------------------------------------------------------------


def test_a_push_just_before_ours(desk: Desktop) -> None:
    pull = opened(desk).pull("python")
    desk.plans = {"python": [NEWER]}
    desk.hub.meanwhile("POST */git/commits", lambda: pull.push({"Dockerfile": "FROM mine\n"}))
    proposed = desk.run()
    assert states(proposed) == {"python": "edited"}
    assert desk.files("dockwright/python") == {"Dockerfile": b"FROM mine\n"}
    assert pull.title == "Update python 3.12.4-slim to 3.12.11-slim"


def test_a_push_just_before_the_branch_goes(desk: Desktop) -> None:
    pull = opened(desk).pull("python")
    desk.plans = {}
    desk.hub.meanwhile("PATCH */pulls/*", lambda: pull.push({"Dockerfile": "FROM mine\n"}))
    proposed = desk.run()
    assert states(proposed) == {"python": "closed"}
    assert "Its branch stays" in told(proposed)
    assert desk.branches.keys() == {"python"}


@pytest.mark.parametrize("on", ["POST */git/trees", "POST */git/refs", "POST */pulls"])
def test_two_runs_at_once(desk: Desktop, on: str) -> None:
    planned = desk.planned()
    other: list[Proposed] = []
    desk.hub.meanwhile(on, lambda: other.append(_in_between(desk, planned)))
    desk.run(planned)
    assert len(desk.repository.pulls) == 1
    assert desk.writes_of_a_run() == []
    assert desk.pull("python").state == "open"


def _in_between(desk: Desktop, planned: Planned) -> Proposed:
    """Run while a request is waiting: the double answers one at a time, so let it go for a moment."""
    desk.hub._lock.release()  # noqa: SLF001 - what the other client needs
    try:
        return desk.run(planned)
    finally:
        desk.hub._lock.acquire()  # noqa: SLF001 - as it was


def test_no_answer_that_comes_in_time(desk: Desktop) -> None:
    desk.hub.fail("POST */git/commits", Hang(), carried_out=True)
    desk.patience = 1
    opened(desk)
    assert len(desk.repository.pulls) == 1


def test_one_that_fails_does_not_stop_the_others(desk: Desktop) -> None:
    desk.repository.commit("main", {"x/Dockerfile": "FROM debian:12.5\n"})
    desk.plans["debian"] = [DEBIAN]
    desk.hub.fail("POST */git/trees", server_error(500), times=3)
    proposed = desk.run()
    assert (states(proposed), proposed.failed) == ({"debian": "failed", "python": "opened"}, True)
    assert desk.states() == {"debian": "opened", "python": "unchanged"}


def test_the_limit_of_requests(desk: Desktop) -> None:
    desk.repository.commit("main", {"x/Dockerfile": "FROM debian:12.5\n"})
    desk.plans["debian"] = [DEBIAN]
    desk.hub.meanwhile("POST */git/trees", lambda: setattr(desk.hub.rate, "used", desk.hub.rate.limit))
    proposed = desk.run()
    assert states(proposed) == {"debian": "failed", "python": "failed"}
    assert "GitHub's limit of requests is reached" in told(proposed)
    assert len(desk.hub.writes) == 1
    desk.hub.rate.used = 0
    assert desk.states() == {"debian": "opened", "python": "opened"}


def test_plans_whose_edits_overlap_are_a_bug_of_ours(desk: Desktop) -> None:
    planned = desk.planned()
    (update,) = planned.plans[0].updates
    (edit,) = update.edits
    other = replace(update, edits=(replace(edit, text="4"),))
    proposed = desk.run(Planned((Plan("python", (update, other)),), ()))
    assert (states(proposed), proposed.failed) == ({"python": "failed"}, True)
    assert "this is a bug in Dockwright" in told(proposed)


def test_evidence_is_shown_where_there_is_some(desk: Desktop) -> None:
    opened(desk)
    desk.evidence = {"python:3.12.4-slim": "**12 packages change.**"}
    assert desk.states() == {"python": "updated"}
    assert "\n\n**12 packages change.**\n\n" in desk.pull("python").body
    assert desk.writes_of_a_run() == []


TOLD = "Two packages change: CVE-2026-1.\n\n<sub>As of 2026-11-21, by what Debian has published.</sub>"


def test_a_later_day_alone_is_nothing_new(desk: Desktop) -> None:
    desk.evidence = {"python:3.12.4-slim": TOLD}
    opened(desk)
    desk.evidence = {"python:3.12.4-slim": TOLD.replace("11-21", "11-22")}
    assert desk.writes_of_a_run() == []
    desk.evidence = {"python:3.12.4-slim": TOLD.replace("Two", "Three").replace("11-21", "11-23")}
    assert len(desk.writes_of_a_run()) == 1
    assert "Three packages change" in desk.pull("python").body
    assert "As of 2026-11-23" in desk.pull("python").body
    assert desk.writes_of_a_run() == []


@pytest.mark.parametrize("told_now", [None, "Two packages change.", TOLD.replace("CVE-2026-1", "not known")])
def test_what_could_not_be_learnt_today_is_not_taken_back(desk: Desktop, told_now: str | None) -> None:
    desk.evidence = {"python:3.12.4-slim": TOLD}
    opened(desk)
    desk.evidence = {} if told_now is None else {"python:3.12.4-slim": told_now}
    assert desk.writes_of_a_run() == []
    assert "CVE-2026-1" in desk.pull("python").body
    desk.plans = {"python": [NEWER]}  # of something newer, nothing of the old is true
    desk.run()
    assert "CVE-2026-1" not in desk.pull("python").body


def for_security(desk: Desktop, *identifiers: str) -> Planned:
    """Plan what is wanted, which brings security updates."""
    planned = desk.planned()
    brings = Brings(("expat", "openssl"), identifiers)
    plans = [
        replace(
            plan,
            updates=tuple(replace(update, brings=brings) for update in plan.updates),
            urgent=True,
            security_labels=("security",),
        )
        for plan in planned.plans
    ]
    return replace(planned, plans=tuple(plans))


def test_security_updates_are_labelled_and_counted_in_the_title(desk: Desktop) -> None:
    desk.plan_options = {"labels": ("docker",)}
    desk.run(for_security(desk, "CVE-2026-1", "CVE-2026-2", "GHSA-1"))
    pull = desk.pull("python")
    assert pull.title == "Update python 3.12.4-slim to 3.12.11-slim: 2 security updates (2 CVEs)"
    assert sorted(pull.labels) == ["docker", "security"]
    assert "It brings 2 security updates (2 CVEs) that the image's distribution has published." in pull.body
    desk.hub.requests.clear()
    desk.run(for_security(desk, "CVE-2026-1", "CVE-2026-2", "GHSA-1"))
    assert desk.hub.writes == []


def test_one_that_becomes_one_for_security_is_labelled(desk: Desktop) -> None:
    desk.plan_options = {"labels": ("docker",)}
    opened(desk)
    desk.pull("python").labels.clear()
    desk.plans = {"python": [NEWER]}
    desk.run(for_security(desk))
    assert desk.pull("python").title == "Update python 3.12.4-slim to 3.12.12-slim: 2 security updates"
    assert sorted(desk.pull("python").labels) == ["security"]  # what people took off stays off


def test_security_updates_do_not_wait_for_a_free_place(desk: Desktop) -> None:
    desk.options = Proposing(limit=0)
    assert desk.states() == {"python": "limit"}
    assert states(desk.run(for_security(desk))) == {"python": "opened"}


def test_what_waits_says_for_what(desk: Desktop) -> None:
    desk.plan_options = {"opens": False, "waits": "it brings no security update"}
    proposed = desk.run()
    assert states(proposed) == {"python": "schedule"}
    assert told(proposed) == "It brings no security update. "
