"""The base image's tag is no longer rebuilt

## Why

Docker's official images are built again whenever their base or their software gets fixes, as long as the tag is on the
list of official images. What is dropped from the list is never built again, and its tags can still be pulled: the build
works as before, on an image that stands still. That happens long before a release of the language or the distribution
ends: Python's images, for example, are built on the two newest releases of Alpine only
([FAQ of the official images](https://github.com/docker-library/faq)).

The list comes with Dockwright, and the message says when it was read. Releases that have ended are reported by
`end-of-life-base` instead, single patch versions by `exact-patch-tag`. In a stage that others only copy files from it
is a notice.

## Bad

```dockerfile
FROM python:3.13-alpine3.22
CMD ["python3"]
```

## Good

```dockerfile
FROM python:3.13-alpine3.24
CMD ["python3"]
```

## Fix

Names the newest release of the same distribution that the image is built on, if that tag is known to exist. Unsafe:
system packages get other versions.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from dockwright.facts.built_targets import shipped_images, ships
from dockwright.facts.frozen_images import dropped_tag, release_of
from dockwright.facts.retag import retag
from dockwright.finding import Applicability, Fix, Problem, Severity
from dockwright.image import ImageKind, Reference
from dockwright.lifecycle import DISTRIBUTIONS, assess, listed_tags, official_name
from dockwright.rules import rule_in_context

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import date

    from dockwright.dockerfile import Dockerfile
    from dockwright.image import ImageUse
    from dockwright.lifecycle import Dropped
    from dockwright.project import Project


@rule_in_context(Severity.WARNING)
def check(dockerfile: Dockerfile, project: Project) -> Iterator[Problem]:
    """Yield each image of which a version or variant is named that the official images' list has dropped."""
    shipped: frozenset[int] | None = None
    for use in dockerfile.images:
        reference = use.reference
        gone = None if reference is None or use.kind is ImageKind.SYNTAX else dropped_tag(reference, project.today)
        if reference is None or gone is None:
            continue
        if shipped is None:
            shipped = shipped_images(dockerfile, project)
        tag = _maintained(reference, gone, project.today)
        causes = () if use.traced is None else tuple(span for span in use.traced.spans if span is not None)
        ceiling = None if ships(use, shipped) else Severity.NOTICE
        yield Problem(use.span, _message(reference, gone, tag), _fix(dockerfile, use, tag), causes, ceiling)


def _message(reference: Reference, gone: Dropped, tag: str | None) -> str:
    name = reference.familiar.partition("@")[0]
    advice = f"Use `{_named(reference, tag)}`." if tag else "Move to a tag that is still built."
    return (
        f"`{name}` is no longer rebuilt: the official images' list dropped `{gone.part}` of "
        f"`{official_name(reference.name)}` on {gone.since} (as of {gone.read}). No fixes arrive, not even with a "
        f"rebuild from scratch. {advice}"
    )


def _named(reference: Reference, tag: str) -> str:
    return Reference(reference.registry, reference.repository, tag).familiar


def _fix(dockerfile: Dockerfile, use: ImageUse, tag: str | None) -> Fix | None:
    if tag is None or use.reference is None:
        return None
    edit = retag(dockerfile, use, tag)
    return None if edit is None else Fix(f"Use `{_named(use.reference, tag)}`", (edit,), Applicability.UNSAFE)


def _maintained(reference: Reference, gone: Dropped, today: date) -> str | None:
    """Return the same tag on the newest release of its distribution that is listed."""
    tag = release_of(reference, today)
    listed = listed_tags(official_name(reference.name) or "")
    for named in assess(reference.name, tag, today=today):
        product = named.component.product
        if product in DISTRIBUTIONS and gone.start <= named.start < gone.end:
            around = tag[: named.start], tag[named.end :]
            near = [each for each in listed if each.startswith(around[0]) and each.endswith(around[1])]
            return max(near, key=lambda each: _release(reference.name, each, product, today), default=None)
    return None


def _release(name: str, tag: str, product: str, today: date) -> tuple[int, ...]:
    """Return the release of a distribution that a tag names, for comparing; the lowest if it names none, or more."""
    named = [each.component for each in assess(name, tag, today=today) if each.component.product == product]
    return tuple(int(part) for part in named[0].cycle.split(".")) if len(named) == 1 else ()
