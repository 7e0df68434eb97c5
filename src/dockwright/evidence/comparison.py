"""Two images beside each other, as a value: what changes from one to the other, for each platform.

What could not be learnt is `Unknown` at its place, so that no report can take it for "nothing changes".
"""

from __future__ import annotations

from msgspec import Struct

from dockwright.evidence.changes import Changes  # noqa: TC001 - msgspec reads the annotations
from dockwright.evidence.enrichment import Enrichment  # noqa: TC001 - as above
from dockwright.evidence.grade import Grade  # noqa: TC001 - as above
from dockwright.evidence.image import Image  # noqa: TC001 - as above
from dockwright.evidence.origin import Origin  # noqa: TC001 - as above
from dockwright.evidence.security import Security  # noqa: TC001 - as above
from dockwright.evidence.settings import SettingChange  # noqa: TC001 - as above
from dockwright.evidence.unknown import Unknown
from dockwright.image import Platform, Reference  # noqa: TC001 - as above


class Subject(Struct, frozen=True):
    """One of the two images, as it was named and as its registry has it.

    Attributes:
        reference: how it was named.
        digest: of its index, or of its only manifest; None if the registry did not say.
        platforms: what it runs on, none twice.
        help: if the registry did not say: what the person can do about it, or empty.
    """

    reference: Reference
    digest: str | None
    platforms: tuple[Platform, ...] = ()
    help: str = ""


class PlatformComparison(Struct, frozen=True):
    """What changes for one platform.

    Attributes:
        platform: which one, as it was asked for, or as the old image has it.
        old: the old image for it. `new` likewise.
        packages: None if both are the same image, and there is nothing to compare. `settings` likewise.
        settings: what changes in how containers are started.
        origin: why the new one was built; None if its makers do not say.
        security: which of the changes are security updates; None if no package is known to change.
        same_files: whether both have the same layers, however they are packed; None if that is not known.
        osv: what osv.dev lists for the packages that change; None if it was not asked.
        grades: how fresh the old image is, and the new one; None if that was not asked, or if both are the same.
    """

    platform: Platform
    old: Image | Unknown
    new: Image | Unknown
    packages: Changes | Unknown | None
    settings: tuple[SettingChange, ...] | Unknown | None
    origin: Origin | None = None
    security: Security | Unknown | None = None
    same_files: bool | None = None
    osv: Enrichment | Unknown | None = None
    grades: tuple[Grade | Unknown, Grade | Unknown] | None = None

    @property
    def same(self) -> bool:
        """Whether both are known, and the same image."""
        return self.packages is None

    @property
    def complete(self) -> bool:
        """Whether everything could be learnt of the two images; what is published for them is no part of them."""
        return not any(isinstance(part, Unknown) for part in (self.old, self.new, self.packages, self.settings))


class Comparison(Struct, frozen=True):
    """What changes between two images.

    Attributes:
        old: the image before. `new` likewise.
        platforms: those that were compared.
        lost: platforms that only the old image has.
        added: platforms that only the new image has.
        left_out: platforms that both have, and which were not compared because there are so many.
        unknown: why nothing at all could be compared.
    """

    old: Subject
    new: Subject
    platforms: tuple[PlatformComparison, ...] = ()
    lost: tuple[Platform, ...] = ()
    added: tuple[Platform, ...] = ()
    left_out: tuple[Platform, ...] = ()
    unknown: Unknown | None = None

    @property
    def complete(self) -> bool:
        """Whether everything could be learnt that was asked for."""
        return self.unknown is None and all(platform.complete for platform in self.platforms)
