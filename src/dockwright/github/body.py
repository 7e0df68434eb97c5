"""The text of our comments, and the hidden marker by which we know them again."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from msgspec import Struct

from dockwright.escape import markdown, markdown_code, markdown_message
from dockwright.finding import Applicability

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from dockwright.finding import Finding, Related
    from dockwright.github.suggestion import Suggestion

LONGEST = 65_536  # characters of a comment
_LONGEST_MESSAGE = 20_000
_MOST_LISTED = 100
_MOST_RELATED = 20
_MARKER = re.compile(r"\A<!-- dockwright rule=([a-z0-9-]+) fingerprint=([0-9a-f]+) -->", re.ASCII)
_SUMMARY = "<!-- dockwright summary -->"
_REVIEW = "<!-- dockwright review -->"


class Marker(Struct, frozen=True, gc=False):
    """What the comment of a finding says of it; nothing that changes when lines move."""

    rule: str
    fingerprint: str


def marker_of(body: str) -> Marker | None:
    """Read the marker with which a finding's comment begins; further down it could be a Dockerfile's text."""
    found = _MARKER.match(body)
    return None if found is None else Marker(found[1], found[2])


def is_summary(body: str) -> bool:
    """Tell whether a comment is a summary of ours, if it is by us."""
    return body.startswith(_SUMMARY)


def finding_body(finding: Finding, suggestion: Suggestion | None, page: str | None) -> str:
    """Return the comment about a finding; `page` is the URL of its rule's page."""
    rule = markdown_code(finding.rule)
    message = finding.message.replace("\n", " ")
    shown = message if len(message) <= _LONGEST_MESSAGE else f"{message[:_LONGEST_MESSAGE]}..."
    parts = [
        f"<!-- dockwright rule={finding.rule} fingerprint={finding.fingerprint} -->",
        f"**{finding.severity.label}** {markdown_message(shown)} ({rule if page is None else f'[{rule}]({page})'})",
    ]
    if finding.related:
        parts += ["", *(f"- {_related(each)}" for each in finding.related[:_MOST_RELATED])]
    if finding.fix is not None:
        parts += ["", *_fix(finding.fix.description, suggestion)]
        if suggestion is not None and finding.fix.applicability is Applicability.UNSAFE:
            parts += ["", "This may change what is built: look at it before you commit it."]
    body = "\n".join(parts)
    return body if len(body) <= LONGEST or suggestion is None else finding_body(finding, None, page)


def _related(related: Related) -> str:
    place = markdown_code(f"{related.span.source.path}:{related.span.first.line}")
    return f"see {place}: {markdown_message(related.text)}"


def _fix(description: str, suggestion: Suggestion | None) -> list[str]:
    told = f"Fix: {markdown_message(description)}."
    return [told] if suggestion is None else [told, "", *_block(suggestion.lines)]


def _block(lines: Sequence[str]) -> list[str]:
    """Return a suggestion's block: its text counts to the character, so only the fence keeps it in."""
    longest = max([len(run) for line in lines for run in re.findall("`+", line)], default=0)
    fence = "`" * max(3, longest + 1)
    return [f"{fence}suggestion", *lines, fence]


def review_body(count: int) -> str:
    """Return the text of a review, which GitHub wants beside its comments."""
    return f"{_REVIEW}\nDockwright has {count} new {'finding' if count == 1 else 'findings'}."


def summary_body(headline: str, findings: Iterable[Finding]) -> str:
    """Return the one comment that sums up all findings, as many as have room."""
    lines = [_SUMMARY, f"## Dockwright: {markdown(headline)}", ""]
    items = list(findings)
    lines += [_item(finding) for finding in items[:_MOST_LISTED]]
    room = LONGEST - 100
    kept = 0
    for line in lines:
        room -= len(line) + 1
        kept += room >= 0
    left_out = len(items) - max(0, min(kept, len(lines)) - 3)
    return "\n".join([*lines[:kept], *([f"\n{left_out} more are in the job's summary."] if left_out else [])])


def _item(finding: Finding) -> str:
    place = markdown_code(f"{finding.span.source.path}:{finding.span.first.line}")
    message = markdown_message(finding.message.replace("\n", " ")[:_LONGEST_MESSAGE])
    return f"- **{finding.severity.label}** {place} {message} ({markdown_code(finding.rule)})"
