"""Dependabot proposes each new Python as an update of the image

## Why

For Dependabot, `python:3.14` is a newer version of `python:3.12` like any other. But another minor version of Python is
no security update: packages may have no wheels for it, and the lock file was made for the old one. Such pull requests
stay open, and in their shadow the updates that matter, those of the base image's digest and patch version, are
overlooked. An `ignore` of minor versions leaves these
([GitHub: ignore](https://docs.github.com/en/code-security/dependabot/working-with-dependabot/dependabot-options-reference#ignore--)).

Off by default, for it is a matter of taste. Said of entries for `docker` without `ignore` and `allow` that cover a
Dockerfile with a minor version of the official `python` image.

## Bad

```dockerfile
FROM python:3.14-slim-trixie
```

```yaml file=.github/dependabot.yml
version: 2
updates:
  - package-ecosystem: docker
    directory: /
    schedule:
      interval: weekly
```

## Good

```dockerfile
FROM python:3.14-slim-trixie
```

```yaml file=.github/dependabot.yml
version: 2
updates:
  - package-ecosystem: docker
    directory: /
    schedule:
      interval: weekly
    ignore:
      - dependency-name: python
        update-types: ["version-update:semver-major", "version-update:semver-minor"]
```
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from dockwright.facts.dockerfiles import dockerfiles
from dockwright.facts.updaters import updaters
from dockwright.finding import Problem, Related, Severity
from dockwright.image import ImageKind
from dockwright.lifecycle import official_name
from dockwright.rules import rule_of_project

if TYPE_CHECKING:
    from collections.abc import Iterator

    from dockwright.image import ImageUse
    from dockwright.project import Project

_MINOR = r"3\.\d+(?:\.\d+)?(?:-.*)?"


@rule_of_project(Severity.NOTICE, enabled=False)
def check(project: Project) -> Iterator[Problem]:
    """Yield each entry for `docker` that proposes other versions of Python."""
    for entry in updaters(project.tree).dependabot:
        if entry.limited or entry.span is None:
            continue
        for dockerfile in dockerfiles(project.tree):
            image = next(filter(_is_python, dockerfile.images), None)
            if image is not None and entry.cover(dockerfile.source.path):
                related = (Related(image.span, "this image is moved to another Python"),)
                yield Problem(entry.span, _message(image), causes=(image.span,), related=related)
                break


def _is_python(use: ImageUse) -> bool:
    """Tell whether Dependabot moves an image to another minor version of Python: one that is written out."""
    if use.kind is not ImageKind.FROM or use.reference is None or "$" in use.word.text:
        return False
    return official_name(use.reference.name) == "python" and bool(re.fullmatch(_MINOR, use.reference.tag or ""))


def _message(image: ImageUse) -> str:
    shown = image.reference.familiar.partition("@")[0] if image.reference is not None else ""
    return (
        f"Dependabot proposes each new Python for `{shown}` as if it were a patch. Ignore "
        f"`version-update:semver-minor` of `python`, so that what is left are the updates of security."
    )
