"""Text for people: for each platform what changes, the packages as a table; a long one is cut."""

from __future__ import annotations

from textwrap import wrap
from typing import TYPE_CHECKING

from dockwright.escape import inert, terminal
from dockwright.evidence.unknown import Unknown
from dockwright.excerpt import display_width
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
    from collections.abc import Callable, Iterator

    from dockwright.evidence.comparison import Comparison, PlatformComparison

    Paint = Callable[[str, str], str]

_WIDTH = 80
_INDENT = "  "
_MOST_ROWS = 60
_MOST_SETTINGS = 30
_WIDEST = 40

# Select Graphic Rendition parameters (ECMA-48)
_BOLD = "1"
_DIM = "2"
_RED = "31"
_YELLOW = "33"


def render(comparison: Comparison, *, color: bool) -> str:
    """Render a comparison: the two images, each platform, and a summary."""
    paint = _painter(color=color)
    lines = [paint(terminal(f"{shown(comparison.old)} → {shown(comparison.new)}"), _BOLD)]
    for remark in remarks(comparison):
        lines += [paint(line, _YELLOW) for line in _wrapped(remark)]
    for platform in comparison.platforms:
        lines += ["", paint(terminal(clipped(str(platform.platform))), _BOLD), *_platform(platform, paint)]
    return "".join([f"{inert(line.rstrip())}\n" for line in [*lines, "", summary(comparison)]])


def _platform(platform: PlatformComparison, paint: Paint) -> Iterator[str]:
    yield from _said(packages(platform), paint, unknown=isinstance(platform.packages, Unknown))
    for sentence in sentences(platform):
        yield from _said(sentence, paint, unknown=isinstance(platform.security, Unknown))
    for sentence in grades(platform):
        yield from _said(sentence, paint)
    if sentence := osv(platform):
        yield from _said(sentence, paint, unknown=isinstance(platform.osv, Unknown))
    yield from _table(platform, paint)
    sentence, changed = settings(platform)
    if platform.settings != platform.packages:  # or the reason has been told
        yield from _said(sentence, paint, unknown=isinstance(platform.settings, Unknown))
    for change in changed[:_MOST_SETTINGS]:
        code = _RED if change.may_break else _DIM
        yield paint(f"{_INDENT * 2}{terminal(setting(change))}", code)
    yield from _more(len(changed) - _MOST_SETTINGS, paint)
    if platform.origin is not None:
        yield from _said(origin(platform.origin), paint)
        yield from _said(platform.origin.compare_url, paint)
    yield f"{_INDENT}Size: {size(platform)}."


def _said(sentence: str, paint: Paint, *, unknown: bool = False) -> list[str]:
    return [paint(line, _YELLOW if unknown else "") for line in _wrapped(sentence)]


def _table(platform: PlatformComparison, paint: Paint) -> Iterator[str]:
    changed = sources(platform)
    listed = changed[:_MOST_ROWS]
    rows = [[terminal(cell) for cell in (*source_cells(each), mark(platform, each.source))] for each in listed]
    widths = [min(max(map(display_width, column)), _WIDEST) for column in zip(*rows, strict=True)]
    for type_, *cells in rows:
        code = _RED if type_.startswith(("downgraded", "removed")) else _YELLOW if cells[-1] else ""
        padded = [
            f"{paint(cell, code)}{' ' * (width - display_width(cell))}"
            for cell, width in zip((type_, *cells), widths, strict=True)
        ]
        yield f"{_INDENT * 2}{_INDENT.join(padded)}"
    yield from _more(len(changed) - _MOST_ROWS, paint)


def _more(count: int, paint: Paint) -> Iterator[str]:
    if count > 0:
        yield paint(f"{_INDENT * 2}{count:,} more; `--format json` has them all.", _DIM)


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
