"""Markdown for people: the summary of a job on GitHub.

It is read there without the files at hand, so each finding has its place, its message and, folded, its fix as a diff.
"""

from __future__ import annotations

from itertools import groupby
from typing import TYPE_CHECKING

from dockwright.escape import (
    inert,
    markdown,
    markdown_block,
    markdown_code,
    markdown_message,
    well_formed,
)
from dockwright.finding import Applicability
from dockwright.report import headline, plural, remarks, scope

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from dockwright.finding import Finding, Fix, Result
    from dockwright.report import Context
    from dockwright.source import Edit, Source

_LIMIT = 1_000_000  # bytes; GitHub takes 1 MiB from a step, or nothing
_LONGEST_DIFF = 50  # lines
_LONGEST_LINE = 500  # characters


def render(result: Result, context: Context) -> str:
    """Render a result as GitHub's Markdown; what does not fit into a job's summary is counted instead."""
    parts = [_block([f"## Dockwright: {_found(result)}"])]
    if said := "; ".join(remarks(result)):
        parts.append(_block([markdown_message(f"{said[0].upper()}{said[1:]}.")]))
    room = _LIMIT - sum(map(_size, parts))
    left_out = 0
    previous = ""
    for heading, item in _items(result, context):
        block = item if heading == previous else heading + item
        if _size(block) > room:
            left_out += 1
            continue
        parts.append(block)
        room -= _size(block)
        previous = heading
    if left_out:
        parts.append(_block([f"{left_out} more did not fit in here."]))
    return "".join(parts).removesuffix("\n")


def _found(result: Result) -> str:
    if not result.files and not result.unreadable:
        return "no Dockerfiles to review"
    return f"{headline(result)}{scope(result)}"


def _items(result: Result, context: Context) -> Iterator[tuple[str, str]]:
    """Yield what is to be said, each with the heading that it belongs under."""
    for failure in _failures(result):
        yield "", _block([failure])
    for finding in result.findings:
        heading = f"### {markdown_code(finding.span.source.path)}"
        yield _block([heading]), _block(_finding(finding, context))


def _size(text: str) -> int:
    return len(text.encode())


def _block(lines: Iterable[str]) -> str:
    """Join lines and end the block; none of them is a command to the runner, should they be printed in a workflow."""
    return "".join([f"{well_formed(inert(line))}\n" for line in lines]) + "\n"


def _failures(result: Result) -> Iterator[str]:
    """Yield what was not reviewed, and why."""
    for file in result.unreadable:
        yield f"- **not reviewed** {markdown_code(file.path)}: {markdown_message(file.reason)}"
    for broken in result.broken_rules:
        yield f"- **bug in Dockwright** {markdown_message(broken)}"


def _finding(finding: Finding, context: Context) -> Iterator[str]:
    """Yield an item of a list."""
    url = context.page(finding.rule)
    rule = markdown_code(finding.rule)
    linked = rule if url is None else f"[{rule}]({url})"
    message = markdown_message(finding.message.replace("\n", " "))
    place = markdown_code(f"{finding.span.source.path}:{finding.span.first.line}")
    yield f"- **{finding.severity.label}** {place} {message} ({linked})"
    for each in finding.related:
        where = markdown_code(f"{each.span.source.path}:{each.span.first.line}")
        yield f"  - see {where}: {markdown_message(each.text)}"
    if finding.fix is not None:
        for line in _fix(finding.fix):
            yield f"  {line}".rstrip()


def _fix(fix: Fix) -> Iterator[str]:
    """Yield a fold with the fix as a diff. The fold is HTML up to the blank line, and Markdown after it."""
    how = "safe" if fix.applicability is Applicability.SAFE else "needs a look"
    yield ""
    yield f"<details><summary>Fix ({how}): {_html(fix.description)}</summary>"
    yield ""
    yield from markdown_block(list(_shortened(list(_diff(fix)))), "diff")
    yield ""
    yield "</details>"


def _html(message: str) -> str:
    """Return a message in HTML, where backticks make no code."""
    parts = message.replace("\n", " ").split("`")
    return "".join(
        [f"<code>{markdown(part)}</code>" if index % 2 else markdown(part) for index, part in enumerate(parts)]
    )


def _shortened(lines: Sequence[str]) -> Iterator[str]:
    for line in lines[:_LONGEST_DIFF]:
        yield line if len(line) <= _LONGEST_LINE else f"{line[:_LONGEST_LINE]}..."
    if len(lines) > _LONGEST_DIFF:
        yield f"... {plural(len(lines) - _LONGEST_DIFF, 'more line')}"


def _diff(fix: Fix) -> Iterator[str]:
    """Yield the lines that the fix changes, as they are and as they will be."""
    edits = sorted(fix.edits, key=lambda edit: (edit.span.source.path, edit.span.start, edit.span.end))
    for path, group in groupby(edits, key=lambda edit: edit.span.source.path):
        for together in _neighbours(list(group)):
            yield from _hunk(path, together)


def _neighbours(edits: list[Edit]) -> list[list[Edit]]:
    """Put edits of the same line, or of lines that follow each other, together."""
    found: list[list[Edit]] = []
    for edit in edits:
        if found and edit.span.first.line <= found[-1][-1].span.last.line + 1:
            found[-1].append(edit)
        else:
            found.append([edit])
    return found


def _hunk(path: str, edits: Sequence[Edit]) -> Iterator[str]:
    source = edits[0].span.source
    first, last = edits[0].span.first.line, edits[-1].span.last.line
    old, new = _part(source, first, last), _part(source, first, last, edits)
    if new and not new.endswith("\n") and last < len(source.line_starts):  # the line below is drawn up
        old, new = _part(source, first, last + 1), _part(source, first, last + 1, edits)
    yield f"@@ {path}:{first} @@"
    yield from (f"-{line}" for line in _lines(old))
    yield from (f"+{line}" for line in _lines(new))


def _part(source: Source, first: int, last: int, edits: Sequence[Edit] = ()) -> str:
    """Return the text of some lines, edited."""
    starts = source.line_starts
    done = starts[first - 1]
    parts: list[str] = []
    for edit in edits:
        parts += (source.text[done : edit.span.start], edit.text)
        done = edit.span.end
    parts.append(source.text[done : starts[last] if last < len(starts) else None])
    return "".join(parts)


def _lines(text: str) -> list[str]:
    return [line.removesuffix("\r") for line in text.removesuffix("\n").split("\n")] if text else []
