"""Refresh the vendored table of what the official images' list has dropped: `src/dockwright/lifecycle/dropped.tsv`.

    scripts/dropped_tags.py [--check] GIT

GIT is a clone of github.com/docker-library/official-images with its history. What was listed once is read from the
changes of its folder `library/`. For each image that is still listed there is a line: its name, the day of the list's
last change, and for each version (`3.8`) or variant (`alpine3.22`, `jdk-8`) that no tag of the list has any more the
day on which the last one was dropped. `--check` writes nothing and exits 1 if anything would change.
"""

from __future__ import annotations

import argparse
import re
import subprocess
import sys
from collections import defaultdict
from datetime import date, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

from dockwright.lifecycle.dropped import parts_of

if TYPE_CHECKING:
    from collections.abc import Iterable

TABLE = Path(__file__).parent.parent / "src" / "dockwright" / "lifecycle" / "dropped.tsv"
HEADING = "repository\tread\tdropped"
# Previews come and go; Windows is not looked at; a date is a day's name of a tag that goes on; images of one machine.
PASSING = re.compile(
    r"(?:^|[-.\d])(?:rc|ea|alpha|beta|dev|tip|pre|m|b|tp)\.?\d*(?:-|$)|\d{8}|windows|nanoserver|\d_\d", re.IGNORECASE
)
LONGEST = 3  # words of a variant: longer ones are seldom used, and there are very many
GRACE = timedelta(days=30)  # a tag that has just left the list may come back with the next release
LONG_GRACE = timedelta(days=365)  # so may `stable` or `lts`, after a longer time


def listed(log: Iterable[str]) -> dict[str, dict[str, str]]:
    """Return, for each image, the day on which each tag was last taken from a list, from `git log -p`."""
    last: dict[str, dict[str, str]] = defaultdict(dict)
    day = name = ""
    for line in log:
        if line.startswith("day "):
            day = line[4:].strip()
        elif line.startswith(("--- a/library/", "+++ b/library/")):
            name = line[14:].strip()
        elif line.startswith(("-Tags:", "-SharedTags:")):
            for tag in line.partition(":")[2].split(","):
                last[name][tag.strip()] = day
    return last


def tags_of(library: str) -> set[str]:
    """Return the tags that a file of the list has."""
    lines = [line.partition(":") for line in library.splitlines()]
    return {tag.strip() for key, _, tags in lines if key in {"Tags", "SharedTags"} for tag in tags.split(",")}


def dropped(now: set[str], last: dict[str, str], *, read: date) -> dict[str, str]:
    """Return the versions and variants that no tag has any more, with the day of the last one.

    A variant is left out if one of its words is there by itself, and so is what has only just gone.
    """
    alive = {part for tag in now for part in parts_of(tag)}
    found: dict[str, str] = {}
    for tag, day in last.items():
        gone = [part for part in parts_of(tag) if part not in alive] if PASSING.search(tag) is None else []
        for part in gone:
            if part.count("-") < LONGEST and not any(word in gone for word in part.split("-") if word != part):
                found[part] = max(day, found.get(part, day))
    return {
        part: day
        for part, day in found.items()
        if read - date.fromisoformat(day) >= (GRACE if re.search(r"\d", part) else LONG_GRACE)
    }


def _run(clone: str, *arguments: str) -> str:
    command = ["git", "-C", clone, *arguments]
    return subprocess.run(command, check=True, capture_output=True, text=True, errors="replace").stdout


def table(clone: str) -> str:
    """Return the table's text."""
    changes = ("--first-parent", "-m", "--reverse", "-p", "-U0", "--no-renames", "--format=day %cs")
    last = listed(_run(clone, "log", *changes, "--", "library/").splitlines())
    read = _run(clone, "log", "-1", "--format=%cs").strip()
    lines = [HEADING]
    for path in _run(clone, "ls-tree", "--name-only", "HEAD", "library/").split():
        name = path.removeprefix("library/")
        now = tags_of(_run(clone, "show", f"HEAD:{path}"))
        gone = dropped(now, last[name], read=date.fromisoformat(read)) if now else {}
        if gone:
            lines.append(f"{name}\t{read}\t{' '.join(f'{part}={gone[part]}' for part in sorted(gone))}")
    return "\n".join(lines) + "\n"


def main() -> int:
    """Refresh or check the table; return the exit status."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--check", action="store_true", help="compare, write nothing")
    parser.add_argument("clone", metavar="GIT", help="a clone of docker-library/official-images")
    options = parser.parse_args()
    text = table(options.clone)
    changed = not TABLE.exists() or TABLE.read_text() != text
    if not options.check:
        TABLE.write_text(text)
    return int(changed and options.check)


if __name__ == "__main__":
    sys.exit(main())
