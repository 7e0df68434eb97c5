"""Exit codes, and which of them a review ends with."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from dockwright.bump import Planned
    from dockwright.evidence.comparison import Comparison
    from dockwright.finding import Result
    from dockwright.options import FailOn

CLEAN = 0
FINDINGS = 1
"""A finding is at least as severe as `fail-on`; or, of an update, a registry failed to answer about an image; or, of a
comparison, something could not be learnt."""
WRONG = 2
"""The arguments, the inputs or the configuration are wrong, or a file could not be read."""
BUG = 3
"""Dockwright itself failed, if only in one rule on one file."""
INTERRUPTED = 130


def exit_code(result: Result, fail_on: FailOn) -> int:
    """Return the code for the worst that happened.

    A file that could not be read counts whatever `fail_on` is: otherwise padding a file would be a way past the review.
    """
    from dockwright.review import fails

    if result.broken_rules:
        return BUG
    if result.unreadable:
        return WRONG
    return FINDINGS if fails(result, fail_on) else CLEAN


def exit_code_of_plans(planned: Planned) -> int:
    """Return the code of an update: what is left alone for a reason is fine, what could not be looked up is not."""
    return FINDINGS if any(skipped.failed for skipped in planned.skipped) else CLEAN


def exit_code_of_comparison(comparison: Comparison) -> int:
    """Return the code of a comparison: that much changes is no failure, that something is unknown is one."""
    return CLEAN if comparison.complete else FINDINGS
