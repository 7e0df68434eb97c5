"""Markdown for people: the summary of a job on GitHub, or a comment; long tables are folded."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from dockwright.escape import inert, markdown, markdown_code, markdown_message, well_formed
from dockwright.evidence.unknown import Unknown
from dockwright.report import plural
from dockwright.report.checks import cells, grade, lacking, looked_at, osv, others, remarks, rows, shown, summary, title

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from dockwright.evidence.checked import CheckedImage
    from dockwright.evidence.freshness import Freshness
    from dockwright.report.checks import Row

_LIMIT: Final = 1_000_000  # bytes; GitHub takes 1 MiB from a step, or nothing
_TABLE: Final = 60_000
"""Bytes of one platform's table."""
_FOLDED: Final = 15


def render(images: Sequence[CheckedImage], *, color: bool) -> str:  # noqa: ARG001 - as the other formats
    """Render checked images as GitHub's Markdown; what does not fit into a job's summary is counted."""
    parts = [_text(["## Dockwright: published security updates", "", summary(images)])]
    room = _LIMIT - len(parts[0].encode())
    left_out = 0
    for image in images:
        for text in _image(image):
            if (needed := len(text.encode())) > room:
                left_out += 1
                continue
            parts.append(text)
            room -= needed
    if left_out:
        parts.append(f"\n{plural(left_out, 'part')} did not fit in here.\n")
    return "".join(parts)


def _text(lines: list[str]) -> str:
    return "".join([f"{well_formed(inert(line))}\n" for line in lines])


def _image(image: CheckedImage) -> Iterator[str]:
    said = [line for remark in remarks(image) for line in ("", markdown_message(remark))]
    yield _text(["", f"### {markdown_code(shown(image.subject))}", *said])
    for platform in image.platforms:
        yield _text(["", f"#### {markdown(title(platform))}", "", *_platform(platform)])


def _platform(found: Freshness) -> Iterator[str]:
    if sentence := grade(found):
        yield from (f"**{markdown_message(sentence)}**", "")
    yield markdown_message(lacking(found))
    yield from _table(rows(found))
    for sentence in filter(None, (others(found), osv(found))):
        yield from ("", markdown_message(sentence))
    published = () if isinstance(found.published, Unknown) else (looked_at(found.published),)
    for note in (*published, *found.notes):
        yield from ("", f"<sub>{markdown_message(note)}</sub>")


def _table(found: Sequence[Row]) -> Iterator[str]:
    if not found:
        return
    folded = len(found) > _FOLDED
    yield ""
    if folded:
        yield from (f"<details><summary>{len(found):,} source packages</summary>", "")
    yield from ("| source | installed | published | since | fixes |", "| --- | --- | --- | --- | --- |")
    lines = _lines(found)
    yield from lines
    if len(lines) < len(found):
        yield from ("", f"{len(found) - len(lines):,} more did not fit in here.")
    if folded:
        yield from ("", "</details>")


def _lines(found: Sequence[Row]) -> list[str]:
    """Return as many rows as there is room for; in a table, a code span could not hold a bar."""
    lines: list[str] = []
    room = _TABLE
    for row in found:
        line = f"| {' | '.join([markdown(cell) for cell in cells(row)])} |"
        room -= len(well_formed(line).encode())
        if room < 0:
            break
        lines.append(line)
    return lines
