"""What is printed of comparisons; `pytest --accept` writes the golden files."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from markdown_it import MarkdownIt

from dockwright.bump import AS_OF
from dockwright.evidence.changes import SourceChange
from dockwright.evidence.comparison import Comparison
from dockwright.evidence.security import Marked
from dockwright.evidence.settings import SettingChange
from dockwright.evidence.system import System
from dockwright.image import Platform
from dockwright.report.comparisons import pull_request, render
from tests.report.comparison_samples import (
    AFTER,
    BEFORE,
    COMPARISONS,
    EVIL,
    REMOVED,
    UPGRADED,
    changed,
    compared,
    fixes,
    package,
    secured,
)
from tests.support.runner_commands import read

GOLDEN = Path(__file__).parent / "golden_comparisons"
FORMATS = ("json", "markdown", "text")
CASES = [
    *((f"{sample}.{name}", sample, name, False) for sample in COMPARISONS for name in FORMATS if sample != "long"),
    *((f"long.{name}", "long", name, False) for name in ("markdown", "text")),
    ("typical.text-colored", "typical", "text", True),
]


@pytest.mark.parametrize(("file", "sample", "name", "color"), CASES, ids=[case[0] for case in CASES])
def test_golden(file: str, sample: str, name: str, *, color: bool, accepts: bool) -> None:
    report = render(name, COMPARISONS[sample], color=color).encode()
    if accepts:
        GOLDEN.mkdir(exist_ok=True)
        (GOLDEN / file).write_bytes(report)
    assert report == (GOLDEN / file).read_bytes()


@pytest.mark.parametrize("sample", COMPARISONS)
def test_golden_of_the_section_of_a_pull_request(sample: str, *, accepts: bool) -> None:
    section = pull_request.render(COMPARISONS[sample]).encode() + b"\n"
    path = GOLDEN / f"{sample}.pull-request"
    if accepts:
        path.write_bytes(section)
    assert section == path.read_bytes()


def test_no_golden_is_left_over() -> None:
    sections = {f"{sample}.pull-request" for sample in COMPARISONS}
    assert {path.name for path in GOLDEN.iterdir()} == {case[0] for case in CASES} | sections


@pytest.mark.parametrize("sample", COMPARISONS)
@pytest.mark.parametrize("name", FORMATS)
def test_no_report_holds_what_acts(sample: str, name: str) -> None:
    report = render(name, COMPARISONS[sample])
    assert read(report).commands == []
    assert re.sub(r"\n", "", report).isprintable()


@pytest.mark.parametrize("sample", ["unknown", "unresolved", "hostile"])
@pytest.mark.parametrize("name", ["markdown", "text"])
def test_what_is_unknown_is_said_and_never_taken_for_no_change(sample: str, name: str) -> None:
    report = " ".join(render(name, COMPARISONS[sample]).split())
    assert "is unknown, because" in report
    assert (
        "not everything could be learnt" if COMPARISONS[sample].platforms else "Nothing could be compared."
    ) in report
    assert "No package changes" not in report


def test_markdown_from_outside_is_shown_and_means_nothing() -> None:
    markdown = MarkdownIt("commonmark", {"html": True}).enable("table")
    shown = markdown.render(render("markdown", COMPARISONS["hostile"]))
    assert "<img" not in shown
    assert "<a" not in shown
    assert (shown.count("<tr>"), shown.count("<td>")) == (5, 17)


def test_a_section_of_a_pull_request_shows_what_is_from_outside_and_it_means_nothing() -> None:
    section = pull_request.render(COMPARISONS["hostile"])
    shown = MarkdownIt("commonmark", {"html": True}).enable("table").render(section)
    assert "<img" not in shown
    assert "<a" not in shown
    assert shown.count("<details>") == shown.count("</details>") == 4
    assert read(section).commands == []
    assert re.sub(r"\n", "", section).isprintable()
    assert not re.search("@everyone|https://", re.sub(r"`+.*?`+", "", section))
    assert [line for line in section.split("\n") if line.startswith(AS_OF)] == section.split("\n")[-1:]


@given(st.text(), st.text(), st.text(), st.text())
@settings(max_examples=50, deadline=None)
def test_whatever_is_from_outside_a_section_of_a_pull_request_is_whole(name: str, one: str, two: str, id_: str) -> None:
    rows = (
        SourceChange(name, (one,), (two,), (package(name, one, two, UPGRADED),)),
        SourceChange(f"2{name}", (one,), (two,), (package(name, one, None, REMOVED),)),
    )
    security = secured(Marked(name, True, fixes(name, id_, severity=two)))  # noqa: FBT003 - a value
    changes = changed(*rows, new=System("debian", "12", "bookworm"))
    platform = compared(changes, (SettingChange(f"ENV {name}", one, two),), None, Platform("linux", name), security)
    section = pull_request.render(Comparison(BEFORE, AFTER, (platform,)))
    assert read(section).commands == []
    assert re.sub(r"\n", "", section).isprintable()
    assert set(re.findall("<[^>]*>", re.sub(r"`+.*?`+", "", section))) == {
        "<code>", "</code>", "<details>", "</details>", "<summary>", "</summary>", "<sub>", "</sub>",
    }  # fmt: skip
    assert section.count("\n") == 20


def test_a_section_of_a_pull_request_is_bounded() -> None:
    evil = EVIL * 50
    rows = [
        SourceChange(f"{number}{evil}", (evil,), (evil,), (package(evil, "1", "2", UPGRADED),)) for number in range(300)
    ]
    settings = tuple(SettingChange(f"ENV {evil}{number}", evil, evil) for number in range(300))
    marked = [Marked(each.source, True, fixes(evil, *[evil] * 50)) for each in rows[:150]]  # noqa: FBT003 - a value
    platforms = [
        compared(changed(*rows), settings, None, Platform("linux", f"{number}{evil}"), secured(*marked[number:]))
        for number in range(8)
    ]
    section = pull_request.render(Comparison(BEFORE, AFTER, tuple(platforms)))
    assert len(section) < 60_000
    shown = MarkdownIt("commonmark", {"html": True}).enable("table").render(section)
    assert shown.count("<details>") == shown.count("</details>")
    assert "differs as well." in section


def test_a_long_table_is_folded_whole() -> None:
    markdown = MarkdownIt("commonmark", {"html": True}).enable("table")
    shown = markdown.render(render("markdown", COMPARISONS["long"]))
    assert (shown.count("<tr>"), shown.count("<details>"), shown.count("</details>")) == (71, 1, 1)


def test_markdown_stays_below_the_limit_of_a_summary() -> None:
    evil = EVIL * 50
    row = SourceChange(
        evil, (evil,), (evil,), tuple(package(f"{number}{evil}", "1", None, REMOVED) for number in range(50))
    )
    settings = tuple(SettingChange(f"ENV {evil}", evil, evil) for _ in range(500))
    platforms = [
        compared(changed(*[row] * 500), settings, None, Platform("linux", f"{number}{evil}")) for number in range(20)
    ]
    report = render("markdown", Comparison(BEFORE, AFTER, tuple(platforms)))
    assert len(report.encode()) <= 1_000_000
    assert report.count("more did not fit in here.") == report.count("\n### ")
    assert re.search(r"\n[0-9]+ platforms did not fit in here\.\n$", report)


def test_text_is_cut() -> None:
    report = render("text", COMPARISONS["long"])
    assert report.count("source-") == 120
    assert "    10 more; `--format json` has them all.\n" in report


def test_json_has_all() -> None:
    told = json.loads(render("json", COMPARISONS["long"]))
    assert [each["source"] for each in told["platforms"][0]["packages"]["sources"]] == [
        f"source-{number:03}" for number in range(70)
    ]
