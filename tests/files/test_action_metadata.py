from __future__ import annotations

import pytest

from dockwright.files.action_metadata import read_dockerfile
from dockwright.source import Source


@pytest.mark.parametrize(
    ("path", "runs", "dockerfile"),
    [
        ("action.yml", "{using: docker, image: Dockerfile}", "Dockerfile"),
        ("scan/action.yaml", "{using: docker, image: ../docker/Dockerfile}", "docker/Dockerfile"),
        ("action.yml", "{using: docker, image: 'docker://alpine:3.24'}", None),
        ("action.yml", "{using: node24, main: index.js}", None),
        ("action.yml", "{using: composite}", None),
        ("action.yml", "docker", None),
    ],
)
def test_which_dockerfile_an_action_runs_in(path: str, runs: str, dockerfile: str | None) -> None:
    assert read_dockerfile(Source(path, f"name: x\nruns: {runs}\n")) == dockerfile
