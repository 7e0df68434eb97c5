"""The kinds of package database that there are, and the files of an image that hold them."""

from __future__ import annotations

from enum import Enum
from typing import TYPE_CHECKING, Final

from dockwright.evidence.packages import apk, berkeley, dpkg, ndb, rpm, sqlite
from dockwright.evidence.packages.versions import compare_apk, compare_dpkg, compare_rpm

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from dockwright.evidence.packages.model import Package

    Read = Callable[[bytes], Iterator[Package]]


class Kind(Enum):
    """Which package manager an image's packages are of; the order of versions is its."""

    DPKG = "dpkg"
    APK = "apk"
    RPM = "rpm"

    def compare(self, one: str, other: str) -> int:
        """Compare versions: a number below, equal to or above 0."""
        match self:
            case Kind.DPKG:
                return compare_dpkg(one, other)
            case Kind.APK:
                return compare_apk(one, other)
            case Kind.RPM:
                return compare_rpm(one, other)


_RPM_FILES: Final = (
    ("rpmdb.sqlite", sqlite.headers),
    ("Packages.db", ndb.headers),
    ("Packages", berkeley.headers),
)
_RPM_FOLDERS: Final = ("usr/lib/sysimage/rpm", "var/lib/rpm", "usr/share/rpm")


def _rpm(headers: Callable[[bytes], Iterator[bytes]]) -> Read:
    return lambda data: rpm.packages(headers(data))


DATABASES: Final[dict[str, tuple[Kind, Read]]] = {
    "var/lib/dpkg/status": (Kind.DPKG, dpkg.read),
    "lib/apk/db/installed": (Kind.APK, apk.read),
    "usr/lib/apk/db/installed": (Kind.APK, apk.read),
    **{f"{folder}/{name}": (Kind.RPM, _rpm(headers)) for name, headers in _RPM_FILES for folder in _RPM_FOLDERS},
}
"""Files that hold all packages, and how each is read; the earlier one wins where an image has two of equal size."""

DPKG_FOLDER: Final = "var/lib/dpkg/status.d"
"""The folder in which distroless images have a file for each package."""

LOG_SUFFIX: Final = "-wal"
"""What follows the name of an SQLite database that is not finished: its write-ahead log."""
