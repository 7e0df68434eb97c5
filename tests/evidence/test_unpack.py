"""Unpacking: what layers are packed with, and what comes out of it."""

from __future__ import annotations

import bz2
import gzip
import lzma
import zlib
from contextlib import suppress
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dockwright.evidence.unknown import Unreadable
from dockwright.evidence.unpack import PIECE, unpacked
from tests.support.images import as_is, gzipped, gzipped_members, zstd_chunked, zstd_frames

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

PACKINGS = [as_is, gzipped, gzipped_members, zstd_frames, zstd_chunked]


def pieces(data: bytes, size: int) -> Iterator[bytes]:
    return (data[at : at + size] for at in range(0, len(data), size))


def whole(data: bytes, size: int = 1000) -> bytes:
    return b"".join(unpacked(pieces(data, size)))


@pytest.mark.parametrize("pack", PACKINGS)
@given(st.binary(max_size=5000) | st.integers(0, 600_000).map(bytes), st.sampled_from([1, 7, 512, 65536, 1 << 20]))
def test_what_was_packed_comes_out(pack: Callable[[bytes], bytes], data: bytes, size: int) -> None:
    packed = pack(b"ustar" + data)
    if len(packed) // size < 20_000:
        assert whole(packed, size) == b"ustar" + data


@pytest.mark.parametrize("pack", [gzipped, zstd_frames])
def test_no_piece_is_longer_than_promised(pack: Callable[[bytes], bytes]) -> None:
    packed = pack(bytes(5_000_000))
    assert len(packed) < 100_000
    lengths = [len(piece) for piece in unpacked(iter([packed]))]
    assert sum(lengths) == 5_000_000
    assert max(lengths) <= PIECE


def test_nothing() -> None:
    assert whole(b"") == b""
    assert list(unpacked(iter([b"x" * (3 * PIECE)]))) == [b"x" * PIECE] * 3


def test_padding_behind_gzip() -> None:
    assert whole(gzip.compress(b"a") + bytes(600) + gzip.compress(b"b") + bytes(5)) == b"ab"


@pytest.mark.parametrize("pack", [gzipped, gzipped_members, zstd_frames, zstd_chunked])
def test_what_breaks_off(pack: Callable[[bytes], bytes]) -> None:
    packed = pack(b"some data, and more of it" * 50)
    for end in (len(packed) - 1, len(packed) - 5):
        with pytest.raises(Unreadable, match="breaks off"):
            whole(packed[:end])


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (b"\x1f\x8bnonsense", "no valid gzip"),
        (gzipped(b"data")[:-8] + bytes(8), "no valid gzip"),
        (gzipped(b"data") + b"and something else", "no valid gzip"),
        (bz2.compress(b"data"), "packed with bzip2"),
        (lzma.compress(b"data"), "packed with xz"),
    ],
)
def test_what_is_none_of_these(data: bytes, reason: str) -> None:
    with pytest.raises(Unreadable, match=reason):
        whole(data)


def test_broken_zstd() -> None:
    packed = zstd_frames(b"data")
    for data in (packed[:4] + b"nonsense" * 9, packed + b"more"):
        with pytest.raises(Unreadable, match="no valid zstd"):
            whole(data)


def test_zstd_that_wants_too_much_memory() -> None:
    zstd_frames(b"")
    # A frame header (RFC 8878, 3.1.1.1) with a window of 2 GiB, and a block that repeats a byte.
    frame = b"\x28\xb5\x2f\xfd" + b"\x00" + bytes([21 << 3]) + b"\x03\x00\x00x"
    with pytest.raises(Unreadable, match="no valid zstd"):
        whole(frame)


@given(st.sampled_from([gzipped, gzipped_members, zstd_frames, zstd_chunked]), st.data())
def test_what_is_spoiled_is_refused_or_read(pack: Callable[[bytes], bytes], data: st.DataObject) -> None:
    packed = bytearray(pack(b"0123456789" * 100))
    packed[data.draw(st.integers(0, len(packed) - 1))] ^= data.draw(st.integers(1, 255))
    with suppress(Unreadable):
        assert len(whole(bytes(packed))) < 1_000_000


def test_isal_reads_the_same() -> None:
    """Intel's library is optional; where it is installed, it is what is used."""
    pytest.importorskip("isal.isal_zlib", reason="`isal` is not installed")
    data = bytes(range(256)) * 5000
    assert whole(zlib.compress(data, wbits=31), 700) == data
