"""Archives, their packings, and images of them."""

from __future__ import annotations

import gzip
import io
import json
import tarfile
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from importlib import import_module
from typing import Any

import pytest

from tests.support.registry.images import (
    DOCKER_CONFIG,
    DOCKER_LAYER,
    DOCKER_MANIFEST,
    OCI_CONFIG,
    OCI_INDEX,
    OCI_LAYER,
    OCI_MANIFEST,
    Image,
    Manifest,
    descriptor,
    digest_of,
    encode,
)

Pack = Callable[[bytes], bytes]
_KINDS = {"symlink": tarfile.SYMTYPE, "hard link": tarfile.LNKTYPE, "device": tarfile.CHRTYPE, "pipe": tarfile.FIFOTYPE}


@dataclass(frozen=True)
class Link:
    """An entry that is no file and no directory: `symlink`, `hard link`, `device` or `pipe`."""

    kind: str
    target: str = ""


Contents = str | bytes | Link | None
LayerFiles = Mapping[str, Contents] | bytes


def tar_of(files: LayerFiles, *, format_: int = tarfile.PAX_FORMAT) -> bytes:
    """Make an archive, in the order of the mapping."""
    if isinstance(files, bytes):
        return files
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode="w", format=format_) as archive:
        for name, contents in files.items():
            info = tarfile.TarInfo(name)
            data = contents.encode() if isinstance(contents, str) else contents
            if isinstance(data, Link):
                info.type, info.linkname = _KINDS[data.kind], data.target
            elif data is None:
                info.type = tarfile.DIRTYPE
            else:
                info.size = len(data)
            archive.addfile(info, io.BytesIO(data) if isinstance(data, bytes) else None)
    return buffer.getvalue()


# --- packings ---------------------------------------------------------------------------------------------------------


def as_is(data: bytes) -> bytes:
    return data


def gzipped(data: bytes) -> bytes:
    return gzip.compress(data, mtime=0)


def gzipped_members(data: bytes) -> bytes:
    """Pack as eStargz does: many members."""
    return b"".join(gzip.compress(data[at : at + 700], mtime=0) for at in range(0, len(data), 700))


def _zstd() -> Any:  # noqa: ANN401 - one of two modules with the same names
    for name in ("compression.zstd", "backports.zstd"):
        try:
            return import_module(name)
        except ImportError:
            continue
    pytest.skip("zstd needs Python 3.14 or `backports.zstd`")


def zstd_frames(data: bytes) -> bytes:
    """Pack into several frames of zstd."""
    library = _zstd()
    return b"".join(library.compress(data[at : at + 5000]) for at in range(0, len(data), 5000))


def zstd_chunked(data: bytes) -> bytes:
    """Pack as zstd:chunked does: a skippable frame, frames, and a skippable frame with the table of contents."""
    table = b"\x50\x2a\x4d\x18" + (12).to_bytes(4, "little") + b"not for tars"
    return table + zstd_frames(data) + table


# --- images -----------------------------------------------------------------------------------------------------------


def made_image(
    layers: Sequence[LayerFiles],
    *,
    pack: Pack = gzipped,
    platform: str = "linux/amd64",
    config: Mapping[str, object] | None = None,
    annotations: Mapping[str, str] | None = None,
    docker: bool = False,
    created: str = "2026-11-01T00:00:00Z",
) -> Image:
    """Make an image without an index; the first layer is the lowest."""
    archives = [tar_of(layer) for layer in layers]
    blobs = [pack(archive) for archive in archives]
    os, architecture, *variant = platform.split("/")
    about: dict[str, object] = {"os": os, "architecture": architecture, "created": created}
    about |= {"variant": variant[0]} if variant else {}
    about |= {"config": config or {}, "rootfs": {"type": "layers", "diff_ids": [digest_of(each) for each in archives]}}
    data = json.dumps(about).encode()
    manifest: dict[str, object] = {
        "schemaVersion": 2,
        "mediaType": DOCKER_MANIFEST if docker else OCI_MANIFEST,
        "config": descriptor(data, DOCKER_CONFIG if docker else OCI_CONFIG),
        "layers": [descriptor(blob, DOCKER_LAYER if docker else OCI_LAYER) for blob in blobs],
    }
    manifest |= {"annotations": dict(annotations)} if annotations else {}
    return Image((*blobs, data), (encode(manifest, DOCKER_MANIFEST if docker else OCI_MANIFEST),))


def made_index(images: Mapping[str, Image], *, annotations: Mapping[str, Mapping[str, str]] | None = None) -> Image:
    """Make an index of images by their platforms; `annotations` are those of the descriptors, by platform."""
    entries = []
    manifests: list[Manifest] = []
    for platform, image in images.items():
        os, architecture, *variant = platform.split("/")
        said = {"os": os, "architecture": architecture} | ({"variant": variant[0]} if variant else {})
        entry = descriptor(image.top.data, image.top.media_type) | {"platform": said}
        entries.append(entry | {"annotations": dict((annotations or {}).get(platform, {}))})
        manifests += image.manifests
    blobs = tuple(blob for image in images.values() for blob in image.blobs)
    index = encode({"schemaVersion": 2, "mediaType": OCI_INDEX, "manifests": entries}, OCI_INDEX)
    return Image(blobs, (*manifests, index))
