"""Which of the offered images an image may become: old enough, and run on every platform that matters."""

from __future__ import annotations

from datetime import timedelta
from functools import cached_property
from typing import TYPE_CHECKING

from msgspec.structs import replace

from dockwright.bump import Skipped, UpdateType
from dockwright.errors import RegistryError, RegistryNotFound
from dockwright.update.images import of_retirement
from dockwright.update.platforms import differ, listed, offered
from dockwright.update.proposal import Lane, Proposal
from dockwright.update.urgent import Urgent

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import date

    from dockwright.image import Platform, Reference
    from dockwright.registry import Resolved
    from dockwright.update.evidence import Evidence
    from dockwright.update.lookup import Offer, Registries
    from dockwright.versions import Candidate

_MOST_TRIED = 5
"""Candidates whose platforms are asked for; a publisher who dropped a platform did so for all that follow."""

_MOST_CHOICES = 50
"""Candidates that are weighed where an image shares characters of a file with another."""


class Chooser:
    """Chooses for one image among what is offered."""

    def __init__(self, offer: Offer, registries: Registries, today: date, evidence: Evidence | None = None) -> None:
        """Take the offer, and who is asked for more; without evidence nothing is known to be for security."""
        self.image = offer.image
        self.refusals: list[str] = []
        self.failure: RegistryError | None = None
        self._offer = offer
        self._registries = registries
        self._today = today
        self._urgent = Urgent(offer.image, evidence)
        self._current: Resolved | RegistryError | None = None

    @property
    def series(self) -> str:
        """The release series that the image is of; its tag, if it is of none."""
        return self._offer.series or self.image.tag

    @property
    def is_floating(self) -> bool:
        """Whether the publisher moves the tag, and nothing in the files says which of its images is meant."""
        decision = self._offer.decision
        return decision is not None and decision.floating and self.image.reference.digest is None

    # --- what is there ------------------------------------------------------------------------------------------

    def candidates(self, lane: Lane) -> list[Candidate]:
        """Return the tags that a lane may lead to, the best first, without those that are too young."""
        decision, policy = self._offer.decision, self.image.policy
        if decision is None:
            return []
        types = [each for each in lane.value if each in policy.types or each is UpdateType.REPLACEMENT]
        if lane is Lane.SAFE and UpdateType.PATCH not in policy.types:
            types = []
        found = [candidate for each in types for candidate in decision.candidates.get(each, ())]
        return [candidate for candidate in found if not self._is_young(candidate)]

    def _is_young(self, candidate: Candidate, made: date | None = None) -> bool:
        """Tell whether a tag has to wait; one whose age is not known has not."""
        days = self.image.policy.cooldown.get(candidate.type, 0)
        pushed = (self._pushed(candidate.tag) or made) if days else None
        if pushed is None or self._today - pushed >= timedelta(days) or self._urgent.tag(candidate):
            return False
        self._note(f"`{candidate.tag}` is from {pushed}, and is held until it is {_days(days)} old (`cooldown`).")
        return True

    def _pushed(self, tag: str) -> date | None:
        tags = self._offer.tags
        return None if tags is None else tags.pushed.get(tag, tags.dated_since)

    def wanted(self) -> Iterator[tuple[str, str]]:
        """Yield what `proposals` will look at first, to be asked for beforehand."""
        name = self.image.reference.name
        first = [found[0].tag for lane in Lane if (found := self.candidates(lane))]
        yield from ((name, tag) for tag in first)
        if (first and self.image.platforms is None) or self._is_rebuilt:
            yield name, self.image.reference.digest or self.image.tag
        if self._offer.digest is not None and not self._stays_pinned:
            yield name, self._offer.digest

    @property
    def _is_rebuilt(self) -> bool:
        pinned, today = self.image.reference.digest, self._offer.digest
        return pinned is not None and today is not None and pinned != today

    @property
    def is_current(self) -> bool:
        """Whether a digest is pinned, and it is the one that its tag has today."""
        return self.image.reference.digest is not None and self._stays_pinned

    @property
    def _stays_pinned(self) -> bool:
        return self._offer.digest == self.image.reference.digest

    def _note(self, sentence: str) -> None:
        if sentence not in self.refusals:
            self.refusals.append(sentence)

    @property
    def notes(self) -> tuple[str, ...]:
        """What there is to say beside what is proposed: sentences, the most important first."""
        decision = self._offer.decision
        said = () if decision is None else decision.notes
        return tuple(dict.fromkeys((*of_retirement(self.image), *self.refusals, *said, *self._unwanted, *self._unread)))

    @property
    def _unread(self) -> tuple[str, ...]:
        complete = self._offer.tags is None or self._offer.tags.complete
        return () if complete else ("The registry has more tags than were read, so there may be newer ones.",)

    @property
    def _unwanted(self) -> Iterator[str]:
        """Say what newer tags there are that nobody asked for."""
        decision, policy = self._offer.decision, self.image.policy
        for type_ in (lane.value[0] for lane in Lane):
            found = None if decision is None or type_ in policy.types else decision.best(type_)
            if found is not None:
                yield f"{_upper(found.reason)}; `{found.type.value}` updates are not wanted (`types`)."

    # --- what is proposed ---------------------------------------------------------------------------------------

    def best(self, lane: Lane) -> Proposal | None:
        """Return the best that the image may become; the next is only asked for when one does not do."""
        for candidate in self.candidates(lane)[:_MOST_TRIED]:
            if (proposal := self._to_tag(candidate)) is not None:
                return proposal
        return self._same_tag if lane is Lane.SAFE else None

    def choices(self, lane: Lane) -> tuple[Reference, ...]:
        """Return all that the image might become, the best first; what is not pinned, without asking a registry."""
        candidates = self.candidates(lane)
        if self._pins:
            found = [proposal.new for each in candidates[:_MOST_TRIED] if (proposal := self._to_tag(each)) is not None]
        else:
            found = [replace(self.image.reference, tag=candidate.tag) for candidate in candidates[:_MOST_CHOICES]]
        if lane is Lane.SAFE and self._same_tag is not None:
            found.append(self._same_tag.new)
        return tuple(dict.fromkeys(found))

    def proposal(self, lane: Lane, new: Reference) -> Proposal | None:
        """Return what there is to say of one of the choices; None if it does not do after all."""
        for candidate in self.candidates(lane):
            if candidate.tag == new.tag:
                return self._to_tag(candidate)
        return self._same_tag

    @property
    def _pins(self) -> bool:
        return self.image.reference.digest is not None or self.image.policy.pin

    def _to_tag(self, candidate: Candidate) -> Proposal | None:
        name = self.image.reference.name
        resolved = self._registries.resolve(name, candidate.tag)
        if isinstance(resolved, RegistryError):
            if not isinstance(resolved, RegistryNotFound):
                self.failure = resolved
            self._note(f"`{candidate.tag}` is listed, but could not be read: {resolved}.")
            return None
        if self._lacks(resolved, f"`{candidate.tag}`"):
            return None
        if candidate.type in self.image.policy.cooldown and self._is_young(candidate, self._registries.met(resolved)):
            return None
        new = replace(self.image.reference, tag=candidate.tag, digest=resolved.digest if self._pins else None)
        return self._proposal(new, candidate.type, candidate.reason, resolved)

    @cached_property
    def _same_tag(self) -> Proposal | None:
        """Propose the digest that the tag has today, if one is wanted and it is another image."""
        pinned, today = self.image.reference.digest, self._offer.digest
        if today is None or today == pinned:
            return None
        resolved = self._registries.resolve(self.image.reference.name, today)
        if isinstance(resolved, RegistryError):
            self.failure = resolved
            return None
        new = replace(self.image.reference, tag=self.image.tag, digest=today)
        if pinned is None:
            reason = f"`{self.image.tag}` may be another image tomorrow; its digest names the one of today"
            return self._proposal(new, UpdateType.PIN, reason, resolved)
        return self._refresh(new, resolved)

    def _refresh(self, new: Reference, resolved: Resolved) -> Proposal | None:
        reason = f"`{self.image.tag}` was rebuilt since its digest was pinned"
        old = self._now()
        if isinstance(old, RegistryError):
            self._note(f"What changed is not known, as the pinned image could not be read: {old}.")
        elif any(entry.digest == old.digest for entry in resolved.entries):
            return None  # the digest of one platform's image is pinned, and it is still the tag's
        elif self._lacks(resolved, f"`{self.image.tag}` was rebuilt, but so far"):
            return None  # the publisher has not yet built it for all
        elif not differ(old, resolved, self._mattering(old)):
            self._note(f"`{self.image.tag}` was rebuilt, but not what is run on {listed(self._mattering(old))}.")
            return None
        return None if self._is_held(old, resolved) else self._proposal(new, UpdateType.REFRESH, reason, resolved)

    def _is_held(self, old: Resolved | RegistryError, new: Resolved) -> bool:
        """Tell whether a rebuilt image is too young, unless the pinned one is so old that it has to move."""
        days = self.image.policy.cooldown.get(UpdateType.REFRESH, 0)
        age = self._age(new, self._pushed(self.image.tag)) if days else None
        if age is None or age >= timedelta(days):
            return False
        pinned_age = None if isinstance(old, RegistryError) else self._age(old, None)
        if pinned_age is not None and pinned_age >= timedelta(self.image.policy.max_hold):
            return False
        if self._urgent.digest(new.digest):
            return False
        self._note(
            f"It was rebuilt {_days(age.days)} ago, and that is held until it is {_days(days)} old (`cooldown`)."
        )
        return True

    def _age(self, resolved: Resolved, pushed: date | None) -> timedelta | None:
        known = pushed or self._registries.met(resolved)
        return None if known is None else self._today - known

    def _proposal(self, new: Reference, type_: UpdateType, reason: str, resolved: Resolved) -> Proposal:
        current = self._current
        old = self.image.reference.digest or (
            None if current is None or isinstance(current, RegistryError) else current.digest
        )
        return Proposal(self.image, new, type_, reason, resolved.platforms, (old, resolved.digest))

    # --- platforms ----------------------------------------------------------------------------------------------

    def _lacks(self, resolved: Resolved, shown: str) -> bool:
        """Tell whether an image does not run where it has to, and note it."""
        wanted = self.image.platforms
        if wanted is None:
            current = self._now()
            if isinstance(current, RegistryError):
                self._note(
                    f"Whether all platforms are kept is not known, as the current image could not be read: {current}."
                )
                return False
            wanted = offered(current)
        missing = wanted - offered(resolved)
        if missing:
            self._note(f"{shown} is not there for {listed(missing)}.")
        return bool(missing)

    def _mattering(self, old: Resolved) -> frozenset[Platform]:
        return offered(old) if self.image.platforms is None else self.image.platforms

    def _now(self) -> Resolved | RegistryError:
        """Return the image as it is named now."""
        if self._current is None:
            reference = self.image.reference
            self._current = self._registries.resolve(reference.name, reference.digest or self.image.tag)
        return self._current


def left_alone(chooser: Chooser) -> Skipped:
    """Return why an image that does not move is left alone."""
    image = chooser.image
    if chooser.failure is not None:
        return Skipped(image.reference, image.uses, f"{chooser.failure}", chooser.notes, failed=True)
    notes = chooser.notes
    if chooser.refusals:
        rest = tuple(note for note in notes if note != chooser.refusals[0])
        return Skipped(image.reference, image.uses, chooser.refusals[0].removesuffix("."), rest)
    if chooser.is_floating and notes:
        return Skipped(image.reference, image.uses, notes[0].removesuffix("."), notes[1:])
    return Skipped(image.reference, image.uses, "nothing newer is wanted or offered", notes, newest=True)


def _upper(sentence: str) -> str:
    return sentence[:1].upper() + sentence[1:]


def _days(count: int) -> str:
    return "1 day" if count == 1 else f"{count} days"
