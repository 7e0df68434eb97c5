"""Rules of whole repositories: where their problems are shown, and what comments in YAML files ignore."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest

from dockwright.config import Config, Override, Setting
from dockwright.diff import EVERY_LINE, Lines
from dockwright.finding import Applicability, Fix, Problem, Related, Severity
from dockwright.fix import fix, unified_diff
from dockwright.project import MemoryTree, Project
from dockwright.review import review
from dockwright.rules import Rule, all_rules
from dockwright.source import Edit, Source
from tests.support.made_rules import PROJECT

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from dockwright.finding import Result

WORKFLOW = ".github/workflows/build.yml"
CACHE = "cache-from"
UNKNOWN = next(rule for rule in all_rules() if rule.id == "unknown-suppression")


def made(check: Callable[[Project], Iterator[Problem]], *, enabled: bool = True) -> Rule:
    return Rule("stale", "stale\n", Severity.WARNING, enabled, (), "0.1.0", None, check)


def cached(project: Project) -> Iterator[Problem]:
    """Find `cache-from` in the workflow; the Dockerfile's RUN is what it makes stale."""
    workflow, dockerfile = project.tree.read(WORKFLOW), project.tree.read("Dockerfile")
    assert workflow is not None
    assert dockerfile is not None
    causes = tuple(dockerfile.span(*match.span()) for match in re.finditer("RUN .*", dockerfile.text))
    for match in re.finditer(CACHE, workflow.text):
        span = workflow.span(*match.span())
        related = tuple(Related(cause, "this stays as it is") for cause in causes)
        yield Problem(span, "Stale", causes=causes, related=related)


def run(
    files: dict[str, str],
    rule: Rule,
    *,
    changed: dict[str, Lines] | None = None,
    config: Config | None = None,
    within: Callable[[str], bool] | None = lambda _path: True,
) -> Result:
    sources = [Source(path, text) for path, text in files.items()]
    return review(
        [source for source in sources if source.path == "Dockerfile"],
        project=Project(MemoryTree(sources), PROJECT.today),
        config=config or Config(),
        changed_lines=changed,
        rules=(rule, UNKNOWN),
        within=within,
    )


FILES = {"Dockerfile": "FROM a\nRUN apt-get update\n", WORKFLOW: "jobs:\n  cache-from: x\n"}


def places(result: Result) -> list[tuple[str, str, int]]:
    return [(each.rule, each.span.source.path, each.span.first.line) for each in result.findings]


def test_a_whole_review_shows_it_in_its_own_file() -> None:
    result = run(FILES, made(cached))
    assert places(result) == [("stale", WORKFLOW, 2)]
    assert [str(each) for each in result.findings[0].related] == ["See Dockerfile:2: this stays as it is"]
    assert result.files == (WORKFLOW, "Dockerfile")


def test_a_file_that_is_named_alone_is_looked_at_alone() -> None:
    result = run(FILES, made(cached), within=None)
    assert places(result) == []
    assert result.files == ("Dockerfile",)


@pytest.mark.parametrize(
    ("changed", "expected"),
    [
        ({WORKFLOW: EVERY_LINE}, [("stale", WORKFLOW, 2)]),
        ({WORKFLOW: Lines((range(1, 2),))}, []),
        ({"Dockerfile": EVERY_LINE}, [("stale", "Dockerfile", 2)]),
        ({"Dockerfile": Lines((range(1, 2),))}, []),
        ({WORKFLOW: Lines((range(1, 2),)), "Dockerfile": EVERY_LINE}, [("stale", WORKFLOW, 2)]),
        ({WORKFLOW: EVERY_LINE, "Dockerfile": EVERY_LINE}, [("stale", WORKFLOW, 2)]),
        ({"other.yml": EVERY_LINE}, []),
        ({}, []),
    ],
)
def test_with_changed_lines_it_is_shown_where_the_author_can_act(
    changed: dict[str, Lines], expected: list[tuple[str, str, int]]
) -> None:
    assert places(run(FILES, made(cached), changed=changed)) == expected


def test_shown_elsewhere_it_is_the_same_finding_and_names_its_own_place() -> None:
    own = run(FILES, made(cached)).findings[0]
    elsewhere = run(FILES, made(cached), changed={"Dockerfile": EVERY_LINE}).findings[0]
    assert elsewhere.fingerprint == own.fingerprint
    assert elsewhere.span.text == "RUN apt-get update"
    assert [str(each) for each in elsewhere.related] == [f"See {WORKFLOW}:2: this is where it is"]


def test_only_a_folder_is_under_review() -> None:
    result = run(FILES, made(cached), within=lambda path: path.startswith("docs/"))
    assert places(result) == [("stale", "Dockerfile", 2)]


@pytest.mark.parametrize(
    ("workflow", "dockerfile", "count"),
    [
        ("jobs:\n  cache-from: x  # dockwright ignore=stale rebuilt elsewhere\n", "FROM a\nRUN b\n", 0),
        ("jobs:\n  # dockwright ignore=stale\n\n  cache-from: x\n", "FROM a\nRUN b\n", 0),
        ("# dockwright file ignore=stale\njobs:\n  cache-from: x\n", "FROM a\nRUN b\n", 0),
        ("jobs:\n  a: '# dockwright ignore=stale'\n  cache-from: x\n", "FROM a\nRUN b\n", 1),
        ("# dockwright stage ignore=stale\njobs:\n  cache-from: x\n", "FROM a\nRUN b\n", 1),
        ("jobs: x#dockwright ignore=stale\n  cache-from: x\n", "FROM a\nRUN b\n", 1),
        ("jobs:\n  cache-from: x\n", "FROM a\n# dockwright ignore=stale\nRUN b\n", 1),
    ],
)
def test_comments_in_yaml(workflow: str, dockerfile: str, count: int) -> None:
    assert len(run({"Dockerfile": dockerfile, WORKFLOW: workflow}, made(cached)).findings) == count


def test_a_comment_where_it_is_shown_counts_too() -> None:
    files = FILES | {"Dockerfile": "FROM a\n# dockwright ignore=stale\nRUN b\n"}
    assert places(run(files, made(cached), changed={"Dockerfile": EVERY_LINE})) == []


def test_an_unknown_name_in_yaml_is_told() -> None:
    files = FILES | {WORKFLOW: "jobs:\n  cache-from: x # dockwright ignore=stael\n"}
    result = run(files, made(cached))
    assert places(result) == [("stale", WORKFLOW, 2), ("unknown-suppression", WORKFLOW, 2)]
    assert result.findings[1].message.endswith("did you mean `stale`?")


def test_configuration() -> None:
    off = Config(rules={"stale": Setting.OFF})
    error = Config(overrides=(Override((".github/**",), {"stale": Setting.ERROR}),))
    ignored = Config(ignore_paths=(".github/**",))
    assert places(run(FILES, made(cached), config=off)) == []
    assert places(run(FILES, made(cached), config=ignored)) == []
    assert places(run(FILES, made(cached, enabled=False))) == []
    for enabled in (True, False):
        assert [each.severity for each in run(FILES, made(cached, enabled=enabled), config=error).findings] == [
            Severity.ERROR
        ]


def test_a_rule_that_fails_hides_no_other() -> None:
    def broken(_project: Project) -> Iterator[Problem]:
        yield from ()
        raise LookupError("no such thing")

    result = run(FILES, made(broken))
    (told,) = result.broken_rules
    assert told.startswith("`stale` failed on `the repository`: LookupError: no such thing (")
    assert result.files == (WORKFLOW, "Dockerfile")


def test_a_fix_may_make_a_file() -> None:
    path = ".github/workflows/rebuild.yml"

    def missing(project: Project) -> Iterator[Problem]:
        workflow = project.tree.read(WORKFLOW)
        assert workflow is not None
        if path not in project.tree.paths():
            edit = Edit(Source(path, "").span(0, 0), "on: schedule\n")
            yield Problem(workflow.span(0, 4), "No rebuild", Fix("Add one", (edit,), Applicability.SAFE))

    project = Project(MemoryTree([Source(path, text) for path, text in FILES.items()]), PROJECT.today)
    done = fix([], unsafe=False, project=project, config=Config(), rules=(made(missing),), within=lambda _: True)
    assert {path: source.text for path, source in done.after.items()} == {path: "on: schedule\n"}
    assert (sorted(done.created), done.count, done.result.findings) == ([path], 1, ())
    assert unified_diff(done) == f"--- /dev/null\n+++ b/{path}\n@@ -0,0 +1 @@\n+on: schedule\n"
