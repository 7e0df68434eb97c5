"""What is printed of checks; `pytest --accept` writes the golden files."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest
from markdown_it import MarkdownIt
from msgspec import structs

from dockwright.evidence.checked import CheckedImage
from dockwright.evidence.grade import Grade
from dockwright.evidence.pocket import Fixes
from dockwright.evidence.unknown import Unknown
from dockwright.image import Platform
from dockwright.report.checks import render
from tests.report.check_samples import (
    BOOKWORM,
    CHECKS,
    EVIL,
    GRADE_A,
    GRADE_C,
    NO_MIRROR,
    SUBJECT,
    fresh,
    lacking,
    published,
)
from tests.support.runner_commands import read

GOLDEN = Path(__file__).parent / "golden_checks"
FORMATS = ("json", "markdown", "text")
CASES = [
    *((f"{sample}.{name}", sample, name, False) for sample in CHECKS for name in FORMATS if sample != "long"),
    *((f"long.{name}", "long", name, False) for name in ("markdown", "text")),
    ("typical.text-colored", "typical", "text", True),
]


@pytest.mark.parametrize(("file", "sample", "name", "color"), CASES, ids=[case[0] for case in CASES])
def test_golden(file: str, sample: str, name: str, *, color: bool, accepts: bool) -> None:
    report = render(name, CHECKS[sample], color=color).encode()
    if accepts:
        GOLDEN.mkdir(exist_ok=True)
        (GOLDEN / file).write_bytes(report)
    assert report == (GOLDEN / file).read_bytes()


def test_no_golden_is_left_over() -> None:
    assert {path.name for path in GOLDEN.iterdir()} == {case[0] for case in CASES}


@pytest.mark.parametrize("sample", CHECKS)
@pytest.mark.parametrize("name", FORMATS)
def test_no_report_holds_what_acts(sample: str, name: str) -> None:
    report = render(name, CHECKS[sample])
    assert read(report).commands == []
    assert re.sub(r"\n", "", report).isprintable()


@pytest.mark.parametrize("name", ["markdown", "text"])
def test_what_is_unknown_is_said_and_never_taken_for_nothing(name: str) -> None:
    report = " ".join(render(name, CHECKS["unknown"]).split())
    assert report.count("is unknown, because") == 4
    assert "it is unknown what is lacking" in report
    assert not re.search(r"\b0\b|No package|none lacks|Grade", report)


def test_json_has_null_for_what_is_unknown() -> None:
    told = json.loads(render("json", CHECKS["unknown"]))
    for image in told["images"]:
        assert (image["complete"], image["grade"]["letter"]) == (False, None)
        for platform in image["platforms"]:
            assert (platform["security"], platform["kernel"], platform["identifiers"]) == (None, None, None)
            assert platform["unknown"]


def test_markdown_from_outside_is_shown_and_means_nothing() -> None:
    markdown = MarkdownIt("commonmark", {"html": True}).enable("table")
    shown = markdown.render(render("markdown", CHECKS["hostile"]))
    assert "<img" not in shown
    assert "<a" not in shown
    assert (shown.count("<tr>"), shown.count("<td>")) == (4, 10)


def test_a_long_table_is_folded_whole() -> None:
    markdown = MarkdownIt("commonmark", {"html": True}).enable("table")
    shown = markdown.render(render("markdown", CHECKS["long"]))
    assert (shown.count("<tr>"), shown.count("<details>"), shown.count("</details>")) == (71, 1, 1)


def test_markdown_stays_below_the_limit_of_a_summary() -> None:
    evil = EVIL * 50
    fixes = [Fixes(f"{number}{evil}", evil, evil, "changelog", (evil,) * 50) for number in range(500)]
    lack = [lacking(each.source, each.source, evil, evil) for each in fixes]
    platforms = tuple(
        fresh(published(BOOKWORM, *lack), Grade("F", "x"), *fixes, platform=Platform("linux", f"{number}{evil}"))
        for number in range(20)
    )
    report = render("markdown", [CheckedImage(SUBJECT, platforms)])
    assert len(report.encode()) <= 1_000_000
    assert "did not fit in here." in report


A, C = fresh(published(BOOKWORM), GRADE_A), fresh(published(BOOKWORM), GRADE_C)
NONE = fresh(NO_MIRROR, NO_MIRROR)
WORST = structs.replace(A, grade=Grade("F", "old"))


@pytest.mark.parametrize(
    ("platforms", "expected"),
    [
        ((A, C, A), GRADE_C),
        ((A, NONE), NO_MIRROR),
        ((NONE, WORST), Grade("F", "old")),
        ((), Unknown("there is no platform to grade it by")),
    ],
)
def test_an_image_is_as_good_as_its_worst_platform(platforms: tuple[object, ...], expected: Grade | Unknown) -> None:
    assert structs.replace(CheckedImage(SUBJECT), platforms=platforms).grade == expected


def test_an_image_that_is_not_there_has_no_grade() -> None:
    assert CheckedImage(SUBJECT, unknown=NO_MIRROR).grade == NO_MIRROR
