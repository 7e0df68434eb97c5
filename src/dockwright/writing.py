"""Writing a file so that no reader ever sees half of it."""

from __future__ import annotations

import os
from stat import S_IMODE, S_ISREG

from dockwright.errors import UsageError

_NEW_FILE = 0o666  # less the umask


def write_file(path: str, data: bytes) -> None:
    """Write a whole file or nothing; folders above it are made.

    A file that is there keeps its permissions, a symbolic link is replaced by a file, and what is no plain file (a
    pipe, `/dev/null`) is written to.

    Raises:
        UsageError: the file cannot be written.
    """
    try:
        status = _status(path)
        if status is not None and not S_ISREG(status.st_mode):
            with open(path, "wb") as file:
                file.write(data)
            return
        os.makedirs(os.path.dirname(path) or ".", exist_ok=True)
        _replace(path, data, None if status is None else S_IMODE(status.st_mode))
    except OSError as error:
        raise UsageError(f"`{path}` cannot be written: {(error.strerror or str(error)).lower()}") from None


def _status(path: str) -> os.stat_result | None:
    try:
        return os.stat(path)
    except FileNotFoundError:
        return None


def _replace(path: str, data: bytes, mode: int | None) -> None:
    new = f"{path}.{os.getpid()}.tmp"
    descriptor = os.open(new, os.O_WRONLY | os.O_CREAT | os.O_EXCL, _NEW_FILE)
    try:
        with open(descriptor, "wb") as file:
            file.write(data)
            if mode is not None:
                os.fchmod(descriptor, mode)
        os.replace(new, path)
    except BaseException:
        os.unlink(new)
        raise
