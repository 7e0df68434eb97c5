"""Files of distributions, unpacked: gzip, xz, zstd or none of them, by what they begin with."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from dockwright.evidence.unknown import Unreadable
from dockwright.evidence.unpack import PIECE, unpacked

if TYPE_CHECKING:
    from collections.abc import Iterator

_XZ: Final = b"\xfd7zXZ\0"
_XZ_MEMORY: Final = 160 * 1024 * 1024  # for its dictionary: `xz -9` needs 65 MiB, and more is nobody's default


def pieces_of(data: bytes, *, largest: int) -> Iterator[bytes]:
    """Yield what is packed, in pieces.

    Raises:
        Unreadable: it is broken, or there are more than `largest` bytes of it.
    """
    total = 0
    for piece in _unxzed(data) if data.startswith(_XZ) else unpacked(iter((data,))):
        total += len(piece)
        if total > largest:
            raise Unreadable(f"it unpacks to more than {largest:,} bytes")
        yield piece


def _unxzed(data: bytes) -> Iterator[bytes]:
    import lzma

    while data:
        stream = lzma.LZMADecompressor(lzma.FORMAT_XZ, memlimit=_XZ_MEMORY)
        packed = data
        try:
            while not stream.eof:
                piece = stream.decompress(packed, PIECE)
                packed = b""
                if piece:
                    yield piece
                elif stream.needs_input:
                    raise Unreadable("it breaks off")
        except lzma.LZMAError as failure:
            raise Unreadable("it is no valid xz") from failure
        data = stream.unused_data.lstrip(b"\0")  # padding between streams
