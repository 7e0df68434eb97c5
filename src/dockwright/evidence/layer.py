"""What of one layer says which packages are there: databases, a few texts, and what is removed of the layers below.

Layers are read whole, to their last byte, so that what is found has the digest that was asked for. How they lie upon
each other is in the OCI image-spec, layer.md: `.wh.x` removes `x` of the layers below, `.wh..wh..opq` all that they
have in its folder, and what is no directory replaces one.
"""

from __future__ import annotations

from collections.abc import Mapping  # noqa: TC003 - msgspec reads the annotations
from itertools import islice
from typing import TYPE_CHECKING, Final

from msgspec import Struct

from dockwright.evidence.packages import dpkg
from dockwright.evidence.packages.kinds import DATABASES, DPKG_FOLDER, LOG_SUFFIX, Kind
from dockwright.evidence.packages.model import Package  # noqa: TC001 - as above
from dockwright.evidence.tar import Tar, Type
from dockwright.evidence.unknown import Unreadable

if TYPE_CHECKING:
    from collections.abc import Iterator

    from dockwright.evidence.limits import Limits
    from dockwright.evidence.packages.kinds import Read
    from dockwright.evidence.tar import Entry

_TEXTS: Final = frozenset({
    "etc/os-release",
    "usr/lib/os-release",
    "etc/apt/sources.list",
    "etc/apk/repositories",
})  # fmt: skip
_TEXT_FOLDERS: Final = frozenset({
    "etc/apt/sources.list.d",
    "etc/yum.repos.d",
    "etc/yum/vars",
    "etc/dnf/vars",
    "etc/zypp/repos.d",
    "usr/lib/os.release.d",  # where some of Fedora's images have what `os-release` is a link to
})  # fmt: skip
_LOGS: Final = frozenset(path + LOG_SUFFIX for path in DATABASES if path.endswith(".sqlite"))
_FILES: Final = _TEXTS | _LOGS | frozenset(DATABASES)
_FOLDERS: Final = _TEXT_FOLDERS | {DPKG_FOLDER}


def _with_parents(paths: frozenset[str]) -> frozenset[str]:
    parts = [path.split("/") for path in paths]
    return frozenset("/".join(each[:length]) for each in parts for length in range(1, len(each) + 1))


_ABOVE: Final = _with_parents(_FILES | _FOLDERS)

_PREFIX, _META_PREFIX, _OPAQUE = ".wh.", ".wh..wh.", ".wh..wh..opq"


class Database(Struct, frozen=True):
    """A file that holds packages.

    Attributes:
        kind: whose it is.
        packages: those in it.
        trouble: why they could not be read; empty if they could.
    """

    kind: Kind
    packages: tuple[Package, ...] = ()
    trouble: str = ""


class Layer(Struct, frozen=True):
    """What matters of a layer; every path is without `/` at its beginning.

    Attributes:
        databases: files that hold packages.
        texts: other files that are read.
        links: what a file that would be read is a symbolic link to, as it is written.
        hidden: what of the layers below is removed or replaced, with all in it; `x/` is all in `x`, but not `x`.
    """

    databases: Mapping[str, Database] = {}
    texts: Mapping[str, bytes] = {}
    links: Mapping[str, str] = {}
    hidden: tuple[str, ...] = ()


def read_layer(pieces: Iterator[bytes], limits: Limits) -> Layer:
    """Return what matters of a layer, given its unpacked archive.

    Raises:
        Unreadable: the archive is none, is broken, or has too much in it.
    """
    return _Reading(Tar(pieces, entries=limits.entries), limits).read()


class _Reading:
    """A layer that is being read."""

    def __init__(self, tar: Tar, limits: Limits) -> None:
        self._tar = tar
        self._limits = limits
        self._databases: dict[str, Database] = {}
        self._texts: dict[str, bytes] = {}
        self._links: dict[str, str] = {}
        self._hidden: dict[str, None] = {}
        self._text_size = self._packages = 0

    def read(self) -> Layer:
        for entry in self._tar:
            path = clean(entry.name)
            folder, _, name = path.rpartition("/")
            if name.startswith(_PREFIX):
                self._remove(folder, name)
            elif path in _FILES or folder in _FOLDERS:
                self._keep(path, folder, entry)
            elif path in _ABOVE and entry.type is not Type.DIRECTORY:
                self._hide(path)
        return Layer(self._databases, self._texts, self._links, tuple(self._hidden))

    def _remove(self, folder: str, name: str) -> None:
        if name == _OPAQUE:
            if not folder or folder in _ABOVE:
                self._hide(f"{folder}/")
        elif not name.startswith(_META_PREFIX):
            path = f"{folder}/{name.removeprefix(_PREFIX)}".lstrip("/")
            if path in _ABOVE or folder in _FOLDERS:
                self._hide(path)

    def _hide(self, path: str) -> None:
        self._hidden[path] = None
        if len(self._hidden) > self._limits.kept:
            raise _too_much(self._limits.kept, "removals")

    def _keep(self, path: str, folder: str, entry: Entry) -> None:
        """Read a file that matters; a later one of the same name replaces an earlier one."""
        self._databases.pop(path, None)
        self._links.pop(path, None)
        self._text_size -= len(self._texts.pop(path, b""))
        if path in DATABASES:
            self._databases[path] = self._database(path, entry, *DATABASES[path])
        elif folder == DPKG_FOLDER and entry.type is not Type.DIRECTORY:
            if not path.endswith(".md5sums"):  # which lie beside the packages
                self._databases[path] = self._database(path, entry, Kind.DPKG, dpkg.read)
        elif entry.type is Type.FILE:
            self._texts[path] = self._text(path, entry)
        elif entry.type is Type.SYMLINK:
            self._links[path] = entry.link.decode("utf-8", "surrogateescape")
        else:
            self._hide(path)
        if len(self._databases) + len(self._texts) + len(self._links) > self._limits.kept:
            raise _too_much(self._limits.kept, "files")

    def _text(self, path: str, entry: Entry) -> bytes:
        if path in _LOGS:
            return b"log" if entry.size else b""  # that there is one is all that matters
        self._text_size += entry.size
        if self._text_size > self._limits.texts:
            raise _too_much(self._limits.texts, "bytes")
        return self._tar.contents(self._limits.texts)

    def _database(self, path: str, entry: Entry, kind: Kind, read: Read) -> Database:
        if entry.type is not Type.FILE:
            return Database(kind, trouble=f"`{path}` is no file of its own, but a {entry.type.value}")
        try:
            data = self._tar.contents(self._limits.rpm if kind is Kind.RPM else self._limits.database)
            packages = tuple(islice(read(data), self._limits.packages + 1))
        except Unreadable as reason:
            return Database(kind, trouble=str(reason))
        self._packages += len(packages)
        if self._packages > self._limits.packages:
            raise _too_much(self._limits.packages, "packages")
        return Database(kind, packages)


def _too_much(most: int, what: str) -> Unreadable:
    return Unreadable(f"it has more than {most:,} {what} that would have to be read")


def clean(name: bytes) -> str:
    """Return where an entry is unpacked to: `./a//b`, `/a/b` and `a/c/../b` are all `a/b`; nothing climbs out."""
    text = name.decode("utf-8", "surrogateescape")
    if "//" not in text and "/." not in text and text[:1] not in {"/", "."}:
        return text.rstrip("/")
    parts: list[str] = []
    for part in text.split("/"):
        if part == "..":
            del parts[-1:]
        elif part not in {"", "."}:
            parts.append(part)
    return "/".join(parts)
