"""Which files say how images are built: a quick look at names that must know what the readers know."""

from __future__ import annotations

import pytest

from dockwright.facts.builds import is_build_file
from dockwright.files import action_metadata, bake, compose
from dockwright.files.workflow.read import matches as is_workflow

NAMES = """
.github/workflows/ci.yml .github/workflows/ci.yaml .github/workflows/sub/ci.yml .github/workflows/ci.json
x/.github/workflows/ci.yml action.yml a/b/action.yaml my-action.yml compose.yaml docker-compose.yml compose-dev.yaml
compose.override.yml a/docker-compose.prod.yaml mycompose.yaml docker-bake.hcl docker-bake.json docker-bake.override.hcl
docker-bake-ci.hcl docker-bakery.hcl bake.hcl a/bake.json x.bake.hcl x-bake.json xbake.hcl values.yaml Dockerfile
"""


@pytest.mark.parametrize("path", NAMES.split())
def test_it_knows_what_the_readers_know(path: str) -> None:
    known = (is_workflow(path), action_metadata.matches(path), compose.matches(path), bake.matches(path))
    assert is_build_file(path) == any(known)
