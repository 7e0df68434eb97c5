"""What changes between two images: asks the registries, and puts together what the parts of `evidence` say.

Manifests come first. Layers are only read where they tell something: an image that is the same on both sides is not.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from dockwright.errors import RegistryError
from dockwright.evidence.comparing import Comparer, joined, platforms_of, put_together, unread
from dockwright.evidence.comparison import Comparison, PlatformComparison, Subject
from dockwright.evidence.unknown import Unknown

if TYPE_CHECKING:
    from collections.abc import Sequence

    from dockwright.evidence.freshness import Prober
    from dockwright.image import Platform, Reference
    from dockwright.registry import Client
    from dockwright.watch import Watch

MOST_PLATFORMS: Final = 8
"""How many platforms are compared when none is named."""


def compare(
    old: Reference,
    new: Reference,
    *,
    client: Client,
    watch: Watch,
    prober: Prober,
    platforms: Sequence[Platform] = (),
) -> Comparison:
    """Return what changes between two images; what cannot be learnt is `Unknown` in it, and nothing is raised.

    Args:
        old: the image before; without a tag and a digest it is `latest`.
        new: the image after.
        client: what is asked.
        watch: who is told how far it is.
        prober: who is asked for packages, and for what distributions have published.
        platforms: those to compare; none means those that both have, `linux/amd64` first, and no more than
            `MOST_PLATFORMS`.
    """
    before, after = _subjects(client, old, new)
    if isinstance(before, Subject) and isinstance(after, Subject):
        return _Comparing(client, watch, Comparer(client, prober, graded=True)).compare(before, after, platforms)
    return Comparison(_named(old, before), _named(new, after), unknown=joined(_told(before), _told(after)))


def _subjects(client: Client, old: Reference, new: Reference) -> list[Subject | RegistryError]:
    """Ask what the names stand for."""

    def subject(_: str, reference: Reference) -> Subject:
        found = client.resolve(reference.name, reference.digest or reference.tag or "latest")
        return Subject(reference, found.digest, found.platforms)

    return client.gather(subject, [(each.name, each) for each in (old, new)])


def _told(subject: Subject | RegistryError) -> Unknown | None:
    return None if isinstance(subject, Subject) else Unknown(str(subject))


def _named(reference: Reference, subject: Subject | RegistryError) -> Subject:
    return subject if isinstance(subject, Subject) else Subject(reference, None, help=subject.help)


class _Comparing:
    """The comparison of two images that their registries have."""

    def __init__(self, client: Client, watch: Watch, comparer: Comparer) -> None:
        self._client = client
        self._watch = watch
        self._comparer = comparer

    def compare(self, old: Subject, new: Subject, wanted: Sequence[Platform]) -> Comparison:
        chosen = platforms_of(old, new, wanted)
        most = len(chosen) if wanted else MOST_PLATFORMS
        return put_together(old, new, self._platforms(old, new, chosen[:most]), chosen[most:])

    def _platforms(self, old: Subject, new: Subject, platforms: Sequence[Platform]) -> tuple[PlatformComparison, ...]:
        """Compare several platforms at the same time."""

        def ask(_: str, platform: Platform) -> PlatformComparison:
            found = self._comparer.platform(old, new, platform)
            self._watch.step()
            return found

        self._watch.expect(len(platforms))
        answers = self._client.gather(ask, [(old.reference.name, platform) for platform in platforms])
        return tuple(
            unread(platform, *[Unknown(str(answer))] * 2) if isinstance(answer, RegistryError) else answer
            for platform, answer in zip(platforms, answers, strict=True)
        )
