"""The action in a checkout as `actions/checkout` leaves it, with an event, as GitHub's runner runs it."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tests.support import events
from tests.support.cli import environment
from tests.support.repository import Repository
from tests.support.runner import Runner, Step

if TYPE_CHECKING:
    from collections.abc import Mapping

ACTION = Path(__file__).parents[2] / "action.yml"
OUTPUTS = {"findings", "errors", "warnings", "notices", "sarif-file", "review-url", "check-run-url", "comment-url"}
CLEAN = "FROM scratch\nCOPY app /app\n"
OLD_PROBLEM = "FROM scratch\nRUNN old\nCOPY app /app\n"
NEW_PROBLEM = OLD_PROBLEM + "RUNN new\n"


class Project:
    """A repository on GitHub with a pull request, and a workspace that a job has checked it out into."""

    def __init__(self, folder: Path) -> None:
        self.origin = Repository(folder / "origin")
        self.workspace = folder / "workspace"
        self.temporary = folder / "runner"
        self.base = ""
        self.head = ""

    def pull_request(self, before: Mapping[str, str], after: Mapping[str, str | None]) -> None:
        """Make a pull request; None deletes a file."""
        self.base = self.origin.commit(**before)
        self.origin.git("checkout", "--quiet", "-b", "topic")
        for path, text in after.items():
            if text is None:
                (self.origin.path / path).unlink()
            else:
                self.origin.write(path, text)
        self.head = self.origin.commit()
        self.origin.git("checkout", "--quiet", "main")

    def check_out_merge(self, depth: int = 0) -> None:
        """Check out refs/pull/7/merge, as for a `pull_request` event."""
        self.origin.git("checkout", "--quiet", "--detach", "main")
        self.origin.git("merge", "--quiet", "--no-ff", "--no-edit", "topic")
        self.origin.git("update-ref", "refs/pull/7/merge", "HEAD")
        self.origin.git("checkout", "--quiet", "main")
        self.check_out("refs/pull/7/merge", depth)

    def check_out(self, ref: str, depth: int = 0) -> None:
        """Check out a ref, detached; `depth` is `fetch-depth`."""
        workspace = Repository(self.workspace)
        workspace.git("remote", "add", "origin", f"file://{self.origin.path}")
        options = [f"--depth={depth}"] if depth else ["+refs/heads/*:refs/remotes/origin/*"]
        workspace.git("fetch", "--quiet", "--no-tags", "origin", *options, f"+{ref}:refs/remotes/checked-out")
        workspace.git("checkout", "--quiet", "--detach", "refs/remotes/checked-out")

    def run(self, event_name: str, event: object, **inputs: str) -> Step:
        """Run the action; inputs have `_` for `-`."""
        given = {name.replace("_", "-"): value for name, value in inputs.items()}
        github = {"event_name": event_name, "repository": "octo/app", "actor": "contributor"}
        runner = Runner(ACTION, self.workspace, self.temporary)
        return runner.run("dockwright.action", github=github, event=event, inputs=given)

    def run_pull_request(self, **inputs: str) -> Step:
        """Run the action for the pull request."""
        return self.run("pull_request", events.pull_request(self.base, self.head), **inputs)


@pytest.fixture
def project(tmp_path: Path) -> Project:
    return Project(tmp_path)


def places(step: Step) -> list[tuple[str, str, str]]:
    return [
        (issue.severity, issue.properties.get("file", ""), issue.properties.get("line", "")) for issue in step.issues
    ]


def counts(step: Step) -> dict[str, str]:
    return {name: step.outputs[name] for name in ("findings", "errors", "warnings", "notices")}


# --- pull requests ----------------------------------------------------------------------------------------------


def test_a_pull_request_that_brings_a_problem(project: Project) -> None:
    project.pull_request({"api/Dockerfile": OLD_PROBLEM, "Dockerfile": OLD_PROBLEM}, {"api/Dockerfile": NEW_PROBLEM})
    project.check_out_merge()
    step = project.run_pull_request()
    assert step.code == 1
    assert places(step) == [("error", "api/Dockerfile", "4")]
    assert step.issues[0].properties["title"].endswith("[syntax]")
    assert "`RUNN` is no Dockerfile instruction" in step.issues[0].message
    assert counts(step) == {"findings": "1", "errors": "1", "warnings": "0", "notices": "0"}
    assert {name for name, value in step.outputs.items() if not value} == OUTPUTS - counts(step).keys()
    assert "api/Dockerfile" in step.summary
    assert "RUNN new" in step.log
    assert "RUNN old" not in step.log
    assert "Changes since HEAD^1 are reviewed." in step.log
    assert step.errors == ()


def test_everything_in_the_files_that_changed(project: Project) -> None:
    project.pull_request({"api/Dockerfile": OLD_PROBLEM, "Dockerfile": OLD_PROBLEM}, {"api/Dockerfile": NEW_PROBLEM})
    project.check_out_merge()
    step = project.run_pull_request(only_changed_lines="false")
    assert places(step) == [("error", "api/Dockerfile", "2"), ("error", "api/Dockerfile", "4")]


def test_what_others_merged_meanwhile_is_not_the_pull_requests(project: Project) -> None:
    project.pull_request({"Dockerfile": CLEAN, "api/Dockerfile": CLEAN}, {"api/Dockerfile": CLEAN + "USER 10001\n"})
    project.origin.commit(Dockerfile=NEW_PROBLEM)
    project.check_out_merge()
    step = project.run_pull_request(only_changed_lines="false", fail_on="error")
    assert step.code == 0
    assert step.outputs["errors"] == "0"


def test_the_head_of_the_pull_request_checked_out_instead_of_the_merge(project: Project) -> None:
    project.pull_request({"Dockerfile": OLD_PROBLEM}, {"Dockerfile": NEW_PROBLEM})
    project.origin.commit(Dockerfile="FROM scratch\nRUNN other\n" + OLD_PROBLEM)
    project.check_out("refs/heads/topic")
    step = project.run_pull_request()
    assert places(step) == [("error", "Dockerfile", "4")]
    assert f"Changes since {project.base} are reviewed." in step.log


@pytest.mark.parametrize("fork", [True, None])
def test_a_fork_needs_no_token(project: Project, *, fork: bool | None) -> None:
    project.pull_request({"Dockerfile": CLEAN}, {"Dockerfile": NEW_PROBLEM})
    project.check_out_merge()
    step = project.run("pull_request", events.pull_request(project.base, project.head, fork=fork))
    assert step.code == 1
    assert counts(step) == {"findings": "2", "errors": "2", "warnings": "0", "notices": "0"}


def test_a_new_dockerfile(project: Project) -> None:
    project.pull_request({"README.md": "about\n"}, {"new/Dockerfile": NEW_PROBLEM})
    project.check_out_merge()
    assert places(project.run_pull_request()) == [("error", "new/Dockerfile", "2"), ("error", "new/Dockerfile", "4")]


def test_a_deleted_dockerfile(project: Project) -> None:
    project.pull_request({"Dockerfile": NEW_PROBLEM, "api/Dockerfile": NEW_PROBLEM}, {"Dockerfile": None})
    project.check_out_merge()
    step = project.run_pull_request()
    assert step.code == 0
    assert counts(step) == {"findings": "0", "errors": "0", "warnings": "0", "notices": "0"}


def test_no_dockerfile_changed(project: Project) -> None:
    project.pull_request({"Dockerfile": NEW_PROBLEM, "README.md": "about\n"}, {"README.md": "more\n"})
    project.check_out_merge()
    step = project.run_pull_request()
    assert step.code == 0
    assert step.issues == []
    assert "There is no Dockerfile in `.` that changed since `HEAD^1`, nor a file that builds one," in step.log
    assert step.outputs["findings"] == "0"


def test_paths_and_configuration(project: Project) -> None:
    files = {
        "a/Dockerfile": NEW_PROBLEM,
        "b/Dockerfile": NEW_PROBLEM,
        "c/odd.name": NEW_PROBLEM,
        "settings.yml": "rules:\n  syntax: notice\n",
    }
    project.pull_request({"README.md": "about\n"}, files)
    project.check_out_merge()
    step = project.run_pull_request(paths="a\n  c/odd.name\n", config="settings.yml")
    assert step.code == 0
    assert {issue.properties["file"] for issue in step.issues} == {"a/Dockerfile", "c/odd.name"}
    assert counts(step) == {"findings": "4", "errors": "0", "warnings": "0", "notices": "4"}


@pytest.mark.parametrize(
    ("fail_on", "code"), [("never", 0), ("error", 0), ("warning", 1), ("notice", 1), ("Warning", 1), ("", 0)]
)
def test_fail_on(project: Project, fail_on: str, code: int) -> None:
    files = {"Dockerfile": NEW_PROBLEM, "dockwright.yml": "rules:\n  syntax: warning\n"}
    project.pull_request({"README.md": "about\n"}, files)
    project.check_out_merge()
    step = project.run_pull_request(fail_on=fail_on)
    assert step.code == code
    assert counts(step) == {"findings": "2", "errors": "0", "warnings": "2", "notices": "0"}


def test_fail_on_of_the_configuration(project: Project) -> None:
    files = {"Dockerfile": NEW_PROBLEM, "dockwright.yml": "fail-on: never\n"}
    project.pull_request({"README.md": "about\n"}, files)
    project.check_out_merge()
    assert project.run_pull_request(fail_on="").code == 0


# --- shallow clones ---------------------------------------------------------------------------------------------


def test_a_clone_of_depth_two_is_enough(project: Project) -> None:
    project.pull_request({"Dockerfile": OLD_PROBLEM}, {"Dockerfile": NEW_PROBLEM})
    project.check_out_merge(depth=2)
    assert places(project.run_pull_request()) == [("error", "Dockerfile", "4")]


def test_a_clone_of_depth_one_says_what_to_do(project: Project) -> None:
    project.pull_request({"Dockerfile": OLD_PROBLEM}, {"Dockerfile": NEW_PROBLEM})
    project.check_out_merge(depth=1)
    step = project.run_pull_request()
    assert step.code == 2
    assert len(step.issues) == 1
    assert step.issues[0].message == (
        f"The revision `{project.base}` is not in this repository, which is a shallow clone. "
        "Set `fetch-depth: 0` for `actions/checkout`, or run `git fetch --unshallow`."
    )
    assert step.outputs == {}


def test_nothing_is_checked_out(project: Project) -> None:
    project.workspace.mkdir()
    step = project.run("pull_request", events.pull_request("1" * 40, "2" * 40))
    assert step.code == 2
    assert "is in no git repository. Run `actions/checkout` first, if this is a workflow" in step.issues[0].message


def test_there_is_no_workspace(project: Project) -> None:
    project.workspace.mkdir()
    github = {"event_name": "push"}
    runner = Runner(ACTION, project.workspace, project.temporary)
    step = runner.run("dockwright.action", github=github, event={}, more={"GITHUB_WORKSPACE": ""})
    assert step.code == 2
    assert [issue.message for issue in step.issues] == [
        "There is no workspace (GITHUB_WORKSPACE). Run this as a step of a GitHub workflow."
    ]


# --- other events -----------------------------------------------------------------------------------------------


def test_a_push(project: Project) -> None:
    before = project.origin.commit(Dockerfile=OLD_PROBLEM)
    after = project.origin.commit(Dockerfile=NEW_PROBLEM)
    project.check_out("refs/heads/main")
    step = project.run("push", events.push(before, after))
    assert places(step) == [("error", "Dockerfile", "4")]


def test_a_push_of_a_new_branch(project: Project) -> None:
    after = project.origin.commit(Dockerfile=NEW_PROBLEM)
    project.check_out("refs/heads/main", depth=1)
    step = project.run("push", events.push(events.ZERO, after))
    assert "Everything is reviewed, not only changes: the branch is new." in step.log
    assert places(step) == [("error", "Dockerfile", "2"), ("error", "Dockerfile", "4")]


def test_a_forced_push(project: Project) -> None:
    after = project.origin.commit(Dockerfile=NEW_PROBLEM)
    project.check_out("refs/heads/main")
    step = project.run("push", events.push("1" * 40, after, forced=True))
    assert "Everything is reviewed, not only changes: what the forced push replaced is not in the checkout." in step.log
    assert step.code == 1


def test_a_forced_push_whose_past_is_still_there(project: Project) -> None:
    start = project.origin.commit(Dockerfile=OLD_PROBLEM)
    before = project.origin.commit(Dockerfile="FROM scratch\n")
    project.origin.git("branch", "kept")
    project.origin.git("reset", "--quiet", "--hard", start)
    after = project.origin.commit(Dockerfile=NEW_PROBLEM)
    project.check_out("refs/heads/main")
    step = project.run("push", events.push(before, after, forced=True))
    assert places(step) == [("error", "Dockerfile", "4")]


def test_a_push_in_a_shallow_clone(project: Project) -> None:
    before = project.origin.commit(Dockerfile=OLD_PROBLEM)
    after = project.origin.commit(Dockerfile=NEW_PROBLEM)
    project.check_out("refs/heads/main", depth=1)
    step = project.run("push", events.push(before, after))
    assert step.code == 2
    assert "fetch-depth: 0" in step.issues[0].message


def test_a_merge_group(project: Project) -> None:
    base = project.origin.commit(Dockerfile=OLD_PROBLEM)
    head = project.origin.commit(Dockerfile=NEW_PROBLEM)
    project.check_out("refs/heads/main")
    step = project.run("merge_group", events.merge_group(base, head))
    assert places(step) == [("error", "Dockerfile", "4")]


@pytest.mark.parametrize(
    ("name", "event", "reason"),
    [
        ("schedule", events.schedule(), "the event `schedule` has no base"),
        ("workflow_dispatch", {"inputs": None, "ref": "refs/heads/main"}, "the event `workflow_dispatch` has no base"),
        ("push", "", "the event's payload cannot be read"),
        ("push", "{", "the event's payload cannot be read"),
        ("push", "[]", "the event's payload cannot be read"),
        ("pull_request", {"pull_request": {"base": None}}, "the event's payload cannot be read"),
        (
            "pull_request",
            events.pull_request("--all", "2" * 40),
            "the event `pull_request` names no commit as its base",
        ),
        ("push", {"before": "\ud800"}, "the event's payload cannot be read"),
    ],
)
def test_an_event_without_a_base(project: Project, name: str, event: object, reason: str) -> None:
    project.origin.commit(Dockerfile=NEW_PROBLEM)
    project.check_out("refs/heads/main", depth=1)
    step = project.run(name, event, mode="review")
    assert f"Everything is reviewed, not only changes: {reason}." in step.log
    assert places(step) == [("error", "Dockerfile", "2"), ("error", "Dockerfile", "4")]


def test_an_event_file_that_is_missing(project: Project) -> None:
    project.origin.commit(Dockerfile=NEW_PROBLEM)
    project.check_out("refs/heads/main")
    runner = Runner(ACTION, project.workspace, project.temporary)
    step = runner.run("dockwright.action", github={}, event={}, more={"GITHUB_EVENT_PATH": "/nonexistent"})
    assert "Everything is reviewed, not only changes: the event's payload cannot be read." in step.log
    assert step.code == 1


def test_pull_request_target_needs_the_api(project: Project) -> None:
    project.pull_request({"Dockerfile": CLEAN}, {"Dockerfile": NEW_PROBLEM})
    project.check_out("refs/heads/main")
    step = project.run("pull_request_target", events.pull_request(project.base, project.head))
    assert step.code == 2
    assert "the files are read through GitHub's API, and the token or the event is missing" in step.issues[0].message


def test_a_base_of_ones_own(project: Project) -> None:
    project.origin.commit(Dockerfile=OLD_PROBLEM)
    project.origin.git("branch", "release")
    project.origin.commit(Dockerfile=NEW_PROBLEM)
    project.check_out("refs/heads/main")
    step = project.run("schedule", events.schedule(), base="origin/release", mode="review")
    assert places(step) == [("error", "Dockerfile", "4")]
    step = project.run("schedule", events.schedule(), base="--output=/tmp/x", mode="review")
    assert step.code == 2
    assert "`--output=/tmp/x` is not in this repository" in step.issues[0].message


# --- SARIF ------------------------------------------------------------------------------------------------------


def test_sarif(project: Project) -> None:
    project.pull_request({"Dockerfile": OLD_PROBLEM}, {"Dockerfile": NEW_PROBLEM})
    project.check_out_merge()
    step = project.run_pull_request(sarif_file="reports/dockwright.sarif")
    assert step.outputs["sarif-file"] == "reports/dockwright.sarif"
    report = json.loads((project.workspace / "reports/dockwright.sarif").read_text(encoding="utf-8"))
    assert [result["ruleId"] for result in report["runs"][0]["results"]] == ["syntax"]


def test_sarif_does_not_follow_links_of_the_pull_request(project: Project, tmp_path: Path) -> None:
    secret = tmp_path / "secret"
    secret.write_text("untouched", encoding="utf-8")
    project.pull_request({"README.md": "about\n"}, {"Dockerfile": NEW_PROBLEM})
    project.check_out_merge()
    (project.workspace / "out.sarif").symlink_to(secret)
    (project.workspace / "folder").symlink_to(tmp_path)
    assert project.run_pull_request(sarif_file="out.sarif").code == 1
    assert not (project.workspace / "out.sarif").is_symlink()
    step = project.run_pull_request(sarif_file="folder/secret")
    assert step.code == 2
    assert step.issues[0].message == "The input `sarif-file` is `folder/secret`, which is no file in the workspace."
    assert secret.read_text(encoding="utf-8") == "untouched"


@pytest.mark.parametrize("path", ["../out.sarif", "/out.sarif", ".", "src/.."])
def test_sarif_stays_in_the_workspace(project: Project, path: str) -> None:
    project.pull_request({"README.md": "about\n"}, {"Dockerfile": NEW_PROBLEM})
    project.check_out_merge()
    step = project.run_pull_request(sarif_file=path)
    assert step.code == 2
    assert "is no file in the workspace" in step.issues[0].message


# --- what is wrong ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("inputs", "message"),
    [
        ({"fail_on": "some"}, "The input `fail-on` is `some`. Use error, warning, notice or never."),
        ({"profile": "some"}, "The input `profile` is `some`. Use default, hadolint, buildkit or strict."),
        ({"only_changed_lines": "maybe"}, "The input `only-changed-lines` is `maybe`. Use true or false."),
        (
            {"paths": "nowhere"},
            "`nowhere`: there is no such file or folder. Name Dockerfiles, or folders that hold some.",
        ),
        ({"config": "none.yml"}, "`none.yml`: there is no such configuration file."),
    ],
)
def test_inputs_that_are_wrong(project: Project, inputs: dict[str, str], message: str) -> None:
    project.pull_request({"README.md": "about\n"}, {"Dockerfile": NEW_PROBLEM})
    project.check_out_merge()
    step = project.run_pull_request(**inputs)
    assert step.code == 2
    assert [(issue.severity, issue.message) for issue in step.issues] == [("error", message)]


def test_a_configuration_that_is_wrong(project: Project) -> None:
    files = {"Dockerfile": NEW_PROBLEM, "dockwright.yml": "rules:\n  syntaxx: off\n"}
    project.pull_request({"README.md": "about\n"}, files)
    project.check_out_merge()
    step = project.run_pull_request()
    assert step.code == 2
    assert "did you mean `syntax`?" in step.issues[0].message


def test_a_file_that_cannot_be_read_fails_but_hides_nothing(project: Project) -> None:
    project.pull_request(
        {"README.md": "about\n"}, {"Dockerfile": NEW_PROBLEM, "large/Dockerfile": "#" * (1 << 20) + "\n"}
    )
    project.check_out_merge()
    step = project.run_pull_request(fail_on="never")
    assert step.code == 2
    assert ("warning", "large/Dockerfile", "") in places(step)
    assert step.outputs["findings"] == "2"


def test_a_link_out_of_the_repository_is_not_followed(project: Project) -> None:
    project.pull_request({"README.md": "about\n"}, {})
    project.origin.git("checkout", "--quiet", "topic")
    (project.origin.path / "Dockerfile").symlink_to("/etc/passwd")
    project.head = project.origin.commit()
    project.origin.git("checkout", "--quiet", "main")
    project.check_out_merge()
    step = project.run_pull_request()
    assert step.code == 2
    assert [issue.message for issue in step.issues] == [
        "This file was not reviewed: it is a symbolic link to another place than this repository"
    ]
    assert "root:" not in step.printed + step.summary


def test_a_bug_is_told(project: Project) -> None:
    project.origin.commit(Dockerfile=NEW_PROBLEM)
    project.check_out("refs/heads/main")
    runner = Runner(ACTION, project.workspace, project.temporary)
    folder = {"GITHUB_OUTPUT": "/nonexistent/output"}
    step = runner.run("dockwright.action", github={}, event=events.schedule(), more=folder)
    assert step.code == 3
    assert step.issues[-1].message.startswith("This is a bug in Dockwright: ")
    assert "Traceback" in step.log


# --- hostile text -----------------------------------------------------------------------------------------------

COMMANDS = (
    "::error file=x::injected",
    "  ::warning::injected",
    "##[error]injected",
    "a ##[add-mask]injected",
    "::set-output name=findings::injected",
    "::stop-commands::injected",
    "::add-path::/injected",
    "\x1b[31m::error::injected",
    "%0A::error::injected",
    "\r::error::injected\r",
    "`]]>\u2028::error::injected",
)


def test_text_of_a_pull_request_commands_nothing(project: Project) -> None:
    files: dict[str, str | None] = {
        f"{number}\n::error::injected {number}/##[error]injected {number}.Dockerfile": text
        for number, text in enumerate(
            [
                *(f"FROM scratch\nRUN{command}\n# {command}\n{command}\n" for command in COMMANDS),
                *(f"FROM scratch\nRUN <<EOF\n{command}\nEOF\nENV ::A={command}\n" for command in COMMANDS),
                *(f"FROM {command}\nUSER {command}\n" for command in COMMANDS),
            ]
        )
    }
    project.pull_request({"README.md": "about\n"}, files)
    project.check_out_merge()
    step = project.run_pull_request(only_changed_lines="false")
    assert step.code == 1
    names = [command.name for command in step.output.commands]
    assert set(names) <= {"error", "warning", "notice", "group", "endgroup", "stop-commands"}
    assert all(issue.properties["title"].endswith("]") for issue in step.issues)
    assert not any(issue.message.startswith("injected") for issue in step.issues)
    assert set(step.outputs) == OUTPUTS
    assert int(step.outputs["findings"]) >= len(files)
    assert step.errors == ()


def test_a_hostile_configuration_commands_nothing(project: Project) -> None:
    files = {
        "Dockerfile": NEW_PROBLEM,
        "dockwright.yml": "rules:\n  '\n\n  ::error::injected\n\n  ##[error]injected': off\n",
    }
    project.pull_request({"README.md": "about\n"}, files)
    project.check_out_merge()
    step = project.run_pull_request()
    assert step.code == 2
    assert len(step.issues) == 1
    assert step.issues[0].properties["title"] == "Dockwright"


def test_a_module_of_the_repository_is_not_run(project: Project) -> None:
    modules = {
        f"{name}.py": "raise SystemExit('injected')\n" for name in ("msgspec", "dockwright", "requests", "secrets")
    }
    project.pull_request({"README.md": "about\n"}, {"Dockerfile": NEW_PROBLEM, **modules})
    project.check_out_merge()
    step = project.run_pull_request()
    assert "injected" not in step.printed
    assert step.code == 1


# --- the account ------------------------------------------------------------------------------------------------


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can become somebody else")
@pytest.mark.parametrize(
    ("owner", "socket_group", "expected"),
    [
        ((1001, 1001), 121, "1001 1001 []"),
        ((1001, 121), 121, "1001 65534 []"),  # GitHub's machines: the group may write to Docker's socket
        ((1001, 1001), None, "1001 1001 []"),
        ((0, 0), 121, "0 0 same"),
    ],
)
def test_root_becomes_the_owner_of_the_workspace(
    tmp_path: Path, owner: tuple[int, int], socket_group: int | None, expected: str
) -> None:
    workspace, socket = tmp_path / "workspace", tmp_path / "socket"
    workspace.mkdir()
    os.chown(workspace, *owner)
    if socket_group is not None:
        socket.touch()
        os.chown(socket, 0, socket_group)
    code = (
        "import os, sys\n"
        "from dockwright.action.privileges import drop_root\n"
        "before = os.getgroups()\n"
        "drop_root(sys.argv[1], socket=sys.argv[2])\n"
        "after = os.getgroups()\n"
        "print(os.geteuid(), os.getegid(), 'same' if os.getuid() == 0 and before == after else after)\n"
    )
    done = subprocess.run(
        [sys.executable, "-P", "-c", code, str(workspace), str(socket)],
        env=environment(),
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stdout.strip() == expected
