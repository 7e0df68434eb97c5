"""Several builds export to the same scope of GitHub's cache

## Why

A `gha` cache has one index for each scope, and each export writes it anew. Builds of different images, platforms or
versions that share a scope (`buildkit` if none is given) overwrite each other's: in the next run only the one that was
last is found in the cache, and the others begin with nothing
([Docker: scope](https://docs.docker.com/build/cache/backends/gha/#scope)).

Nothing is said where only one of them exports, where what the last one exports holds all that takes time in the others,
or where they never run for the same branch.

## Bad

```yaml case file=.github/workflows/images.yml
on: {push: {branches: [main]}}
jobs:
  images:
    runs-on: ubuntu-latest
    strategy:
      matrix:
        service: [api, web]
    steps:
      - uses: docker/setup-buildx-action@v3
      - uses: docker/build-push-action@v6
        with:
          context: "{{defaultContext}}:${{ matrix.service }}"
          push: true
          tags: ghcr.io/example/${{ matrix.service }}:latest
          cache-from: type=gha
          cache-to: type=gha,mode=max
```

```dockerfile also file=api/Dockerfile
FROM python:3.14-slim-trixie
COPY requirements.txt .
RUN pip install -r requirements.txt
```

```dockerfile also file=web/Dockerfile
FROM node:24-trixie-slim
COPY package.json package-lock.json ./
RUN npm ci
```

## Good

```yaml case file=.github/workflows/images.yml
on: {push: {branches: [main]}}
jobs:
  images:
    runs-on: ubuntu-latest
    strategy:
      matrix:
        service: [api, web]
    steps:
      - uses: docker/setup-buildx-action@v3
      - uses: docker/build-push-action@v6
        with:
          context: "{{defaultContext}}:${{ matrix.service }}"
          push: true
          tags: ghcr.io/example/${{ matrix.service }}:latest
          cache-from: type=gha,scope=${{ matrix.service }}
          cache-to: type=gha,mode=max,scope=${{ matrix.service }}
```

```dockerfile also file=api/Dockerfile
FROM python:3.14-slim-trixie
COPY requirements.txt .
RUN pip install -r requirements.txt
```

```dockerfile also file=web/Dockerfile
FROM node:24-trixie-slim
COPY package.json package-lock.json ./
RUN npm ci
```

## Fix

`scope=` is added to all imports and exports of the scope: with the values of the matrix that tell its legs apart, or
with the name of the target or of the Dockerfile's folder. Nothing is changed if any of them is not known.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from dockwright.facts.builds import builds
from dockwright.facts.cache_scopes import clashes
from dockwright.facts.scope_fixes import own_scopes
from dockwright.finding import Problem, Related, Severity
from dockwright.rules import rule_of_project

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from dockwright.facts.cache_scopes import Clash, Export
    from dockwright.project import Project
    from dockwright.source import Span

_MOST_SHOWN = 5


@rule_of_project(Severity.WARNING)
def check(project: Project) -> Iterator[Problem]:
    """Yield each scope in which builds overwrite each other's cache."""
    said: set[Span] = set()
    for clash in clashes(project.tree):
        spans = list(dict.fromkeys(each.span for each in clash.exports))
        if spans[0] in said:
            continue
        said.add(spans[0])
        fix = own_scopes(builds(project.tree), clash)
        ceiling = None if clash.certain else Severity.NOTICE
        related = tuple(_related(clash.exports, spans[1:]))
        yield Problem(spans[0], _message(clash, len(spans)), fix, tuple(spans[1:]), ceiling, related)


def _related(exports: Sequence[Export], spans: Sequence[Span]) -> Iterator[Related]:
    for span in spans[:_MOST_SHOWN]:
        export = next(each for each in exports if each.span == span)
        yield Related(span, f"`{export.dockerfile}` is exported to the same scope")


def _message(clash: Clash, places: int) -> str:
    scope = f"scope `{clash.scope}`" + (", the default" if _is_default(clash) else "")
    number = len(clash.exports)
    names = _names(clash.exports)
    who = f"The {number} builds of this entry ({names})" if places == 1 else f"{number} builds ({names})"
    last = "the last" if clash.ordered else "the one that ends last"
    return (
        f"{who} export to the same {scope}, and each overwrites what the others have exported: in the next run only "
        f"{last} is found in the cache. Give each its own `scope=`, in `cache-from`, too."
    )


def _is_default(clash: Clash) -> bool:
    return all(each.cache.scope is None for each in clash.exports)


def _names(exports: Sequence[Export]) -> str:
    """Write what tells the builds apart: Dockerfiles, targets, platforms or arguments."""
    for kinds in (
        [each.dockerfile for each in exports],
        [each.target.label for each in exports],
        [" + ".join(sorted(each.platforms)) for each in exports],
        [", ".join(f"{name}={value}" for name, value in sorted(each.arguments)) for each in exports],
    ):
        distinct = list(dict.fromkeys(kinds))
        if len(distinct) > 1:
            shown = [f"`{each}`" if each else "no argument" for each in distinct[:2]]
            return ", ".join(shown) + (", …" if len(distinct) > len(shown) else "")
    return f"`{exports[0].dockerfile}`"
