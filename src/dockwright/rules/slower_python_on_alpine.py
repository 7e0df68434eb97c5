"""Python's Alpine image is built without the optimizations of the others

## Why

Docker's official `python` images are built with profile-guided optimization (`--enable-optimizations`), except those
for Alpine, where the tests that it needs fail
([docker-library/python](https://github.com/docker-library/python/blob/master/Dockerfile-linux.template)). The same
program takes more time there, and Alpine images are refreshed least often of all. For the few megabytes that are saved
once, that is a poor bargain for a service in Python.

Off by default: nothing is broken, and for a small tool the difference does not matter. That packages are compiled on
Alpine is said by `alpine-for-python`.

## Bad

```dockerfile
FROM python:3.14-alpine
COPY shop.py .
CMD ["python", "shop.py"]
```

## Good

```dockerfile
FROM python:3.14-slim-trixie
COPY shop.py .
CMD ["python", "shop.py"]
```
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from dockwright.facts.bases import Family, family_of
from dockwright.facts.built_targets import run_targets
from dockwright.facts.sample_paths import is_sample
from dockwright.finding import Problem, Severity
from dockwright.lifecycle import official_name
from dockwright.rules import rule_in_context

if TYPE_CHECKING:
    from collections.abc import Iterator

    from dockwright.dockerfile import Dockerfile
    from dockwright.project import Project

_MESSAGE = (
    "Python is built without profile-guided optimization in its Alpine images, other than in those on Debian, and "
    "runs slower. Use the `-slim` image of the same version, unless every megabyte counts."
)


@rule_in_context(Severity.NOTICE, enabled=False, words=("alpine",))
def check(dockerfile: Dockerfile, project: Project) -> Iterator[Problem]:
    """Yield the official Python image on Alpine below each stage that is run."""
    if is_sample(dockerfile.source.path):
        return
    seen: set[int] = set()
    for target in run_targets(dockerfile, project):
        image = dockerfile.lineage(target.stage)[-1].image
        if image is None or image.reference is None or image.span.start in seen:
            continue
        if official_name(image.reference.name) == "python" and family_of(image.reference) is Family.ALPINE:
            seen.add(image.span.start)
            yield Problem(image.span, _MESSAGE, related=target.related)
