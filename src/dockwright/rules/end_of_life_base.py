"""The base image is past the end of its support

## Why

Once a distribution's or a language's release has ended, nobody fixes what is found in it. A scanner may even stay
silent, because there are no fixed versions left to compare with, and rebuilding brings nothing. Each release that a tag
names is judged by itself: `python:3.9-slim-bookworm` can be past its end for Python, for Debian, or for both.

- Free security updates have ended, or the image itself is no longer rebuilt: an error.
- The distribution's own security team has stopped and a long-term support team goes on: a warning.
- Less than 90 days are left: a notice.

In a stage that others only copy files from it is a notice, because nothing of the base ships; but a Go compiler puts
its own library into what it builds, so there it is a warning. The dates come with Dockwright (Debian and Ubuntu:
distro-info-data; the rest: [endoflife.date](https://endoflife.date), Node.js and Python from their own schedules); the
message says when they were read, and when that is too long ago nothing is said. Paid support (Ubuntu Pro, Debian ELTS)
is mentioned where it exists: if you have it, ignore the finding with that reason.

## Bad

```dockerfile
FROM python:3.12-slim-bullseye
CMD ["python3"]
```

## Good

```dockerfile
FROM python:3.12-slim-trixie
CMD ["python3"]
```

## Fix

Names the same image and language version on a release of the distribution that is supported, if that tag is known to
exist. Unsafe: system packages get other versions, and some have other names there.
"""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING

from dockwright.facts.built_targets import shipped_images, ships
from dockwright.facts.retag import retag
from dockwright.facts.sample_paths import is_sample
from dockwright.finding import Applicability, Fix, Problem, Severity
from dockwright.image import ImageKind, Reference
from dockwright.lifecycle import State, assess, cycles, retired, successor
from dockwright.lifecycle.support import judge
from dockwright.rules import rule_in_context

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import date

    from dockwright.dockerfile import Dockerfile
    from dockwright.image import ImageUse
    from dockwright.lifecycle import Support
    from dockwright.project import Project

_SEVERITIES = {State.ENDED: Severity.ERROR, State.LTS_ONLY: Severity.WARNING, State.ENDING: Severity.NOTICE}
_COMPILED_IN = "go"
"""The language whose own library ends up in what it compiles."""


@rule_in_context(Severity.ERROR)
def check(dockerfile: Dockerfile, project: Project) -> Iterator[Problem]:
    """Yield each image whose tag names a release that has ended or is about to, and each that is given up."""
    shipped: frozenset[int] | None = None
    for use in dockerfile.images:
        reference = use.reference
        if use.kind is ImageKind.SYNTAX or reference is None:
            continue
        supports = assess(reference.name, reference.tag or "", today=project.today)
        ending = [each for each in supports if each.state in _SEVERITIES]
        message = _ended(dockerfile, use, reference, ending, project.today) if ending else _given_up(reference)
        if message is None:
            continue
        if shipped is None:
            shipped = shipped_images(dockerfile, project)
        ceiling = max((_SEVERITIES[each.state] for each in ending), default=Severity.WARNING)
        if not ships(use, shipped):
            ceiling = min(ceiling, _where_only_files_are_taken(ending))
        text, fix = message
        causes = () if use.traced is None else tuple(span for span in use.traced.spans if span is not None)
        if is_sample(dockerfile.source.path):
            ceiling = Severity.NOTICE
        yield Problem(use.span, text, fix, causes=causes, at_most=ceiling)


def _where_only_files_are_taken(ending: list[Support]) -> Severity:
    compiled_in = any(each.component.product == _COMPILED_IN and each.state is State.ENDED for each in ending)
    return Severity.WARNING if compiled_in else Severity.NOTICE


def _ended(
    dockerfile: Dockerfile, use: ImageUse, reference: Reference, ending: list[Support], today: date
) -> tuple[str, Fix | None]:
    """Return what is wrong with an image whose releases have ended, and the fix, if there is one."""
    tag = successor(reference.name, reference.tag or "", today=today)
    if tag is None:
        fix = None
        advice = _newest(ending, today)
    else:
        name = Reference(reference.registry, reference.repository, tag).familiar
        edit = retag(dockerfile, use, tag)
        fix = None if edit is None else Fix(f"Use `{name}`", (edit,), Applicability.UNSAFE)
        advice = f"Use `{name}`."
    said = ", and ".join(_say(each, today) for each in ending)
    read = min(each.component.read for each in ending)
    return f"`{reference.familiar.partition('@')[0]}`: {said}. {advice} Support dates as of {read}.", fix


def _newest(ending: list[Support], today: date) -> str:
    """Say what to move to, in words: the newest releases that are supported."""
    found = [_newest_of(each.component.product, today) for each in ending]
    newest = [title for title in found if title is not None]
    if not newest:
        return "Move to a supported release."
    return f"Move to a supported release; the newest {'is' if len(newest) == 1 else 'are'} {' and '.join(newest)}."


@lru_cache(maxsize=32)
def _newest_of(product: str, today: date) -> str | None:
    """Return the title of a product's newest release that is supported."""
    supported = [each.title for each in cycles(product) if judge(each, today)[0] is State.SUPPORTED]
    return supported[-1] if supported else None


def _say(support: Support, today: date) -> str:
    """Say what has happened to a release, or will."""
    release = support.component
    match support.state:
        case State.ENDED:
            paid = release.paid_end
            rest = f" (for those who pay, until {paid})" if paid is not None and paid >= today else ""
            return f"{release.title} has had no security updates since {support.ends}{rest}"
        case State.LTS_ONLY:
            return (
                f"{release.title} left the care of its security team on {release.support_end}, and a smaller "
                f"long-term support team goes on until {support.ends}"
            )
        case _:
            days = (support.ends - today).days if support.ends is not None else 0
            return f"{release.title} gets security updates for {days} more days, until {support.ends}"


def _given_up(reference: Reference) -> tuple[str, None] | None:
    """Return what is wrong with an image that its publisher no longer rebuilds."""
    found = retired(reference.name, reference.tag or "latest")
    if found is None:
        return None
    name = Reference(reference.registry, reference.repository).familiar
    instead = f" Use {' or '.join(f'`{other}`' for other in found.instead)} instead." if found.instead else ""
    return f"`{name}` {found.reason} (as of {found.since}), and gets no security updates.{instead}", None
