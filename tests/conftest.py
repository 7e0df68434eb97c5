"""What every test run has: `--accept`, which writes golden files instead of comparing with them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from pytest import FixtureRequest, Parser  # noqa: PT013 - only for types


def pytest_addoption(parser: Parser) -> None:
    parser.addoption(
        "--accept", action="store_true", help="Write golden files as they come out now; read the difference after it"
    )


@pytest.fixture
def accepts(request: FixtureRequest) -> bool:
    """Whether golden files are to be written."""
    return bool(request.config.getoption("--accept"))
