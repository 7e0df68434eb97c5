"""Layers, unpacked as they come: gzip, zstd or neither, by what they begin with, not by what they are called.

A layer may be many gzip members (eStargz) or many zstd frames, some to be skipped (zstd:chunked). Whatever it is packed
with, no piece that comes out is longer than `PIECE`, so memory does not depend on what somebody packed.
"""

from __future__ import annotations

import zlib
from importlib import import_module
from itertools import chain
from typing import TYPE_CHECKING, Any, Final

from dockwright.evidence.unknown import Unreadable

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

PIECE: Final = 256 * 1024
_GZIP_WINDOW: Final = 31  # zlib's, for a gzip header
_LARGEST_WINDOW: Final = 27  # of zstd, as a power of two: 128 MiB, what its own tool accepts
_MAGICS: Final = ((b"\x1f\x8b", "gzip"), (b"\x28\xb5\x2f\xfd", "zstd"), (b"BZh", "bzip2"), (b"\xfd7zXZ", "xz"))
_SKIPPABLE: Final = b"\x2a\x4d\x18"  # behind a first byte of 0x50 to 0x5f (RFC 8878, 3.1.2)


def unpacked(pieces: Iterator[bytes]) -> Iterator[bytes]:
    """Yield what is packed, in pieces.

    Raises:
        Unreadable: it is broken, breaks off, or is packed with something else.
    """
    beginning = b""
    for piece in pieces:
        beginning += piece
        if len(beginning) >= max(len(magic) for magic, _ in _MAGICS):
            break
    whole = chain((beginning,), pieces) if beginning else pieces
    match _packing(beginning):
        case "gzip":
            return _gunzipped(whole)
        case "zstd":
            return _from_zstd(whole)
        case "":
            return _cut(whole)
        case other:
            raise Unreadable(f"it is packed with {other}, which no registry's image should be")


def _packing(beginning: bytes) -> str:
    if beginning[1:4] == _SKIPPABLE and beginning[0] >> 4 == 5:  # noqa: PLR2004 - see `_SKIPPABLE`
        return "zstd"
    return next((name for magic, name in _MAGICS if beginning.startswith(magic)), "")


def _cut(pieces: Iterator[bytes]) -> Iterator[bytes]:
    for piece in pieces:
        for start in range(0, len(piece), PIECE):
            yield piece[start : start + PIECE]


# --- gzip -----------------------------------------------------------------------------------------------------------


def _gunzipped(pieces: Iterator[bytes]) -> Iterator[bytes]:
    start, error = _inflate()
    member: Any = None
    try:
        for piece in pieces:
            left = piece
            while left:
                if member is None:
                    left = left.lstrip(b"\0")  # padding, which gzip itself passes over
                    if not left:
                        break
                    member = start()
                yield from _inflated(member, left)
                left, member = (member.unused_data, None) if member.eof else (b"", member)
    except error as failure:
        raise Unreadable("it is no valid gzip") from failure
    if member is not None:
        raise Unreadable("it breaks off")


def _inflated(member: Any, packed: bytes) -> Iterator[bytes]:  # noqa: ANN401 - zlib's class has no name, isal's another
    while True:
        piece = member.decompress(packed, PIECE)
        if piece:
            yield piece
        packed = member.unconsumed_tail
        # A full piece may have more behind it, although nothing is left of the input.
        if member.eof or (not packed and len(piece) < PIECE):
            return


def _inflate() -> tuple[Callable[[], Any], type[Exception]]:
    """Return what starts a gzip member: of Intel's library if it is installed, which is twice as fast."""
    try:
        library = import_module("isal.isal_zlib")
    except ImportError:
        return (lambda: zlib.decompressobj(_GZIP_WINDOW)), zlib.error
    return (lambda: library.decompressobj(_GZIP_WINDOW)), library.error


# --- zstd -----------------------------------------------------------------------------------------------------------


def _from_zstd(pieces: Iterator[bytes]) -> Iterator[bytes]:
    library = _zstd()
    options = {library.DecompressionParameter.window_log_max: _LARGEST_WINDOW}
    frame: Any = None
    try:
        for piece in pieces:
            left = piece
            while left:
                frame = frame or library.ZstdDecompressor(options=options)
                yield from _from_frame(frame, left)
                left, frame = (frame.unused_data, None) if frame.eof else (b"", frame)
    except library.ZstdError as failure:
        raise Unreadable("it is no valid zstd") from failure
    if frame is not None:
        raise Unreadable("it breaks off")


def _from_frame(frame: Any, packed: bytes) -> Iterator[bytes]:  # noqa: ANN401 - a class of one of two libraries
    while True:
        piece = frame.decompress(packed, PIECE)
        if piece:
            yield piece
        packed = b""
        if frame.eof or frame.needs_input:
            return


def _zstd() -> Any:  # noqa: ANN401 - one of two modules with the same names
    """Return Python's own module, which 3.14 has, or its backport."""
    for name in ("compression.zstd", "backports.zstd"):
        try:
            return import_module(name)
        except ImportError:
            continue
    raise Unreadable("it is packed with zstd, for which Python 3.14 or the package `backports.zstd` is needed")
