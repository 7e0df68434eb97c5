"""What reports say of the security updates among the changes: always who published them, and what is not known."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dockwright.evidence.changes import Changes
from dockwright.evidence.security import Security, identifiers
from dockwright.evidence.unknown import Unknown
from dockwright.report import osv_entries, plural
from dockwright.report.comparisons import clipped, some

if TYPE_CHECKING:
    from collections.abc import Iterable

    from dockwright.evidence.comparison import PlatformComparison
    from dockwright.evidence.pocket.model import Fixes
    from dockwright.evidence.security import Marked, Open
    from dockwright.evidence.system import System

_MOST_IDENTIFIERS = 4
_MOST_SOURCES = 8
_SYSTEMS = {
    "almalinux": "AlmaLinux",
    "alpine": "Alpine",
    "amzn": "Amazon Linux",
    "chainguard": "Chainguard",
    "debian": "Debian",
    "fedora": "Fedora",
    "ol": "Oracle Linux",
    "rhel": "Red Hat",
    "rocky": "Rocky Linux",
    "ubuntu": "Ubuntu",
    "wolfi": "Wolfi",
}


def publisher(system: System) -> str:
    """Return who publishes a distribution's updates."""
    return _SYSTEMS.get(system.id) or clipped(system.id) or "the distribution"


def sentences(platform: PlatformComparison) -> list[str]:
    """Return sentences on the security updates among the changes; none where no package is known to change."""
    found = platform.security
    if found is None or isinstance(platform.packages, Unknown) or platform.packages is None:
        return []
    if isinstance(found, Unknown):
        return [f"Which of them are security updates is unknown, because {found.reason}."] * bool(
            platform.packages.comparable and platform.packages.sources
        )
    return [each for each in (_coming(found), _kernel(found), _unsure(found), _staying(found)) if each]


def osv(platform: PlatformComparison) -> str:
    """Return one sentence on what osv.dev adds; empty if it was not asked, or if no package changes."""
    told = platform.osv
    if told is None or not isinstance(platform.packages, Changes) or not platform.packages.sources:
        return ""
    if isinstance(told, Unknown):
        return f"What osv.dev lists for these packages is unknown, because {told.reason}."
    return osv_entries(told, ("old", "new"))


def grades(platform: PlatformComparison) -> list[str]:
    """Return a sentence on how fresh each of the two images is; none where the reason why not has been told."""
    if platform.grades is None or isinstance(platform.security, Unknown):
        return []
    return [
        f"The {word} image's grade is unknown, because {found.reason}."
        if isinstance(found, Unknown)
        else f"The {word} image has grade {found.letter}: {found.reason}"
        for word, found in zip(("old", "new"), platform.grades, strict=True)
    ]


def _coming(found: Security) -> str:
    who = publisher(found.system)
    if not found.updates:
        return f"None of them is a security update that {who} has published." if found.upgraded else ""
    is_are = "is a security update" if len(found.updates) == 1 else "are security updates"
    named = cves(found.updates)
    return (
        f"Of these source packages, {len(found.updates):,} {is_are} that {who} has published"
        f"{f', with {named} that it names' if named else ''}."
    )


def cves(found: Iterable[Marked | Open]) -> str:
    """Return how many CVEs a distribution names: `76 CVEs`; empty if none, or if it is not known."""
    count = sum(each.startswith("CVE-") for each in identifiers(found))
    return plural(count, "CVE") if count else ""


def _kernel(found: Security) -> str:
    if not found.kernel:
        return ""
    named = cves(found.kernel)
    return f"Kernel headers change, too{f': {named}' if named else ''}, which concern hosts and not this image."


def _unsure(found: Security) -> str:
    names = [f"`{clipped(each.source)}`" for each in found.uncertain]
    return f"Whether it is one is not known of {some(names, _MOST_SOURCES)}." if names else ""


def _staying(found: Security) -> str:
    still = [each for each in found.open if not each.kernel]
    if not still:
        return ""
    named = cves(still)
    names = some([f"`{clipped(each.source)}`" for each in still], _MOST_SOURCES)
    return (
        f"The new image still lacks security updates that {publisher(found.system)} has published, of {names}"
        f"{f' ({named})' if named else ''}."
    )


def mark(platform: PlatformComparison, source: str) -> str:
    """Return what is known of a source's upgrade: `security, high, CVE-2026-1 and 3 more`; often nothing."""
    found = platform.security
    marked = found.mark(source) if isinstance(found, Security) else None
    if marked is None or marked.security is False:
        return ""
    word = "perhaps security" if marked.security is None else "kernel headers" if marked.kernel else "security"
    return f"{word}, {fixed}" if (fixed := fixes(marked.fixes)) else word


def cells(platform: PlatformComparison, source: str) -> tuple[str, str]:
    """Return how severe a security update is, and what it fixes, in the distribution's words: for a table."""
    found = platform.security
    marked = found.mark(source) if isinstance(found, Security) else None
    if marked is None or marked.fixes is None:
        return "", "not known"
    named = marked.fixes.identifiers or marked.fixes.advisories
    ids = some([clipped(each) for each in named], _MOST_IDENTIFIERS)
    return clipped(marked.fixes.severity), ids or "no CVE named"


def fixes(found: Fixes | None) -> str:
    """Return how severe something is and what it fixes, in the distribution's words; empty if it says nothing."""
    if found is None:
        return ""
    named = found.identifiers or found.advisories
    ids = some([clipped(each) for each in named], _MOST_IDENTIFIERS)
    return ", ".join(filter(None, (clipped(found.severity), ids)))
