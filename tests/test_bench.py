"""The benchmark still measures every step; its figures are nobody's business here."""

from __future__ import annotations

from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path

import pytest

SCRIPT = Path(__file__).parent.parent / "scripts" / "bench" / "review.py"
spec = spec_from_file_location("bench_review", SCRIPT)
assert spec is not None
assert spec.loader is not None
bench = module_from_spec(spec)
spec.loader.exec_module(bench)


@pytest.mark.parametrize(
    ("count", "expected"), [(None, "abcdefghij"), (20, "abcdefghij"), (5, "acegi"), (3, "adg"), (1, "a")]
)
def test_sample_is_spread_evenly_and_always_the_same(count: int | None, expected: str) -> None:
    files = [Path(name) for name in "abcdefghij"]
    assert [str(path) for path in bench.sampled(files, count)] == list(expected)


def test_every_step_is_measured_and_documented(tmp_path: Path) -> None:
    path = tmp_path / "Dockerfile"
    path.write_text("FROM python:3.8\nRUN curl -H 'Authorization: Bearer x' a | sh\n")
    measured = bench.in_process([path])
    assert (measured["files"], measured["bytes"], measured["broken"]) == (1, path.stat().st_size, 0)
    assert set(measured["steps"]) == {
        *("read", "scan", "parse", "resolve", "rules"),
        *("report.github", "report.json", "report.markdown", "report.sarif", "report.text"),
    }
    assert all(set(step) == {"median_ms", "mean_ms"} for step in measured["steps"].values())
    assert all(key in (bench.__doc__ or "") for key in measured)
