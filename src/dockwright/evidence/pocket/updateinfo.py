"""`updateinfo.xml`: advisories of rpm families, with the exact packages that bring the fix.

Format: as dnf reads it (rpm-software-management/libsolv, ext/repo_updateinfoxml.c).
"""

from __future__ import annotations

import re
from datetime import date
from typing import TYPE_CHECKING, Final

from msgspec import Struct, field

from dockwright.evidence.pocket import ids
from dockwright.evidence.pocket.elements import Start, elements
from dockwright.evidence.unknown import Unreadable

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from dockwright.evidence.pocket.elements import End

_SECURITY: Final = "security"
_DAY: Final = re.compile(r"([0-9]{4}-[0-9]{2}-[0-9]{2})(?:[ T].*)?", re.ASCII)
_SECONDS: Final = re.compile(r"[0-9]{9,10}", re.ASCII)
_SEVERITY: Final = re.compile(r"[A-Za-z]{2,12}", re.ASCII)
_SOURCE: Final = re.compile(
    r"(?P<name>[^/\s]{1,200})-(?P<version>[^/\s-]{1,200}-[^/\s-]{1,200})\.(?:no)?src\.rpm", re.ASCII
)
_MOST: Final = 500_000


class Fixed(Struct, frozen=True):
    """A package that brings a fix.

    Attributes:
        version: `[epoch:]version-release`.
        source: the source package; empty if the advisory does not say. `source_version` likewise, without an epoch.
        module: whether it is of a module: a stream of versions beside others, which this list does not tell apart.
    """

    name: str
    version: str
    architecture: str
    source: str
    source_version: str
    module: bool


class Advisory(Struct, frozen=True):
    """A security advisory, as far as it is of packages that matter; `severity` in the distribution's word."""

    id: str
    severity: str
    day: date | None
    identifiers: tuple[str, ...]
    packages: tuple[Fixed, ...]


class _Draft(Struct):
    security: bool = False
    id: str = ""
    severity: str = ""
    day: date | None = None
    identifiers: list[str] = field(default_factory=list)
    packages: list[Fixed] = field(default_factory=list)
    module: bool = False


def read_updateinfo(pieces: Iterable[bytes], *, names: frozenset[str], sources: frozenset[str]) -> Iterator[Advisory]:
    """Yield the security advisories on packages of these names, or built from these sources.

    Raises:
        Unreadable: it is no such list.
    """
    draft = _Draft()
    kept = 0
    for element in elements(pieces):
        match element:
            case Start("update", attributes):
                draft = _Draft(security=attributes.get("type") == _SECURITY)
            case Start():
                _begin(draft, element, names, sources)
            case end if end.name == "update":
                if draft.security and draft.packages and ids.is_advisory(draft.id):
                    kept += len(draft.packages)
                    if kept > _MOST:
                        raise Unreadable("it has too many packages")
                    yield _advisory(draft)
            case end:
                _finish(draft, end)


def _begin(draft: _Draft, start: Start, names: frozenset[str], sources: frozenset[str]) -> None:
    attributes = start.attributes
    match start.name:
        case "issued" if (match := _DAY.fullmatch(attributes.get("date", ""))) is not None:
            draft.day = _day(match[1])
        case "issued" if _SECONDS.fullmatch(attributes.get("date", "")):
            draft.day = date.fromtimestamp(int(attributes["date"]))  # noqa: DTZ012 - a day is exact enough
        case "reference":
            draft.identifiers += ids.found(f"{attributes.get('id', '')} {attributes.get('title', '')}"[:2000])[0]
        case "collection":
            draft.module = False
        case "module":
            draft.module = True
        case "package" if draft.security:
            found = _fixed(attributes, module=draft.module)
            if found.name in names or found.source in sources:
                draft.packages.append(found)
        case _:
            pass


def _finish(draft: _Draft, end: End) -> None:
    text = end.text.strip()
    match end.name:
        case "id":
            draft.id = text
        case "severity" if _SEVERITY.fullmatch(text) and text.lower() != "none":
            draft.severity = text
        case _:
            pass


def _fixed(attributes: dict[str, str], *, module: bool) -> Fixed:
    epoch = attributes.get("epoch", "0") or "0"
    version = f"{attributes.get('version', '')}-{attributes.get('release', '')}"
    source = _SOURCE.fullmatch(attributes.get("src", "").rpartition("/")[2])
    return Fixed(
        attributes.get("name", ""),
        version if epoch == "0" else f"{epoch}:{version}",
        attributes.get("arch", ""),
        source["name"] if source else "",
        source["version"] if source else "",
        module,
    )


def _advisory(draft: _Draft) -> Advisory:
    packages = tuple(dict.fromkeys(draft.packages))
    return Advisory(draft.id, draft.severity, draft.day, tuple(dict.fromkeys(draft.identifiers)), packages)


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None
