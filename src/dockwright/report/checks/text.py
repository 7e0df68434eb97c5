"""Text for people: for each platform the grade, and what is lacking as a table; a long one is cut."""

from __future__ import annotations

from textwrap import wrap
from typing import TYPE_CHECKING

from dockwright.escape import inert, terminal
from dockwright.evidence.unknown import Unknown
from dockwright.excerpt import display_width
from dockwright.report.checks import cells, grade, lacking, looked_at, osv, others, remarks, rows, shown, summary, title

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from dockwright.evidence.checked import CheckedImage
    from dockwright.evidence.freshness import Freshness
    from dockwright.report.checks import Row

    Paint = Callable[[str, str], str]

_WIDTH = 80
_INDENT = "  "
_MOST_ROWS = 60
_WIDEST = 40

# Select Graphic Rendition parameters (ECMA-48)
_BOLD = "1"
_DIM = "2"
_RED = "31"
_GREEN = "32"
_YELLOW = "33"
_COLORS = {"A": _GREEN, "B": _YELLOW, "C": _YELLOW}


def render(images: Sequence[CheckedImage], *, color: bool) -> str:
    """Render checked images: each with its platforms, and a summary."""
    paint = _painter(color=color)
    lines: list[str] = []
    for image in images:
        lines += [*_image(image, paint), ""]
    return "".join([f"{inert(line.rstrip())}\n" for line in [*lines, summary(images)]])


def _image(image: CheckedImage, paint: Paint) -> Iterator[str]:
    yield paint(terminal(shown(image.subject)), _BOLD)
    for remark in remarks(image):
        yield from _said(remark, paint, _YELLOW)
    for platform in image.platforms:
        yield from ("", paint(terminal(title(platform)), _BOLD))
        yield from _platform(platform, paint)


def _platform(found: Freshness, paint: Paint) -> Iterator[str]:
    code = _YELLOW if isinstance(found.grade, Unknown) else _COLORS.get(found.grade.letter, _RED)
    yield from _said(grade(found), paint, code)
    yield from _said(lacking(found), paint, _YELLOW if found.unknown else "")
    yield from _table(rows(found), paint)
    yield from _said(others(found), paint)
    yield from _said(osv(found), paint)
    if not isinstance(found.published, Unknown):
        yield from _said(looked_at(found.published), paint, _DIM)
    for note in found.notes:
        yield from _said(note, paint, _DIM)


def _said(sentence: str, paint: Paint, code: str = "") -> list[str]:
    return [paint(line, code) for line in _wrapped(sentence)] if sentence else []


def _table(found: Sequence[Row], paint: Paint) -> Iterator[str]:
    lines = [[terminal(cell) for cell in cells(row, ids=1)] for row in found[:_MOST_ROWS]]
    widths = [min(max(map(display_width, column)), _WIDEST) for column in zip(*lines, strict=True)]
    for line in lines:
        padded = [f"{cell}{' ' * (width - display_width(cell))}" for cell, width in zip(line, widths, strict=True)]
        yield f"{_INDENT * 2}{_INDENT.join(padded)}"
    if len(found) > _MOST_ROWS:
        yield paint(f"{_INDENT * 2}{len(found) - _MOST_ROWS:,} more; `--format json` has them all.", _DIM)


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
