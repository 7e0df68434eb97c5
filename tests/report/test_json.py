"""The contract for programs: docs/json.md, and what must hold whatever the files say."""

from __future__ import annotations

import json
import re
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from msgspec.structs import replace

from dockwright.bump import Plan, Planned
from dockwright.finding import Applicability, Fix, Result
from dockwright.image import ImageKind, ImageUse, Reference
from dockwright.report import checks, comparisons, plans, staleness
from dockwright.report.json import render, render_images, render_rules
from dockwright.source import Edit, Source, apply
from dockwright.traced import Traced
from tests.report.check_samples import DOCUMENTED as CHECKED
from tests.report.comparison_samples import DOCUMENTED
from tests.report.plan_samples import REFRESH, UNKNOWN
from tests.report.samples import PLAIN, RESULTS, RULES, finding
from tests.report.staleness_samples import DOCUMENTED as ASKED
from tests.report.strategies import results
from tests.support.edits import apply_by_position

laws = settings(deadline=None, max_examples=50)

DOCUMENT = Path(__file__).parents[2] / "docs" / "json.md"
_BLOCK = re.compile(r"```json\n(.*?)```\n", re.DOTALL)

SOURCE = Source("Dockerfile", "FROM python:3.13 AS build\nADD . /app\n")
USES = (
    ImageUse(
        ImageKind.FROM,
        Traced.of(SOURCE.span(5, 16)),
        Traced.of(SOURCE.span(5, 16)),
        Reference.parse("python:3.13"),
        "build",
    ),
)


def _example() -> Result:
    add = SOURCE.span(26, 29)
    fix = Fix("Use `COPY`", (Edit(add, "COPY"),), Applicability.SAFE)
    found = finding(add, "`ADD` of local files; `COPY` says so.", fix=fix)
    fingerprint = sha256(f"{found.rule}\0Dockerfile\0ADD . /app\0{1}".encode()).hexdigest()[:32]
    return Result((replace(found, fingerprint=fingerprint),), ("Dockerfile",))


PLANNED = Planned((Plan("nginx-1.28", (REFRESH,)),), (UNKNOWN,), 1)

EXAMPLES = (
    render(_example(), PLAIN),
    plans.render("json", PLANNED, plans.PlanContext()),
    comparisons.render("json", DOCUMENTED),
    checks.render("json", CHECKED),
    staleness.render("json", ASKED),
    render_images(USES),
    render_rules(RULES[:1]),
)


def test_the_document_shows_what_is_printed(*, accepts: bool) -> None:
    text = DOCUMENT.read_text()
    if accepts:
        examples = iter(EXAMPLES)
        DOCUMENT.write_text(_BLOCK.sub(lambda _: f"```json\n{next(examples)}```\n", text))
    assert tuple(_BLOCK.findall(DOCUMENT.read_text())) == EXAMPLES


@pytest.mark.parametrize("example", EXAMPLES)
def test_the_document_names_every_key(example: str) -> None:
    named = set(re.findall(r"^\| `(\w+)`", DOCUMENT.read_text(), re.MULTILINE))
    assert set(_keys(json.loads(example))) <= named


def _keys(value: object) -> list[str]:
    match value:
        case dict():
            return [*value, *(key for each in value.values() for key in _keys(each))]
        case list():
            return [key for each in value for key in _keys(each)]
        case _:
            return []


def parsed(result: Result) -> dict[str, Any]:
    document: dict[str, Any] = json.loads(render(result, PLAIN))
    return document


@laws
@given(results())
def test_everything_is_said_for_any_text(result: Result) -> None:
    document = parsed(result)
    assert len(document["findings"]) == len(result.findings)
    for told, each in zip(document["findings"], result.findings, strict=True):
        assert told["message"] == _replaced(each.message)
        assert told["path"] == _replaced(each.span.source.path)
        assert (told["start"]["line"], told["start"]["column"]) == _place(each.span.source.text, each.span.start)
    assert [file["reason"] for file in document["unreadable"]] == [_replaced(file.reason) for file in result.unreadable]


@laws
@given(results())
def test_a_program_can_apply_the_fixes(result: Result) -> None:
    for told, each in zip(parsed(result)["findings"], result.findings, strict=True):
        if told["fix"] is None:
            assert each.fix is None or any(
                "\udc80" <= char <= "\udcff" for edit in each.fix.edits for char in edit.text
            )
            continue
        assert each.fix is not None
        edits = [(_pair(edit["start"]), _pair(edit["end"]), edit["text"]) for edit in told["fix"]["edits"]]
        text = each.span.source.text
        assert apply_by_position(text, edits) == apply(text, each.fix.edits)


def test_text_that_is_no_unicode() -> None:
    (first, *_, last) = parsed(RESULTS["hostile"])["findings"]
    assert first["path"].endswith("\ufffd\u202e.Dockerfile")
    # Its edit writes a byte that JSON cannot carry.
    assert last["fix"] is None


def test_the_end_of_a_finding_stays_on_its_line_and_that_of_an_edit_does_not() -> None:
    source = Source("Dockerfile", "ADD a\nADD b\n")
    span = source.span(6, 12)
    (told,) = parsed(Result((finding(span, "m", fix=Fix("d", (Edit(span, ""),))),), ()))["findings"]
    assert told["end"] == {"line": 2, "column": 7}
    assert told["fix"]["edits"][0]["end"] == {"line": 3, "column": 1}


def test_what_is_not_known_of_an_image_is_null() -> None:
    use = ImageUse(ImageKind.SYNTAX, Traced.of(SOURCE.span(5, 16)), None, None, None)
    assert json.loads(render_images([use])) == [
        {
            "path": "Dockerfile",
            "kind": "syntax",
            "stage": None,
            "raw": "python:3.13",
            "reference": None,
            "start": {"line": 1, "column": 6},
            "end": {"line": 1, "column": 17},
        }
    ]


def _pair(position: dict[str, int]) -> tuple[int, int]:
    return position["line"], position["column"]


def _place(text: str, offset: int) -> tuple[int, int]:
    """Find line and column by counting; an offset behind the last line end counts as on that line."""
    lines = text.split("\n")
    if len(lines) > 1 and not lines[-1] and offset == len(text):
        return len(lines) - 1, len(lines[-2]) + 2
    before = text[:offset].split("\n")
    return len(before), len(before[-1]) + 1


def _replaced(text: str) -> str:
    return "".join("\ufffd" if "\ud800" <= character <= "\udfff" else character for character in text)
