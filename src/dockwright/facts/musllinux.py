"""Which versions of Python packages have wheels for Alpine (PEP 656), from the vendored table `musllinux.tsv`.

The table holds widely used packages with compiled parts, measured for x86-64; `scripts/musllinux.py` refreshes it. A
package that is not in it is most likely pure Python, and nothing is said about it.
"""

from __future__ import annotations

import os
import re
from enum import Enum
from functools import cache
from typing import TYPE_CHECKING

from msgspec import Struct

if TYPE_CHECKING:
    from dockwright.facts.requirements import Requirement

MINORS = ("3.10", "3.11", "3.12", "3.13", "3.14")
"""The minor versions of CPython that the table knows."""

HEADING = "\t".join(
    ("package", "read", "newest", "source", *(f"musl {each}" for each in MINORS), *(f"glibc {each}" for each in MINORS))
)
"""The table's columns; those with versions hold runs of neighbouring ones (`1.0..1.4 2.0`)."""

Version = tuple[tuple[int, ...], int]
"""A final release and the number of its post release, -1 without one: in the order of PEP 440."""

_FIRST_OF_MUSL = 4
_VERSION = r"(?a:(\d+(?:\.\d+)*)(?:\.?post(\d+))?)"
_EXACT = r"===?\s*([^,*\s]+)"
_UPPER = ("<", "~=", "==", "!=")


class Outcome(Enum):
    """What pip does on Alpine with a package that has a ready-made wheel on Debian."""

    COMPILES = "compiles"
    """It builds from the source archive, with a compiler that has to be installed first."""
    IMPOSSIBLE = "impossible"
    """There is neither a wheel nor a source archive, so that it fails."""
    OLDER = "older"
    """It installs an older version, without a word."""


class Lacking(Struct, frozen=True, gc=False):
    """A package without a wheel for Alpine: what comes of that, and the older version that is installed, if one is."""

    package: str
    outcome: Outcome
    older: str | None = None


class _Runs(Struct, frozen=True, gc=False):
    """Runs of versions, as written and as what orders them."""

    pairs: tuple[tuple[Version, Version], ...]
    last: str

    def __contains__(self, version: Version) -> bool:
        return any(first <= version <= last for first, last in self.pairs)

    def __bool__(self) -> bool:
        return bool(self.pairs)

    @property
    def newest(self) -> Version:
        return self.pairs[-1][1] if self.pairs else ((-1,), -1)


def version_key(version: str) -> Version | None:
    """Return what orders final and post releases (PEP 440); None for other versions."""
    match = re.fullmatch(_VERSION, version)
    if match is None or len(version) > len("2026.12345678.12345678.post123"):
        return None
    release = [int(part) for part in match[1].split(".")]
    while len(release) > 1 and release[-1] == 0:
        release.pop()
    return tuple(release), int(match[2] or -1)


def lacking(requirement: Requirement, minor: str | None) -> Lacking | None:
    """Return what Alpine lacks for a requirement, for a minor version of CPython (`3.12`), if that is known.

    None if there is a wheel, if Debian would have none either, or if nothing certain is known of it.
    """
    if requirement.files:
        return _judge_files(requirement, minor)
    row = _table().get(requirement.name)
    if row is None:
        return None
    if minor in MINORS:
        return _judge(requirement, row, MINORS.index(minor))
    found = [_judge(requirement, row, index) for index in range(len(MINORS)) if _glibc(row, index)]
    return found[-1] if found and None not in found else None


def compiled_everywhere(requirement: Requirement) -> bool:
    """Tell whether a package has no wheels for Linux at all, so that Debian needs the compiler, too."""
    row = _table().get(requirement.name)
    return row is not None and not any(row[_FIRST_OF_MUSL:])


def _judge_files(requirement: Requirement, minor: str | None) -> Lacking | None:
    """Judge a locked release by the names of its files: the wheels say their platforms (PEP 425, 600 and 656)."""
    wheels = [file.removesuffix(".whl").split("-")[-3:] for file in requirement.files if file.endswith(".whl")]
    platforms = [platform for tag, abi, platform in wheels if _fits(tag, abi, minor)]
    if not any("linux" in platform for platform in platforms):
        return None
    if any(platform == "any" or "musllinux" in platform for platform in platforms):
        return None
    source = any(not file.endswith(".whl") for file in requirement.files)
    return Lacking(requirement.name, Outcome.COMPILES if source else Outcome.IMPOSSIBLE)


def _fits(tag: str, abi: str, minor: str | None) -> bool:
    """Tell whether a wheel's tags are for a minor version of CPython; for any that is not known."""
    if minor is None:
        return True
    wanted = int(minor.partition(".")[2])
    for one in tag.split("."):
        number = one[3:] if one.startswith("cp3") else ""
        if one.startswith("py") or (number.isdecimal() and _runs_on(int(number), wanted, abi)):
            return True
    return False


def _runs_on(built_for: int, minor: int, abi: str) -> bool:
    return built_for == minor or ("abi3" in abi and built_for <= minor)


def _judge(requirement: Requirement, row: tuple[str, ...], index: int) -> Lacking | None:
    musl, glibc, source = _musl(row, index), _glibc(row, index), _runs(row[3])
    exact = re.fullmatch(_EXACT, requirement.specifier)
    if exact is not None:
        version = version_key(exact[1].partition("+")[0])
        if version is None or version not in glibc or version in musl:
            return None
        return Lacking(requirement.name, Outcome.COMPILES if version in source else Outcome.IMPOSSIBLE)
    bounded = any(sign in requirement.specifier for sign in _UPPER)
    if not glibc or (musl and (bounded or musl.newest >= glibc.newest)):
        return None
    return _newest(requirement.name, musl=musl, glibc=glibc, source=source)


def _newest(name: str, *, musl: _Runs, glibc: _Runs, source: _Runs) -> Lacking:
    """Say what pip does for the newest version, which has no wheel for Alpine."""
    if source and (glibc.newest in source or source.newest > musl.newest):
        return Lacking(name, Outcome.COMPILES)
    return Lacking(name, Outcome.OLDER, musl.last) if musl else Lacking(name, Outcome.IMPOSSIBLE)


def _musl(row: tuple[str, ...], index: int) -> _Runs:
    return _runs(row[_FIRST_OF_MUSL + index])


def _glibc(row: tuple[str, ...], index: int) -> _Runs:
    return _runs(row[_FIRST_OF_MUSL + len(MINORS) + index])


@cache
def _runs(column: str) -> _Runs:
    pairs: list[tuple[Version, Version]] = []
    last = ""
    for run in column.split():
        first, _, last = run.partition("..")
        last = last or first
        low, high = version_key(first), version_key(last)
        if low is not None and high is not None:
            pairs.append((low, high))
    return _Runs(tuple(pairs), last)


@cache
def _table() -> dict[str, tuple[str, ...]]:
    with open(os.path.join(os.path.dirname(__file__), "musllinux.tsv"), encoding="utf-8") as table:
        rows = [tuple(line.rstrip("\n").split("\t")) for line in table][1:]
    return {row[0]: row for row in rows}
