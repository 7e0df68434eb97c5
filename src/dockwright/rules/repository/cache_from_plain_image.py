"""A cache is imported from an image that holds none

## Why

With BuildKit, an image is a source of cached layers only if it was built with an inline cache (`cache-to: type=inline`,
or the build argument `BUILDKIT_INLINE_CACHE=1`): then it tells which instruction made which layer. `cache-from` of any
other image is looked at and finds nothing, and every layer is built anew. The builder before BuildKit could use any
image, so the option is often a remnant of it
([Docker: inline cache](https://docs.docker.com/build/cache/backends/inline/)).

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
          cache-from: type=registry,ref=ghcr.io/example/app:latest
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
          cache-from: type=registry,ref=ghcr.io/example/app:buildcache
          cache-to: type=registry,ref=ghcr.io/example/app:buildcache,mode=max
```
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from dockwright.facts.builds import build_files, builds
from dockwright.facts.caches import image_name, situations
from dockwright.finding import Problem, Related, Severity
from dockwright.rules import rule_of_project

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from dockwright.facts.caches import Situation
    from dockwright.files.build import Build, Cache, Tag
    from dockwright.project import Project, Tree
    from dockwright.source import Span

_INLINE = r"BUILDKIT_INLINE_CACHE|type=inline|type\s*[:=]\s*\"?inline|DOCKER_BUILDKIT[=:]\s*[\"']?0"


@rule_of_project(Severity.WARNING)
def check(project: Project) -> Iterator[Problem]:
    """Yield each import from an image of the repository, where nothing exports a cache to it."""
    found = [(each, cache, tag) for each, cache, tag in _imports(builds(project.tree)) if cache.value.span is not None]
    if not found or _may_export(builds(project.tree)) or _writes_of_inline(project.tree):
        return
    said: set[Span] = set()
    for situation, cache, tag in found:
        span = cache.value.span
        if span is not None and span not in said:
            said.add(span)
            yield _problem(situation, cache, tag, span)


def _imports(found: Sequence[Build]) -> Iterator[tuple[Situation, Cache, Tag]]:
    """Yield imports of images, with the tag by which a build of the repository pushes the image."""
    pushed: dict[str, Tag] = {}
    for build in found:
        for situation in situations(build):
            if situation.published.possible and situation.event is not None:
                pushed.update({image_name(tag.value.shown): tag for tag in situation.settings.tags})
    for build in found:
        if build.tool.buildkit and build.builder.driver != "legacy" and build.runs:
            for situation in situations(build):
                for cache in situation.settings.cache_from:
                    tag = pushed.get(image_name(cache.ref.shown)) if cache.ref is not None else None
                    if cache.backend == "registry" and tag is not None:
                        yield situation, cache, tag


def _may_export(found: Sequence[Build]) -> bool:
    """Tell whether any build may export a cache into an image, or to one."""
    settings = [each.settings for build in found for each in situations(build)]
    if any("cache-to" in each.open for each in settings):
        return True
    backends = {cache.backend for each in settings for cache in each.cache_to}
    return not backends <= {"gha", "local", "s3", "azblob"}


def _writes_of_inline(tree: Tree) -> bool:
    """Tell whether any file that builds may start from speaks of an inline cache, or of the builder before BuildKit."""
    scripts = [path for path in tree.paths() if path.endswith((".sh", "Makefile", ".mk", ".gitlab-ci.yml"))]
    sources = (tree.read(path) for path in (*build_files(tree), *scripts))
    return any(source is not None and re.search(_INLINE, source.text) for source in sources)


def _problem(situation: Situation, cache: Cache, tag: Tag, span: Span) -> Problem:
    name = cache.ref.shown if cache.ref is not None else ""
    anew = ", and builds every layer anew" if len(situation.settings.cache_from) == 1 else ""
    message = (
        f"`{name}` holds no cache, as no build here exports one into it: BuildKit finds nothing in it{anew}. Add "
        "`cache-to: type=registry` with a tag of its own and `mode=max`, and import that."
    )
    related = () if tag.value.span is None else (Related(tag.value.span, "the image is pushed here"),)
    ceiling = None if situation.condition.certain else Severity.NOTICE
    return Problem(span, message, causes=(situation.build.step,), at_most=ceiling, related=related)
