from __future__ import annotations

import pytest

from dockwright.facts.surroundings import given_another_user, is_action, nearest, services_of, workloads
from dockwright.project import MemoryTree
from dockwright.source import Source

POD = "apiVersion: v1\nkind: Pod\nspec: {containers: [{image: web, securityContext: {%s}}]}\n"


def tree(**files: str) -> MemoryTree:
    return MemoryTree([Source(path, text) for path, text in files.items()])


@pytest.mark.parametrize(
    ("dockerfile", "path"),
    [
        ("a/Dockerfile", "a/docker/start.sh"),
        ("b/web/Dockerfile", "b/start.sh"),
        ("c/Dockerfile", "start.sh"),
        ("Dockerfile", "start.sh"),
    ],
)
def test_the_nearest_file_of_a_name(dockerfile: str, path: str) -> None:
    files = tree(**{"a/docker/start.sh": "", "b/start.sh": "", "start.sh": "", "other/deep/start.sh": ""})
    found = nearest(files, "start.sh", dockerfile)
    assert found is not None
    assert found.path == path


def test_no_file_of_a_name() -> None:
    assert nearest(tree(), "start.sh", "Dockerfile") is None


def test_services_that_build_a_dockerfile() -> None:
    files = tree(
        **{
            "compose.yaml": "services: {web: {build: web}, db: {image: postgres:18}}",
            "deploy/docker-compose.yml": "services: {shop: {build: ../web}, api: {build: ../api}}",
        }
    )
    assert [service.name for service in services_of(files, "web/Dockerfile")] == ["web", "shop"]


@pytest.mark.parametrize(
    ("path", "text", "expected"),
    [
        ("compose.yaml", "services: {web: {build: ., user: '1000'}}", True),
        ("compose.yaml", "services: {web: {build: ., user: 'shop:shop'}}", True),
        ("compose.yaml", "services: {web: {build: ., user: root}}", False),
        ("compose.yaml", "services: {web: {build: ., user: '0:0'}}", False),
        ("compose.yaml", "services: {web: {build: other, user: '1000'}}", False),
        ("pod.yaml", POD % "runAsUser: 1000", True),
        ("pod.yaml", POD % "runAsNonRoot: true", True),
        ("pod.yaml", POD % "runAsUser: 0", False),
        ("pod.yaml", POD % "privileged: true", False),
        ("pod.json", POD % "runAsUser: 1000", False),
    ],
)
def test_whether_something_else_chooses_the_user(path: str, text: str, expected: bool) -> None:  # noqa: FBT001
    assert given_another_user(tree(**{path: text}), "Dockerfile") is expected


def test_workloads_of_all_manifests() -> None:
    files = tree(
        **{"a.yaml": POD % "", "chart/templates/b.yaml": "apiVersion: v1\ncontainers: {{ x }} y", "c.yml": POD % ""}
    )
    assert len(workloads(files)) == 2


def test_actions() -> None:
    files = tree(**{"scan/action.yml": "name: x\nruns: {using: docker, image: Dockerfile}\n"})
    assert is_action(files, "scan/Dockerfile")
    assert not is_action(files, "Dockerfile")
