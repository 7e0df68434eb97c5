"""Workflow commands: GitHub shows each finding as an annotation on its lines.

For a step the runner makes 10 annotations of each severity and puts the rest into the log only (actions/runner,
ExecutionContext.cs), so the worst come first, and a last line says how many have none.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec import Struct

from dockwright.escape import workflow_data, workflow_property
from dockwright.finding import Severity
from dockwright.report import plural, summary

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from dockwright.finding import Finding, Result
    from dockwright.report import Context

_MOST_SHOWN = 10
_LONGEST = 4096  # characters of a message; the runner cuts the rest
_CUT = "..."


class _Annotation(Struct, frozen=True, gc=False):
    """A workflow command: its severity, its properties (as they should arrive), its message."""

    severity: Severity
    properties: Mapping[str, object]
    message: str


def render(result: Result, context: Context) -> str:
    """Render a result as workflow commands and lines of the log."""
    annotations = sorted(_annotations(result, context), key=lambda annotation: -annotation.severity)
    lines = [_command(annotation) for annotation in annotations]
    hidden = sum(max(0, count - _MOST_SHOWN) for count in _counts(annotations))
    if hidden:
        lines.append(
            f"{plural(hidden, 'message')} above {'has' if hidden == 1 else 'have'} no annotation: "
            f"GitHub shows {_MOST_SHOWN} of each severity for a step."
        )
    return "".join([f"{line}\n" for line in [*lines, summary(result)]])


def _counts(annotations: list[_Annotation]) -> list[int]:
    return [sum(annotation.severity is severity for annotation in annotations) for severity in Severity]


def _annotations(result: Result, context: Context) -> Iterator[_Annotation]:
    """Yield what is to be shown; what went wrong before findings of its severity."""
    for broken in result.broken_rules:
        yield _Annotation(Severity.ERROR, {"title": "Bug in Dockwright"}, f"{broken}. Please report it.")
    for file in result.unreadable:
        properties = {"file": file.path, "title": "Not reviewed"}
        yield _Annotation(Severity.WARNING, properties, f"This file was not reviewed: {file.reason}")
    rules = context.by_id()
    for finding in result.findings:
        if finding.fingerprint in context.elsewhere:
            continue
        title = f"{rules[finding.rule].title} [{finding.rule}]"
        yield _Annotation(finding.severity, {**_place(finding), "title": title}, _message(finding))


def _place(finding: Finding) -> dict[str, object]:
    """Return the place: columns only within one line, as the runner drops all others; the last one is inclusive."""
    first, last = finding.span.first, finding.span.last
    place: dict[str, object] = {"file": finding.span.source.path, "line": first.line, "endLine": last.line}
    if first.line == last.line:
        place |= {"col": first.column, "endColumn": max(first.column, last.column - 1)}
    return place


def _message(finding: Finding) -> str:
    fix = () if finding.fix is None else (f"Fix: {finding.fix.description}",)
    return "\n".join([finding.message, *map(str, finding.related), *fix])


def _command(annotation: _Annotation) -> str:
    message = annotation.message
    if len(message) > _LONGEST:
        message = message[: _LONGEST - len(_CUT)] + _CUT
    properties = ",".join([f"{key}={workflow_property(str(value))}" for key, value in annotation.properties.items()])
    return f"::{annotation.severity.label} {properties}::{workflow_data(message)}"
