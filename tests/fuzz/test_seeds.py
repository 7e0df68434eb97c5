"""The fuzzer's seeds and finds hold the laws too, without the fuzzer."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.dockerfile.laws import check

SEEDS = sorted((Path(__file__).parent / "corpus" / "parse").iterdir())


@pytest.mark.parametrize("seed", SEEDS, ids=lambda seed: seed.name)
def test_laws_hold_for_the_seed(seed: Path) -> None:
    check(seed.read_bytes().decode("utf-8", "surrogateescape"))
