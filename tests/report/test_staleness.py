"""What is printed of published images; `pytest --accept` writes the golden files."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from markdown_it import MarkdownIt
from msgspec import structs

from dockwright.report.staleness import render
from tests.report.staleness_samples import ANSWERS, BRINGS, STALE, upgrade
from tests.support.runner_commands import read

if TYPE_CHECKING:
    from dockwright.evidence.staleness import PlatformStaleness

GOLDEN = Path(__file__).parent / "golden_staleness"
FORMATS = ("json", "markdown", "text")
CASES = [
    *((f"{sample}.{name}", sample, name, False) for sample in ANSWERS for name in FORMATS),
    ("stale.text-colored", "stale", "text", True),
]


@pytest.mark.parametrize(("file", "sample", "name", "color"), CASES, ids=[case[0] for case in CASES])
def test_golden(file: str, sample: str, name: str, *, color: bool, accepts: bool) -> None:
    report = render(name, ANSWERS[sample], color=color).encode()
    if accepts:
        GOLDEN.mkdir(exist_ok=True)
        (GOLDEN / file).write_bytes(report)
    assert report == (GOLDEN / file).read_bytes()


def test_no_golden_is_left_over() -> None:
    assert {path.name for path in GOLDEN.iterdir()} == {case[0] for case in CASES}


@pytest.mark.parametrize("sample", ANSWERS)
@pytest.mark.parametrize("name", FORMATS)
def test_no_report_holds_what_acts(sample: str, name: str) -> None:
    report = render(name, ANSWERS[sample])
    assert read(report).commands == []
    assert re.sub(r"\n", "", report).isprintable()


@pytest.mark.parametrize("sample", ["unknown", "unresolved"])
def test_what_is_unknown_is_never_said_to_be_current(sample: str) -> None:
    answer = ANSWERS[sample]
    assert answer.needed is None
    assert json.loads(render("json", answer))["rebuild_needed"] is None
    for name in ("markdown", "text"):
        report = " ".join(render(name, answer).split())
        assert "Whether it must be built again is unknown." in report
        assert "It need not be built again." not in report


def test_markdown_from_outside_is_shown_and_means_nothing() -> None:
    markdown = MarkdownIt("commonmark", {"html": True}).enable("table")
    shown = markdown.render(render("markdown", ANSWERS["hostile"]))
    assert "<img" not in shown
    assert "<a" not in shown
    assert (shown.count("<tr>"), shown.count("<td>")) == (4, 8)


def many(count: int) -> PlatformStaleness:
    sources = tuple(upgrade(f"package-{index}", "1", "2") for index in range(count))
    return structs.replace(STALE, brings=structs.replace(BRINGS, sources=sources))


def test_long_tables_are_cut_and_counted() -> None:
    answer = structs.replace(ANSWERS["stale"], platforms=(many(3_000),))
    text, markdown = render("text", answer), render("markdown", answer)
    assert "2,960 more; `--format json` has them all." in text
    assert "<details><summary>3,000 source packages</summary>" in markdown
    assert "more did not fit in here." in markdown
    assert len(render("markdown", structs.replace(answer, platforms=(many(3_000),) * 60)).encode()) < 1 << 20
    assert len(json.loads(render("json", answer))["platforms"][0]["brings"]["sources"]) == 3_000
