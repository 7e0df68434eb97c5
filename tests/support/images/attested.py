"""Provenance as BuildKit stores it, in both of its forms and both versions of SLSA's statement.

app = made_image([...])
image = attested({"linux/amd64": app}, {"linux/amd64": [("pkg:docker/python@3.12-slim", base.digest)]})
image = attested(..., form="config", slsa="v0.2")       # as it was before, and as Docker Official Images are
tag, index = referring(app.top, [...])                  # beside the image, under the tag of its digest
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Literal

from tests.support.registry.images import (
    IN_TOTO,
    OCI_CONFIG,
    OCI_INDEX,
    OCI_MANIFEST,
    Image,
    Manifest,
    descriptor,
    encode,
)

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    Materials = Sequence[tuple[str, str]]
    Form = Literal["artifact", "config"]
    Slsa = Literal["v1", "v0.2"]

ATTESTATION = "application/vnd.docker.attestation.manifest.v1+json"
_EMPTY = b"{}"
_FRONTEND = ("pkg:docker/docker/dockerfile@1", "sha256:" + "0" * 64)


def statement(subject: Manifest, materials: Materials, slsa: Slsa) -> bytes:
    """Write what a build was made of, as `(uri, digest)`; a frontend is always among it."""
    listed = [
        {"uri": uri, "digest": {"sha256": digest.removeprefix("sha256:")}} for uri, digest in (*materials, _FRONTEND)
    ]
    predicate: dict[str, object] = {"materials": listed, "buildType": "https://mobyproject.org/buildkit@v1"}
    if slsa == "v1":
        predicate = {"buildDefinition": {"resolvedDependencies": listed}, "runDetails": {"builder": {"id": ""}}}
    return json.dumps(
        {
            "_type": "https://in-toto.io/Statement/v1",
            "predicateType": f"https://slsa.dev/provenance/{slsa}",
            "subject": [{"name": "_", "digest": {"sha256": subject.digest.removeprefix("sha256:")}}],
            "predicate": predicate,
        }
    ).encode()


def attestation(
    subject: Manifest,
    materials: Materials,
    form: Form = "artifact",
    slsa: Slsa = "v1",
    *,
    said: bytes | None = None,
) -> Image:
    """Make the manifest that holds the statement, or `said` in its place."""
    said = statement(subject, materials, slsa) if said is None else said
    layer = descriptor(said, IN_TOTO) | {
        "annotations": {"in-toto.io/predicate-type": f"https://slsa.dev/provenance/{slsa}"}
    }
    config, about = _EMPTY, descriptor(_EMPTY, "application/vnd.oci.empty.v1+json")
    more: dict[str, object] = {
        "artifactType": ATTESTATION,
        "subject": descriptor(subject.data, subject.media_type),
    }
    if form == "config":
        config = json.dumps({"architecture": "unknown", "os": "unknown", "config": {}}).encode()
        about, more = descriptor(config, OCI_CONFIG), {}
    manifest = {"schemaVersion": 2, "mediaType": OCI_MANIFEST, "config": about, "layers": [layer]} | more
    return Image((said, config), (encode(manifest, OCI_MANIFEST),))


def attested(
    images: Mapping[str, Image],
    materials: Mapping[str, Materials],
    *,
    form: Form = "artifact",
    slsa: Slsa = "v1",
    annotations: Mapping[str, str] | None = None,
    said: bytes | None = None,
) -> Image:
    """Make an index of images by their platforms, with provenance (or `said`) for those that have materials."""
    blobs: list[bytes] = []
    manifests: list[Manifest] = []
    entries: list[dict[str, object]] = []
    for platform, image in images.items():
        os, architecture = platform.split("/")
        about: dict[str, object] = {"platform": {"os": os, "architecture": architecture}}
        about |= {"annotations": dict(annotations)} if annotations else {}
        entries.append(descriptor(image.top.data, image.top.media_type) | about)
        blobs += image.blobs
        manifests += image.manifests
    for platform, built_from in materials.items():
        made = attestation(images[platform].top, built_from, form, slsa, said=said)
        entries.append(descriptor(made.top.data, OCI_MANIFEST) | _attests(images[platform].top))
        blobs += made.blobs
        manifests += made.manifests
    index = encode({"schemaVersion": 2, "mediaType": OCI_INDEX, "manifests": entries}, OCI_INDEX)
    return Image(tuple(blobs), (*manifests, index))


def _attests(subject: Manifest) -> dict[str, object]:
    return {
        "platform": {"os": "unknown", "architecture": "unknown"},
        "annotations": {
            "vnd.docker.reference.type": "attestation-manifest",
            "vnd.docker.reference.digest": subject.digest,
        },
    }


def referring(subject: Manifest, materials: Materials, *, slsa: Slsa = "v1") -> tuple[str, Image]:
    """Return the tag for what refers to an image, where the registry has no list of that, and the index under it."""
    made = attestation(subject, materials, "artifact", slsa)
    entry = descriptor(made.top.data, OCI_MANIFEST) | {"artifactType": ATTESTATION}
    index = encode({"schemaVersion": 2, "mediaType": OCI_INDEX, "manifests": [entry]}, OCI_INDEX)
    return subject.digest.replace(":", "-"), Image(made.blobs, (*made.manifests, index))
