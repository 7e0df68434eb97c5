"""What the files are after an update, all of its pull requests taken together."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dockwright.bump import UpdateType
from dockwright.errors import EditConflict
from dockwright.source import Source, apply
from dockwright.update.uses import read_uses

if TYPE_CHECKING:
    from dockwright.bump import Planned, Update
    from dockwright.image import Reference
    from dockwright.source import Edit

_FARTHEST = {UpdateType.MAJOR: 0, UpdateType.MINOR: 1}
_NEAR = len(_FARTHEST)


def updated(planned: Planned) -> list[tuple[Source, Source]]:
    """Return each file that changes, as it is and as it will be, by path.

    Where several updates would edit the same place, the one that goes farthest does: after it nothing is left to do.
    """
    by_file: dict[Source, list[Update]] = {}
    for update in sorted(_updates(planned), key=_distance):
        for source in dict.fromkeys(edit.span.source for edit in update.edits):
            by_file.setdefault(source, []).append(update)
    changed = [(source, _changed(source, updates)) for source, updates in by_file.items()]
    return sorted(changed, key=lambda pair: pair[0].path)


def _updates(planned: Planned) -> list[Update]:
    return [update for plan in planned.plans for update in plan.updates]


def _distance(update: Update) -> int:
    return _FARTHEST.get(update.type, _NEAR)


def _changed(source: Source, updates: list[Update]) -> Source:
    """Return a file with the updates, the farthest first; those of one distance were made for each other."""
    taken: list[Update] = []
    after = source
    for distance in sorted({_distance(update) for update in updates}):
        near = [update for update in updates if _distance(update) == distance]
        for some in [near] if not taken else [[update] for update in near]:
            tried = _applied(source, [*taken, *some])
            if tried is not None and (not taken or _is_as_planned(source, tried, [*taken, *some])):
                taken, after = [*taken, *some], tried
    return after


def _applied(source: Source, updates: list[Update]) -> Source | None:
    edits: dict[Edit, None] = {edit: None for update in updates for edit in update.edits if edit.span.source is source}
    try:
        return Source(source.path, apply(source.text, edits))
    except EditConflict:
        return None


def _is_as_planned(source: Source, after: Source, updates: list[Update]) -> bool:
    """Read a file again: updates that were made apart may still meet in one name."""
    wanted: dict[int, Reference] = {}
    for update in updates:
        for use in update.uses:
            if use.span.source is source and wanted.setdefault(use.span.start, update.new) != update.new:
                return False
    now, before = read_uses(after), read_uses(source)
    return len(now) == len(before) and all(
        new.reference == wanted.get(old.span.start, old.reference) for old, new in zip(before, now, strict=True)
    )
