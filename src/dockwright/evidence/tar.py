"""Tar archives, walked once from beginning to end: names, kinds, links, and the contents that somebody asks for.

ustar, GNU and pax headers (IEEE 1003.1, "pax Interchange Format"; GNU tar, "Basic Tar Format"). Where readers differ,
this does what Go's archive/tar does, which container runtimes unpack layers with: the prefix counts in ustar only,
global pax headers change nothing, and an archive may end without its blocks of zeros.
"""

from __future__ import annotations

from enum import Enum
from typing import TYPE_CHECKING, Final

from msgspec import Struct

from dockwright.evidence.unknown import Unreadable

if TYPE_CHECKING:
    from collections.abc import Iterator

_BLOCK: Final = 512
_ZEROS: Final = bytes(_BLOCK)
_LONGEST_NAME: Final = 64 * 1024  # Linux takes 4,096
_LARGEST_PAX: Final = 1024 * 1024
_MOST_SPARSE_BLOCKS: Final = 10_000


class Type(Enum):
    """What an entry is."""

    FILE = "file"
    SPARSE = "sparse file"
    """A file with holes, whose contents are not given."""
    DIRECTORY = "directory"
    SYMLINK = "symlink"
    HARD_LINK = "hard link"
    OTHER = "device or pipe"
    """A device, or a pipe."""


_TYPES: Final = {
    b"1": Type.HARD_LINK,
    b"2": Type.SYMLINK,
    b"3": Type.OTHER,
    b"4": Type.OTHER,
    b"5": Type.DIRECTORY,
    b"6": Type.OTHER,
    b"S": Type.SPARSE,
}


class Entry(Struct, frozen=True, gc=False):
    """An entry of an archive.

    Attributes:
        name: as it is written: it may begin with `/` or `./`, or climb with `..`.
        type: what it is.
        link: what a link is to, as it is written; empty for others.
        size: bytes of its contents in the archive.
    """

    name: bytes
    type: Type
    link: bytes
    size: int


class _Overrides(Struct):
    """What headers before an entry say of it."""

    name: bytes = b""
    link: bytes = b""
    size: int | None = None
    sparse_name: bytes | None = None
    """Set for a file with holes, to its own name if another is written where names are."""


class Tar:
    """An archive; iterate over it, and ask for the contents of the entry at hand, or not."""

    def __init__(self, pieces: Iterator[bytes], *, entries: int) -> None:
        """Take the archive, in pieces, and how many headers it may have."""
        self._pieces = pieces
        self._piece = b""
        self._at = 0
        self._left = 0  # of the entry at hand
        self._padding = 0
        self._most = entries

    def __iter__(self) -> Iterator[Entry]:
        """Yield the entries in order.

        Raises:
            Unreadable: it is no archive, a broken one, or one without end.
        """
        overrides = _Overrides()
        for _ in range(self._most):
            self._skip(self._left)
            self._take(self._padding)  # which may be missing at the end
            self._left = self._padding = 0
            block = self._take(_BLOCK)
            if not block or self._ends(block):
                return
            found = self._read(block, overrides)
            if found is not None:
                overrides = _Overrides()
                yield found
        raise Unreadable(f"it has more than {self._most:,} files")

    def contents(self, largest: int) -> bytes:
        """Return the contents of the entry at hand, once.

        Raises:
            Unreadable: there are more than `largest` bytes.
        """
        if self._left > largest:
            raise Unreadable(f"a file in it that would have to be read has more than {largest:,} bytes")
        size, self._left = self._left, 0
        return self._whole(size)

    # --- headers ------------------------------------------------------------------------------------------------

    def _ends(self, block: bytes) -> bool:
        if block != _ZEROS:
            return False
        if self._take(_BLOCK) not in {b"", _ZEROS}:
            raise _broken()
        return True

    def _read(self, block: bytes, overrides: _Overrides) -> Entry | None:
        """Read a header; None if it is one that says something of the next."""
        if len(block) < _BLOCK or not _sums_up(block):
            raise _broken()
        size = _number(block[124:136])
        match kind := block[156:157]:
            case b"L":  # GNU: a long name
                overrides.name = _text(self._text(size, _LONGEST_NAME))
            case b"K":  # GNU: a long link
                overrides.link = _text(self._text(size, _LONGEST_NAME))
            case b"x" | b"X":  # pax, and Solaris's
                _apply(self._text(size, _LARGEST_PAX), overrides)
            case b"g":  # pax, for all that follows
                self._text(size, _LARGEST_PAX)
            case _:
                return self._entry(block, kind, size, overrides)
        return None

    def _entry(self, block: bytes, kind: bytes, size: int, overrides: _Overrides) -> Entry:
        name = overrides.sparse_name or overrides.name or _name(block)
        type_ = _TYPES.get(kind, Type.FILE)
        if kind == b"S":
            self._pass_sparse_map(block)
        elif kind == b"\0" and name.endswith(b"/"):  # from before there were types
            type_ = Type.DIRECTORY
        elif type_ is Type.FILE and overrides.sparse_name is not None:
            type_ = Type.SPARSE
        if type_ in {Type.FILE, Type.SPARSE}:  # what others say of their size means nothing
            self._left = size if overrides.size is None else overrides.size
            self._padding = -self._left % _BLOCK
        link = overrides.link or _text(block[157:257]) if type_ in {Type.SYMLINK, Type.HARD_LINK} else b""
        return Entry(name, type_, link, self._left)

    def _pass_sparse_map(self, block: bytes) -> None:
        """Pass over the blocks in which the map of an old GNU sparse file goes on."""
        more, passed = block[482], 0
        while more:
            passed += 1
            if passed > _MOST_SPARSE_BLOCKS:
                raise _broken()
            more = self._whole(_BLOCK)[504]

    def _text(self, size: int, largest: int) -> bytes:
        if size > largest:
            raise Unreadable("it has a file with a name, or other properties, too long to be meant")
        found = self._whole(size)
        self._skip(-size % _BLOCK)
        return found

    # --- bytes --------------------------------------------------------------------------------------------------

    def _take(self, size: int) -> bytes:
        """Return the next bytes; fewer only at the end."""
        found = self._piece[self._at : self._at + size]
        self._at += len(found)
        if len(found) == size:
            return found
        parts, missing = [found], size - len(found)
        while missing and (piece := next(self._pieces, None)) is not None:
            self._piece, self._at = piece, min(missing, len(piece))
            parts.append(piece[: self._at])
            missing -= self._at
        return b"".join(parts)

    def _whole(self, size: int) -> bytes:
        found = self._take(size)
        if len(found) < size:
            raise Unreadable("it breaks off")
        return found

    def _skip(self, size: int) -> None:
        self._at += size
        while self._at > len(self._piece):
            self._at -= len(self._piece)
            piece = next(self._pieces, None)
            if piece is None:
                raise Unreadable("it breaks off")
            self._piece = piece


def _sums_up(block: bytes) -> bool:
    """Tell whether a header's checksum is right; some programs sum signed bytes."""
    field = block[148:156]
    told = _number(field)
    unsigned = sum(block) - sum(field) + 8 * ord(" ")
    if told == unsigned:
        return True
    negative = sum(byte > 127 for byte in block) - sum(byte > 127 for byte in field)  # noqa: PLR2004 - the sign's bit
    return told == unsigned - 256 * negative


def _number(field: bytes) -> int:
    """Read a number: octal digits, or, for large ones, base 256 with the first bit set."""
    if field[0] & 0x80:
        value = int.from_bytes(field, "big") & ((1 << (8 * len(field) - 1)) - 1)
        if field[0] & 0x40 or value >> 63:
            raise _broken()
        return value
    digits = field.partition(b"\0")[0].strip()
    if digits and (not digits.isdigit() or b"8" in digits or b"9" in digits):
        raise _broken()
    return int(digits or b"0", 8)


def _name(block: bytes) -> bytes:
    """Return the name; ustar has a second field for what stands before the last slash that fits."""
    name = _text(block[:100])
    if block[257:263] == b"ustar\0" and (prefix := _text(block[345:500])):
        return prefix + b"/" + name
    return name


def _text(field: bytes) -> bytes:
    return field.partition(b"\0")[0]


def _apply(records: bytes, overrides: _Overrides) -> None:
    """Read pax records, `30 path=...` with the length of the whole, and a line feed at the end."""
    at = 0
    while at < len(records):
        digits, blank, _ = records[at : at + 20].partition(b" ")
        if not blank or not digits.isdigit():
            raise _broken()
        end = at + int(digits)
        key, equals, value = records[at + len(digits) + 1 : end].partition(b"=")
        if not equals or not value.endswith(b"\n") or end > len(records):
            raise _broken()
        _override(key, value[:-1], overrides)
        at = end


def _override(key: bytes, value: bytes, overrides: _Overrides) -> None:
    if key.startswith(b"GNU.sparse.") and overrides.sparse_name is None:
        overrides.sparse_name = b""
    match key:
        case b"path" if len(value) <= _LONGEST_NAME:
            overrides.name = value
        case b"GNU.sparse.name" if len(value) <= _LONGEST_NAME:
            overrides.sparse_name = value
        case b"linkpath" if len(value) <= _LONGEST_NAME:
            overrides.link = value
        case b"size":
            if not value.isdigit() or len(value) > 19:  # noqa: PLR2004 - digits of the largest number of 63 bits
                raise _broken()
            overrides.size = int(value)
        case _:
            pass


def _broken() -> Unreadable:
    return Unreadable("it is no valid tar archive")
