"""Comparing two images for one platform: asks for what differs, and nothing that is the same on both sides.

Several platforms of one image have the same sources: what these fix is asked once.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from dockwright.evidence.changes import Changes, changes
from dockwright.evidence.comparison import Comparison, PlatformComparison
from dockwright.evidence.image import Configuration, read_configuration, read_image
from dockwright.evidence.origin import origin
from dockwright.evidence.pocket.model import Fixes, Published
from dockwright.evidence.security import security
from dockwright.evidence.settings import platforms_lost, setting_changes
from dockwright.evidence.unknown import Unknown
from dockwright.image import Platform

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from dockwright.evidence.comparison import Subject
    from dockwright.evidence.enrichment import Enrichment
    from dockwright.evidence.freshness import Freshness, Prober
    from dockwright.evidence.image import Image
    from dockwright.evidence.inventory import Inventory
    from dockwright.evidence.security import Security
    from dockwright.evidence.settings import SettingChange
    from dockwright.registry import Client

_FIRST: Final = Platform("linux", "amd64")


class Comparer:
    """Compares images that registries have; safe in threads, one for a run."""

    def __init__(self, client: Client, prober: Prober, *, graded: bool = False) -> None:
        """Take who is asked for manifests, and who for packages and for what is published.

        Args:
            client: registries.
            prober: packages, and what is published for them.
            graded: whether both images get a grade, for which everything has to be looked up that they lack.
        """
        self._client = client
        self._prober = prober
        self._graded = graded
        self._fixes: dict[tuple[str, ...], Fixes | Unknown] = {}

    def platform(self, old: Subject, new: Subject, platform: Platform) -> PlatformComparison:
        """Return what changes for a platform; what cannot be learnt is `Unknown` in it, and nothing is raised."""
        before, after = self._image(old, platform), self._image(new, platform)
        if isinstance(before, Unknown) or isinstance(after, Unknown):
            return unread(platform, before, after)
        if before.digest == after.digest:
            return PlatformComparison(platform, before, after, None, None, same_files=True)
        inventories = self._inventory(old, before), self._inventory(new, after)
        packages = _packages(*inventories)
        settings = self._configuration(old, before), self._configuration(new, after)
        known = isinstance(packages, Changes)
        freshness = (self._freshness(old, before), self._freshness(new, after)) if known else None
        return PlatformComparison(
            platform,
            before,
            after,
            packages,
            _settings(*settings),
            origin(before.annotations, after.annotations),
            None if freshness is None or isinstance(packages, Unknown) else self._security(packages, *freshness),
            _same_files(*settings),
            self._osv(*inventories),
            (freshness[0].grade, freshness[1].grade) if freshness is not None and self._graded else None,
        )

    def is_metadata(self, old: Subject, new: Subject, platform: Platform) -> bool:
        """Tell whether two images differ in nothing that a container sees: same files, same settings.

        It costs two small requests, and no layer. What is not known is no.
        """
        before, after = self._image(old, platform), self._image(new, platform)
        if isinstance(before, Unknown) or isinstance(after, Unknown):
            return False
        if before.digest == after.digest:
            return True
        said = self._configuration(old, before), self._configuration(new, after)
        return bool(_same_files(*said)) and _settings(*said) == ()

    def _image(self, subject: Subject, platform: Platform) -> Image | Unknown:
        return read_image(self._client, subject.reference.name, subject.digest or "", platform)

    def _inventory(self, subject: Subject, image: Image) -> Inventory | Unknown:
        return self._prober.inventory(subject.reference.name, subject.digest or "", image.platform)

    def _configuration(self, subject: Subject, image: Image) -> Configuration | Unknown:
        return read_configuration(self._client, subject.reference.name, image)

    def _osv(self, old: Inventory | Unknown, new: Inventory | Unknown) -> Enrichment | Unknown | None:
        if isinstance(old, Unknown) or isinstance(new, Unknown):
            return None
        return self._prober.osv(old, new)

    def _freshness(self, subject: Subject, image: Image) -> Freshness:
        name, digest = subject.reference.name, subject.digest or ""
        return self._prober.freshness(name, digest, image.platform, fixes=self._graded, osv=False)

    def _security(self, packages: Changes, before: Freshness, after: Freshness) -> Security | Unknown:
        published = after.published

        def ask(source: str, above: str, up_to: str) -> Fixes | Unknown:
            key = (str(packages.new), source, above, up_to)
            if key not in self._fixes:
                assert isinstance(published, Published)  # noqa: S101 - else nobody asks
                self._fixes[key] = published.fixes(source, above, up_to)
            return self._fixes[key]

        return security(packages, before, after, ask)


# --- platforms --------------------------------------------------------------------------------------------------------


def platforms_of(old: Subject, new: Subject, wanted: Iterable[Platform] = ()) -> list[Platform]:
    """Return the platforms to compare, none twice: those that are wanted, else those that both have, in an order."""
    lost = platforms_lost(old.platforms, new.platforms)
    return _once(wanted) or [each for each in _ordered(_once(old.platforms)) if each not in lost]


def _once(platforms: Iterable[Platform]) -> list[Platform]:
    """Leave out those that are others, written in another way."""
    found: dict[Platform, Platform] = {}
    for platform in platforms:
        found.setdefault(platform.normal, platform)
    return list(found.values())


def _ordered(platforms: Iterable[Platform]) -> list[Platform]:
    return sorted(platforms, key=lambda each: (each.normal != _FIRST, each.os != _FIRST.os, each))


def put_together(
    old: Subject, new: Subject, compared: Sequence[PlatformComparison], left_out: Sequence[Platform]
) -> Comparison:
    """Return the comparison of two images whose platforms have been compared, but for some."""
    return Comparison(
        old,
        new,
        tuple(compared),
        platforms_lost(old.platforms, new.platforms),
        platforms_lost(new.platforms, old.platforms),
        tuple(left_out),
        None if compared or left_out else Unknown("they have no platform in common"),
    )


# --- what could not be learnt -----------------------------------------------------------------------------------------


def unread(platform: Platform, old: Image | Unknown, new: Image | Unknown) -> PlatformComparison:
    """Return what is known of a platform that one of the two images could not be read for."""
    unknown = joined(old, new)
    return PlatformComparison(platform, old, new, unknown, unknown)


def _packages(old: Inventory | Unknown, new: Inventory | Unknown) -> Changes | Unknown:
    if isinstance(old, Unknown) or isinstance(new, Unknown):
        return joined(old, new)
    if bool(old.system.id) != bool(new.system.id):
        # Two distributions would be reported, and every package as removed and added.
        nameless = Unknown("it does not say which distribution it is of")
        return joined(nameless if new.system.id else new, nameless if old.system.id else old)
    return changes(old, new)


def _settings(old: Configuration | Unknown, new: Configuration | Unknown) -> tuple[SettingChange, ...] | Unknown:
    if isinstance(old, Unknown) or isinstance(new, Unknown):
        return joined(old, new)
    return setting_changes(old, new)


def _same_files(old: Configuration | Unknown, new: Configuration | Unknown) -> bool | None:
    """Compare the digests of unpacked layers, which packing again does not change."""
    if isinstance(old, Unknown) or isinstance(new, Unknown) or not (old.diff_ids and new.diff_ids):
        return None
    return old.diff_ids == new.diff_ids


def joined(old: object, new: object) -> Unknown:
    """Say of which of the two images something is unknown: of one of them, or of both."""
    parts = (("old", old), ("new", new))
    return Unknown(
        "; ".join([f"of the {word} image: {each.reason}" for word, each in parts if isinstance(each, Unknown)])
    )
