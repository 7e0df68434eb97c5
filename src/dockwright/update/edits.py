"""What changes in the files: what each place can be made to say, for all that share characters or for none."""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec import Struct

from dockwright.bump import Skipped, Update
from dockwright.rewrite import Rewritten, Wish, rewrite
from dockwright.update.images import place
from dockwright.update.uses import read_uses

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from dockwright.image import ImageUse, Reference
    from dockwright.rewrite.model import Move
    from dockwright.source import Source
    from dockwright.update.choice import Chooser
    from dockwright.update.proposal import Lane, Proposal

    Outcome = Rewritten | Skipped

_MOST_ROUNDS = 5
"""How often a file is tried again, when what would suit all its places turns out to lack a platform."""


class Moving(Struct, frozen=True):
    """An update, and the images that move with it, because characters of the files make names of both."""

    update: Update
    chooser: Chooser
    together: frozenset[Reference]


class Editor:
    """Finds the edits for what was chosen, lane by lane."""

    def __init__(self, choosers: Iterable[Chooser], files: Mapping[Source, Sequence[ImageUse]]) -> None:
        """Take the images, and all that the files name, in their order."""
        self._choosers = {chooser.image.reference: chooser for chooser in choosers}
        self._files = files

    def moving(self, lane: Lane) -> tuple[list[Moving], list[Skipped]]:
        """Return the updates of a lane, and the places that could have one but for how they are written."""
        best = {name: found for name, chooser in self._choosers.items() if (found := chooser.best(lane)) is not None}
        outcomes: list[Outcome] = []
        for source, uses in self._files.items():
            if any(use.reference in best for use in uses):
                outcomes += self._settled(_File(source, uses, self._choosers, lane), best)
        moved = [each for each in outcomes if isinstance(each, Rewritten)]
        return self._updates(moved, lane), [each for each in outcomes if isinstance(each, Skipped)]

    def _settled(self, file: _File, best: Mapping[Reference, Proposal]) -> list[Outcome]:
        """Try what is best for each place; where places are in each other's way, all that they might be."""
        outcomes = file.rewritten({name: (proposal.new,) for name, proposal in best.items()})
        stuck = {each.current for each in outcomes if isinstance(each, Skipped)}
        choices: dict[Reference, tuple[Reference, ...]] = {name: (proposal.new,) for name, proposal in best.items()}
        choices |= {name: self._choosers[name].choices(file.lane) for name in stuck if name is not None}
        if not any(len(choices[name]) > 1 for name in stuck if name is not None):
            return outcomes
        for _ in range(_MOST_ROUNDS):
            again = file.rewritten(choices)
            refused = [move for move in _moves(again) if file.proposal(move) is None]
            if not refused:
                return again
            for name, new in {(move.use.reference, move.new) for move in refused if move.use.reference}:
                choices[name] = tuple(each for each in choices[name] if each != new)
        return outcomes

    def _updates(self, outcomes: Iterable[Rewritten], lane: Lane) -> list[Moving]:
        """Make one update of all places that name an image so and come to name another one so."""
        parts: dict[tuple[Reference, Reference], list[tuple[Move, Rewritten]]] = {}
        for outcome in outcomes:
            for move in outcome.moves:
                if move.use.reference is not None:
                    parts.setdefault((move.use.reference, move.new), []).append((move, outcome))
        made = []
        for (name, new), some in parts.items():
            chooser = self._choosers[name]
            proposal = chooser.proposal(lane, new)
            if proposal is not None:
                made.append(_moving(chooser, proposal, some))
        return made


class _File:
    """One file, and what is chosen for the images in it."""

    def __init__(
        self, source: Source, uses: Sequence[ImageUse], choosers: Mapping[Reference, Chooser], lane: Lane
    ) -> None:
        self.lane = lane
        self._source = source
        self._uses = uses
        self._choosers = choosers

    def rewritten(self, choices: Mapping[Reference, tuple[Reference, ...]]) -> list[Outcome]:
        """Return what can be done; places without a choice are to stay as they are."""
        wishes = [
            Wish(use, chosen)
            for use in self._uses
            if use.reference is not None and (chosen := choices.get(use.reference))
        ]
        return list(rewrite(wishes, self._uses, read=read_uses)) if wishes else []

    def proposal(self, move: Move) -> Proposal | None:
        """Return what is known of what a place is to become; None if it must not."""
        name = move.use.reference
        return None if name is None else self._choosers[name].proposal(self.lane, move.new)


def _moves(outcomes: Iterable[Outcome]) -> list[Move]:
    return [move for each in outcomes if isinstance(each, Rewritten) for move in each.moves]


def _moving(chooser: Chooser, proposal: Proposal, some: Sequence[tuple[Move, Rewritten]]) -> Moving:
    outcomes = list({id(outcome): outcome for _, outcome in some}.values())
    edits = dict.fromkeys(edit for outcome in outcomes for edit in outcome.edits)
    together = frozenset(
        move.use.reference for outcome in outcomes for move in outcome.moves if move.use.reference is not None
    )
    update = Update(
        current=chooser.image.reference,
        new=proposal.new,
        type=proposal.type,
        uses=tuple(sorted((move.use for move, _ in some), key=place)),
        edits=tuple(edits),
        reason=proposal.reason,
        platforms=proposal.platforms,
        notes=tuple(dict.fromkeys((*(note for outcome in outcomes for note in outcome.notes), *chooser.notes))),
        digests=proposal.digests,
    )
    return Moving(update, chooser, together)
