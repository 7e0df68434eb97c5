"""A base image has not been rebuilt for months

## Why

A base gets its distribution's fixes only when its publisher builds it again. Some tags stay listed and can be pulled
although nobody has done that for months or years; then even a build with `--pull` and `--no-cache` starts from old
packages. The images of Debian are rebuilt about every three weeks, those of Alpine at least every 105 days, measured
over two years of the official images.

The date is what the image says of itself; images that say none (reproducible builds) are left out, and so are those
without packages that somebody updates. `max-base-age` in the configuration says how many days are too many, 120 unless
it does. Where it is known which security updates the image lacks, `base-lacks-security-updates` speaks, and this rule
is silent; and so it is where another one names a newer image.

This rule asks the registry, so it runs only where online rules are switched on, and looks at changed lines only.

## Bad

```dockerfile
FROM registry.example.com/team/base:9
```

```yaml online
registry.example.com/team/base:9:
  made: 2023-11-19
  has-packages: true
```

## Good

```dockerfile
FROM registry.example.com/team/base:10
```

```yaml online
registry.example.com/team/base:10:
  made: 2026-11-02
  has-packages: true
```
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from dockwright.facts.online import causes
from dockwright.finding import Problem, Severity
from dockwright.rules import rule_online

if TYPE_CHECKING:
    from collections.abc import Iterator

    from dockwright.dockerfile import Dockerfile
    from dockwright.facts.online import Base, Online
    from dockwright.project import Project


@rule_online(Severity.NOTICE)
def check(dockerfile: Dockerfile, project: Project, online: Online) -> Iterator[Problem]:
    """Yield each base image that is older than it should be, where nothing better is known of it."""
    for use, reference, base in online.known(dockerfile):
        if base.made is None or not _is_alone(base):
            continue
        days = (project.today - base.made).days
        if days > online.max_base_age:
            message = (
                f"`{reference.familiar.partition('@')[0]}` was last built on {base.made}, {days:,} days ago. What its "
                f"distribution has fixed since is in no build on it, not even without the cache. Use an image that is "
                f"rebuilt, or upgrade its packages in the Dockerfile."
            )
            yield Problem(use.span, message, None, causes(use))


def _is_alone(base: Base) -> bool:
    """Tell whether the age is all there is to say: no newer image, and nothing certain of what it lacks."""
    return base.has_packages and base.lacks is None and base.refresh is None and base.patch is None
