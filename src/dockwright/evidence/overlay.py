"""Layers upon each other, seen from above, as far down as they have been read."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from dockwright.evidence.layer import clean
from dockwright.evidence.packages.kinds import DATABASES, DPKG_FOLDER, LOG_SUFFIX, Kind
from dockwright.evidence.unknown import Unreadable

if TYPE_CHECKING:
    from collections.abc import Iterator

    from dockwright.evidence.layer import Database, Layer
    from dockwright.evidence.packages.model import Package

_MOST_LINKS: Final = 8


class Overlay:
    """What matters of an image; layers are added from the uppermost down."""

    def __init__(self) -> None:
        """See nothing yet."""
        self._databases: dict[str, Database] = {}
        self._links: dict[str, str] = {}
        self._hidden: set[str] = set()
        self.texts: dict[str, bytes] = {}

    def add(self, layer: Layer) -> None:
        """Add the layer below."""
        databases = {path: each for path, each in layer.databases.items() if self._shows(path)}
        texts = {path: each for path, each in layer.texts.items() if self._shows(path)}
        links = {path: each for path, each in layer.links.items() if self._shows(path)}
        self._databases |= databases
        self.texts |= texts
        self._links |= links
        self._hidden.update(layer.hidden)

    def _shows(self, path: str) -> bool:
        """Tell whether nothing above has a path, removes it, or replaces a folder of it."""
        if path in self._databases or path in self.texts or path in self._links or path in self._hidden:
            return False
        if "/" in self._hidden:
            return False
        end = path.find("/")
        while end >= 0:
            if path[:end] in self._hidden or path[: end + 1] in self._hidden:
                return False
            end = path.find("/", end + 1)
        return True

    def packages(self) -> tuple[Kind, tuple[Package, ...]] | None:
        """Return the packages of the database that holds them all; of the one with most, if there are two.

        An empty one counts as none: `apt-get install rpm` makes one. So does what there is of dpkg in parts, as long
        as there may be more of it below: see `parts`.

        Raises:
            Unreadable: there is a database, and it cannot be read.
        """
        found = [(path, self._databases[path]) for path in DATABASES if path in self._databases]
        for path, database in found:
            if database.trouble:
                raise Unreadable(database.trouble)
            if self.texts.get(path + LOG_SUFFIX):
                raise Unreadable(f"`{path}` was not closed: what was last installed is only in its log")
        best = max((database for _, database in found), key=lambda each: len(each.packages), default=None)
        return (best.kind, best.packages) if best is not None and best.packages else None

    def parts(self) -> tuple[Package, ...]:
        """Return the packages that have a file each, as distroless images do; all of them once every layer is added.

        Raises:
            Unreadable: one of them cannot be read.
        """
        return tuple(sorted({package for database in self._parts() for package in database.packages}))

    def _parts(self) -> Iterator[Database]:
        for path, database in self._databases.items():
            if path.startswith(f"{DPKG_FOLDER}/"):
                if database.trouble:
                    raise Unreadable(database.trouble)
                yield database

    def text(self, path: str) -> bytes | None:
        """Return a text, through symbolic links if they lead to one that is known; None if it is not there."""
        for _ in range(_MOST_LINKS):
            if path in self.texts:
                return self.texts[path]
            if path not in self._links:
                return None
            target = self._links[path]
            base = "" if target.startswith("/") else path.rpartition("/")[0]
            path = clean(f"{base}/{target}".encode("utf-8", "surrogateescape"))
        return None
