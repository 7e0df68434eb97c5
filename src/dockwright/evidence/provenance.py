"""Which images an image was built from, as its provenance says: attestations that BuildKit stores beside it.

Two forms are in use (moby/buildkit, docs/attestations/attestation-storage.md): a manifest with a dummy configuration,
and an OCI artifact with a subject; both stand in the image's index, or refer to it. Their statements are of SLSA v0.2
(`materials`) or v1 (`resolvedDependencies`). What they name is every image of every stage, and nothing says which of
them is the base. It is what the builder said, unsigned: enough to ask whether a base has moved.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final
from urllib.parse import parse_qs, unquote

import msgspec
from msgspec import Struct

from dockwright.errors import InvalidReference, RegistryError, RegistryNotFound
from dockwright.evidence.unknown import Unknown
from dockwright.image import Platform, Reference
from dockwright.registry.digest import is_digest

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from dockwright.registry import Client

_TYPE: Final = "vnd.docker.reference.type"
_SUBJECT: Final = "vnd.docker.reference.digest"
_ATTESTATION: Final = "attestation-manifest"
_ARTIFACT: Final = "application/vnd.docker.attestation.manifest.v1+json"
_STATEMENT: Final = "application/vnd.in-toto+json"
_PREDICATE: Final = "in-toto.io/predicate-type"
_PREDICATES: Final = frozenset({"https://slsa.dev/provenance/v0.2", "https://slsa.dev/provenance/v1"})
_LARGEST: Final = 16 * 1024 * 1024
_MOST_ATTESTATIONS: Final = 4
_MOST_MATERIALS: Final = 1_000
_IMAGES: Final = ("pkg:docker/", "pkg:oci/")


class Material(Struct, frozen=True):
    """An image that a build took something from.

    Attributes:
        reference: its name, with the tag that was asked for (None for one that was named by its digest alone), and the
            digest that it had: of its index (BuildKit) or of its manifest for the platform (Docker Official Images).
        platform: what was taken of it; None if that is not said.
    """

    reference: Reference
    platform: Platform | None = None

    @property
    def digest(self) -> str:
        """The digest that it had."""
        return self.reference.digest or ""


class _Descriptor(Struct, frozen=True, rename="camel"):
    digest: str = ""
    media_type: str = ""
    size: int = 0
    annotations: dict[str, str] | None = None


class _Index(Struct, frozen=True):
    manifests: list[_Descriptor] | None = None


class _Attestation(Struct, frozen=True, rename="camel"):
    layers: list[_Descriptor] | None = None
    subject: _Descriptor | None = None


class _Dependency(Struct, frozen=True):
    uri: str = ""
    digest: dict[str, str] | None = None


class _Definition(Struct, frozen=True, rename="camel"):
    resolved_dependencies: list[_Dependency] | None = None


class _Predicate(Struct, frozen=True, rename="camel"):
    materials: list[_Dependency] | None = None
    build_definition: _Definition | None = None


class _Subject(Struct, frozen=True):
    digest: dict[str, str] | None = None


class _Statement(Struct, frozen=True, rename="camel"):
    predicate_type: str = ""
    subject: list[_Subject] | None = None
    predicate: _Predicate | None = None


def materials(client: Client, name: str, index: str, manifest: str) -> tuple[Material, ...] | Unknown | None:
    """Return the images that an image was built from; None if it has no provenance, or one without images.

    Args:
        client: what is asked.
        name: `Reference.name`.
        index: the digest of its index, or of its only manifest.
        manifest: the digest of its manifest for a platform.
    """
    try:
        found = list(dict.fromkeys(_attestations(client, name, index, manifest)))[:_MOST_ATTESTATIONS]
        said = [each for digest in found for each in _said(client, name, digest, manifest)]
    except RegistryError as error:
        return Unknown(f"its provenance cannot be read: {error}")
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        return Unknown("its provenance cannot be read: it is none that is known here")
    return tuple(dict.fromkeys(said)) or None


# --- where they are ---------------------------------------------------------------------------------------------------


def _attestations(client: Client, name: str, index: str, manifest: str) -> Iterator[str]:
    """Yield the digests of the attestations of an image: in its index, else those that refer to it."""
    listed = msgspec.json.decode(client.manifest(name, index), type=_Index).manifests or []
    inside = [each.digest for each in listed if _attests(each.annotations or {}, manifest) and is_digest(each.digest)]
    if inside:
        yield from inside
        return
    try:
        referring = client.referrers(name, manifest)
    except RegistryNotFound:
        return
    yield from (each.digest for each in referring if _ARTIFACT in {each.artifact_type, each.media_type})


def _attests(annotations: Mapping[str, str], manifest: str) -> bool:
    return annotations.get(_TYPE) == _ATTESTATION and annotations.get(_SUBJECT) == manifest


# --- what they say ----------------------------------------------------------------------------------------------------


def _said(client: Client, name: str, digest: str, manifest: str) -> Iterator[Material]:
    attestation = msgspec.json.decode(client.manifest(name, digest), type=_Attestation)
    if attestation.subject is not None and attestation.subject.digest != manifest:
        return  # of another image: the descriptor that led here says something else than it does
    for layer in attestation.layers or []:
        kind = (layer.annotations or {}).get(_PREDICATE, "")
        if layer.media_type == _STATEMENT and kind in _PREDICATES and is_digest(layer.digest):
            data = b"".join(client.blob(name, layer.digest, largest=_LARGEST))
            yield from _of_statement(msgspec.json.decode(data, type=_Statement), manifest)


def _of_statement(statement: _Statement, manifest: str) -> Iterator[Material]:
    algorithm, _, value = manifest.partition(":")
    subjects = [(each.digest or {}).get(algorithm) for each in statement.subject or []]
    predicate = statement.predicate
    if predicate is None or (subjects and value not in subjects):
        return
    definition = predicate.build_definition
    dependencies = predicate.materials or (definition.resolved_dependencies if definition else None) or []
    for each in dependencies[:_MOST_MATERIALS]:
        found = _material(each)
        if found is not None:
            yield found


def _material(dependency: _Dependency) -> Material | None:
    """Read `pkg:docker/alpine@3.17?platform=linux%2Famd64`, as moby/buildkit writes it (util/purl/image.go)."""
    if not dependency.uri.startswith(_IMAGES):
        return None
    path, _, query = dependency.uri.partition("/")[2].partition("#")[0].partition("?")
    name, _, tag = path.partition("@")
    said = parse_qs(query, max_num_fields=20) if query.count("&") < 20 else {}  # noqa: PLR2004 - as above
    digest = _digest(dependency.digest or {}) or said.get("digest", [""])[-1]
    if not is_digest(digest):
        return None
    try:
        named = Reference.parse(f"{unquote(name)}{f':{unquote(tag)}' if tag else ''}@{digest}")
    except InvalidReference:
        return None
    return Material(named, _platform(said.get("platform", [""])[-1]))


def _digest(said: Mapping[str, str]) -> str:
    value = said.get("sha256", "")
    return f"sha256:{value}" if value else ""


def _platform(text: str) -> Platform | None:
    parts = text.split("/")
    return Platform(*parts) if len(parts) in {2, 3} and all(parts) else None
