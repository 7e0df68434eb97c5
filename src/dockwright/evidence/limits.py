"""How much of an image is read. Images are anybody's, so nothing of them may be endless."""

from __future__ import annotations

import time
from typing import Final

from msgspec import Struct

from dockwright.evidence.unknown import Unreadable

_MIB: Final = 1024 * 1024


class Limits(Struct, frozen=True):
    """Bytes, counts and seconds; what is beyond them ends in "unknown, because".

    Attributes:
        image: compressed bytes of all the layers that are read of one image.
        unpacked: bytes that one layer may unpack to.
        ratio: how many times its compressed size a layer may unpack to, beyond `free` bytes. Real layers stay below 30;
            gzip cannot do more than 1,032, but zstd can do 30,000.
        free: bytes that any layer may unpack to, whatever it was packed to: honest programs make files of zeros
            (`useradd` with a high number does).
        entries: files of one layer.
        kept: files of one layer that are read, and removals in it that matter.
        database: bytes of a package database that is text; `rpm` of one of rpm's.
        packages: of an image.
        texts: bytes of all other files that are read of one layer.
        layers: of one image; Docker itself stops at 127.
        seconds: for one image.
    """

    image: int = 768 * _MIB
    unpacked: int = 8192 * _MIB
    ratio: int = 200
    free: int = 1024 * _MIB
    entries: int = 2_000_000
    kept: int = 20_000
    database: int = 32 * _MIB
    rpm: int = 192 * _MIB
    packages: int = 200_000
    texts: int = 4 * _MIB
    layers: int = 500
    seconds: float = 300


class Deadline:
    """The end of the time that reading one image may take."""

    def __init__(self, seconds: float) -> None:
        """Start now."""
        self._seconds = seconds
        self._end = time.monotonic() + seconds

    def check(self) -> None:
        """Raise when the time is over.

        Raises:
            Unreadable: it is.
        """
        if time.monotonic() > self._end:
            raise Unreadable(f"reading it takes longer than {self._seconds:.0f} seconds")
