"""The action's image, built once for all tests here."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from tests.support.container import Engine, missing
from tests.support.github.fixture import hub
from tests.support.registry.fixture import registry

__all__ = ["hub", "registry"]  # fixtures are used by their names

TOP = Path(__file__).parents[2]


@pytest.fixture(scope="session")
def engine(tmp_path_factory: pytest.TempPathFactory, request: pytest.FixtureRequest) -> Engine:
    """An engine that has the image."""
    if reason := missing():
        if os.environ.get("CI"):
            pytest.fail(reason)
        pytest.skip(reason)
    made = Engine(tmp_path_factory.mktemp("engine"), request.config.cache.mkdir("container"))
    made.build(TOP)
    return made
