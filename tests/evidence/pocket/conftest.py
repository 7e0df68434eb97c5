"""What the tests here share."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.support.mirrors import mirror_double

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.support.mirrors import MirrorDouble


@pytest.fixture
def mirror() -> Iterator[MirrorDouble]:
    """A server that all distributions are found on."""
    with mirror_double() as double:
        yield double
