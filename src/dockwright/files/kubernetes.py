"""Kubernetes and OpenShift manifests: the pods that they make, and as whom their containers run.

Fields are those of the Pod and of the kinds that hold a pod template. Helm templates are no YAML and yield
nothing.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec import Struct

from dockwright.files._yaml import YamlMapping, YamlText, read_documents

if TYPE_CHECKING:
    from collections.abc import Iterator

    from dockwright.source import Source

_PODS = {
    "Pod": ("spec",),
    "PodTemplate": ("template", "spec"),
    "CronJob": ("spec", "jobTemplate", "spec", "template", "spec"),
}
_IN_TEMPLATE = ("spec", "template", "spec")
_CONTROLLERS = (
    "DaemonSet",
    "Deployment",
    "DeploymentConfig",  # OpenShift
    "Job",
    "ReplicaSet",
    "ReplicationController",
    "Rollout",  # Argo
    "Service",  # Knative; Kubernetes' own Service has no template
    "StatefulSet",
)


class Container(Struct, frozen=True):
    """A container of a pod. What it leaves out of `securityContext` is the pod's."""

    image: YamlText | None
    run_as_user: YamlText | None
    run_as_non_root: YamlText | None


class Workload(Struct, frozen=True):
    """What makes pods: its kind, whether they share the node's network, and their containers."""

    kind: YamlText
    host_network: bool
    containers: tuple[Container, ...]


def matches(source: Source) -> bool:
    """Tell whether a file may be a manifest: a cheap look, before it is read."""
    named = source.path.endswith((".yaml", ".yml"))
    return named and "apiVersion" in source.text and "containers" in source.text


def read_workloads(source: Source) -> tuple[Workload, ...]:
    """Return what makes pods in a file, in its order; nothing if it is broken or a template."""
    return tuple(workload for document in read_documents(source) for workload in _workloads(document))


def _workloads(document: YamlMapping) -> Iterator[Workload]:
    kind = document.text("kind")
    if kind is None or document.text("apiVersion") is None:
        return
    if kind.text == "List":
        for item in document.list("items").mappings:
            yield from _workloads(item)
    elif kind.text in _PODS or kind.text in _CONTROLLERS:
        pod = document.mapping(*_PODS.get(kind.text, _IN_TEMPLATE))
        if pod is not None:
            yield _workload(kind, pod)


def _workload(kind: YamlText, pod: YamlMapping) -> Workload:
    security = pod.mapping("securityContext")
    host_network = pod.text("hostNetwork")
    return Workload(
        kind,
        host_network is not None and host_network.text == "true",
        tuple(_container(container, security) for container in pod.list("containers").mappings),
    )


def _container(container: YamlMapping, pod: YamlMapping | None) -> Container:
    own = container.mapping("securityContext")

    def setting(name: str) -> YamlText | None:
        mine = own.text(name) if own else None
        return mine or (pod.text(name) if pod else None)

    return Container(container.text("image"), setting("runAsUser"), setting("runAsNonRoot"))
