"""An image for one platform, as its registry describes it: layers, configuration, where it says it comes from."""

from __future__ import annotations

from collections.abc import Mapping  # noqa: TC003 - msgspec reads the annotations
from typing import TYPE_CHECKING, Final

import msgspec
from msgspec import Struct

from dockwright.errors import RegistryError
from dockwright.evidence.unknown import Unknown, Unreadable
from dockwright.image import Platform  # noqa: TC001 - as above
from dockwright.registry.digest import is_digest

if TYPE_CHECKING:
    from dockwright.registry import Client, Entry, Resolved

_LARGEST_CONFIG: Final = 8 * 1024 * 1024


class LayerBlob(Struct, frozen=True, rename="camel"):
    """A layer as a registry stores it; `size` is in bytes, packed."""

    digest: str
    size: int
    media_type: str = ""


class Image(Struct, frozen=True):
    """An image for one platform.

    Attributes:
        digest: of its manifest.
        platform: what it runs on.
        config: the digest of its configuration.
        layers: from the lowest up.
        annotations: of its manifest, and of its descriptor in the index, which win.
    """

    digest: str
    platform: Platform
    config: str
    layers: tuple[LayerBlob, ...]
    annotations: Mapping[str, str] = {}

    @property
    def size(self) -> int:
        """Bytes of all its layers, packed: what a pull takes."""
        return sum(layer.size for layer in self.layers)


class Healthcheck(Struct, frozen=True, rename="pascal"):
    """How a container is asked whether it is well; what is asked at which interval is not compared."""

    test: tuple[str, ...] | None = None


class Settings(Struct, frozen=True, rename="pascal"):
    """How containers of an image are started, unless their users say otherwise (OCI image-spec, config.md)."""

    user: str | None = None
    entrypoint: tuple[str, ...] | None = None
    cmd: tuple[str, ...] | None = None
    working_dir: str | None = None
    env: tuple[str, ...] | None = None
    exposed_ports: Mapping[str, object] | None = None
    volumes: Mapping[str, object] | None = None
    labels: Mapping[str, str] | None = None
    stop_signal: str | None = None
    shell: tuple[str, ...] | None = None
    healthcheck: Healthcheck | None = None


class _RootFilesystem(Struct, frozen=True):
    diff_ids: tuple[str, ...] = ()


class Configuration(Struct, frozen=True):
    """An image's configuration.

    Attributes:
        settings: how its containers are started.
        diff_ids: digests of its layers, unpacked, from the lowest up; the same however a layer is packed.
        created: when it was built, as it is written; reproducible builds say 1970, or nothing.
    """

    settings: Settings
    diff_ids: tuple[str, ...]
    created: str = ""


class _Manifest(Struct, frozen=True):
    config: LayerBlob
    layers: tuple[LayerBlob, ...]
    annotations: Mapping[str, str] | None = None


class _WireConfiguration(Struct, frozen=True):
    config: Settings | None = None
    rootfs: _RootFilesystem | None = None
    created: str | None = None


def read_image(client: Client, name: str, digest: str, platform: Platform) -> Image | Unknown:
    """Return the image for a platform, given the digest of its index or manifest; `name` is `Reference.name`."""
    try:
        entry = _entry(client.resolve(name, digest), platform)
        found = msgspec.json.decode(client.manifest(name, entry.digest), type=_Manifest)
    except (RegistryError, Unreadable) as reason:
        return Unknown(str(reason))
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        return Unknown("its manifest is none")
    if any(blob.size < 0 or not is_digest(blob.digest) for blob in (found.config, *found.layers)):
        return Unknown("its manifest names layers that cannot be")
    annotations = {**(found.annotations or {}), **entry.annotations}
    return Image(entry.digest, entry.platform, found.config.digest, found.layers, annotations)


def _entry(resolved: Resolved, platform: Platform) -> Entry:
    """Choose the image for a platform; of two that are the same, the one that is written in the same way."""
    fitting = [entry for entry in resolved.entries if entry.platform.normal == platform.normal]
    if not fitting:
        raise Unreadable(f"there is no image for `{platform}`")
    return next((entry for entry in fitting if entry.platform == platform), fitting[0])


def read_configuration(client: Client, name: str, image: Image) -> Configuration | Unknown:
    """Return the configuration of an image."""
    try:
        data = b"".join(client.blob(name, image.config, largest=_LARGEST_CONFIG))
        found = msgspec.json.decode(data, type=_WireConfiguration)
    except RegistryError as error:
        return Unknown(str(error))
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        return Unknown("its configuration is none")
    diff_ids = found.rootfs.diff_ids if found.rootfs else ()
    return Configuration(found.config or Settings(), diff_ids, found.created or "")
