"""JSON for programs. docs/json.md is its contract, and `VERSION` the contract's version.

Keys are only ever added within a version. Text is what the files hold, with U+FFFD for bytes that are not UTF-8.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from msgspec import json

from dockwright.escape import json_text, well_formed
from dockwright.report import edit_range
from dockwright.report.plans import updates

if TYPE_CHECKING:
    from collections.abc import Iterable

    from dockwright.bump import Brings, Offered, Plan, Planned, Skipped, Update
    from dockwright.image import ImageUse, Reference
    from dockwright.report.plans import PlanContext
    from dockwright.source import Edit, Position

VERSION = 1


def render(planned: Planned, context: PlanContext) -> str:
    """Render plans as a JSON object."""
    keys = {id(update): plan.key for plan in planned.plans for update in plan.updates}
    value = {
        "version": VERSION,
        "updates": [_update(update, keys[id(update)]) for update in updates(planned)],
        "skipped": [_skipped(skipped) for skipped in planned.skipped],
        "plans": [_plan(plan) for plan in planned.plans],
        "images": planned.images,
        "written": context.written,
    }
    return _encode(value)


def render_offers(offered: Iterable[Offered], skipped: Iterable[Skipped]) -> str:
    """Render what registries offer as a JSON object."""
    value = {
        "version": VERSION,
        "images": [_offered(each) for each in offered],
        "skipped": [_skipped(each) for each in skipped],
    }
    return _encode(value)


def _encode(value: object) -> str:
    return json_text(json.format(json.encode(value), indent=2).decode()) + "\n"


def _offered(offered: Offered) -> dict[str, Any]:
    return {
        "repository": offered.current.name,
        "current": _version(offered.current),
        "uses": [_use(use) for use in offered.uses],
        "candidates": {type_.value: list(tags) for type_, tags in offered.candidates.items()},
        "digest": offered.digest,
        "notes": [well_formed(note) for note in offered.notes],
    }


def _update(update: Update, key: str) -> dict[str, Any]:
    return {
        "repository": update.current.name,
        "current": _version(update.current),
        "new": _version(update.new),
        "type": update.type.value,
        "uses": [_use(use) for use in update.uses],
        "reason": well_formed(update.reason),
        "platforms": [str(platform) for platform in update.platforms],
        "notes": [well_formed(note) for note in update.notes],
        "digests": dict(zip(("current", "new"), update.digests, strict=True)),
        "brings": _brings(update.brings),
        "plan": key,
        "edits": [_edit(edit) for edit in update.edits],
    }


def _brings(brings: Brings | None) -> dict[str, Any] | None:
    if brings is None:
        return None
    return {
        "unknown": well_formed(brings.unknown) or None,
        "sources": [well_formed(source) for source in brings.sources],
        "identifiers": [well_formed(identifier) for identifier in brings.identifiers],
    }


def _skipped(skipped: Skipped) -> dict[str, Any]:
    return {
        "repository": None if skipped.current is None else skipped.current.name,
        "current": None if skipped.current is None else _version(skipped.current),
        "uses": [_use(use) for use in skipped.uses],
        "reason": well_formed(skipped.reason),
        "notes": [well_formed(note) for note in skipped.notes],
        "failed": skipped.failed,
        "newest": skipped.newest,
        "lag": [well_formed(sentence) for sentence in skipped.lag],
    }


def _plan(plan: Plan) -> dict[str, Any]:
    return {
        "key": plan.key,
        "updates": len(plan.updates),
        "opens": plan.opens,
        "waits": plan.waits or None,
        "urgent": plan.urgent,
    }


def _version(image: Reference) -> str | None:
    """Return tag and digest as they are written: `3.12`, `3.12@sha256:...`, `sha256:...`; None if there is neither."""
    if image.tag is None:
        return image.digest
    return image.tag if image.digest is None else f"{image.tag}@{image.digest}"


def _use(use: ImageUse) -> dict[str, Any]:
    span = use.span
    return {
        "path": well_formed(span.source.path),
        "kind": use.kind.value,
        "stage": None if use.stage is None else well_formed(use.stage),
        "raw": well_formed(use.word.text),
        "start": _position(span.first),
        "end": _position(span.last),
    }


def _edit(edit: Edit) -> dict[str, Any]:
    start, end = edit_range(edit)
    return {
        "path": well_formed(edit.span.source.path),
        "start": _position(start),
        "end": _position(end),
        "text": edit.text,
    }


def _position(position: Position) -> dict[str, int]:
    return {"line": position.line, "column": position.column}
