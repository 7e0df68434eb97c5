"""A check run of a review: its annotations, and the key by which one that was cut off is known again."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dockwright.escape import well_formed
from dockwright.finding import Severity
from dockwright.github.model import CheckAnnotation, CheckRun, Conclusion, Level

if TYPE_CHECKING:
    from dockwright.finding import Finding

NAME = "Dockwright"
_LEVELS = {Severity.NOTICE: Level.NOTICE, Severity.WARNING: Level.WARNING, Severity.ERROR: Level.FAILURE}
_LONGEST_TITLE = 255  # characters (OpenAPI)
_LONGEST_MESSAGE = 16_000  # characters; GitHub takes 64 KiB


def check_run(
    head: str, conclusion: Conclusion, *, title: str, summary: str, annotations: tuple[CheckAnnotation, ...]
) -> CheckRun:
    """Return a check run of a commit."""
    from hashlib import sha256

    from msgspec.json import encode

    content = encode((head, conclusion.value, title, summary, annotations))
    key = f"dockwright-{sha256(content).hexdigest()[:32]}"
    return CheckRun(NAME, head, key, conclusion, title, summary, annotations)


def annotation(finding: Finding, title: str) -> CheckAnnotation:
    """Return the annotation of a finding: plain text, which GitHub shows as it is."""
    first, last = finding.span.first, finding.span.last
    fix = () if finding.fix is None else (f"Fix: {finding.fix.description}",)
    message = "\n".join([finding.message, *map(str, finding.related), *fix])
    return CheckAnnotation(
        path=well_formed(finding.span.source.path),
        first=first.line,
        last=last.line,
        level=_LEVELS[finding.severity],
        title=title[:_LONGEST_TITLE],
        message=well_formed(message)[:_LONGEST_MESSAGE],
        columns=(first.column, max(first.column, last.column - 1)) if first.line == last.line else None,
    )
