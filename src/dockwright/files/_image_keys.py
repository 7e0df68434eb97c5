"""Images under the keys by which people call them (`image`, `initImage`), at any depth of a document.

A name may stand in one text, or in several (`repository` and `tag`): then it is joined of them. Where a tag is
missing, something else fills it in (a chart's `appVersion`), so only what has a tag or a digest counts. The containers
of a pod differ: their `image` is always the whole name.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from dockwright.files._image_use import named, parsed
from dockwright.files._yaml import YamlList, YamlMapping, YamlText
from dockwright.traced import Traced

if TYPE_CHECKING:
    from collections.abc import Iterator

    from dockwright.files._yaml import Node
    from dockwright.image import ImageKind, ImageUse

_IMAGE = re.compile(r"(?:.*[iI]mage|image_?[nN]ame|.*ImageName)", re.DOTALL)
_IMAGES = "images"
_SPLIT = ("pullPolicy", "imagePullPolicy", "registry")
_CONTAINERS = frozenset(
    (
        *("containers", "initContainers", "ephemeralContainers"),
        *("container", "script", "sidecars", "steps", "stepTemplate"),  # Argo Workflows, Tekton
    )
)
_NO_CONFIGURATION = frozenset(("metadata", "annotations", "labels", "status", "data", "stringData", "openAPIV3Schema"))
_HEX_LENGTH = 64
_CAPITALS = re.compile(r"_*[A-Z][A-Z0-9]*(?:[_-][A-Z0-9]+)*_*")
_IMPORT_PATHS = ("github.com/", "k8s.io/", "sigs.k8s.io/", "knative.dev/", "golang.org/")


class ImageKeys:
    """A walk through a document, without recursion; what an alias leads to again is left out.

    `whole`: the `image` of a container is the whole name, as in a pod. `registry`: stands before the name of images
    that have a `registry`, instead of that.
    """

    def __init__(self, kind: ImageKind, *, whole: bool, registry: YamlText | None = None) -> None:
        self._kind = kind
        self._whole = whole
        self._registry = registry

    def find(self, document: YamlMapping) -> Iterator[ImageUse]:
        """Yield every image in a document, in no order."""
        todo: list[tuple[Node, str]] = [(document, "")]
        seen: set[int] = set()
        while todo:
            node, key = todo.pop()
            if id(node) in seen or key in _NO_CONFIGURATION:
                continue
            seen.add(id(node))
            match node:
                case YamlList():
                    todo += [(item, key) for item in node.items]
                case YamlMapping():
                    yield from self._mapping(node, key)
                    todo += [(value, _key(name, value, key)) for name, value in node.values.items()]
                case YamlText():
                    if key == _IMAGES:
                        yield from self._name(node, None, key)

    def _mapping(self, mapping: YamlMapping, key: str) -> Iterator[ImageUse]:
        yield from self._split(mapping, key)
        for name, value in mapping.values.items():
            if not isinstance(value, YamlText) or value.is_null or not value.text.strip():
                continue
            if _is_placeholder(value.text):
                continue
            if name == "image" and self._whole and key in _CONTAINERS:
                word = value.traced
                yield from named(self._kind, word, None if "$" in word.text else word)
            elif _IMAGE.fullmatch(name) or key == _IMAGES or (key == "image" and name == "reference"):
                yield from self._name(value, mapping, name)

    def _name(self, text: YamlText, mapping: YamlMapping | None, key: str) -> Iterator[ImageUse]:
        """Yield the image of a text that is a whole name, or has its tag beside it in a mapping."""
        reference = parsed(text.text)
        if reference is None:
            return
        tag = _tag_beside(mapping, key) if mapping is not None else None
        if reference.tag or reference.digest:
            yield from named(self._kind, text.traced, text.traced)
        elif mapping is not None and tag is not None:
            # Istio's `hub` stands before names without a slash; an empty one is given elsewhere.
            hub = mapping.values.get("hub") if "/" not in text.text else None
            if not isinstance(hub, YamlText) or hub.text:
                yield from self._joined([*self._before(mapping, hub), text.traced, Traced.made(":"), tag.traced], tag)

    def _split(self, mapping: YamlMapping, key: str) -> Iterator[ImageUse]:
        """Yield the image whose name stands in several texts of a mapping."""
        if not (_IMAGE.fullmatch(key) or any(name in mapping.values for name in _SPLIT) or key == _IMAGES):
            return
        repository, name = _text(mapping, "repository"), _text(mapping, "name")
        if (repository is None) == (name is None):
            return
        tag, digest = _text(mapping, "tag") or _text(mapping, "version"), _digest(mapping)
        last = tag or _text(mapping, "digest") or _text(mapping, "sha")
        path = repository or name
        if last is None or path is None:
            return
        parts = [*self._before(mapping, None), path.traced]
        parts += (Traced.made(":"), tag.traced) if tag else ()
        parts += (Traced.made("@"), digest) if digest else ()
        yield from self._joined(parts, last)

    def _before(self, mapping: YamlMapping, hub: Node | None) -> tuple[Traced, ...]:
        registry = hub if isinstance(hub, YamlText) else _text(mapping, "registry")
        if "registry" in mapping.values and self._registry is not None:
            registry = self._registry
        return (registry.traced, Traced.made("/")) if registry else ()

    def _joined(self, parts: list[Traced], last: YamlText) -> Iterator[ImageUse]:
        name = Traced.join(parts)
        if parsed(name.text) is not None:
            yield from named(self._kind, last.traced, name)


def _is_placeholder(text: str) -> bool:
    """Tell whether a text is filled in by a tool: an all-caps word, or a program's import path, as ko replaces it."""
    name, _, tag = text.rpartition(":") if ":" in text.rpartition("/")[2] else (text, "", "")
    parts = [*name.split("/"), tag]
    return any(_CAPITALS.fullmatch(part) for part in parts) or name.startswith(_IMPORT_PATHS)


def _key(name: str, value: Node, above: str) -> str:
    """Return what a value's key says of it: in a list or table of images, each is one, whatever it is called."""
    if above != _IMAGES:
        return name
    return _IMAGES if isinstance(value, YamlList) or name == "tags" else "image"


def _text(mapping: YamlMapping, key: str) -> YamlText | None:
    found = mapping.text(key)
    return found if found is not None and found.text and not found.is_null else None


def _digest(mapping: YamlMapping) -> Traced | None:
    digest, sha = _text(mapping, "digest"), _text(mapping, "sha")
    if digest is not None:
        return digest.traced
    if sha is None or len(sha.text) != _HEX_LENGTH:
        return None
    return Traced.join([Traced.made("sha256:"), sha.traced])


def _tag_beside(mapping: YamlMapping, key: str) -> YamlText | None:
    """Return the tag of an image that stands beside its name: `image` and `imageTag`, `image` and `tag`."""
    return _text(mapping, f"{key}Tag") or (_text(mapping, "tag") if key == "image" else None)
