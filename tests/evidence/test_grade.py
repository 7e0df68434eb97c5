"""Grades: which limits there are, and what is said where something is not known."""

from __future__ import annotations

import datetime as dt

import pytest

from dockwright.evidence.grade import Grade, grade, letter
from dockwright.evidence.pocket import Fixes
from dockwright.evidence.unknown import Unknown

TODAY = dt.date(2026, 11, 23)


def fixes(
    *ages: tuple[int, str], source: str = "openssl", basis: str = "updateinfo", since: int | None = None
) -> Fixes:
    steps = tuple((TODAY - dt.timedelta(days=days), severity) for days, severity in ages)
    day = None if since is None else TODAY - dt.timedelta(days=since)
    return Fixes(source, "1", "2", basis, since=day, severity="high" if since is not None else "", steps=steps)


@pytest.mark.parametrize(
    ("severity", "days", "expected"),
    [
        ("Critical", 0, "B"),
        ("Critical", 7, "B"),
        ("Critical", 8, "C"),
        ("Critical", 31, "D"),
        ("Critical", 91, "E"),
        ("Critical", 366, "F"),
        ("Important", 30, "B"),
        ("Important", 31, "C"),
        ("High", 90, "C"),
        ("Important", 91, "D"),
        ("Important", 366, "F"),
        ("", 365, "D"),
        ("", 366, "F"),
        ("unheard-of", 31, "C"),
        ("Moderate", 90, "B"),
        ("Medium", 91, "C"),
        ("Low", 365, "C"),
        ("Low", 3000, "D"),
        ("Critical", -1, "B"),
    ],
)
def test_limits(severity: str, days: int, expected: str) -> None:
    assert letter(fixes((days, severity)), TODAY) == expected


def test_nothing_lacks() -> None:
    assert grade((), TODAY) == Grade("A", "It lacks no security update that its distribution has published.")


def test_the_oldest_of_each_severity_counts_and_not_the_oldest_with_the_highest() -> None:
    found = grade([fixes((300, "Moderate"), (3, "Critical"))], TODAY)
    assert found == Grade(
        "C", "It lacks a moderate security update of `openssl` that was published on 2026-01-27, 300 days ago."
    )


def test_the_worst_source_gives_the_grade_and_of_two_the_older() -> None:
    found = grade([fixes((40, ""), source="a"), fixes((50, "Important"), source="b"), fixes((1, ""))], TODAY)
    assert found == Grade(
        "C", "It lacks an important security update of `b` that was published on 2026-10-04, 50 days ago."
    )


def test_the_urgency_of_a_changelog_is_no_severity() -> None:
    known = Fixes(
        "openssl", "1", "2", "changelog", ("CVE-2026-1",), severity="high", since=TODAY - dt.timedelta(days=1)
    )
    found = grade([known], TODAY)
    assert found == Grade("B", "It lacks a security update of `openssl` that was published on 2026-11-22, 1 day ago.")


def test_an_update_that_names_no_vulnerability_counts_as_low() -> None:
    day = TODAY - dt.timedelta(days=129)
    certificates = Fixes("ca-certificates", "1", "2", "changelog", since=day)
    assert grade([certificates], TODAY) == Grade(
        "C",
        "It lacks a security update of `ca-certificates` without a named vulnerability that was published on "
        "2026-07-17, 129 days ago.",
    )
    assert letter(Fixes("a", "1", "2", "changelog", identifiers=("CVE-2026-1",), since=day), TODAY) == "D"
    assert letter(Fixes("a", "1", "2", "changelog", advisories=("DLA-1-1",), since=day), TODAY) == "D"
    assert letter(Fixes("a", "1", "2", "changelog", since=day, complete=False), TODAY) == "D"


def test_secdb_says_only_when_the_newest_was_built() -> None:
    found = grade([Fixes("openssl", "1", "2", "secdb", since=TODAY)], TODAY)
    assert found == Grade(
        "B", "It lacks a security update of `openssl` that was published on 2026-11-23 or earlier, today."
    )


@pytest.mark.parametrize(("known", "unlearnt"), [((), 2), ((fixes(),), 0)])
def test_without_a_date_there_is_no_grade(known: tuple[Fixes, ...], unlearnt: int) -> None:
    assert grade(known, TODAY, unlearnt=unlearnt) == Unknown(
        "it is not known since when the security updates that it lacks are published"
    )


def test_what_is_not_known_may_make_it_worse() -> None:
    found = grade([fixes((1, "Low")), fixes(source="other")], TODAY, unlearnt=2)
    assert isinstance(found, Grade)
    assert found.letter == "B"
    assert found.reason.endswith("1 day ago. Of 3 more it is not known since when: the grade may be worse.")
