from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from packaging.version import Version

import dockwright.facts.musllinux
from dockwright.facts.musllinux import HEADING, Lacking, Outcome, compiled_everywhere, lacking, version_key
from dockwright.facts.requirements import Requirement

TABLE = Path(dockwright.facts.musllinux.__file__).with_suffix(".tsv")
VERSIONS = st.from_regex(r"[0-9]{1,3}(?:\.[0-9]{1,3}){0,3}(?:\.post[0-9]{1,2})?", fullmatch=True)


def judge(name: str, specifier: str = "", minor: str | None = "3.12", *files: str) -> tuple[Outcome, str | None] | None:
    found = lacking(Requirement(name, specifier, files=files), minor)
    return None if found is None else (found.outcome, found.older)


@pytest.mark.parametrize(
    ("name", "specifier", "minor", "expected"),
    [
        # Measured 2026-11-23; a new measurement may change the newest versions, not what is pinned here.
        ("numpy", "", "3.12", None),
        ("numpy", "==2.1.0", "3.12", None),
        ("scikit-learn", "", "3.12", (Outcome.COMPILES, None)),
        ("scikit-learn", "==1.6.1", "3.12", (Outcome.COMPILES, None)),
        ("scikit-learn", ">=1.5,<2", "3.12", (Outcome.COMPILES, None)),
        ("torch", "", "3.13", (Outcome.IMPOSSIBLE, None)),
        ("torch", "==2.9.0+cpu", "3.13", (Outcome.IMPOSSIBLE, None)),
        ("torch", "==1.0.0", "3.13", None),
        ("ortools", "==9.14.6206", "3.12", None),
        ("psycopg2", "", "3.12", None),
        ("uwsgi", "", "3.12", None),
        ("flask", "", "3.12", None),
        ("scikit-learn", "==99.0", "3.12", None),
        ("scikit-learn", "==1.6rc1", "3.12", None),
        ("scikit-learn", "", None, (Outcome.COMPILES, None)),
        ("scikit-learn", "", "3.6", (Outcome.COMPILES, None)),
        ("numpy", "", None, None),
    ],
)
def test_the_table(name: str, specifier: str, minor: str | None, expected: tuple[Outcome, str | None] | None) -> None:
    assert judge(name, specifier, minor) == expected


def test_an_older_version_is_named() -> None:
    found = lacking(Requirement("ortools", ""), "3.12")
    assert found == Lacking("ortools", Outcome.OLDER, "9.14.6206")


@pytest.mark.parametrize(
    ("files", "minor", "expected"),
    [
        (["a-1-cp312-cp312-manylinux_2_28_x86_64.whl", "a-1.tar.gz"], "3.12", Outcome.COMPILES),
        (["a-1-cp312-cp312-manylinux_2_28_x86_64.whl"], "3.12", Outcome.IMPOSSIBLE),
        (["a-1-cp312-cp312-manylinux_2_28_x86_64.whl"], "3.13", None),
        (["a-1-cp312-cp312-manylinux_2_28_x86_64.whl"], None, Outcome.IMPOSSIBLE),
        (["a-1-cp310-abi3-manylinux_2_28_x86_64.whl"], "3.13", Outcome.IMPOSSIBLE),
        (["a-1-cp314-abi3-manylinux_2_28_x86_64.whl"], "3.13", None),
        (["a-1-cp312-cp312-manylinux2014_x86_64.whl", "a-1-cp312-cp312-musllinux_1_2_x86_64.whl"], "3.12", None),
        (
            ["a-1-cp312-cp312-manylinux2014_x86_64.whl", "a-1-cp311-cp311-musllinux_1_2_x86_64.whl"],
            "3.12",
            Outcome.IMPOSSIBLE,
        ),
        (["a-1-py3-none-manylinux2014_x86_64.whl"], "3.12", Outcome.IMPOSSIBLE),
        (["a-1-py2.py3-none-any.whl", "a-1-cp312-cp312-manylinux2014_x86_64.whl"], "3.12", None),
        (["a-1-cp312-cp312-win_amd64.whl"], "3.12", None),
        (["a-1.tar.gz"], "3.12", None),
    ],
)
def test_a_lock_names_the_files(files: list[str], minor: str | None, expected: Outcome | None) -> None:
    found = lacking(Requirement("a", "==1", files=tuple(files)), minor)
    assert (None if found is None else found.outcome) is expected


def test_what_debian_compiles_too() -> None:
    assert compiled_everywhere(Requirement("uwsgi", ""))
    assert not compiled_everywhere(Requirement("torch", ""))
    assert not compiled_everywhere(Requirement("flask", ""))


@given(VERSIONS, VERSIONS)
def test_versions_are_ordered_as_packaging_orders_them(one: str, other: str) -> None:
    first, second = version_key(one), version_key(other)
    assert first is not None
    assert second is not None
    assert (first < second) is (Version(one) < Version(other))
    assert (first == second) is (Version(one) == Version(other))


@pytest.mark.parametrize("text", ["1.0rc1", "1!2.0", "v1", "", "1.0.dev1", "9" * 100])
def test_versions_that_are_left_out(text: str) -> None:
    assert version_key(text) is None


def test_the_table_is_well_formed() -> None:
    heading, *rows = TABLE.read_text().splitlines()
    assert heading == HEADING
    names = [row.split("\t")[0] for row in rows]
    assert names == sorted(set(names))
    for row in rows:
        _, read, newest, *columns = row.split("\t")
        assert date.fromisoformat(read) <= date.today()  # noqa: DTZ011 - a day, wherever
        assert version_key(newest)
        assert len(columns) == HEADING.count("\t") - 2
        for run in " ".join(columns).split():
            first, _, last = run.partition("..")
            low, high = version_key(first), version_key(last or first)
            assert low is not None
            assert high is not None
            assert low <= high
