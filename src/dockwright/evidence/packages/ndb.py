"""RPM's own database, `Packages.db` (SUSE): a header, slots that point to blobs, blobs (rpm, lib/backend/ndb/rpmpkg.c).

All numbers are little-endian; a block is 16 bytes. Slots fill whole pages of 4,096 bytes, of which the header takes the
place of the first two. Blobs may have stale neighbours, so only those that a slot names count.
"""

from __future__ import annotations

import struct
from typing import TYPE_CHECKING, Final

from dockwright.evidence.unknown import Unreadable

if TYPE_CHECKING:
    from collections.abc import Iterator

_HEADER: Final = struct.Struct("<4sIII16x")
_SLOT: Final = struct.Struct("<4sIII")
_BLOB: Final = struct.Struct("<4sIII")
_PAGE, _BLOCK = 4096, 16
_TAIL: Final = 12  # checksum, length, magic


def headers(data: bytes) -> Iterator[bytes]:
    """Yield the header of each package.

    Raises:
        Unreadable: it is no such database, or a broken one.
    """
    if len(data) < _HEADER.size:
        raise _broken()
    magic, version, _, pages = _HEADER.unpack_from(data)
    if magic != b"RpmP" or version != 0 or not 0 < pages * _PAGE <= len(data):
        raise _broken()
    left = len(data)
    for magic, index, block, blocks in _SLOT.iter_unpack(data[_HEADER.size : pages * _PAGE]):
        if magic != b"Slot":
            raise _broken()
        if block:
            # Blobs do not overlap, so together they are no longer than the file.
            left -= blocks * _BLOCK
            if left < 0:
                raise _broken()
            yield _blob(data, index, block * _BLOCK, blocks * _BLOCK)


def _blob(data: bytes, index: int, at: int, size: int) -> bytes:
    if at + size > len(data) or size < _BLOB.size + _TAIL:
        raise _broken()
    magic, its_index, _, length = _BLOB.unpack_from(data, at)
    if magic != b"BlbS" or its_index != index or length > size - _BLOB.size - _TAIL:
        raise _broken()
    return data[at + _BLOB.size : at + _BLOB.size + length]


def _broken() -> Unreadable:
    return Unreadable("its rpm database (`Packages.db`) is broken")
