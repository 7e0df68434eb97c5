"""Which versions make up a series, as the publisher of an image supports them: Python 3.12, Node.js 22, Debian 12.

Where `lifecycle` knows a product, its release cycles are the series. For other images a short table says how many
numbers name one; the rule for all the rest is two of three (`8.8` of Gradle 8.8.1), one of two (`17` of Odoo 17.0).
"""

from __future__ import annotations

from datetime import timedelta
from enum import Enum
from functools import cache, lru_cache
from typing import TYPE_CHECKING

from msgspec import Struct

from dockwright.lifecycle.support import State, judge
from dockwright.lifecycle.table import Cycle, cycles
from dockwright.lifecycle.tag import PRODUCTS, official_name

if TYPE_CHECKING:
    from datetime import date

    from dockwright.versions.tag import Tag

Series = tuple[int, ...]
"""The numbers that a series' versions share; empty for a thing that has only ever the newest (`20240904`)."""

CODENAME = "codename"
"""The precision of a tag whose release is a distribution's codename (`debian:bookworm-slim`)."""

COUNTED = "full"
"""The precision of a release whose builds are counted behind `_`; how many numbers it has is of no account then."""

_ALSO = {
    "adoptopenjdk": "eclipse-temurin",
    "aspnet": "dotnet",
    "ibm-semeru-runtimes": "eclipse-temurin",
    "minideb": "debian",
    "mongodb": "mongodb",
    "mongodb-community-server": "mongodb",
    "nginx-unprivileged": "nginx",
    "nodejs": "node",
    "openjdk": "eclipse-temurin",
    "postgis": "postgresql",
    "postgresql": "postgresql",
    "pypy": "python",
    "runtime": "dotnet",
    "runtime-deps": "dotnet",
    "sapmachine": "eclipse-temurin",
    "sdk": "dotnet",
    "zulu-openjdk": "eclipse-temurin",
}
_DOTNET = frozenset({"aspnet", "runtime", "runtime-deps", "sdk"})  # words that any image may be called
_SYSTEM_IMAGES = frozenset({"base", "buildpack-deps", "debian", "minideb", "ubuntu"})

# How many numbers name a series, from which major version on. Each is what the publisher keeps one branch for.
_DEPTHS: dict[str, tuple[tuple[int, int], ...]] = {
    "docker": ((23, 1), (0, 2)),
    "elasticsearch": ((5, 1), (0, 2)),
    "erlang": ((0, 1),),
    "gcc": ((5, 1), (0, 2)),
    "ghost": ((0, 1),),
    "joomla": ((0, 1),),
    "kibana": ((5, 1), (0, 2)),
    "logstash": ((5, 1), (0, 2)),
    "nextcloud": ((0, 1),),
    "xwiki": ((0, 1),),
}
# An even second number is a stable branch, which does not lead to an odd one: development, mainline, or short-lived.
_PARITY = frozenset({"haproxy", "httpd", "nginx", "nginx-unprivileged", "perl", "swipl"})

_ROLLING = 10_000  # a single number as high as this counts builds, it names no major version
_YEARS = range(1990, 2100)
_LONG_TERM = timedelta(days=800)
_SHORT_TERM = timedelta(days=730)
_MANY = 3
_RECENT = 16
_BEFOREHAND = timedelta(days=7)
_NODE_CURRENT = timedelta(days=175)  # an even release of Node.js is "Current" until the October after it


class Verdict(Enum):
    """Why a series is not one to move to."""

    ENDED = "ended"
    UNRELEASED = "unreleased"
    SHORT_TERM = "short-term"
    OTHER_BRANCH = "other-branch"


class Scheme(Struct, frozen=True, gc=False):
    """How an image counts its versions.

    Attributes:
        product: its name in `lifecycle`'s table; empty if it has none.
        image: the last part of the repository's name.
        is_system: whether a codename is its version, not a variant's.
        is_official: whether it is one of Docker's official images, so that the table tells of all its versions.
    """

    product: str
    image: str
    is_system: bool
    is_official: bool


def scheme_of(name: str) -> Scheme:
    """Return how an image counts, from its name (`docker.io/library/python`).

    An image of another publisher that is called as an official one is trusted to count as that does.
    """
    image = name.rpartition("/")[2]
    product = PRODUCTS.get(image) or _ALSO.get(image, "")
    if image in _DOTNET and "/dotnet/" not in name:
        product = ""
    return Scheme(product, image, image in _SYSTEM_IMAGES, official_name(name) is not None)


def series_of(scheme: Scheme, tag: Tag, fullest: int) -> Series:
    """Return the series that a tag belongs to; shorter than the image's series if the tag floats over several.

    `fullest` is how many numbers the most precise tags of the same major version have.
    """
    release = tag.release
    if not release or tag.precision[:1] == "D" or (len(release) == 1 and release[0] >= _ROLLING):
        return ()
    if tag.precision == CODENAME:
        return release
    if tag.precision == COUNTED and not scheme.product:
        return release[:1]  # only builds of Java are counted so: `17.0.13_11`
    return release[: depth(scheme, release, fullest)]


def depth(scheme: Scheme, release: tuple[int, ...], fullest: int) -> int:
    """Return how many numbers name the series of a release."""
    if scheme.product:
        return _depth_of_product(scheme.product, release[:2])
    for start, numbers in _DEPTHS.get(scheme.image, ()):
        if release[0] >= start:
            return numbers
    return 2 if fullest > 2 or release[0] in _YEARS else 1  # noqa: PLR2004 - the rule in the module's docstring


@cache
def _depth_of_product(product: str, release: tuple[int, ...]) -> int:
    known = by_version(product)
    for length in range(len(release), 0, -1):
        if release[:length] in known:
            return length
    return len(next(reversed(known)))


@cache
def by_version(product: str) -> dict[tuple[int, ...], Cycle]:
    """Return a product's cycles by their numbers, in order."""
    return {tuple(map(int, cycle.cycle.split("."))): cycle for cycle in cycles(product)}


@lru_cache(4096)
def cycle_of(product: str, version: tuple[int, ...]) -> Cycle | None:
    """Return the cycle that a version belongs to; None if it is not known, or if the version says less than a cycle."""
    known = by_version(product) if product else {}
    return next((cycle for end in range(len(version), 0, -1) if (cycle := known.get(version[:end]))), None)


def has_ended(product: str, version: tuple[int, ...], today: date, *, complete: bool = True) -> bool:
    """Tell whether a version is known to get no free security updates any more.

    Where the table is `complete`, one that is missing there and is older than others has ended too: nobody tells of it.
    """
    cycle = cycle_of(product, version)
    if cycle is not None:
        return judge(cycle, today)[0] is State.ENDED
    known = by_version(product) if product and complete else {}
    if not known or len(version) < _depth_of_product(product, version[:2]):
        return False
    return any(version < other and c.release is not None and c.release <= today for other, c in known.items())


def is_out(product: str, version: tuple[int, ...], today: date) -> bool:
    """Tell whether a version has been released; one that is not known is taken to be.

    An image may be there days before the announcement, whose date the table has.
    """
    cycle = cycle_of(product, version)
    return cycle is None or (cycle.release is not None and cycle.release <= today + _BEFOREHAND)


def verdict(scheme: Scheme, product: str, current: Series, new: Series, *, today: date) -> Verdict | None:
    """Return why not to move from one series to another; None if nothing speaks against it."""
    if not is_out(product, new, today):
        return Verdict.UNRELEASED
    if has_ended(product, new, today, complete=scheme.is_official):
        return Verdict.ENDED
    if scheme.image in _PARITY and not _is_odd(current) and _is_odd(new):
        return Verdict.OTHER_BRANCH
    if _mixes(product) and is_long_term(product, current, today) and not is_long_term(product, new, today):
        return Verdict.SHORT_TERM
    return None


def is_long_term(product: str, version: tuple[int, ...], today: date) -> bool:
    """Tell whether a version is known to be supported for years, by a product that also has short-lived ones."""
    cycle = cycle_of(product, version)
    if cycle is None or cycle.release is None or not _mixes(product):
        return False
    if product == "node" and today < cycle.release + _NODE_CURRENT:
        return False
    return cycle.security_end is not None and cycle.security_end - cycle.release >= _LONG_TERM


def preference(product: str, current: Series, new: Series, *, today: date) -> tuple[bool, bool, Series]:
    """Return what series are sorted by, the best last: supported for long, of the same way of counting, newest.

    Some repositories have releases by year beside numbered ones (`2026.1` beside 2.0).
    """
    by_year = bool(new) and bool(current) and (new[0] in _YEARS) != (current[0] in _YEARS)
    return is_long_term(product, new, today), not by_year, new


@cache
def _mixes(product: str) -> bool:
    recent = list(by_version(product).values())[-_RECENT:]
    spans = [cycle.security_end - cycle.release for cycle in recent if cycle.release and cycle.security_end]
    return sum(span <= _SHORT_TERM for span in spans) >= _MANY and sum(span >= _LONG_TERM for span in spans) >= _MANY


def _is_odd(series: Series) -> bool:
    return len(series) > 1 and series[1] % 2 == 1
