"""JSON for programs. docs/json.md is its contract, and `VERSION` the contract's version.

Keys are only ever added within a version. Text is what the images hold, with U+FFFD for bytes that are not UTF-8.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from msgspec import json

from dockwright.escape import json_text, well_formed
from dockwright.evidence.security import identifiers
from dockwright.evidence.unknown import Unknown

if TYPE_CHECKING:
    from collections.abc import Iterable

    from dockwright.evidence.changes import Changes, PackageChange, SourceChange
    from dockwright.evidence.comparison import Comparison, PlatformComparison, Subject
    from dockwright.evidence.enrichment import Enrichment
    from dockwright.evidence.grade import Grade
    from dockwright.evidence.image import Image
    from dockwright.evidence.origin import Origin
    from dockwright.evidence.security import Marked, Open, Security
    from dockwright.evidence.settings import SettingChange
    from dockwright.evidence.system import System
    from dockwright.image import Platform

VERSION = 1

_PUBLISHED = ("system", "checked", "as_of", "upgraded", "open", "totals")
_KNOWN = ("comparable", "old_system", "new_system", "unchanged", "sources")


def render(comparison: Comparison, *, color: bool) -> str:  # noqa: ARG001 - as the other formats
    """Render a comparison as a JSON object."""
    value = {
        "version": VERSION,
        "old": _subject(comparison.old),
        "new": _subject(comparison.new),
        "complete": comparison.complete,
        "unknown": _reason(comparison.unknown),
        "platforms": [_platform(each) for each in comparison.platforms],
        "platforms_lost": _names(comparison.lost),
        "platforms_added": _names(comparison.added),
        "platforms_left_out": _names(comparison.left_out),
    }
    return json_text(json.format(json.encode(value), indent=2).decode()) + "\n"


def _reason(part: object) -> str | None:
    return well_formed(part.reason) if isinstance(part, Unknown) else None


def _names(platforms: Iterable[Platform]) -> list[str]:
    return [well_formed(str(platform)) for platform in platforms]


def _subject(subject: Subject) -> dict[str, Any]:
    return {"reference": subject.reference.canonical, "digest": subject.digest}


def _platform(platform: PlatformComparison) -> dict[str, Any]:
    return {
        "platform": well_formed(str(platform.platform)),
        "old": _image(platform.old),
        "new": _image(platform.new),
        "same": platform.same,
        "packages": _packages(platform.packages),
        "settings": _settings(platform.settings),
        "origin": None if platform.origin is None else _origin(platform.origin),
        "security": _security(platform.security),
        "osv": None if platform.osv is None else _osv(platform.osv),
        "grades": None if platform.grades is None else [_grade(each) for each in platform.grades],
    }


def _grade(found: Grade | Unknown) -> dict[str, Any]:
    if isinstance(found, Unknown):
        return {"letter": None, "reason": None, "unknown": _reason(found)}
    return {"letter": found.letter, "reason": well_formed(found.reason), "unknown": None}


def _osv(found: Enrichment | Unknown) -> dict[str, Any]:
    if isinstance(found, Unknown):
        return {"unknown": _reason(found), **dict.fromkeys(("identifiers", "severe", "unrated"))}
    ids = {"identifiers": found.identifiers, "severe": found.severe, "unrated": found.unrated}
    return {"unknown": None} | {key: [well_formed(each) for each in value] for key, value in ids.items()}


def _image(image: Image | Unknown) -> dict[str, Any]:
    if isinstance(image, Unknown):
        return {"unknown": _reason(image), "digest": None, "size": None}
    return {"unknown": None, "digest": image.digest, "size": image.size}


def _packages(found: Changes | Unknown | None) -> dict[str, Any] | None:
    if found is None:
        return None
    if isinstance(found, Unknown):
        return {"unknown": _reason(found), **dict.fromkeys(_KNOWN)}
    known = (
        found.comparable,
        _system(found.old),
        _system(found.new),
        found.unchanged,
        [_source(source) for source in found.sources],
    )
    return {"unknown": None, **dict(zip(_KNOWN, known, strict=True))}


def _system(system: System) -> dict[str, str]:
    names = {"id": system.id, "release": system.release, "codename": system.codename}
    return {key: well_formed(name) for key, name in names.items()}


def _source(source: SourceChange) -> dict[str, Any]:
    return {
        "source": well_formed(source.source),
        "old": [well_formed(version) for version in source.old],
        "new": [well_formed(version) for version in source.new],
        "packages": [_package(package) for package in source.packages],
    }


def _package(package: PackageChange) -> dict[str, Any]:
    return {
        "name": well_formed(package.name),
        "architecture": well_formed(package.architecture),
        "old": _text(package.old),
        "new": _text(package.new),
        "type": package.type.value,
    }


def _text(text: str | None) -> str | None:
    return None if text is None else well_formed(text)


def _settings(found: tuple[SettingChange, ...] | Unknown | None) -> dict[str, Any] | None:
    if found is None:
        return None
    if isinstance(found, Unknown):
        return {"unknown": _reason(found), "changes": None}
    return {"unknown": None, "changes": [_setting(change) for change in found]}


def _setting(change: SettingChange) -> dict[str, Any]:
    return {
        "setting": well_formed(change.setting),
        "old": _text(change.old),
        "new": _text(change.new),
        "may_break": change.may_break,
    }


def _security(found: Security | Unknown | None) -> dict[str, Any] | None:
    if found is None:
        return None
    if isinstance(found, Unknown):
        return {"unknown": _reason(found), **dict.fromkeys(_PUBLISHED)}
    known = (
        _system(found.system),
        [well_formed(each) for each in found.checked],
        found.as_of,
        [{"source": well_formed(each.source), "security": each.security, **_fixes(each)} for each in found.upgraded],
        [{"source": well_formed(each.source), **_fixes(each)} for each in found.open],
        _totals(found),
    )
    return {"unknown": None, **dict(zip(_PUBLISHED, known, strict=True))}


def _fixes(each: Marked | Open) -> dict[str, Any]:
    fixes = each.fixes
    return {
        "kernel_headers": each.kernel,
        "severity": None if fixes is None else well_formed(fixes.severity) or None,
        "identifiers": None if fixes is None else [well_formed(name) for name in fixes.identifiers],
        "advisories": None if fixes is None else [well_formed(name) for name in fixes.advisories],
    }


def _totals(found: Security) -> dict[str, int]:
    still = [each for each in found.open if not each.kernel]
    return {
        "security": len(found.updates),
        "unknown": len(found.uncertain),
        "identifiers": len(found.identifiers),
        "open": len(still),
        "open_identifiers": len(identifiers(still)),
    }


def _origin(found: Origin) -> dict[str, Any]:
    return {
        "reason": found.reason.value,
        "base": well_formed(found.base),
        "base_moved": found.base_moved,
        "old_revision": found.old_revision,
        "new_revision": found.new_revision,
        "compare_url": found.compare_url or None,
    }
