"""A script uses GitHub's cache, to which it has no access

## Why

The `gha` cache needs a token that GitHub gives to actions only, not to `run:` steps. Without it, buildx leaves out all
`type=gha` entries without a word: nothing is imported, nothing exported, and every run builds everything
([Docker: authentication](https://docs.docker.com/build/cache/backends/gha/#authentication)). An action such as
`crazy-max/ghaction-github-runtime`, before the build, hands the token on; `docker/build-push-action` and
`docker/bake-action` have it by themselves.

## Bad

```yaml case file=.github/workflows/image.yml
on: {push: {branches: [main]}}
jobs:
  image:
    runs-on: ubuntu-latest
    steps:
      - uses: actions/checkout@v5
      - uses: docker/setup-buildx-action@v3
      - run: docker buildx build --cache-from type=gha --cache-to type=gha,mode=max --tag app .
```

## Good

```yaml case file=.github/workflows/image.yml
on: {push: {branches: [main]}}
jobs:
  image:
    runs-on: ubuntu-latest
    steps:
      - uses: actions/checkout@v5
      - uses: docker/setup-buildx-action@v3
      - uses: crazy-max/ghaction-github-runtime@v3
      - run: docker buildx build --cache-from type=gha --cache-to type=gha,mode=max --tag app .
```
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from dockwright.facts.builds import builds
from dockwright.facts.cache_setup import IN_SCRIPTS, may_expose_runtime
from dockwright.facts.caches import situations
from dockwright.finding import Problem, Related, Severity
from dockwright.rules import rule_of_project

if TYPE_CHECKING:
    from collections.abc import Iterator

    from dockwright.facts.caches import Situation
    from dockwright.files.build import Build, Cache
    from dockwright.project import Project
    from dockwright.source import Span

_GIVEN = ("token", "url", "url_v2")


@rule_of_project(Severity.WARNING)
def check(project: Project) -> Iterator[Problem]:
    """Yield each script's build whose `gha` cache has no token."""
    said: set[Span] = set()
    for build in builds(project.tree):
        if build.tool not in IN_SCRIPTS or not build.runs or may_expose_runtime(build):
            continue
        found = [(each, cache) for each in situations(build) for cache in _caches(each)]
        if found and build.step not in said:
            said.add(build.step)
            yield _problem(build, found)


def _caches(situation: Situation) -> Iterator[Cache]:
    """Yield the entries that take the token from the environment."""
    for cache in (*situation.settings.cache_from, *situation.settings.cache_to):
        if cache.backend == "gha" and not any(option in cache.options for option in _GIVEN):
            yield cache


def _problem(build: Build, found: list[tuple[Situation, Cache]]) -> Problem:
    spans = list(dict.fromkeys(cache.value.span for _, cache in found if cache.value.span is not None))
    span = next((each for each in spans if each.source is build.step.source), build.step)
    related = [Related(call.span, "started here") for call in build.calls]
    ceiling = None if any(situation.condition.certain for situation, _ in found) else Severity.NOTICE
    message = (
        f"`{build.tool.value}` in a script has no access to GitHub's cache: buildx leaves out `type=gha` without a "
        "word, so nothing is cached. Use `crazy-max/ghaction-github-runtime` before it, or build with an action of "
        "Docker's."
    )
    return Problem(span, message, causes=(build.step,), at_most=ceiling, related=tuple(related))
