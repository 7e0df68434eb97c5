from __future__ import annotations

import pytest

from dockwright.dockerfile import parse
from dockwright.facts.stages import MOST_LEVELS, MOST_STAGES, levels, roots, shipped_images, ships, side_stages, text_of
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


@pytest.mark.parametrize(
    ("target", "side"),
    [(None, {0}), ("app", {0}), ("assets", set[int]()), ("nothing", {0})],
)
def test_stages_that_nobody_publishes(target: str | None, side: set[int]) -> None:
    # `test` is needed by no other, so somebody may build it: then `build` is what it stands on.
    assert side_stages(parse(Source("Dockerfile", FILE)), target) == side


def test_images_that_published_ones_stand_on() -> None:
    dockerfile = parse(Source("Dockerfile", FILE))
    shipped = shipped_images(dockerfile, None)
    assert [use.word.text for use in dockerfile.images if ships(use, shipped)] == ["golang:1.27", "debian:trixie"]


def test_roots_and_texts() -> None:
    dockerfile = parse(Source("Dockerfile", FILE))
    assert [stage.index for stage in roots(dockerfile)] == [0, 1, 1, 3, 3]
    assert roots(dockerfile) is roots(dockerfile)
    assert text_of(dockerfile, dockerfile.stages[4]) == "COPY --from=build /a /a\nCOPY --from=assets /b /b"


def test_of_a_file_that_nobody_writes_less_is_looked_at() -> None:
    chain = "FROM a AS s0\n" + "".join(f"FROM s{index} AS s{index + 1}\n" for index in range(MOST_STAGES))
    dockerfile = parse(Source("Dockerfile", chain))
    assert side_stages(dockerfile, None) == frozenset()
    assert len(levels(dockerfile, dockerfile.stages[-1])) == MOST_LEVELS
