"""The body of an answer, within limits of time and size."""

from __future__ import annotations

import time
import zlib
from typing import TYPE_CHECKING, Final

from dockwright.errors import RegistryUnavailable, RegistryUntrusted

if TYPE_CHECKING:
    from collections.abc import Iterator

    from requests import Response

    from dockwright.registry.clock import Clock
    from dockwright.registry.message import Request

_PIECE: Final = 64 * 1024
_GZIP: Final = 31  # zlib's window for a gzip header


def whole(request: Request, response: Response, clock: Clock, *, seconds: float) -> bytes:
    """Read a body to its end, and unpack it if it is packed.

    Raises:
        RegistryUnavailable: it breaks off, or takes longer than `seconds`.
        RegistryUntrusted: there is more of it than the request allows.
    """
    found = pieces(request, response, clock, seconds=seconds)
    match response.headers.get("Content-Encoding", "identity").strip().lower():
        case "identity" | "":
            return b"".join(found)
        case "gzip" | "x-gzip":
            return _inflated(request, found)
        case _:
            raise RegistryUntrusted(f"{request.shown} answers in an encoding not asked for", host=request.host)


def pieces(request: Request, response: Response, clock: Clock, *, seconds: float) -> Iterator[bytes]:
    """Yield a body as it is sent, and no more than may be; errors are those of `whole`."""
    length = response.headers.get("Content-Length", "")
    expected = int(length) if length.isascii() and length.isdecimal() and request.method != "HEAD" else None
    if expected is not None and expected > request.largest:
        raise _too_large(request)
    deadline = time.monotonic() + seconds
    total = 0
    while piece := read(request, response, clock, deadline=deadline):
        total += len(piece)
        if total > request.largest:
            raise _too_large(request)
        yield piece
    if expected is not None and total != expected:
        raise _broken(request)


def read(request: Request, response: Response, clock: Clock, *, deadline: float) -> bytes:
    """Read one piece of a body, as it is sent; empty at its end.

    Raises:
        RegistryUnavailable: it breaks off, or is not there in time.
    """
    from urllib3.exceptions import HTTPError, ReadTimeoutError

    try:
        with clock.until(deadline):
            piece: bytes = response.raw.read(_PIECE, decode_content=False)
    except (ReadTimeoutError, TimeoutError) as error:
        message = f"{request.shown} takes too long to answer"
        raise RegistryUnavailable(message, host=request.host) from error
    except (HTTPError, OSError) as error:
        raise _broken(request) from error
    return piece


def _inflated(request: Request, packed: Iterator[bytes]) -> bytes:
    """Unpack gzip, and stop as soon as there is too much of it."""
    unpack = zlib.decompressobj(_GZIP)
    found = bytearray()
    try:
        for piece in packed:
            found += unpack.decompress(piece, request.largest + 1 - len(found))
            if len(found) > request.largest:
                raise _too_large(request)
    except zlib.error:
        raise _broken(request) from None
    if not unpack.eof:
        raise _broken(request)
    return bytes(found)


def _broken(request: Request) -> RegistryUnavailable:
    return RegistryUnavailable(f"{request.shown} broke off within its answer", host=request.host)


def _too_large(request: Request) -> RegistryUntrusted:
    message = f"{request.shown} answers with more than {request.largest:,} bytes, which is too much for this"
    return RegistryUntrusted(message, host=request.host)
