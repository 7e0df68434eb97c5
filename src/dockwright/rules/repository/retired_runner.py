"""An image is built on a runner that GitHub has taken away

## Why

GitHub supports the two newest releases of each system as runners, and takes the others away on an announced day. No
machine takes a job with such a label any more: it waits for a day, is then cancelled, and the image is neither built
nor rebuilt ([GitHub-hosted runners](https://github.com/actions/runner-images#available-images)).

Only jobs that build images are looked at, and only GitHub's own labels: nothing is said where a job also asks for
`self-hosted`. In the last 90 days before such a day it is a notice.

## Bad

```yaml case file=.github/workflows/image.yml
on: push
jobs:
  image:
    runs-on: ubuntu-20.04
    steps:
      - uses: actions/checkout@v6
      - run: docker build .
```

```dockerfile also file=Dockerfile
FROM debian:trixie-slim
```

## Good

```yaml case file=.github/workflows/image.yml
on: push
jobs:
  image:
    runs-on: ubuntu-24.04
    steps:
      - uses: actions/checkout@v6
      - run: docker build .
```

```dockerfile also file=Dockerfile
FROM debian:trixie-slim
```

## Fix

Names a release of the same system that is still there. Unsafe: it has other tools.
"""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING

from msgspec import Struct

from dockwright.facts.builds import builds
from dockwright.finding import Applicability, Fix, Problem, Related, Severity
from dockwright.rules import rule_of_project
from dockwright.source import Edit

if TYPE_CHECKING:
    from collections.abc import Iterator

    from dockwright.files.build import Build
    from dockwright.files.value import Value
    from dockwright.project import Project


class _Runner(Struct, frozen=True):
    """A label: the day on which its runners were taken away, and one that is there."""

    ended: date
    instead: str


# By the announcements in github.com/actions/runner-images: issues 3287, 6002, 11101, 14254; 4312, 12045.
_RUNNERS = {
    "ubuntu-16.04": _Runner(date(2021, 9, 20), "ubuntu-24.04"),
    "ubuntu-18.04": _Runner(date(2023, 4, 3), "ubuntu-24.04"),
    "ubuntu-20.04": _Runner(date(2025, 4, 15), "ubuntu-24.04"),
    "ubuntu-22.04": _Runner(date(2027, 4, 17), "ubuntu-24.04"),
    "ubuntu-22.04-arm": _Runner(date(2027, 4, 17), "ubuntu-24.04-arm"),
    "windows-2016": _Runner(date(2022, 3, 15), "windows-2022"),
    "windows-2019": _Runner(date(2025, 6, 30), "windows-2022"),
}
_NOTICE = timedelta(days=90)


@rule_of_project(Severity.ERROR)
def check(project: Project) -> Iterator[Problem]:
    """Yield each label of a job that builds an image whose runners are gone, or soon will be."""
    seen: set[tuple[str, int]] = set()
    for build in builds(project.tree):
        if build.runner is None or not build.runner.hosted.certain:
            continue
        for label in build.runner.labels:
            runner = _RUNNERS.get(label.text or "")
            span = label.span
            if runner is None or span is None or project.today < runner.ended - _NOTICE:
                continue
            if (span.source.path, span.start) not in seen:
                seen.add((span.source.path, span.start))
                yield _problem(build, label, runner, project.today)


def _problem(build: Build, label: Value, runner: _Runner, today: date) -> Problem:
    exact = label.traced.exact
    place = exact or label.span
    assert place is not None  # noqa: S101 - asked by `check`
    fix = None
    if exact is not None and exact == label.span:  # in a matrix, another leg may have that label already
        fix = Fix(f"Use `{runner.instead}`", (Edit(exact, runner.instead),), Applicability.UNSAFE)
    if today >= runner.ended:
        happens = (
            f"GitHub took the runners `{label.text}` away on {runner.ended}: no machine takes this job, so the image "
            f"is not built. Use `{runner.instead}`."
        )
    else:
        happens = (
            f"GitHub takes the runners `{label.text}` away on {runner.ended}: from then on no machine takes this job, "
            f"and the image is not built. Use `{runner.instead}`."
        )
    ceiling = None if today >= runner.ended else Severity.NOTICE
    return Problem(place, happens, fix, (build.step,), ceiling, (Related(build.step, "the image is built here"),))
