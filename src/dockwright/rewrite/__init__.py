"""Renaming many images at once: edits that are right together, or a reason why there are none.

An `ARG` may serve several images, so what shares characters moves together or not at all. Nothing is trusted: the
edited text is read again, and unless every wished place names exactly what was wished, and every other place what it
named before, the edits are refused.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from dockwright.bump import Skipped
from dockwright.rewrite.arguments import Arguments
from dockwright.rewrite.choice import choose
from dockwright.rewrite.model import Move, Rewritten, Wish
from dockwright.rewrite.verify import Check

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from dockwright.image import ImageUse
    from dockwright.source import Source

MOST_READINGS = 24
"""How often an edited file is read to find out which of its edits go wrong."""

__all__ = ["Move", "Rewritten", "Wish", "rewrite"]


def rewrite(
    wishes: Iterable[Wish], uses: Iterable[ImageUse], *, read: Callable[[Source], Sequence[ImageUse]]
) -> tuple[Rewritten | Skipped, ...]:
    """Return what can be done of some wishes, by file and place: one outcome for what moves together.

    All outcomes may be applied at once; so may those of one file without the others'.

    Args:
        wishes: which places should name what.
        uses: all that `read` finds in the files of the wishes, in its order; wished or not.
        read: how a file of this kind is read; asked once for every changed file, more often only if that fails.
    """
    wished = {wish.use: wish for wish in wishes}
    files: dict[Source, list[ImageUse]] = {}
    for use in uses:
        files.setdefault(use.span.source, []).append(use)
    outcomes: list[Rewritten | Skipped] = []
    for source, found in files.items():
        here = [wished[use] for use in dict.fromkeys(found) if use in wished]
        if here:
            outcomes += _in_file(source, here, found, read)
    return tuple(outcomes)


def _in_file(
    source: Source, wishes: list[Wish], uses: list[ImageUse], read: Callable[[Source], Sequence[ImageUse]]
) -> list[Rewritten | Skipped]:
    """Choose, and keep what reads as it should."""
    outcomes = choose(wishes, uses, arguments=Arguments(source, uses))
    rewritten = [each for each in outcomes if isinstance(each, Rewritten)]
    refused = _refused(rewritten, Check(source, uses, read))
    return [_skipped(each, refused[each]) if each in refused else each for each in outcomes]


def _refused(outcomes: list[Rewritten], check: Check) -> dict[Rewritten | Skipped, str]:
    """Return the outcomes that make the file read otherwise, and how; found by halves, since they are rare."""
    kept: list[Rewritten] = []
    refused: dict[Rewritten | Skipped, str] = {}
    todo = [outcomes]
    for _ in range(MOST_READINGS):
        if not todo:
            return refused
        some = todo.pop()
        problem = check.problem([*kept, *some])
        if problem is None:
            kept += some
        elif len(some) == 1:
            refused[some[0]] = problem
        else:
            todo += (some[len(some) // 2 :], some[: len(some) // 2])
    return refused | dict.fromkeys((each for some in todo for each in some), "too many edits of the file go wrong")


def _skipped(outcome: Rewritten | Skipped, reason: str) -> Skipped:
    assert isinstance(outcome, Rewritten)  # noqa: S101 - only these are checked
    uses = tuple(move.use for move in outcome.moves)
    return Skipped(uses[0].reference, uses, reason)
