"""Findings for tests of what is posted."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dockwright.finding import Applicability, Finding, Fix, Severity
from dockwright.source import Edit, Source

if TYPE_CHECKING:
    from collections.abc import Sequence

    from dockwright.source import Span


def finding(
    span: Span,
    *edits: Edit,
    message: str = "Something is `wrong`",
    rule: str = "some-rule",
    severity: Severity = Severity.WARNING,
    applicability: Applicability = Applicability.SAFE,
    fingerprint: str = "",
) -> Finding:
    """Make a finding; with edits it has a fix."""
    fix = Fix("Write it `right`", edits, applicability) if edits else None
    return Finding(rule, (), severity, message, span, fix, (), fingerprint or f"{span.start:08x}")


def source(text: str, path: str = "Dockerfile") -> Source:
    """Make a file."""
    return Source(path, text)


def edit(where: Source, start: int, end: int, text: str) -> Edit:
    """Make an edit."""
    return Edit(where.span(start, end), text)


def place(where: Source, words: str) -> Span:
    """Return where some words stand."""
    start = where.text.index(words)
    return where.span(start, start + len(words))


def positions(edits: Sequence[Edit]) -> list[tuple[tuple[int, int], tuple[int, int], str]]:
    """Return edits by line and column, counted here and not by the code under test."""
    return [(_position(each, each.span.start), _position(each, each.span.end), each.text) for each in edits]


def _position(each: Edit, offset: int) -> tuple[int, int]:
    before = each.span.source.text[:offset]
    return before.count("\n") + 1, offset - (before.rfind("\n") + 1) + 1
