"""A grade from A to F for an image: the age and the severity of the oldest security update that it lacks.

After Red Hat's Container Health Index, which knows critical and important updates only. Most distributions publish no
severity: an update without one counts as important, unless its changelog is known whole and names no vulnerability, as
time zones and certificates come the same way: that counts as low. The limits are in days:

| | critical | important, or not said | moderate or low |
| - | - | - | - |
| A | none lacks | none lacks | none lacks |
| B | 7 | 30 | 90 |
| C | 30 | 90 | 365 |
| D | 90 | 365 | any age |
| E | 365 | | |
| F | any age | any age | |
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from msgspec import Struct

from dockwright.evidence.unknown import Unknown

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date

    from dockwright.evidence.pocket import Fixes

LETTERS: Final = "ABCDEF"
"""The grades, the best first."""

_CRITICAL: Final = frozenset({"critical", "urgent", "emergency"})
_NAMES_NONE: Final = "without a named vulnerability"
_LESSER: Final = frozenset({"moderate", "medium", "low", "none", "negligible", _NAMES_NONE})
_LIMITS: Final = {
    "critical": ((7, "B"), (30, "C"), (90, "D"), (365, "E")),
    "important": ((30, "B"), (90, "C"), (365, "D")),
    "lesser": ((90, "B"), (365, "C")),
}
_LONGEST: Final = 100
_BEYOND: Final = {"critical": "F", "important": "F", "lesser": "D"}


class Grade(Struct, frozen=True):
    """How fresh an image is.

    Attributes:
        letter: from A (no security update lacks) to F.
        reason: why, in one sentence.
    """

    letter: str
    reason: str


def grade(fixes: Sequence[Fixes], today: date, *, unlearnt: int = 0) -> Grade | Unknown:
    """Return the grade of an image.

    Args:
        fixes: what it lacks, one for each source package.
        today: the day.
        unlearnt: how many further source packages lack security updates of which nothing more is known.
    """
    if not fixes and not unlearnt:
        return Grade("A", "It lacks no security update that its distribution has published.")
    graded = [(found, each) for each in fixes if (found := letter(each, today)) is not None]
    if not graded:
        return Unknown("it is not known since when the security updates that it lacks are published")
    worst, of = max(graded, key=lambda pair: (pair[0], _age(pair[1], today)))
    missing = unlearnt + len(fixes) - len(graded)
    more = "" if not missing else f" Of {missing} more it is not known since when: the grade may be worse."
    return Grade(worst, f"{_reason(of, worst, today)}{more}")


def letter(fixes: Fixes, today: date) -> str | None:
    """Return the grade that one source package alone would give; None if nothing says since when it lacks anything."""
    found = [_letter(severity, (today - day).days) for day, severity in _steps(fixes)]
    return max(found, default=None)


def _steps(fixes: Fixes) -> tuple[tuple[date, str], ...]:
    """Return when something was published, and how severe that is."""
    if fixes.steps:
        return fixes.steps
    # What a changelog calls urgency is about how soon Debian's testing takes a version, and no severity.
    severity = "" if fixes.basis == "changelog" else fixes.severity
    if fixes.basis == "changelog" and fixes.complete and not (fixes.identifiers or fixes.advisories):
        severity = _NAMES_NONE
    return ((fixes.since, severity),) if fixes.since is not None else ()


def _letter(severity: str, days: int) -> str:
    kind = _class(severity)
    return next((name for limit, name in _LIMITS[kind] if days <= limit), _BEYOND[kind])


def _class(severity: str) -> str:
    word = severity.lower()
    return "critical" if word in _CRITICAL else "lesser" if word in _LESSER else "important"


def _age(fixes: Fixes, today: date) -> int:
    return max((today - day).days for day, _ in _steps(fixes))


def _reason(fixes: Fixes, worst: str, today: date) -> str:
    day, severity = min(step for step in _steps(fixes) if _letter(step[1], (today - step[0]).days) == worst)
    days = (today - day).days
    named = f" {_NAMES_NONE}" if severity == _NAMES_NONE else ""
    word = f"{severity.lower()} " if severity and not named else ""
    article = "an" if word[:1] in {"a", "e", "i", "o", "u"} else "a"
    ago = "today" if days <= 0 else f"{days:,} day{'' if days == 1 else 's'} ago"
    least = " or earlier" if fixes.basis == "secdb" else ""
    what = f"{article} {word}security update of `{fixes.source[:_LONGEST]}`{named}"
    return f"It lacks {what} that was published on {day}{least}, {ago}."
