"""What the stages of a Dockerfile are for, together.

What people write is small. Of a file with more stages than that, built to keep us busy, less is looked at, so that the
time stays in proportion to its length.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from dockwright.dockerfile import Dockerfile, Stage

MOST_LEVELS = 20
"""How many of the stages that one builds upon are looked at."""


def levels(dockerfile: Dockerfile, stage: Stage) -> Sequence[Stage]:
    """Return the stage and the nearest of those that it builds upon."""
    found = [stage]
    while (parent := found[-1].parent) is not None and len(found) < MOST_LEVELS:
        found.append(dockerfile.stages[parent])
    return found


def roots(dockerfile: Dockerfile) -> Sequence[Stage]:
    """Return for each stage the one at the end of its line, which builds upon an image or on nothing."""
    known = dockerfile.cache.get(_Roots)
    if isinstance(known, _Roots):
        return known
    found = dockerfile.cache[_Roots] = _Roots()
    for stage in dockerfile.stages:
        found.append(stage if stage.parent is None else found[stage.parent])
    return found


class _Roots(list["Stage"]):
    """What `roots` has found."""


def text_of(dockerfile: Dockerfile, stage: Stage) -> str:
    """Return what is written in the stage and those that it builds upon, one instruction a line or more."""
    known = dockerfile.cache.get(_Texts)
    if not isinstance(known, _Texts):
        known = dockerfile.cache[_Texts] = _Texts()
    if stage.index not in known:
        parts = [each.span.text for level in levels(dockerfile, stage) for each in level.instructions]
        known[stage.index] = "\n".join(parts)
    return known[stage.index]


class _Texts(dict[int, str]):
    """The texts that were asked for so far, by the stage's index."""
