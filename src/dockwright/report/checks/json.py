"""JSON for programs. docs/json.md is its contract, and `VERSION` the contract's version.

Keys are only ever added within a version. Text is what images and distributions say, with U+FFFD for bytes that are
not UTF-8. What is not known is null, and never 0 or an empty list.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from msgspec import json

from dockwright.escape import json_text, well_formed
from dockwright.evidence.unknown import Unknown
from dockwright.report.checks import rows

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from dockwright.evidence.checked import CheckedImage
    from dockwright.evidence.enrichment import Enrichment
    from dockwright.evidence.freshness import Freshness
    from dockwright.evidence.grade import Grade
    from dockwright.evidence.inventory import Inventory
    from dockwright.evidence.pocket import Fixes, Lacking, Published
    from dockwright.report.checks import Row

VERSION = 1


def render(images: Sequence[CheckedImage], *, color: bool) -> str:  # noqa: ARG001 - as the other formats
    """Render checked images as a JSON object."""
    value = {"version": VERSION, "images": [_image(each) for each in images]}
    return json_text(json.format(json.encode(value), indent=2).decode()) + "\n"


def _reason(part: object) -> str | None:
    return well_formed(part.reason) if isinstance(part, Unknown) else None


def _image(image: CheckedImage) -> dict[str, Any]:
    return {
        "reference": image.subject.reference.canonical,
        "digest": image.subject.digest,
        "complete": image.complete,
        "unknown": _reason(image.unknown),
        "grade": _grade(image.grade),
        "platforms": [_platform(each) for each in image.platforms],
        "platforms_left_out": _texts(map(str, image.left_out)),
    }


def _grade(found: Grade | Unknown) -> dict[str, Any]:
    if isinstance(found, Unknown):
        return {"letter": None, "reason": None, "unknown": _reason(found)}
    return {"letter": found.letter, "reason": well_formed(found.reason), "unknown": None}


def _platform(found: Freshness) -> dict[str, Any]:
    known = found.unknown is None
    return {
        "platform": well_formed(str(found.platform)),
        "unknown": _reason(found.unknown),
        "grade": _grade(found.grade),
        "image": None if isinstance(found.inventory, Unknown) else _inventory(found.inventory),
        "published": None if isinstance(found.published, Unknown) else _published(found.published),
        "security": [_row(row) for row in rows(found)] if known else None,
        "kernel": [_package(each) for each in found.kernel] if known else None,
        "others": None if isinstance(found.published, Unknown) else [_package(each) for each in found.others],
        "identifiers": _identifiers(found),
        "notes": _texts(found.notes),
        "osv": None if found.osv is None else _osv(found.osv),
    }


def _osv(found: Enrichment | Unknown) -> dict[str, Any]:
    if isinstance(found, Unknown):
        return {"unknown": _reason(found), **dict.fromkeys(("identifiers", "severe", "unrated"))}
    return {
        "unknown": None,
        "identifiers": _texts(found.identifiers),
        "severe": _texts(found.severe),
        "unrated": _texts(found.unrated),
    }


def _identifiers(found: Freshness) -> list[str] | None:
    """Return all ids; None if there may be more."""
    known = found.unknown is None and all(row.fixes for row in rows(found))
    return _texts(found.identifiers) if known else None


def _texts(texts: Iterable[str]) -> list[str]:
    return [well_formed(text) for text in texts]


def _inventory(found: Inventory) -> dict[str, Any]:
    system = found.system
    return {
        "digest": found.digest,
        "system": {
            "id": well_formed(system.id),
            "release": well_formed(system.release),
            "codename": well_formed(system.codename),
        },
        "packages": len(found.packages),
        "layers_read": found.layers_read,
        "bytes_read": found.bytes_read,
    }


def _published(found: Published) -> dict[str, Any]:
    return {"as_of": found.as_of.isoformat(), "checked": _texts(found.checked)}


def _row(row: Row) -> dict[str, Any]:
    return {
        "source": well_formed(row.source),
        "packages": [_package(each) for each in row.packages],
        "fixes": None if row.fixes is None else _fixes(row.fixes),
    }


def _fixes(found: Fixes) -> dict[str, Any]:
    return {
        "old": well_formed(found.old),
        "new": well_formed(found.new),
        "basis": well_formed(found.basis),
        "identifiers": _texts(found.identifiers),
        "advisories": _texts(found.advisories),
        "severity": well_formed(found.severity) or None,
        "since": None if found.since is None else found.since.isoformat(),
        "complete": found.complete,
    }


def _package(found: Lacking) -> dict[str, Any]:
    return {
        "name": well_formed(found.package.name),
        "architecture": well_formed(found.package.architecture),
        "installed": well_formed(found.package.version),
        "published": well_formed(found.version),
        "suite": well_formed(found.suite),
    }
