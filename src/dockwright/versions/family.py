"""The tags of one shape: their series, and which operating systems the publisher still builds them on."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import TYPE_CHECKING

from msgspec import Struct

from dockwright.versions.series import Scheme, Series, series_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from datetime import date

    from dockwright.versions.tag import Tag

System = tuple[int, ...]

_STOPPED = timedelta(days=120)  # the longest that Alpine has gone without a rebuild in two years is 105 days
_COUNTED = re.compile(r"[^-]*#-%+(?:-|$)")
_LEAST_COMPONENT = 8  # Java 8 is the lowest that is said so; builds are rarely counted as high

_SETTLED = timedelta(days=7)  # so long a release may take to appear on every variant


class Alive(Struct, frozen=True, gc=False):
    """What the tags say about the operating systems of a series.

    Attributes:
        newest: the newest release on each.
        comparable: how precisely that is written.
        leaders: the tags of the newest release of all.
        pushed: the last day on which any tag on it was pushed, where that is known.
    """

    newest: dict[System, tuple[int, ...]]
    comparable: dict[System, str]
    leaders: dict[str, tuple[tuple[int, ...], str]]
    pushed: dict[System, date]

    def stopped(self, system: System, today: date, pushed: Mapping[str, date]) -> bool:
        """Tell whether newer releases are on other systems, or other systems alone are still being pushed."""
        release, leader = self.leaders[self.comparable[system]]
        if self.newest[system] < release:
            day = pushed.get(leader)
            return day is None or today - day >= _SETTLED
        own = self.pushed.get(system)
        return own is not None and max(self.pushed.values()) - own > _STOPPED


class Family:
    """The tags that differ in nothing but what an update may move."""

    def __init__(self, shape: str, tags: Iterable[Tag], scheme: Scheme, fullest: Mapping[int, int]) -> None:
        """Sort the tags; they must be different ones of the shape.

        `fullest` is how many numbers the image's most precise tags have, by major version.
        """
        self.shape = shape
        self.tags: Sequence[Tag] = sorted(tags)
        self._scheme = scheme
        self._lines: dict[str, dict[Series, list[Tag]]] = {}
        self._alive: dict[Series, Alive] = {}
        self._finest: dict[Series, str] = {}
        self._fullest = fullest
        self._components: frozenset[tuple[int, ...]] | None = None

    def series(self, tag: Tag) -> Series:
        """Return the series of a tag, which need not be one of the family's."""
        return series_of(self._scheme, tag, self._fullest.get(tag.release[0], 0) if tag.release else 0)

    def lines(self, precision: str) -> dict[Series, list[Tag]]:
        """Return the tags of one precision by their series, oldest first."""
        if precision not in self._lines:
            lines: dict[Series, list[Tag]] = {}
            for tag in self.tags:
                if tag.precision == precision:
                    lines.setdefault(self.series(tag), []).append(tag)
            self._lines[precision] = lines
        return self._lines[precision]

    def finest(self, series: Series) -> str:
        """Return how a series' releases are written where they are written in full."""
        if series not in self._finest:
            known = {tag.precision for tag in self.tags}
            self._finest[series] = max((p for p in known if series in self.lines(p)), key=_fineness, default="")
        return self._finest[series]

    def alive(self, series: Series, pushed: Mapping[str, date]) -> Alive:
        """Return what the tags below a series say about its systems; pre-releases say nothing."""
        if series not in self._alive:
            inside = [t for t in self.tags if t.release[: len(series)] == series and not t.is_prerelease]
            self._alive[series] = _alive(inside, pushed)
        return self._alive[series]

    def is_component(self, build: tuple[int, ...]) -> bool:
        """Tell whether the number after a release is the version of what the image holds, and no count of builds.

        `1.2.3-22` (of a development container with Node.js 22) goes on as `1.2.4-22`; counts of builds start anew or go
        on with each release.
        """
        if self._components is None:
            found: dict[tuple[int, ...], set[tuple[int, ...]]] = {}
            for tag in self.tags if _COUNTED.match(self.shape) else ():
                found.setdefault(tag.build, set()).add(tag.release)
            self._components = frozenset(
                build
                for build, releases in found.items()
                if len(releases) > 1 and (len(build) > 1 or build[0] >= _LEAST_COMPONENT)
            )
        return build in self._components

    def has_fuller(self, tag: Tag) -> bool:
        """Tell whether there are tags that say the same release more precisely."""
        size = len(tag.release)
        return size < self._fullest.get(tag.release[0], 0) and any(
            len(t.release) > size and t.release[:size] == tag.release for t in self.tags
        )


def _alive(tags: Sequence[Tag], pushed: Mapping[str, date]) -> Alive:
    comparable: dict[System, str] = {}
    pushes: dict[System, date] = {}
    for tag in tags:
        if tag.system not in comparable or _fineness(tag.precision) > _fineness(comparable[tag.system]):
            comparable[tag.system] = tag.precision
        if (day := pushed.get(tag.text)) is not None:
            pushes[tag.system] = max(day, pushes.get(tag.system, day))
    newest: dict[System, tuple[int, ...]] = {}
    leaders: dict[str, tuple[tuple[int, ...], str]] = {}
    for tag in tags:
        release = tag.release or tag.build
        if tag.precision == comparable[tag.system] and release >= newest.get(tag.system, ()):
            newest[tag.system] = release
        if release >= leaders.get(tag.precision, ((), ""))[0]:
            leaders[tag.precision] = (release, tag.text)
    return Alive(newest, comparable, leaders, pushes)


def _fineness(precision: str) -> tuple[bool, int]:
    return precision == "full", len(precision)
