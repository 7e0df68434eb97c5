"""Text for people: each finding above the lines that it is about, with the place underlined; for 80 columns.

Everything that comes from a file is shown in printable characters only, so that no file can control the terminal.
"""

from __future__ import annotations

from itertools import groupby
from typing import TYPE_CHECKING

from dockwright.escape import inert, terminal
from dockwright.excerpt import MOST_LINES, display_width, excerpt
from dockwright.finding import Applicability, Result, Severity
from dockwright.report import headline, place, plural, summary

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from dockwright.finding import Finding, Fix
    from dockwright.image import ImageUse
    from dockwright.report import Context, DescribedRule
    from dockwright.source import Span

    Paint = Callable[[str, str], str]

_WIDTH = 80
_INDENT = "  "

# Select Graphic Rendition parameters (ECMA-48)
_BOLD = "1"
_DIM = "2"
_GREEN = "32"
_COLORS = {Severity.ERROR: "1;31", Severity.WARNING: "1;33", Severity.NOTICE: "1;36"}


def render(result: Result, context: Context) -> str:
    """Render a result: findings by file, then what could not be reviewed, then a summary."""
    paint = _painter(color=context.color)
    lines: list[str] = []
    for path, group in groupby(result.findings, key=lambda finding: finding.span.source.path):
        findings = tuple(group)
        lines += [paint(f"{terminal(path)}: {headline(Result(findings, ()))}", _BOLD), ""]
        for finding in findings:
            lines += [*_finding(finding, paint), ""]
    for path, reason in _failures(result):
        lines += [*_wrapped([(f"{path}:", _BOLD), *_words(reason)], paint), ""]
    return _safe([*lines, *_wrapped([(word, _BOLD) for word in summary(result).split(" ")], paint)])


def render_images(uses: Iterable[ImageUse]) -> str:
    """Render the places that name an image as a table."""
    rows = [(place(use.span), use.kind.value, use.stage or "", _image(use)) for use in uses]
    return _table(("place", "kind", "stage", "image"), rows)


def render_rules(rules: Iterable[DescribedRule]) -> str:
    """Render rules as a table."""
    rows = [(rule.id, rule.severity.label if rule.enabled else "off", _marks(rule), rule.title) for rule in rules]
    return _table(("rule", "severity", "", "finds"), rows)


def _marks(rule: DescribedRule) -> str:
    return ", ".join([*(["fix"] if rule.fixable else []), *(["online"] if rule.online else [])])


def render_explanation(rule: DescribedRule, context: Context) -> str:
    """Render a rule's page: what it is called, how severe it is, and the page's text."""
    paint = _painter(color=context.color)
    off = "off unless registries are asked (`online`)" if rule.online else "off unless configured"
    facts = [rule.severity.label if rule.enabled else off, f"since {rule.since}"]
    if rule.fixable:
        facts.append("has fixes")
    if rule.aliases:
        facts.append(f"also known as {', '.join(rule.aliases)}")
    title, _, body = rule.page.partition("\n")
    lines = [paint(f"{rule.id}: {title}", _BOLD), paint("; ".join(facts), _DIM)]
    lines += [paint(line, _BOLD) if line.startswith("## ") else line for line in body.rstrip().split("\n")]
    return _safe(lines)


def _image(use: ImageUse) -> str:
    return f"{use.word.text} (not known)" if use.reference is None else use.reference.canonical


def _failures(result: Result) -> Iterable[tuple[str, str]]:
    """Yield what was not reviewed: what it is, and why."""
    for file in result.unreadable:
        yield terminal(file.path), f"not reviewed: {file.reason}"
    for broken in result.broken_rules:
        yield "bug", f"{broken}. Please report it; everything else was reviewed."


def _finding(finding: Finding, paint: Paint) -> list[str]:
    head = [(terminal(place(finding.span)), _BOLD), (finding.severity.label, _COLORS[finding.severity])]
    words = [*head, *_words(finding.message), (f"[{finding.rule}]", _DIM)]
    lines = [*_wrapped(words, paint), *_excerpt(finding.span, finding.severity, paint)]
    for each in finding.related:
        lines += _wrapped([("see:", _DIM), (terminal(place(each.span)), ""), *_words(each.text)], paint, indent=_INDENT)
    return lines if finding.fix is None else [*lines, *_fix(finding.fix, paint)]


def _excerpt(span: Span, severity: Severity, paint: Paint) -> list[str]:
    size = len(str(span.lines[:MOST_LINES][-1]))
    gutter = f"{_INDENT}{paint(' ' * size + ' |', _DIM)}"
    lines: list[str] = []
    for line in excerpt(span, _WIDTH - len(_INDENT) - size - len(" | ")):
        marks = line.marks.lstrip()
        blanks = " " * (len(line.marks) - len(marks))
        lines.append(f"{_INDENT}{paint(f'{line.number:{size}} |', _DIM)} {line.text}")
        if marks:
            lines.append(f"{gutter} {blanks}{paint(marks, _COLORS[severity])}")
    if (more := len(span.lines) - MOST_LINES) > 0:
        lines.append(f"{gutter} and {plural(more, 'more line')}")
    return lines


def _fix(fix: Fix, paint: Paint) -> list[str]:
    how = "--fix" if fix.applicability is Applicability.SAFE else "--fix --unsafe"
    words = [("fix:", _GREEN), *_words(fix.description), (f"({how})", _DIM)]
    return _wrapped(words, paint, indent=_INDENT)


def _words(text: str) -> list[tuple[str, str]]:
    """Split a text at its spaces, unpainted; a line end is a space."""
    return [(terminal(word), "") for word in text.replace("\n", " ").split(" ")]


def _wrapped(words: Sequence[tuple[str, str]], paint: Paint, *, indent: str = "") -> list[str]:
    """Join words into lines; further lines are indented by four, and a word that is too long has a line of its own."""
    lines = [indent]
    room = _WIDTH - len(indent)
    for index, (word, color) in enumerate(words):
        size = display_width(word)
        if index and size + 1 > room:
            lines.append(f"{indent}    ")
            room = _WIDTH - len(lines[-1])
        elif index:
            lines[-1] += " "
            room -= 1
        lines[-1] += paint(word, color)
        room -= size
    return lines


def _table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    shown = [head, *([terminal(cell) for cell in row] for row in rows)]
    widths = [max(map(display_width, column)) for column in zip(*shown, strict=True)]
    return _safe(
        [
            "  ".join([f"{cell}{' ' * (size - display_width(cell))}" for cell, size in zip(row, widths, strict=True)])
            for row in shown
        ]
    )


def _painter(*, color: bool) -> Paint:
    """Return what colours a text, or leaves it as it is."""
    return lambda text, code: f"\x1b[{code}m{text}\x1b[0m" if color and code and text else text


def _safe(lines: Iterable[str]) -> str:
    """Join lines; a workflow's log may be where they are printed."""
    return "".join([f"{inert(line.rstrip())}\n" for line in lines])
