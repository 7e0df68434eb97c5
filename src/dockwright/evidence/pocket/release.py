"""A suite's `InRelease`: what it consists of, with the hash of each file, and how long that may be believed.

Format: wiki.debian.org/DebianRepository/Format, "Release files". The OpenPGP signature around it is not checked: what
speaks for it is https, and for all other files the hashes in it.
"""

from __future__ import annotations

import re
from collections.abc import Mapping  # noqa: TC003 - msgspec reads the annotations
from datetime import UTC, datetime, timedelta
from typing import Final

from msgspec import Struct

from dockwright.evidence.unknown import Unreadable

_BEGIN, _END = "-----BEGIN PGP SIGNED MESSAGE-----", "-----BEGIN PGP SIGNATURE-----"
_FILE: Final = re.compile(r" ([0-9a-f]{64}) +([0-9]{1,12}) (\S+)", re.ASCII)
_AHEAD: Final = timedelta(days=1)  # by how much the clocks may differ


class File(Struct, frozen=True):
    """A file of a suite; `size` in bytes."""

    sha256: str
    size: int


class Release(Struct, frozen=True):
    """What a suite says of itself.

    Attributes:
        names: its name and its codename: `oldstable-security`, `bookworm-security`.
        date: when it was made.
        valid_until: when to stop believing it; None where it does not end (Ubuntu, Debian's main suite).
        architectures: those that it has packages for.
        components: those that it has, as users name them: `main`.
        by_hash: whether files can be had by their hash, so that no change on the server comes between.
        files: by path within the suite.
    """

    names: frozenset[str]
    date: datetime
    valid_until: datetime | None
    architectures: frozenset[str]
    components: frozenset[str]
    by_hash: bool
    files: Mapping[str, File]

    def check(self, suite: str, now: datetime) -> None:
        """Refuse to believe it, if it is of another suite, or of another time.

        Raises:
            Unreadable: it is.
        """
        if suite not in self.names:
            raise Unreadable(f"the index of `{suite}` is of another suite")
        if self.valid_until is not None and now > self.valid_until:
            raise Unreadable(f"the index of `{suite}` has expired on {self.valid_until.date()}")
        if self.date > now + _AHEAD:
            raise Unreadable(f"the index of `{suite}` is of the future, {self.date.date()}")


def read_release(data: bytes) -> Release:
    """Read an `InRelease` file.

    Raises:
        Unreadable: it is none.
    """
    fields, files = _fields(_signed(data.decode("utf-8", "replace")))
    date = _date(fields.get("date", ""))
    if date is None or not files:
        raise Unreadable("the suite's index cannot be read")
    valid_until = _date(fields["valid-until"]) if "valid-until" in fields else None
    if "valid-until" in fields and valid_until is None:
        raise Unreadable("the suite's index does not say in a known way until when it is valid")
    return Release(
        frozenset((fields.get("suite", ""), fields.get("codename", ""))) - {""},
        date,
        valid_until,
        frozenset(fields.get("architectures", "").split()),
        frozenset(component.rpartition("/")[2] for component in fields.get("components", "").split()),
        fields.get("acquire-by-hash", "") == "yes",
        files,
    )


def _signed(text: str) -> list[str]:
    """Return the lines that are signed (RFC 9580, 7: cleartext signatures); all, if there is no signature."""
    lines = text.split("\n")
    if lines[0].rstrip() != _BEGIN:
        return lines
    lines = [line.rstrip("\r") for line in lines]
    try:
        start, end = lines.index("") + 1, lines.index(_END)
    except ValueError:
        raise Unreadable("the suite's index breaks off") from None
    return [line.removeprefix("- ") for line in lines[start:end]]


def _fields(lines: list[str]) -> tuple[dict[str, str], dict[str, File]]:
    """Return the fields of one line, and the files below `SHA256:`."""
    fields: dict[str, str] = {}
    files: dict[str, File] = {}
    name = ""
    for line in lines:
        if not line.startswith(" "):
            name, _, value = line.partition(":")
            name = name.lower()
            fields[name] = value.strip()
        elif name == "sha256" and (match := _FILE.fullmatch(line)):
            files[match[3]] = File(match[1], int(match[2]))
    return fields, files


def _date(text: str) -> datetime | None:
    from email.utils import parsedate_to_datetime

    try:
        found = parsedate_to_datetime(text)
    except (ValueError, OverflowError):
        return None
    return found if found.tzinfo else found.replace(tzinfo=UTC)
