"""Whether a published image must be built again: asks registries what it was built on, and what that is today.

And, apart from that, whether its own layers hold packages that lack published security updates: neither another base
nor a build from cache brings those.
"""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING, Final

from dockwright.errors import RegistryError
from dockwright.evidence.base_match import Built, layers_of, match_base, match_stage
from dockwright.evidence.build_time import build_time
from dockwright.evidence.comparing import platforms_of
from dockwright.evidence.comparison import Subject
from dockwright.evidence.image import Configuration, read_configuration, read_image
from dockwright.evidence.own_updates import base_changes, own_updates
from dockwright.evidence.provenance import materials
from dockwright.evidence.recorded import Evidence, Recorded, recorded
from dockwright.evidence.staleness import Base, PlatformStaleness, Reason, Staleness, State, Updates
from dockwright.evidence.unknown import Unknown
from dockwright.image import Reference

if TYPE_CHECKING:
    from collections.abc import Sequence

    from dockwright.evidence.changes import Changes
    from dockwright.evidence.freshness import Freshness, Prober
    from dockwright.evidence.image import Image
    from dockwright.evidence.inventory import Inventory
    from dockwright.evidence.stale_question import Question
    from dockwright.image import Platform
    from dockwright.registry import Client
    from dockwright.watch import Watch

MOST_PLATFORMS: Final = 8
"""How many platforms of an image are looked at when none is named."""

_MOST_CANDIDATES: Final = 12
_NO_BASE: Final = "nothing says what it is built on; name its Dockerfile or its base"
_TOOLS: Final = ("docker.io/docker/dockerfile", "docker.io/docker/buildkit-syft-scanner", "docker.io/moby/buildkit")


def stale(question: Question, *, client: Client, prober: Prober, watch: Watch, today: date) -> Staleness:
    """Return whether an image must be built again; what cannot be learnt is said in it, and nothing is raised."""
    reference = question.reference
    try:
        found = client.resolve(reference.name, reference.digest or reference.tag or "latest")
    except RegistryError as error:
        missing = Subject(reference, None, help=error.help)
        return Staleness(missing, today, question.max_age, unknown=Unknown(str(error)))
    subject = Subject(reference, found.digest, found.platforms)
    chosen = platforms_of(subject, subject, question.platforms)
    most = len(question.platforms) or MOST_PLATFORMS
    asking = _Asking(client, prober, question, found.digest, today)
    nothing = None if chosen else Unknown("it has no platform that could be looked at")
    platforms = _all(asking, watch, client, chosen[:most])
    return Staleness(subject, today, question.max_age, platforms, tuple(chosen[most:]), nothing)


def _all(asking: _Asking, watch: Watch, client: Client, platforms: Sequence[Platform]) -> tuple[PlatformStaleness, ...]:
    """Look at several platforms at the same time."""

    def ask(_: str, platform: Platform) -> PlatformStaleness:
        found = asking.platform(platform)
        watch.step()
        return found

    watch.expect(len(platforms))
    answers = client.gather(ask, [(asking.name, platform) for platform in platforms])
    return tuple(
        _unread(platform, Unknown(str(answer))) if isinstance(answer, RegistryError) else answer
        for platform, answer in zip(platforms, answers, strict=True)
    )


def _unread(platform: Platform, reason: Unknown) -> PlatformStaleness:
    return PlatformStaleness(platform, reason, unknowns=(reason.reason,))


class _Asking:
    """The questions about one image, for each of its platforms."""

    def __init__(self, client: Client, prober: Prober, question: Question, digest: str, today: date) -> None:
        self.name = question.reference.name
        self._client = client
        self._prober = prober
        self._question = question
        self._digest = digest
        self._today = today

    def platform(self, platform: Platform) -> PlatformStaleness:
        image = read_image(self._client, self.name, self._digest, platform)
        if isinstance(image, Unknown):
            return _unread(platform, image)
        said = read_configuration(self._client, self.name, image)
        if isinstance(said, Unknown):
            return _unread(platform, said)
        built_from = materials(self._client, self.name, self._digest, image.digest)
        known = () if built_from is None or isinstance(built_from, Unknown) else built_from
        records = recorded(image.annotations, known, said.settings.labels or {})
        final = self._final(records, said, image.platform)
        lost = (built_from.reason,) if isinstance(built_from, Unknown) else ()
        return self._judged(image, said, self._bases(final, records, said, image.platform), final, lost)

    # --- what it is built on ------------------------------------------------------------------------------------

    def _final(
        self, records: Sequence[Recorded], said: Configuration, platform: Platform
    ) -> Reference | Unknown | None:
        """Return the base of its last stage: as the user says, its Dockerfile, or the image itself."""
        question = self._question
        if question.base is not None:
            return question.base
        if question.build is not None and not isinstance(question.build.final, Unknown):
            return question.build.final
        found = self._said(records, said, platform)
        if isinstance(found, Unknown) and question.build is not None and isinstance(question.build.final, Unknown):
            return question.build.final
        return found

    def _said(self, records: Sequence[Recorded], said: Configuration, platform: Platform) -> Reference | Unknown:
        """Return what the image says that it is built on, without a digest, so that today's is asked for."""
        by = {each.by: each.reference for each in reversed(records) if each.reference is not None}
        named = by.get(Evidence.ANNOTATION) or self._of_provenance(records, said.diff_ids, platform)
        named = named or by.get(Evidence.LABEL) or by.get(Evidence.BUILDPACKS)
        if named is None:
            return Unknown(_NO_BASE)
        if named.tag is None and named.digest is not None:
            return Unknown(f"what it was built on, `{named.familiar}`, was named without a tag, which could move")
        return Reference(named.registry, named.repository, named.tag)

    def _of_provenance(
        self, records: Sequence[Recorded], diff_ids: tuple[str, ...], platform: Platform
    ) -> Reference | None:
        """Return the image of its provenance whose layers are its lowest ones; of several, that with the most."""
        named = [each for each in records if each.by is Evidence.PROVENANCE and each.reference is not None]
        images = [each for each in named if each.reference is not None and each.reference.name not in _TOOLS]
        best: tuple[int, Reference | None] = (0, None)
        for each in images[:_MOST_CANDIDATES]:
            layers = layers_of(self._client, each.reference.name, each.digest, platform) if each.reference else None
            if layers and layers == diff_ids[: len(layers)] and len(layers) > best[0]:
                best = len(layers), each.reference
        only = {each.reference for each in images}
        return best[1] or (images[0].reference if len(only) == 1 else None)

    def _bases(
        self,
        final: Reference | Unknown | None,
        records: Sequence[Recorded],
        said: Configuration,
        platform: Platform,
    ) -> tuple[Base, ...]:
        build = self._question.build
        least = 0 if build is None else build.least_layers
        built = Built(said.diff_ids, tuple(records), least)
        first = (match_base(self._client, built, final, platform),) if isinstance(final, Reference) else ()
        others = () if build is None else build.others
        return (*first, *(match_stage(self._client, records, each) for each in others if each != final))

    # --- what follows -------------------------------------------------------------------------------------------

    def _judged(
        self,
        image: Image,
        said: Configuration,
        bases: tuple[Base, ...],
        final: Reference | Unknown | None,
        lost: tuple[str, ...],
    ) -> PlatformStaleness:
        freshness = self._prober.freshness(self.name, self._digest, image.platform)
        base = next((each for each in bases if each.final), None)
        moved = base is not None and base.state is State.MOVED
        asked = moved or freshness.security or freshness.unknown is not None
        inventory = self._inventory(final, base, image.platform) if asked else None
        updates = own_updates(freshness, inventory)
        created = build_time(said.created)
        return PlatformStaleness(
            image.platform,
            image,
            bases,
            freshness,
            updates,
            created,
            tuple(self._reasons(bases, updates, created)),
            tuple(self._unknowns(bases, final, updates, created, lost)),
            self._brings(base, freshness, inventory, image.platform),
        )

    def _inventory(
        self, final: Reference | Unknown | None, base: Base | None, platform: Platform
    ) -> Inventory | Unknown | None:
        if final is None or isinstance(final, Unknown):
            return final
        if base is None or base.today is None:
            return Unknown(base.reason if base is not None else _NO_BASE)
        return self._prober.inventory(final.name, base.today, platform)

    def _brings(
        self, base: Base | None, freshness: Freshness, today: Inventory | Unknown | None, platform: Platform
    ) -> Changes | Unknown | None:
        if base is None or base.state is not State.MOVED or today is None:
            return None
        then = None if base.recorded is None else self._prober.inventory(base.reference.name, base.recorded, platform)
        return base_changes(then, freshness.inventory, today)

    def _reasons(self, bases: Sequence[Base], updates: Updates | Unknown, created: datetime | None) -> list[Reason]:
        known = Updates() if isinstance(updates, Unknown) else updates
        age = self._question.max_age
        too_old = age is not None and created is not None and created.date() < self._today - timedelta(days=age)
        return [
            reason
            for reason, applies in (
                (Reason.BASE_DIGEST, any(each.state is State.MOVED for each in bases)),
                (Reason.SECURITY_UPDATES, bool(known.base)),
                (Reason.OWN_LAYERS, bool(known.own)),
                (Reason.MAX_AGE, too_old),
            )
            if applies
        ]

    def _unknowns(
        self,
        bases: Sequence[Base],
        final: Reference | Unknown | None,
        updates: Updates | Unknown,
        created: datetime | None,
        lost: tuple[str, ...],
    ) -> list[str]:
        build = self._question.build
        found = [final.reason] if isinstance(final, Unknown) else []
        unclear = [each for each in bases if each.state is State.UNKNOWN]
        found += [f"whether `{each.reference.familiar}` moved is not known: {each.reason}" for each in unclear]
        found += () if build is None else build.unclear
        found += lost if unclear or isinstance(final, Unknown) else ()
        if isinstance(updates, Unknown):
            found.append(f"which security updates a build would bring is not known: {updates.reason}")
        if self._question.max_age is not None and created is None:
            found.append("when it was built is not known, as it does not say so")
        return list(dict.fromkeys(found))
