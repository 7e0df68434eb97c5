"""Which stages are shipped, by what builds them."""

from __future__ import annotations

from datetime import date

import pytest

from dockwright.dockerfile import parse
from dockwright.facts.built_targets import built_targets, run_targets, shipped_images, ships, side_stages
from dockwright.project import MemoryTree, Project
from dockwright.source import Source

FILE = """\
FROM node:24 AS assets
FROM golang:1.27 AS build
FROM build AS test
FROM debian:trixie AS base
FROM base AS app
COPY --from=build /a /a
COPY --from=assets /b /b
"""
DEV_LAST = "FROM node:24 AS base\nFROM base AS prod\nUSER node\nFROM base AS worker\nFROM base AS dev\n"
COMPOSE = "services:\n  app:\n    build:\n      context: .\n      target: {}\n"


def project(dockerfile: str, *, target: str | None = None, **files: str) -> Project:
    names = {"workflow": ".github/workflows/ci.yml", "compose": "compose.yaml", "bake": "docker-bake.json"}
    sources = [Source("Dockerfile", dockerfile), *(Source(names[name], text) for name, text in files.items())]
    return Project(MemoryTree(sources), date(2026, 11, 23), target)


def workflow(*targets: str, push: str = "true", on: str = "push") -> str:
    steps = "".join(
        f"      - uses: docker/build-push-action@v6\n        with:\n          context: .\n          push: {push}\n"
        f"          tags: ghcr.io/me/app\n{f'          target: {target}' if target else ''}\n"
        for target in targets
    )
    return f"on: {on}\njobs:\n  build:\n    runs-on: ubuntu-latest\n    steps:\n{steps}"


def run(dockerfile: str, around: Project) -> list[str]:
    return [each.stage.label for each in run_targets(parse(Source("Dockerfile", dockerfile)), around)]


@pytest.mark.parametrize(
    ("target", "side"),
    [(None, {0}), ("app", {0, 1, 2}), ("assets", {1, 2, 3, 4}), ("nothing", {0})],
)
def test_stages_that_nobody_publishes(target: str | None, side: set[int]) -> None:
    # `test` is needed by no other, so somebody may build it: then `build` is what it stands on.
    assert side_stages(parse(Source("Dockerfile", FILE)), project(FILE, target=target)) == side


def test_what_a_workflow_publishes_decides() -> None:
    around = project(FILE, workflow=workflow("app"))
    assert side_stages(parse(Source("Dockerfile", FILE)), around) == {0, 1, 2}
    assert side_stages(parse(Source("Dockerfile", FILE)), project(FILE, workflow=workflow("app", "test"))) == {0}


def test_images_that_published_ones_stand_on() -> None:
    dockerfile = parse(Source("Dockerfile", FILE))
    shipped = shipped_images(dockerfile, project(FILE))
    assert [use.word.text for use in dockerfile.images if ships(use, shipped)] == ["golang:1.27", "debian:trixie"]


def test_a_file_with_very_many_stages_is_not_looked_at() -> None:
    chain = "FROM a AS s0\n" + "".join(f"FROM s{index} AS s{index + 1}\n" for index in range(200))
    assert side_stages(parse(Source("Dockerfile", chain)), project(chain)) == frozenset()


@pytest.mark.parametrize(
    ("around", "expected"),
    [
        # Nothing is known: the last one.
        (project(DEV_LAST), ["dev"]),
        (project(DEV_LAST, target="prod"), ["prod"]),
        (project(DEV_LAST, target="nothing"), []),
        # What is published wins over what Compose builds for developers.
        (project(DEV_LAST, workflow=workflow("prod"), compose=COMPOSE.format("dev")), ["prod"]),
        (project(DEV_LAST, workflow=workflow("prod", "worker")), ["prod", "worker"]),
        (project(DEV_LAST, workflow=workflow("")), ["dev"]),
        # The user's word wins over both.
        (project(DEV_LAST, target="worker", workflow=workflow("prod")), ["worker"]),
        # A target that cannot be known makes everything unknown.
        (project(DEV_LAST, workflow=workflow("prod", "${{ vars.TARGET }}")), ["dev"]),
        (project(DEV_LAST, workflow=workflow("nothing")), ["dev"]),
        # A stage that is pushed for the cache beside one that is run; alone, it says nothing of what is run.
        (project(DEV_LAST, workflow=workflow("dev", "prod")), ["prod"]),
        (project(DEV_LAST, workflow=workflow("dev"), compose=COMPOSE.format("prod")), ["prod"]),
        # Built to test, never pushed.
        (project(DEV_LAST, workflow=workflow("worker", push="false")), ["dev"]),
        # Compose where no workflow publishes.
        (project(DEV_LAST, compose=COMPOSE.format("prod")), ["prod"]),
        (project(DEV_LAST, compose=COMPOSE.format("$TARGET")), ["dev"]),
        (project(DEV_LAST, compose=COMPOSE.format("dev")), ["dev"]),
    ],
)
def test_what_is_run(around: Project, expected: list[str]) -> None:
    assert run(DEV_LAST, around) == expected


def test_compose_and_bake_add_what_is_run_beside_the_last() -> None:
    services = "FROM node:24 AS base\nFROM base AS web\nFROM base AS worker\n"
    assert run(services, project(services, compose=COMPOSE.format("web"))) == ["worker", "web"]
    assert run(services, project(services, compose=COMPOSE.format("base"))) == ["worker"]
    bake = '{"target": {"web": {"target": "web"%s}}}'
    assert run(services, project(services, bake=bake % ', "tags": ["me/web"]')) == ["worker", "web"]
    assert run(services, project(services, bake=bake % "")) == ["worker"]


def test_the_place_that_chose_a_stage_is_told() -> None:
    dockerfile, around = parse(Source("Dockerfile", DEV_LAST)), project(DEV_LAST, workflow=workflow("prod"))
    (target,) = run_targets(dockerfile, around)
    assert [str(each) for each in target.related] == ["See .github/workflows/ci.yml:11: the stage `prod` is built here"]
    assert built_targets(dockerfile, around) is built_targets(dockerfile, around)


def test_a_file_with_one_stage_needs_nothing_else() -> None:
    assert built_targets(parse(Source("Dockerfile", "FROM a\n")), project("FROM a\n", workflow=workflow("x"))) is None
