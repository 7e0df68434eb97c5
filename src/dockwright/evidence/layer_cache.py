"""What was read of layers, on disk, by the layers' digests: the old side of a comparison is then free.

Unlike the registry's cache, this one cannot be verified without reading the layer again: whoever writes into the folder
decides what packages we see. So it belongs where only we write; but nothing in it can do more than that.
"""

from __future__ import annotations

import os
import threading
from contextlib import suppress
from typing import Final

import msgspec

from dockwright.evidence.layer import Layer

_FOLDER: Final = "layers-2"  # another number whenever `Layer`, or what is read of one, changes
_LARGEST: Final = 32 * 1024 * 1024
_TOTAL: Final = 128 * 1024 * 1024


class LayerCache:
    """A folder of layers; without a folder, nothing is kept."""

    def __init__(self, folder: str | None) -> None:
        """Take the folder, which is made when needed."""
        self._folder = None if folder is None else os.path.join(folder, _FOLDER)
        self._wrote = False

    def read(self, digest: str) -> Layer | None:
        """Return what was read of a layer, if that is here, whole and of the right shape."""
        if self._folder is None:
            return None
        path = self._path(digest)
        try:
            with open(path, "rb") as file:
                data = file.read(_LARGEST + 1)
            found = msgspec.msgpack.decode(data, type=Layer)
            os.utime(path)  # what is used stays longest
        except (OSError, ValueError, RecursionError, msgspec.MsgspecError):
            return None
        return found

    def write(self, digest: str, layer: Layer) -> None:
        """Keep what was read of a layer, if it can be kept."""
        if self._folder is None:
            return
        try:
            data = msgspec.msgpack.encode(layer)
        except ValueError:  # a name that is not UTF-8
            return
        if len(data) <= _LARGEST:
            self._put(self._path(digest), data)

    def close(self) -> None:
        """Remove what was used longest ago, if there is too much and this run added to it."""
        if self._folder is None or not self._wrote:
            return
        total = 0
        with suppress(OSError):
            for _, size, path in sorted(_files(self._folder), reverse=True):
                total += size
                if total > _TOTAL:
                    os.unlink(path)

    def _path(self, digest: str) -> str:
        return os.path.join(self._folder or "", digest.replace(":", "-"))

    def _put(self, path: str, data: bytes) -> None:
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
    with os.scandir(folder) as entries:
        return [(entry.stat().st_mtime, entry.stat().st_size, entry.path) for entry in entries]
