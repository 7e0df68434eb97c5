"""A local cache is saved with all that was ever in it

## Why

An export to `type=local` adds its layers to the folder and removes none. Restored and saved again by every run, the
folder grows until it takes longer to carry around than it spares, or fills the disk
([BuildKit #1896](https://github.com/moby/buildkit/issues/1896)). `reset=true` (since buildx 0.35) makes an export leave
nothing else in the folder; before, one exported to another folder and moved that into the place of the first.

## Bad

```yaml case file=.github/workflows/image.yml
on: {push: {branches: [main]}}
jobs:
  image:
    runs-on: ubuntu-latest
    steps:
      - uses: docker/setup-buildx-action@v3
      - uses: actions/cache@v4
        with:
          path: /tmp/.buildx-cache
          key: buildx-${{ github.sha }}
          restore-keys: buildx-
      - uses: docker/build-push-action@v6
        with:
          cache-from: type=local,src=/tmp/.buildx-cache
          cache-to: type=local,dest=/tmp/.buildx-cache,mode=max
```

## Good

```yaml case file=.github/workflows/image.yml
on: {push: {branches: [main]}}
jobs:
  image:
    runs-on: ubuntu-latest
    steps:
      - uses: docker/setup-buildx-action@v3
      - uses: actions/cache@v4
        with:
          path: /tmp/.buildx-cache
          key: buildx-${{ github.sha }}
          restore-keys: buildx-
      - uses: docker/build-push-action@v6
        with:
          cache-from: type=local,src=/tmp/.buildx-cache
          cache-to: type=local,dest=/tmp/.buildx-cache,mode=max,reset=true
```

## Fix

`reset=true` is added. The fix is unsafe, as it needs buildx 0.35, which `docker/setup-buildx-action` brings unless it
is told another version.
"""

from __future__ import annotations

import posixpath
import re
from typing import TYPE_CHECKING

from dockwright.facts.builds import builds
from dockwright.facts.caches import end_of_entry, exporting
from dockwright.finding import Applicability, Fix, Problem, Severity
from dockwright.rules import rule_of_project
from dockwright.source import Edit

if TYPE_CHECKING:
    from collections.abc import Iterator

    from dockwright.facts.caches import Situation
    from dockwright.files.build import Build, Cache
    from dockwright.project import Project
    from dockwright.source import Span

_REMOVES = r"\b(?:mv|rm|rsync|find|prune|du)\b|--delete"


@rule_of_project(Severity.NOTICE)
def check(project: Project) -> Iterator[Problem]:
    """Yield each export to a folder that is restored and saved, and never emptied."""
    said: set[Span] = set()
    for situation, cache in exporting(builds(project.tree), "local"):
        span = cache.value.span
        if span is None or span in said or "reset" in cache.options or not _is_carried(situation, cache):
            continue
        said.add(span)
        folder = cache.options["dest"].shown
        message = (
            f"Nothing is ever removed from `{folder}`: each run adds the layers it exports, and all of it is restored "
            "and saved again. Add `reset=true` (buildx 0.35), or cache with `type=gha` or `type=registry`."
        )
        yield Problem(span, message, _fix(situation.build, cache))


def _is_carried(situation: Situation, cache: Cache) -> bool:
    """Tell whether the folder is imported as well, kept by actions/cache, and left alone by all other steps."""
    build, dest = situation.build, cache.options.get("dest")
    if dest is None or not build.runs:
        return False
    sources = [each.options.get("src") for each in situation.settings.cache_from if each.backend == "local"]
    if not any(each is not None and _path(each.shown) == _path(dest.shown) for each in sources):
        return False
    steps = [value.traced.text for value in (*build.earlier, *build.later)]
    kept = any(re.match(r"(?:actions|buildjet)/cache(?:/\w+)?@", text) for text in steps)
    return kept and not any(re.search(_REMOVES, text) and _named(text, dest.shown) for text in steps)


def _path(text: str) -> str:
    return posixpath.normpath(text)


def _named(text: str, folder: str) -> bool:
    return posixpath.basename(_path(folder)) in text


def _fix(build: Build, cache: Cache) -> Fix | None:
    end = end_of_entry(cache, build.tool)
    return None if end is None else Fix("Add `reset=true`", (Edit(end, ",reset=true"),), Applicability.UNSAFE)
