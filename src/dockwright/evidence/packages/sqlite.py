"""RPM's SQLite database, `rpmdb.sqlite` (RHEL 9, Fedora, Amazon Linux 2023, Azure Linux): a header a row."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from dockwright.evidence.unknown import Unreadable

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Iterator

_MAGIC: Final = b"SQLite format 3\0"
_FORMATS_AT: Final = 18
_ROLLBACK: Final = b"\1\1"
_STEPS: Final = 1000  # of SQLite's machine, between two looks at how much work it has done
_WORK: Final = 100_000  # of those; a database of 10,000 packages takes 100


def headers(data: bytes) -> Iterator[bytes]:
    """Yield the header of each package.

    The file says that it is used with a write-ahead log; without one, that has to be taken back, or SQLite looks for
    it and refuses (sqlite.org/fileformat.html, "File format version numbers").

    Raises:
        Unreadable: it is no such database, or a broken one.
    """
    import sqlite3

    if not data.startswith(_MAGIC):
        raise _broken()
    database = sqlite3.connect(":memory:")
    try:
        patched = bytearray(data)
        patched[_FORMATS_AT : _FORMATS_AT + 2] = _ROLLBACK
        database.deserialize(patched)
        del patched
        _confine(database, largest=len(data))
        for (blob,) in database.execute("SELECT blob FROM Packages"):
            if not isinstance(blob, bytes):
                raise _broken()
            yield blob
    except (sqlite3.Error, UnicodeDecodeError, MemoryError):  # what is broken may be in a name, or a length
        raise _broken() from None
    finally:
        database.close()


def _confine(database: sqlite3.Connection, *, largest: int) -> None:
    """Let a database, which may be made to harm its reader, do no more than be read (sqlite.org/security.html)."""
    import sqlite3

    database.execute("PRAGMA trusted_schema = OFF")
    database.execute("PRAGMA cell_size_check = ON")
    database.setlimit(sqlite3.SQLITE_LIMIT_LENGTH, max(largest, _STEPS))
    kind = database.execute("SELECT type FROM sqlite_master WHERE name = 'Packages' COLLATE NOCASE").fetchall()
    if kind != [("table",)]:  # a view could be a computation without end
        raise _broken()
    work = iter(range(_WORK))
    database.set_progress_handler(lambda: next(work, None) is None, _STEPS)
    database.set_authorizer(_allowed)


def _allowed(action: int, first: str | None, second: str | None, *_: str | None) -> int:
    import sqlite3

    reads = action == sqlite3.SQLITE_READ and (first, second) == ("Packages", "blob")
    return sqlite3.SQLITE_OK if reads or action == sqlite3.SQLITE_SELECT else sqlite3.SQLITE_DENY


def _broken() -> Unreadable:
    return Unreadable("its rpm database (`rpmdb.sqlite`) is broken")
