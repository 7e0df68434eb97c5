"""A cache is exported from tags only, where no other build finds it

## Why

GitHub keeps the caches of every branch and tag apart: a run reads those of its own ref and of the default branch. What
a tag's run exports to `type=gha` is found by nothing but another run of the same tag, and the next release begins
without a cache. So the export takes time and space for nothing
([GitHub: restrictions for accessing a cache](https://docs.github.com/en/actions/reference/workflows-and-actions/dependency-caching#restrictions-for-accessing-a-cache)).
A release is best built without a cache anyway: nothing that is old or that somebody else has put there can get into it.

## Bad

```yaml case file=.github/workflows/release.yml
on: {push: {tags: ["v*"]}}
jobs:
  image:
    runs-on: ubuntu-latest
    steps:
      - uses: docker/setup-buildx-action@v3
      - uses: docker/build-push-action@v6
        with:
          push: true
          tags: ghcr.io/example/app:${{ github.ref_name }}
          cache-from: type=gha
          cache-to: type=gha,mode=max
```

## Good

```yaml case file=.github/workflows/release.yml
on: {push: {tags: ["v*"]}}
jobs:
  image:
    runs-on: ubuntu-latest
    steps:
      - uses: docker/setup-buildx-action@v3
      - uses: docker/build-push-action@v6
        with:
          push: true
          tags: ghcr.io/example/app:${{ github.ref_name }}
```
"""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING

from dockwright.facts.builds import builds
from dockwright.facts.caches import exporting, scope_of, situations
from dockwright.finding import Problem, Related, Severity
from dockwright.rules import rule_of_project

if TYPE_CHECKING:
    from collections.abc import Iterator

    from dockwright.facts.caches import Situation
    from dockwright.files.build import Cache
    from dockwright.project import Project, Tree
    from dockwright.source import Span


@rule_of_project(Severity.NOTICE)
def check(project: Project) -> Iterator[Problem]:
    """Yield each export to GitHub's cache that only tags reach."""
    found: dict[Span, list[tuple[Situation, Cache]]] = defaultdict(list)
    for situation, cache in exporting(builds(project.tree), "gha"):
        if cache.value.span is not None and situation.event is not None:
            found[cache.value.span].append((situation, cache))
    for span, uses in found.items():
        only = all(situation.only_for_a_tag for situation, _ in uses)
        if only and not _handed_on(project.tree, span, uses[0]):
            yield _problem(project.tree, span, uses)


def _handed_on(tree: Tree, span: Span, use: tuple[Situation, Cache]) -> bool:
    """Tell whether another build of the same run imports the scope."""
    exporter, exported = use
    return any(
        build.workflow == exporter.build.workflow
        and build.step != exporter.build.step
        and cache.backend == "gha"
        and (scope_of(cache) in {scope_of(exported), None} or cache.scope == exported.scope)
        for build in builds(tree)
        for situation in situations(build)
        for cache in situation.settings.cache_from
        if cache.value.span != span
    )


def _problem(tree: Tree, span: Span, uses: list[tuple[Situation, Cache]]) -> Problem:
    situation, cache = uses[0]
    events = {each.event.span: each.event for each, _ in uses if each.event is not None}
    related = tuple(Related(place, f"only {event.described} comes here") for place, event in events.items())
    advice = "Leave out `cache-to`" if _read_elsewhere(tree, cache) else "Leave out the cache"
    message = (
        "Only runs for a tag export this cache, and GitHub shows it to no other tag or branch: the next release cannot "
        f"use it. {advice}, or export it on the default branch, which all can read."
    )
    return Problem(span, message, causes=(situation.build.step,), related=related)


def _read_elsewhere(tree: Tree, cache: Cache) -> bool:
    """Tell whether branches export to the scope, too, so that there is something to import."""
    scope = scope_of(cache)
    return any(
        other.backend == "gha" and scope_of(other) in {scope, None} and not situation.only_for_a_tag
        for build in builds(tree)
        for situation in situations(build)
        for other in situation.settings.cache_to
    )
