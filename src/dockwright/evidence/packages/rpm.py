"""RPM's package headers, as each of its databases stores them.

The format is "Header Structure" of rpm's docs/manual/format_header.md, without its magic: two counts, an index of
entries (tag, type, offset, count), and the data that they point to; all numbers are big-endian.
"""

from __future__ import annotations

import struct
from typing import TYPE_CHECKING, Final

from dockwright.evidence.packages.model import Package
from dockwright.evidence.unknown import Unreadable

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

_NAME, _VERSION, _RELEASE, _EPOCH, _ARCHITECTURE, _SOURCE = 1000, 1001, 1002, 1003, 1022, 1044
_TAGS: Final = frozenset({_NAME, _VERSION, _RELEASE, _EPOCH, _ARCHITECTURE, _SOURCE})
_STRING, _INT32 = 6, 4
_COUNTS: Final = struct.Struct(">II")
_ENTRY: Final = struct.Struct(">iIiI")
_KEYS: Final = "gpg-pubkey"  # a key that rpm trusts, stored as if it were a package


def packages(headers: Iterable[bytes]) -> Iterator[Package]:
    """Yield the packages of a database, given the header of each.

    Raises:
        Unreadable: a header is none.
    """
    return (package for package in map(_package, headers) if package.name != _KEYS)


def _package(header: bytes) -> Package:
    found: dict[int, str] = dict(_fields(header))
    name, version, release = (found.get(tag, "") for tag in (_NAME, _VERSION, _RELEASE))
    if not (name and version):
        raise Unreadable("its rpm database has a package without a name or version")
    whole = f"{version}-{release}" if release else version
    epoch = found.get(_EPOCH, "")
    source, source_version = _source(found.get(_SOURCE, ""))
    return Package(
        name,
        f"{epoch}:{whole}" if epoch else whole,
        found.get(_ARCHITECTURE, ""),
        source or name,
        source_version or whole,
    )


def _fields(header: bytes) -> Iterator[tuple[int, str]]:
    """Yield the tags that matter, and their values; a later entry of a tag is newer than an earlier one."""
    if len(header) < _COUNTS.size:
        raise _broken()
    entries, length = _COUNTS.unpack_from(header)
    start = _COUNTS.size + entries * _ENTRY.size
    if start + length > len(header):
        raise _broken()
    for tag, kind, offset, _ in _ENTRY.iter_unpack(header[_COUNTS.size : start]):
        if tag in _TAGS:
            yield tag, _value(header, kind, start + offset, start + length)


def _value(header: bytes, kind: int, at: int, end: int) -> str:
    if kind == _STRING and 0 <= at < end and (stop := header.find(b"\0", at, end)) >= 0:
        return header[at:stop].decode("utf-8", "replace")
    if kind == _INT32 and 0 <= at <= end - 4:
        return str(int.from_bytes(header[at : at + 4], "big"))
    raise _broken()


def _source(file: str) -> tuple[str, str]:
    """Return name and version of the source package, from its file's name: `openssl-3.2.2-6.el9.src.rpm`."""
    stem = file.removesuffix(".rpm").rpartition(".")[0]
    rest, _, release = stem.rpartition("-")
    name, _, version = rest.rpartition("-")
    return (name, f"{version}-{release}") if name else ("", "")


def _broken() -> Unreadable:
    return Unreadable("its rpm database has a broken package header")
