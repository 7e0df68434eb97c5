"""Manifests and indexes, from their bytes."""

from __future__ import annotations

import re
from datetime import datetime
from typing import TYPE_CHECKING, Final

import msgspec
from msgspec import Struct

from dockwright.errors import RegistryError, RegistryUntrusted
from dockwright.image import Platform
from dockwright.registry.digest import is_digest
from dockwright.registry.model import (
    CREATED,
    DOCKER_INDEX,
    DOCKER_MANIFEST,
    INDEXES,
    MANIFESTS,
    OCI_INDEX,
    OCI_MANIFEST,
    Descriptor,
    Entry,
    Resolved,
)
from dockwright.registry.wire import WireConfig, WireDescriptor, WireManifest, WirePlatform, decode

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

ACCEPT: Final = f"{OCI_INDEX}, {DOCKER_INDEX}, {OCI_MANIFEST}, {DOCKER_MANIFEST}"
"""All four at once: without the indexes, some registries convert to one platform, or say that there is nothing."""

_IMAGE_CONFIGS: Final = frozenset(
    {"application/vnd.oci.image.config.v1+json", "application/vnd.docker.container.image.v1+json"}
)
_SCHEMA_1: Final = "application/vnd.docker.distribution.manifest.v1"
_MOST_ENTRIES: Final = 500
_MOST_NESTED: Final = 8  # indexes within an index; none within those
_UNKNOWN: Final = "unknown"
_WORD: Final = re.compile(r"[\w.-]{0,64}", re.ASCII)
_ATTESTS: Final = "vnd.docker.reference.type"  # moby/buildkit, docs/attestations/attestation-storage.md


class Content(Struct, frozen=True):
    """A manifest or index: its bytes, whose digest is verified, and what they say."""

    digest: str
    data: bytes
    media_type: str
    said: WireManifest


def read(data: bytes, digest: str, *, host: str, content_type: str = "") -> Content:
    """Read a manifest or index that has this digest; `content_type` is how it was sent, if it was.

    Raises:
        RegistryError: it is of the format that nobody makes any more.
        RegistryUntrusted: it is neither, or both, or something else than it was sent as. What one reader takes for an
            index and another for an image would show them different things under one digest (CVE-2021-41190).
    """
    sent = content_type.partition(";")[0].strip().lower()
    if sent.startswith(_SCHEMA_1):
        raise RegistryError(f"`{host}` has this image only in a format of 2015 (schema 1)", host=host)
    said = decode(data, WireManifest, host=host)
    is_index = said.manifests is not None
    if is_index == (said.config is not None or said.layers is not None):
        raise RegistryUntrusted(f"`{host}` answers with something that is no image", host=host)
    media_type = said.media_type or sent or (OCI_INDEX if is_index else OCI_MANIFEST)
    if media_type not in (INDEXES if is_index else MANIFESTS) or (sent and sent != media_type):
        shown = f"`{sent}`" if sent else "no type"
        raise RegistryUntrusted(f"`{host}` sends something else than it says ({shown})", host=host)
    return Content(digest, data, media_type, said)


def resolved(
    content: Content, *, config: Callable[[str], bytes], nested: Callable[[str], Content], host: str
) -> Resolved:
    """Return what a manifest or index names; `config` and `nested` fetch, by digest, what it refers to."""
    annotations = content.said.annotations or {}
    if content.media_type in INDEXES:
        entries = tuple(_entries(content, nested, host=host))
        dates = [_date(entry.annotations.get(CREATED)) for entry in entries]
        newest = max((date for date in dates if date is not None), default=None)
        created = _date(annotations.get(CREATED)) or newest
        return Resolved(content.digest, content.media_type, entries, created, annotations)
    return _single(content, annotations, config, host=host)


def _single(content: Content, annotations: dict[str, str], config: Callable[[str], bytes], *, host: str) -> Resolved:
    described = content.said.config
    created = _date(annotations.get(CREATED))
    if described is None or described.media_type not in _IMAGE_CONFIGS or not is_digest(described.digest):
        return Resolved(content.digest, content.media_type, (), created, annotations)  # a chart, a signature
    said = decode(config(described.digest), WireConfig, host=host)
    platform = _platform(WirePlatform(said.os, said.architecture, said.variant))
    entries = (Entry(platform, content.digest, {}, said.os_version or ""),) if platform else ()
    return Resolved(content.digest, content.media_type, entries, _date(said.created) or created, annotations)


def _entries(content: Content, nested: Callable[[str], Content] | None, *, host: str) -> Iterator[Entry]:
    """Yield the images of an index, and of the indexes in it, but no deeper."""
    descriptors = content.said.manifests or []
    if len(descriptors) > _MOST_ENTRIES:
        raise RegistryUntrusted(f"`{host}` answers with an index of {len(descriptors):,} images", host=host)
    indexes = 0
    for each in descriptors:
        if not is_digest(each.digest):
            raise RegistryUntrusted(f"`{host}` answers with an index that names no digest", host=host)
        if each.media_type in INDEXES:
            indexes += 1
            if nested is not None and indexes <= _MOST_NESTED:
                yield from _entries(nested(each.digest), None, host=host)
        elif (platform := _of_image(each)) is not None:
            os_version = (each.platform and each.platform.os_version) or ""
            yield Entry(platform, each.digest, each.annotations or {}, os_version)


def _of_image(each: WireDescriptor) -> Platform | None:
    """Return the platform of an entry that is an image: no attestation, no artifact, nothing unknown."""
    if each.media_type not in MANIFESTS or _ATTESTS in (each.annotations or {}):
        return None
    return _platform(each.platform) if each.platform else None


def _platform(said: WirePlatform) -> Platform | None:
    parts = (said.os or _UNKNOWN, said.architecture or _UNKNOWN, said.variant or "")
    return None if _UNKNOWN in parts or not all(map(_WORD.fullmatch, parts)) else Platform(*parts)


def _date(text: str | None) -> datetime | None:
    """Read a time (RFC 3339); None if it is none, or does not say its zone."""
    try:
        found = msgspec.convert(text, datetime)
    except msgspec.ValidationError:
        return None
    return found if found.tzinfo is not None else None


def descriptors(content: Content) -> tuple[Descriptor, ...]:
    """Return what an index lists, whatever it is."""
    return tuple(
        Descriptor(each.media_type or "", each.digest, each.size, each.artifact_type or "", each.annotations or {})
        for each in content.said.manifests or []
        if is_digest(each.digest)
    )
