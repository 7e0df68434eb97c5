"""Exit codes, and which of them a review ends with."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

    from dockwright.bump import Planned
    from dockwright.evidence.checked import CheckedImage
    from dockwright.evidence.comparison import Comparison
    from dockwright.evidence.staleness import Staleness
    from dockwright.finding import Result
    from dockwright.options import FailOn, WorstGrade

CLEAN = 0
FINDINGS = 1
"""A finding is at least as severe as `fail-on`; or, of an update, a registry failed to answer about an image; or, of a
comparison, something could not be learnt; or, of a check, an image's grade is `fail-on` or worse, or unknown; or a
published image must be built again, or that is not known."""
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


def exit_code_of_check(images: Iterable[CheckedImage], fail_on: WorstGrade) -> int:
    """Return the code of a check: for a grade that is not good enough, and for one that is not known."""
    from dockwright.evidence.unknown import Unknown
    from dockwright.options import WorstGrade

    if fail_on is WorstGrade.NEVER:
        return CLEAN
    grades = [image.grade for image in images]
    return FINDINGS if any(isinstance(each, Unknown) or each.letter >= fail_on.value for each in grades) else CLEAN


def exit_code_of_staleness(staleness: Staleness) -> int:
    """Return the code of a published image: that it must be built again, and that this is not known, are findings."""
    return CLEAN if staleness.needed is False else FINDINGS
