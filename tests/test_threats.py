"""Each line of the threat model names tests that are there."""

from __future__ import annotations

import ast
import re
from functools import cache
from pathlib import Path

import pytest

TOP = Path(__file__).parents[1]
ROWS = [
    row
    for row in re.findall(r"^\| (.*) \|$", (TOP / "docs" / "threat-model.md").read_text(encoding="utf-8"), re.MULTILINE)
    if not row.startswith("tries |")
]


@cache
def functions_of(path: str) -> frozenset[str]:
    tree = ast.parse((TOP / path).read_text(encoding="utf-8"))
    return frozenset(node.name for node in tree.body if isinstance(node, ast.FunctionDef))


def test_the_model_has_rows() -> None:
    assert len(ROWS) > 30


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row.partition(" |")[0][:60])
def test_a_line_is_shown_by_tests(row: str) -> None:
    _, _, shown = row.split(" | ")
    named = re.findall(r"`(tests/[\w/]+\.py)::(test_\w+)`", shown)
    assert named
    assert [name for path, name in named if name not in functions_of(path)] == []
