"""The workflows that build images again: our own rules find nothing in them, nor in what they build."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import TYPE_CHECKING

from dockwright.cli import main
from tests.support.repository import Repository

if TYPE_CHECKING:
    import pytest

TOP = Path(__file__).parents[1]


def review(folder: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> tuple[int, str]:
    Repository(folder)
    monkeypatch.chdir(folder)
    code = main(["review", "--fail-on", "notice", "."])
    return code, capsys.readouterr().out


def test_the_example(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    folder = tmp_path / "rebuild"
    shutil.copytree(TOP / "examples" / "rebuild", folder)
    assert review(folder, monkeypatch, capsys) == (0, "No findings in 2 files.\n")


def test_our_own(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    """With the Dockerfile that they build, and all other workflows."""
    shutil.copytree(TOP / ".github", tmp_path / "own" / ".github")
    for name in ("Dockerfile", "action.yml", "requirements.lock", "pyproject.toml"):
        shutil.copy(TOP / name, tmp_path / "own" / name)
    code, out = review(tmp_path / "own", monkeypatch, capsys)
    assert (code, out.partition(" in ")[0]) == (0, "No findings")
