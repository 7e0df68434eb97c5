"""The benchmark of updates still measures what it documents; its figures are nobody's business here."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

TOP = Path(__file__).parent.parent
SCRIPT = TOP / "scripts" / "bench" / "update.py"


def test_everything_is_measured_and_documented(tmp_path: Path) -> None:
    (tmp_path / "python.tsv").write_text("3.12.4-slim\t2024-06-07\n3.12.5-slim\t2024-08-07\n3.12.6-alpine\n")
    run = subprocess.run(
        [sys.executable, SCRIPT, "--files", "1,8", "--runs", "1", "--tags", tmp_path],
        env={**os.environ, "PYTHONPATH": str(TOP / "src")},
        capture_output=True,
        text=True,
        check=True,
    )
    measured = json.loads(run.stdout.splitlines()[-1])
    assert set(measured) == {"1", "8", "tags", "ms_per_file"}
    one, eight = measured["1"], measured["8"]
    assert (one["references"], one["repositories"], one["updates"]) == (3, 3, 1)
    assert (eight["references"], eight["repositories"]) == (24, 22)
    # Tags of each repository, and of what moves the old image and the new one; the pinned one costs a look at its tag.
    assert eight["requests"] == 22 + 2 * eight["updates"] + 1
    documented = SCRIPT.read_text().partition("from __future__")[0]
    assert all(f"`{name}`" in documented for name in [*one, "tags", "ms_per_file"])
