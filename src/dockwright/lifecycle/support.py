"""Whether the releases that an image's tag names still get security updates."""

from __future__ import annotations

from datetime import date, timedelta
from enum import Enum
from functools import lru_cache

from msgspec import Struct

from dockwright.lifecycle.table import Cycle  # noqa: TC001 - msgspec reads the annotation
from dockwright.lifecycle.tag import named_releases

STALE_DAYS = 120
"""Facts read longer ago than this are not believed about anything that was still to come then."""

_NOTICE = timedelta(days=90)

# The one distribution here whose updates pass to another, smaller team (fewer architectures, some packages left
# out: wiki.debian.org/LTS). Where the same makers go on with security fixes alone, as for Python 3.12 or Rocky
# Linux 8, nobody who only wants to be safe has lost anything.
_HANDED_OVER = frozenset({"debian"})


class State(Enum):
    """What is known about a release on a day."""

    ENDED = "ended"
    """No free security updates any more."""
    LTS_ONLY = "lts-only"
    """Its own security team has stopped; a long-term support team goes on."""
    ENDING = "ending"
    """Fully supported, for 90 days at the most."""
    SUPPORTED = "supported"
    UNKNOWN = "unknown"
    """Not released yet, or the vendored facts are too old to say."""


class Support(Struct, frozen=True, gc=False):
    """How one of the releases that a tag names is supported.

    Attributes:
        component: the release.
        state: what is known about it on the day in question.
        ends: the last day of what it has (or had, if it has ended): full support while it is `SUPPORTED` or
            `ENDING`, else free security updates; None if it is not known.
        start: where in the tag the release is named.
        end: the end of that; `start` if the repository's name says it, not the tag.
    """

    component: Cycle
    state: State
    ends: date | None
    start: int
    end: int


@lru_cache(maxsize=256)  # several rules ask for the same image
def assess(repository: str, tag: str, *, today: date) -> tuple[Support, ...]:
    """Judge each release that a tag names, in the tag's order; floating parts and unknown images name none.

    `repository` is the canonical name (`docker.io/library/python`). The last day of support counts as supported.
    """
    found = []
    for named in named_releases(repository, tag):
        state, ends = judge(named.cycle, today)
        found.append(Support(named.cycle, state, ends, named.start, named.end))
    return tuple(found)


def judge(cycle: Cycle, today: date) -> tuple[State, date | None]:
    """Return a release's state on a day, and the last day of what it has."""
    end = cycle.security_end
    stale = today - cycle.read > timedelta(days=STALE_DAYS) and (end is None or end > cycle.read)
    if stale or cycle.release is None or today < cycle.release:
        return State.UNKNOWN, None
    if end is None:
        return State.SUPPORTED, None
    if today > end:
        return State.ENDED, end
    if cycle.product in _HANDED_OVER and cycle.support_end is not None:
        if today > cycle.support_end:
            return State.LTS_ONLY, end
        end = cycle.support_end
    return State.ENDING if end - today <= _NOTICE else State.SUPPORTED, end
