"""Reports of what changes between two images. A module in this folder is a format, named as on the command line.

Each has `render(comparison, *, color) -> str`, a pure function that escapes what comes from outside, as the reports of
reviews do. What is unknown is said to be so, with the reason; only what is known may be said not to change. Two are no
formats: `security` has what all say of security updates, `pull_request` the section of an update's pull request.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Protocol

from dockwright.evidence.changes import ChangeType
from dockwright.evidence.origin import Reason
from dockwright.evidence.security import Security
from dockwright.evidence.unknown import Unknown
from dockwright.report import plural

if TYPE_CHECKING:
    from collections.abc import Iterable

    from dockwright.evidence.changes import Changes, SourceChange
    from dockwright.evidence.comparison import Comparison, PlatformComparison, Subject
    from dockwright.evidence.origin import Origin
    from dockwright.evidence.settings import SettingChange
    from dockwright.image import Platform

_SHORT_DIGEST = 12
_LONGEST = 120
_MOST_NAMES = 8
_MOST_PLATFORMS = 30
_ORDER = (ChangeType.DOWNGRADED, ChangeType.REMOVED, ChangeType.UPGRADED, ChangeType.ADDED)


class _Render(Protocol):
    def __call__(self, comparison: Comparison, *, color: bool) -> str: ...


def render(name: str, comparison: Comparison, *, color: bool = False) -> str:
    """Render a comparison in a format of this folder; only the terminal's report can be coloured."""
    renderer: _Render = import_module(f"{__name__}.{name}").render
    return renderer(comparison, color=color)


# --- what several formats say ---------------------------------------------------------------------------------------


def shown(subject: Subject) -> str:
    """Return an image's name as people write it, with its tag, the digest shortened: `python:latest`."""
    image = subject.reference
    name = type(image)(image.registry, image.repository, image.tag or (None if image.digest else "latest")).familiar
    if image.digest is None:
        return name
    algorithm, _, value = image.digest.partition(":")
    return f"{name}@{algorithm}:{value[:_SHORT_DIGEST]}"


def clipped(text: str) -> str:
    """Return a text from outside, shortened to what fits into a report."""
    return text if len(text) <= _LONGEST else f"{text[: _LONGEST - 3]}..."


def summary(comparison: Comparison) -> str:
    """Return one sentence: how much was compared, and whether everything could be learnt."""
    count = len(comparison.platforms)
    parts = [f"{plural(count, 'platform')} compared" if count else "Nothing could be compared"]
    if comparison.lost:
        parts.append(f"{len(comparison.lost)} lost")
    if comparison.left_out:
        parts.append(f"{len(comparison.left_out)} left out")
    if count and not comparison.complete:
        parts.append("not everything could be learnt")
    return f"{'; '.join(parts)}."


def remarks(comparison: Comparison) -> list[str]:
    """Return what there is to say of the two images as a whole: sentences, which names from outside are in."""
    said = []
    if comparison.unknown is not None:
        said.append(f"What changes is unknown, because {comparison.unknown.reason}.")
    said += dict.fromkeys(subject.help for subject in (comparison.old, comparison.new) if subject.help)
    for platforms, what in (
        (comparison.lost, "The new image is no longer there for"),
        (comparison.added, "The new image is also there for"),
        (comparison.left_out, "Not compared, as there are so many (`--platform` chooses):"),
    ):
        if platforms:
            said.append(f"{what} {_listed(platforms)}.")
    return said


def _listed(platforms: Iterable[Platform]) -> str:
    return some([f"`{clipped(str(platform))}`" for platform in platforms], _MOST_PLATFORMS)


def some(words: list[str], most: int) -> str:
    """Return some words for a sentence, and how many more there are."""
    more = len(words) - most
    return ", ".join(words[:most]) + (f" and {more} more" if more > 0 else "")


def size(platform: PlatformComparison) -> str:
    """Return how much there is to pull, before and after."""
    old, new = (None if isinstance(each, Unknown) else each.size for each in (platform.old, platform.new))
    if old is None or new is None:
        return f"{_bytes(old)} → {_bytes(new)}"
    sign = "+" if new >= old else "-"
    return f"{_bytes(old)} → {_bytes(new)} ({sign}{_bytes(abs(new - old))})"


def _bytes(count: int | None) -> str:
    """Write a size as `docker image ls` does: decimal units."""
    if count is None:
        return "unknown"
    for unit, factor in (("GB", 1_000_000_000), ("MB", 1_000_000), ("kB", 1_000)):
        if count >= factor:
            return f"{count / factor:.1f} {unit}"
    return f"{count} B"


def packages(platform: PlatformComparison) -> str:
    """Return one sentence on the packages; "none changes" only where they are known."""
    found = platform.packages
    if found is None:
        return "Both are the same image."
    if isinstance(found, Unknown):
        return f"Which packages change is unknown, because {found.reason}."
    if not found.comparable:
        return _replaced(found)
    if not found.sources:
        return f"No package changes ({plural(found.unchanged, 'package')} in all).{_release(found)}"
    counted = [(found.count(type_), type_.value) for type_ in _ORDER]
    what = ", ".join([f"{count:,} {word}" for count, word in counted if count])
    verb = "changes" if found.count() == 1 else "change"
    sources = plural(len(found.sources), "source package")
    return f"{plural(found.count(), 'package')} of {sources} {verb}: {what}.{_release(found)}"


def _replaced(found: Changes) -> str:
    gone, come = found.count(ChangeType.REMOVED), found.count(ChangeType.ADDED)
    return (
        f"The distribution is another one ({clipped(str(found.old))} → {clipped(str(found.new))}):"
        f" {plural(gone, 'package')} removed, {come:,} added."
    )


def _release(found: Changes) -> str:
    """Say that the distribution's release is another one."""
    if (found.old.release, found.old.codename) == (found.new.release, found.new.codename):
        return ""
    return f" From {clipped(str(found.old))} to {clipped(str(found.new))}."


def sources(platform: PlatformComparison) -> list[SourceChange]:
    """Return what there is to list: what may break first, then security updates.

    Of another distribution, nothing can be set side by side.
    """
    found = platform.packages
    if found is None or isinstance(found, Unknown) or not found.comparable:
        return []
    marked = platform.security.upgraded if isinstance(platform.security, Security) else ()
    places = {each.source: place for place, each in enumerate(marked)}
    return sorted(
        found.sources,
        key=lambda each: (min(_ORDER.index(package.type) for package in each.packages), places.get(each.source, 0)),
    )


def source_cells(change: SourceChange) -> tuple[str, str, str, str, str]:
    """Return what becomes of a source's packages: how, its name, old and new versions, the packages."""
    types = {package.type for package in change.packages}
    old, new = change.old, change.new
    if old == new:  # built again from the same source: only the packages' own versions differ
        old, new = (_versions(each) for each in zip(*((it.old, it.new) for it in change.packages), strict=True))
    names = list(dict.fromkeys(clipped(package.name) for package in change.packages))
    return (
        ", ".join([type_.value for type_ in _ORDER if type_ in types]),
        clipped(change.source),
        clipped(", ".join(old)) or "-",
        clipped(", ".join(new)) or "-",
        some(names, _MOST_NAMES),
    )


def _versions(versions: Iterable[str | None]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(version for version in versions if version is not None))


def settings(platform: PlatformComparison) -> tuple[str, list[SettingChange]]:
    """Return one sentence on the settings, or nothing where there is nothing to say; then those that change."""
    found = platform.settings
    if found is None:
        return "", []
    if isinstance(found, Unknown):
        return f"Which settings change is unknown, because {found.reason}.", []
    breaking = sum(change.may_break for change in found)
    if not found:
        return "No setting changes.", []
    said = f"{plural(len(found), 'setting')} {'changes' if len(found) == 1 else 'change'}"
    may = f"{breaking} may break what builds on the image or runs it" if breaking else "none is relied on"
    return f"{said}; {may}.", sorted(found, key=lambda change: not change.may_break)


def setting(change: SettingChange) -> str:
    """Return one setting: its name, its old and new value."""
    old, new = ("not set" if value is None else clipped(value) or '""' for value in (change.old, change.new))
    return f"{clipped(change.setting)}: {old} → {new}"


def origin(found: Origin) -> str:
    """Return one sentence on why the new image was built, as its makers say."""
    base = f" (`{clipped(found.base)}`)" if found.base else ""
    match found.reason:
        case Reason.BASE_MOVED:
            return f"A pure rebuild: the same Dockerfile on another base image{base}."
        case Reason.REBUILT if found.base_moved is False:
            return f"A pure rebuild: the same Dockerfile on the same base image{base}."
        case Reason.REBUILT:
            return f"A pure rebuild: the same Dockerfile{base}."
        case Reason.SOURCE_CHANGED:
            return "No pure rebuild: the Dockerfile, or what is built with it, changed."
