"""`Packages`: the binary packages of a suite, of which only those that matter are kept.

Format: wiki.debian.org/DebianRepository/Format, "Packages Indices"; deb-control(5).
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from msgspec import Struct

from dockwright.evidence.unknown import Unreadable

if TYPE_CHECKING:
    from collections.abc import Iterator

_LONGEST: Final = 1024 * 1024  # of one stanza
_MOST: Final = 200_000
_FIELD: Final = re.compile(rb"^(Package|Version|Architecture|Source|Filename|Size|SHA256):(.*)", re.MULTILINE)
_NAME: Final = re.compile(rb"Package: ?(\S+)")
_SOURCE: Final = re.compile(rb"\nSource: ?(\S+)")
_PATH: Final = re.compile(r"(?:[A-Za-z0-9_+~:-][A-Za-z0-9._+~:-]*/)*[A-Za-z0-9_+~:-][A-Za-z0-9._+~:-]*", re.ASCII)
_SHA256: Final = re.compile(r"[0-9a-f]{64}", re.ASCII)


class Offer(Struct, frozen=True):
    """A binary package that a suite has.

    Attributes:
        suite: where.
        path: of the file on the mirror; `size` in bytes; `sha256` of it.
    """

    name: str
    version: str
    architecture: str
    source: str
    source_version: str
    suite: str
    path: str = ""
    size: int = 0
    sha256: str = ""


def read_stanzas(
    pieces: Iterator[bytes], suite: str, *, names: frozenset[str], sources: frozenset[str]
) -> Iterator[Offer]:
    """Yield the packages that have one of these names, or are built from one of these sources.

    Raises:
        Unreadable: a stanza, or the number of them, is beyond all measure.
    """
    wanted_names = frozenset(name.encode() for name in names)
    wanted_sources = frozenset(name.encode() for name in sources)
    kept = 0
    for stanza in _stanzas(pieces):
        name = _NAME.match(stanza)
        if name is None:
            continue
        source = _SOURCE.search(stanza)
        if name[1] in wanted_names or (source or name)[1] in wanted_sources:
            kept += 1
            if kept > _MOST:
                raise Unreadable("it has too many packages")
            yield from _offer(stanza, suite)


def _stanzas(pieces: Iterator[bytes]) -> Iterator[bytes]:
    rest = b""
    for piece in pieces:
        *whole, rest = (rest + piece).split(b"\n\n")
        yield from whole
        if len(rest) > _LONGEST:
            raise Unreadable("it has a package with too long a description")
    yield rest


def _offer(stanza: bytes, suite: str) -> Iterator[Offer]:
    fields = {name: value.strip().decode("utf-8", "replace") for name, value in _FIELD.findall(stanza)}
    name, version = fields.get(b"Package", ""), fields.get(b"Version", "")
    if not name or not version:
        return
    source, opened, rest = fields.get(b"Source", "").partition(" (")
    path, size, sha256 = fields.get(b"Filename", ""), fields.get(b"Size", ""), fields.get(b"SHA256", "")
    whole = _PATH.fullmatch(path) and _SHA256.fullmatch(sha256) and size.isascii() and size[:12].isdecimal()
    yield Offer(
        name,
        version,
        fields.get(b"Architecture", ""),
        source or name,
        rest.rstrip(") ") if opened else version,
        suite,
        *((path, int(size[:12]), sha256) if whole else ()),
    )
