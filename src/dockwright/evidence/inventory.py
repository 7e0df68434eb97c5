"""The packages of an image, read out of its layers: no container engine, no scanner, no database of vulnerabilities.

Only the layers that are needed are read, from the uppermost down: the first with a database has all packages. What the
packages do not tell (which distribution) is in os-release, which lies lowest. What cannot be read is `Unknown`, never
empty.
"""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING

from msgspec import Struct

from dockwright.errors import RegistryError
from dockwright.evidence.image import read_image
from dockwright.evidence.layer import read_layer
from dockwright.evidence.layer_cache import LayerCache
from dockwright.evidence.limits import Deadline, Limits
from dockwright.evidence.overlay import Overlay
from dockwright.evidence.packages.kinds import Kind
from dockwright.evidence.packages.model import Package  # noqa: TC001 - msgspec reads the annotations
from dockwright.evidence.system import Repository, System, of_packages, of_release_file, repositories
from dockwright.evidence.unknown import Unknown, Unreadable
from dockwright.evidence.unpack import unpacked
from dockwright.image import Platform  # noqa: TC001 - as above

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from dockwright.evidence.image import Image, LayerBlob
    from dockwright.evidence.layer import Layer
    from dockwright.registry import Client

_RELEASE_FILES = ("etc/os-release", "usr/lib/os-release")


class Inventory(Struct, frozen=True):
    """The packages of an image.

    Attributes:
        kind: the package manager, whose order the versions have.
        system: the distribution; of what is empty in it, nothing may be concluded.
        packages: sorted; never empty.
        sources: the repositories that it is set up for; None where the layers that say so were not read.
        platform: what the image runs on.
        digest: of the image's manifest.
        layers_read: how many layers were looked at; the rest was not needed.
        bytes_read: what was fetched for it, packed; what was kept from another run is not in it.
        named: if it was asked for, repositories that the layers name which were read, the lowest among them; one that
            was not read may name others.
    """

    kind: Kind
    system: System
    packages: tuple[Package, ...]
    sources: tuple[Repository, ...] | None
    platform: Platform
    digest: str
    layers_read: int
    bytes_read: int
    named: tuple[Repository, ...] = ()


def inventory(
    client: Client,
    name: str,
    digest: str,
    platform: Platform,
    *,
    cache: LayerCache | None = None,
    limits: Limits | None = None,
    needs_sources: Callable[[System], bool] = lambda _: False,
) -> Inventory | Unknown:
    """Return the packages of an image for a platform.

    Args:
        client: what is asked for manifests and layers.
        name: `Reference.name`.
        digest: of the index, or of the manifest.
        platform: one that the image has.
        cache: what was read of layers before.
        limits: how much is read.
        needs_sources: whether `named` is wanted for a distribution, at the price of reading the lowest layer too.
    """
    image = read_image(client, name, digest, platform)
    if isinstance(image, Unknown):
        return image
    return inventory_of(client, name, image, cache=cache, limits=limits, needs_sources=needs_sources)


def inventory_of(
    client: Client,
    name: str,
    image: Image,
    *,
    cache: LayerCache | None = None,
    limits: Limits | None = None,
    needs_sources: Callable[[System], bool] = lambda _: False,
) -> Inventory | Unknown:
    """Return the packages of an image that is known already; see `inventory`."""
    try:
        return _Search(client, name, cache or LayerCache(None), limits or Limits()).inventory(image, needs_sources)
    except (RegistryError, Unreadable) as reason:
        return Unknown(str(reason))


class _Search:
    """The search for the packages of one image."""

    def __init__(self, client: Client, name: str, cache: LayerCache, limits: Limits) -> None:
        self._client = client
        self._name = name
        self._cache = cache
        self._limits = limits
        self._deadline = Deadline(limits.seconds)
        self._bytes_read = 0

    def inventory(self, image: Image, needs_sources: Callable[[System], bool]) -> Inventory:
        if len(image.layers) > self._limits.layers:
            raise Unreadable(f"it has more than {self._limits.layers:,} layers")
        overlay, read = Overlay(), 0
        found: tuple[Kind, tuple[Package, ...]] | None = None
        for number in range(len(image.layers), 0, -1):
            overlay.add(self._layer(image.layers[number - 1], f"layer {number} of {len(image.layers)}"))
            read += 1
            found = overlay.packages()
            if found is not None and _system(overlay, *found) is not None:
                break
        kind, packages = found or (Kind.DPKG, ())
        if kind is Kind.DPKG:
            # Programs that were copied from another image bring a file each, beside the database of the base.
            known = {package.name for package in packages}
            packages = (*packages, *(part for part in overlay.parts() if part.name not in known))
        if not packages:
            raise Unreadable("it has no package database that is known here")
        if len(packages) > self._limits.packages:
            raise Unreadable(f"it has more than {self._limits.packages:,} packages")
        system = _system(overlay, kind, packages) or System()
        sources = repositories(overlay.texts) if read == len(image.layers) else None
        named: tuple[Repository, ...] = sources or ()
        if sources is None and needs_sources(system):
            named, read = self._named(image, overlay), read + 1
        return Inventory(
            kind,
            system,
            tuple(sorted(packages)),
            sources,
            image.platform,
            image.digest,
            read,
            self._bytes_read,
            named,
        )

    def _named(self, image: Image, overlay: Overlay) -> tuple[Repository, ...]:
        """Return what the layers above and the lowest name, which is the distribution's own."""
        with suppress(RegistryError, Unreadable):  # the packages are known, and need nothing of it
            overlay.add(self._layer(image.layers[0], f"layer 1 of {len(image.layers)}"))
        return repositories(overlay.texts)

    def _layer(self, blob: LayerBlob, shown: str) -> Layer:
        layer = self._cache.read(blob.digest)
        if layer is None:
            try:
                layer = self._read(blob)
            except Unreadable as reason:
                raise Unreadable(f"{shown}: {reason}") from reason
            self._cache.write(blob.digest, layer)
        return layer

    def _read(self, blob: LayerBlob) -> Layer:
        left = self._limits.image - self._bytes_read
        if blob.size > left:
            raise Unreadable(f"there would be more than {self._limits.image:,} bytes to read")
        pieces = self._counted(self._client.blob(self._name, blob.digest, largest=left))
        layer = read_layer(self._bounded(unpacked(pieces)), self._limits)
        for _ in pieces:  # the rest, without which there is no digest to verify
            pass
        return layer

    def _counted(self, pieces: Iterator[bytes]) -> Iterator[bytes]:
        for piece in pieces:
            self._bytes_read += len(piece)
            self._deadline.check()
            yield piece

    def _bounded(self, pieces: Iterator[bytes]) -> Iterator[bytes]:
        """Let a layer unpack to no more than it may."""
        before, total = self._bytes_read, 0
        for piece in pieces:
            total += len(piece)
            packed = self._bytes_read - before
            if total > min(self._limits.unpacked, self._limits.free + self._limits.ratio * packed):
                raise Unreadable(f"it unpacks to more than {total:,} bytes, which is too much for its size")
            self._deadline.check()
            yield piece


def _system(overlay: Overlay, kind: Kind, packages: tuple[Package, ...]) -> System | None:
    """Return the distribution: what os-release says if it has been read, else what the packages tell."""
    told = next((text for path in _RELEASE_FILES if (text := overlay.text(path)) is not None), None)
    system = None if told is None else of_release_file(told)
    return system if system is not None and system.id else of_packages(kind, packages)
