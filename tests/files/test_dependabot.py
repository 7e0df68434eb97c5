from __future__ import annotations

import pytest

from dockwright.files.dependabot import DockerUpdates, read_docker_updates
from dockwright.source import Source


@pytest.mark.parametrize(
    ("directories", "dockerfile", "expected"),
    [
        (["/"], "Dockerfile", True),
        (["/"], "docker/Dockerfile", False),
        (["/docker"], "docker/Dockerfile.prod", True),
        (["docker/"], "docker/Containerfile", True),
        (["/services/*"], "services/api/Dockerfile", True),
        (["/services/*"], "services/api/v2/Dockerfile", False),
        (["/**/*"], "services/api/v2/Dockerfile", True),
        (["/a", "/b"], "b/Dockerfile", True),
        (["/"], "build.image", False),
        ([], "Dockerfile", False),
    ],
)
def test_which_dockerfiles_are_covered(directories: list[str], dockerfile: str, *, expected: bool) -> None:
    assert DockerUpdates(tuple(directories)).cover(dockerfile) is expected


@pytest.mark.parametrize(
    ("text", "directories"),
    [
        ("updates:\n- {package-ecosystem: docker, directory: /}\n", [("/",)]),
        ("updates:\n- {package-ecosystem: docker, directories: [/a, /b]}\n", [("/a", "/b")]),
        ("updates:\n- {package-ecosystem: docker, directory: /, open-pull-requests-limit: 0}\n", []),
        ("updates:\n- {package-ecosystem: docker-compose, directory: /}\n", []),
        ("updates: docker\n", []),
        ("- docker\n", []),
        ("{", []),
    ],
)
def test_entries_for_docker(text: str, directories: list[tuple[str, ...]]) -> None:
    found = read_docker_updates(Source(".github/dependabot.yml", text))
    assert [update.directories for update in found] == directories


@pytest.mark.parametrize(
    ("more", "limited"), [("", False), (", ignore: [{dependency-name: python}]", True), (", allow: []", True)]
)
def test_entries_that_leave_out_versions(more: str, *, limited: bool) -> None:
    text = f"updates:\n- {{package-ecosystem: docker, directory: /{more}}}\n"
    assert [each.limited for each in read_docker_updates(Source(".github/dependabot.yml", text))] == [limited]
