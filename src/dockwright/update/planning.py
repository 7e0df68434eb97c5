"""From files to plans."""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec import structs

from dockwright.bump import Offered, Planned, Skipped
from dockwright.errors import RegistryError, RegistryNotFound, RegistryUnauthorized
from dockwright.update.choice import Chooser, left_alone
from dockwright.update.edits import Editor
from dockwright.update.grouping import grouped
from dockwright.update.images import distinct, of_retirement, place
from dockwright.update.lookup import Registries, wants_digest, wants_tags
from dockwright.update.proposal import Lane
from dockwright.update.uses import read_uses

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from datetime import date

    from dockwright.config import Config
    from dockwright.image import ImageUse
    from dockwright.registry import Client
    from dockwright.source import Source
    from dockwright.update.edits import Moving
    from dockwright.update.evidence import Evidence
    from dockwright.update.images import Image
    from dockwright.update.lookup import Offer
    from dockwright.watch import Watch


def plan(
    sources: Iterable[Source],
    *,
    client: Client,
    config: Config,
    today: date,
    watch: Watch,
    evidence: Evidence | None = None,
) -> Planned:
    """Plan the updates of all images that files name; nothing is written.

    Whatever cannot be known of one image is said of that image, and the others go on.

    Args:
        sources: the files.
        client: who asks the registries.
        config: what is wanted.
        today: what ages and support dates are counted from.
        watch: who wants to know how far it is.
        evidence: who is asked what each update changes in the image, by which it is decided when and whether it is
            proposed, and who keeps what was found; None leaves that alone.
    """
    files = {source: read_uses(source) for source in sources}
    images, skipped = distinct([use for uses in files.values() for use in uses], config.updates)
    registries = Registries(client, watch, today)
    choosers = []
    for offer in _offers(images, registries):
        if isinstance(offer, Skipped):
            skipped.append(offer)
        else:
            choosers.append(Chooser(offer, registries, today, evidence))
    registries.prefetch([name for chooser in choosers for name in chooser.wanted()])
    editor = Editor(choosers, files)
    lanes: list[list[Moving]] = []
    for lane in Lane:
        moving, stuck = editor.moving(lane)
        lanes.append(moving)
        skipped += stuck
    told = {each.current for each in skipped} | {each.update.current for lane in lanes for each in lane}
    skipped += [left_alone(chooser) for chooser in choosers if chooser.image.reference not in told]
    planned = Planned(grouped(lanes, today), _merged(skipped), len(images))
    if evidence is None:
        return planned
    from dockwright.update.decision import Weighing  # a run without evidence does not load it

    current = [chooser.image for chooser in choosers if chooser.is_current]
    return Weighing(evidence, registries, config.updates, today).weighed(planned, current)


def _merged(skipped: Iterable[Skipped]) -> tuple[Skipped, ...]:
    """Put together what is said of one image in several files; by file and place."""
    same: dict[tuple[object, ...], list[Skipped]] = {}
    for each in skipped:
        key = (each.current or each.uses[0].word.text, each.reason, each.notes, each.failed)
        same.setdefault(key, []).append(each)
    merged = [structs.replace(some[0], uses=_united(some)) for some in same.values()]
    return tuple(sorted(merged, key=lambda each: place(each.uses[0])))


def _united(skipped: Iterable[Skipped]) -> tuple[ImageUse, ...]:
    uses = {id(use): use for each in skipped for use in each.uses}
    return tuple(sorted(uses.values(), key=place))


def look_up(
    sources: Iterable[Source], *, client: Client, config: Config, today: date, watch: Watch
) -> tuple[tuple[Offered, ...], tuple[Skipped, ...]]:
    """Return what registries offer for the images in files, wanted or not, and those of which nothing is known."""
    uses = [use for source in sources for use in read_uses(source)]
    images, skipped = distinct(uses, config.updates)
    found = _offers(images, Registries(client, watch, today))
    skipped += [each for each in found if isinstance(each, Skipped)]
    return tuple(_offered(each) for each in found if not isinstance(each, Skipped)), _merged(skipped)


def _offered(offer: Offer) -> Offered:
    decision = offer.decision
    candidates = {} if decision is None else decision.candidates
    notes = () if decision is None else decision.notes
    return Offered(
        offer.image.reference,
        offer.image.uses,
        {type_: tuple(each.tag for each in some) for type_, some in candidates.items()},
        offer.digest,
        (*of_retirement(offer.image), *notes),
    )


def _offers(images: Sequence[Image], registries: Registries) -> list[Offer | Skipped]:
    """Return what is offered for each image, or why nothing is."""
    asked = [image for image in images if wants_tags(image) or wants_digest(image)]
    offers = dict(zip(map(id, asked), registries.offers(asked), strict=True))
    return [_offer_or_reason(image, offers.get(id(image))) for image in images]


def _offer_or_reason(image: Image, offer: Offer | RegistryError | None) -> Offer | Skipped:
    if offer is None:
        return Skipped(image.reference, image.uses, _why_not_asked(image))
    return _not_looked_up(image, offer) if isinstance(offer, RegistryError) else offer


def _not_looked_up(image: Image, error: RegistryError) -> Skipped:
    """Say why nothing is known; that there is no such image, or that it is private, is an answer and no failure."""
    answered = isinstance(error, RegistryNotFound | RegistryUnauthorized)
    notes = (*((error.help,) if error.help else ()), *of_retirement(image))
    return Skipped(image.reference, image.uses, str(error).removesuffix("."), notes, failed=not answered)


def _why_not_asked(image: Image) -> str:
    if not image.policy.types:
        return "the configuration wants no updates of it"
    if not image.is_tagged:
        return "a digest without a tag does not tell which newer image would follow it"
    return "its tag names no digest, and the configuration wants no other tags"
