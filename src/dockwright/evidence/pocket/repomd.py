"""`repodata/repomd.xml`: what a repository of rpm packages consists of, with the hash of each file.

Format: rpm-software-management/createrepo_c.
"""

from __future__ import annotations

import re
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Final

from msgspec import Struct

from dockwright.evidence.pocket.elements import Start, elements
from dockwright.evidence.unknown import Unreadable

if TYPE_CHECKING:
    from collections.abc import Iterator

    from dockwright.evidence.pocket.elements import End

_LARGEST: Final = 4 * 1024 * 1024
_PATH: Final = re.compile(r"repodata/[A-Za-z0-9][A-Za-z0-9._-]{0,200}", re.ASCII)
_SHA256: Final = re.compile(r"[0-9a-f]{64}", re.ASCII)
_SECONDS: Final = re.compile(r"[0-9]{9,10}", re.ASCII)


class Updateinfo(Struct, frozen=True):
    """Where the list of advisories is, in the repository, and when it was made."""

    path: str
    sha256: str
    date: datetime


def read_repomd(data: bytes) -> Updateinfo | None:
    """Return where the list of advisories is; None if the repository has none.

    Raises:
        Unreadable: it is no such file.
    """
    if len(data) > _LARGEST:
        raise Unreadable("the repository's index is too large")
    found: dict[str, dict[str, str]] = {}
    for kind, name, value in _facts(elements((data,))):
        found.setdefault(kind, {})[name] = value
    facts = found.get("updateinfo")
    if facts is None:
        if "primary" not in found:
            raise Unreadable("the repository's index cannot be read")
        return None
    path, sha256, seconds = facts.get("href", ""), facts.get("sha256", ""), facts.get("timestamp", "")
    if not (_PATH.fullmatch(path) and _SHA256.fullmatch(sha256) and _SECONDS.fullmatch(seconds)):
        raise Unreadable("the repository's index does not say where its list of advisories is, with a SHA-256")
    return Updateinfo(path, sha256, datetime.fromtimestamp(int(seconds), UTC))


def _facts(found: Iterator[Start | End]) -> Iterator[tuple[str, str, str]]:
    """Yield type, name and value of each thing that is said of a file."""
    kind = algorithm = ""
    for element in found:
        match element:
            case Start("data", attributes):
                kind = attributes.get("type", "")
            case Start("checksum", attributes):
                algorithm = attributes.get("type", "")
            case Start("location", attributes):
                yield kind, "href", attributes.get("href", "")
            case Start():
                pass
            case end:
                if end.name == "checksum":
                    yield kind, algorithm, end.text.strip()
                elif end.name == "timestamp":
                    yield kind, "timestamp", end.text.strip().partition(".")[0]
