"""Ignore files: against the results of BuildKit's own library, and laws that hold for any text."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dockwright.files._ignore_glob import Glob, is_valid
from dockwright.files.dockerignore import IgnoreFile, ignore_paths, read_ignore_file
from dockwright.source import Source

# Made by a program around github.com/moby/patternmatcher (commit 5a6d8429) that walks to each path as BuildKit's
# fsutil does; `null` where it refuses the file. Half of the cases are random ones.
_TABLE = json.loads((Path(__file__).parent / "dockerignore.json").read_text(encoding="utf-8"))

_LINES = st.text("ab./*?![]^\\# \t\r-", max_size=12)
_FILES = st.lists(_LINES, max_size=6).map("\n".join)
_PATHS = st.lists(st.text("ab.*-", min_size=1, max_size=3), min_size=1, max_size=4).map("/".join)


def _read(text: str) -> IgnoreFile:
    return read_ignore_file(Source(".dockerignore", text))


@pytest.mark.parametrize("case", _TABLE, ids=lambda case: json.dumps(case["text"])[:60])
def test_as_buildkit(case: dict[str, object]) -> None:
    text, expected = case["text"], case["ignored"]
    assert isinstance(text, str)
    file = _read(text)
    if expected is None:
        assert not file.exact
        assert file.broken is not None
    else:
        assert isinstance(expected, dict)
        assert file.exact
        assert {path: file.leaves(path) for path in expected} == expected


def test_places() -> None:
    file = _read("\ufeff# head\r\n\r\n  !/src/ \r\nnode_modules")
    assert [(each.text, each.exception, each.span.text) for each in file.patterns] == [
        ("src", True, "!/src/"),
        ("node_modules", False, "node_modules"),
    ]
    assert [each.span.first.line for each in file.patterns] == [3, 4]


def test_the_pattern_that_decides() -> None:
    file = _read("*\n!docs\ndocs/*.md\n!docs/README.md\n")
    decided = {path: file.decides(path) for path in ("a", "docs", "docs/a.md", "docs/README.md", ".", "")}
    assert {path: each.span.text if each else None for path, each in decided.items()} == {
        "a": "*",
        "docs": None,
        "docs/a.md": "docs/*.md",
        "docs/README.md": None,
        ".": None,
        "": None,
    }


@pytest.mark.parametrize(
    ("text", "folder", "expected"),
    [
        ("a\n", "a", False),
        ("a\n!a/b\n", "a", True),
        ("a\n!ab\n", "a", False),
        ("a\n!**/x\n", "a", True),
        ("a\n!b\n", "a/", False),
    ],
)
def test_what_exceptions_may_bring_back(text: str, folder: str, expected: bool) -> None:  # noqa: FBT001 - a table's
    assert _read(text).reopens(folder) is expected


@pytest.mark.parametrize("text", ["*.a|b", "[*]x", "a[[]*", "*\\d", "*^a", "*a{2}", "a*[", "[z-a]*", "*" * 1001])
def test_odd_forms_match_nothing(text: str) -> None:
    file = _read(f"{text}\n")
    assert not file.exact
    assert not file.leaves("a")


def test_too_much() -> None:
    assert _read("a" * 65536).broken is not None
    many = _read("a\n" * 3000)
    assert len(many.patterns) == 2000
    assert not many.exact


@pytest.mark.parametrize(
    ("pattern", "valid"),
    [
        ("[a-b-c]", False),
        ("[-x]", False),
        ("[x-]", False),
        ("[]a]", False),
        ("[\\]a]", True),
        ("[\\-x]", True),
        ("[^", False),
        ("[^b", False),
        ("a\\", False),
        ("a]", True),
    ],
)
def test_valid(pattern: str, valid: bool) -> None:  # noqa: FBT001 - a table's
    assert is_valid(pattern) is valid


def test_where_it_is() -> None:
    assert ignore_paths("a/Dockerfile", "") == ("a/Dockerfile.dockerignore", ".dockerignore")
    assert ignore_paths("Dockerfile", "./a/") == ("Dockerfile.dockerignore", "a/.dockerignore")


@given(_FILES, _PATHS)
def test_a_file_without_exceptions_leaves_what_is_below(text: str, path: str) -> None:
    file = _read(text)
    if not any(pattern.exception for pattern in file.patterns) and file.leaves(path):
        assert file.leaves(f"{path}/below")


@given(_FILES, _PATHS)
def test_the_way_of_asking_does_not_matter(text: str, path: str) -> None:
    asked = _read(text)
    for end in range(len(path)):
        asked.leaves(path[:end].rstrip("/"))
    assert asked.leaves(path) is _read(text).leaves(path)


@given(st.text("ab*?/[]^-.", max_size=12), _PATHS)
def test_both_ways_of_comparing_agree(pattern: str, path: str) -> None:
    long = "x" * 600 + "/"
    glob, deeper = Glob(pattern), Glob(f"{'x' * 600}/{pattern}")
    if glob.exact and deeper.exact and "**" not in pattern:
        assert deeper.matches(long + path) is glob.matches(path)


@pytest.mark.parametrize("pattern", ["*a" * 40 + "b", "**/a" * 40 + "b", "[a-z]*" * 30 + "!"])
def test_no_pattern_takes_exponential_time(pattern: str) -> None:
    assert not Glob(pattern).matches("a/" * 60 + "a" * 200)
