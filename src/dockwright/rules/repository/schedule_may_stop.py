"""The schedule that rebuilds an image shares its workflow with other events

## Why

In a public repository GitHub disables a workflow with a schedule when nothing has happened there for 60 days. It
disables the whole file: the pushes and pull requests that it is also for are then not built either, until somebody
enables it again
([GitHub: schedule](https://docs.github.com/en/actions/reference/workflows-and-actions/events-that-trigger-workflows#schedule)).
In a file of its own, with `workflow_dispatch`, a schedule takes nothing with it, and can be started by hand.

The rule is off by default: for a repository that somebody works on every month, nothing is to be done.

## Bad

```yaml case file=.github/workflows/image.yml
on:
  push: {branches: [main]}
  schedule: [{cron: "17 4 * * 1"}]
jobs:
  image:
    runs-on: ubuntu-latest
    steps:
      - uses: docker/build-push-action@v6
        with:
          push: true
          tags: ghcr.io/example/app:latest
```

```dockerfile also file=Dockerfile
FROM debian:trixie-slim
RUN apt-get update && apt-get install -y --no-install-recommends nginx
```

## Good

```yaml case file=.github/workflows/image.yml
on:
  push: {branches: [main]}
jobs:
  image:
    runs-on: ubuntu-latest
    steps:
      - uses: docker/build-push-action@v6
        with:
          push: true
          tags: ghcr.io/example/app:latest
```

```yaml file=.github/workflows/rebuild.yml
on:
  workflow_dispatch:
  schedule: [{cron: "17 4 * * 1"}]
jobs:
  image:
    runs-on: ubuntu-latest
    steps:
      - uses: docker/build-push-action@v6
        with:
          push: true
          tags: ghcr.io/example/app:latest
```

```dockerfile also file=Dockerfile
FROM debian:trixie-slim
RUN apt-get update && apt-get install -y --no-install-recommends nginx
```
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from dockwright.facts.builds import build_files, repository
from dockwright.facts.rebuilds import published_images, workflow_of
from dockwright.finding import Problem, Severity
from dockwright.rules import rule_of_project

if TYPE_CHECKING:
    from collections.abc import Iterator

    from dockwright.project import Project
    from dockwright.source import Span

_OTHERS = ("push", "pull_request", "pull_request_target", "release", "merge_group")
_KEPT_ALIVE = r"keepalive|keep-alive|workflows/[^\s]+/enable|gh workflow enable"


@rule_of_project(Severity.NOTICE, enabled=False)
def check(project: Project) -> Iterator[Problem]:
    """Yield each schedule that publishes an image from a workflow which is for pushes or pull requests, too."""
    if not build_files(project.tree):
        return
    found: set[Span] = set()
    for image in published_images(project.tree).values():
        for each in image.scheduled:
            span = each.run.event.span
            workflow = workflow_of(project.tree, each.build)
            if span in found or workflow is None or not each.published.certain:
                continue
            shared = next((name for name in _OTHERS if workflow.trigger(name) is not None), None)
            if shared is not None and not _is_kept_alive(project):
                found.add(span)
                yield Problem(
                    span,
                    "In a public repository GitHub disables this whole file after 60 days without activity, its builds "
                    f"for `{shared}` as well. Give the scheduled build a workflow of its own.",
                )


def _is_kept_alive(project: Project) -> bool:
    """Tell whether a workflow sees to it that schedules go on."""
    return any(re.search(_KEPT_ALIVE, each.source.text) for each in repository(project.tree).workflows)
