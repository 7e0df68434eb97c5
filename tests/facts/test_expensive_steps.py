"""Which steps take time, and what a change of the sources repeats."""

from __future__ import annotations

import pytest

from dockwright.dockerfile import parse
from dockwright.facts.expensive_steps import expensive, repeated_in_side_stages, split_by_sources
from dockwright.source import Source


def shown(command: str) -> str | None:
    dockerfile = parse(Source("Dockerfile", f"FROM debian\nRUN {command}\n"))
    step = expensive(dockerfile, dockerfile.stages[0], dockerfile.stages[0].instructions[0])
    return None if step is None else f"{step.shown}{' (light)' if step.light else ''}"


@pytest.mark.parametrize(
    ("command", "expected"),
    [
        ("npm ci", "npm ci"),
        ("apt-get update && apt-get install -y git curl", "apt-get install (light)"),
        ("apt-get update && apt-get install -y a b c d e", "apt-get install"),
        ("apk add --no-cache git && make", "apk add"),
        ("curl -fsSL https://example.com/a | tar x", "curl https://example.com/a"),
        ("git clone https://example.com/a", "git clone"),
        ("git config user.name x", None),
        ("npm run build", "npm run build"),
        ("go version", None),
        ("apt-get update", None),
        ("echo done", None),
        ("pip install -r requirements.txt", "pip install"),
        ("python3 -m pip install -r requirements.txt", "pip install"),
        ("uv pip sync requirements.txt", "uv pip sync"),
        ("yarn", "yarn"),
        ("./mvnw -B package", "mvnw package"),
    ],
)
def test_what_takes_time(command: str, expected: str | None) -> None:
    assert shown(command) == expected


def repeated(
    text: str, target: str | None = None, volatile: frozenset[str] = frozenset()
) -> tuple[int, list[int]] | None:
    dockerfile = parse(Source("Dockerfile", text))
    stage = dockerfile.target(target)
    assert stage is not None
    found = repeated_in_side_stages(dockerfile, stage, volatile)
    return None if found is None else (found.change.line, [step.run.line for step in found.steps])


SIDE = (
    "FROM a AS build\nCOPY package.json ./\nRUN npm ci\nCOPY . .\nRUN npm run build\nFROM b\nCOPY --from=build /x /x\n"
)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (SIDE, (4, [3])),
        (SIDE.replace("COPY . .", "COPY src src"), (4, [3])),
        (SIDE.replace("COPY . .", "COPY main.go ."), (4, [3])),
        (SIDE.replace("COPY . .", "ADD https://example.com/a ."), None),
        (SIDE.replace("COPY . .", "COPY tsconfig.json ."), None),
        (SIDE.replace("COPY package.json ./", "COPY . ."), None),
        (SIDE.replace("COPY . .\nRUN", "RUN --mount=type=bind,target=."), (4, [3])),
        (SIDE.replace("FROM b\nCOPY --from=build /x /x", "FROM build"), None),
        # A stage between takes the files, and puts the sources beside them.
        (
            (
                "FROM a AS deps\nRUN npm ci\nFROM a AS build\nCOPY --from=deps /m /m\nCOPY . .\n"
                "FROM b\nCOPY --from=build /x /x\n"
            ),
            (5, [2]),
        ),
        # The stage is only needed for what comes before the sources: its layer in the final image is kept.
        ("FROM a AS deps\nRUN npm ci\nFROM b\nCOPY --from=deps /m /m\nCOPY . .\n", None),
        ("FROM a AS deps\nRUN npm ci\nFROM b\nCOPY . .\nCOPY --from=deps /m /m\n", (4, [2])),
        ("FROM a AS deps\nRUN npm ci\nFROM b\nCOPY . .\nCOPY --link --from=deps /m /m\n", None),
        ("FROM a AS deps\nRUN npm ci\nFROM b\nCOPY . .\nCOPY --link=false --from=deps /m /m\n", (4, [2])),
        ("FROM a AS deps\nRUN npm ci\nFROM b\nCOPY . .\nRUN --mount=type=bind,from=deps,target=/m x\n", (4, [2])),
        # What is built upon is needed, too.
        ("FROM a AS base\nRUN npm ci\nFROM base AS build\nCOPY . .\nFROM b\nCOPY --from=build /x /x\n", (4, [2])),
        ("FROM a AS base\nCOPY . .\nFROM base AS build\nRUN npm ci\nFROM b\nCOPY --from=build /x /x\n", None),
        ("FROM a\nCOPY . .\n", None),
    ],
)
def test_what_a_change_of_the_sources_repeats(text: str, expected: tuple[int, list[int]] | None) -> None:
    assert repeated(text) == expected


def test_what_another_target_needs() -> None:
    assert repeated(f"{SIDE}FROM c AS other\n", "other") is None
    assert repeated(f"{SIDE}FROM c AS other\n", "1") == (4, [3])


def test_an_argument_that_always_changes() -> None:
    text = SIDE.replace("RUN npm ci", "ARG REVISION\nRUN npm ci")
    assert repeated(text) == (5, [4])
    assert repeated(text, volatile=frozenset({"REVISION"})) is None


def test_steps_above_and_below_the_sources() -> None:
    dockerfile = parse(Source("Dockerfile", SIDE))
    above, below = split_by_sources(dockerfile, dockerfile.stages[-1])
    assert [step.shown for step in above] == ["npm ci"]
    assert [step.shown for step in below] == ["npm run build"]


def test_many_stages_are_left_alone() -> None:
    assert repeated(SIDE + "".join(f"FROM a AS s{number}\nCOPY --from=build /x /x\n" for number in range(300))) is None
