"""The script that makes the pictures of the documentation: a terminal as a picture shows it, and what pictures load."""

from __future__ import annotations

import importlib.util
from pathlib import Path
from typing import TYPE_CHECKING
from xml.etree import ElementTree as ET

import pytest

if TYPE_CHECKING:
    from types import ModuleType

SCRIPT = Path(__file__).parents[1] / "scripts" / "pictures.py"


@pytest.fixture(scope="module")
def pictures() -> ModuleType:
    spec = importlib.util.spec_from_file_location("pictures", SCRIPT)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_a_terminal_has_its_colors_and_columns(pictures: ModuleType) -> None:
    made = pictures.terminal(
        "dockwright review", "\x1b[1ma.b\x1b[0m \x1b[1;33mwarning\x1b[0m 1 < 2\n  | \x1b[2m^\x1b[0m\n"
    )
    root = ET.fromstring(made)  # noqa: S314 - we have just made it
    texts = [each for each in root if each.tag.endswith("text")]
    shown = [(each.get("y"), each.get("class"), each.text) for each in texts]
    assert shown == [
        ("31", "d", "$"),
        ("31", None, " "),
        ("31", "b", "dockwright review"),
        ("67", "b", "a.b"),
        ("67", None, " "),
        ("67", "b w", "warning"),
        ("67", None, " 1 < 2"),
        ("85", None, "  | "),
        ("85", "d", "^"),
    ]
    x = [float(each.get("x") or 0) for each in texts]
    assert x[4] - x[3] == pytest.approx(3 * 7.83, abs=0.1)  # behind three characters


@pytest.mark.parametrize("name", ["review.svg", "check.svg"])
def test_pictures_are_whole_and_load_nothing(name: str) -> None:
    text = (SCRIPT.parents[1] / "docs" / "pictures" / name).read_text(encoding="utf-8")
    root = ET.fromstring(text)  # noqa: S314 - a file of ours
    assert {each.tag.rpartition("}")[2] for each in root.iter()} == {"svg", "style", "rect", "text"}
    assert "href" not in text
    assert "\x1b" not in text
