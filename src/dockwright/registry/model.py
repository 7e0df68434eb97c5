"""What a registry says, as values: the tags of a repository, and what a tag or digest names."""

from __future__ import annotations

from collections.abc import Mapping  # noqa: TC003 - msgspec reads the annotations
from datetime import date, datetime  # noqa: TC003 - as above
from typing import Final

from msgspec import Struct

from dockwright.image import Platform  # noqa: TC001 - as above

OCI_INDEX: Final = "application/vnd.oci.image.index.v1+json"
OCI_MANIFEST: Final = "application/vnd.oci.image.manifest.v1+json"
DOCKER_INDEX: Final = "application/vnd.docker.distribution.manifest.list.v2+json"
DOCKER_MANIFEST: Final = "application/vnd.docker.distribution.manifest.v2+json"
INDEXES: Final = frozenset({OCI_INDEX, DOCKER_INDEX})
MANIFESTS: Final = frozenset({OCI_MANIFEST, DOCKER_MANIFEST})

CREATED: Final = "org.opencontainers.image.created"
"""The annotation that says when an image was built (OCI image-spec, annotations.md)."""


class Tags(Struct, frozen=True):
    """The tags of a repository.

    Attributes:
        names: every tag, in the registry's order, which means nothing; none twice.
        pushed: when a tag was last pushed, where that is known (Docker Hub only).
        dated_since: a tag that `pushed` does not name was last pushed on this day or before; None if that is not known.
        complete: whether these are all tags; False where the list was longer than what is read.
    """

    names: tuple[str, ...]
    pushed: Mapping[str, date] = {}
    dated_since: date | None = None
    complete: bool = True


class Entry(Struct, frozen=True):
    """The image for one platform.

    Attributes:
        platform: what it runs on.
        digest: the digest of its manifest.
        annotations: those of its descriptor in the index; Docker Official Images say here what they were built from.
        os_version: the version of Windows that it is for; empty elsewhere.
    """

    platform: Platform
    digest: str
    annotations: Mapping[str, str] = {}
    os_version: str = ""


class Resolved(Struct, frozen=True):
    """What a tag or digest names: an index of images, or one image.

    Attributes:
        digest: the digest that a reference would be pinned to: of the index, or of the only manifest.
        media_type: which of the two it is, and in whose format; see `INDEXES` and `MANIFESTS`.
        entries: the images in it, in the registry's order; attestations and other artifacts are left out.
        created: when it was built, by what it says itself; None if it says nothing. Reproducible builds say 1970.
        annotations: those of the index or manifest itself.
    """

    digest: str
    media_type: str
    entries: tuple[Entry, ...]
    created: datetime | None = None
    annotations: Mapping[str, str] = {}

    @property
    def platforms(self) -> tuple[Platform, ...]:
        """What it runs on, none twice."""
        return tuple(dict.fromkeys(entry.platform for entry in self.entries))


class Descriptor(Struct, frozen=True):
    """A thing that the registry holds, as another names it (OCI image-spec, descriptor.md)."""

    media_type: str
    digest: str
    size: int
    artifact_type: str = ""
    annotations: Mapping[str, str] = {}
