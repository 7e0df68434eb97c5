"""Asking registries and distributions about base images, all at the same time, and for no longer than a moment.

What has not been answered by then is not known, and neither is what went wrong: a review does not fail by it.
"""

from __future__ import annotations

import threading
from time import monotonic
from typing import TYPE_CHECKING, Final

from msgspec.structs import replace

from dockwright.bump import UpdateType
from dockwright.errors import RegistryError
from dockwright.evidence.comparing import platforms_of
from dockwright.evidence.comparison import Subject
from dockwright.evidence.inventory import Inventory
from dockwright.evidence.unknown import Unknown
from dockwright.facts.official_images import official, only_local
from dockwright.facts.online import Base, Lacks, Online
from dockwright.image import ImageKind
from dockwright.report.comparisons.security import publisher
from dockwright.update.choice import Chooser
from dockwright.update.images import distinct
from dockwright.update.lookup import Registries, made_on
from dockwright.update.proposal import Lane

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date

    from dockwright.config import Config
    from dockwright.evidence.freshness import Freshness, Prober
    from dockwright.image import ImageUse, Reference
    from dockwright.online.places import Places
    from dockwright.registry import Client
    from dockwright.update.images import Image

MOST_SECONDS: Final = 30.0
"""What a review waits for registries in all; what is known by then counts."""

MOST_IMAGES: Final = 20
"""Base images of one review that are asked about."""


class Asker:
    """Asks for one review; `notes` says afterwards what stayed open, in sentences."""

    def __init__(
        self,
        client: Client,
        *,
        probers: tuple[Prober, Prober],
        places: Places,
        config: Config,
        today: date,
        seconds: float = MOST_SECONDS,
    ) -> None:
        """Take who is asked.

        Args:
            client: registries.
            probers: distributions: for official images, whose own servers are asked, and for all others.
            places: which registries may be asked.
            config: which updates are wanted, as the base branch says.
            today: the day.
            seconds: how long in all.
        """
        self.notes: list[str] = []
        self._client = client
        self._probers = probers
        self._places = places
        self._config = config
        self._today = today
        self._left = seconds
        self._known: dict[Reference, Base] = {}

    def __call__(self, uses: Sequence[ImageUse]) -> Online:
        """Return what is known of the base images among some uses."""
        images = [each for each in self._images(uses) if each.reference not in self._known]
        if images and self._left > 0:
            self._wait(images)
        return Online(dict(self._known), self._config.online.max_base_age)

    def _images(self, uses: Sequence[ImageUse]) -> list[Image]:
        bases = [
            use
            for use in uses
            if use.kind is ImageKind.FROM and use.reference is not None and not only_local(use.reference)
        ]
        allowed = self._places.allowed({use.reference.registry for use in bases if use.reference is not None})
        images, _ = distinct(bases, self._config.updates)
        refused = sorted({each.reference.registry for each in images} - allowed)
        if refused:
            names = ", ".join(f"`{each}`" for each in refused)
            self._note(
                f"Nothing was asked of {names}: neither the base branch nor `online` in its configuration names it."
            )
        return [each for each in images if each.reference.registry in allowed][:MOST_IMAGES]

    def _note(self, sentence: str) -> None:
        if sentence not in self.notes:
            self.notes.append(sentence)

    # --- waiting ------------------------------------------------------------------------------------------------

    def _wait(self, images: Sequence[Image]) -> None:
        """Ask in a thread, and go on without it when time is up."""
        failures: list[BaseException] = []

        def ask() -> None:
            try:
                self._ask(images)
            except BaseException as failure:  # noqa: BLE001 - raised again, where it is noticed
                failures.append(failure)

        begun = monotonic()
        thread = threading.Thread(target=ask, daemon=True)
        thread.start()
        thread.join(self._left)
        self._left -= monotonic() - begun
        if failures:
            raise failures[0]
        if thread.is_alive():
            self._left = 0
            self._note("Registries took too long to answer, so not everything about base images is known.")

    def _ask(self, images: Sequence[Image]) -> None:
        answers = self._client.gather(self._of, [(image.reference.name, image) for image in images])
        for image, answer in zip(images, answers, strict=True):
            if isinstance(answer, RegistryError):
                self._note(f"Nothing is known of `{image.reference.familiar}` online: {answer}.")

    # --- one image ----------------------------------------------------------------------------------------------

    def _of(self, _: str, image: Image) -> None:
        """Learn of one image, and keep each step."""
        registries = Registries(self._client, _Silent(), self._today)
        current = image.reference.digest or image.tag
        found = self._client.resolve(image.reference.name, current)
        base = Base(made=made_on(found))
        (offer,) = registries.offers([image])
        if not isinstance(offer, RegistryError):
            base = _moved(base, Chooser(offer, registries, self._today), registries)
        self._known[image.reference] = base
        freshness = self._freshness(image, image.reference, found.digest)
        lacks = _lacks(freshness)
        if freshness is not None and isinstance(freshness.inventory, Inventory):
            base = replace(base, has_packages=bool(freshness.inventory.packages), lacks=lacks)
        self._known[image.reference] = base
        new = base.refresh or base.patch
        if lacks is not None and lacks.sources and new is not None:
            target = registries.resolve(new.name, new.digest or new.tag or "")
            if not isinstance(target, RegistryError):
                better = _lacks(self._freshness(image, new, target.digest))
                self._known[image.reference] = replace(base, better=better)

    def _freshness(self, image: Image, reference: Reference, digest: str) -> Freshness | None:
        found = self._client.resolve(reference.name, digest)
        subject = Subject(reference, digest, found.platforms)
        wanted = image.platforms
        platforms = [each for each in platforms_of(subject, subject) if not wanted or each.normal in wanted]
        if not platforms:
            return None
        prober = self._probers[0 if official(reference) is not None else 1]
        return prober.freshness(reference.name, digest, platforms[0], fixes=False)


class _Silent:
    """Nobody watches how far this is."""

    def expect(self, count: int) -> None:
        """Do nothing."""

    def step(self) -> None:
        """Do nothing."""


def _moved(base: Base, chooser: Chooser, registries: Registries) -> Base:
    """Add what the image may become: as an update would propose it, whose rules hold here too."""
    best = chooser.best(Lane.SAFE)
    if best is None:
        return base
    if best.type is UpdateType.REFRESH:
        found = registries.resolve(best.new.name, best.new.digest or "")
        return replace(base, refresh=best.new, rebuilt=None if isinstance(found, RegistryError) else made_on(found))
    return replace(base, patch=best.new) if best.type is UpdateType.PATCH else base


def _lacks(freshness: Freshness | None) -> Lacks | None:
    """Return what an image lacks, if that is certain."""
    if freshness is None or not freshness.complete:
        return None
    if isinstance(freshness.published, Unknown) or isinstance(freshness.inventory, Unknown):
        return None
    sources = tuple(sorted({each.package.source for each in freshness.security}))
    return Lacks(sources, publisher(freshness.inventory.system), freshness.published.as_of.date())
