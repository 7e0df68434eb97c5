from __future__ import annotations

from dockwright.dockerfile import parse
from dockwright.facts.stages import MOST_LEVELS, levels, roots, text_of
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


def test_roots_and_texts() -> None:
    dockerfile = parse(Source("Dockerfile", FILE))
    assert [stage.index for stage in roots(dockerfile)] == [0, 1, 1, 3, 3]
    assert roots(dockerfile) is roots(dockerfile)
    assert text_of(dockerfile, dockerfile.stages[4]) == "COPY --from=build /a /a\nCOPY --from=assets /b /b"


def test_of_a_file_that_nobody_writes_less_is_looked_at() -> None:
    chain = "FROM a AS s0\n" + "".join(f"FROM s{index} AS s{index + 1}\n" for index in range(200))
    dockerfile = parse(Source("Dockerfile", chain))
    assert len(levels(dockerfile, dockerfile.stages[-1])) == MOST_LEVELS
