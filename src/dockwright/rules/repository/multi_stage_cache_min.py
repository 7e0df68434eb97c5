"""Of a multi-stage build, only the final image's layers are cached

## Why

Every cache that BuildKit exports (`registry`, `gha`, `local`, `s3`, `azblob`) has `mode=min` unless told otherwise, and
an inline cache has nothing else: it holds the layers of the final image, and none of the stages that only build what is
copied into it. A build in which nothing has changed is taken from it whole. But the first change inside such a stage
runs the stage again from its first `RUN`: the compiler is installed and all dependencies are downloaded again, although
nothing that these steps need has changed. `mode=max` exports the layers of all stages
([Docker: cache mode](https://docs.docker.com/build/cache/backends/#cache-mode)).

Nothing is said where nothing would be gained: the stages are copied from as they are, their slow steps come after the
sources, each stage has a cache of its own, or the builder keeps its layers. Nor about workflows that only make
releases, which are better built without a cache.

## Bad

```yaml case file=.github/workflows/image.yml
on: {push: {branches: [main]}}
jobs:
  image:
    runs-on: ubuntu-latest
    steps:
      - uses: docker/setup-buildx-action@v3
      - uses: docker/build-push-action@v6
        with:
          push: true
          tags: ghcr.io/example/app:latest
          cache-from: type=gha
          cache-to: type=gha
```

```dockerfile also file=Dockerfile
FROM node:24-trixie-slim AS build
WORKDIR /app
COPY package.json package-lock.json ./
RUN npm ci
COPY . .
RUN npm run build

FROM nginx:1.29
COPY --from=build /app/dist /usr/share/nginx/html
```

## Good

```yaml case file=.github/workflows/image.yml
on: {push: {branches: [main]}}
jobs:
  image:
    runs-on: ubuntu-latest
    steps:
      - uses: docker/setup-buildx-action@v3
      - uses: docker/build-push-action@v6
        with:
          push: true
          tags: ghcr.io/example/app:latest
          cache-from: type=gha
          cache-to: type=gha,mode=max
```

```dockerfile also file=Dockerfile
FROM node:24-trixie-slim AS build
WORKDIR /app
COPY package.json package-lock.json ./
RUN npm ci
COPY . .
RUN npm run build

FROM nginx:1.29
COPY --from=build /app/dist /usr/share/nginx/html
```

## Fix

`mode=max` is written behind the other options, or put in the place of `mode=min`; the image stays the same. An inline
cache becomes one in the registry, under the tag `buildcache`, where everything is written out; as that is a new tag
beside the image, the fix is unsafe.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec import Struct

from dockwright.facts.builds import builds, dockerfile_at
from dockwright.facts.cache_fixes import mode_max
from dockwright.facts.caches import Situation, mode_of, situations, volatile_arguments
from dockwright.facts.expensive_steps import Repeated, repeated_in_side_stages
from dockwright.files.build import CacheMode, Tool
from dockwright.files.value import Truth
from dockwright.finding import Problem, Related, Severity
from dockwright.rules import rule_of_project

if TYPE_CHECKING:
    from collections.abc import Iterator

    from dockwright.dockerfile import Stage
    from dockwright.facts.expensive_steps import Step
    from dockwright.files.build import Build, Cache
    from dockwright.project import Project, Tree
    from dockwright.source import Span

_MOST_SHOWN = 3
_BY_HAND = frozenset(("workflow_dispatch", "repository_dispatch", "workflow_call"))


class _Loss(Struct):
    """What an export leaves out, over all builds that share it."""

    situation: Situation
    cache: Cache
    lost: list[Repeated]
    known: Truth


@rule_of_project(Severity.WARNING)
def check(project: Project) -> Iterator[Problem]:
    """Yield each cache export that leaves out steps of side stages which are repeated for it."""
    losses: dict[Span, _Loss] = {}
    stages = _Stages(project.tree)
    for build in builds(project.tree):
        for situation in _exports_for_development(build):
            for cache, known in _minimal(situation):
                lost = stages.lost(situation)
                if lost is not None and cache.value.span is not None:
                    _add(losses, cache.value.span, _Loss(situation, cache, [lost], known))
    for span, loss in losses.items():
        yield _problem(span, loss)


def _exports_for_development(build: Build) -> Iterator[Situation]:
    """Yield the situations of a build that is made for changes too, not only for releases or by hand."""
    if not build.tool.buildkit or build.builder.keeps_layers.certain:
        return
    found = situations(build)
    if any(each.event is None or not (each.only_for_a_tag or each.event.name in _BY_HAND) for each in found):
        yield from (each for each in found if not each.only_for_a_tag)


def _minimal(situation: Situation) -> Iterator[tuple[Cache, Truth]]:
    """Yield the first export that holds the final image's layers only, if no other holds them all."""
    modes = [mode_of(cache) for cache in situation.settings.cache_to]
    if not modes or CacheMode.MAX in modes or CacheMode.UNKNOWN in modes or "cache-to" in situation.settings.open:
        return
    known = situation.condition & ~situation.build.builder.keeps_layers
    yield situation.settings.cache_to[0], known if situation.event is not None else Truth.UNKNOWN


class _Stages:
    """What the stages of a repository's Dockerfiles lose, and which of them have caches of their own."""

    def __init__(self, tree: Tree) -> None:
        self._tree = tree
        self._apart: dict[str, dict[int, frozenset[int]]] | None = None

    def lost(self, situation: Situation) -> Repeated | None:
        """Return the steps that are repeated because of the export, if they are worth it."""
        path, target = self._target(situation)
        dockerfile = dockerfile_at(self._tree, path) if path is not None else None
        if path is None or target is None or dockerfile is None:
            return None
        found = repeated_in_side_stages(dockerfile, target, volatile_arguments(situation.settings))
        if found is None:
            return None
        steps = tuple(step for step in found.steps if not self._is_cached_apart(path, step.stage, target))
        return Repeated(found.change, steps) if any(not step.light for step in steps) else None

    def _target(self, situation: Situation) -> tuple[str | None, Stage | None]:
        path, named = situation.settings.dockerfile.path, situation.settings.target
        dockerfile = dockerfile_at(self._tree, path) if path is not None else None
        if dockerfile is None or (named is not None and named.text is None):
            return None, None
        if named is None and "target" in situation.settings.open:
            return None, None
        return path, dockerfile.target(named.text if named is not None else None)

    def _is_cached_apart(self, path: str, stage: Stage, target: Stage) -> bool:
        """Tell whether another build caches or pushes a stage: this one may start from it."""
        if self._apart is None:
            self._apart = {}
            for build in builds(self._tree):
                for each in situations(build) if build.runs else ():
                    self._keep(each)
        kept = self._apart.get(path, {})
        return any(stage.index in lineage for index, lineage in kept.items() if index != target.index)

    def _keep(self, situation: Situation) -> None:
        assert self._apart is not None, "it is being filled"  # noqa: S101
        if (situation.settings.exports_cache | situation.published).possible:
            path, target = self._target(situation)
            if path is not None and target is not None and target.index not in self._apart.setdefault(path, {}):
                dockerfile = dockerfile_at(self._tree, path)
                lineage = dockerfile.lineage(target) if dockerfile is not None else ()
                self._apart[path][target.index] = frozenset(each.index for each in lineage)


def _add(losses: dict[Span, _Loss], span: Span, loss: _Loss) -> None:
    known = losses.setdefault(span, loss)
    if known is not loss:
        known.lost += [each for each in loss.lost if each not in known.lost]
        known.known |= loss.known


def _problem(span: Span, loss: _Loss) -> Problem:
    first = loss.lost[0]
    shown = _first_heavy(first)
    related = [Related(first.change.span, "a change of these files…"), *(_again(each) for each in shown[:_MOST_SHOWN])]
    causes = tuple(step.run.span for each in loss.lost for step in each.steps)
    fix = mode_max(loss.situation, loss.cache)
    chosen = "mode" in loss.cache.options  # it saves room in the cache, and somebody wrote it down
    ceiling = Severity.NOTICE if chosen or not loss.known.certain else None
    return Problem(span, _message(loss), fix, causes=causes, at_most=ceiling, related=tuple(related))


def _first_heavy(repeated: Repeated) -> list[Step]:
    return sorted(repeated.steps, key=lambda step: step.light)


def _again(step: Step) -> Related:
    return Related(step.run.span, f"…also runs `{step.shown}` again")


def _message(loss: _Loss) -> str:
    repeated = loss.lost[0]
    step = _first_heavy(repeated)[0]
    more = f" and {len(repeated.steps) - 1} more" if len(repeated.steps) > 1 else ""
    others = f" (and so for {len(loss.lost) - 1} more images)" if len(loss.lost) > 1 else ""
    change = repeated.change
    where = f"{change.span.source.path}:{change.line}"
    brings = (
        f"the files that `RUN` ({where}) mounts" if change.name == "RUN" else f"what `{change.name}` ({where}) brings"
    )
    tail = f"any change of {brings} also runs `{step.shown}` of stage `{step.stage.label}`{more} again{others}."
    if loss.cache.backend == "inline":
        return (
            f"An inline cache holds no layers of the stages that only build: {tail} Export to a registry with "
            "`mode=max` instead."
        )
    if loss.situation.build.tool is Tool.GITHUB_BUILDER:
        return f"By default no layers of the stages that only build are cached: {tail} Set `cache-mode: max`."
    default = "" if "mode" in loss.cache.options else ", the default,"
    return f"`mode=min`{default} keeps no layers of the stages that only build: {tail} Use `mode=max`."
