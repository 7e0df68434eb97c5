"""Manifests and configurations on disk, by digest, for ever: content that is named by its digest never changes.

Every file is verified by its name when it is read, so that whoever writes into the folder can make us fetch again, or
believe that a digest was first seen on another day, and nothing else. A cache that cannot be read or written is as good
as none.
"""

from __future__ import annotations

import os
import threading
from contextlib import suppress
from datetime import date
from typing import Final

from dockwright.registry.digest import digest_of

_FOLDER: Final = "registry-1"  # another number for another layout


class Cache:
    """A folder of content by digest; without a folder, nothing is kept."""

    def __init__(self, folder: str | None, *, largest: int) -> None:
        """Take the folder, which is made when needed, and how many bytes it may hold after `close`."""
        self._folder = None if folder is None else os.path.join(folder, _FOLDER)
        self._largest = largest
        self._wrote = False

    def read(self, digest: str) -> bytes | None:
        """Return the content that has this digest, if it is here."""
        if self._folder is None:
            return None
        path = self._path(digest)
        try:
            with open(path, "rb") as file:
                data = file.read(self._largest + 1)
            os.utime(path)  # what is used stays longest
        except OSError:
            return None
        if digest_of(data, digest) == digest:
            return data
        with suppress(OSError):
            os.unlink(path)
        return None

    def write(self, digest: str, data: bytes) -> None:
        """Keep content, if it can be kept."""
        if self._folder is not None:
            self._put(self._path(digest), data)

    def first_seen(self, digest: str, today: date) -> date | None:
        """Return the day on which this was first asked of a digest: today, if it is now; None without a folder."""
        if self._folder is None:
            return None
        path = os.path.join(self._folder, "seen", digest_of(digest.encode()).partition(":")[2])
        try:
            with open(path, "rb") as file:
                noted = date.fromisoformat(file.read(10).decode("ascii", "replace"))
            os.utime(path)
        except (OSError, ValueError):
            self._put(path, today.isoformat().encode())
            return today
        return min(noted, today)

    def knows(self, name: str) -> bool:
        """Tell whether something of this repository has been kept."""
        return self._folder is not None and os.path.exists(self._mark(name))

    def note(self, name: str) -> None:
        """Remember that something of this repository has been kept."""
        if not self.knows(name):
            self._put(self._mark(name), b"")

    def close(self) -> None:
        """Remove what was used longest ago, if there is too much and this run added to it."""
        if self._folder is None or not self._wrote:
            return
        total = 0
        for _, size, path in sorted(_files(self._folder), reverse=True):
            total += size
            if total > self._largest:
                with suppress(OSError):
                    os.unlink(path)

    def _path(self, digest: str) -> str:
        algorithm, _, name = digest.partition(":")
        return os.path.join(self._folder or "", algorithm, name[:2], name[2:])

    def _mark(self, name: str) -> str:
        return os.path.join(self._folder or "", "known", digest_of(name.encode()).partition(":")[2])

    def _put(self, path: str, data: bytes) -> None:
        if self._folder is None:
            return
        new = f"{path}.{os.getpid()}-{threading.get_ident()}"
        with suppress(OSError):
            os.makedirs(os.path.dirname(path), exist_ok=True)
            try:
                with open(new, "xb") as file:
                    file.write(data)
                os.replace(new, path)
            except OSError:
                with suppress(OSError):
                    os.unlink(new)
                raise
            self._wrote = True


def _files(folder: str) -> list[tuple[float, int, str]]:
    """List when each file was last used, its size, and its path."""
    found: list[tuple[float, int, str]] = []
    for parent, _, names in os.walk(folder):
        for name in names:
            with suppress(OSError):
                status = os.lstat(os.path.join(parent, name))
                found.append((status.st_mtime, status.st_size, os.path.join(parent, name)))
    return found
