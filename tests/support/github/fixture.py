"""The fixture of the double; a `conftest.py` imports it where it is wanted."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.support.github.service import GitHub

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


@pytest.fixture
def hub(tmp_path: Path) -> Iterator[GitHub]:
    """GitHub, empty; what was not as GitHub describes it fails the test at its end."""
    with GitHub(tmp_path / "github") as double:
        yield double
