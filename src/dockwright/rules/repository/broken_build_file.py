"""A workflow, Compose file or bake file that cannot be read

## Why

The file is no YAML, HCL or JSON at this place, so GitHub, Compose or buildx refuses all of it: the build that it
describes does not run. What it would build is not reviewed either.

## Bad

```yaml case file=.github/workflows/build.yml
on: push
jobs:
  build:
    runs-on: ubuntu-latest
    steps:
      - run: docker build -t app .
     - run: docker push app
```

## Good

```yaml case file=.github/workflows/build.yml
on: push
jobs:
  build:
    runs-on: ubuntu-latest
    steps:
      - run: docker build -t app .
      - run: docker push app
```
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from dockwright.facts.builds import repository
from dockwright.facts.sample_paths import is_sample
from dockwright.finding import Problem, Severity
from dockwright.rules import rule_of_project

if TYPE_CHECKING:
    from collections.abc import Iterator

    from dockwright.project import Project


@rule_of_project(Severity.ERROR)
def check(project: Project) -> Iterator[Problem]:
    """Yield the first place of each file that cannot be read."""
    for broken in repository(project.tree).broken:
        if is_sample(broken.path) and not broken.path.startswith(".github/"):
            continue  # a template that tests fill in, or one that is broken so that a test can look at it
        said = broken.message.rstrip(".")
        yield Problem(broken.span, f"This file cannot be read here, so nothing in it takes effect: {said}.")
