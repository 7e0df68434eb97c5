"""What registries send, decoded; everything is optional here, and judged by who reads it."""

from __future__ import annotations

from typing import TypeVar

import msgspec
from msgspec import Struct, field

from dockwright.errors import RegistryUntrusted


class WirePlatform(Struct, frozen=True):
    """The platform of a descriptor."""

    os: str | None = None
    architecture: str | None = None
    variant: str | None = None
    os_version: str | None = field(name="os.version", default=None)


class WireDescriptor(Struct, frozen=True, rename="camel"):
    """A descriptor."""

    media_type: str | None = None
    digest: str = ""
    size: int = 0
    platform: WirePlatform | None = None
    artifact_type: str | None = None
    annotations: dict[str, str] | None = None


class WireManifest(Struct, frozen=True, rename="camel"):
    """An index or a manifest."""

    schema_version: int = 0
    media_type: str | None = None
    manifests: list[WireDescriptor] | None = None
    config: WireDescriptor | None = None
    layers: list[WireDescriptor] | None = None
    annotations: dict[str, str] | None = None


class WireConfig(Struct, frozen=True):
    """The configuration of an image."""

    os: str | None = None
    architecture: str | None = None
    variant: str | None = None
    os_version: str | None = field(name="os.version", default=None)
    created: str | None = None


class WireTags(Struct, frozen=True):
    """A page of tags."""

    tags: list[str] | None = None


class WireError(Struct, frozen=True):
    """One reason of a refusal."""

    code: str = ""


class WireErrors(Struct, frozen=True):
    """A refusal."""

    errors: list[WireError] | None = None


class WireToken(Struct, frozen=True):
    """A token server's answer."""

    token: str | None = None
    access_token: str | None = None
    expires_in: float | str | None = None


class HubImage(Struct, frozen=True):
    """One platform of a tag, as Docker Hub's own API says it."""

    os: str | None = None
    architecture: str | None = None
    variant: str | None = None
    os_version: str | None = None
    digest: str | None = None


class HubTag(Struct, frozen=True):
    """One tag, as Docker Hub's own API says it."""

    name: str = ""
    tag_last_pushed: str | None = None
    last_updated: str | None = None
    digest: str | None = None
    images: list[HubImage] | None = None


class HubTags(Struct, frozen=True):
    """A page of tags of Docker Hub's own API."""

    results: list[HubTag] | None = None
    next: str | None = None


Wire = TypeVar("Wire", bound=Struct)


def decode(body: bytes, kind: type[Wire], *, host: str) -> Wire:
    """Read JSON that a host sent.

    Raises:
        RegistryUntrusted: it is none, or not of this kind; JSON nested without end is none.
    """
    try:
        return msgspec.json.decode(body, type=kind)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        raise RegistryUntrusted(f"`{host}` answers with something that is not what was asked for", host=host) from None


def decoded(body: bytes, kind: type[Wire]) -> Wire | None:
    """Read JSON that may be anything; None if it is not of this kind."""
    try:
        return msgspec.json.decode(body, type=kind)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        return None
