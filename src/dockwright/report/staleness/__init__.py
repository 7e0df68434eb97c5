"""Reports of whether a published image must be built again. A module here is a format, named as on the command line.

Each has `render(staleness, *, color) -> str`, a pure function that escapes what comes from outside, as the reports of
reviews do. What is unknown is said to be so, with the reason; only what is known may be said to be current.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Final, Protocol

from msgspec import Struct

from dockwright.evidence.recorded import Evidence
from dockwright.evidence.staleness import Reason, State
from dockwright.evidence.unknown import Unknown
from dockwright.report import plural

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from dockwright.evidence.changes import Changes
    from dockwright.evidence.comparison import Subject
    from dockwright.evidence.pocket import Lacking
    from dockwright.evidence.staleness import Base, PlatformStaleness, Staleness

_SHORT_DIGEST: Final = 12
_LONGEST: Final = 120
_MOST_PLATFORMS: Final = 30

_WHY: Final = {
    Reason.BASE_DIGEST: "an image that it is built from is another one today",
    Reason.SECURITY_UPDATES: "today's base has published security updates that it lacks",
    Reason.OWN_LAYERS: "packages that its own layers installed lack published security updates",
    Reason.MAX_AGE: "it is older than it may be",
}
_BY: Final = {
    Evidence.ANNOTATION: "by its annotation",
    Evidence.PROVENANCE: "by its provenance",
    Evidence.LABEL: "by its label",
    Evidence.BUILDPACKS: "by what its buildpacks say",
    Evidence.LAYERS: "by its layers",
}


class _Render(Protocol):
    def __call__(self, staleness: Staleness, *, color: bool) -> str: ...


def render(name: str, staleness: Staleness, *, color: bool = False) -> str:
    """Render the answer in a format of this folder; only the terminal's report can be coloured."""
    renderer: _Render = import_module(f"{__name__}.{name}").render
    return renderer(staleness, color=color)


class Row(Struct, frozen=True):
    """A source package that changes, or lacks updates: its name, its version now and then, and a word on it."""

    source: str
    old: str
    new: str
    word: str


# --- what several formats say ---------------------------------------------------------------------------------------


def shown(subject: Subject) -> str:
    """Return an image's name as people write it, with its tag and the digest, shortened: `app:1@sha256:0123abcd`."""
    image = subject.reference
    name = type(image)(image.registry, image.repository, image.tag or (None if image.digest else "latest")).familiar
    digest = image.digest or subject.digest
    return name if digest is None else f"{name}@{short(digest)}"


def short(digest: str) -> str:
    """Return the beginning of a digest."""
    algorithm, _, value = digest.partition(":")
    return f"{algorithm}:{value[:_SHORT_DIGEST]}"


def clipped(text: str) -> str:
    """Return a text from outside, shortened to what fits into a report."""
    return text if len(text) <= _LONGEST else f"{text[: _LONGEST - 3]}..."


def answer(staleness: Staleness) -> str:
    """Return one sentence: whether it must be built again, and why."""
    match staleness.needed:
        case True:
            why = "; ".join(_WHY[reason] for reason in staleness.reasons)
            how = " Build it without cache." if staleness.no_cache else " Build it on the newest base (`--pull`)."
            return f"It must be built again: {why}.{how}"
        case False:
            return "It need not be built again."
        case None:
            return "Whether it must be built again is unknown."


def remarks(staleness: Staleness) -> list[str]:
    """Return what there is to say of the image as a whole: sentences, which names from outside are in."""
    said = []
    if staleness.unknown is not None:
        said.append(f"Nothing is known of it, because {staleness.unknown.reason}.")
    if staleness.subject.help:
        said.append(staleness.subject.help)
    if staleness.left_out:
        names = ", ".join(f"`{clipped(str(each))}`" for each in staleness.left_out[:_MOST_PLATFORMS])
        said.append(f"Not looked at, as there are so many (`--platform` chooses): {names}.")
    return said


def base(found: Base) -> str:
    """Return one sentence on an image that is built from; another, where its tag has moved from its pin."""
    name = clipped(found.reference.familiar.partition("@")[0])
    return f"{_state(found, name)}{_pin(found, name)}"


def _state(found: Base, name: str) -> str:
    what = "It is built on" if found.final else "Another stage takes from"
    by = f" ({_BY[found.by]}{_digests(found)})" if found.by is not None else ""
    more = f"; {found.reason}" if found.reason else ""
    pinned = found.reference.digest is not None
    match found.state:
        case State.CURRENT:
            is_ = "as it is pinned" if pinned else "as it is today"
            return f"{what} `{name}` {is_}{by}{more}."
        case State.MOVED if pinned:
            return f"{what} `{name}`, and not the one that is pinned now{by}{more}."
        case State.MOVED:
            return f"{what} `{name}`, which is another image today{by}{more}."
        case State.UNKNOWN:
            return f"{what} `{name}`; whether that has moved is unknown, because {found.reason}."


def _digests(found: Base) -> str:
    if found.state is not State.MOVED or found.today is None:
        return ""
    then = f"{short(found.recorded)} → " if found.recorded else ""
    return f": {then}{short(found.today)}"


def _pin(found: Base, name: str) -> str:
    if not found.tag_moved:
        return ""
    return f" The tag of `{name}` names another image today, which only an update of the pin brings."


def grade(found: PlatformStaleness) -> str:
    """Return one sentence with the grade of what is published; empty where there is none."""
    mark = found.freshness.grade if found.freshness is not None else None
    return "" if mark is None or isinstance(mark, Unknown) else f"Grade {mark.letter}: {clipped(mark.reason)}"


def updates(found: PlatformStaleness) -> str:
    """Return one sentence on the security updates that are lacking; "none" only where that is known."""
    said = found.updates
    if said is None:
        return ""
    if isinstance(said, Unknown):
        return f"Which security updates a build would bring is unknown, because {said.reason}."
    count = len(said.base) + len(said.own) + len(said.late)
    if not count:
        known = found.freshness is not None and found.freshness.complete
        return (
            "It lacks no published security update." if known else "It has the packages of today's base, and no others."
        )
    kinds = (
        (said.base, "today's base has"),
        (said.own, "only a build without cache brings"),
        (said.late, "today's base lacks too"),
    )
    what = ", ".join(f"{_share(len(each), count)} {word}" for each, word in kinds if each)
    return (
        f"{plural(count, 'package')} lack{'s' if count == 1 else ''} published security updates, {what}{_named(found)}."
    )


def _share(part: int, whole: int) -> str:
    if part < whole:
        return f"{part} of which"
    return "which" if whole == 1 else "all of which"


def _named(found: PlatformStaleness) -> str:
    """Say how many CVEs the distribution names, if it was asked for all of them."""
    fresh = found.freshness
    if fresh is None or len(fresh.fixes) < len({each.package.source for each in fresh.security}):
        return ""
    count = sum(each.startswith("CVE-") for each in fresh.identifiers)
    return f"; the distribution names {plural(count, 'CVE')} in them" if count else ""


def lacking(found: PlatformStaleness) -> list[Row]:
    """Return what lacks security updates, by source package and by what brings them."""
    said = found.updates
    if said is None or isinstance(said, Unknown):
        return []
    kinds = ((said.own, "build without cache"), (said.base, "today's base"), (said.late, "nothing yet"))
    return [row for each, word in kinds for row in _rows(each, word)]


def _rows(lacking: Iterable[Lacking], word: str) -> Iterator[Row]:
    told: set[str] = set()
    for each in lacking:
        if each.package.source not in told:
            told.add(each.package.source)
            yield Row(clipped(each.package.source), clipped(each.package.version), clipped(each.version), word)


def brings(found: PlatformStaleness) -> str:
    """Return one sentence on what of the base changes by a build; empty if the base did not move."""
    said = found.brings
    if said is None:
        return ""
    if isinstance(said, Unknown):
        return f"Which packages of the base change by building it again is unknown, because {said.reason}."
    count = said.count()
    if not count:
        return "Building it again changes no package of the base."
    of = plural(len(said.sources), "source package")
    return f"Building it again changes {plural(count, 'package')} of the base, of {of}."


def changed(found: PlatformStaleness) -> list[Row]:
    """Return the source packages of the base that change."""
    said = found.brings
    return [] if said is None or isinstance(said, Unknown) else list(_changed(said))


def _changed(said: Changes) -> Iterator[Row]:
    for each in said.sources:
        types = ", ".join(dict.fromkeys(package.type.value for package in each.packages))
        old, new = clipped(", ".join(each.old)) or "-", clipped(", ".join(each.new)) or "-"
        yield Row(clipped(each.source), old, new, types)


def unknowns(found: PlatformStaleness) -> list[str]:
    """Return what could not be learnt and is not said elsewhere: sentences."""
    told = {f"whether `{each.reference.familiar}` moved is not known: {each.reason}" for each in found.bases}
    if isinstance(found.updates, Unknown):
        told.add(f"which security updates a build would bring is not known: {found.updates.reason}")
    return [f"{each[:1].upper()}{each[1:]}." for each in found.unknowns if each not in told]


def notes(found: PlatformStaleness) -> tuple[str, ...]:
    """Return what else there is to say of what the distribution has published: sentences."""
    return () if found.freshness is None else found.freshness.notes


def title(found: PlatformStaleness) -> str:
    """Return the platform, and when the image for it was built if that is known."""
    built = f", built {found.created.date()}" if found.created is not None else ""
    return f"{clipped(str(found.platform))}{built}"
