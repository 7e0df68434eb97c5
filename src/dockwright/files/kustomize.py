"""Kustomizations: the images that they put in the place of others.

Format: kubectl.docs.kubernetes.io, "images". An entry without `newTag` and `digest` keeps what the manifest says, so it
names no image by itself. `name` is only what is looked for in the manifests: nothing there is ever edited.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from dockwright.files._image_use import named
from dockwright.files._yaml import read_documents
from dockwright.image import ImageKind
from dockwright.traced import Traced

if TYPE_CHECKING:
    from collections.abc import Iterator

    from dockwright.files._yaml import YamlMapping, YamlText
    from dockwright.image import ImageUse
    from dockwright.source import Source

_NAMES = ("kustomization.yaml", "kustomization.yml", "Kustomization")


def matches(path: str) -> bool:
    """Tell whether a file is called as kustomize wants it."""
    return path.rpartition("/")[2] in _NAMES


def read_images(source: Source) -> Iterator[ImageUse]:
    """Yield the images that a kustomization sets."""
    if "images" not in source.text:
        return
    for document in read_documents(source)[:1]:
        yield from replacements(document)


def replacements(kustomization: YamlMapping | None) -> Iterator[ImageUse]:
    """Yield the images that are put in the place of others; Flux has the same list in its own kustomizations."""
    for entry in kustomization.list("images").mappings if kustomization else ():
        yield from _image(entry)


def _image(entry: YamlMapping) -> Iterator[ImageUse]:
    name, new_name = _text(entry, "name"), _text(entry, "newName")
    tag, digest = _text(entry, "newTag"), _text(entry, "digest")
    suffix = tag or digest
    # A suffix to a tag makes one that is written nowhere as a whole.
    if suffix is None or not (name or new_name) or "tagSuffix" in entry.values:
        return
    parts = [new_name.traced if new_name else Traced.made(name.text if name else "")]
    if tag is not None:
        parts += (Traced.made(":"), tag.traced)
    if digest is not None:
        parts += (Traced.made("@"), digest.traced)
    yield from named(ImageKind.KUSTOMIZE, suffix.traced, Traced.join(parts))


def _text(entry: YamlMapping, key: str) -> YamlText | None:
    found = entry.text(key)
    return found if found is not None and found.text and not found.is_null else None
