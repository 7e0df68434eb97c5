"""The action on pull requests: from the event to what stands on GitHub afterwards."""

from __future__ import annotations

import os
import shutil
from typing import TYPE_CHECKING

import pytest
from markdown_it import MarkdownIt

from tests.support.github import events
from tests.support.github.faults import server_error
from tests.support.github.git import Entry
from tests.support.github.people import ACTIONS, account
from tests.support.github.service import GitHub
from tests.support.scene import Said, Scene, annotated

if TYPE_CHECKING:
    from pathlib import Path

FILLER = "".join(f"# line {number}\n" for number in range(4, 30))
CLEAN = f"FROM scratch\nCOPY app /app\nLABEL a=b\n{FILLER}"
ONE = CLEAN.replace("LABEL a=b\n", "LABEL a=b\nRUNN one\n")
TWO = ONE + "RUNN two\n"
APT = f"FROM debian:trixie\nRUN apt-get update\nRUN apt-get install -y curl\nUSER app\n{FILLER}"
DID_YOU_MEAN = "**error** `RUNN` is no Dockerfile instruction; did you mean `RUN`? (`syntax`)"
PERSON = account("grace")


def many_files(files: int, errors: int) -> dict[str, str | None]:
    """Return so many files with so many errors in each; of more than 20 in one the parser tells the first."""
    text = "FROM scratch\n" + "".join(f"RUNN {number}\n" for number in range(errors))
    return {f"{letter}/Dockerfile": text for letter in "abcdefgh"[:files]}


@pytest.fixture
def scene(tmp_path: Path, hub: GitHub) -> Scene:
    return Scene(tmp_path, hub, before={"Dockerfile": CLEAN}, after={"Dockerfile": TWO})


# --- comments -------------------------------------------------------------------------------------------------------


def test_findings_are_comments_on_their_lines(scene: Scene) -> None:
    step = scene.run()
    assert step.code == 1
    assert scene.said == [
        Said("Dockerfile", 4, 4, DID_YOU_MEAN),
        Said("Dockerfile", 31, 31, DID_YOU_MEAN),
    ]
    assert annotated(step) == []
    assert step.outputs["findings"] == "2"
    assert (
        step.outputs["review-url"]
        == f"{scene.pull.repository.html}/pull/7#pullrequestreview-{scene.pull.reviews[0].id}"
    )
    assert [(review.state, review.commit) for review in scene.pull.reviews] == [("COMMENTED", scene.pull.head)]
    assert "RUNN one" in step.log
    assert "Dockerfile" in step.summary


def test_a_fix_is_a_suggestion(tmp_path: Path, hub: GitHub) -> None:
    scene = Scene(tmp_path, hub, before={"README": "x\n"}, after={"Dockerfile": APT})
    scene.run()
    comment = next(each for each in scene.said if "update-without-install" in each.text)
    assert (comment.first, comment.last) == (2, 3)
    assert "```suggestion\nRUN apt-get update \\\n    && apt-get install -y curl\n```" in comment.text
    assert comment.text.endswith("This may change what is built: look at it before you commit it.")


def test_ten_pushes_leave_the_comments_of_one(scene: Scene) -> None:
    scene.run()
    once = scene.said
    for number in range(9):
        scene.pull.push({"other": f"{number}\n"})
        scene.run()
    assert scene.said == once
    assert len(scene.pull.reviews) == 1


def test_lines_that_move_are_not_commented_again(scene: Scene) -> None:
    scene.run()
    scene.pull.push({"Dockerfile": TWO.replace("LABEL a=b\n", "LABEL a=b\nLABEL c=d\n")})
    scene.run()
    assert len(scene.said) == 2


def test_what_is_mended_is_hidden_and_with_the_right_resolved(scene: Scene) -> None:
    scene.run()
    scene.pull.push({"Dockerfile": ONE})
    step = scene.run()
    assert step.code == 1
    assert scene.texts == [(4, "error", "open"), (31, "error", "outdated")]
    scene.token = scene.hub.workflow_token(scene.repository, contents="write", pull_requests="write")
    scene.pull.push({"Dockerfile": CLEAN})
    assert scene.run().code == 0
    assert scene.texts == [(4, "error", "resolved"), (31, "error", "outdated")]


def test_what_comes_back_is_said_again(scene: Scene) -> None:
    scene.run()
    scene.pull.push({"Dockerfile": ONE})
    scene.run()
    scene.pull.push({"Dockerfile": TWO})
    scene.run()
    assert scene.texts == [(4, "error", "open"), (31, "error", "open"), (31, "error", "outdated")]


def test_a_thread_in_which_somebody_answered_is_left_alone(scene: Scene) -> None:
    scene.run()
    scene.thread(31).reply(PERSON, "Is it?")
    scene.pull.push({"Dockerfile": ONE})
    scene.run()
    assert scene.texts == [(4, "error", "open"), (31, "error", "open")]


def test_what_a_person_resolved_stays_resolved(scene: Scene) -> None:
    scene.run()
    scene.thread(4).resolved_by = PERSON
    scene.run()
    assert scene.texts == [(4, "error", "resolved"), (31, "error", "open")]


def test_what_others_wrote_is_not_touched(scene: Scene) -> None:
    scene.run()
    body = scene.thread(31).comments[0].body
    scene.pull.mention(PERSON, "Dockerfile", 31, body)
    scene.pull.push({"Dockerfile": ONE})
    scene.run()
    theirs = next(each for each in scene.pull.threads if each.comments[0].author == PERSON)
    assert not theirs.resolved
    assert theirs.comments[0].minimized is None


def test_a_finding_outside_the_diff_is_an_annotation(tmp_path: Path, hub: GitHub) -> None:
    scene = Scene(tmp_path, hub, before={"Dockerfile": ONE}, after={"Dockerfile": TWO})
    step = scene.run(only_changed_lines="false")
    assert scene.texts == [(31, "error", "open")]
    assert annotated(step) == [("error", "Dockerfile", "4")]


def test_a_file_that_others_changed_too_is_annotated(scene: Scene) -> None:
    scene.repository.commit("main", {"Dockerfile": f"# more\n{CLEAN}"})
    step = scene.run()
    assert scene.said == []
    assert annotated(step) == [("error", "Dockerfile", "5"), ("error", "Dockerfile", "32")]


def test_no_more_comments_than_people_read(tmp_path: Path, hub: GitHub) -> None:
    scene = Scene(tmp_path, hub, before={"README": "x\n"}, after=many_files(3, 12))
    step = scene.run()
    assert len(scene.said) == 30
    assert len(annotated(step)) == 6
    assert "For 6 more findings there is no comment" in step.log
    scene.run()
    assert len(scene.said) == 30


def test_a_pull_request_that_has_moved_on_is_not_commented(scene: Scene) -> None:
    event = scene.event()
    scene.pull.push({"Dockerfile": CLEAN})
    step = scene.run_event(event, report="review, comment")
    assert (scene.said, scene.pull.comments) == ([], [])
    assert len(annotated(step)) == 2
    assert "has moved on to another commit" in step.issues[0].message


def test_a_renamed_file_and_a_deleted_one(tmp_path: Path, hub: GitHub) -> None:
    before = {"Dockerfile": CLEAN, "old/Dockerfile": "FROM scratch\nUSER 1\n"}
    after = {"Dockerfile": None, "app/Dockerfile": ONE, "old/Dockerfile": None}
    scene = Scene(tmp_path, hub, before=before, after=after)
    scene.run()
    assert [(each.path, each.last) for each in scene.said] == [("app/Dockerfile", 4)]
    scene.pull.push({"app/Dockerfile": None})
    scene.run()
    assert [each.state for each in scene.said] == ["outdated"]


# --- events and tokens: design, "Events and tokens" ---------------------------------------------------------------


def test_a_fork_gets_annotations(scene: Scene) -> None:
    scene.from_fork({"Dockerfile": TWO})
    scene.token = scene.hub.read_only_token(scene.repository)
    step = scene.run()
    assert step.code == 1
    assert scene.said == []
    assert annotated(step) == [("error", "Dockerfile", "4"), ("error", "Dockerfile", "31")]
    assert "the token of a pull request from a fork can only read" in step.log
    assert len(step.issues) == 2


def test_dependabot_gets_annotations(scene: Scene) -> None:
    scene.token = scene.hub.read_only_token(scene.repository)
    scene.actor = account("dependabot[bot]")
    step = scene.run()
    assert step.code == 1
    assert annotated(step) == [("error", "Dockerfile", "4"), ("error", "Dockerfile", "31")]
    assert "that Dependabot started can only read" in step.log


def test_a_missing_permission_is_named(scene: Scene) -> None:
    scene.token = scene.hub.workflow_token(scene.repository, contents="read")
    step = scene.run()
    assert step.code == 1
    assert len(annotated(step)) == 2
    assert "the token lacks the permission `pull-requests: write`" in step.log
    assert "permissions:\n  contents: read\n  pull-requests: write" in step.log
    loud = scene.run(report="review")
    assert [issue.severity for issue in loud.issues] == ["warning", "error", "error"]
    assert "pull-requests: write" in loud.issues[0].message


def test_pull_request_target_reads_through_the_api(scene: Scene) -> None:
    scene.repository.commit("main", {"dockwright.yml": "fail-on: never\n"})
    scene.from_fork({"Dockerfile": TWO})
    step = scene.run(target=True)
    assert step.code == 0
    assert scene.texts == [(4, "error", "open"), (31, "error", "open")]
    assert annotated(step) == []


def test_pull_request_target_is_configured_by_the_base(scene: Scene) -> None:
    scene.from_fork({"Dockerfile": TWO, "dockwright.yml": "fail-on: never\nrules:\n  all: off\n"})
    step = scene.run(target=True)
    assert step.code == 1
    assert len(scene.said) == 2


def test_pull_request_target_reviews_what_changed(scene: Scene) -> None:
    scene.repository.commit("main", {"api/Dockerfile": ONE, "vendor/Dockerfile": CLEAN})
    scene.from_fork({"api/Dockerfile": TWO, "vendor/Dockerfile": ONE, "README": "x\n"})
    step = scene.run(target=True)
    assert [(each.path, each.last) for each in scene.said] == [("api/Dockerfile", 31)]
    assert step.code == 1
    everything = scene.run(target=True, only_changed_lines="false")
    assert everything.outputs["findings"] == "2"


def test_pull_request_target_without_a_dockerfile(scene: Scene) -> None:
    scene.from_fork({"README": "x\n"})
    step = scene.run(target=True)
    assert step.code == 0
    assert "The pull request changes no Dockerfile" in step.log


def test_a_merge_group_has_annotations(scene: Scene) -> None:
    step = scene.run_event(events.merge_group(scene.pull))
    assert step.code == 1
    assert len(annotated(step)) == 2
    assert scene.hub.requests == []


def test_a_push_and_a_run_by_hand_have_annotations(scene: Scene) -> None:
    before = scene.pull.base
    scene.repository.commit("main", {"Dockerfile": TWO})
    repository = scene.repository
    for event in (events.push(repository, before), events.workflow_dispatch(repository), events.schedule(repository)):
        step = scene.run_event(event, mode="review")
        assert step.code == 1
        assert len(annotated(step)) == 2
    assert scene.hub.requests == []


def test_a_run_after_another_workflow_has_annotations(scene: Scene) -> None:
    """`workflow_run` checks out the default branch and has a token that can write; there is nothing to comment on."""
    scene.repository.commit("main", {"Dockerfile": TWO})
    scheduled = events.schedule(scene.repository)
    run = {"event": "pull_request", "head_sha": scene.pull.head, "pull_requests": [], "conclusion": "success"}
    payload = {"action": "completed", "workflow_run": run, "repository": scheduled.payload["repository"]}
    step = scene.run_event(events.Event("workflow_run", payload, scheduled.context))
    assert step.code == 1
    assert len(annotated(step)) == 2
    assert "Everything is reviewed, not only changes: the event `workflow_run` has no base." in step.log
    assert scene.hub.requests == []


def test_a_pull_request_that_a_workflow_opened_is_reviewed_like_any_other(scene: Scene) -> None:
    scene.actor = ACTIONS
    step = scene.run()
    assert step.code == 1
    assert [(said.first, said.state) for said in scene.said] == [(4, "open"), (31, "open")]
    assert annotated(step) == []


# --- what is asked for --------------------------------------------------------------------------------------------


def test_a_check_run(tmp_path: Path, hub: GitHub) -> None:
    scene = Scene(tmp_path, hub, before={"README": "x\n"}, after=many_files(8, 15))
    scene.token = hub.workflow_token(scene.repository, contents="read", checks="write")
    step = scene.run(report="check")
    (run,) = scene.repository.check_runs
    assert (run.about["status"], run.about["conclusion"]) == ("completed", "failure")
    places = [(each["path"], each["start_line"]) for each in run.annotations]
    assert places == [(f"{letter}/Dockerfile", line) for letter in "abcdefgh" for line in range(2, 17)]
    assert step.outputs["check-run-url"] == run.url
    assert annotated(step) == []
    assert step.summary == ""
    scene.run(report="check")
    assert len(scene.repository.check_runs) == 1
    assert len(run.annotations) == 120


def test_a_check_run_on_a_push(scene: Scene) -> None:
    scene.token = scene.hub.workflow_token(scene.repository, contents="read", checks="write")
    before = scene.pull.base
    after = scene.repository.commit("main", {"Dockerfile": CLEAN + "LABEL x=y\n"})
    step = scene.run_event(events.push(scene.repository, before), report="check,summary")
    (run,) = scene.repository.check_runs
    assert (run.about["head_sha"], run.about["conclusion"]) == (after, "success")
    assert step.code == 0


def test_a_check_run_has_what_is_no_comment(tmp_path: Path, hub: GitHub) -> None:
    scene = Scene(tmp_path, hub, before={"Dockerfile": ONE}, after={"Dockerfile": TWO})
    scene.token = hub.workflow_token(scene.repository, contents="read", checks="write", pull_requests="write")
    step = scene.run(report="review,check", only_changed_lines="false")
    assert scene.texts == [(31, "error", "open")]
    assert [each["start_line"] for each in scene.repository.check_runs[0].annotations] == [4]
    assert annotated(step) == []


def test_one_comment_that_sums_up(scene: Scene) -> None:
    scene.pull.comment(PERSON, "<!-- dockwright summary -->\nI am not it")
    scene.run(report="comment")
    first = scene.pull.comments[1].body
    assert first.startswith("<!-- dockwright summary -->\n## Dockwright: 2 errors in 1 file\n")
    scene.run(report="comment")
    scene.pull.push({"Dockerfile": CLEAN})
    step = scene.run(report="comment")
    assert [comment.author.login for comment in scene.pull.comments] == ["grace", "github-actions[bot]"]
    assert "no findings" in scene.pull.comments[1].body
    assert step.outputs["comment-url"]
    assert scene.pull.comments[0].body.endswith("I am not it")


def test_no_comment_to_say_that_nothing_was_found(tmp_path: Path, hub: GitHub) -> None:
    scene = Scene(tmp_path, hub, before={"Dockerfile": CLEAN}, after={"Dockerfile": CLEAN + "LABEL x=y\n"})
    scene.run(report="comment,review")
    assert scene.pull.comments == []
    assert hub.writes == []


@pytest.mark.parametrize("report", ["annotations", "summary", "annotations, summary"])
def test_nothing_is_asked_of_github_that_is_not_needed(scene: Scene, report: str) -> None:
    step = scene.run(report=report)
    assert scene.hub.requests == []
    assert len(annotated(step)) == (2 if "annotations" in report else 0)
    assert bool(step.summary) == ("summary" in report)


def test_sarif_alone(scene: Scene) -> None:
    step = scene.run(report="sarif", sarif_file="out.sarif")
    assert step.code == 1
    assert (annotated(step), scene.said, step.summary) == ([], [], "")


@pytest.mark.parametrize(
    ("inputs", "message"),
    [
        ({"report": "email"}, "the input `report` names `email`"),
        ({"report": "sarif"}, "the input `report` names `sarif`"),
        ({"mode": "upgrade"}, "the input `mode` is `upgrade`"),
    ],
)
def test_inputs_that_cannot_be(scene: Scene, inputs: dict[str, str], message: str) -> None:
    step = scene.run_event(scene.event(), **inputs)
    assert step.code == 2
    assert message.lower() in step.issues[0].message.lower()


def test_github_enterprise_server(tmp_path: Path) -> None:
    with GitHub(tmp_path / "github", enterprise=True) as hub:
        scene = Scene(tmp_path, hub, before={"Dockerfile": CLEAN}, after={"Dockerfile": TWO})
        scene.run()
        assert len(scene.said) == 2


def test_text_of_a_pull_request_commands_nothing(tmp_path: Path, hub: GitHub) -> None:
    path = "a\n::error::injected ##[error]injected <!-- x @octo ``` | .Dockerfile"
    text = "FROM scratch\n::error::injected\n##[error]injected <!--\n@octo ```suggestion\nRUNN --> </details>\n"
    scene = Scene(tmp_path, hub, before={"README": "x\n"}, after={path: text})
    step = scene.run(report="review, check, comment, annotations, summary")
    names = {command.name for command in step.output.commands}
    assert names <= {"add-mask", "error", "warning", "group", "endgroup", "stop-commands"}
    assert not any(issue.message.startswith("injected") for issue in step.issues)
    assert scene.said
    for body in [*(each.text for each in scene.said), *(each.body for each in scene.pull.comments)]:
        shown = body.removeprefix("<!-- dockwright summary -->\n")
        spans = [child for token in MarkdownIt().parse(shown) for child in token.children or []]
        assert not any("@octo" in span.content for span in spans if span.type != "code_inline")
        assert not any(span.type in {"html_inline", "link_open"} for span in spans)
        blocks = [token for token in MarkdownIt().parse(shown) if token.type in {"html_block", "fence"}]
        assert all(token.info == "suggestion" for token in blocks), "a suggestion of ours is the only block"


def test_the_token_is_masked_and_git_does_not_see_it(
    scene: Scene, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    real, seen = shutil.which("git"), tmp_path / "seen"
    (tmp_path / "bin").mkdir()
    (tmp_path / "bin" / "git").write_text(f'#!/bin/sh\nenv >> "{seen}"\nexec "{real}" "$@"\n')
    (tmp_path / "bin" / "git").chmod(0o755)
    event = scene.event()
    monkeypatch.setenv("PATH", f"{tmp_path / 'bin'}{os.pathsep}{os.environ['PATH']}")
    step = scene.run_event(event)
    assert "GITHUB_WORKSPACE" in seen.read_text()
    assert scene.token.value not in seen.read_text()
    masks = [command.data for command in step.output.commands if command.name == "add-mask"]
    assert masks == [scene.token.value]
    assert step.printed.count(scene.token.value) == 1
    assert len(scene.said) == 2


def test_an_outage_changes_no_outcome(scene: Scene) -> None:
    scene.hub.fail("* *", server_error(503), times=None)
    step = scene.run()
    assert step.code == 1
    assert len(annotated(step)) == 2
    assert "GitHub fails (status 503)" in step.log


def test_a_file_that_github_does_not_list(tmp_path: Path, hub: GitHub) -> None:
    many: dict[str, str | None] = {f"a/{number:04}": "x\n" for number in range(3001)}
    scene = Scene(tmp_path, hub, before={"z/Dockerfile": CLEAN}, after={**many, "z/Dockerfile": TWO})
    step = scene.run()
    assert len(hub.requests) == 32  # threads, 30 pages of files, the review
    assert [(each.path, each.last) for each in scene.said] == [("z/Dockerfile", 4), ("z/Dockerfile", 31)]
    assert annotated(step) == []


def test_pull_request_target_with_more_files_than_github_lists(tmp_path: Path, hub: GitHub) -> None:
    many: dict[str, str | None] = {f"a/{number:04}": "x\n" for number in range(3001)}
    scene = Scene(tmp_path, hub, before={"y/Dockerfile": TWO}, after={**many, "z/Dockerfile": TWO})
    step = scene.run(target=True)
    assert step.code == 1
    assert annotated(step) == [("error", "z/Dockerfile", "4"), ("error", "z/Dockerfile", "31")]


def test_pull_request_target_in_a_repository_with_more_files_than_github_lists(scene: Scene) -> None:
    scene.repository.largest_tree = 0
    step = scene.run(target=True)
    assert step.code == 1
    assert [(each.path, each.last) for each in scene.said] == [("Dockerfile", 4), ("Dockerfile", 31)]


def test_a_file_whose_patch_github_does_not_give(tmp_path: Path, hub: GitHub) -> None:
    long = f"FROM scratch\nRUNN one\n{FILLER * 800}"
    scene = Scene(tmp_path, hub, before={"README": "x\n"}, after={"Dockerfile": long})
    step = scene.run()
    assert scene.said == []
    assert annotated(step) == [("error", "Dockerfile", "2")]
    remote = scene.run(target=True)
    assert remote.outputs["findings"] == "1"


def test_pull_request_target_with_inputs(scene: Scene) -> None:
    named = {"build/image": TWO, "api/Dockerfile": TWO, "web/Dockerfile": TWO, "vendor/Dockerfile": TWO}
    scene.repository.commit("main", {"rules.yml": "rules:\n  syntax: notice\n"})
    scene.from_fork({**named, "dev/x.Dockerfile": "no Dockerfile\n", "rules.yml": "rules:\n  syntax: off\n"})
    step = scene.run(target=True, paths="build/image\n./api\nvendor\nmissing", config="rules.yml")
    assert step.code == 0
    places = [(each.path, each.last) for each in scene.said]
    assert places == [
        (path, line) for path in ("api/Dockerfile", "build/image", "vendor/Dockerfile") for line in (4, 31)
    ]


@pytest.mark.parametrize(
    ("inputs", "message"),
    [
        ({"base": "main"}, "the input `base` is for checkouts"),
        ({"config": "missing.yml"}, "`missing.yml`"),
        ({"config": "link.yml"}, "`link.yml` cannot be read: it is no plain file"),
    ],
)
def test_pull_request_target_with_wrong_inputs(scene: Scene, inputs: dict[str, str], message: str) -> None:
    link = Entry("120000", scene.repository.git.write("blob", b"dockwright.yml"))
    scene.repository.commit("main", {"link.yml": link})
    scene.from_fork({"Dockerfile": TWO})
    step = scene.run_event(scene.event(target=True), **inputs)
    assert step.code == 2
    assert message.lower() in step.issues[0].message.lower()


def test_pull_request_target_with_a_token_that_may_not_read(scene: Scene) -> None:
    scene.repository.private = True
    scene.token = scene.hub.workflow_token(scene.repository)
    step = scene.run(target=True)
    assert step.code == 2
    assert "contents: read" in step.issues[0].message
