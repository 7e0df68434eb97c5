from __future__ import annotations

from dockwright.files.kubernetes import matches, read_workloads
from dockwright.source import Source

TEMPLATE = """\
spec:
  hostNetwork: true
  securityContext:
    runAsUser: 1000
    runAsNonRoot: true
  containers:
    - name: web
      image: registry.acme.dev/web:1
    - name: sidecar
      image: registry.acme.dev/sidecar:1
      securityContext:
        runAsUser: 0
"""


def indented(text: str, by: int) -> str:
    return "".join(" " * by + line for line in text.splitlines(keepends=True))


def summary(text: str) -> list[tuple[str, bool, list[tuple[str | None, ...]]]]:
    return [
        (
            workload.kind.text,
            workload.host_network,
            [
                tuple(each.text if each else None for each in (one.image, one.run_as_user, one.run_as_non_root))
                for one in workload.containers
            ],
        )
        for workload in read_workloads(Source("deploy/web.yaml", text))
    ]


CONTAINERS: list[tuple[str | None, ...]] = [
    ("registry.acme.dev/web:1", "1000", "true"),
    ("registry.acme.dev/sidecar:1", "0", "true"),
]


def test_a_deployment_and_its_pods_security_context() -> None:
    text = "apiVersion: apps/v1\nkind: Deployment\nspec:\n  template:\n" + indented(TEMPLATE, 4)
    assert summary(text) == [("Deployment", True, CONTAINERS)]


def test_a_pod() -> None:
    assert summary("apiVersion: v1\nkind: Pod\n" + TEMPLATE) == [("Pod", True, CONTAINERS)]


def test_a_cron_job() -> None:
    head = "apiVersion: batch/v1\nkind: CronJob\nspec:\n  jobTemplate:\n    spec:\n      template:\n"
    assert summary(head + indented(TEMPLATE, 8)) == [("CronJob", True, CONTAINERS)]


def test_a_list_and_several_documents() -> None:
    pod = "apiVersion: v1\nkind: Pod\nspec: {containers: [{image: a}]}\n"
    several = f"{pod}---\napiVersion: v1\nkind: List\nitems:\n  - apiVersion: v1\n    kind: Pod\n    spec: {{}}\n"
    assert summary(several) == [("Pod", False, [("a", None, None)]), ("Pod", False, [])]


def test_other_kinds_and_other_files() -> None:
    assert summary("apiVersion: v1\nkind: Service\nspec: {ports: [{port: 80}]}\n") == []
    assert summary("apiVersion: v1\nkind: ConfigMap\ndata: {containers: x}\n") == []
    assert summary("kind: Deployment\nspec: {template: {spec: {containers: []}}}\n") == []
    assert summary("apiVersion: apps/v1\nkind: Deployment\nspec: {{ .Values.spec }}\n") == []


def test_a_cheap_look_first() -> None:
    assert matches(Source("a.yaml", "apiVersion: v1\nspec: {containers: []}"))
    assert not matches(Source("a.json", "apiVersion: v1\nspec: {containers: []}"))
    assert not matches(Source("a.yaml", "services: {}"))
