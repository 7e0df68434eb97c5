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
from dockwright.finding import Applicability, Fix, Problem, Related, Severity
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
    from dockwright.source import Span


@rule_in_context(Severity.WARNING)
def check(dockerfile: Dockerfile, project: Project) -> Iterator[Problem]:
    """Yield each image of which a version or variant is named that the official images' list has dropped."""
    shipped: frozenset[int] | None = None
    alike: dict[str, list[ImageUse]] = {}
    for use in dockerfile.images:
        if use.reference is not None and use.kind is not ImageKind.SYNTAX:
            alike.setdefault(use.reference.familiar, []).append(use)
    for uses in alike.values():
        use = uses[0]
        reference = use.reference
        gone = None if reference is None else dropped_tag(reference, project.today)
        if reference is None or gone is None:
            continue
        if shipped is None:
            shipped = shipped_images(dockerfile, project)
        tag = _maintained(reference, gone, project.today)
        ceiling = None if any(ships(each, shipped) for each in uses) else Severity.NOTICE
        related = tuple(Related(each.span, "and here") for each in uses[1:])
        fix = _fix(dockerfile, uses, tag)
        yield Problem(use.span, _message(reference, gone, tag), fix, _written(uses), ceiling, related)


def _written(uses: list[ImageUse]) -> tuple[Span, ...]:
    """Return where a name is written, for all its uses."""
    traced = [each.traced for each in uses if each.traced is not None]
    return tuple(dict.fromkeys(span for each in traced for span in each.spans if span is not None))


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


def _fix(dockerfile: Dockerfile, uses: list[ImageUse], tag: str | None) -> Fix | None:
    reference = uses[0].reference
    if tag is None or reference is None:
        return None
    edits = tuple(dict.fromkeys(edit for use in uses if (edit := retag(dockerfile, use, tag)) is not None))
    return Fix(f"Use `{_named(reference, tag)}`", edits, Applicability.UNSAFE) if edits else None


def _maintained(reference: Reference, gone: Dropped, today: date) -> str | None:
    """Return the same tag on the newest release of its distribution that is listed."""
    tag = release_of(reference, today)
    listed = listed_tags(official_name(reference.name) or "")
    for named in assess(reference.name, tag, today=today):
        product = named.component.product
        if product in DISTRIBUTIONS and gone.start <= named.start < gone.end:
            around = tag[: named.start], tag[named.end :]
            near = [each for each in listed if each.startswith(around[0]) and each.endswith(around[1])]
            # Among those of one release, the shortest says nothing that the old tag did not (`-fpm`, `-slim`).
            return max(
                near, key=lambda each: (_release(reference.name, each, product, today), -len(each)), default=None
            )
    return None


def _release(name: str, tag: str, product: str, today: date) -> tuple[int, ...]:
    """Return the release of a distribution that a tag names, for comparing; the lowest if it names none, or more."""
    named = [each.component for each in assess(name, tag, today=today) if each.component.product == product]
    return tuple(int(part) for part in named[0].cycle.split(".")) if len(named) == 1 else ()
