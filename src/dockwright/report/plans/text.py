"""Text for people: a table of updates, with what else there is to know below each; then what is left alone, and why."""

from __future__ import annotations

from textwrap import wrap
from typing import TYPE_CHECKING

from dockwright.bump import UpdateType
from dockwright.escape import inert, terminal
from dockwright.excerpt import display_width
from dockwright.report.plans import (
    PlanContext,
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
    from collections.abc import Callable, Iterable, Mapping, Sequence

    from dockwright.bump import Offered, Planned, Skipped, Update

    Paint = Callable[[str, str], str]

_WIDTH = 80
_INDENT = "    "
_MOST_PLACES = 10
_HEAD = ("image", "current", "new", "type", "where")

# Select Graphic Rendition parameters (ECMA-48)
_BOLD = "1"
_DIM = "2"
_YELLOW = "33"
_COLORS = {
    UpdateType.REFRESH: "36",
    UpdateType.PATCH: "32",
    UpdateType.MINOR: "33",
    UpdateType.MAJOR: "31",
    UpdateType.PIN: "36",
    UpdateType.REPLACEMENT: "35",
}


def render(planned: Planned, context: PlanContext) -> str:
    """Render plans: the table, what is left alone, and a summary."""
    paint = _painter(color=context.color)
    lines = _table(updates(planned), remarks(planned), paint)
    for title, skipped in sections(planned.skipped):
        lines += [f"{title}:", *_skipped(skipped, paint), ""]
    return "".join([f"{inert(line.rstrip())}\n" for line in [*lines, summary(planned, context)]])


def render_offers(offered: Iterable[Offered], skipped: Iterable[Skipped]) -> str:
    """Render what registries offer: the best tag of each type, and what there is to know."""
    paint = _painter(color=False)
    lines: list[str] = []
    for each in offered:
        lines += [f"{terminal(shown(each.current))}  {terminal(_joined(places(each.uses)))}"]
        lines += [f"{_INDENT}{terminal(tag)}" for tag in offered_tags(each)]
        lines += [line for note in each.notes for line in _wrapped(note, _INDENT)]
    for title, some in sections(skipped):
        lines += ["", f"{title}:", *_skipped(some, paint)]
    return "".join([f"{inert(line.rstrip())}\n" for line in lines])


def _table(found: Sequence[Update], remarked: Mapping[int, tuple[str, ...]], paint: Paint) -> list[str]:
    if not found:
        return []
    rows = [[terminal(cell) for cell in _cells(update)] for update in found]
    widths = [max(map(display_width, column)) for column in zip(_HEAD, *rows, strict=True)]
    lines = [_row([(cell, "") for cell in _HEAD], widths, paint)]
    for update, cells in zip(found, rows, strict=True):
        codes = (_BOLD, "", "", _COLORS[update.type], "")
        lines.append(_row(list(zip(cells, codes, strict=True)), widths, paint))
        lines += [paint(line, _DIM) for line in _notes(update, remarked[id(update)])]
    return [*lines, ""]


def _cells(update: Update) -> tuple[str, ...]:
    where = places(update.uses)
    more = f" and {len(where) - 1} more" if len(where) > 1 else ""
    return repository(update.current), version(update.current), version(update.new), update.type.value, where[0] + more


def _row(cells: Sequence[tuple[str, str]], widths: Sequence[int], paint: Paint) -> str:
    return "  ".join(
        [
            f"{paint(cell, code)}{' ' * (size - display_width(cell))}"
            for (cell, code), size in zip(cells, widths, strict=True)
        ]
    )


def _notes(update: Update, remarked: Iterable[str]) -> list[str]:
    where = places(update.uses)
    also = [f"Also {_joined(where[1:])}."] if len(where) > 1 else []
    return [line for note in (*also, f"{update.reason}.", *remarked) for line in _wrapped(note, _INDENT)]


def _joined(where: list[str]) -> str:
    shown = where[:_MOST_PLACES]
    return ", ".join(shown) + (f" and {len(where) - len(shown)} more" if len(where) > len(shown) else "")


def _skipped(skipped: Iterable[Skipped], paint: Paint) -> list[str]:
    lines: list[str] = []
    for each in skipped:
        name = each.uses[0].word.text if each.current is None else shown(each.current)
        lines.append(f"  {paint(terminal(name), _BOLD)}  {terminal(_joined(places(each.uses)))}")
        for note in (*(each.lag or (f"{each.reason}.",)), *each.notes):
            lines += [paint(line, _YELLOW if each.failed or each.lag else _DIM) for line in _wrapped(note, _INDENT)]
    return lines


def _painter(*, color: bool) -> Paint:
    """Return what colours a text, or leaves it as it is."""
    return lambda text, code: f"\x1b[{code}m{text}\x1b[0m" if color and code and text else text


def _wrapped(sentence: str, indent: str) -> list[str]:
    text = terminal(f"{sentence[:1].upper()}{sentence[1:]}")
    return wrap(
        text, _WIDTH, initial_indent=indent, subsequent_indent=indent, break_long_words=False, break_on_hyphens=False
    )
