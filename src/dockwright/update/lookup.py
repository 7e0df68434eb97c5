"""What registries tell about images, asked for once in a run and by many threads at the same time."""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec import Struct

from dockwright.bump import UpdateType
from dockwright.config.updates import Variants
from dockwright.errors import RegistryError
from dockwright.versions import Catalog, Decision, TagPolicy, VariantMoves
from dockwright.versions.series import cycle_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from datetime import date

    from dockwright.config.updates import ImagePolicy
    from dockwright.registry import Client, Resolved, Tags
    from dockwright.update.images import Image
    from dockwright.versions import Tag
    from dockwright.watch import Watch

    Name = tuple[str, str]
    """A repository's name, and a tag or digest in it."""

_OF_TAGS = frozenset({UpdateType.PATCH, UpdateType.MINOR, UpdateType.MAJOR})
_EPOCH_YEAR = 1980  # reproducible builds say that they were made in 1970, or in 1980, which is where ZIP begins
_MOVES = {
    Variants.KEEP: VariantMoves.NEVER,
    Variants.DEAD_ONLY: VariantMoves.DEAD_ONLY,
    Variants.NEWEST: VariantMoves.NEWEST,
}


class Offer(Struct, frozen=True):
    """What a registry offers for an image.

    Attributes:
        image: the image.
        tags: the tags of its repository; None where none was asked for.
        decision: what the tags mean for the image; None as above.
        series: the release series that the image is of (`3.12`); empty if it is of none, or if that is not known.
        digest: the digest of its tag today; None where the files pin nothing and nothing is to be pinned.
    """

    image: Image
    tags: Tags | None = None
    decision: Decision | None = None
    series: str = ""
    digest: str | None = None


class Registries:
    """The registries, as far as one run has asked them."""

    def __init__(self, client: Client, watch: Watch, today: date) -> None:
        """Take who asks, and who watches."""
        self._client = client
        self._watch = watch
        self._today = today
        self._resolved: dict[Name, Resolved | RegistryError] = {}

    def offers(self, images: Sequence[Image]) -> list[Offer | RegistryError]:
        """Ask for the tags of each repository, and for the digests that pinned images have today; in their order."""
        repositories = list(dict.fromkeys(image.reference.name for image in images if wants_tags(image)))
        digests = list(dict.fromkeys(_name(image) for image in images if wants_digest(image)))
        jobs: list[tuple[str, str | None]] = [*((name, None) for name in repositories), *digests]
        answers = dict(zip(jobs, self._gather(jobs), strict=True))
        return [self._offer(image, answers) for image in images]

    def _gather(self, jobs: list[tuple[str, str | None]]) -> list[tuple[Tags, Catalog] | str | RegistryError]:
        self._watch.expect(len(jobs))
        return self._client.gather(self._ask, jobs)

    def _ask(self, name: str, tag: str | None) -> tuple[Tags, Catalog] | str:
        """Ask for all tags, or for the digest of one; the catalog is made here, while others wait for an answer."""
        try:
            if tag is not None:
                return self._client.digest(name, tag)
            tags = self._client.tags(name)
            return tags, Catalog(name, tags.names, pushed=tags.pushed)
        finally:
            self._watch.step()

    def _offer(
        self, image: Image, answers: dict[tuple[str, str | None], tuple[Tags, Catalog] | str | RegistryError]
    ) -> Offer | RegistryError:
        listed = answers.get((image.reference.name, None)) if wants_tags(image) else None
        digest = answers.get(_name(image)) if wants_digest(image) else None
        for answer in (listed, digest):
            if isinstance(answer, RegistryError):
                return answer
        found = digest if isinstance(digest, str) else None
        if not isinstance(listed, tuple):
            return Offer(image, digest=found)
        tags, catalog = listed
        decision = catalog.decide(image.tag, _tag_policy(image.policy), today=self._today)
        return Offer(image, tags, decision, _series(catalog, decision.current), found)

    def prefetch(self, names: Iterable[Name]) -> None:
        """Ask for what will be needed, at the same time."""
        jobs = [name for name in dict.fromkeys(names) if name not in self._resolved]
        self._watch.expect(len(jobs))
        self._resolved |= zip(jobs, self._client.gather(self._resolve, jobs), strict=True)

    def _resolve(self, name: str, tag_or_digest: str) -> Resolved:
        try:
            return self._client.resolve(name, tag_or_digest)
        finally:
            self._watch.step()

    def resolve(self, name: str, tag_or_digest: str) -> Resolved | RegistryError:
        """Return what a tag or digest names, or why that is not known."""
        key = (name, tag_or_digest)
        if key not in self._resolved:
            try:
                self._resolved[key] = self._client.resolve(name, tag_or_digest)
            except RegistryError as error:
                self._resolved[key] = error
        return self._resolved[key]

    def met(self, resolved: Resolved) -> date | None:
        """Return when an image was made, by its own word, or else when it was first met, if a cache knows that."""
        return made_on(resolved) or self._client.first_seen(resolved.digest, self._today)


def made_on(resolved: Resolved) -> date | None:
    """Return when an image says that it was built, if it is to be believed."""
    created = resolved.created
    return None if created is None or created.year <= _EPOCH_YEAR else created.date()


def wants_tags(image: Image) -> bool:
    """Tell whether other tags matter to an image: it names one, and the user wants to hear of newer ones."""
    return image.is_tagged and bool(image.policy.types & _OF_TAGS)


def wants_digest(image: Image) -> bool:
    """Tell whether today's digest of its tag matters to an image."""
    if image.reference.digest is None:
        return image.policy.pin and bool(image.policy.types)
    return image.is_tagged and UpdateType.REFRESH in image.policy.types


def _series(catalog: Catalog, tag: Tag) -> str:
    """Return the series of a tag as its publisher writes it (`22.04`, also for `jammy`)."""
    series = catalog.family(tag.shape).series(tag)
    cycle = cycle_of(catalog.scheme.product or tag.distribution, series)
    if cycle is not None and tuple(map(int, cycle.cycle.split("."))) == series:
        return cycle.cycle
    return ".".join(map(str, series))


def _name(image: Image) -> Name:
    return image.reference.name, image.tag


def _tag_policy(policy: ImagePolicy) -> TagPolicy:
    return TagPolicy(
        prereleases=policy.prereleases,
        series=policy.series,
        allowed=policy.allowed,
        ignored=policy.ignored,
        move_variants=_MOVES[policy.variants],
    )
