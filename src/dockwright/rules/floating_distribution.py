"""The base image moves from one Debian to the next, and the Dockerfile is written for one of them

## Why

A tag such as `python:3.12-slim` names no release of Debian. It moved from Debian 12 to 13 in August 2025, with the same
Python, and it will move again. A Dockerfile that installs packages which only one release has (`libicu72`,
`postgresql-client-15`, `libgl1-mesa-glx`), or that adds a package source for one release by its name, stops building
that day, or mixes two releases. The makers of the official images ask for the release to be named where packages are
installed ([Docker Hub: python](https://hub.docker.com/_/python)).

Packages are looked at only where all come from Debian itself: nothing is said about them where a package source is
added. Nor about tags that no longer move.

## Bad

```dockerfile
FROM python:3.12-slim
RUN apt-get update && apt-get install -y --no-install-recommends postgresql-client-15
CMD ["python3"]
```

## Good

```dockerfile
FROM python:3.12-slim-bookworm
RUN apt-get update && apt-get install -y --no-install-recommends postgresql-client-15
CMD ["python3"]
```

## Fix

Names the newest release of Debian that has all of it, if that is supported and the tag is known to exist. Unsafe: the
tag may stand on another release now.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from msgspec import Struct

from dockwright.facts.bases import Family, family_of
from dockwright.facts.debian_packages import releases_with
from dockwright.facts.frozen_images import is_of_one_day, release_of
from dockwright.facts.manager_syntax import Action
from dockwright.facts.official_images import official
from dockwright.facts.package_managers import steps_of
from dockwright.facts.retag import retag
from dockwright.facts.stages import levels, text_of
from dockwright.finding import Applicability, Fix, Problem, Related, Severity
from dockwright.image import Reference
from dockwright.lifecycle import DISTRIBUTIONS, State, assess, cycles, dropped, find, listed_tags
from dockwright.lifecycle.support import judge
from dockwright.rules import rule_in_context

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import date

    from dockwright.dockerfile import Dockerfile, Stage
    from dockwright.image import ImageUse
    from dockwright.project import Project
    from dockwright.source import Span

_FIXED_SOURCE = (
    r"\bdeb(?:-src)?[ \t]+(?:\[[^\]\n]{0,200}\][ \t]+)?https?://[^\s\"']{1,200}[ \t]+(?P<name>[a-z]{4,10})"
    r"(?:-[\w/-]{1,40})?[ \t]+[a-z]"
)
_SOURCES = (
    r"sources\.list|\.sources\b|add-apt-repository|\bextrepo\b|setup_\d+\.x|\bdpkg\b|apt-key|\| *(?:sudo )?(?:ba)?sh\b"
)
_KEEPS_RELEASES = "node"
"""The image whose major versions mostly stay on the release of Debian that they began with."""
_NOT_DEBIAN = frozenset("buildpack-deps debian neurodebian ros ubuntu".split())


class _Evidence(Struct, frozen=True):
    """Something that only some releases of Debian have: what it is, in words, where, and their versions."""

    text: str
    span: Span
    releases: tuple[str, ...]


@rule_in_context(Severity.WARNING, instructions=("RUN",), words=("apt",))
def check(dockerfile: Dockerfile, project: Project) -> Iterator[Problem]:
    """Yield each image without a release of Debian in its tag on which something of a certain release is installed."""
    found: dict[int, list[_Evidence]] = {}
    uses: dict[int, ImageUse] = {}
    for stage in dockerfile.stages:
        root = levels(dockerfile, stage)[-1].image
        if root is not None and root.reference is not None and _moves(root.reference, project.today):
            uses[root.span.start] = root
            here = found.setdefault(root.span.start, [])
            here += [each for each in _evidence(dockerfile, stage) if each not in here]
    for start, evidence in found.items():
        if evidence:
            yield _problem(dockerfile, uses[start], evidence, project.today)


def _moves(reference: Reference, today: date) -> bool:
    """Tell whether it is an official image on Debian whose tag goes from one release of it to the next."""
    name, tag = official(reference), reference.tag or "latest"
    if name is None or name in _NOT_DEBIAN or reference.digest or family_of(reference) is not Family.DEBIAN:
        return False
    if not any(character.isdigit() for character in tag):
        return False  # that it names no version at all is said by floating-tag
    supports = assess(reference.name, tag, today=today)
    if any(each.component.product in DISTRIBUTIONS or each.state is not State.SUPPORTED for each in supports):
        return False
    if release_of(reference, today) != tag or is_of_one_day(tag) or dropped(reference.name, tag):
        return False
    return any(_with_release(tag, each.codename) & listed_tags(name) for each in cycles("debian"))


def _evidence(dockerfile: Dockerfile, stage: Stage) -> Iterator[_Evidence]:
    own_sources = re.search(_SOURCES, text_of(dockerfile, stage)) is not None
    for run in dockerfile.instructions("RUN", stage=stage):
        if own_sources:
            yield from _sources(run.span)
            continue
        for step in steps_of(dockerfile, run):
            if step.manager == "apt" and step.action is Action.INSTALL:
                for word in step.operands:
                    releases = releases_with(word.text.partition("=")[0])
                    if releases is not None and word.span is not None:
                        yield _Evidence(f"`{word.text}` is of {_titles(releases)}", word.span, releases)


def _sources(run: Span) -> Iterator[_Evidence]:
    """Yield package sources for one release by its name, for Debian itself or for somebody else's packages."""
    names = {each.codename: each.cycle for each in cycles("debian")}
    for match in re.finditer(_FIXED_SOURCE, run.text):
        if match["name"] in names:
            start, end = run.start + match.start(), run.start + match.end("name")
            text = f"this file adds a package source for `{match['name']}`"
            yield _Evidence(text, run.source.span(start, end), (names[match["name"]],))


def _problem(dockerfile: Dockerfile, use: ImageUse, evidence: list[_Evidence], today: date) -> Problem:
    common = set(evidence[0].releases).intersection(*(each.releases for each in evidence))
    tag = _release_tag(use, common, today)
    fix = _fix(dockerfile, use, tag)
    reference = use.reference
    name = reference.familiar if reference is not None else use.word.text
    advice = (
        f"Name the release: `{_named(use, tag)}`."
        if tag
        else "Name a release that is supported, and install what it has."
    )
    message = (
        f"`{name}` names no release of Debian and moves to the next one, but {evidence[0].text}. When the release "
        f"changes, this breaks without a change here. {advice}"
    )
    related = tuple(Related(each.span, each.text) for each in evidence)
    ceiling = Severity.NOTICE if reference is not None and official(reference) == _KEEPS_RELEASES else None
    return Problem(use.span, message, fix, tuple(each.span for each in evidence), ceiling, related)


def _titles(releases: tuple[str, ...]) -> str:
    newest = find("debian", releases[-1])
    title = newest.title if newest is not None else f"Debian {releases[-1]}"
    return f"{title} and older" if len(releases) > 1 else f"{title} only"


def _release_tag(use: ImageUse, releases: set[str], today: date) -> str | None:
    """Return the image's tag with the newest of the releases that is supported, if that is known to exist."""
    reference = use.reference
    if reference is None:
        return None
    listed = listed_tags(official(reference) or "")
    for cycle in reversed(cycles("debian")):
        if cycle.cycle in releases and judge(cycle, today)[0] is not State.ENDED:
            found = _with_release(reference.tag or "latest", cycle.codename) & listed
            if found:
                return min(found)
    return None


def _with_release(tag: str, codename: str) -> frozenset[str]:
    """Return how a tag may be spelled with a release: `3.12-slim-bookworm`, and as Node.js does, `22-bookworm-slim`."""
    rest = tag.removesuffix("slim").removesuffix("-")
    start = "" if tag == "latest" else f"{tag}-"
    before = f"{rest}-" if rest else ""
    slim = {f"{before}{codename}-slim", f"{before}slim-{codename}"} if tag.endswith("slim") else set[str]()
    return frozenset(slim or {f"{start}{codename}"})


def _named(use: ImageUse, tag: str) -> str:
    assert use.reference is not None  # noqa: S101 - only those are looked at
    return Reference(use.reference.registry, use.reference.repository, tag).familiar


def _fix(dockerfile: Dockerfile, use: ImageUse, tag: str | None) -> Fix | None:
    edit = None if tag is None else retag(dockerfile, use, tag)
    if edit is None or tag is None:
        return None
    return Fix(f"Use `{_named(use, tag)}`", (edit,), Applicability.UNSAFE)
