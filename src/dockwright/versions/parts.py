"""The parts of a tag, between its `-`, read one by one: version, pre-release, build, day, operating system, word."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING

from msgspec import Struct

from dockwright.lifecycle.table import codenames
from dockwright.versions.words import (
    BUILD,
    DATE,
    FINAL,
    GLUED_STAGE,
    HASH,
    HEAD,
    NUMBER,
    NUMBERED_STAGE,
    STAGE,
    SYSTEM,
    SYSTEMS,
    TOOLCHAINS,
    stage_of,
)

if TYPE_CHECKING:
    from collections.abc import Callable

LONG = 3
"""So many numbers are a release in full, for most publishers."""

NO_STAGE: tuple[int, ...] = (FINAL,)
REMEMBERED = 65_536
_DAY_DIGITS = 8


class Variant(Struct, frozen=True, gc=False, order=True):
    """One of a tag's words with its version: `alpine` 3.20, `otp` 25, `slim`; as written, if it is not understood."""

    word: str
    version: tuple[int, ...] = ()


class Release(Struct, frozen=True, gc=False):
    """The part of a tag that is its version."""

    release: tuple[int, ...] = ()
    stage: tuple[int, ...] = NO_STAGE
    build: tuple[int, ...] = ()
    shape: str = ""
    precision: str = ""


class Rest(Struct, frozen=True, gc=False):
    """What a tag says beside its version."""

    release: Release
    build: tuple[int, ...]
    system: tuple[int, ...]
    shape: str
    distribution: str
    system_text: str
    variants: tuple[Variant, ...]


class Reading:
    """A tag being read, part by part."""

    def __init__(self, release: Release | None, *, long: bool = False) -> None:
        self.release = release
        self.stage = NO_STAGE
        self.long = long  # whether the release is written in full, so that a number after it counts builds
        self.just_released = release is not None
        self.build: list[int] = []
        self.system: tuple[int, ...] = ()
        self.system_at = -1
        self.system_written = ""
        self.distribution = ""
        self.shape: list[str] = []
        self.variants: list[Variant] = []

    def add(self, shape: str, variant: Variant | None = None) -> None:
        """Note a part's placeholder or literal."""
        self.just_released = False
        self.shape.append(shape)
        if variant is not None:
            self.variants.append(variant)

    def add_system(self, shape: str, written: str, variant: Variant, distribution: str) -> None:
        """Note an operating system; the last one counts, and an earlier one is literal again."""
        if self.system_at >= 0:
            self.shape[self.system_at] = self.system_written
        self.system, self.distribution = variant.version, distribution
        self.system_at, self.system_written = len(self.shape), written
        self.add(shape, variant)

    def done(self) -> Rest:
        """Return what was read."""
        release = self.release or Release()
        if self.stage != NO_STAGE:
            release = Release(release.release, self.stage, release.build, release.shape, release.precision)
        return Rest(
            release,
            tuple(self.build),
            self.system,
            "-".join(self.shape),
            self.distribution,
            self.system_written,
            tuple(self.variants),
        )


def read_parts(parts: list[str]) -> Rest:
    """Read a tag that does not begin with its version."""
    return _read_parts(Reading(None), parts)


def read_release(part: str) -> Release | None:
    """Read a part that begins with a number, or with a letter and one (`v1.2`); None if it is no version."""
    match = HEAD.fullmatch(part)
    if match is None:
        return None
    prefix, numbers, rest = match.groups()
    release = tuple(map(int, numbers.split(".")))
    precision = "n" * len(release) if len(numbers) < _DAY_DIGITS else _precision(numbers)
    if not rest:
        return Release(release, NO_STAGE, (), prefix + "#", precision)
    return None if HASH.fullmatch(part) else _read_release_end(prefix, release, precision, rest)


def _read_release_end(prefix: str, release: tuple[int, ...], precision: str, rest: str) -> Release:
    """Read what is glued to a version's numbers: `_11`, `u432`, `rc1`, `p2`, `w`."""
    if (stage := GLUED_STAGE.fullmatch(rest)) and (ranked := stage_of(*stage.groups())):
        return Release(release, ranked, (), prefix + "#", precision)
    first, end = rest[0], HEAD.fullmatch(rest[1:])
    if first == "_" and end is not None and not end[1]:
        return Release(release, NO_STAGE, tuple(map(int, end[2].split("."))), f"{prefix}#_%{end[3]}", "full")
    if first == "u" and rest[1:].isdigit():
        return Release((*release, int(rest[1:])), NO_STAGE, (), prefix + "#", precision + "u")
    if first == "p" and rest[1:].isdigit():
        return Release(release, NO_STAGE, (int(rest[1:]),), prefix + "#p%", precision)
    if len(rest) == 1 and rest.islower():
        return Release(release, NO_STAGE, (ord(rest),), prefix + "#l", precision)
    return Release(release, NO_STAGE, (), f"{prefix}#{rest}", precision)


def _precision(numbers: str) -> str:
    return "".join("D" if DATE.fullmatch(part) else "n" for part in numbers.split("."))


@lru_cache(REMEMBERED)
def read_tail(tail: str, *, long: bool = False) -> Rest:
    """Read what follows the version; `long` tells whether the version was written in full."""
    return _read_parts(Reading(Release(), long=long), tail.split("-"))


def _read_parts(reading: Reading, parts: list[str]) -> Rest:
    at = 0
    while at < len(parts):
        at += next(taken for reader in _READERS if (taken := reader(reading, parts, at)))
    return reading.done()


def _read_day(reading: Reading, parts: list[str], at: int) -> int:
    if not DATE.fullmatch(parts[at]):
        return 0
    reading.build.extend(map(int, parts[at].split(".")))
    reading.add("@")
    return 1


def _read_stage(reading: Reading, parts: list[str], at: int) -> int:
    if reading.release is None or reading.stage != NO_STAGE:
        return 0
    match = (STAGE if reading.just_released else NUMBERED_STAGE).fullmatch(parts[at])
    if match is None:
        return 0
    word, number = match.groups()
    following = parts[at + 1] if at + 1 < len(parts) and not number else ""
    taken = 2 if following.isdigit() and len(following) < _DAY_DIGITS else 1
    stage = stage_of(word, following if taken > 1 else number)
    if stage is None:
        return 0
    reading.stage = stage
    return taken


def _read_number(reading: Reading, parts: list[str], at: int) -> int:
    """Read a number that no word explains: the version, a count of builds, or the version of a second thing."""
    if reading.release is None:
        return _read_version(reading, parts[at])
    if not NUMBER.fullmatch(parts[at]):
        return 0
    numbers = parts[at].split(".")
    if not reading.just_released or (len(numbers) == LONG - 1 and not reading.long):
        reading.add(parts[at], Variant("", tuple(map(int, numbers))))
        return 1
    kept = 0 if reading.long else len(numbers) - 1  # `3.10-7.3.16` is PyPy 7.3 for Python 3.10: only the last counts
    reading.build.extend(map(int, numbers[kept:]))
    reading.add(".".join([*numbers[:kept], "%" * (len(numbers) - kept)]))
    return 1


def _read_version(reading: Reading, part: str) -> int:
    release = read_release(part)
    if release is None or (release.shape[0] not in "#vV" and "." not in part):
        return 0
    reading.release, reading.just_released = release, True
    reading.long = len(release.release) >= LONG
    reading.build.extend(release.build)
    reading.release = Release(release.release, release.stage, (), "", release.precision)
    reading.shape.append(release.shape)
    return 1


def _read_build(reading: Reading, parts: list[str], at: int) -> int:
    match = BUILD.fullmatch(parts[at]) if reading.release is not None else None
    if match is None:
        return 0
    word, dot, number = match.groups()
    reading.build.extend(map(int, number.split(".")))
    reading.add(f"{word}{dot}%")
    return 1


def _read_system(reading: Reading, parts: list[str], at: int) -> int:
    """Read a codename (`bookworm`), or a distribution's name with its version, in one part or two."""
    part = parts[at]
    if (cycle := codenames().get(part)) is not None:
        version = tuple(map(int, cycle.cycle.split(".")))
        reading.add_system(f"<{cycle.product}>", part, Variant(part, version), cycle.product)
        return 1
    match, written = SYSTEM.fullmatch(part), part
    if match is None and part in SYSTEMS and at + 1 < len(parts) and NUMBER.fullmatch(parts[at + 1]):
        written = f"{part}-{parts[at + 1]}"
        match = SYSTEM.fullmatch(part + parts[at + 1])
    if match is None:
        return 0
    word, numbers = match.groups()
    version = tuple(map(int, numbers.split(".")))
    reading.add_system(f"{written[: -len(numbers)]}<{len(version)}>", written, Variant(word, version), SYSTEMS[word])
    return 1 if written == part else 2


def _read_word(reading: Reading, parts: list[str], at: int) -> int:
    """Read a word, with the number after it if that is the word's own version."""
    part = parts[at]
    following = parts[at + 1] if at + 1 < len(parts) else ""
    if NUMBER.fullmatch(following) and not DATE.fullmatch(following) and _owns_number(reading, part):
        reading.add(f"{part}-{following}", Variant(part, tuple(map(int, following.split(".")))))
        return 2
    word = part.rstrip("0123456789.")
    number = NUMBER.fullmatch(part[len(word) :]) if word and not HASH.fullmatch(part) else None
    version: tuple[int, ...] = tuple(map(int, number[0].split("."))) if number else ()
    reading.add(part, Variant(word if number else part, version))
    return 1


def _owns_number(reading: Reading, word: str) -> bool:
    return word in TOOLCHAINS or (reading.release is not None and not NUMBER.fullmatch(word))


_READERS: tuple[Callable[[Reading, list[str], int], int], ...] = (
    _read_day,
    _read_stage,
    _read_number,
    _read_build,
    _read_system,
    _read_word,
)
NOTHING = Rest(Release(), (), (), "", "", "", ())
