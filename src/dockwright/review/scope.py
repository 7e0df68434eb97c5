"""What is under review, and where in it a finding is shown.

A problem that rules find in the repository as a whole is shown where the author can act on it in this review: in its
own file, or, if that is not under review, where a cause of it is.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec import Struct, structs

from dockwright.finding import Related

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from dockwright.diff import Lines
    from dockwright.finding import Finding
    from dockwright.image import ImageUse
    from dockwright.source import Span

    ChangedLines = Mapping[str, Lines]
    Within = Callable[[str], bool]


class Scope(Struct, frozen=True):
    """What is under review: Dockerfiles, other files, and which of their lines."""

    sources: frozenset[str]
    within: Within
    changed_lines: ChangedLines | None

    def holds(self, path: str) -> bool:
        """Tell whether a file is under review, at least in part."""
        if self.changed_lines is not None and path not in self.changed_lines:
            return False
        return path in self.sources or self.within(path)

    def shows(self, span: Span) -> bool:
        """Tell whether a place is under review."""
        lines = None if self.changed_lines is None else self.changed_lines.get(span.source.path)
        return self.holds(span.source.path) and (lines is None or lines.touch(span.lines))


def is_changed(finding: Finding, changed: ChangedLines) -> bool:
    """Tell whether a finding is on a changed line, or caused by one."""
    return any(
        (lines := changed.get(span.source.path)) is not None and lines.touch(span.lines)
        for span in (finding.span, *finding.causes)
    )


def names_changed(use: ImageUse, changed: ChangedLines) -> bool:
    """Tell whether an image is named on a changed line, or by an `ARG` on one."""
    spans = (use.span, *(() if use.traced is None else (span for span in use.traced.spans if span is not None)))
    return any((lines := changed.get(span.source.path)) is not None and lines.touch(span.lines) for span in spans)


def placed(finding: Finding, scope: Scope) -> Finding | None:
    """Return a finding where the review shows it; None if it has nothing to do with what is under review."""
    if scope.shows(finding.span):
        return finding
    cause = next((span for span in finding.causes if scope.shows(span)), None)
    if cause is None:
        return None
    if scope.holds(finding.span.source.path):
        return finding
    related = (Related(finding.span, "this is where it is"), *(each for each in finding.related if each.span != cause))
    return structs.replace(finding, span=cause, related=related)
