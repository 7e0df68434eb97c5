"""Reading an edited file again: only what was wished may have changed."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dockwright.dockerfile import parse
from dockwright.errors import EditConflict
from dockwright.image import IN_DOCKERFILES
from dockwright.rewrite.arguments import shown
from dockwright.source import Source, apply

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from dockwright.image import ImageUse, Reference
    from dockwright.rewrite.model import Rewritten

_LONGEST_SHOWN = 80


class Check:
    """A file as it was, to compare an edited one with."""

    def __init__(self, source: Source, uses: Sequence[ImageUse], read: Callable[[Source], Sequence[ImageUse]]) -> None:
        """Take the file, what it names, and how it is read."""
        self._source = source
        self._uses = uses
        self._read = read

    def problem(self, outcomes: Iterable[Rewritten]) -> str | None:
        """Say what is wrong with the file once these outcomes' edits are made; None if all is as it should be."""
        outcomes = tuple(outcomes)
        edits = {edit: None for outcome in outcomes for edit in outcome.edits}
        wished = {move.use: move.new for outcome in outcomes for move in outcome.moves}
        if not edits:
            return None
        try:
            edited = Source(self._source.path, apply(self._source.text, edits))
        except EditConflict:
            return "its edits would change the same characters in two ways"
        return self._other_names(self._read(edited), wished) or self._syntax(edited)

    def _other_names(self, now: Sequence[ImageUse], wished: dict[ImageUse, Reference]) -> str | None:
        if len(now) != len(self._uses):
            return f"the file would then name {len(now)} images instead of {len(self._uses)}"
        for old, new in zip(self._uses, now, strict=True):
            wish = wished.get(old)
            if wish is None:
                same = old.reference == new.reference and _text(old) == _text(new)
            else:
                same = new.reference == wish
            if not same or (old.kind, old.stage, old.platform) != (new.kind, new.stage, new.platform):
                written = new.word.text if new.traced is None else new.traced.text
                instead = "" if same or wish is None else f" instead of `{wish.familiar}`"
                return f"{shown(old)} would then become `{written[:_LONGEST_SHOWN]}`{instead}"
        return None

    def _syntax(self, edited: Source) -> str | None:
        """Compare what BuildKit would refuse."""
        if not any(use.kind in IN_DOCKERFILES for use in self._uses):
            return None
        errors = parse(edited).errors
        if not errors or len(errors) <= len(parse(self._source).errors):
            return None
        return "BuildKit would refuse the file then"


def _text(use: ImageUse) -> str | None:
    return None if use.traced is None else use.traced.text
