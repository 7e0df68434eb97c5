"""Debian changelogs: what each version was made for and what it names. Format: deb-changelog(5)."""

from __future__ import annotations

import re
from datetime import date  # noqa: TC003 - msgspec reads the annotations
from typing import TYPE_CHECKING, Final

from msgspec import Struct

from dockwright.evidence.packages.versions import compare_dpkg
from dockwright.evidence.pocket import ids
from dockwright.evidence.pocket.model import Fixes

if TYPE_CHECKING:
    from collections.abc import Iterator

_HEADING: Final = re.compile(
    r"[A-Za-z0-9][A-Za-z0-9.+-]* \((?P<version>[A-Za-z0-9.+~:-]{1,200})\)"
    r"(?P<suites>[ A-Za-z0-9.+-]{1,200});(?P<rest>.*)",
    re.ASCII,
)
_URGENCY: Final = re.compile(r"urgency=([a-z]{1,20})", re.ASCII | re.IGNORECASE)
_TRAILER: Final = " -- "
_SECURITY: Final = "-security"
_LONGEST_LINE: Final = 4096
_MOST_ENTRIES: Final = 5000
_URGENCIES: Final = ("", "low", "medium", "high", "emergency", "critical")  # in their order (deb-changelog(5))


class Entry(Struct, frozen=True):
    """One version's entry; the attributes are those of `Fixes`, and `urgency`, one of Debian's five words or empty."""

    version: str
    suites: tuple[str, ...]
    urgency: str
    day: date | None
    identifiers: tuple[str, ...]
    advisories: tuple[str, ...]


def read_changelog(text: str) -> tuple[Entry, ...]:
    """Read a changelog's entries, in their order; what is none is passed over."""
    found = []
    for heading, body, trailer in _cut(text):
        urgency = _URGENCY.search(heading["rest"])
        word = urgency[1].lower() if urgency else ""
        named, advisories = ids.found(body)
        found.append(
            Entry(
                heading["version"],
                tuple(heading["suites"].split()),
                word if word in _URGENCIES else "",
                _day(trailer),
                tuple(named),
                tuple(advisories),
            )
        )
    return tuple(found)


def fixes_between(entries: tuple[Entry, ...], source: str, old: str, new: str) -> Fixes:
    """Say what the entries above `old`, up to and with `new`, name."""
    between = [entry for entry in entries if compare_dpkg(old, entry.version) < 0 <= compare_dpkg(new, entry.version)]
    # A version that was taken from a newer release has all entries of that; only its own was published for this one.
    secure = [entry for entry in between if any(suite.endswith(_SECURITY) for suite in entry.suites)] or between
    return Fixes(
        source,
        old,
        new,
        "changelog",
        ids.newest_first({each for entry in between for each in entry.identifiers}),
        tuple(sorted({each for entry in between for each in entry.advisories})),
        max((entry.urgency for entry in between), key=_URGENCIES.index, default=""),
        min((entry.day for entry in secure if entry.day), default=None),
        tuple(sorted({suite for entry in between for suite in entry.suites})),
        any(compare_dpkg(entry.version, old) <= 0 for entry in entries),
    )


def _cut(text: str) -> Iterator[tuple[re.Match[str], str, str]]:
    """Cut a changelog into heading, body and trailer of each entry."""
    heading: re.Match[str] | None = None
    body: list[str] = []
    count = 0
    for line in text.split("\n"):
        line = line[:_LONGEST_LINE]  # noqa: PLW2901 - the rest of a longer line does not count
        if line[:1] not in {" ", "\t", ""}:
            heading, body = _HEADING.match(line), []
        elif heading is not None and line.startswith(_TRAILER):
            yield heading, "\n".join(body), line
            heading = None
            count += 1
            if count == _MOST_ENTRIES:
                return
        else:
            body.append(line)


def _day(trailer: str) -> date | None:
    """Read the date of ` -- Name <address>  Sat, 21 Nov 2026 00:53:02 +0000`."""
    from email.utils import parsedate_to_datetime

    try:
        return parsedate_to_datetime(trailer.rpartition(">  ")[2].strip()).date()
    except (ValueError, OverflowError):
        return None
