from __future__ import annotations

import pytest

from dockwright.finding import Finding, Result, Severity, Unreadable
from dockwright.options import FailOn
from dockwright.source import Source
from dockwright.verdict import BUG, CLEAN, FINDINGS, WRONG, exit_code


def finding(severity: Severity) -> Finding:
    return Finding("rule", (), severity, "message", Source("Dockerfile", "x").span(0, 1), None, (), "0")


@pytest.mark.parametrize(
    ("severity", "fail_on", "code"),
    [
        (Severity.ERROR, FailOn.ERROR, FINDINGS),
        (Severity.WARNING, FailOn.ERROR, CLEAN),
        (Severity.WARNING, FailOn.WARNING, FINDINGS),
        (Severity.NOTICE, FailOn.WARNING, CLEAN),
        (Severity.NOTICE, FailOn.NOTICE, FINDINGS),
        (Severity.ERROR, FailOn.NEVER, CLEAN),
    ],
)
def test_findings_count_by_their_severity(severity: Severity, fail_on: FailOn, code: int) -> None:
    assert exit_code(Result((finding(severity),), ("Dockerfile",)), fail_on) == code


def test_nothing_found() -> None:
    assert exit_code(Result((), ()), FailOn.NOTICE) == CLEAN


@pytest.mark.parametrize("fail_on", FailOn)
def test_what_could_not_be_reviewed_is_never_clean(fail_on: FailOn) -> None:
    findings, files = (finding(Severity.ERROR),), ("Dockerfile",)
    unreadable = (Unreadable("Containerfile", "it is larger than 1 MiB"),)
    assert exit_code(Result(findings, files, unreadable), fail_on) == WRONG
    assert exit_code(Result(findings, files, unreadable, ("`rule` failed",)), fail_on) == BUG
