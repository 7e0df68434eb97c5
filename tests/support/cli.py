"""The real program, run as a process that sees nothing of the environment of whoever runs the tests."""

from __future__ import annotations

import os
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

SOURCES = Path(__file__).parents[2] / "src"
PASSED_ON = {name: value for name, value in os.environ.items() if name.startswith("COVERAGE_")}


@dataclass(frozen=True)
class Run:
    """What a run of the program did."""

    code: int
    out: str
    err: str


def environment(**more: str) -> dict[str, str]:
    """Return all that the program needs to run, and nothing else."""
    return {"PATH": os.environ["PATH"], "HOME": "/nonexistent", "PYTHONPATH": str(SOURCES), **PASSED_ON, **more}


def dockwright(
    *arguments: str | Path,
    cwd: Path,
    stdin: str = "",
    env: Mapping[str, str] | None = None,
) -> Run:
    """Run `dockwright` in a folder; `env` is added to the environment."""
    done = subprocess.run(
        [sys.executable, "-P", "-m", "dockwright", *map(str, arguments)],
        cwd=cwd,
        env=environment(**(env or {})),
        input=stdin.encode("utf-8", "surrogateescape"),
        capture_output=True,
        timeout=60,
        check=False,
    )
    return Run(done.returncode, done.stdout.decode(), done.stderr.decode())
