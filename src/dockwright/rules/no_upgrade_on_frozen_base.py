"""Packages are installed on a base image that stands still, and none of its own are upgraded

## Why

Usually a rebuild fetches the base image anew, with the distribution's fixes in it. Where the base stands still, because
nothing moves its digest or because its tag is no longer built, the packages that it came with stay as old as it is;
only what the Dockerfile installs itself is new. Upgrading them in the same `RUN` is then the way in which their fixes
arrive, when that `RUN` is not taken from the cache
([Docker: rebuild your images often](https://docs.docker.com/build/building/best-practices/#rebuild-your-images-often)).
Better is a base that moves.

It is a notice, only for published stages, and only where the repository shows that the base stands still. Nothing is
said where anything in the stage speaks of an upgrade, and nothing of releases that have ended: they have no updates.

## Bad

```dockerfile
FROM debian:trixie-slim@sha256:1111111111111111111111111111111111111111111111111111111111111111
RUN apt-get update && apt-get install -y --no-install-recommends nginx
CMD ["nginx", "-g", "daemon off;"]
```

```text file=README.md
A repository in which nothing moves the digest.
```

## Good

```dockerfile
FROM debian:trixie-slim@sha256:1111111111111111111111111111111111111111111111111111111111111111
RUN apt-get update && apt-get upgrade -y && apt-get install -y --no-install-recommends nginx
CMD ["nginx", "-g", "daemon off;"]
```

```text file=README.md
A repository in which nothing moves the digest.
```

## Fix

Upgrades before it installs, where `apt-get update &&` or `apk add` says how. Unsafe: the image gets other versions.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from dockwright.facts.built_targets import side_stages
from dockwright.facts.followed import followed
from dockwright.facts.frozen_images import dropped_tag
from dockwright.facts.manager_syntax import Action
from dockwright.facts.package_managers import steps_of
from dockwright.facts.sample_paths import is_sample
from dockwright.facts.stages import levels, roots, text_of
from dockwright.finding import Applicability, Fix, Problem, Related, Severity
from dockwright.lifecycle import State, assess, retired
from dockwright.rules import rule_in_context
from dockwright.source import Edit, Span

if TYPE_CHECKING:
    from collections.abc import Iterator

    from dockwright.dockerfile import Dockerfile, Stage
    from dockwright.facts.package_managers import Step
    from dockwright.image import ImageUse
    from dockwright.project import Project

_UPGRADES = {"apt": "apt-get upgrade -y", "apk": "apk upgrade --no-cache", "dnf": "dnf upgrade -y"}
_FILLER = "0" * 32
"""The end of a digest that stands for the one that the build is given."""
_SPEAKS_OF_IT = r"upgrade|dist-sync|distro-sync|yum (?:-y )?update|snapshot\.debian\.org"


@rule_in_context(Severity.NOTICE, instructions=("RUN",))
def check(dockerfile: Dockerfile, project: Project) -> Iterator[Problem]:
    """Yield the first installation of each published stage whose base stands still, unless it also upgrades."""
    if is_sample(dockerfile.source.path):
        return
    side = side_stages(dockerfile, project)
    seen: set[int] = set()
    for stage in dockerfile.stages:
        image = roots(dockerfile)[stage.index].image
        if stage.index in side or image is None:
            continue
        reason = _stands_still(dockerfile, image, project)
        if reason is None or re.search(_SPEAKS_OF_IT, text_of(dockerfile, stage)):
            continue
        install = _first_install(dockerfile, stage)
        place = None if install is None else _place(install)
        if install is not None and place is not None and place.start not in seen:
            seen.add(place.start)
            yield _problem(install, place, image, reason)


def _stands_still(dockerfile: Dockerfile, use: ImageUse, project: Project) -> str | None:
    """Say why an image gets no fixes although its release does; None if it gets them, or none exist."""
    reference = use.reference
    if reference is None or (reference.digest or "").endswith(_FILLER):
        return None
    if retired(reference.name, reference.tag or "latest") is not None:
        return None
    supports = assess(reference.name, reference.tag or "", today=project.today)
    if any(each.state is State.ENDED for each in supports):
        return None
    if reference.digest is not None:
        return "nothing moves its digest" if followed(project.tree, dockerfile, use) is False else None
    return "its tag is no longer rebuilt" if supports and dropped_tag(reference, project.today) else None


def _first_install(dockerfile: Dockerfile, stage: Stage) -> Step | None:
    for level in reversed(levels(dockerfile, stage)):
        for run in dockerfile.instructions("RUN", stage=level):
            for step in steps_of(dockerfile, run):
                if step.manager in _UPGRADES and step.action is Action.INSTALL:
                    return step
    return None


def _place(step: Step) -> Span | None:
    return step.command.source.slice(step.command.start, step.command.end).span


def _problem(install: Step, place: Span, image: ImageUse, reason: str) -> Problem:
    command = _UPGRADES[install.manager]
    name = image.reference.familiar.partition("@")[0] if image.reference else image.word.text
    message = (
        f"The packages that `{name}` came with stay as they are: {reason}, and none of them is upgraded here. Their "
        f"security updates do not arrive. Let the base move, or upgrade before you install (`{command}`)."
    )
    related = (Related(image.span, f"{reason}"),)
    return Problem(place, message, _fix(install, place), (image.span,), related=related)


def _fix(install: Step, place: Span) -> Fix | None:
    """Return the edit that upgrades first, where the lists of packages are certainly fresh."""
    command = _UPGRADES[install.manager]
    before = place.source.text[: place.start]
    fresh = re.search(r"\bapt(?:-get)?(?: -\S+)* update(?: -\S+)* &&\s*(?:\\\r?\n\s*)?\Z", before[-200:])
    if install.manager == "apt" and not fresh:
        return None
    if install.manager == "dnf" or install.command.wrappers:
        return None
    edit = Edit(Span(place.source, place.start, place.start), f"{command} && ")
    return Fix(f"Add `{command}`", (edit,), Applicability.UNSAFE)
