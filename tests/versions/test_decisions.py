"""Decisions on real images' tags, from decisions.md."""

from __future__ import annotations

import re
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

import pytest

from dockwright.bump import UpdateType
from dockwright.versions import Catalog, TagPolicy

if TYPE_CHECKING:
    from collections.abc import Iterator

CASES = Path(__file__).with_name("decisions.md")
COLUMNS = (UpdateType.PATCH, UpdateType.MINOR, UpdateType.MAJOR, UpdateType.REPLACEMENT)
HEADING = re.compile(r"## (\S+), (\d{4}-\d\d-\d\d)")


class Case(NamedTuple):
    catalog: Catalog
    today: date
    tag: str
    expected: tuple[str, ...]


def expand(word: str) -> list[str]:
    """Expand braces as a shell does: `3.{1..2}{,-slim}`."""
    start = word.find("{")
    if start < 0:
        return [word]
    depth = 0
    end = start
    for end in range(start, len(word)):
        depth += (word[end] == "{") - (word[end] == "}")
        if depth == 0:
            break
    inside = word[start + 1 : end]
    ends = re.fullmatch(r"(\d+)\.\.(\d+)", inside)
    choices = [str(n) for n in range(int(ends[1]), int(ends[2]) + 1)] if ends else inside.split(",")
    return [word[:start] + choice + rest for choice in choices for rest in expand(word[end + 1 :])]


def read_cases() -> Iterator[Case]:
    for section in re.split(r"(?m)^(?=## )", CASES.read_text(encoding="utf-8"))[1:]:
        heading = HEADING.match(section)
        assert heading is not None, section
        _, stated, table = section.split("```")
        catalog = Catalog(heading[1], [tag for word in stated.split() for tag in expand(word)])
        for line in table.strip().splitlines()[2:]:
            cells = [cell.strip().strip("`") for cell in line.strip("|").split("|")]
            yield Case(catalog, date.fromisoformat(heading[2]), cells[0], tuple(cells[1:]))


CASES_READ = list(read_cases())


@pytest.mark.parametrize("case", CASES_READ, ids=[f"{case.catalog.name}:{case.tag}" for case in CASES_READ])
def test_decision(case: Case) -> None:
    decision = case.catalog.decide(case.tag, TagPolicy(), today=case.today)
    found = [best.tag if (best := decision.best(column)) else "" for column in COLUMNS]
    assert (*found, "floats" if decision.floating else "") == case.expected


def test_there_are_enough_cases() -> None:
    assert len(CASES_READ) >= 600


def test_braces_expand_as_in_a_shell() -> None:
    assert expand("3.{1..3}{,-slim}") == ["3.1", "3.1-slim", "3.2", "3.2-slim", "3.3", "3.3-slim"]
    assert expand("8u{392-b08,402-b06}-jdk") == ["8u392-b08-jdk", "8u402-b06-jdk"]
