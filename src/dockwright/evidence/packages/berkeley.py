"""Berkeley DB's hash tables, as rpm wrote them until 2020 (`Packages` of RHEL 8, Amazon Linux 2, CentOS 7).

Pages of equal size, numbers in the byte order of the machine that wrote them (Berkeley DB, src/dbinc/db_page.h):
a page of metadata first; hash pages, whose index gives the place of key, value, key, value; and chains of overflow
pages, in which values that are too long for that stand. The order of packages is not kept, and not needed.
"""

from __future__ import annotations

import struct
from typing import TYPE_CHECKING, Final

from dockwright.evidence.unknown import Unreadable

if TYPE_CHECKING:
    from collections.abc import Iterator

_MAGIC: Final = 0x061561
_MAGIC_AT, _PAGE_SIZE_AT, _ENCRYPTED_AT = 12, 20, 24
_PAGE_SIZES: Final = frozenset(1 << bits for bits in range(9, 17))
_HASH_PAGES: Final = frozenset({2, 13})  # unsorted (RHEL 5), sorted
_OVERFLOW: Final = 7
_PAGE_HEADER: Final = 26
_NUMBER: Final = 4
"""Key 0 has a number: the next free key."""


class _Table:
    """A hash table."""

    def __init__(self, data: bytes) -> None:
        if len(data) < _PAGE_HEADER:
            raise _broken()
        orders = [order for order in "<>" if struct.unpack_from(f"{order}I", data, _MAGIC_AT)[0] == _MAGIC]
        if not orders:
            raise _broken()
        self.data = data
        self.size: int = struct.unpack_from(f"{orders[0]}I", data, _PAGE_SIZE_AT)[0]
        if self.size not in _PAGE_SIZES or data[_ENCRYPTED_AT]:
            raise _broken()
        self.pages = len(data) // self.size
        # lsn, page, previous, next, entries, free offset, level, type
        self._header = struct.Struct(f"{orders[0]}8xIIIHHBB")
        self._off_page = struct.Struct(f"{orders[0]}B3xII")
        self._order = orders[0]
        self._left = len(data)

    def values(self) -> Iterator[bytes]:
        """Yield every value."""
        for number in range(1, self.pages):
            at = number * self.size
            *_, entries, _, _, kind = self._header.unpack_from(self.data, at)
            if kind in _HASH_PAGES and entries:
                yield from self._on_page(self.data[at : at + self.size], entries)

    def _on_page(self, page: bytes, entries: int) -> Iterator[bytes]:
        if _PAGE_HEADER + 2 * entries > self.size:
            raise _broken()
        places = struct.unpack_from(f"{self._order}{entries}H", page, _PAGE_HEADER)
        for key, place in zip(places[::2], places[1::2], strict=False):
            if not 0 < place < key <= self.size:  # items grow downwards from the end of the page
                raise _broken()
            match page[place]:
                case 1:  # _INLINE
                    if key - place > 1 + _NUMBER:
                        yield page[place + 1 : key]
                case 3:  # _ON_OVERFLOW_PAGES
                    if key - place < self._off_page.size:
                        raise _broken()
                    _, first, length = self._off_page.unpack_from(page, place)
                    yield self._chained(first, length)
                case _:
                    raise _broken()

    def _chained(self, number: int, length: int) -> bytes:
        """Return a value from a chain of overflow pages; all values together are no longer than the file."""
        found = bytearray()
        while number:
            self._left -= self.size
            if self._left < 0 or number >= self.pages:
                raise _broken()
            at = number * self.size
            _, _, number, _, used, _, kind = self._header.unpack_from(self.data, at)
            if kind != _OVERFLOW or _PAGE_HEADER + used > self.size:
                raise _broken()
            found += self.data[at + _PAGE_HEADER : at + _PAGE_HEADER + used]
        if len(found) != length:
            raise _broken()
        return bytes(found)


def headers(data: bytes) -> Iterator[bytes]:
    """Yield the header of each package.

    Raises:
        Unreadable: it is no such table, or a broken one.
    """
    return _Table(data).values()


def _broken() -> Unreadable:
    return Unreadable("its rpm database (`Packages`) is broken")
