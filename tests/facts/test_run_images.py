from __future__ import annotations

import pytest

from dockwright.facts.run_images import dated_images
from dockwright.facts.sample_paths import is_for_development, is_sample
from dockwright.project import MemoryTree
from dockwright.source import Source


def test_images_of_compose_files_workflows_and_manifests() -> None:
    tree = MemoryTree(
        (
            Source(".github/workflows/a.yml", "on: push\njobs: {a: {container: 'node:20', runs-on: x, steps: []}}\n"),
            Source("compose.yaml", "services: {db: {image: postgres:12}, app: {image: example/app}}\n"),
            Source("pod.yaml", "apiVersion: v1\nkind: Pod\nspec: {containers: [{name: a, image: 'redis:6'}]}\n"),
            Source("values.txt", "image: redis:6\n"),
        )
    )
    assert [use.word.text for use in dated_images(tree)] == ["node:20", "postgres:12", "example/app", "redis:6"]


def test_files_that_name_nothing_known_are_not_read() -> None:
    tree = MemoryTree((Source("compose.yaml", "services: {app: {image: example/app}}\n"),))
    assert dated_images(tree) == ()


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        ("tests/Dockerfile", True),
        ("src/fixtures/a/compose.yaml", True),
        ("docker-compose.test.yml", True),
        ("_integration-test/compose.yml", True),
        ("Dockerfile", False),
        ("latest/Dockerfile", False),
        ("contest/compose.yaml", False),
    ],
)
def test_samples(path: str, *, expected: bool) -> None:
    assert is_sample(path) is expected


def test_files_for_development() -> None:
    assert is_for_development(".devcontainer/compose.yml")
    assert is_for_development("compose.dev.yaml")
    assert not is_for_development("devices/compose.yaml")
