"""`APKINDEX.tar.gz`: the newest version of each package of a repository.

Format: apk-package(5), "Index": a gzip member with the signature, and one with a tar archive of the file `APKINDEX`;
records of lines `letter:value`, an empty line between them.
"""

from __future__ import annotations

import re
from collections.abc import Mapping  # noqa: TC003 - msgspec reads the annotations
from datetime import UTC, date, datetime
from typing import Final

from msgspec import Struct

from dockwright.evidence.packages.versions import compare_apk
from dockwright.evidence.pocket.packed import pieces_of
from dockwright.evidence.tar import Tar, Type
from dockwright.evidence.unknown import Unreadable

_LARGEST: Final = 256 * 1024 * 1024
_MOST_FILES: Final = 100
_BUILT: Final = re.compile(rb"^t:([0-9]{9,10})$", re.MULTILINE)  # seconds since 1970


class Index(Struct, frozen=True):
    """A repository.

    Attributes:
        versions: the newest version of each package that is wanted, by its name.
        days: when that was built, where it says so.
        built: when the newest of all its packages was built; None if it does not say.
    """

    versions: Mapping[str, str]
    days: Mapping[str, date]
    built: datetime | None


def read_index(data: bytes, names: frozenset[str]) -> Index:
    """Return what a repository has of the packages of these names.

    Raises:
        Unreadable: it is no index, or a broken one.
    """
    pieces = pieces_of(data, largest=_LARGEST)
    tar = Tar(pieces, entries=_MOST_FILES)
    for entry in tar:
        if entry.name == b"APKINDEX" and entry.type is Type.FILE:
            contents = tar.contents(_LARGEST)
            for _ in pieces:  # to its end, where gzip has its checksum
                pass
            return _index(contents, frozenset(name.encode() for name in names))
    raise Unreadable("the repository's index has no `APKINDEX`")


def _index(data: bytes, names: frozenset[bytes]) -> Index:
    newest: dict[str, str] = {}
    days: dict[str, date] = {}
    for record in data.split(b"\n\n"):
        name, version = _field(record, b"P:"), _field(record, b"V:")
        if name in names and version:
            known, offered = newest.get(name.decode()), version.decode("utf-8", "replace")
            # Wolfi's index has every version that there still is.
            if known is None or compare_apk(offered, known) > 0:
                newest[name.decode()] = offered
                days.pop(name.decode(), None)
                if (match := _BUILT.search(record)) is not None:
                    days[name.decode()] = datetime.fromtimestamp(int(match[1]), UTC).date()
    built = max((int(match[1]) for match in _BUILT.finditer(data)), default=None)
    return Index(newest, days, None if built is None else datetime.fromtimestamp(built, UTC))


def _field(record: bytes, letter: bytes) -> bytes:
    start = 0 if record.startswith(letter) else record.find(b"\n" + letter) + 1
    if not start and not record.startswith(letter):
        return b""
    return record[start + len(letter) :].partition(b"\n")[0].strip()
