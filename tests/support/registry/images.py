"""Images made for tests: small, valid, and always the same bytes for the same wish."""

from __future__ import annotations

import gzip
import hashlib
import io
import json
import tarfile
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

OCI_INDEX = "application/vnd.oci.image.index.v1+json"
OCI_MANIFEST = "application/vnd.oci.image.manifest.v1+json"
OCI_CONFIG = "application/vnd.oci.image.config.v1+json"
OCI_LAYER = "application/vnd.oci.image.layer.v1.tar+gzip"
DOCKER_INDEX = "application/vnd.docker.distribution.manifest.list.v2+json"
DOCKER_MANIFEST = "application/vnd.docker.distribution.manifest.v2+json"
DOCKER_CONFIG = "application/vnd.docker.container.image.v1+json"
DOCKER_LAYER = "application/vnd.docker.image.rootfs.diff.tar.gzip"
IN_TOTO = "application/vnd.in-toto+json"
SLSA_V1 = "https://slsa.dev/provenance/v1"


def digest_of(data: bytes) -> str:
    return "sha256:" + hashlib.sha256(data).hexdigest()


@dataclass(frozen=True)
class Manifest:
    """A manifest or an index, as its bytes."""

    data: bytes
    media_type: str

    @property
    def digest(self) -> str:
        return digest_of(self.data)


@dataclass(frozen=True)
class Image:
    """Everything to push: blobs, then manifests in this order; the last is what a tag names."""

    blobs: tuple[bytes, ...]
    manifests: tuple[Manifest, ...]

    @property
    def top(self) -> Manifest:
        return self.manifests[-1]

    @property
    def digest(self) -> str:
        return self.top.digest


@dataclass(frozen=True)
class Wish:
    """What an image is to be.

    Attributes:
        platforms: as `linux/arm64/v8`.
        content: makes this image's layers differ from another's; a rebuild is another content.
        single: a plain manifest instead of an index; only with one platform.
        docker: Docker's media types instead of OCI's.
        attestations: as BuildKit stores them, one for each platform.
        created: what the configuration says, RFC 3339.
        annotations: of the index, or of the single manifest.
        entry_annotations: of each descriptor in the index.
    """

    platforms: Sequence[str] = ("linux/amd64",)
    content: str = ""
    single: bool = False
    docker: bool = False
    attestations: bool = False
    created: str = "2026-11-01T00:00:00Z"
    annotations: Mapping[str, str] = field(default_factory=dict)
    entry_annotations: Mapping[str, str] = field(default_factory=dict)


def build(wish: Wish) -> Image:
    """Make an image."""
    blobs: list[bytes] = []
    manifests = [_image(wish, platform, blobs) for platform in wish.platforms]
    if wish.single:
        assert len(manifests) == 1, "an image without an index has one platform"
        return Image(tuple(blobs), tuple(manifests))
    entries = [
        _descriptor(manifest) | {"platform": _platform(platform)} | _annotations(wish.entry_annotations)
        for manifest, platform in zip(manifests, wish.platforms, strict=True)
    ]
    if wish.attestations:
        for subject in tuple(manifests):
            attestation = _attestation(subject, blobs)
            manifests.append(attestation)
            entries.append(_descriptor(attestation) | _attests(subject))
    media_type = DOCKER_INDEX if wish.docker else OCI_INDEX
    index = {"schemaVersion": 2, "mediaType": media_type, "manifests": entries} | _annotations(wish.annotations)
    return Image(tuple(blobs), (*manifests, encode(index, media_type)))


def encode(value: Mapping[str, object], media_type: str) -> Manifest:
    """Make a manifest of a JSON value."""
    return Manifest(json.dumps(value, separators=(",", ":")).encode(), media_type)


def descriptor(data: bytes, media_type: str) -> dict[str, object]:
    """Describe some bytes."""
    return {"mediaType": media_type, "digest": digest_of(data), "size": len(data)}


def _descriptor(manifest: Manifest) -> dict[str, object]:
    return descriptor(manifest.data, manifest.media_type)


def _image(wish: Wish, platform: str, blobs: list[bytes]) -> Manifest:
    tar = _layer(f"{platform} {wish.content}".encode())
    layer = gzip.compress(tar, mtime=0)
    config = {
        "created": wish.created,
        **_platform(platform),
        "config": {"Env": ["PATH=/bin"]},
        "rootfs": {"type": "layers", "diff_ids": [digest_of(tar)]},
        "history": [{"created": wish.created, "created_by": "test"}],
    }
    data = json.dumps(config).encode()
    blobs += [layer, data]
    media_type = DOCKER_MANIFEST if wish.docker else OCI_MANIFEST
    manifest = {
        "schemaVersion": 2,
        "mediaType": media_type,
        "config": descriptor(data, DOCKER_CONFIG if wish.docker else OCI_CONFIG),
        "layers": [descriptor(layer, DOCKER_LAYER if wish.docker else OCI_LAYER)],
    }
    return encode(manifest | (_annotations(wish.annotations) if wish.single else {}), media_type)


def _layer(content: bytes) -> bytes:
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode="w") as tar:
        info = tarfile.TarInfo("etc/os-release")
        info.size = len(content)
        tar.addfile(info, io.BytesIO(content))
    return buffer.getvalue()


def _attestation(subject: Manifest, blobs: list[bytes]) -> Manifest:
    """Make provenance as BuildKit stores it (moby/buildkit, attestation-storage.md)."""
    statement = json.dumps(
        {"_type": "https://in-toto.io/Statement/v1", "subject": [], "predicateType": SLSA_V1}
    ).encode()
    config = json.dumps({"architecture": "unknown", "os": "unknown", "config": {}}).encode()
    blobs += [statement, config]
    layer = descriptor(statement, IN_TOTO) | _annotations({"in-toto.io/predicate-type": SLSA_V1})
    return encode(
        {
            "schemaVersion": 2,
            "mediaType": OCI_MANIFEST,
            "config": descriptor(config, OCI_CONFIG),
            "layers": [layer],
            "annotations": {"test.subject": subject.digest},
        },
        OCI_MANIFEST,
    )


def _attests(subject: Manifest) -> dict[str, object]:
    return {
        "platform": {"os": "unknown", "architecture": "unknown"},
        "annotations": {
            "vnd.docker.reference.type": "attestation-manifest",
            "vnd.docker.reference.digest": subject.digest,
        },
    }


def _platform(text: str) -> dict[str, object]:
    os, architecture, *variant = text.split("/")
    said: dict[str, object] = {"os": os, "architecture": architecture}
    return said | ({"variant": variant[0]} if variant else {})


def _annotations(annotations: Mapping[str, str]) -> dict[str, object]:
    return {"annotations": dict(annotations)} if annotations else {}
