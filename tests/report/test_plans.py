"""What is printed of plans; `pytest --accept` writes the golden files."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest
from markdown_it import MarkdownIt

from dockwright.report.plans import PlanContext, render, render_offers
from tests.report.plan_samples import OFFERS, PLANS, UNKNOWN
from tests.support.runner_commands import read

GOLDEN = Path(__file__).parent / "golden_plans"
FORMATS = ("json", "markdown", "text")
PLAIN = PlanContext()

CASES = [
    *((f"{sample}.{name}", sample, name, PLAIN) for sample in PLANS for name in FORMATS),
    ("typical.text-colored", "typical", "text", PlanContext(color=True)),
    ("typical.text-written", "typical", "text", PlanContext(written=2)),
]


@pytest.mark.parametrize(("file", "sample", "name", "context"), CASES, ids=[case[0] for case in CASES])
def test_golden(file: str, sample: str, name: str, context: PlanContext, *, accepts: bool) -> None:
    compare(GOLDEN / file, render(name, PLANS[sample], context), accepts=accepts)


@pytest.mark.parametrize("name", FORMATS)
def test_golden_of_offers(name: str, *, accepts: bool) -> None:
    compare(GOLDEN / f"offers.{name}", render_offers(name, OFFERS, (UNKNOWN,)), accepts=accepts)


def test_no_golden_is_left_over() -> None:
    assert {path.name for path in GOLDEN.iterdir()} == {case[0] for case in CASES} | {f"offers.{n}" for n in FORMATS}


def compare(path: Path, report: str, *, accepts: bool) -> None:
    if accepts:
        path.parent.mkdir(exist_ok=True)
        path.write_bytes(report.encode())
    assert report.encode() == path.read_bytes()


@pytest.mark.parametrize("sample", PLANS)
@pytest.mark.parametrize("name", FORMATS)
def test_no_report_holds_a_command_for_the_runner(sample: str, name: str) -> None:
    assert read(render(name, PLANS[sample], PLAIN)).commands == []


@pytest.mark.parametrize("sample", PLANS)
def test_nothing_reaches_the_terminal_but_printable_characters(sample: str) -> None:
    for name in FORMATS:
        assert re.sub(r"\n", "", render(name, PLANS[sample], PLAIN)).isprintable()


def test_markdown_from_outside_is_shown_and_means_nothing() -> None:
    shown = MarkdownIt("commonmark", {"html": True}).enable("table").render(render("markdown", PLANS["hostile"], PLAIN))
    assert "<img" not in shown
    assert "<a" not in shown
    assert shown.count("<tr>") == 2
    assert shown.count("<td>") == 5


def test_json_has_every_update_and_all_that_was_left() -> None:
    told: dict[str, Any] = json.loads(render("json", PLANS["typical"], PLAIN))
    assert [(each["repository"], each["current"], each["new"], each["type"]) for each in told["updates"]] == [
        ("docker.io/library/python", "3.12.4-slim", "3.12.11-slim", "patch"),
        ("docker.io/library/python", "3.12.4-slim", "3.14.1-slim", "minor"),
        ("docker.io/library/nginx", "1.28@sha256:" + "a" * 64, "1.28@sha256:" + "b" * 64, "refresh"),
    ]
    assert [(each["repository"], each["failed"], each["newest"]) for each in told["skipped"]] == [
        (None, False, False),
        ("private.example/app", True, False),
        ("docker.io/library/nginx", False, True),
    ]
