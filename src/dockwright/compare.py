"""What changes between two images: asks the registries, and puts together what the parts of `evidence` say.

Manifests come first. Layers are only read where they tell something: an image that is the same on both sides is not.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from dockwright.errors import RegistryError
from dockwright.evidence.changes import changes
from dockwright.evidence.comparison import Comparison, PlatformComparison, Subject
from dockwright.evidence.image import read_configuration, read_image
from dockwright.evidence.inventory import inventory_of
from dockwright.evidence.origin import origin
from dockwright.evidence.settings import platforms_lost, setting_changes
from dockwright.evidence.unknown import Unknown
from dockwright.image import Platform

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from dockwright.evidence.changes import Changes
    from dockwright.evidence.image import Configuration, Image
    from dockwright.evidence.inventory import Inventory
    from dockwright.evidence.layer_cache import LayerCache
    from dockwright.evidence.settings import SettingChange
    from dockwright.image import Reference
    from dockwright.registry import Client
    from dockwright.watch import Watch

MOST_PLATFORMS: Final = 8
"""How many platforms are compared when none is named."""

_FIRST: Final = Platform("linux", "amd64")


def compare(
    old: Reference,
    new: Reference,
    *,
    client: Client,
    watch: Watch,
    platforms: Sequence[Platform] = (),
    cache: LayerCache | None = None,
) -> Comparison:
    """Return what changes between two images; what cannot be learnt is `Unknown` in it, and nothing is raised.

    Args:
        old: the image before; without a tag and a digest it is `latest`.
        new: the image after.
        client: what is asked.
        watch: who is told how far it is.
        platforms: those to compare; none means those that both have, `linux/amd64` first, and no more than
            `MOST_PLATFORMS`.
        cache: what was read of layers before.
    """
    before, after = _subjects(client, old, new)
    if isinstance(before, Subject) and isinstance(after, Subject):
        return _Comparing(client, watch, cache).compare(before, after, platforms)
    return Comparison(_named(old, before), _named(new, after), unknown=_joined(_told(before), _told(after)))


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


# --- platforms --------------------------------------------------------------------------------------------------------


def _once(platforms: Iterable[Platform]) -> list[Platform]:
    """Leave out those that are others, written in another way."""
    found: dict[Platform, Platform] = {}
    for platform in platforms:
        found.setdefault(platform.normal, platform)
    return list(found.values())


def _ordered(platforms: Iterable[Platform]) -> list[Platform]:
    return sorted(platforms, key=lambda each: (each.normal != _FIRST, each.os != _FIRST.os, each))


class _Comparing:
    """The comparison of two images that their registries have."""

    def __init__(self, client: Client, watch: Watch, cache: LayerCache | None) -> None:
        self._client = client
        self._watch = watch
        self._cache = cache

    def compare(self, old: Subject, new: Subject, wanted: Sequence[Platform]) -> Comparison:
        lost = platforms_lost(old.platforms, new.platforms)
        chosen = _once(wanted) or [each for each in _ordered(_once(old.platforms)) if each not in lost]
        most = len(chosen) if wanted else MOST_PLATFORMS
        return Comparison(
            old,
            new,
            self._platforms(old, new, chosen[:most]),
            lost,
            platforms_lost(new.platforms, old.platforms),
            tuple(chosen[most:]),
            None if chosen else Unknown("they have no platform in common"),
        )

    def _platforms(self, old: Subject, new: Subject, platforms: Sequence[Platform]) -> tuple[PlatformComparison, ...]:
        """Compare several platforms at the same time."""

        def ask(_: str, platform: Platform) -> PlatformComparison:
            found = self._platform(old, new, platform)
            self._watch.step()
            return found

        self._watch.expect(len(platforms))
        answers = self._client.gather(ask, [(old.reference.name, platform) for platform in platforms])
        return tuple(
            _unread(platform, *[Unknown(str(answer))] * 2) if isinstance(answer, RegistryError) else answer
            for platform, answer in zip(platforms, answers, strict=True)
        )

    def _platform(self, old: Subject, new: Subject, platform: Platform) -> PlatformComparison:
        before, after = self._image(old, platform), self._image(new, platform)
        if isinstance(before, Unknown) or isinstance(after, Unknown):
            return _unread(platform, before, after)
        if before.digest == after.digest:
            return PlatformComparison(platform, before, after, None, None)
        return PlatformComparison(
            platform,
            before,
            after,
            _packages(self._inventory(old, before), self._inventory(new, after)),
            _settings(self._configuration(old, before), self._configuration(new, after)),
            origin(before.annotations, after.annotations),
        )

    def _image(self, subject: Subject, platform: Platform) -> Image | Unknown:
        return read_image(self._client, subject.reference.name, subject.digest or "", platform)

    def _inventory(self, subject: Subject, image: Image) -> Inventory | Unknown:
        return inventory_of(self._client, subject.reference.name, image, cache=self._cache)

    def _configuration(self, subject: Subject, image: Image) -> Configuration | Unknown:
        return read_configuration(self._client, subject.reference.name, image)


# --- what could not be learnt -----------------------------------------------------------------------------------------


def _unread(platform: Platform, old: Image | Unknown, new: Image | Unknown) -> PlatformComparison:
    """Return what is known of a platform that one of the two images could not be read for."""
    unknown = _joined(old, new)
    return PlatformComparison(platform, old, new, unknown, unknown)


def _packages(old: Inventory | Unknown, new: Inventory | Unknown) -> Changes | Unknown:
    if isinstance(old, Unknown) or isinstance(new, Unknown):
        return _joined(old, new)
    if bool(old.system.id) != bool(new.system.id):
        # Two distributions would be reported, and every package as removed and added.
        nameless = Unknown("it does not say which distribution it is of")
        return _joined(nameless if new.system.id else new, nameless if old.system.id else old)
    return changes(old, new)


def _settings(old: Configuration | Unknown, new: Configuration | Unknown) -> tuple[SettingChange, ...] | Unknown:
    if isinstance(old, Unknown) or isinstance(new, Unknown):
        return _joined(old, new)
    return setting_changes(old, new)


def _joined(old: object, new: object) -> Unknown:
    """Say of which of the two images something is unknown: of one of them, or of both."""
    parts = (("old", old), ("new", new))
    return Unknown(
        "; ".join([f"of the {word} image: {each.reason}" for word, each in parts if isinstance(each, Unknown)])
    )
