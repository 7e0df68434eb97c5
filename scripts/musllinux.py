"""Refresh `src/dockwright/facts/musllinux.tsv`: which versions of Python packages have wheels for Alpine.

    scripts/musllinux.py [PACKAGE...]

Asks the package index through `pip index versions` (pip 25.1 or newer) with the platform tags of musl and of glibc.
The packages measured are those of the table, and those given. Their names in the table are the only list of them: a
package belongs there if it is widely used and has compiled parts.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from dockwright.facts.musllinux import HEADING, MINORS, version_key

if TYPE_CHECKING:
    from collections.abc import Sequence

TABLE = Path(__file__).parent.parent / "src" / "dockwright" / "facts" / "musllinux.tsv"

# pip adds no older tags to those it is given, save to manylinux2014.
MUSL = tuple(f"musllinux_1_{minor}_x86_64" for minor in (2, 1, 0))
GLIBC = ("manylinux2014_x86_64", *(f"manylinux_2_{minor}_x86_64" for minor in range(41, 4, -1)))


def main() -> int:
    """Measure, and write the table."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("package", nargs="*", help="packages to measure besides those of the table")
    wanted = set(parser.parse_args().package)
    known = {line.partition("\t")[0] for line in TABLE.read_text().splitlines()[1:]} if TABLE.exists() else set()
    rows = [HEADING]
    for package in sorted(wanted | known):
        row = measure(package)
        print(f"{package}: {'measured' if row else 'not found'}", file=sys.stderr)
        rows += [row] if row else []
    TABLE.write_text("".join(f"{row}\n" for row in rows))
    return 0


def measure(package: str) -> str | None:
    """Return a package's row; None if the index has no release of it."""
    source = versions(package, ["--no-binary=:all:", "--ignore-requires-python"])
    musl = [wheels(package, MUSL, minor) for minor in MINORS]
    glibc = [wheels(package, GLIBC, minor) for minor in MINORS]
    everything = sorted(set().union(source, *musl, *glibc), key=lambda version: version_key(version) or ((), 0))
    if not everything:
        return None
    columns = [runs(everything, found) for found in (source, *musl, *glibc)]
    return "\t".join([package, datetime.now(UTC).date().isoformat(), everything[-1], *columns])


def wheels(package: str, platforms: Sequence[str], minor: str) -> set[str]:
    """Return the versions that have a wheel for one of these platforms and a minor version of CPython."""
    tags = [f"--platform={platform}" for platform in platforms]
    return versions(package, ["--only-binary=:all:", f"--python-version={minor}", *tags])


def versions(package: str, options: Sequence[str]) -> set[str]:
    """Return the final and post releases that pip finds."""
    command = [sys.executable, "-m", "pip", "--disable-pip-version-check", "index", "versions", "--json"]
    done = subprocess.run([*command, *options, package], capture_output=True, text=True, check=False)
    if done.returncode:
        if "No matching distribution" in done.stderr:
            return set()
        sys.exit(f"pip failed on {package}: {done.stderr.strip()}")
    return {version for version in json.loads(done.stdout)["versions"] if version_key(version) is not None}


def runs(everything: Sequence[str], found: set[str]) -> str:
    """Write the versions that were found as runs of neighbours: `1.0..1.4 2.0`."""
    made: list[list[str]] = []
    adjacent = False
    for version in everything:
        if version in found:
            made = [*made[:-1], [made[-1][0], version]] if adjacent else [*made, [version, version]]
        adjacent = version in found
    return " ".join(first if first == last else f"{first}..{last}" for first, last in made)


if __name__ == "__main__":
    raise SystemExit(main())
