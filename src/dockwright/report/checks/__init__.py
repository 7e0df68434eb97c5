"""Reports of which published updates images lack. A module in this folder is a format, named as on the command line.

Each has `render(images, *, color) -> str`, a pure function that escapes what comes from outside, as the reports of
reviews do. What is unknown is said to be so, with the reason; only what is known may be said not to be lacking.
"""

from __future__ import annotations

from collections import defaultdict
from importlib import import_module
from typing import TYPE_CHECKING, Protocol

from msgspec import Struct

from dockwright.evidence.pocket.model import Published
from dockwright.evidence.unknown import Unknown
from dockwright.report import osv_entries, plural

if TYPE_CHECKING:
    from collections.abc import Sequence

    from dockwright.evidence.checked import CheckedImage
    from dockwright.evidence.comparison import Subject
    from dockwright.evidence.freshness import Freshness
    from dockwright.evidence.pocket import Fixes, Lacking

_SHORT_DIGEST = 12
_LONGEST = 120
_MOST_IDS = 3
_MOST_PLATFORMS = 30


class _Render(Protocol):
    def __call__(self, images: Sequence[CheckedImage], *, color: bool) -> str: ...


def render(name: str, images: Sequence[CheckedImage], *, color: bool = False) -> str:
    """Render checked images in a format of this folder; only the terminal's report can be coloured."""
    renderer: _Render = import_module(f"{__name__}.{name}").render
    return renderer(images, color=color)


class Row(Struct, frozen=True):
    """A source package that lacks security updates.

    Attributes:
        source: its name.
        packages: the packages that are built from it, and lack them.
        fixes: what they fix; None if that is not known.
    """

    source: str
    packages: tuple[Lacking, ...]
    fixes: Fixes | None


# --- what several formats say ---------------------------------------------------------------------------------------


def shown(subject: Subject) -> str:
    """Return an image's name as people write it, with its tag, the digest shortened: `python:latest`."""
    image = subject.reference
    name = type(image)(image.registry, image.repository, image.tag or (None if image.digest else "latest")).familiar
    digest = image.digest or subject.digest
    if digest is None:
        return name
    algorithm, _, value = digest.partition(":")
    return f"{name}@{algorithm}:{value[:_SHORT_DIGEST]}"


def clipped(text: str) -> str:
    """Return a text from outside, shortened to what fits into a report."""
    return text if len(text) <= _LONGEST else f"{text[: _LONGEST - 3]}..."


def rows(found: Freshness) -> list[Row]:
    """Return what lacks security updates by source package, the worst first; what is not known of stands last."""
    groups: defaultdict[str, list[Lacking]] = defaultdict(list)
    for each in found.security:
        groups[each.package.source].append(each)
    known = {each.source: each for each in found.fixes}
    order = [*known, *(source for source in sorted(groups) if source not in known)]
    return [Row(source, tuple(groups[source]), known.get(source)) for source in order if source in groups]


def cells(row: Row, *, ids: int = _MOST_IDS) -> tuple[str, str, str, str, str]:
    """Return a source package, its version and the published one, since when that is, and what it fixes."""
    first = row.packages[0]
    if row.fixes is None:
        return clipped(row.source), clipped(first.package.version), clipped(first.version), "unknown", "unknown"
    fixes = row.fixes
    return (
        clipped(fixes.source),
        clipped(fixes.old),
        clipped(fixes.new),
        "unknown" if fixes.since is None else str(fixes.since),
        _named(fixes, ids),
    )


def _named(fixes: Fixes, most: int) -> str:
    ids = [*fixes.identifiers, *fixes.advisories]
    more = len(ids) - most
    said = ", ".join(clipped(each) for each in ids[:most]) + (f" and {more} more" if more > 0 else "")
    word = f"{clipped(fixes.severity)}: " if fixes.basis == "updateinfo" and fixes.severity else ""
    return f"{word}{said or 'names no CVE'}"


def title(found: Freshness) -> str:
    """Return the platform, and the distribution if it is known."""
    system = "" if isinstance(found.inventory, Unknown) else f" ({clipped(str(found.inventory.system))})"
    return f"{clipped(str(found.platform))}{system}"


def grade(found: Freshness) -> str:
    """Return one sentence with the grade; empty where the reason for there being none is told anyway."""
    if isinstance(found.grade, Unknown):
        return "" if found.grade == found.unknown else f"The grade is unknown, because {found.grade.reason}."
    return f"Grade {found.grade.letter}: {found.grade.reason}"


def lacking(found: Freshness) -> str:
    """Return one sentence on what is lacking; "none" only where that is known."""
    if isinstance(found.published, Unknown) or isinstance(found.inventory, Unknown):
        reason = found.unknown.reason if found.unknown else ""
        return f"Which security updates it lacks is unknown, because {reason}."
    published = found.published
    who = f"{clipped(str(published.system))} published up to {published.as_of.date()}"
    if found.unknown is not None:
        lack = _packages(len(published.lacking))
        return f"{lack} updates that {who}; which of them are for security is unknown, because {found.unknown.reason}."
    if not found.security:
        count = plural(len(found.inventory.packages), "package")
        return f"No package lacks a security update that {who} ({count} in all)."
    sources = plural(len(rows(found)), "source package")
    return f"{_packages(len(found.security), sources)} security updates that {who}{_counted(found)}."


def _packages(count: int, of: str = "") -> str:
    return f"{plural(count, 'package')}{f' of {of}' if of else ''} lack{'s' if count == 1 else ''}"


def _counted(found: Freshness) -> str:
    """Say how many CVEs the distribution names, if it was asked for all of them."""
    if len(found.fixes) < len(rows(found)):
        return ""
    count = sum(each.startswith("CVE-") for each in found.identifiers)
    return f": {plural(count, 'CVE')} named by the distribution" if count else ", in which it names no CVE"


def others(found: Freshness) -> str:
    """Return one sentence on updates that are not made for security; empty if there are none."""
    count = 0 if found.unknown is not None else len(found.others)
    return f"{_packages(count)} other updates." if count else ""


def osv(found: Freshness) -> str:
    """Return sentences on what osv.dev adds; empty if it was not asked, or if there was nothing to ask."""
    told = found.osv
    if told is None or (isinstance(found.published, Published) and not found.published.lacking):
        return ""
    if isinstance(told, Unknown):
        return f"What osv.dev lists for these packages is unknown, because {told.reason}."
    return osv_entries(told, ("installed", "published"))


def looked_at(published: Published) -> str:
    """Return one sentence on what was looked at."""
    return f"Looked at: {', '.join(f'`{clipped(each)}`' for each in published.checked)}."


def remarks(image: CheckedImage) -> list[str]:
    """Return what there is to say of an image as a whole: sentences, which names from outside are in."""
    said = []
    if image.unknown is not None:
        said.append(f"Which security updates it lacks is unknown, because {image.unknown.reason}.")
    if image.subject.help:
        said.append(image.subject.help)
    if image.left_out:
        names = ", ".join(f"`{clipped(str(each))}`" for each in image.left_out[:_MOST_PLATFORMS])
        said.append(f"Not looked at, as there are so many (`--platform` chooses): {names}.")
    return said


def summary(images: Sequence[CheckedImage]) -> str:
    """Return one sentence: how many images were checked, and with which result."""
    lack = sum(any(each.security for each in image.platforms) for image in images)
    unknown = sum(not image.complete for image in images)
    parts = [f"{plural(len(images), 'image')} checked"]
    if lack or not unknown:
        parts.append(f"{lack or 'none'} lack{'s' if lack in {0, 1} else ''} published security updates")
    if unknown:
        nothing = unknown == len(images) and not lack
        parts.append("it is unknown what is lacking" if nothing else f"of {unknown} not everything is known")
    return f"{'; '.join(parts)}."
