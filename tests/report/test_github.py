"""Workflow commands, read by a runner's parser that is not ours."""

from __future__ import annotations

from hypothesis import given, settings

from dockwright.escape import log_line
from dockwright.finding import Result, Severity
from dockwright.report import render as render_any
from dockwright.report.github import render
from dockwright.source import Source
from tests.report.samples import PLAIN, RESULTS, RULES, finding
from tests.report.strategies import results
from tests.support.runner_commands import Command, read

laws = settings(deadline=None, max_examples=50)


@laws
@given(results())
def test_each_finding_is_one_annotation_and_nothing_else_is_a_command(result: Result) -> None:
    found = read(render(result, PLAIN))
    assert len(found.commands) == len(result.findings) + len(result.unreadable) + len(result.broken_rules)
    assert {command.name for command in found.commands} <= {"error", "warning", "notice"}
    placed = [command for command in found.commands if "line" in command.properties]
    expected = sorted(result.findings, key=lambda each: -each.severity)
    for command, each in zip(placed, expected, strict=True):
        assert command.name == each.severity.label
        assert command.properties.get("file", "") == log_line(each.span.source.path).lstrip("=")
        assert command.properties["line"] == str(each.span.first.line)
        assert command.properties["endline"] == str(each.span.last.line)
        assert command.data.startswith("\n".join(map(log_line, each.message.split("\n"))))


@laws
@given(results())
def test_the_other_reports_hold_no_command(result: Result) -> None:
    for name in ("json", "markdown", "sarif", "text"):
        assert read(render_any(name, result, PLAIN)).commands == []


def command_of(text: str, start: int, end: int, message: str = "m") -> Command:
    result = Result((finding(Source("a/Dockerfile", text).span(start, end), message),), ("a/Dockerfile",))
    (command,) = read(render(result, PLAIN)).commands
    return command


def test_columns_are_inclusive() -> None:
    assert command_of("ADD . /", 0, 3).properties == {
        "file": "a/Dockerfile",
        "line": "1",
        "endline": "1",
        "col": "1",
        "endcolumn": "3",
        "title": "`ADD` of local files [add-for-local-files]",
    }


def test_an_empty_place_has_its_column_twice() -> None:
    properties = command_of("ADD . /", 4, 4).properties
    assert (properties["col"], properties["endcolumn"]) == ("5", "5")


def test_a_place_of_several_lines_has_no_columns() -> None:
    properties = command_of("RUN a \\\n  b\n", 0, 11).properties
    assert (properties["line"], properties["endline"]) == ("1", "2")
    assert not properties.keys() & {"col", "endcolumn"}


def test_a_long_message_is_cut_where_the_runner_would() -> None:
    assert command_of("ADD", 0, 3, "x" * 4096).data == "x" * 4096
    assert command_of("ADD", 0, 3, "x" * 4097).data == "x" * 4093 + "..."


def test_the_worst_come_first_and_it_says_how_many_are_not_shown() -> None:
    report = render(RESULTS["many"], PLAIN)
    found = read(report)
    assert [issue.severity for issue in found.issues] == ["warning"] * 10 + ["notice"] * 10
    assert found.dropped == {"warning": 10}
    assert found.log == [
        "10 messages above have no annotation: GitHub shows 10 of each severity for a step.",
        "20 warnings, 10 notices in 1 file.",
    ]


def test_one_too_many() -> None:
    source = Source("Dockerfile", "ADD")
    errors = tuple(finding(source.span(0, 3), str(number), severity=Severity.ERROR) for number in range(11))
    report = render(Result(errors, ("Dockerfile",)), PLAIN)
    assert "\n1 message above has no annotation: GitHub shows 10 of each severity for a step.\n" in report
    assert "no annotation" not in render(Result(errors[1:], ("Dockerfile",)), PLAIN)


def test_the_title_names_the_rule() -> None:
    assert all(
        f"[{RULES[0].id}]" in command.properties["title"] for command in read(render(RESULTS["many"], PLAIN)).commands
    )
