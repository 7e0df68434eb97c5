"""The base image's tag is of a single patch version, and nothing moves it

## Why

The tag of a patch version, such as `python:3.12.4-slim`, is built again with the distribution's fixes only until the
next patch version is out, a few weeks on average. Then it stands still: a rebuild from scratch, with `--pull` and
`--no-cache`, brings neither the language's fixes nor those of the system beneath
([FAQ of the official images](https://github.com/docker-library/faq)). The same holds for tags of a single day
(`trixie-20260803-slim`).

That is fine where a bot moves the tag. It is a notice where none is found in the repository, for official images that
the published image stands on; nothing is said about a file without a repository around it, nor about tests and
examples.

## Bad

```dockerfile
FROM python:3.12.4-slim-trixie
CMD ["python3"]
```

```text file=README.md
A repository without a bot.
```

## Good

```dockerfile
FROM python:3.12-slim-trixie
CMD ["python3"]
```

```text file=README.md
A repository without a bot.
```

## Fix

Names the release instead of the patch version, if that tag is known to exist. Unsafe: the patch version changes.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from dockwright.facts.built_targets import shipped_images, ships
from dockwright.facts.followed import followed
from dockwright.facts.frozen_images import dropped_tag, is_of_one_day, patch_of, release_of
from dockwright.facts.official_images import official
from dockwright.facts.retag import retag
from dockwright.facts.sample_paths import is_sample
from dockwright.finding import Applicability, Fix, Problem, Severity
from dockwright.image import ImageKind, Reference
from dockwright.lifecycle import State, assess, dropped, listed_tags
from dockwright.rules import rule_in_context

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import date

    from dockwright.dockerfile import Dockerfile
    from dockwright.image import ImageUse
    from dockwright.project import Project


@rule_in_context(Severity.NOTICE)
def check(dockerfile: Dockerfile, project: Project) -> Iterator[Problem]:
    """Yield each official image that is published on a tag of one patch version or day, and is not moved."""
    if is_sample(dockerfile.source.path):
        return
    found = [use for use in dockerfile.images if use.kind is ImageKind.FROM and _single(use, project.today)]
    if not found:
        return
    shipped = shipped_images(dockerfile, project)
    for use in found:
        if ships(use, shipped) and followed(project.tree, dockerfile, use) is False and use.reference is not None:
            release = release_of(use.reference, project.today)
            causes = () if use.traced is None else tuple(span for span in use.traced.spans if span is not None)
            yield Problem(use.span, _message(use.reference, release), _fix(dockerfile, use, release), causes)


def _single(use: ImageUse, today: date) -> bool:
    """Tell whether an image is named by one patch version or day; not if its release has ended, or is not built."""
    reference = use.reference
    if reference is None or reference.digest or reference.tag is None or official(reference) is None:
        return False
    supports = assess(reference.name, reference.tag, today=today)
    if not supports or dropped_tag(reference, today) or any(each.state is not State.SUPPORTED for each in supports):
        return False
    return any(patch_of(reference.tag, each) for each in supports) or is_of_one_day(reference.tag)


def _message(reference: Reference, release: str) -> str:
    gone = dropped(reference.name, reference.tag or "")
    what = "is of a single day" if is_of_one_day(reference.tag or "") else "is of a single patch version"
    when = f"and has not been rebuilt since {gone.since}" if gone else "and is not rebuilt once the next one is out"
    return (
        f"`{reference.familiar}` {what}, {when}. From then on no rebuild brings fixes, those of the system beneath "
        f"included, and nothing in this repository moves the tag. Name the release "
        f"(`{Reference(reference.registry, reference.repository, release).familiar}`), or let a bot move it."
    )


def _fix(dockerfile: Dockerfile, use: ImageUse, release: str) -> Fix | None:
    reference = use.reference
    name = official(reference) if reference is not None else None
    if reference is None or name is None or release not in listed_tags(name):
        return None
    edit = retag(dockerfile, use, release)
    familiar = Reference(reference.registry, reference.repository, release).familiar
    return None if edit is None else Fix(f"Use `{familiar}`", (edit,), Applicability.UNSAFE)
