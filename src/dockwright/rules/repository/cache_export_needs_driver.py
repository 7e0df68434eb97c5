"""A cache is exported by the default builder, which cannot do it

## Why

On GitHub's machines the builder that is there from the start (buildx's `docker` driver) exports inline caches only.
With `cache-to` of another type the build ends with `Cache export is not supported for the docker driver`
([Docker: cache backends](https://docs.docker.com/build/cache/backends/)). `docker/setup-buildx-action` makes one that
can.

Nothing is said where a step before may have set up the engine's containerd image store, or on machines of others.

## Bad

```yaml case file=.github/workflows/image.yml
on: {push: {branches: [main]}}
jobs:
  image:
    runs-on: ubuntu-latest
    steps:
      - uses: docker/build-push-action@v6
        with:
          tags: app
          cache-to: type=gha,mode=max
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
          tags: app
          cache-to: type=gha,mode=max
```

## Fix

`docker/setup-buildx-action` is added before the build, at the version that the repository uses elsewhere; without one,
nothing is changed. The fix is unsafe: an image built by the new builder is only there for later steps with `load`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from dockwright.facts.builds import builds, repository
from dockwright.facts.cache_setup import IN_SCRIPTS, may_set_up_engine, on_github_ubuntu
from dockwright.facts.caches import situations
from dockwright.facts.workflow_steps import step_before, written_use
from dockwright.finding import Applicability, Fix, Problem, Severity
from dockwright.rules import rule_of_project

if TYPE_CHECKING:
    from collections.abc import Iterator

    from dockwright.files.build import Build, Cache
    from dockwright.project import Project, Tree
    from dockwright.source import Span

_BACKENDS = frozenset(("gha", "registry", "local", "s3", "azblob"))
_ACTION = "docker/setup-buildx-action"


@rule_of_project(Severity.ERROR)
def check(project: Project) -> Iterator[Problem]:
    """Yield each cache export of the `docker` driver."""
    said: set[Span] = set()
    for build in builds(project.tree):
        if build.builder.driver != "docker" or build.builder.setup is not None or not build.runs:
            continue
        export, certain = _export(build)
        span = export.value.span if export is not None else None
        if span is None or span in said or not on_github_ubuntu(build) or may_set_up_engine(build):
            continue
        said.add(span)
        message = (
            "The build ends with `Cache export is not supported for the docker driver`: nothing in this job sets up "
            f"another builder. Add a step with `{_ACTION}` before it."
        )
        yield Problem(span, message, _fix(project.tree, build), (build.step,), None if certain else Severity.NOTICE)


def _export(build: Build) -> tuple[Cache | None, bool]:
    """Return an export that the driver refuses, and whether it is sure that it comes to it."""
    found: Cache | None = None
    for situation in situations(build):
        for cache in situation.settings.cache_to:
            refused = cache.backend in _BACKENDS and not (cache.backend == "gha" and build.tool in IN_SCRIPTS)
            if refused and build.tool.buildkit:
                found = found or cache
                if situation.condition.certain:
                    return cache, True
    return found, False


def _fix(tree: Tree, build: Build) -> Fix | None:
    if build.calls:
        return None
    use = written_use(repository(tree).workflows, _ACTION)
    edit = None if use is None else step_before(build.step, f"uses: {use}")
    return None if edit is None else Fix(f"Add `{_ACTION}`", (edit,), Applicability.UNSAFE)
