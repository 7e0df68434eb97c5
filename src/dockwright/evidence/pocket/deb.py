"""A `.deb`: the changelog that is in it. Format: deb(5), an `ar` archive with `data.tar.*` in it."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from dockwright.evidence.layer import clean
from dockwright.evidence.pocket.packed import pieces_of
from dockwright.evidence.tar import Tar, Type
from dockwright.evidence.unknown import Unreadable

if TYPE_CHECKING:
    from collections.abc import Iterator

_MIB: Final = 1024 * 1024
_LARGEST_DATA: Final = 1024 * _MIB
_LARGEST_CHANGELOG: Final = 16 * _MIB
_MOST_FILES: Final = 200_000
_MAGIC: Final = b"!<arch>\n"
_HEADER: Final = 60
_CHANGELOG: Final = re.compile(r"usr/share/doc/[^/]+/changelog(?:\.Debian)?(?:\.[a-z0-9]{1,10})?(?:\.gz)?", re.ASCII)


def changelog_of(deb: bytes) -> str | None:
    """Return the changelog of a package, or None if it has none of its own (its folder is another's).

    Raises:
        Unreadable: it is no package, or a broken one.
    """
    tar = Tar(pieces_of(_data(deb), largest=_LARGEST_DATA), entries=_MOST_FILES)
    native = None
    for entry in tar:
        path = clean(entry.name)
        if entry.type is Type.FILE and _CHANGELOG.fullmatch(path):
            text = _text(tar.contents(_LARGEST_CHANGELOG))
            if "/changelog.Debian" in path:
                return text
            native = text
        elif native is not None and not path.startswith("usr/share/doc/"):
            break  # a package of Debian's own has one without a suffix; others' is in the same folder
    return native


def _text(data: bytes) -> str:
    return b"".join(pieces_of(data, largest=_LARGEST_CHANGELOG)).decode("utf-8", "replace")


def _data(deb: bytes) -> bytes:
    return next((data for name, data in _members(deb) if name.startswith(b"data.tar")), b"") or _broken()


def _members(deb: bytes) -> Iterator[tuple[bytes, bytes]]:
    if not deb.startswith(_MAGIC):
        _broken()
    at = len(_MAGIC)
    while at < len(deb):
        header = deb[at : at + _HEADER]
        size = header[48:58].strip()
        if len(header) < _HEADER or not size.isdigit():
            _broken()
        start = at + _HEADER
        end = start + int(size)
        if end > len(deb):
            _broken()
        yield header[:16].rstrip(b" /"), deb[start:end]
        at = end + end % 2


def _broken() -> bytes:
    raise Unreadable("the package that has the changelog is broken")
