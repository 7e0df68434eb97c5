"""Workflows as written, the events that start them, and the legs of matrices."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dockwright.files.build import BrokenFile
from dockwright.files.workflow.events import MOST, events_of
from dockwright.files.workflow.filters import common_beginning, lets_through, matches
from dockwright.files.workflow.model import Workflow
from dockwright.files.workflow.read import (
    local_action,
    local_workflow,
    read_composite_action,
    read_workflow,
)
from dockwright.files.workflow.read import (
    matches as is_workflow,
)
from dockwright.source import Source

if TYPE_CHECKING:
    from dockwright.files.event import Event

PATH = ".github/workflows/a.yml"


def workflow(text: str) -> Workflow:
    found = read_workflow(Source(PATH, text))
    assert isinstance(found, Workflow)
    return found


def events(on: str, *, rest: str = "", default_branch: str | None = None) -> list[Event]:
    return list(events_of(workflow(f"{on}\njobs: {{}}\n{rest}"), default_branch=default_branch))


def written(event: Event) -> str:
    never = "".join(f" not {ref}" for ref in sorted(event.never))
    return f"{event.name} {event.ref or f'{event.prefix}...'}{never}"


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        (".github/workflows/a.yml", True),
        (".github/workflows/a.yaml", True),
        (".github/workflows/sub/a.yml", False),
        ("x/.github/workflows/a.yml", False),
        (".github/workflows/a.json", False),
    ],
)
def test_paths(path: str, expected: bool) -> None:  # noqa: FBT001
    assert is_workflow(path) is expected


@pytest.mark.parametrize(
    ("on", "expected"),
    [
        ("on: push", ["push refs/heads/...", "push refs/tags/..."]),
        ("'on': [push]", ["push refs/heads/...", "push refs/tags/..."]),
        ("on: {push: {branches: [main, dev]}}", ["push refs/heads/main", "push refs/heads/dev"]),
        ("on: {push: {branches: 'rel/*'}}", ["push refs/heads/rel/..."]),
        ("on: {push: {tags: ['v1.*', 'v2.*']}}", ["push refs/tags/v..."]),
        ("on: {push: {tags: ['v?1']}}", ["push refs/tags/..."]),
        ("on: {push: {branches-ignore: [gh-pages]}}", ["push refs/heads/..."]),
        (
            "on: {push: {branches: [main, 'x/**'], tags: [v1]}}",
            [
                "push refs/heads/main",
                "push refs/heads/x/... not refs/heads/main",
                "push refs/tags/v1",
            ],
        ),
        ("on: {push: {branches: ['!old']}}", []),
        ("on: pull_request", ["pull_request refs/pull/..."]),
        ("on: {pull_request_target: {branches: [main]}}", ["pull_request_target refs/heads/main"]),
        (
            "on: {schedule: [{cron: '1 2 * * *'}, {cron: '3 4 * * *'}, {x: 1}]}",
            [
                "schedule refs/heads/...",
                "schedule refs/heads/...",
            ],
        ),
        ("on: {workflow_dispatch: }", ["workflow_dispatch ..."]),
        ("on: [release, merge_group]", ["release refs/tags/...", "merge_group refs/heads/gh-readonly-queue/..."]),
        (
            "on: [workflow_run, workflow_call, made_up]",
            ["workflow_run refs/heads/...", "workflow_call ...", "made_up ..."],
        ),
        ("on: 3", ["3 ..."]),
        ("on:", []),
        ("name: x", []),
    ],
)
def test_events(on: str, expected: list[str]) -> None:
    assert [written(event) for event in events(on)] == expected


def test_branches_that_expressions_compare_with() -> None:
    rest = "x: ${{ github.ref == 'refs/heads/main' || 'v1' == github.ref_name || github.ref != 'refs/tags/t' }}"
    assert [written(event) for event in events("on: [push, workflow_dispatch]", rest=rest)] == [
        "push refs/heads/main",
        "push refs/heads/v1",
        "push refs/heads/... not refs/heads/main not refs/heads/v1",
        "push refs/tags/t",
        "push refs/tags/... not refs/tags/t",
        "workflow_dispatch refs/heads/main",
        "workflow_dispatch refs/heads/v1",
        "workflow_dispatch ... not refs/heads/main not refs/heads/v1",
    ]


def test_the_default_branch_where_it_is_known() -> None:
    found = events("on: {push: , schedule: [{cron: x}], issues: }", default_branch="trunk")
    assert [written(event) for event in found] == [
        "push refs/heads/trunk",
        "push refs/heads/... not refs/heads/trunk",
        "push refs/tags/...",
        "schedule refs/heads/trunk",
        "issues refs/heads/trunk",
    ]


def test_there_are_only_so_many_events() -> None:
    crons = ", ".join("{cron: '* * * * *'}" for _ in range(500))
    assert len(events(f"on: {{schedule: [{crons}]}}")) == MOST


@pytest.mark.parametrize(
    ("on", "expected"),
    [
        ("on: {push: {branches: [main]}}", ["a push to `main`"]),
        ("on: {push: {tags: [v1, 'v*']}}", ["a push of the tag `v1`", "a push of a tag"]),
        ("on: {push: {branches: ['**']}}", ["a push"]),
        ("on: {schedule: [{cron: '0 0 * * *'}]}", ["the schedule `0 0 * * *`"]),
        ("on: [pull_request_target, release]", ["a pull request", "a release"]),
        ("on: [workflow_dispatch, fork]", ["a start by hand", "`fork`"]),
    ],
)
def test_events_in_words(on: str, expected: list[str]) -> None:
    assert [event.described for event in events(on)] == expected


def test_filters_by_path_are_told() -> None:
    assert [event.filtered for event in events("on: {push: {branches: [main], paths: [x]}, pull_request: }")] == [
        True,
        False,
    ]


# The examples of "Filter pattern cheat sheet", docs.github.com.
@pytest.mark.parametrize(
    ("pattern", "names", "others"),
    [
        ("feature/*", ["feature/my-branch"], ["feature/beta-a/my-branch"]),
        ("feature/**", ["feature/beta-a/my-branch", "feature/your-branch"], ["features/x"]),
        ("releases/mona-the-octocat", ["releases/mona-the-octocat"], ["releases/mona"]),
        ("*", ["main", "releases"], ["all/the/branches"]),
        ("**", ["all/the/branches", "every/tag"], []),
        ("*feature", ["mona-feature", "feature", "ver-10-feature"], ["feature-x"]),
        ("v2*", ["v2", "v2.0", "v2.9"], ["v1"]),
        ("v[12].[0-9]+.[0-9]+", ["v1.10.1", "v2.0.0"], ["v3.1.1", "v1..1", "v1.x.1"]),
        ("**.jsx?", ["page.js", "src/page.jsx"], ["page.jsxx"]),
        ("a\\*", ["a*"], ["ab"]),
        ("[ab", [], ["a"]),
    ],
)
def test_filter_patterns(pattern: str, names: list[str], others: list[str]) -> None:
    assert [name for name in (*names, *others) if matches(pattern, name)] == names


@given(st.text("ab*?/+", max_size=12), st.text("ab/", max_size=12))
def test_filter_patterns_as_regular_expressions(pattern: str, name: str) -> None:
    parts = re.findall(r"\*\*|.", pattern)
    if not re.fullmatch(r"(?:\*{1,2}|[ab/][?+]?)*", pattern) or "***" in pattern:
        return
    regex = "".join({"**": ".*", "*": "[^/]*"}.get(part, part) for part in parts)
    assert matches(pattern, name) == (re.fullmatch(regex, name) is not None)


def test_patterns_that_would_take_for_ever() -> None:
    assert not matches("**a" * 60, "a" * 50 + "b" * 100)
    assert not matches("*" * 1000, "a")


def test_patterns_in_turn() -> None:
    patterns = ["releases/**", "!releases/**-alpha", "releases/keep-alpha"]
    names = ["releases/1", "releases/1-alpha", "releases/keep-alpha", "main"]
    assert [name for name in names if lets_through(name, patterns)] == ["releases/1", "releases/keep-alpha"]


@pytest.mark.parametrize(
    ("patterns", "expected"),
    [
        (["v1.*", "v2"], "v"),
        (["a", "b"], ""),
        ([], ""),
        (["ab?"], "a"),
        (["[ab]c"], ""),
        (["a+"], "a"),
        (["x/**"], "x/"),
    ],
)
def test_what_names_begin_with(patterns: list[str], expected: str) -> None:
    assert common_beginning(patterns) == expected


def test_a_workflow_as_written() -> None:
    read = workflow("""\
name: all
on: {workflow_call: {inputs: {A: {type: boolean, default: true, required: true}, b: }}}
permissions: {contents: read}
concurrency: one
env: {X: 1}
defaults: {run: {shell: bash, working-directory: svc}}
jobs:
  one:
    needs: two
    if: always()
    runs-on: [self-hosted, linux]
    container: {image: node:22}
    permissions: write-all
    strategy: {matrix: {a: [1]}}
    env: {Y: 2}
    steps:
      - {id: s, uses: ' Docker/Build-Push-Action@v6', with: {Push: true}, env: {Z: 3}, if: success()}
      - {run: make, shell: sh, working-directory: d}
      - text
  two: {container: alpine, uses: ./.github/workflows/b.yml, with: {Q: r}, needs: [x, y]}
  three: text
""")
    assert read.name is not None
    assert read.name.text == "all"
    assert [
        (each.name, each.type, each.required, each.default and each.default.text) for each in read.triggers[0].inputs
    ] == [
        ("a", "boolean", True, "true"),
        ("b", "string", False, None),
    ]
    assert read.trigger("workflow_call") is read.triggers[0]
    assert read.trigger("push") is None
    assert (read.folder and read.folder.text, read.shell and read.shell.text) == ("svc", "bash")
    assert list(read.jobs) == ["one", "two"]
    one, two = read.jobs.values()
    assert (one.span.text, one.needs, two.needs) == ("one", ("two",), ("x", "y"))
    assert (one.container and one.container.text, two.container and two.container.text) == ("node:22", "alpine")
    build, run = one.steps
    assert (build.action, build.ref, build.inputs["push"].text) == ("docker/build-push-action", "v6", "true")
    assert (run.action, run.ref, run.run and run.run.span.text) == ("", None, "make")
    assert (two.uses and two.uses.span.text, two.inputs["q"].text) == ("./.github/workflows/b.yml", "r")


@pytest.mark.parametrize("text", ["", "a", "- a", "on: push", "jobs: []", "# nothing"])
def test_what_is_no_workflow(text: str) -> None:
    assert read_workflow(Source(PATH, text)) is None


@pytest.mark.parametrize(
    ("text", "place"),
    [
        ("a: [", "1:4"),
        ("a: 'b", "1:5"),
        ("jobs:\n\tx: 1", "2:1"),
        ("a: \x07", "1:1"),
        ("a: b: c", "1:5"),
    ],
)
def test_broken_files_say_where(text: str, place: str) -> None:
    found = read_workflow(Source(PATH, text))
    assert isinstance(found, BrokenFile)
    assert f"{found.span.first.line}:{found.span.first.column}" == place
    assert found.message.startswith("it is no valid YAML: ")


def test_composite_actions() -> None:
    text = "inputs: {Scope: {default: x}}\nruns: {using: composite, steps: [{run: make}]}\n"
    action = read_composite_action(Source("x/action.yml", text))
    assert action is not None
    assert ([each.name for each in action.inputs], len(action.steps)) == (["scope"], 1)
    assert read_composite_action(Source("x/action.yml", "runs: {using: docker, image: Dockerfile}")) is None


@pytest.mark.parametrize(
    ("uses", "expected"),
    [
        ("./.github/actions/x", (".github/actions/x/action.yml", ".github/actions/x/action.yaml")),
        ("./", ("action.yml", "action.yaml")),
        ("./a/../b/", ("b/action.yml", "b/action.yaml")),
        ("./${{ inputs.x }}", ()),
        ("me/x@v1", ()),
    ],
)
def test_actions_of_the_repository(uses: str, expected: tuple[str, ...]) -> None:
    assert local_action(uses) == expected


@pytest.mark.parametrize(
    ("uses", "repository", "expected"),
    [
        ("./.github/workflows/a.yml", None, ".github/workflows/a.yml"),
        ("me/x/.github/workflows/a.yml@v1", None, None),
        ("me/x/.github/workflows/a.yml@v1", "Me/x", ".github/workflows/a.yml"),
        ("me/xy/.github/workflows/a.yml@v1", "me/x", None),
        ("./a.yml", "me/x", None),
    ],
)
def test_workflows_of_the_repository(uses: str, repository: str | None, expected: str | None) -> None:
    assert local_workflow(uses, repository) == expected
