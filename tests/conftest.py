"""What every test run has: `--accept`, which writes golden files instead of comparing with them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from hypothesis import settings

if TYPE_CHECKING:
    from pytest import FixtureRequest, Parser  # noqa: PT013 - only for types

# No time limit for an example: machines differ. What Hypothesis sets in CI (the same examples each time) stays.
settings.register_profile("dockwright", parent=settings(), deadline=None)
settings.load_profile("dockwright")


def pytest_addoption(parser: Parser) -> None:
    parser.addoption(
        "--accept", action="store_true", help="Write golden files as they come out now; read the difference after it"
    )


@pytest.fixture
def accepts(request: FixtureRequest) -> bool:
    """Whether golden files are to be written."""
    return bool(request.config.getoption("--accept"))
