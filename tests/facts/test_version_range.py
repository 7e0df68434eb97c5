"""Ranges of versions of languages."""

from __future__ import annotations

import pytest

from dockwright.facts.version_range import Dialect, overlap, prefix, read_range

PYTHON, NPM, RUBY = Dialect.PYTHON, Dialect.NPM, Dialect.RUBY


@pytest.mark.parametrize(
    ("text", "dialect", "good", "bad"),
    [
        (">=3.10", PYTHON, "3.10 3.10.0 3.14 4", "3.9 3.9.18 2"),
        (">=3.10,<3.13", PYTHON, "3.10 3.12 3.12.9 3", "3.13 3.9"),
        (">= 3.10, < 3.13", PYTHON, "3.12", "3.13"),
        ("^3.10", PYTHON, "3.10 3.13", "3.9 4.0"),
        ("~3.10", PYTHON, "3.10 3.10.4", "3.11"),
        ("~=3.11.0", PYTHON, "3.11.5", "3.12 3.10"),
        ("~=3.11", PYTHON, "3.11 3.14", "4.0 3.10"),
        ("==3.12.*", PYTHON, "3.12 3.12.4", "3.11 3.13"),
        ("==3.12.4", PYTHON, "3.12 3.12.4", "3.12.3"),
        ("!=3.9.1,>=3.8", PYTHON, "3.9 3.9.1", "3.7"),
        (">3.12", PYTHON, "3.12 3.13", "3.11"),
        ("<=3.12", PYTHON, "3.12 3.11", "3.13 3.12.1"),
        ("^2.7 || ^3.6", PYTHON, "2.7 3.6", "3.5 2.6"),
        (">=18 <21", NPM, "18 20", "16 21"),
        ("20.19.x", NPM, "20 20.19 20.19.5", "22 20.18"),
        ("20.x", NPM, "20.4", "21"),
        ("20", NPM, "20 20.4.1", "22"),
        ("v20.1", NPM, "20.1.9", "20.2"),
        ("^22.11 || ^24.14", NPM, "22 24 22.12", "20 23 24.13"),
        (">20", NPM, "21", "20.4"),
        ("<=20", NPM, "20.4", "21"),
        ("~18.2", NPM, "18.2.9", "18.3"),
        ("^0.12.3", NPM, "0.12.4", "0.13"),
        ("14 - 18", NPM, "14 16 18.9", "19 12"),
        ("*", NPM, "1 99", ""),
        ("", NPM, "1", ""),
        ("3.2.2", RUBY, "3.2 3.2.2", "3.2.3 3.3"),
        ("~> 3.2.0", RUBY, "3.2.9", "3.3"),
        ("~> 3.2", RUBY, "3.3", "4.0"),
    ],
)
def test_what_is_in_a_range(text: str, dialect: Dialect, good: str, bad: str) -> None:
    ranges = read_range(text, dialect)
    assert ranges is not None
    for version, expected in [(each, True) for each in good.split()] + [(each, False) for each in bad.split()]:
        span = prefix(version)
        assert span is not None
        assert overlap(ranges, span) is expected, version


@pytest.mark.parametrize("text", ["lts/*", ">=3.10; extra", "3.10 || latest", ">=3.10-rc1", "$X", "1.2.3.4", "x" * 201])
def test_what_is_not_understood(text: str) -> None:
    assert read_range(text, NPM) is None


def test_no_version() -> None:
    assert prefix("latest") is None
