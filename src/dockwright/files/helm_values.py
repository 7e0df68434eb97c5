"""The values of Helm charts: images in one text, or in `repository` and `tag`.

Charts agree on names by habit only (helm.sh, "Best practices: Values", and those of `helm create`). A tag that is left
empty is the chart's `appVersion`, and left alone.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from dockwright.files._image_keys import ImageKeys
from dockwright.files._yaml import YAML, read_documents
from dockwright.image import ImageKind

if TYPE_CHECKING:
    from collections.abc import Iterator

    from dockwright.files._yaml import YamlMapping, YamlText
    from dockwright.image import ImageUse
    from dockwright.source import Source

_NAME = re.compile(r"(?:.+[._-])?values(?:[._-].*|\d+\..*)?", re.DOTALL)
_WORDS = ("image", "Image")


def matches(path: str) -> bool:
    """Tell whether a file is called as values of a chart are: `values.yaml`, `values-prod.yaml`, `prod-values.yaml`."""
    return path.endswith(YAML) and _NAME.fullmatch(path.rpartition("/")[2]) is not None


def read_images(source: Source) -> Iterator[ImageUse]:
    """Yield the images of a chart's values."""
    if not any(word in source.text for word in _WORDS):
        return
    for document in read_documents(source)[:1]:
        if "apiVersion" in document.values and "kind" in document.values:
            return  # a manifest that is called so
        yield from ImageKeys(ImageKind.HELM_VALUES, whole=False, registry=_registry(document)).find(document)


def _registry(document: YamlMapping) -> YamlText | None:
    """Return the registry that Bitnami's charts, and those made after them, take for every image if it is given."""
    values = document.mapping("global")
    registry = values.text("imageRegistry") if values else None
    return registry if registry is not None and registry.text and not registry.is_null else None
