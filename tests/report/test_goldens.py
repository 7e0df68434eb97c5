"""Every report of every sample against its golden file; `pytest --accept` writes them."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from dockwright.options import Format
from dockwright.report import Context, names, render
from tests.report.samples import COLORED, LINKED, PLAIN, RESULTS

GOLDEN = Path(__file__).parent / "golden"

CONTEXTS = {
    "markdown-linked": ("markdown", LINKED),
    "sarif-linked": ("sarif", LINKED),
    "text-colored": ("text", COLORED),
}
CASES = [
    *((sample, name, name, PLAIN) for sample in RESULTS for name in names()),
    *(("typical", ending, *shown) for ending, shown in CONTEXTS.items()),
]


def test_the_folder_holds_the_formats_of_the_command_line() -> None:
    assert names() == ("github", "json", "markdown", "sarif", "text")
    assert set(names()) == {each.value for each in Format}


@pytest.mark.parametrize(("sample", "ending", "name", "context"), CASES, ids=[f"{case[0]}.{case[1]}" for case in CASES])
def test_golden(sample: str, ending: str, name: str, context: Context, *, accepts: bool) -> None:
    report = _without_version(render(name, RESULTS[sample], context))
    path = GOLDEN / f"{sample}.{ending}"
    if accepts:
        path.write_bytes(report.encode())
    assert report.encode() == path.read_bytes()


def test_no_golden_is_left_over() -> None:
    assert {path.name for path in GOLDEN.iterdir()} == {f"{case[0]}.{case[1]}" for case in CASES}


def _without_version(report: str) -> str:
    """Take out our own version, which every release changes."""
    return re.sub(r'("(?:semanticV|v)ersion": )"0[^"]*"', r'\1"VERSION"', report)
