"""Plain scalars of YAML, JSON and HCL that a new tag would turn into a number of another value.

`tag: 3.9` is read as a number, which a chart writes as `3.9`; `tag: 3.10` would come out as `3.1`, and `20240904` as
`2.0240904e+07`. In quotes both stay what they are.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from dockwright.source import Edit

if TYPE_CHECKING:
    from collections.abc import Iterable

    from dockwright.source import Span
    from dockwright.traced import Traced

# YAML 1.1, "Language-Independent Types": int, float, timestamp; no tag begins with a sign.
_NUMBER = r"[0-9][0-9_]*(?:\.[0-9_]*)?(?:[eE][0-9]+)?|0[xob][0-9a-fA-F_]+|[0-9]{4}(?:-[0-9]{1,2}){2}"
_STAYS = r"(?:0|[1-9][0-9]{0,5})(?:\.[0-9]{0,5}[1-9])?"
_BEFORE = frozenset(" \t\n[,{")
_BEHIND = frozenset(" \t\r\n],}")


def quoted(traced: Traced, edits: Iterable[Edit]) -> tuple[Edit, ...]:
    """Return the edits, with quotes around each plain scalar that becomes such a number."""
    kept = list(edits)
    for span in traced.spans:
        inside = [edit for edit in kept if span is not None and _within(edit.span, span)]
        if span is None or not inside or not _is_plain(span):
            continue
        text = span.text
        for edit in sorted(inside, key=lambda each: each.span.start, reverse=True):
            low, high = edit.span.start - span.start, edit.span.end - span.start
            text = text[:low] + edit.text + text[high:]
        if re.fullmatch(_NUMBER, text) and not re.fullmatch(_STAYS, text):
            kept = [edit for edit in kept if edit not in inside] + [Edit(span, f'"{text}"')]
    return tuple(sorted(kept, key=lambda each: each.span.start))


def _within(edit: Span, span: Span) -> bool:
    return edit.source is span.source and span.start <= edit.start and edit.end <= span.end


def _is_plain(span: Span) -> bool:
    """Tell whether a place is a whole scalar without quotes."""
    text = span.source.text
    before, behind = text[span.start - 1 : span.start], text[span.end : span.end + 1]
    return (not before or before in _BEFORE) and (not behind or behind in _BEHIND)
