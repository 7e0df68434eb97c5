"""A label is set twice in one stage

## Why

An image has one value for each label, the last one that is set. The one above has no effect, and whoever changes it
wonders why nothing happens.

Only labels of the same stage are compared: to set again what the base image or an earlier stage has set is what labels
are for.

## Bad

```dockerfile
FROM alpine:3.22
LABEL org.opencontainers.image.title="Shop"
LABEL org.opencontainers.image.title="The shop"
```

## Good

```dockerfile
FROM alpine:3.22
LABEL org.opencontainers.image.title="The shop"
```

## Fix

Deletes the one above, where it is alone in its `LABEL` or stands on one line with others.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from dockwright.finding import Applicability, Fix, Problem, Related, Severity
from dockwright.rules import rule
from dockwright.source import Edit

if TYPE_CHECKING:
    from collections.abc import Iterator

    from dockwright.dockerfile import Dockerfile, Instruction, Stage
    from dockwright.dockerfile.model import Pair
    from dockwright.source import Span

_MOST = 100
"""Of more labels in one instruction, there is no fix."""
_MESSAGE = "This label is set again on line {line}, and only that counts. Delete one of them."


@rule(Severity.NOTICE, instructions=("LABEL",))
def check(dockerfile: Dockerfile) -> Iterator[Problem]:
    """Yield each label that a later one of the same stage replaces."""
    for stage in dockerfile.stages:
        yield from _of_stage(dockerfile, stage)


def _of_stage(dockerfile: Dockerfile, stage: Stage) -> Iterator[Problem]:
    set_by: dict[str, tuple[Instruction, int]] = {}
    for label in dockerfile.instructions("LABEL", stage=stage):
        for index, pair in enumerate(label.pairs):
            key = dockerfile.expand(label, pair.key)
            if key is None or pair.value is None:
                continue
            if key.text in set_by:
                yield from _problem(dockerfile, *set_by[key.text], pair)
            set_by[key.text] = (label, index)


def _problem(dockerfile: Dockerfile, label: Instruction, index: int, later: Pair) -> Iterator[Problem]:
    place, again = label.pairs[index].word.span, later.key.span
    if place is None or again is None:
        return
    edit = _edit(dockerfile, label, index, place)
    fix = None if edit is None else Fix("Delete the label that has no effect", (edit,), Applicability.SAFE)
    related = (Related(again, "it is set again here"),)
    yield Problem(place, _MESSAGE.format(line=again.first.line), fix, causes=(again,), related=related)


def _edit(dockerfile: Dockerfile, label: Instruction, index: int, place: Span) -> Edit | None:
    source = dockerfile.source
    if len(label.pairs) == 1:
        starts = source.line_starts
        end = starts[label.end_line] if label.end_line < len(starts) else len(source.text)
        return Edit(source.span(starts[label.line - 1], end), "")
    if len(label.pairs) > _MOST or "\n" in label.span.text:
        return None
    before = label.pairs[index - 1].word.span if index else None
    after = label.pairs[index + 1].word.span if not index else None
    if before is not None:
        return Edit(source.span(before.end, place.end), "")
    return None if after is None else Edit(source.span(place.start, after.start), "")
