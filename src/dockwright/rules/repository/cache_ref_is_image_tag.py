"""A cache is exported to the tag of the image itself

## Why

`cache-to: type=registry,ref=...` pushes the cache as an image of its own. Under a tag that the build pushes as well,
one of the two overwrites the other: whoever pulls the tag gets a cache that does not run, or the cache is lost each
time ([Docker: registry cache](https://docs.docker.com/build/cache/backends/registry/)). An inline cache is the one that
lives in the image; a registry cache needs a tag of its own, such as `buildcache`.

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
          cache-to: type=registry,ref=ghcr.io/example/app:latest,mode=max
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

## Fix

The tag becomes `buildcache` in the export, and in the imports of the same build. The fix is unsafe where it is not
known whether both are pushed.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from dockwright.facts.builds import builds
from dockwright.facts.cache_fixes import tagged_buildcache
from dockwright.facts.caches import exporting, image_name
from dockwright.files.build import TagKind
from dockwright.finding import Applicability, Fix, Problem, Related, Severity
from dockwright.rules import rule_of_project

if TYPE_CHECKING:
    from collections.abc import Iterator

    from dockwright.facts.caches import Situation
    from dockwright.files.build import Cache, Tag
    from dockwright.files.value import Value
    from dockwright.project import Project
    from dockwright.source import Span


@rule_of_project(Severity.ERROR)
def check(project: Project) -> Iterator[Problem]:
    """Yield each registry cache that is exported to a tag of the image."""
    said: set[Span] = set()
    for situation, cache in exporting(builds(project.tree), "registry"):
        ref, span = cache.ref, cache.value.span
        if ref is None or span is None or span in said or not situation.published.possible:
            continue
        tag = next((each for each in situation.settings.tags if _is_same(each, ref)), None)
        if tag is not None:
            said.add(span)
            yield _problem(situation, cache, ref, tag)


def _is_same(tag: Tag, ref: Value) -> bool:
    """Tell whether a tag is the image that a cache is exported to; in one job, equal texts mean the same."""
    if tag.name is None or (tag.tag is None and tag.kind is not TagKind.WRITTEN):
        return False
    made = tag.value.shown if tag.kind is TagKind.WRITTEN else f"{tag.name}:{tag.tag}"
    return image_name(made) == image_name(ref.shown)


def _problem(situation: Situation, cache: Cache, ref: Value, tag: Tag) -> Problem:
    span = cache.value.span
    assert span is not None, "asked before"  # noqa: S101
    sure = situation.condition & situation.published
    ceiling = None if sure.certain and tag.kind is TagKind.WRITTEN else Severity.NOTICE
    message = (
        f"The cache is pushed to `{ref.shown}`, which is a tag of the image itself: one of the two overwrites the "
        "other. Give the cache a tag of its own, such as `buildcache`."
    )
    related = () if tag.value.span is None else (Related(tag.value.span, "the image is pushed here"),)
    fix = _fix(situation, ref, Applicability.SAFE if ceiling is None else Applicability.UNSAFE)
    return Problem(span, message, fix, (situation.build.step,), ceiling, related)


def _fix(situation: Situation, ref: Value, applicability: Applicability) -> Fix | None:
    entries = (*situation.settings.cache_to, *situation.settings.cache_from)
    refs = [each.ref for each in entries if each.backend == "registry" and each.ref is not None]
    same = [each for each in refs if image_name(each.shown) == image_name(ref.shown)]
    edits = [tagged_buildcache(each) for each in same]
    if None in edits:
        return None
    by_place = {edit.span: edit for edit in edits if edit is not None}
    return Fix("Export the cache to the tag `buildcache`", tuple(by_place.values()), applicability)
