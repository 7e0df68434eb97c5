"""Steps of workflows: how an action is written elsewhere, and where a further step can be put."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from dockwright.source import Edit

if TYPE_CHECKING:
    from collections.abc import Iterable

    from dockwright.files.workflow.model import Workflow
    from dockwright.source import Span

_MOST_LINES = 40
"""Lines of a step above its `uses:`."""


def written_use(workflows: Iterable[Workflow], action: str) -> str | None:
    """Return how an action is used somewhere, with its version and the comment behind it; None if it is not used."""
    for workflow in workflows:
        for job in workflow.jobs.values():
            for step in job.steps:
                if step.action == action and step.uses is not None and step.ref is not None:
                    return _with_comment(step.uses.span)
    return None


def _with_comment(span: Span) -> str:
    line = span.source.line(span.first.line)
    written = line[span.first.column - 1 :].rstrip()
    plain = re.fullmatch(r"[\w./-]+@[\w.-]+(?:[ \t]+#[^\n]*)?", written)
    return written if plain else span.text


def step_before(place: Span, text: str) -> Edit | None:
    """Return the edit that writes a step above the one that a place is in; None where it is not written in lines."""
    source = place.source
    column = place.first.column
    for number in range(place.first.line, max(0, place.first.line - _MOST_LINES), -1):
        match = re.match(r"( *)-(?: +[\w\"'#]|$)", source.line(number))
        if match is not None and len(match[1]) < column:
            start = source.line_starts[number - 1]
            end = "\r\n" if source.text.find("\r\n", start) == source.text.find("\n", start) - 1 else "\n"
            return Edit(source.span(start, start), f"{match[1]}- {text}{end}")
    return None
