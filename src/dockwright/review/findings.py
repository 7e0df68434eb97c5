"""Problems as checks yield them, made findings: with the severity that is configured, and a fingerprint."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dockwright.finding import Finding
from dockwright.source import encode

if TYPE_CHECKING:
    from collections.abc import Iterable

    from dockwright.finding import Problem
    from dockwright.review.activation import Active
    from dockwright.rules import Rule
    from dockwright.source import Source, Span

_FINGERPRINT = 32  # hexadecimal digits: 128 bits


def findings_of(problems: list[tuple[Active, Problem]]) -> tuple[Finding, ...]:
    """Make findings of one file's problems, in order of their places, each once."""
    made: dict[tuple[Span, str, str], Finding] = {}
    seen: dict[str, int] = {}
    for active, problem in sorted(problems, key=lambda each: (each[1].span.start, each[1].span.end, each[0].rule.id)):
        rule, severity = active.rule, active.severity
        key = (problem.span, rule.id, problem.message)
        if key in made or severity is None:
            continue
        text = _identity(rule, problem.span)
        seen[text] = seen.get(text, 0) + 1
        made[key] = Finding(
            rule.id,
            rule.aliases if problem.aliases is None else problem.aliases,
            severity if problem.at_most is None else min(severity, problem.at_most),
            problem.message,
            problem.span,
            problem.fix,
            problem.causes,
            _digest(f"{text}\0{seen[text]}"),
            problem.related,
        )
    return tuple(made.values())


def place(finding: Finding) -> tuple[str, int, int, str]:
    """Return what findings are sorted by."""
    return finding.span.source.path, finding.span.start, finding.span.end, finding.rule


def by_source(findings: Iterable[Finding]) -> dict[Source, list[Finding]]:
    """Sort findings by the files that they are in."""
    found: dict[Source, list[Finding]] = {}
    for finding in findings:
        found.setdefault(finding.span.source, []).append(finding)
    return found


def _identity(rule: Rule, span: Span) -> str:
    """Return what makes a finding the same one in another version of the file: never a line number."""
    lines = (span.source.line(number) for number in span.lines)
    text = " ".join(word for line in lines for word in line.split())
    return f"{rule.id}\0{span.source.path}\0{text}"


def _digest(text: str) -> str:
    from hashlib import sha256  # it loads OpenSSL, which a clean file need not wait for

    return sha256(encode(text)).hexdigest()[:_FINGERPRINT]
