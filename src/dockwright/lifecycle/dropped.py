"""Versions and variants of official images that their list no longer has: `dropped.tsv`.

What the list drops is never built again; its tags stay on Docker Hub as they were
(github.com/docker-library/faq, "what is the support policy for images and tags"). The table is written by
`scripts/dropped_tags.py` from the list's history, so that what was never listed is not in it.
"""

from __future__ import annotations

import re
from datetime import date
from functools import cache, lru_cache

from msgspec import Struct

from dockwright.lifecycle.table import vendored
from dockwright.lifecycle.tag import official_name

_VERSION = re.compile(r"v?(\d+(?:\.\d+)?)((?:\.\d+)*(?:[a-z]\w*)?)(?:-|$)", re.ASCII)


class Dropped(Struct, frozen=True, gc=False):
    """What of a tag the list has no more.

    Attributes:
        part: the version or variant, as tags write it: `3.8`, `alpine3.22`.
        since: the day on which the last tag with it was dropped.
        read: the day up to which the list was read.
        start: where in the tag the part is written.
        end: the end of that.
    """

    part: str
    since: date
    read: date
    start: int
    end: int


@lru_cache(maxsize=256)  # several rules ask for the same image
def dropped(repository: str, tag: str) -> Dropped | None:
    """Return what of an official image's tag is no longer listed; None if all is, or was never listed."""
    name = official_name(repository)
    read, gone = _table().get(name or "", ("", ""))
    for part, start in parts_of(tag).items() if gone else ():
        _, found, rest = f" {gone}".partition(f" {part}=")
        if found:
            since = date.fromisoformat(rest.partition(" ")[0])
            return Dropped(part, since, date.fromisoformat(read), start, start + len(part))
    return None


def parts_of(tag: str) -> dict[str, int]:
    """Return what a tag names, with its place: the version, the words after it, and all of these together.

    The version is cut to two numbers (`3.8`); numbers alone are no words. A tag without a number in front has none
    (`alpine`, `onbuild`).
    """
    version = _VERSION.match(tag)
    start = 0 if version is None else version.end()
    found = {} if version is None else {version[1]: version.start(1)}
    at = start
    for word in tag[start:].split("-"):
        if re.search("[a-z]", word):
            found.setdefault(word, at)
        at += len(word) + 1
    return found | ({tag[start:]: start} if tag[start:] else {})


@cache
def _table() -> dict[str, tuple[str, str]]:
    """Return the day of reading and what was dropped, by image; a line is only taken apart when it is asked for."""
    rows = [line.split("\t") for line in vendored("dropped.tsv").splitlines()[1:]]
    return {name: (read, gone) for name, read, gone in rows}
