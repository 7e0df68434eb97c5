"""The benchmark counts what it says it counts, on a small history of its own."""

from __future__ import annotations

import json
from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path

import pytest

SCRIPT = Path(__file__).parents[2] / "scripts" / "bench" / "tags.py"
spec = spec_from_file_location("bench_tags", SCRIPT)
assert spec is not None
assert spec.loader is not None
bench = module_from_spec(spec)
spec.loader.exec_module(bench)

TAGS = """\
# tag\tfirst\tlast\tarchitectures
1.0.0\t2024-01-01\t2024-02-01\tamd64
1.0.1\t2024-02-01\t2024-03-01\tamd64
1.0.1-slim\t2024-02-01\t2024-02-01\tamd64
1.0.2-slim\t2024-02-15\t2024-02-15\tamd64
1.1.0\t2024-03-01\t2024-03-01\tamd64
2.0.0\t2024-02-01\t2024-02-15\tamd64
tip-20240101\t2024-01-01\t2024-01-01\tamd64
tip-20240201\t2024-02-01\t2024-04-01\tamd64
"""
SUCCESSORS = """\
# old tag\tnew tag\tdate
1.0.0\t1.0.1\t2024-02-01
1.0.1\t1.1.0\t2024-03-01
1.0.1-slim\t1.0.3-slim\t2024-03-01
1.1.0\t1.2.0\t2024-03-01
tip-20240101\ttip-20240201\t2024-02-01
"""


def test_rows_are_right_wrong_and_silent(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "thing.tsv").write_text(TAGS)
    (tmp_path / "thing.successors.tsv").write_text(SUCCESSORS)
    monkeypatch.setattr("sys.argv", ["tags.py", str(tmp_path), "--show", "1"])
    assert bench.main() == 0
    printed = capsys.readouterr().out
    found = json.loads(printed.splitlines()[-1])
    assert found["patch"] == {"right": 2, "wrong": 1, "silent": 0, "share": 0.66667}
    assert found["major"] == {"right": 1, "wrong": 1, "silent": 0, "share": 0.5}
    assert found["other"] == {"right": 0, "wrong": 0, "silent": 0, "share": None}
    assert found["images"]["thing"]["causes"] == {
        "major: wrong, not listed any more": 1,
        "patch: wrong, not listed any more": 1,
    }
    assert found["dead_proposals"] == 3
    assert "2024-03-01 1.0.1-slim -> 1.0.3-slim, proposed 1.0.2-slim" in printed
    assert all(key in (bench.__doc__ or "") for key in found)


@pytest.mark.parametrize(
    ("old", "new", "kind"),
    [
        ("3.12.4-slim", "3.12.5-slim", "patch"),
        ("20.15.0", "20.16.0", "major"),
        ("20.15.0", "22.1.0", "other"),
        ("3.12.4-slim-bullseye", "3.12.5-slim-bookworm", "other"),
        ("bookworm-20240904", "bookworm-20240926", "patch"),
        ("20240904", "20250101", "patch"),
        ("tip-20240904-alpine3.20", "tip-20240911-alpine3.20", "patch"),
        ("1.12", "1.12.1", "other"),
        ("17.0.9_9-jdk", "17.0.10_7-jdk", "patch"),
    ],
)
def test_kinds_of_rows(old: str, new: str, kind: str) -> None:
    assert bench.kind_of(old, new) == kind
