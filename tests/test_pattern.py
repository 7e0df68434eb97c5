"""Patterns of paths mean what git says that they mean."""

from __future__ import annotations

import subprocess
from typing import TYPE_CHECKING

import pytest

from dockwright.pattern import matches

if TYPE_CHECKING:
    from pathlib import Path

PATTERNS = [
    "*",
    "**",
    "*.Dockerfile",
    "**/Dockerfile",
    "**/a/",
    "**/a/**/b",
    "*/a",
    "./a",
    "/",
    "/Dockerfile",
    "/a",
    "/a/",
    "?",
    "Dockerfile",
    "Dockerfile*",
    "D*k*r*e",
    "a",
    "a*",
    "a**b",
    "a/",
    "a/*",
    "a/**",
    "a/**/b",
    "a/**/b/",
    "a/*/b",
    "a/b",
    "a/b/",
    "a/b*/c",
    "dockerfile",
    "xa*",
]
PATHS = [
    "Dockerfile",
    "Dockerfile.dev",
    "a",
    "a.Dockerfile",
    "a/Dockerfile",
    "a/b/Dockerfile",
    "a/b/c/Dockerfile",
    "a/b/c/b",
    "a/x/b/Dockerfile",
    "a/x/y/b",
    "aXb",
    "b",
    "b/a/Dockerfile",
    "b/a/x/b",
    "x/a",
    "x/a/b/c",
    "xa/Dockerfile",
]


@pytest.fixture(scope="module")
def repository(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("repository")
    subprocess.run(["git", "init", "--quiet", path], check=True)
    return path


@pytest.mark.parametrize("pattern", [each for each in PATTERNS if each != "./a"])
def test_matching_is_that_of_git(repository: Path, pattern: str) -> None:
    (repository / ".git" / "info" / "exclude").write_text(f"{pattern}\n")
    told = subprocess.run(
        ["git", "-c", "core.ignoreCase=false", "check-ignore", "--no-index", "--stdin"],
        cwd=repository,
        input="\n".join(PATHS),
        capture_output=True,
        text=True,
        check=False,
    )
    assert [path for path in PATHS if matches(pattern, path)] == told.stdout.splitlines()


def test_a_dot_for_the_top_is_understood() -> None:
    assert matches("./a", "a")
    assert not matches("./a", "x/a")


def test_nothing_is_special_but_stars_and_question_marks() -> None:
    assert matches("[ab]", "[ab]")
    assert not matches("[ab]", "a")
    assert matches("a.c", "a.c")
    assert not matches("a.c", "abc")


@pytest.mark.parametrize("path", ["a" * 4000, "a/" * 2000 + "c"], ids=["long name", "deep"])
@pytest.mark.parametrize("pattern", ["*a" * 200 + "b", "**/a/" * 200 + "b"], ids=["in a name", "of folders"])
def test_no_pattern_takes_exponential_time(pattern: str, path: str) -> None:
    assert not matches(pattern, path)
