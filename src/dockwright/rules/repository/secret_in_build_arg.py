"""A secret is handed to the build as an argument

## Why

The value of an `ARG` is in the history of the image: `docker history` shows it to everyone who can pull, and
provenance attestations and the exported cache record it, too. A secret belongs in a mount, which leaves nothing behind:
`secrets:` (or `--secret`) hands it to the build, and `RUN --mount=type=secret` to the one command that needs it
([Docker: build secrets](https://docs.docker.com/build/building/secrets/)).

The rule looks at workflows, Compose and bake files: at arguments that are filled from GitHub's `secrets`, or that are
named as secrets and filled from a variable. The Dockerfile has to declare the `ARG` in a stage that is built: in one
that the image stands on, this is an error where the image is published; in another stage it stays in cache and
provenance, which is a notice. A GitHub token that ends with the job is a notice as well. Names that say that the value
is public (`NEXT_PUBLIC_API_KEY`, `SENTRY_DSN`, `CLIENT_ID`) are left alone.

## Bad

```dockerfile
FROM node:24-trixie-slim
ARG NPM_TOKEN
COPY package.json package-lock.json ./
RUN echo "//npm.example/:_authToken=$NPM_TOKEN" > .npmrc && npm ci && rm .npmrc
```

```yaml file=.github/workflows/publish.yml
on: push
jobs:
  publish:
    runs-on: ubuntu-latest
    steps:
      - uses: docker/build-push-action@v7
        with:
          push: true
          tags: ghcr.io/acme/app:latest
          build-args: NPM_TOKEN=${{ secrets.NPM_TOKEN }}
```

## Good

```dockerfile
FROM node:24-trixie-slim
COPY package.json package-lock.json .npmrc ./
RUN --mount=type=secret,id=npm,env=NPM_TOKEN npm ci
```

```yaml file=.github/workflows/publish.yml
on: push
jobs:
  publish:
    runs-on: ubuntu-latest
    steps:
      - uses: docker/build-push-action@v7
        with:
          push: true
          tags: ghcr.io/acme/app:latest
          secrets: npm=${{ secrets.NPM_TOKEN }}
```
"""

from __future__ import annotations

import re
from enum import Enum
from typing import TYPE_CHECKING

from msgspec import Struct

from dockwright.facts.builds import builds, dockerfile_at
from dockwright.facts.secrets import names_secret
from dockwright.files.build import Tool
from dockwright.files.value import HOLE, Truth
from dockwright.finding import Problem, Related, Severity
from dockwright.rules import rule_of_project

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from dockwright.dockerfile import Dockerfile, Instruction
    from dockwright.files.build import Argument, Build
    from dockwright.project import Project, Tree
    from dockwright.source import Span

_LOGIN_ADDRESS = r"(?i)(?:^|_)(?:database|db|redis|mongo(?:db)?|postgres(?:ql)?|mysql|amqp|rabbitmq)_ur[il]$"
"""An address that is kept secret has the password in it."""
_JOB_TOKENS = frozenset({"secrets.github_token", "github.token"})
_MOUNTED = {
    Tool.DOCKER_BUILD: "`--secret`",
    Tool.BUILDX_BUILD: "`--secret`",
    Tool.BUILDX_BAKE: "the target's `secret`",
    Tool.BAKE_ACTION: "the target's `secret`",
    Tool.BAKE_FILE: "`secret`",
}
_MOST_SHOWN = 5
_BY_HAND = frozenset({Tool.COMPOSE_FILE, Tool.BAKE_FILE})


class _Leak(Enum):
    """Where the value can be read afterwards."""

    IMAGE = "Everyone who can pull the image reads it with `docker history`."
    CACHE = "It stays in the build cache and in the provenance of the image."
    UNKNOWN = "Arguments are kept in the image's history or its provenance."


class _Found(Struct, frozen=True):
    """An argument that is filled with a secret, and what becomes of it."""

    build: Build
    argument: Argument
    span: Span
    leak: _Leak
    declared: Instruction | None


@rule_of_project(Severity.ERROR)
def check(project: Project) -> Iterator[Problem]:
    """Yield each build argument that is filled with a secret."""
    found: dict[tuple[str, str], list[_Found]] = {}
    for build in builds(project.tree):
        for argument in build.settings.build_args:
            span = (argument.value or argument.name).span
            if span is not None and _is_secret(build, argument):
                leak = _leak(project.tree, build, argument)
                if leak is not None:
                    each = _Found(build, argument, span, *leak)
                    found.setdefault((span.source.path, argument.name.text or ""), []).append(each)
    for places in found.values():
        yield _problem(places)


def _problem(places: Sequence[_Found]) -> Problem:
    """Make one problem of all places of a file that hand a secret to the same argument."""
    worst = max(places, key=_severity)
    others = dict.fromkeys(each.span for each in places if each.span != worst.span)
    related = [Related(span, "and here") for span in list(others)[:_MOST_SHOWN]]
    causes = [*others]
    if worst.declared is not None:
        related.insert(0, Related(worst.declared.span, "the argument is declared here"))
        causes.append(worst.declared.span)
    return Problem(worst.span, _message(worst), None, tuple(causes), _severity(worst), tuple(related))


def _is_secret(build: Build, argument: Argument) -> bool:
    """Tell whether an argument is filled with a secret, as far as names tell."""
    name = argument.name.text
    if name is None or argument.value is None:
        return False
    if _references(argument):
        return names_secret(name) or re.search(_LOGIN_ADDRESS, name) is not None
    # By hand, somebody's environment fills it; a text that is written out is `secret-in-arg-or-env`'s matter.
    by_variable = argument.value.traced.text == HOLE and argument.value.references
    return build.tool in _BY_HAND and names_secret(name) and bool(by_variable)


def _references(argument: Argument) -> frozenset[str]:
    """Return the secrets of GitHub that a value is made of."""
    references = argument.value.references if argument.value is not None else ()
    return frozenset(each for each in references if each.startswith("secrets.") or each in _JOB_TOKENS)


def _leak(tree: Tree, build: Build, argument: Argument) -> tuple[_Leak, Instruction | None] | None:
    """Return where the value ends up, and the `ARG` that takes it; None if no stage that is built does."""
    path = build.settings.dockerfile.path
    dockerfile = None if path is None else dockerfile_at(tree, path)
    target = build.settings.target
    if dockerfile is None or (target is not None and target.text is None):
        return None if build.tool in _BY_HAND else (_Leak.UNKNOWN, None)
    stage = dockerfile.target(target.text if target else None)
    if stage is None:
        return None
    own = {each.index for each in dockerfile.lineage(stage)}
    for indexes, leak in ((own, _Leak.IMAGE), (dockerfile.needed(stage), _Leak.CACHE)):
        declared = _declaration(dockerfile, frozenset(indexes), argument.name.text or "")
        if declared is not None:
            return leak, declared
    return None


def _declaration(dockerfile: Dockerfile, stages: frozenset[int], name: str) -> Instruction | None:
    return next(
        (
            instruction
            for instruction in dockerfile.instructions("ARG")
            if instruction.stage in stages and any(pair.key.text == name for pair in instruction.pairs)
        ),
        None,
    )


def _severity(found: _Found) -> Severity:
    references = _references(found.argument)
    if found.leak is not _Leak.IMAGE or (references and references <= _JOB_TOKENS):
        return Severity.NOTICE
    return Severity.ERROR if found.build.published is Truth.TRUE else Severity.WARNING


def _message(found: _Found) -> str:
    name = found.argument.name.text or ""
    references = _references(found.argument)
    what = f"`{found.argument.value.shown if found.argument.value else name}`"
    ends = " The token ends with the job." if references and references <= _JOB_TOKENS else ""
    how = _MOUNTED.get(found.build.tool, "`secrets:`")
    return (
        f"The secret {what} becomes the build argument `{name}`. {found.leak.value}{ends} Hand it over with {how}, and "
        f"read it in the Dockerfile with `RUN --mount=type=secret`."
    )
