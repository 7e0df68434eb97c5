from __future__ import annotations

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from packaging.markers import Marker
from packaging.requirements import InvalidRequirement
from packaging.requirements import Requirement as Oracle
from packaging.specifiers import SpecifierSet
from packaging.utils import canonicalize_name

from dockwright.facts.requirements import (
    Requirement,
    applies,
    is_other_index,
    normalized,
    parse_requirement,
    read_pipfile_lock,
    read_pyproject,
    read_requirements,
)
from dockwright.project import MemoryTree
from dockwright.source import Source

NAMES = st.from_regex(r"[A-Za-z0-9](?:[A-Za-z0-9._-]{0,8}[A-Za-z0-9])?", fullmatch=True)
CLAUSES = st.from_regex(r"(?:==|>=|<=|<|>|~=|!=) ?[0-9]{1,2}\.[0-9]{1,2}(?:\.[0-9])?", fullmatch=True)


@given(NAMES, st.lists(CLAUSES, max_size=3), st.sampled_from(["", "[x]", "[x, y]"]))
def test_requirements_are_read_as_packaging_reads_them(name: str, clauses: list[str], extras: str) -> None:
    text = f"{name}{extras} {', '.join(clauses)}"
    oracle = Oracle(text)
    found = parse_requirement(text)
    assert found is not None
    assert found.name == canonicalize_name(oracle.name)
    assert SpecifierSet(found.specifier) == oracle.specifier


@given(st.text(max_size=30))
def test_what_packaging_takes_for_a_requirement_is_one_or_an_address(text: str) -> None:
    try:
        oracle = Oracle(text)
    except InvalidRequirement:
        return
    assume(oracle.name[-1].isalnum())  # packaging takes `a_`, which the specification of names does not allow
    found = parse_requirement(text)
    assert (found is None) is (oracle.url is not None)


@pytest.mark.parametrize(
    "text", [".", "./lib", "lib @ https://example.com/lib.whl", "-e .", "a b", "==1.0", "", " " * 5000]
)
def test_what_is_no_requirement(text: str) -> None:
    assert parse_requirement(text) is None


@pytest.mark.parametrize(
    "marker",
    [
        "",
        'python_version >= "3.8"',
        'python_version < "3.11"',
        'python_version == "3.12"',
        'python_version != "3.12"',
        'python_full_version >= "3.12.0" and python_version < "4.0"',
        'sys_platform == "win32"',
        'sys_platform != "win32"',
        'platform_system == "Linux" and python_version > "3.9"',
        'sys_platform == "darwin" or sys_platform == "linux"',
        'platform_python_implementation == "CPython"',
        'os_name == "nt"',
    ],
)
def test_markers_hold_as_for_packaging(marker: str) -> None:
    environment = {
        "python_version": "3.12",
        "python_full_version": "3.12.4",
        "sys_platform": "linux",
        "platform_system": "Linux",
        "platform_python_implementation": "CPython",
        "os_name": "posix",
    }
    expected = not marker or Marker(marker).evaluate(environment)
    assert applies(Requirement("a", "", marker), "3.12") is expected


def test_a_marker_for_an_unknown_version_may_hold() -> None:
    assert applies(Requirement("a", "", 'python_version < "3.9"'), None)


def test_a_requirements_file_with_all_that_pip_allows() -> None:
    text = (
        "# comment\n"
        "numpy==2.1.0 \\\n    --hash=sha256:aa \\\n    --hash=sha256:bb\n"
        "Flask_Login[x] >=0.6 , <1  # why\n"
        "-r more/other.txt\n"
        "-c limits.txt\n"
        "-e .\n"
        "./wheels/own.whl\n"
        "lib @ https://example.com/lib.whl\n"
        "--prefer-binary\n"
    )
    source = Source("app/requirements.txt", text)
    other = Source("app/more/other.txt", "pandas\n-r ../requirements.txt\n")
    found = read_requirements(source, MemoryTree([source, other]))
    assert [(each.name, each.specifier) for each in found.items] == [
        ("numpy", "==2.1.0"),
        ("flask-login", ">=0.6 , <1"),
        ("pandas", ""),
    ]
    assert found.items[0].span is not None
    assert found.items[0].span.lines == range(2, 5)
    assert not found.other_index


@pytest.mark.parametrize(
    ("option", "expected"),
    [
        ("--extra-index-url https://wheels.example.com/simple", True),
        ("-i https://pypi.example.com/simple", True),
        ("--find-links=./wheels", True),
        ("--index-strategy unsafe-best-match", False),
        ("--no-cache-dir", False),
    ],
)
def test_other_indexes(option: str, *, expected: bool) -> None:
    assert is_other_index(option) is expected


@pytest.mark.parametrize(
    ("text", "names"),
    [
        (
            '{"default": {"A_b": {"version": "==1"}, "own": {"path": "."}}, "develop": {"c": {"version": "==2"}}}',
            ["a-b"],
        ),
        ('{"default": []}', []),
        ("[]", []),
        ("{", []),
        ("[" * 100_000, []),
    ],
)
def test_pipfile_lock(text: str, names: list[str]) -> None:
    assert [each.name for each in read_pipfile_lock(Source("Pipfile.lock", text)).items] == names


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ('[project]\nname = "x"\ndependencies = ["A>=1", "b @ https://example.com", 3]\n', ["a"]),
        ('[project]\ndependencies = "a"\n', []),
        ("project = 1\n", []),
        ("[tool.poetry]\n", []),
        ("[project\n", []),
    ],
)
def test_pyproject(text: str, names: list[str]) -> None:
    assert [each.name for each in read_pyproject(Source("pyproject.toml", text)).items] == names


@given(NAMES)
def test_names_are_normalized_as_in_pep_503(name: str) -> None:
    assert normalized(name) == canonicalize_name(name)
