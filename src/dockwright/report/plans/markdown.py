"""Markdown for people: the summary of a job on GitHub that updates images."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dockwright.escape import inert, markdown, markdown_code, markdown_message, well_formed
from dockwright.report.plans import (
    offered_tags,
    places,
    remarks,
    repository,
    sections,
    shown,
    summary,
    updates,
    version,
)

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from dockwright.bump import Offered, Planned, Skipped, Update
    from dockwright.report.plans import PlanContext

_LIMIT = 1_000_000  # bytes; GitHub takes 1 MiB from a step, or nothing
_MOST_PLACES = 10


def render(planned: Planned, context: PlanContext) -> str:
    """Render plans as GitHub's Markdown; what does not fit into a job's summary is counted instead."""
    parts = [f"## Dockwright: {summary(planned, context)}\n\n"]
    room = _LIMIT - len(parts[0])
    left_out = 0
    for block in _blocks(planned):
        text = "".join([f"{well_formed(inert(line))}\n" for line in block])
        if (size := len(text.encode())) > room:
            left_out += 1
            continue
        parts.append(text)
        room -= size
    if left_out:
        parts.append(f"\n{left_out} more did not fit in here.\n")
    return "".join(parts)


def _blocks(planned: Planned) -> Iterator[list[str]]:
    found = updates(planned)
    if found:
        yield ["| image | current | new | type | where |", "| --- | --- | --- | --- | --- |"]
    yield from ([_row(update)] for update in found)
    remarked = remarks(planned)
    noted = [update for update in found if remarked[id(update)]]
    if noted:
        yield ["", "### Worth knowing", ""]
    yield from (list(_notes(update, remarked[id(update)])) for update in noted)
    for title, skipped in sections(planned.skipped):
        yield ["", f"### {title}", ""]
        yield from (list(_skipped(each)) for each in skipped)


def render_offers(offered: Iterable[Offered], skipped: Iterable[Skipped]) -> str:
    """Render what registries offer as GitHub's Markdown."""
    lines = ["| image | offered | where |", "| --- | --- | --- |"]
    for each in offered:
        cells = (markdown_code(shown(each.current)), ", ".join(offered_tags(each)), markdown(_where(places(each.uses))))
        lines.append(f"| {' | '.join(cells)} |")
    for title, some in sections(skipped):
        lines += ["", f"### {title}", "", *(line for each in some for line in _skipped(each))]
    return "".join([f"{well_formed(inert(line))}\n" for line in lines])


def _row(update: Update) -> str:
    """Return a row of the table; a code span in it may hold an image's name, but not a path, which may have a bar."""
    names = (repository(update.current), version(update.current), version(update.new))
    cells = [*map(markdown_code, names), update.type.value, markdown(_where(places(update.uses)))]
    return f"| {' | '.join(cells)} |"


def _where(where: list[str]) -> str:
    more = len(where) - _MOST_PLACES
    return ", ".join(where[:_MOST_PLACES]) + (f" and {more} more" if more > 0 else "")


def _notes(update: Update, remarked: Iterable[str]) -> Iterator[str]:
    yield f"- {markdown_code(shown(update.current))}: {markdown_message(_sentence(update.reason))}"
    for note in remarked:
        yield f"  - {markdown_message(note)}"


def _skipped(skipped: Skipped) -> Iterator[str]:
    name = skipped.uses[0].word.text if skipped.current is None else shown(skipped.current)
    where = markdown(_where(places(skipped.uses)))
    first, *more = skipped.lag or (_sentence(skipped.reason),)
    yield f"- {markdown_code(name)} ({where}): {markdown_message(first)}"
    for note in (*more, *skipped.notes):
        yield f"  - {markdown_message(note)}"


def _sentence(reason: str) -> str:
    return f"{reason[:1].upper()}{reason[1:]}."
