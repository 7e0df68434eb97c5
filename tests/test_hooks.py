"""`.pre-commit-hooks.yaml`: what pre-commit asks of it, and that what it runs does what it says."""

from __future__ import annotations

import shlex
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.support.cli import dockwright

HOOKS = yaml.safe_load((Path(__file__).parents[1] / ".pre-commit-hooks.yaml").read_text())
BY_ID = {hook["id"]: hook for hook in HOOKS}
DOCKERFILE = "FROM debian:trixie-slim\nADD app.py /app.py\n"


def run(hook: dict[str, Any], folder: Path) -> int:
    """Run a hook's entry as pre-commit does: with the files' names behind it."""
    program, *words = shlex.split(hook["entry"])
    assert program == "dockwright"
    return dockwright(*words, "Dockerfile", "other/Dockerfile", cwd=folder).code


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "Dockerfile").write_text(DOCKERFILE)
    (tmp_path / "other").mkdir()
    (tmp_path / "other" / "Dockerfile").write_text("FROM debian:trixie-slim\nRUN true\n")
    return tmp_path


def test_each_has_what_pre_commit_asks_for() -> None:
    known = {"id", "name", "description", "entry", "language", "types"}
    assert [hook["id"] for hook in HOOKS] == ["dockwright", "dockwright-fix"]
    for hook in HOOKS:
        assert hook.keys() <= known
        assert {"id", "name", "entry", "language"} <= hook.keys()
        assert (hook["language"], hook["types"]) == ("python", ["dockerfile"])


def test_one_reviews_and_changes_nothing(folder: Path) -> None:
    assert run(BY_ID["dockwright"], folder) == 0
    assert (folder / "Dockerfile").read_text() == DOCKERFILE


def test_one_fails_for_an_error(folder: Path) -> None:
    (folder / "Dockerfile").write_text("FROM debian:trixie-slim\nRUNN true\n")
    assert run(BY_ID["dockwright"], folder) == 1


def test_the_other_writes_safe_fixes(folder: Path) -> None:
    assert run(BY_ID["dockwright-fix"], folder) == 0
    assert (folder / "Dockerfile").read_text() == DOCKERFILE.replace("ADD", "COPY")
