"""The files of a commit, read through the API: nothing of it is checked out, so nothing of it can be executed."""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec import Struct

from dockwright.discover import LARGEST_FILE, is_vendored
from dockwright.errors import GitHubError
from dockwright.finding import Unreadable
from dockwright.project import Origin
from dockwright.source import Source

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from dockwright.github.client import GitHub

_PLAIN = frozenset({"100644", "100755"})  # git's modes; 120000 is a symbolic link, 160000 another repository

_MOST_READ = 100  # files around the Dockerfiles: each is a request, and a token has 1,000 of them in an hour


def blob_name(source: Source) -> str:
    """Return git's name of a file's content."""
    from hashlib import sha1

    data = source.encode()
    return sha1(b"blob %d\0" % len(data) + data, usedforsecurity=False).hexdigest()


class Entry(Struct, frozen=True, gc=False):
    """A file of a commit: git's name of its content, its mode, and its bytes."""

    blob: str
    mode: str
    size: int


class Listing(Struct, frozen=True):
    """The files of a commit by their paths; GitHub leaves some out (`complete` is False) over 100,000, or 7 MB."""

    entries: Mapping[str, Entry]
    complete: bool


class ApiTree:
    """The files of a commit; a `Tree` for rules. Nothing is asked for before it is needed."""

    def __init__(self, hub: GitHub, commit: str) -> None:
        """Take the repository and the commit."""
        self._hub = hub
        self._commit = commit
        self._listing: Listing | None = None
        self._read: dict[str, Source | None] = {}

    @property
    def origin(self) -> Origin:
        """The repository's name; its default branch is not asked for."""
        return Origin(self._hub.name)

    def listing(self) -> Listing:
        """Return the files, and whether these are all."""
        if self._listing is None:
            self._listing = self._hub.tree(self._commit)
        return self._listing

    def entries(self) -> Mapping[str, Entry]:
        """Return the files; of a very large commit GitHub lists only some."""
        return self.listing().entries

    def paths(self) -> Sequence[str]:
        """Return every path, sorted, without vendored files."""
        return sorted(path for path in self.entries() if not is_vendored(path))

    def read(self, path: str) -> Source | None:
        """Return a file's text; None if there is none, it is too large or no plain file, or it is one too many."""
        if path not in self._read:
            if path not in self.entries() or len(self._read) >= _MOST_READ:
                return None
            found = self.load(path, largest=LARGEST_FILE)
            self._read[path] = found if isinstance(found, Source) else None
        return self._read[path]

    def load(self, path: str, *, largest: int) -> Source | Unreadable | None:
        """Read a file; None if it is not there."""
        entry = self.entries().get(path)
        if entry is None and not self.listing().complete:
            entry = self._hub.entry(self._commit, path)
        if entry is None:
            return None
        if entry.mode not in _PLAIN:
            return Unreadable(path, "it is no plain file")
        if entry.size > largest:
            return Unreadable(path, f"it is larger than {largest >> 20} MiB")
        try:
            return Source.decode(path, self._hub.blob(entry.blob))
        except GitHubError as error:
            return Unreadable(path, str(error))
