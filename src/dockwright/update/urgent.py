"""What does not have to wait for its age, because it brings security updates that the image in use lacks."""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec.structs import replace

from dockwright.config.updates import Urgency
from dockwright.errors import RegistryError
from dockwright.update.proposal import Lane

if TYPE_CHECKING:
    from dockwright.image import Reference
    from dockwright.update.evidence import Evidence
    from dockwright.update.images import Image
    from dockwright.versions import Candidate


class Urgent:
    """Judges what one image may become; of several tags that have to wait, only the best is looked at."""

    def __init__(self, image: Image, evidence: Evidence | None) -> None:
        """Take who is asked; without evidence nothing is known to be urgent."""
        self._image = image
        self._evidence = evidence if image.policy.security is Urgency.AT_ONCE else None
        self._looked_at: tuple[str, bool] | None = None

    def tag(self, candidate: Candidate) -> bool:
        """Tell whether a tag of the same series is."""
        if self._evidence is None or candidate.type not in Lane.SAFE.value:
            return False
        if self._looked_at is None:
            new = replace(self._image.reference, tag=candidate.tag, digest=None)
            self._looked_at = candidate.tag, self._brings_security(new)
        return self._looked_at == (candidate.tag, True)

    def digest(self, digest: str) -> bool:
        """Tell whether today's image of the same tag is."""
        return self._brings_security(replace(self._image.reference, digest=digest))

    def _brings_security(self, new: Reference) -> bool:
        if self._evidence is None:
            return False
        from dockwright.update.evidence import brings  # a run without evidence does not load it

        try:
            return bool(brings(self._evidence.compared(self._image.reference, new, self._image)).sources)
        except RegistryError:
            return False
