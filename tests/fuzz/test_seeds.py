"""The fuzzer's seeds and finds, and bytes made of them, hold without the fuzzer."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.fuzz.targets import TARGETS

CORPUS = Path(__file__).parent / "corpus"
SEEDS = [(target, seed) for target in TARGETS for seed in sorted((CORPUS / target).iterdir())]


def test_each_target_has_seeds_and_none_is_without_a_target() -> None:
    assert {folder.name for folder in CORPUS.iterdir()} == set(TARGETS)
    assert {target for target, _ in SEEDS} == set(TARGETS)


@pytest.mark.parametrize(("target", "seed"), SEEDS, ids=lambda each: each.name if isinstance(each, Path) else each)
def test_a_seed_holds(target: str, seed: Path) -> None:
    TARGETS[target](seed.read_bytes())


@pytest.mark.parametrize("target", TARGETS)
@settings(max_examples=40, deadline=None)
@given(data=st.data())
def test_what_is_made_of_a_seed_holds(target: str, data: st.DataObject) -> None:
    """Cut a seed, and put bytes in its middle: a file that breaks off, or has one wrong place."""
    whole = data.draw(st.sampled_from([seed for name, seed in SEEDS if name == target])).read_bytes()
    start = data.draw(st.integers(0, len(whole)))
    resume = data.draw(st.integers(start, min(start + 8, len(whole))))
    end = data.draw(st.integers(resume, len(whole)))
    TARGETS[target](whole[:start] + data.draw(st.binary(max_size=8)) + whole[resume:end])
