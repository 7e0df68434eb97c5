"""docs/editors.md: what an editor runs, what comes back, and that the snippets read it."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tests.support.cli import dockwright

if TYPE_CHECKING:
    from tests.support.cli import Run

PAGE = (Path(__file__).parents[1] / "docs" / "editors.md").read_text()


def block(language: str) -> str:
    """Return the last block of the page in a language."""
    found: list[str] = re.findall(rf"```{language}\n(.*?)```", PAGE, re.DOTALL)
    return found[-1]


def review(folder: Path, text: str, *arguments: str, name: str = "sub/Dockerfile") -> Run:
    return dockwright("review", "-", "--stdin-filename", name, *arguments, cwd=folder, stdin=text)


def test_positions_count_code_points_from_one(tmp_path: Path) -> None:
    done = review(tmp_path, "FROM debian:trixie-slim\nRUN echo 😀 é && sudo true\n", "--format", "json")
    (finding,) = [each for each in json.loads(done.out)["findings"] if each["rule"] == "sudo-in-build"]
    assert (finding["path"], finding["start"], finding["end"]) == (
        "sub/Dockerfile",
        {"line": 2, "column": 17},
        {"line": 2, "column": 21},
    )


def test_the_files_around_it_are_read_from_disk(tmp_path: Path) -> None:
    (tmp_path / "dockwright.yml").write_text("rules: {sudo-in-build: off}\n")
    (tmp_path / ".git").mkdir()
    text = "FROM debian:trixie-slim\nRUN sudo true\n"
    assert "sudo-in-build" not in review(tmp_path, text).out
    (tmp_path / "other.yml").write_text("{}\n")
    assert "sudo-in-build" in review(tmp_path, text, "--config", "other.yml").out
    assert not (tmp_path / "sub").exists()


@pytest.mark.parametrize(
    ("text", "arguments", "code"),
    [
        ("FROM debian:trixie-slim\n", (), 0),
        ("FROM debian:trixie-slim\nRUNN x\n", ("--fail-on", "never"), 0),
        ("FROM debian:trixie-slim\nRUNN x\n", (), 1),
        ("FROM debian:trixie-slim\n", ("--config", "nowhere.yml"), 2),
    ],
)
def test_the_exit_code(tmp_path: Path, text: str, arguments: tuple[str, ...], code: int) -> None:
    assert review(tmp_path, text, *arguments).code == code


def test_the_problem_matcher_reads_what_is_printed(tmp_path: Path) -> None:
    pattern = json.loads(block("json"))["tasks"][0]["problemMatcher"]["pattern"]
    (tmp_path / "Dockerfile").write_text("FROM debian:trixie-slim\nRUN apt-get install -y \\\n  a && sudo true\n")
    printed = dockwright("review", "--format", "github", "--fail-on", "never", cwd=tmp_path).out
    found = [match for line in printed.splitlines() if (match := re.fullmatch(pattern["regexp"], line))]
    assert len(found) == sum(line.startswith("::") for line in printed.splitlines()) > 0
    names = ("severity", "file", "line", "column", "code")
    seen = {tuple(match[pattern[name]] for name in names) for match in found}
    assert ("error", "Dockerfile", "3", "8", "sudo-in-build") in {("error", *each[1:]) for each in seen}
