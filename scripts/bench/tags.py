"""Replay real tag histories through the tag policy, and count what it gets right.

    scripts/bench/tags.py DIR [--image NAME] [--show N]

DIR holds, for each image, `<image>.tsv` (tag, first seen, last listed, ...) and `<image>.successors.tsv` (old tag, new
tag, date): on that date the publisher replaced the old tag by the new one in one of its source directories. Each such
row is asked as a user on the old tag would ask on that date, with the default policy, of a catalog of all tags that had
been seen by then, which is what a registry would list: old tags are never taken away there.

What counts as what is defined by the rows and the listing alone, not by the policy's own reading of tags. All digits
taken out, two tags have the same *words*; and the first dotted number of a tag is its *version*.

    patch   the words are the same, and the versions are of one major.minor; or there is no version but a day
    major   the words are the same, and the versions are of one major version, but not of one major.minor
    other   everything else: the publisher has given a directory to something else

A row is *right* if what the policy proposes is the new tag, or one that was listed on that date with the same words, of
the same kind of row, and with higher numbers. It is *silent* if nothing is proposed, else *wrong*. For `patch` the
proposal is the first candidate of type patch. For `major` and `other` it is the first that is right of the first
candidates of types patch, minor and major, since whether Node.js 22.5 to 22.6 is a patch is for the policy to say.

A *dead proposal* is a first candidate of any type that was not listed on that date, so that nobody rebuilt it, although
the publisher listed others: that is a variant, a series or a single tag which has been left behind.

The last line is one JSON object: `images` (for each, `patch`, `major` and `other` with `right`, `wrong`, `silent` and
`share`; `dead_proposals`; `causes`: what is wrong or silent, counted), the sums, `decide_us` (the mean time of one
decision, the reading of the tags that it needs included), `seconds`.
"""

from __future__ import annotations

import argparse
import csv
import json
import re
import time
from collections import Counter
from datetime import date
from itertools import groupby
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from dockwright.bump import UpdateType
from dockwright.versions import Catalog, TagPolicy

if TYPE_CHECKING:
    from collections.abc import Iterator

    from dockwright.versions import Decision

KINDS = ("patch", "major", "other")
VERDICTS = ("right", "wrong", "silent")
TYPES = (UpdateType.PATCH, UpdateType.REPLACEMENT, UpdateType.MINOR, UpdateType.MAJOR)
DIGITS = re.compile(r"\d+")
VERSION = re.compile(r"\d+(?:\.\d+)*")
DAY = re.compile(r"20\d{6}")


class Listed(NamedTuple):
    """When a tag was first seen, and when it was last listed."""

    first: str
    last: str


class Row(NamedTuple):
    """On `day` the publisher replaced one tag by another."""

    old: str
    new: str
    day: str


class Outcome(NamedTuple):
    """What became of a row."""

    row: Row
    kind: str
    verdict: str
    cause: str
    proposed: str | None
    dead: tuple[str, ...]


def main() -> int:
    """Replay, print a table, and the JSON object."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("folder", type=Path, metavar="DIR")
    parser.add_argument("--image", metavar="NAME", help="only this one")
    parser.add_argument(
        "--show", type=int, default=0, metavar="N", help="print so many of each cause, and of dead proposals"
    )
    arguments = parser.parse_args()
    started = time.perf_counter()
    images, clock = {}, Clock()
    for path in sorted(arguments.folder.glob(f"{arguments.image or '*'}.successors.tsv")):
        name = path.name.removesuffix(".successors.tsv")
        outcomes = list(replay(name, read_tags(path.with_name(f"{name}.tsv")), read_rows(path), clock))
        images[name] = summary(outcomes)
        print_image(name, images[name], outcomes, arguments.show)
    print(json.dumps(total(images, clock, time.perf_counter() - started)))
    return 0


class Clock:
    """Time spent deciding."""

    seconds = 0.0
    decisions = 0

    def decide(self, catalog: Catalog, tag: str, today: date) -> Decision:
        """Decide, on the clock."""
        begun = time.perf_counter()
        decision = catalog.decide(tag, TagPolicy(), today=today)
        self.seconds += time.perf_counter() - begun
        self.decisions += 1
        return decision


def read_tags(path: Path) -> dict[str, Listed]:
    """Read an image's tags."""
    return {row[0]: Listed(row[1], row[2]) for row in _rows(path)}


def read_rows(path: Path) -> list[Row]:
    """Read an image's successions, by date."""
    return sorted((Row(*row[:3]) for row in _rows(path)), key=lambda row: row.day)


def _rows(path: Path) -> Iterator[list[str]]:
    with path.open(encoding="utf-8", newline="") as file:
        yield from (
            row for row in csv.reader(file, delimiter="\t", quoting=csv.QUOTE_NONE) if not row[0].startswith("#")
        )


def replay(name: str, listed: dict[str, Listed], rows: list[Row], clock: Clock) -> Iterator[Outcome]:
    """Ask each row's question on its day."""
    arriving = sorted(listed, key=lambda tag: listed[tag].first)
    seen = 0
    for day, of_day in groupby(rows, key=lambda row: row.day):
        while seen < len(arriving) and listed[arriving[seen]].first <= day:
            seen += 1
        catalog = Catalog(f"docker.io/library/{name}", arriving[:seen])
        for row in of_day:
            yield judge(row, clock.decide(catalog, row.old, date.fromisoformat(day)), listed)


def judge(row: Row, decision: Decision, listed: dict[str, Listed]) -> Outcome:
    """Compare a decision with what the publisher did."""
    kind = kind_of(row.old, row.new)
    first = {type_: found[0].tag for type_ in TYPES if (found := decision.candidates.get(type_))}
    dead = tuple(tag for tag in first.values() if listed[tag].last < row.day)
    asked = [first[UpdateType.PATCH]] if UpdateType.PATCH in first else []
    if kind != "patch":
        asked = list(first.values())
    proposed = next((tag for tag in asked if is_right(row, tag, kind, listed)), None)
    if proposed is not None:
        return Outcome(row, kind, "right", "", proposed, dead)
    if not asked:
        return Outcome(row, kind, "silent", "only as another type" if first else "nothing", None, dead)
    return Outcome(row, kind, "wrong", cause_of(row, asked[0], listed), asked[0], dead)


def is_right(row: Row, tag: str, kind: str, listed: dict[str, Listed]) -> bool:
    """Tell whether a proposal is the new tag, or is higher, of the same kind, and was listed then."""
    if tag == row.new:
        return True
    higher = words(tag) == words(row.new) and numbers(tag) > numbers(row.new)
    return higher and listed[tag].last >= row.day and kind_of(row.old, tag) == kind


def cause_of(row: Row, tag: str, listed: dict[str, Listed]) -> str:
    """Say what is wrong with a proposal, by looking at the tags alone."""
    if listed[tag].last < row.day:
        return "not listed any more"
    if words(tag) != words(row.new):
        return "other words"
    return "lower than the new tag" if numbers(tag) < numbers(row.new) else "further than the publisher went"


def kind_of(old: str, new: str) -> str:
    """Tell what kind of succession a row is."""
    if words(old) != words(new):
        return "other"
    before, after = version(old), version(new)
    if before is None or after is None or (DAY.fullmatch(before[0]) and DAY.fullmatch(after[0])):
        return "patch"
    if before[:2] == after[:2]:
        return "patch"
    return "major" if before[0] == after[0] else "other"


def words(tag: str) -> str:
    """Return a tag without its digits: which words, separators, and how many numbers."""
    return DIGITS.sub("0", tag)


def numbers(tag: str) -> list[int]:
    """Return a tag's numbers in order."""
    return [int(number) for number in DIGITS.findall(tag)]


def version(tag: str) -> list[str] | None:
    """Return a tag's first dotted number, part by part; None if it begins with a word (`tip-20260109`)."""
    found = VERSION.search(tag)
    return None if found is None or (DAY.match(found[0]) and found.start()) else found[0].split(".")


def summary(outcomes: list[Outcome]) -> dict[str, Any]:
    """Count an image's outcomes."""
    counted: dict[str, Any] = {kind: counts(Counter(o.verdict for o in outcomes if o.kind == kind)) for kind in KINDS}
    causes = Counter(f"{o.kind}: {o.verdict}, {o.cause}" for o in outcomes if o.cause)
    dead = sum(len(o.dead) for o in outcomes)
    return {**counted, "dead_proposals": dead, "causes": dict(sorted(causes.items()))}


def counts(found: Counter[str]) -> dict[str, Any]:
    """Return how many rows came out how, and the share of the right ones; None where there is no row."""
    every = found.total()
    return {
        **{verdict: found[verdict] for verdict in VERDICTS},
        "share": round(found["right"] / every, 5) if every else None,
    }


def total(images: dict[str, Any], clock: Clock, seconds: float) -> dict[str, Any]:
    """Return the JSON object."""
    sums = {
        kind: counts(Counter({verdict: sum(image[kind][verdict] for image in images.values()) for verdict in VERDICTS}))
        for kind in KINDS
    }
    return {
        "images": images,
        **sums,
        "dead_proposals": sum(image["dead_proposals"] for image in images.values()),
        "decide_us": round(1e6 * clock.seconds / max(clock.decisions, 1), 1),
        "seconds": round(seconds, 1),
    }


def print_image(name: str, found: dict[str, Any], outcomes: list[Outcome], show: int) -> None:
    """Print an image's line, and examples."""
    cells = [f"{kind} {'/'.join(str(found[kind][verdict]) for verdict in VERDICTS)}" for kind in KINDS]
    print(f"{name:24} {'  '.join(f'{cell:26}' for cell in cells)}  dead {found['dead_proposals']}")
    for cause in found["causes"] if show else ():
        examples = [o for o in outcomes if f"{o.kind}: {o.verdict}, {o.cause}" == cause]
        print(f"    {cause} ({len(examples)})")
        for o in examples[:show]:
            print(f"        {o.row.day} {o.row.old} -> {o.row.new}, proposed {o.proposed}")
    dead = [o for o in outcomes if o.dead]
    for o in dead[:show]:
        print(f"    dead: {o.row.day} {o.row.old} -> {', '.join(o.dead)}")


if __name__ == "__main__":
    raise SystemExit(main())
