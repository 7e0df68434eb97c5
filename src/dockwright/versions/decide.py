"""What a tag may move to: the policy of `TagPolicy`, on the tags of one repository."""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec import Struct

from dockwright.bump import UpdateType
from dockwright.versions import notes
from dockwright.versions.case import Case
from dockwright.versions.series import CODENAME, Series, Verdict, depth, preference, verdict
from dockwright.versions.tag import Tag  # noqa: TC001 - msgspec reads the annotation

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from datetime import date

    from dockwright.versions.catalog import Catalog
    from dockwright.versions.family import System
    from dockwright.versions.policy import TagPolicy

_MOST = 100
"""So many candidates of one type are enough to fall back on."""


class Candidate(Struct, frozen=True, gc=False):
    """A tag to move to.

    Attributes:
        tag: the tag, which the repository has.
        type: how far that goes.
        reason: why, in plain words: a whole sentence without a full stop.
    """

    tag: str
    type: UpdateType
    reason: str


class Decision(Struct, frozen=True):
    """What there is to say about a tag.

    Attributes:
        current: the tag.
        candidates: what it may move to, best first for each type of update; a type without any is left out.
        notes: what else the reader should know, sentence by sentence.
        floating: whether the publisher moves the tag (`3.12-slim`, `latest`), so that its digest is what gets old.
    """

    current: Tag
    candidates: Mapping[UpdateType, tuple[Candidate, ...]]
    notes: tuple[str, ...]
    floating: bool

    def best(self, update: UpdateType) -> Candidate | None:
        """Return the first candidate of a type."""
        return next(iter(self.candidates.get(update, ())), None)


def decide(catalog: Catalog, current: Tag, policy: TagPolicy, *, today: date) -> Decision:
    """Return what a tag of a repository may move to."""
    family = catalog.family(current.shape)
    product = current.distribution if current.precision == CODENAME else catalog.scheme.product
    evidence = max(family, catalog.built(current.shape) or family, key=lambda known: len(known.tags))
    case = Case(catalog, family, evidence, current, family.series(current), product, policy, today)
    floating = _floats(case)
    if not catalog or not (current.release or current.build or current.system):
        return Decision(current, {}, tuple(notes.of_floating(case, floating)), floating)
    found: dict[UpdateType, list[Candidate]] = {}
    own = list(_own_series(case))
    moved = [] if own or case.ended else list(_moved(case))
    others, left = _other_series(case)
    for candidate in [*own, *moved, *others]:
        found.setdefault(candidate.type, []).append(candidate)
    candidates = {type_: tuple(found[type_][:_MOST]) for type_ in UpdateType if type_ in found}
    stays = all(current.system_text == case.catalog.read(found.tag).system_text for found in [*own[:1], *moved[:1]])
    said = tuple(notes.of_decision(case, floating=floating, stays=stays, left=left))
    return Decision(current, candidates, said, floating)


def _floats(case: Case) -> bool:
    current, scheme = case.current, case.catalog.scheme
    if not current.release:
        return not current.build and not current.is_hash
    if "latest" in current.text.split("-"):
        return True
    counts_builds = "%" in current.shape and not case.family.is_component(current.build)
    if _is_numbered(current) or current.precision == "full" or current.is_dated or counts_builds:
        return False
    if current.precision == CODENAME or (
        scheme.product and len(current.release) <= depth(scheme, current.release, len(current.release))
    ):
        return True
    if case.family.has_fuller(current):
        return True
    size, built = len(current.release), case.catalog.built(current.shape)
    return built is not None and any(tag.release[:size] == current.release for tag in built.tags)


def _own_series(case: Case) -> Iterator[Candidate]:
    """Yield newer releases of the tag's own series, newest first."""
    systems = case.systems(case.series)
    current = case.current
    rank = {system: -place for place, system in enumerate(systems)}
    found = [tag for tag in _acceptable(case, case.series, systems) if _is_newer(tag, current)]
    for tag in sorted(found, key=lambda tag: (tag.release, tag.stage, rank[tag.system], tag.build), reverse=True):
        yield Candidate(tag.text, UpdateType.PATCH, notes.patch(case, tag))


def _is_newer(tag: Tag, current: Tag) -> bool:
    if tag.system == current.system:
        return (tag.release, tag.stage, tag.build) > (current.release, current.stage, current.build)
    if not current.release:
        return tag.build > current.build
    return (tag.release, tag.stage) > (current.release, current.stage)


def _moved(case: Case) -> Iterator[Candidate]:
    """Yield the same release on a living system, when the tag's own is dead or is to move."""
    current = case.current
    for system in case.systems(case.series):
        if system <= current.system:
            continue
        same = [
            tag
            for tag in _acceptable(case, case.series, [system])
            if (tag.release, tag.stage) == (current.release, current.stage)
        ]
        for tag in sorted(same, key=lambda tag: tag.build, reverse=True):
            type_ = _type_of_move(case, system)
            yield Candidate(tag.text, type_, notes.moved(case, tag, type_))


def _type_of_move(case: Case, system: System) -> UpdateType:
    """Tell how far a floating tag's release moves with its system: the dead one has stopped at an older one."""
    newest = case.alive(case.series).newest
    old, new = newest.get(case.current.system, ()), newest.get(system, ())
    if not case.current.release or not old or not new:
        return UpdateType.REPLACEMENT
    size = depth(case.catalog.scheme, new, len(new))
    return _type(old[:size], new[:size], UpdateType.REPLACEMENT)


def _type(old: Series, new: Series, same: UpdateType) -> UpdateType:
    if old == new:
        return same
    return UpdateType.MINOR if old[:1] == new[:1] else UpdateType.MAJOR


def _acceptable(case: Case, series: Series, systems: Sequence[System]) -> Iterator[Tag]:
    """Yield the tags of a series that the policy lets through, of the current one's precision, on some systems."""
    family, current = case.family, case.current
    precisions = [current.precision]
    if _is_numbered(current) and (finest := family.finest(series)) != current.precision:
        precisions.append(finest)  # `18beta1` becomes 18.0, and `1.18rc1` 1.18.0
    component = family.is_component(current.build)
    for precision in precisions:
        for tag in family.lines(precision).get(series, ()):
            if tag.system not in systems:
                continue
            if tag.build != current.build and (component or family.is_component(tag.build)):
                continue
            if _stage_fits(case, tag) and case.policy.accepts(tag.text, tag.release):
                yield tag


def _is_numbered(tag: Tag) -> bool:
    """Tell whether a tag is one certain pre-release, and not whichever is the newest (`3.15-rc`)."""
    return len(tag.stage) > 1


def _stage_fits(case: Case, tag: Tag) -> bool:
    current, family = case.current, case.family
    if not tag.is_prerelease:
        return not _is_numbered(current) or tag.precision == family.finest(family.series(tag))
    if not current.is_prerelease:
        return case.policy.prereleases
    if _is_numbered(tag) != _is_numbered(current):
        return False
    return case.policy.prereleases or tag.release == current.release or not _is_released(case)


def _is_released(case: Case) -> bool:
    """Tell whether there is a release of the series that the current tag is a pre-release of."""
    newest = case.evidence.alive(case.series, case.catalog.pushed).newest.values()
    return any(release >= case.current.release for release in newest)


def _other_series(case: Case) -> tuple[list[Candidate], list[tuple[Series, Verdict]]]:
    """Return the proposals of newer series, best first, and the newest series that are passed over, and why."""
    if case.current.is_prerelease and not case.policy.prereleases:
        return [], []
    newer = [series for series in case.family.lines(case.current.precision) if series[:1] and series > case.series]
    own = _covered(case, case.series)
    candidates: list[Candidate] = []
    left: list[tuple[Series, Verdict]] = []
    counts = dict.fromkeys(UpdateType, 0)
    newer.sort(key=lambda series: preference(case.product, own, _covered(case, series), today=case.today), reverse=True)
    for series in newer:
        type_ = _type(case.series, series, UpdateType.PATCH)
        tags = _best_of_series(case, series) if counts[type_] < _MOST else []
        if not tags:
            continue
        against = _against(case, own, series)
        if against is None:
            counts[type_] += len(tags)
            candidates.extend(Candidate(tag.text, type_, notes.newer(case, tag, series)) for tag in tags)
        else:
            left.append((series, against))
    best = max((case.family.series(case.catalog.read(found.tag)) for found in candidates[:1]), default=case.series)
    return candidates, sorted((found for found in left if found[0] > best), reverse=True)


def _against(case: Case, own: Series, series: Series) -> Verdict | None:
    """Return what speaks against a newer series; one that this kind of tag has dropped out of is as good as ended."""
    found = verdict(case.catalog.scheme, case.product, own, _covered(case, series), today=case.today)
    return Verdict.ENDED if found is None and case.left_behind(series) else found


def _covered(case: Case, series: Series) -> Series:
    """Return the series at which a tag that floats over several is: `python:3` is at 3.14."""
    if not series or case.current.precision == CODENAME:
        return series
    newest = max(case.evidence.alive(series, case.catalog.pushed).newest.values(), default=series)
    size = depth(case.catalog.scheme, newest, len(newest)) if newest[: len(series)] == series else 0
    return newest[:size] or series


def _best_of_series(case: Case, series: Series) -> list[Tag]:
    """Return a series' acceptable tags, newest first, on the systems that it may be proposed on."""
    systems = case.systems(series)
    rank = {system: -place for place, system in enumerate(systems)}
    return sorted(
        _acceptable(case, series, systems),
        key=lambda tag: (tag.release, tag.stage, rank[tag.system], tag.build),
        reverse=True,
    )
