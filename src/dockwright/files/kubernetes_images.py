"""Kubernetes manifests and whatever else has their form: the images of containers, and of custom resources.

A manifest is told by `apiVersion` and `kind`, so any YAML file may be one. A pod's template is found wherever it
stands: in the kinds of Kubernetes and OpenShift, and in those of Knative, Argo and Tekton. Helm's templates are no
YAML, mostly; what is filled in by one is no name.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from dockwright.files._image_keys import ImageKeys
from dockwright.files._yaml import YAML, read_documents
from dockwright.files.kustomize import replacements
from dockwright.image import ImageKind

if TYPE_CHECKING:
    from collections.abc import Iterator

    from dockwright.image import ImageUse
    from dockwright.source import Source

_DESCRIPTION = "CustomResourceDefinition"
_KUSTOMIZE = "kustomize.config.k8s.io/"


def matches(path: str) -> bool:
    """Tell whether a file may be a manifest: any YAML may."""
    return path.endswith(YAML)


def read_images(source: Source) -> Iterator[ImageUse]:
    """Yield the images of the manifests in a file."""
    if "apiVersion" not in source.text or "mage" not in source.text:
        return
    for document in read_documents(source):
        kind, version = document.text("kind"), document.text("apiVersion")
        if kind is None or version is None or kind.text == _DESCRIPTION or version.text.startswith(_KUSTOMIZE):
            continue
        if kind.text == "Kustomization":  # Flux
            yield from replacements(document.mapping("spec"))
        else:
            yield from ImageKeys(ImageKind.KUBERNETES, whole=True).find(document)
