"""SARIF 2.1.0 for code scanning and editors.

The format is OASIS' standard; what GitHub reads of it, and how much, is in its documentation of SARIF support.

Messages have no arguments, and their braces are not doubled (section 3.11.5), as GitHub and most others show a text
without arguments as it is.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from msgspec import json

from dockwright import __version__
from dockwright.escape import json_text, terminal, well_formed
from dockwright.finding import Severity
from dockwright.report import edit_range, plural, portable
from dockwright.source import encode

if TYPE_CHECKING:
    from collections.abc import Mapping

    from dockwright.finding import Finding, Fix, Result
    from dockwright.report import Context, DescribedRule
    from dockwright.source import Edit, Position, Span

_SCHEMA = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"
_ROOT = "%SRCROOT%"
_FINGERPRINT = "dockwright/v1"
_MOST_RESULTS = 25_000  # of a run; GitHub refuses a file with more
_MOST_RELATED = 100  # of a result; GitHub shows no more locations
_LONGEST_DESCRIPTION = 1024  # characters; GitHub's limit
_UNRESERVED = frozenset(b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~/")  # RFC 3986, and `/`

_LEVELS = {Severity.ERROR: "error", Severity.WARNING: "warning", Severity.NOTICE: "note"}
_GITHUB_SEVERITIES = {Severity.ERROR: "error", Severity.WARNING: "warning", Severity.NOTICE: "recommendation"}


def render(result: Result, context: Context) -> str:
    """Render a result as a SARIF log of one run."""
    log = {"$schema": _SCHEMA, "version": "2.1.0", "runs": [_run(result, context)]}
    return json_text(json.format(json.encode(log), indent=2).decode()) + "\n"


def _run(result: Result, context: Context) -> dict[str, Any]:
    index = {rule.id: number for number, rule in enumerate(context.rules)}
    return {
        "tool": {
            "driver": {
                "name": "Dockwright",
                "version": __version__,
                "semanticVersion": __version__,
                "rules": [_rule(rule, context.page(rule.id)) for rule in context.rules],
            }
        },
        "invocations": [_invocation(result)],
        "originalUriBaseIds": {_ROOT: {"description": {"text": "The top of the repository."}}},
        "columnKind": "unicodeCodePoints",
        "results": [_result(finding, index) for finding in _worst(result.findings)],
    }


def _worst(findings: tuple[Finding, ...]) -> tuple[Finding, ...]:
    """Return the findings that fit into a run, the less severe ones left out, in their order."""
    if len(findings) <= _MOST_RESULTS:
        return findings
    ranked = sorted(range(len(findings)), key=lambda number: -findings[number].severity)
    return tuple([findings[number] for number in sorted(ranked[:_MOST_RESULTS])])


# --- the tool -------------------------------------------------------------------------------------------------------


def _rule(rule: DescribedRule, url: str | None) -> dict[str, Any]:
    _, _, body = rule.page.partition("\n")
    why = body.partition("## Why\n")[2].strip().partition("\n\n")[0].replace("\n", " ")
    return {
        "id": rule.id,
        "shortDescription": {"text": rule.title},
        "fullDescription": {"text": (why or rule.title)[:_LONGEST_DESCRIPTION]},
        "help": {"text": body.strip() or rule.title, "markdown": body.strip() or rule.title},
        **({} if url is None else {"helpUri": url}),
        "defaultConfiguration": {"enabled": rule.enabled, "level": _LEVELS[rule.severity]},
        "properties": {
            "tags": ["dockerfile"],
            "problem.severity": _GITHUB_SEVERITIES[rule.severity],
            "aliases": rule.aliases,
        },
    }


def _invocation(result: Result) -> dict[str, Any]:
    notes = [_note("warning", f"The file was not reviewed: {file.reason}", file.path) for file in result.unreadable]
    notes += [_note("error", f"A bug in Dockwright: {broken}") for broken in result.broken_rules]
    left_out = len(result.findings) - _MOST_RESULTS
    if left_out > 0:
        notes.append(_note("warning", f"{plural(left_out, 'less severe result')} did not fit into the log."))
    return {"executionSuccessful": not result.broken_rules, "toolExecutionNotifications": notes}


def _note(level: str, text: str, path: str | None = None) -> dict[str, Any]:
    locations = [] if path is None else [{"physicalLocation": {"artifactLocation": _artifact(path)}}]
    return {"level": level, "message": _message(text), "locations": locations}


# --- the results ----------------------------------------------------------------------------------------------------


def _result(finding: Finding, index: Mapping[str, int]) -> dict[str, Any]:
    fix = portable(finding.fix)
    told = {each.span for each in finding.related}
    others = [(each.span, each.text) for each in finding.related]
    others += [(cause, "This brings it about.") for cause in finding.causes if cause not in told]
    related = [
        {"id": number, "message": _message(text), **_location(span)}
        for number, (span, text) in enumerate(others[:_MOST_RELATED], 1)
    ]
    return {
        "ruleId": finding.rule,
        "ruleIndex": index[finding.rule],
        "level": _LEVELS[finding.severity],
        "message": _message(finding.message),
        "locations": [_location(finding.span)],
        **({"relatedLocations": related} if related else {}),
        **({"fixes": [_fix(fix)]} if fix is not None else {}),
        "partialFingerprints": {_FINGERPRINT: finding.fingerprint},
    }


def _message(text: str) -> dict[str, str]:
    """Return a message of printable text, in which nothing is a link (`[text](target)`)."""
    shown = terminal(text.replace("\n", " "))
    if "](" in shown:
        shown = shown.replace("\\", "\\\\").replace("[", "\\[").replace("]", "\\]")
    return {"text": shown}


def _location(span: Span) -> dict[str, Any]:
    region = _region(span.first, span.last)
    return {"physicalLocation": {"artifactLocation": _artifact(span.source.path), "region": region}}


def _artifact(path: str) -> dict[str, str]:
    """Return where a file is: its path as a relative URI, percent-encoded byte by byte."""
    uri = "".join([chr(byte) if byte in _UNRESERVED else f"%{byte:02X}" for byte in encode(path)])
    return {"uri": uri, "uriBaseId": _ROOT}


def _region(start: Position, end: Position) -> dict[str, int]:
    return {"startLine": start.line, "startColumn": start.column, "endLine": end.line, "endColumn": end.column}


def _fix(fix: Fix) -> dict[str, Any]:
    edits: dict[str, list[dict[str, Any]]] = {}
    for edit in fix.edits:
        edits.setdefault(edit.span.source.path, []).append(_replacement(edit))
    return {
        "description": _message(fix.description),
        "artifactChanges": [
            {"artifactLocation": _artifact(path), "replacements": replacements} for path, replacements in edits.items()
        ],
    }


def _replacement(edit: Edit) -> dict[str, Any]:
    return {"deletedRegion": _region(*edit_range(edit)), "insertedContent": {"text": well_formed(edit.text)}}
