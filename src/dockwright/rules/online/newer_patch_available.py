"""There is a newer patch version of a base image

## Why

A patch version only mends what its release has wrong, security included, and once it is out its predecessor's tag is
no longer rebuilt: it gets neither the language's fixes nor those of the system beneath
([FAQ of the official images](https://github.com/docker-library/faq)). A line that is being changed anyway is the
cheapest place to take it.

This rule asks the registry which tags there are, so it runs only where online rules are switched on. It looks at
changed lines only: to keep all images moving is the job of an updater, such as `dockwright update`. What the
configuration says of updates counts here as well (`types`, `ignore`, `allowed`, `cooldown`), the variant stays the
same, and only an image is proposed that there is for the same platforms. It is silent where
[base-lacks-security-updates](base-lacks-security-updates.md) asks for the same version.

## Bad

```dockerfile
FROM python:3.13.1-slim-trixie
```

```yaml online
python:3.13.1-slim-trixie:
  patch: python:3.13.9-slim-trixie
```

## Good

```dockerfile
FROM python:3.13.9-slim-trixie
```

```yaml online
python:3.13.9-slim-trixie: {}
```

## Fix

Names the newest patch version, with its digest where one is pinned. Unsafe: another image is built on.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from dockwright.facts.online import causes, move
from dockwright.finding import Problem, Severity
from dockwright.rules import rule_online

if TYPE_CHECKING:
    from collections.abc import Iterator

    from dockwright.dockerfile import Dockerfile
    from dockwright.facts.online import Online
    from dockwright.project import Project


@rule_online(Severity.NOTICE)
def check(dockerfile: Dockerfile, _project: Project, online: Online) -> Iterator[Problem]:
    """Yield each base image of which there is a newer patch version."""
    for use, reference, base in online.known(dockerfile):
        if base.patch is None or base.patch == base.remedy:
            continue
        name = type(reference)(reference.registry, reference.repository, base.patch.tag).familiar
        message = (
            f"There is a newer patch version, `{name}`. It mends what `{reference.tag}` has wrong, which is mostly not "
            f"rebuilt any more. Name the newer one."
        )
        yield Problem(use.span, message, move(dockerfile, use, base.patch, f"Use `{name}`"), causes(use))
