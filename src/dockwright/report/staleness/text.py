"""Text for people: the answer, then for each platform what it is built on, what it lacks, what a build would bring."""

from __future__ import annotations

from textwrap import wrap
from typing import TYPE_CHECKING

from dockwright.escape import inert, terminal
from dockwright.evidence.staleness import State
from dockwright.evidence.unknown import Unknown
from dockwright.excerpt import display_width
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
    from collections.abc import Callable, Iterator, Sequence

    from dockwright.evidence.staleness import PlatformStaleness, Staleness
    from dockwright.report.staleness import Row

    Paint = Callable[[str, str], str]

_WIDTH = 80
_INDENT = "  "
_MOST_ROWS = 40
_WIDEST = 40

# Select Graphic Rendition parameters (ECMA-48)
_BOLD = "1"
_DIM = "2"
_RED = "31"
_GREEN = "32"
_YELLOW = "33"
_ANSWERS = {True: _RED, False: _GREEN, None: _YELLOW}
_STATES = {State.CURRENT: "", State.MOVED: _RED, State.UNKNOWN: _YELLOW}


def render(staleness: Staleness, *, color: bool) -> str:
    """Render the image, the answer, and each platform."""
    paint = _painter(color=color)
    lines = [paint(terminal(shown(staleness.subject)), _BOLD)]
    lines += _said(answer(staleness), paint, _ANSWERS[staleness.needed])
    for remark in remarks(staleness):
        lines += _said(remark, paint, _YELLOW)
    for platform in staleness.platforms:
        lines += ["", paint(terminal(title(platform)), _BOLD), *_platform(platform, paint)]
    return "".join([f"{inert(line.rstrip())}\n" for line in lines])


def _platform(found: PlatformStaleness, paint: Paint) -> Iterator[str]:
    for each in found.bases:
        yield from _said(base(each), paint, _STATES[each.state])
    yield from _said(brings(found), paint, _YELLOW if isinstance(found.brings, Unknown) else "")
    yield from _table(changed(found), paint)
    yield from _said(updates(found), paint, _YELLOW if isinstance(found.updates, Unknown) else "")
    yield from _table(lacking(found), paint)
    yield from _said(grade(found), paint, _DIM)
    for sentence in unknowns(found):
        yield from _said(sentence, paint, _YELLOW)
    for sentence in notes(found):
        yield from _said(sentence, paint, _DIM)


def _said(sentence: str, paint: Paint, code: str = "") -> list[str]:
    return [paint(line, code) for line in _wrapped(sentence)] if sentence else []


def _table(rows: Sequence[Row], paint: Paint) -> Iterator[str]:
    lines = [[terminal(cell) for cell in (row.word, row.source, row.old, row.new)] for row in rows[:_MOST_ROWS]]
    widths = [min(max(map(display_width, column)), _WIDEST) for column in zip(*lines, strict=True)]
    for line in lines:
        padded = [f"{cell}{' ' * (width - display_width(cell))}" for cell, width in zip(line, widths, strict=True)]
        yield f"{_INDENT * 2}{_INDENT.join(padded)}"
    if len(rows) > _MOST_ROWS:
        yield paint(f"{_INDENT * 2}{len(rows) - _MOST_ROWS:,} more; `--format json` has them all.", _DIM)


def _painter(*, color: bool) -> Paint:
    """Return what colours a text, or leaves it as it is."""
    return lambda text, code: f"\x1b[{code}m{text}\x1b[0m" if color and code and text else text


def _wrapped(sentence: str) -> list[str]:
    return wrap(
        terminal(sentence),
        _WIDTH,
        initial_indent=_INDENT,
        subsequent_indent=_INDENT,
        break_long_words=False,
        break_on_hyphens=False,
    )
