"""Tags that a build takes from a step with docker/metadata-action."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from msgspec.structs import replace

from dockwright.files.settings import Given
from dockwright.files.value import Value
from dockwright.files.workflow.metadata import Metadata, metadata_of

if TYPE_CHECKING:
    from collections.abc import Mapping

    from dockwright.files.build import Tag
    from dockwright.files.event import Event
    from dockwright.files.workflow.actions import Raw
    from dockwright.files.workflow.contexts import JobScope, Surroundings
    from dockwright.files.workflow.model import Step

_OUTPUT = re.compile(r"steps\.([\w-]+)\.outputs\.(tags|bake-file(?:-tags)?)")


def with_metadata(
    raw: Raw,
    steps: Mapping[str, Step],
    inputs: Mapping[str, Value],
    scope: JobScope,
    *,
    event: Event | None,
    surroundings: Surroundings,
) -> Raw:
    """Return a build with the tags that its metadata step makes on an event, not `${{ steps.x.outputs.tags }}`."""
    tags: list[Tag] = []
    known = True
    found = False
    for tag in raw.settings.tags:
        made = _made(tag.value, steps, scope, event, surroundings) if tag.value.unknown else None
        tags += (tag,) if made is None else made.tags
        known = known and (made.known if made is not None else not tag.value.unknown)
        found = found or made is not None
    if raw.has_metadata and "files" in inputs:
        for value in inputs["files"].split("\n"):
            made = _made(value, steps, scope, event, surroundings)
            if made is not None:
                tags, known, found = list(made.tags), made.known, True
    if not found:
        return raw
    return replace(raw, settings=replace(raw.settings, tags=tuple(tags), tags_known=known))


def _made(
    value: Value, steps: Mapping[str, Step], scope: JobScope, event: Event | None, surroundings: Surroundings
) -> Metadata | None:
    for reference in value.references:
        match = _OUTPUT.fullmatch(reference)
        step = steps.get(match[1]) if match else None
        if step is not None and step.uses is not None:
            given = Given({name: (text.filled(scope),) for name, text in step.inputs.items()})
            at = Value(step.uses.traced, step.uses.span)
            return metadata_of(given, event, default_branch=surroundings.default_branch, at=at)
    return None
