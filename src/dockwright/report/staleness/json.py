"""JSON for programs. docs/json.md is its contract, and `VERSION` the contract's version.

Keys are only ever added within a version. Text is what images and distributions say, with U+FFFD for bytes that are
not UTF-8. What is not known is null, and never false, 0 or an empty list.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from msgspec import json

from dockwright.escape import json_text, well_formed
from dockwright.evidence.unknown import Unknown

if TYPE_CHECKING:
    from collections.abc import Sequence

    from dockwright.evidence.changes import Changes
    from dockwright.evidence.freshness import Freshness
    from dockwright.evidence.pocket import Lacking
    from dockwright.evidence.staleness import Base, PlatformStaleness, Staleness, Updates

VERSION = 1


def render(staleness: Staleness, *, color: bool) -> str:  # noqa: ARG001 - as the other formats
    """Render the answer as a JSON object."""
    value = {
        "version": VERSION,
        "reference": staleness.subject.reference.canonical,
        "digest": staleness.subject.digest,
        "rebuild_needed": staleness.needed,
        "reasons": [each.value for each in staleness.reasons],
        "no_cache": staleness.no_cache,
        "unknown": _reason(staleness.unknown),
        "platforms": [_platform(each) for each in staleness.platforms],
        "platforms_left_out": [well_formed(str(each)) for each in staleness.left_out],
    }
    return json_text(json.format(json.encode(value), indent=2).decode()) + "\n"


def _reason(part: object) -> str | None:
    return well_formed(part.reason) if isinstance(part, Unknown) else None


def _platform(found: PlatformStaleness) -> dict[str, Any]:
    return {
        "platform": well_formed(str(found.platform)),
        "digest": None if isinstance(found.image, Unknown) else found.image.digest,
        "created": None if found.created is None else found.created.isoformat(),
        "rebuild_needed": found.needed,
        "reasons": [each.value for each in found.reasons],
        "unknowns": [well_formed(each) for each in found.unknowns],
        "bases": [_base(each) for each in found.bases],
        "brings": _brings(found.brings),
        "updates": _updates(found.updates),
        "grade": _grade(found.freshness),
        "identifiers": _identifiers(found.freshness),
        "notes": [] if found.freshness is None else [well_formed(each) for each in found.freshness.notes],
    }


def _base(found: Base) -> dict[str, Any]:
    common, total = found.layers or (None, None)
    return {
        "reference": found.reference.canonical,
        "final": found.final,
        "state": found.state.value,
        "evidence": None if found.by is None else found.by.value,
        "recorded": found.recorded,
        "today": found.today,
        "tag_today": found.tag_today,
        "layers_shared": common,
        "layers": total,
        "reason": well_formed(found.reason) or None,
    }


def _brings(found: Changes | Unknown | None) -> dict[str, Any] | None:
    if found is None:
        return None
    if isinstance(found, Unknown):
        return {"unknown": _reason(found), "sources": None}
    sources = [
        {
            "source": well_formed(each.source),
            "old": [well_formed(version) for version in each.old],
            "new": [well_formed(version) for version in each.new],
        }
        for each in found.sources
    ]
    return {"unknown": None, "sources": sources}


def _updates(found: Updates | Unknown | None) -> dict[str, Any] | None:
    if found is None:
        return None
    if isinstance(found, Unknown):
        return {"unknown": _reason(found), "base": None, "own": None, "late": None}
    return {
        "unknown": None,
        "base": _lacking(found.base),
        "own": _lacking(found.own),
        "late": _lacking(found.late),
    }


def _lacking(found: Sequence[Lacking]) -> list[dict[str, Any]]:
    return [
        {
            "name": well_formed(each.package.name),
            "architecture": well_formed(each.package.architecture),
            "source": well_formed(each.package.source),
            "installed": well_formed(each.package.version),
            "published": well_formed(each.version),
            "suite": well_formed(each.suite),
        }
        for each in found
    ]


def _identifiers(found: Freshness | None) -> list[str] | None:
    """Return the CVE and GHSA ids that the distribution names in what is lacking; null if that is not known."""
    return None if found is None or found.unknown is not None else [well_formed(each) for each in found.identifiers]


def _grade(found: Freshness | None) -> dict[str, Any] | None:
    if found is None:
        return None
    if isinstance(found.grade, Unknown):
        return {"letter": None, "reason": None, "unknown": _reason(found.grade)}
    return {"letter": found.grade.letter, "reason": well_formed(found.grade.reason), "unknown": None}
