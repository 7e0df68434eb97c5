"""Markdown for people: the summary of a job on GitHub, or a comment; long tables are folded."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from dockwright.escape import inert, markdown, markdown_code, markdown_message, well_formed
from dockwright.report import plural
from dockwright.report.comparisons import (
    clipped,
    origin,
    packages,
    remarks,
    setting,
    settings,
    shown,
    size,
    source_cells,
    sources,
    summary,
)
from dockwright.report.comparisons.security import grades, mark, osv, sentences

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from dockwright.evidence.changes import SourceChange
    from dockwright.evidence.comparison import Comparison, PlatformComparison

_LIMIT: Final = 1_000_000  # bytes; GitHub takes 1 MiB from a step, or nothing
_TABLE: Final = 60_000
"""Bytes of one platform's table: eight of them, and what is beside them, stay below the limit."""
_FOLDED: Final = 15
_MOST_SETTINGS: Final = 20


def render(comparison: Comparison, *, color: bool) -> str:  # noqa: ARG001 - as the other formats
    """Render a comparison as GitHub's Markdown; a platform that does not fit into a job's summary is counted."""
    names = " → ".join([markdown_code(shown(each)) for each in (comparison.old, comparison.new)])
    head = [f"## Dockwright: {names}", "", summary(comparison)]
    parts = [_text([*head, *(f"\n{markdown_message(remark)}" for remark in remarks(comparison))])]
    room = _LIMIT - len(parts[0].encode())
    left_out = 0
    for platform in comparison.platforms:
        text = _text(["", f"### {markdown(clipped(str(platform.platform)))}", "", *_platform(platform)])
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


def _platform(platform: PlatformComparison) -> Iterator[str]:
    yield markdown_message(" ".join([packages(platform), *sentences(platform)]))
    for sentence in grades(platform):
        yield from ("", markdown_message(sentence))
    if sentence := osv(platform):
        yield from ("", markdown_message(sentence))
    yield from _table(platform)
    sentence, changed = settings(platform)
    if sentence and platform.settings != platform.packages:  # or the reason has been told
        yield from ("", markdown_message(sentence))
    if changed:
        yield ""
    for change in changed[:_MOST_SETTINGS]:
        text = markdown(setting(change))
        yield f"- **{text}**" if change.may_break else f"- {text}"
    if len(changed) > _MOST_SETTINGS:
        yield f"- {len(changed) - _MOST_SETTINGS:,} more"
    if platform.origin is not None:
        url = platform.origin.compare_url  # made of two commits and a name of GitHub's, so nothing in it needs escaping
        yield from ("", markdown_message(origin(platform.origin)) + (f" [What changed]({url})" if url else ""))
    yield from ("", f"Size: {size(platform)}.")


def _table(platform: PlatformComparison) -> Iterator[str]:
    changed = sources(platform)
    if not changed:
        return
    folded = len(changed) > _FOLDED
    yield ""
    if folded:
        yield from (f"<details><summary>{len(changed):,} source packages</summary>", "")
    marks = [mark(platform, each.source) for each in changed]
    column = " fixes |" if any(marks) else ""
    yield from (
        f"| change | source | old | new | packages |{column}",
        f"| --- | --- | --- | --- | --- |{' --- |' if column else ''}",
    )
    rows = _rows(changed, marks if column else None)
    yield from rows
    if len(rows) < len(changed):
        yield from ("", f"{len(changed) - len(rows):,} more did not fit in here.")
    if folded:
        yield from ("", "</details>")


def _rows(changed: Sequence[SourceChange], marks: Sequence[str] | None) -> list[str]:
    """Return as many rows as there is room for; in a table, a code span could not hold a bar."""
    rows: list[str] = []
    room = _TABLE
    for place, change in enumerate(changed):
        cells = source_cells(change) if marks is None else (*source_cells(change), marks[place])
        row = f"| {' | '.join([markdown(cell) for cell in cells])} |"
        room -= len(well_formed(row).encode())
        if room < 0:
            break
        rows.append(row)
    return rows
