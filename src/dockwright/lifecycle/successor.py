"""The tag to move to: the same image and the same version of its language, on a distribution that is supported.

Only tags that are known to exist are named: `tags.tsv` holds those of the official images' list that name a
distribution, without the tags for one patch release or one day. A tag of Docker Hub's official images stays when the
list drops it, so that one which was listed can be pulled.
"""

from __future__ import annotations

import re
from datetime import date
from functools import cache, lru_cache
from typing import TYPE_CHECKING

from dockwright.lifecycle.support import State, Support, assess, judge
from dockwright.lifecycle.table import DISTRIBUTIONS, Cycle, cycles, vendored
from dockwright.lifecycle.tag import VERSION, official_name

if TYPE_CHECKING:
    from collections.abc import Iterator

_LISTED_PREFIXES = ("docker.io/library/", "public.ecr.aws/docker/library/")  # not those of one architecture each
_SYSTEMS = frozenset({"alpine", "buildpack-deps", "debian", "ubuntu"})  # official images that hold nothing but a system
_LEAVE = (State.ENDED, State.LTS_ONLY, State.ENDING)
_DAY = r"-\d{8}(?:\.\d+)?(?=-|$)"  # `bookworm-20260803-slim`


@lru_cache(maxsize=256)  # images repeat from file to file
def successor(repository: str, tag: str, *, today: date) -> str | None:
    """Return the nearest known tag on the supported release of the same distribution that is supported longest.

    A patch version is shortened to the cycle's (`3.12.4` to `3.12`) where only that is listed. None if the tag need
    not be left, if its language has ended too (another distribution would not help), if no such tag is known, or if
    it would bring another version of the language (`python:3-buster` stopped where it was, `3-trixie` went on).
    """
    name = official_name(repository) if repository.startswith(_LISTED_PREFIXES) else None
    supports = assess(repository, tag, today=today)
    moving = [support for support in supports if support.component.product in DISTRIBUTIONS]
    language = next((support for support in supports if support not in moving), None)
    if name is None or len(moving) != 1 or moving[0].state not in _LEAVE:
        return None
    if language is not None and language.state in {State.ENDED, State.UNKNOWN}:
        return None
    listed = listed_tags(name)
    if name not in _SYSTEMS and tag not in listed and _floats(tag, language):
        return None
    for release in _supported(moving[0].component.product, today):
        for spelling in _spellings(tag, moving[0], release, language):
            if spelling in listed:
                return spelling
    return None


def _floats(tag: str, language: Support | None) -> bool:
    """Tell whether the tag leaves the version of what the image is for open, further than to its cycle."""
    if language is not None:
        written = tag[language.start : language.end]
        return written[0].isdigit() and written.count(".") < language.component.cycle.count(".")
    version = VERSION.match(tag)
    return version is None or "." not in version[0]


def _supported(product: str, today: date) -> list[Cycle]:
    fine = [cycle for cycle in cycles(product) if judge(cycle, today)[0] is State.SUPPORTED]
    return sorted(fine, key=lambda cycle: cycle.security_end or date.min, reverse=True)


def _spellings(tag: str, old: Support, new: Cycle, language: Support | None) -> Iterator[str]:
    """Yield the tag with the other distribution: its version in full, then shorter, down to its cycle."""
    written = tag[old.start : old.end]
    name = written.rstrip("0123456789.")
    word = new.codename if name == written else name + new.cycle
    moved = re.sub(_DAY, "", tag[: old.start] + word + tag[old.end :])
    yield moved
    version = VERSION.match(moved)
    if version is None or old.start == 0:
        return
    parts = version[0].split(".")
    shortest = 2 if language is None else language.component.cycle.count(".") + 1
    for length in range(len(parts) - 1, shortest - 1, -1):
        yield ".".join(parts[:length]) + moved[moved.index("-") :]


@cache
def listed_tags(name: str) -> frozenset[str]:
    """Return the tags of an official image that are known to exist, of those that name a distribution."""
    for line in vendored("tags.tsv").splitlines():
        repository, _, tags = line.split("\t")
        if repository == name:
            return frozenset(tags.split(" "))
    return frozenset()
