"""Digests: the name of content, made of the content (OCI image-spec, descriptor.md)."""

from __future__ import annotations

import hashlib
import re
from typing import TYPE_CHECKING, Final

from dockwright.errors import RegistryUntrusted

if TYPE_CHECKING:
    from collections.abc import Iterator

_DIGEST: Final = re.compile(r"(?:sha256:[0-9a-f]{64}|sha384:[0-9a-f]{96}|sha512:[0-9a-f]{128})", re.ASCII)


def is_digest(text: str) -> bool:
    """Tell whether a text is a digest that can be verified."""
    return _DIGEST.fullmatch(text) is not None


def digest_of(data: bytes, like: str = "sha256:") -> str:
    """Return the digest of some content, by the algorithm of another digest."""
    algorithm = like.partition(":")[0]
    return f"{algorithm}:{hashlib.new(algorithm, data, usedforsecurity=True).hexdigest()}"


def verified(data: bytes, digest: str, *, host: str) -> bytes:
    """Return content that has this digest.

    Raises:
        RegistryUntrusted: it has another.
    """
    if digest_of(data, digest) != digest:
        raise _wrong(digest, host)
    return data


def verified_pieces(pieces: Iterator[bytes], digest: str, *, host: str) -> Iterator[bytes]:
    """Yield content piece by piece; it is only trusted when the last piece was taken without an error.

    Raises:
        RegistryUntrusted: all of it together has another digest; raised at the end.
    """
    found = hashlib.new(digest.partition(":")[0], usedforsecurity=True)
    for piece in pieces:
        found.update(piece)
        yield piece
    if f"{digest.partition(':')[0]}:{found.hexdigest()}" != digest:
        raise _wrong(digest, host)


def _wrong(digest: str, host: str) -> RegistryUntrusted:
    return RegistryUntrusted(f"`{host}` sends something else than `{digest}`, which was asked for", host=host)
