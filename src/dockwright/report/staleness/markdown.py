"""Markdown for people: the summary of a job on GitHub, or an issue; long tables are folded."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from dockwright.escape import inert, markdown, markdown_code, markdown_message, well_formed
from dockwright.report import plural
from dockwright.report.staleness import (
    answer,
    base,
    brings,
    changed,
    grade,
    lacking,
    notes,
    remarks,
    shown,
    title,
    unknowns,
    updates,
)

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from dockwright.evidence.staleness import PlatformStaleness, Staleness
    from dockwright.report.staleness import Row

_LIMIT: Final = 900_000  # bytes; GitHub takes 1 MiB from a step, or nothing
_TABLE: Final = 30_000
"""Bytes of one table: two of each platform."""
_FOLDED: Final = 15
_BROUGHT: Final = "| source | old base | today's base | change |"
_LACKING: Final = "| source | installed | published | brought by |"


def render(staleness: Staleness, *, color: bool) -> str:  # noqa: ARG001 - as the other formats
    """Render the answer as GitHub's Markdown; a platform that does not fit into a job's summary is counted."""
    head = [
        f"## Dockwright: {markdown_code(shown(staleness.subject))}",
        "",
        f"**{markdown_message(answer(staleness))}**",
    ]
    parts = [_text([*head, *(f"\n{markdown_message(remark)}" for remark in remarks(staleness))])]
    room = _LIMIT - len(parts[0].encode())
    left_out = 0
    for platform in staleness.platforms:
        text = _text(["", f"### {markdown(title(platform))}", *_platform(platform)])
        if (needed := len(text.encode())) > room:
            left_out += 1
            continue
        parts.append(text)
        room -= needed
    if left_out:
        parts.append(f"\n{plural(left_out, 'platform')} did not fit in here.\n")
    return "".join(parts)


def _text(lines: list[str]) -> str:
    return "".join([f"{well_formed(inert(line))}\n" for line in lines])


def _platform(found: PlatformStaleness) -> Iterator[str]:
    for each in found.bases:
        yield from ("", markdown_message(base(each)))
    if sentence := brings(found):
        yield from ("", markdown_message(sentence))
    yield from _table(_BROUGHT, changed(found))
    if sentence := updates(found):
        yield from ("", markdown_message(sentence))
    yield from _table(_LACKING, lacking(found))
    if sentence := grade(found):
        yield from ("", markdown_message(sentence))
    for sentence in unknowns(found):
        yield from ("", markdown_message(sentence))
    for sentence in notes(found):
        yield from ("", f"<sub>{markdown_message(sentence)}</sub>")


def _table(head: str, rows: Sequence[Row]) -> Iterator[str]:
    if not rows:
        return
    folded = len(rows) > _FOLDED
    yield ""
    if folded:
        yield from (f"<details><summary>{len(rows):,} source packages</summary>", "")
    yield from (head, "| --- | --- | --- | --- |")
    lines = _lines(rows)
    yield from lines
    if len(lines) < len(rows):
        yield from ("", f"{len(rows) - len(lines):,} more did not fit in here.")
    if folded:
        yield from ("", "</details>")


def _lines(rows: Sequence[Row]) -> list[str]:
    """Return as many rows as there is room for; in a table, a code span could not hold a bar."""
    lines: list[str] = []
    room = _TABLE
    for row in rows:
        line = f"| {' | '.join([markdown(cell) for cell in (row.source, row.old, row.new, row.word)])} |"
        room -= len(well_formed(line).encode())
        if room < 0:
            break
        lines.append(line)
    return lines
