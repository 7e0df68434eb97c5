"""What an image itself says of its base: annotations, labels, buildpacks' metadata.

`org.opencontainers.image.base.name` and `.digest` (OCI image-spec, annotations.md). An annotation is of this very
image. A label is inherited from the base unless it is set again, so that it may speak of the base's own base.
"""

from __future__ import annotations

from enum import Enum
from typing import TYPE_CHECKING, Final

import msgspec
from msgspec import Struct

from dockwright.errors import InvalidReference
from dockwright.image import Reference
from dockwright.registry.digest import is_digest

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from dockwright.evidence.provenance import Material

NAME: Final = "org.opencontainers.image.base.name"
DIGEST: Final = "org.opencontainers.image.base.digest"
_BUILDPACKS: Final = "io.buildpacks.lifecycle.metadata"
_LARGEST: Final = 1024 * 1024


class Evidence(Enum):
    """What tells which base an image was built on, in the order of trust."""

    ANNOTATION = "annotation"
    PROVENANCE = "provenance"
    LABEL = "label"
    BUILDPACKS = "buildpacks"
    LAYERS = "layers"
    """The base's layers are the image's lowest: exact, whatever else is said or not said."""


class Recorded(Struct, frozen=True):
    """A base that an image is said to be built on.

    Attributes:
        by: what says so.
        reference: its name; None if only the digest is said.
        digest: of its index, or of its manifest for the platform; empty if only the name is said.
    """

    by: Evidence
    reference: Reference | None
    digest: str = ""

    def names(self, base: Reference) -> bool:
        """Whether it is of this name and tag; of one that was named by its digest alone, any tag may be meant."""
        own = self.reference
        if own is None or own.name != base.name:
            return False
        return own.tag is None or own.tag == (base.tag or "latest") or (base.tag is None and base.digest is not None)


class _RunImage(Struct, frozen=True):
    image: str = ""
    reference: str = ""


class _Stack(Struct, frozen=True, rename="camel"):
    run_image: _RunImage | None = None


class _Lifecycle(Struct, frozen=True, rename="camel"):
    run_image: _RunImage | None = None
    stack: _Stack | None = None


def recorded(
    annotations: Mapping[str, str], built_from: Sequence[Material], labels: Mapping[str, str]
) -> tuple[Recorded, ...]:
    """Return all that is said of the base, the most trusted first.

    Args:
        annotations: of the image's manifest and its descriptor.
        built_from: what its provenance names: the base, and other images.
        labels: of its configuration.
    """
    return (
        *_of(Evidence.ANNOTATION, annotations),
        *(Recorded(Evidence.PROVENANCE, each.reference, each.digest) for each in built_from),
        *_of(Evidence.LABEL, labels),
        *_of_buildpacks(labels.get(_BUILDPACKS, "")),
    )


def _of(by: Evidence, said: Mapping[str, str]) -> Iterator[Recorded]:
    reference, digest = parsed(said.get(NAME, "")), said.get(DIGEST, "")
    if reference is not None or is_digest(digest):
        yield Recorded(by, reference, digest if is_digest(digest) else "")


def _of_buildpacks(text: str) -> Iterator[Recorded]:
    """Read what the lifecycle of Cloud Native Buildpacks keeps in a label (buildpacks/spec, platform.md)."""
    if not text or len(text) > _LARGEST:
        return
    try:
        found = msgspec.json.decode(text, type=_Lifecycle)
    except (msgspec.DecodeError, UnicodeEncodeError, RecursionError):
        return
    run = found.run_image or _RunImage()
    stack = found.stack.run_image if found.stack and found.stack.run_image else _RunImage()
    exact = parsed(run.reference)
    named = parsed(run.image or stack.image) or exact
    if named is not None:
        yield Recorded(Evidence.BUILDPACKS, named, exact.digest or "" if exact is not None else "")


def parsed(text: str) -> Reference | None:
    """Read a name; None if it is none."""
    try:
        return Reference.parse(text) if text else None
    except InvalidReference:
        return None
