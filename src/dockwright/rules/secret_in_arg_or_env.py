"""A secret in an `ARG` or `ENV`

## Why

What `ENV` sets is in the image's configuration: everyone who can pull the image reads it with `docker inspect`. The
value of an `ARG` is in the image's history (`docker history`) and in the provenance that is published with the image;
in a stage that is not published, it is still in the build cache. Deleting a variable later removes nothing. Docker's
[build secrets](https://docs.docker.com/build/building/secrets/) are there for one `RUN`, and nowhere else. A secret
that a program needs when it runs is given to the container, not to the image.

A name alone is no evidence here. Names such as `TOKEN_URL`, `SSH_KEY_DIR` and `GPG_KEY`, and values such as `changeme`,
are left alone, and samples and tests, unless a value looks like a real secret. A default password that whoever starts
the container may replace is a notice; the known format of a token, or a private key, is an error.

## Bad

```dockerfile
FROM node:24-trixie-slim
WORKDIR /app
ARG NPM_TOKEN
COPY package.json package-lock.json .npmrc ./
RUN npm ci
```

## Good

```dockerfile
FROM node:24-trixie-slim
WORKDIR /app
COPY package.json package-lock.json .npmrc ./
RUN --mount=type=secret,id=npm,env=NPM_TOKEN npm ci
```
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from dockwright.facts.built_targets import side_stages
from dockwright.facts.sample_paths import is_sample
from dockwright.facts.secrets import Evidence, names_secret, weigh
from dockwright.finding import Problem, Severity
from dockwright.rules import rule_in_context

if TYPE_CHECKING:
    from collections.abc import Iterator

    from dockwright.dockerfile import Dockerfile, Instruction, Pair
    from dockwright.facts.secrets import Suspicion
    from dockwright.project import Project
    from dockwright.source import Span

_VARIABLE = re.compile(r"\$\{?(\w+)", re.ASCII)
_SEVERITY = {
    Evidence.DEFAULT: Severity.NOTICE,
    Evidence.LIKELY: Severity.WARNING,
    Evidence.CERTAIN: Severity.ERROR,
}


@rule_in_context(
    Severity.ERROR,
    aliases=("hadolint:DL3064", "buildkit:SecretsUsedInArgOrEnv"),
    instructions=("ARG", "ENV"),
)
def check(dockerfile: Dockerfile, project: Project) -> Iterator[Problem]:
    """Yield each value that is a secret, and each argument that a secret is to be given in."""
    sample = is_sample(dockerfile.source.path)
    unpublished = side_stages(dockerfile, project)
    told: set[tuple[int, str]] = set()
    for instruction in dockerfile.instructions("ARG", "ENV", triggers=True):
        for pair in instruction.pairs:
            suspicion = _suspicion(dockerfile, instruction, pair)
            if suspicion is not None and not (sample and suspicion.evidence is Evidence.DEFAULT):
                told.add((instruction.stage, _name(pair)))
                yield Problem(
                    _place(pair), _of_value(instruction, pair, suspicion), at_most=_SEVERITY[suspicion.evidence]
                )
    kept = _kept(dockerfile)
    if sample:
        return
    for instruction in dockerfile.instructions("ARG", triggers=True):
        for pair in instruction.pairs:
            name = _name(pair)
            if instruction.stage >= 0 and (instruction.stage, name) not in told and names_secret(name):
                published = instruction.stage not in unpublished
                yield _of_argument(pair, kept.get((instruction.stage, name)), published=published)


def _suspicion(dockerfile: Dockerfile, instruction: Instruction, pair: Pair) -> Suspicion | None:
    """Weigh a value that is written out; an unknown one is no evidence."""
    if pair.value is None or "$" in pair.value.text:
        return None
    value = dockerfile.expand(instruction, pair.value)
    return None if value is None else weigh(_name(pair), value.text)


def _of_value(instruction: Instruction, pair: Pair, suspicion: Suspicion) -> str:
    name = _name(pair)
    if suspicion.evidence is Evidence.DEFAULT:
        return (
            f"`{name}` has a default that everyone who has the image knows. Set none, and let the program refuse to "
            "start without one."
        )
    what = f"holds {suspicion.kind}" if suspicion.evidence is Evidence.CERTAIN else "looks like a real secret"
    shown = "the image's configuration" if instruction.name == "ENV" else "the image's history"
    return (
        f"`{name}` {what}, and {shown} shows it to everyone. Revoke it; a build takes secrets by "
        "`RUN --mount=type=secret`, a container when it starts."
    )


def _of_argument(pair: Pair, kept: Pair | None, *, published: bool) -> Problem:
    """Tell of an argument whose value the build is to be given; `kept` is the ENV that takes it over, if one does."""
    name = _name(pair)
    instead = f"Use `RUN --mount=type=secret,id={name.lower()},env={name}` where it is needed."
    if not published:
        message = f"`{name}` is a build argument: the build cache and the provenance keep it. {instead}"
        return Problem(_place(pair), message, at_most=Severity.NOTICE)
    if kept is not None:
        message = (
            f"`ENV` puts the build argument `{name}` into the image's configuration, for everyone to read. Give it to "
            f"the container when it starts; for the build, use `RUN --mount=type=secret,id={name.lower()},env={name}`."
        )
        return Problem(_place(kept), message, causes=(_place(pair),), at_most=Severity.WARNING)
    message = f"`{name}` is a build argument: the image's history shows it to everyone (`docker history`). {instead}"
    return Problem(_place(pair), message, at_most=Severity.WARNING)


def _kept(dockerfile: Dockerfile) -> dict[tuple[int, str], Pair]:
    """Return the `ENV` settings that take over a variable, by their stage and the variable's name."""
    found: dict[tuple[int, str], Pair] = {}
    for instruction in dockerfile.instructions("ENV", triggers=True):
        for pair in instruction.pairs:
            for name in _VARIABLE.findall(pair.value.text if pair.value is not None else ""):
                found.setdefault((instruction.stage, name), pair)
    return found


def _name(pair: Pair) -> str:
    return pair.key.text.strip("\"'")


def _place(pair: Pair) -> Span:
    """Return where the name is written: never the value, which reports would show and remember."""
    span = pair.key.span
    assert span is not None, "a word of a file has a place"  # noqa: S101
    return span
