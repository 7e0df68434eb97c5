"""JSON for programs. docs/json.md is its contract, and `VERSION` the contract's version.

Keys are only ever added within a version. Text is what the files hold, with U+FFFD for bytes that are not UTF-8.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from msgspec import json

from dockwright.escape import json_text, well_formed
from dockwright.finding import Applicability, Severity
from dockwright.report import count_fixes, edit_range, portable

if TYPE_CHECKING:
    from collections.abc import Iterable

    from dockwright.finding import Finding, Fix, Result
    from dockwright.image import ImageUse
    from dockwright.report import Context, DescribedRule
    from dockwright.source import Edit, Position, Span

VERSION = 1


def render(result: Result, context: Context) -> str:  # noqa: ARG001 - all formats are called alike
    """Render a result as a JSON object."""
    return _encode(
        {
            "version": VERSION,
            "findings": [_finding(finding) for finding in result.findings],
            "files": [well_formed(path) for path in result.files],
            "unreadable": [
                {"path": well_formed(file.path), "reason": well_formed(file.reason)} for file in result.unreadable
            ],
            "broken_rules": [well_formed(broken) for broken in result.broken_rules],
            "summary": _summary(result),
        }
    )


def render_images(uses: Iterable[ImageUse]) -> str:
    """Render the places that name an image as a JSON list."""
    return _encode([_image(use) for use in uses])


def render_rules(rules: Iterable[DescribedRule]) -> str:
    """Render rules as a JSON list."""
    return _encode([_rule(rule) for rule in rules])


def _encode(value: object) -> str:
    return json_text(json.format(json.encode(value), indent=2).decode()) + "\n"


def _finding(finding: Finding) -> dict[str, Any]:
    return {
        "rule": finding.rule,
        "aliases": finding.aliases,
        "severity": finding.severity.label,
        "message": well_formed(finding.message),
        **_place(finding.span),
        "fix": _fix(portable(finding.fix)),
        "causes": [_place(cause) for cause in finding.causes],
        "related": [{**_place(each.span), "message": well_formed(each.text)} for each in finding.related],
        "fingerprint": finding.fingerprint,
    }


def _fix(fix: Fix | None) -> dict[str, Any] | None:
    if fix is None:
        return None
    return {
        "applicability": fix.applicability.value,
        "description": well_formed(fix.description),
        "edits": [_edit(edit) for edit in fix.edits],
    }


def _edit(edit: Edit) -> dict[str, Any]:
    start, end = edit_range(edit)
    return {
        "path": well_formed(edit.span.source.path),
        "start": _position(start),
        "end": _position(end),
        "text": edit.text,
    }


def _place(span: Span) -> dict[str, Any]:
    return {
        "path": well_formed(span.source.path),
        "start": _position(span.first),
        "end": _position(span.last),
    }


def _position(position: Position) -> dict[str, int]:
    return {"line": position.line, "column": position.column}


def _summary(result: Result) -> dict[str, Any]:
    return {
        "errors": result.count(Severity.ERROR),
        "warnings": result.count(Severity.WARNING),
        "notices": result.count(Severity.NOTICE),
        "fixable": {each.value: count_fixes(result, each) for each in Applicability},
    }


def _image(use: ImageUse) -> dict[str, Any]:
    path, start, end = _place(use.span).values()
    return {
        "path": path,
        "kind": use.kind.value,
        "stage": use.stage if use.stage is None else well_formed(use.stage),
        "raw": well_formed(use.word.text),
        "reference": None if use.reference is None else use.reference.canonical,
        "start": start,
        "end": end,
    }


def _rule(rule: DescribedRule) -> dict[str, Any]:
    return {
        "id": rule.id,
        "title": rule.title,
        "severity": rule.severity.label,
        "enabled": rule.enabled,
        "aliases": rule.aliases,
        "fixable": rule.fixable,
        "online": rule.online,
        "since": rule.since,
    }
