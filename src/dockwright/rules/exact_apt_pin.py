"""A Debian package is pinned to one exact version

## Why

Debian and Ubuntu keep only the newest version of a package in a release. When a security update replaces version
`1.2-3` by `1.2-4`, the old one leaves the mirrors, and `apt-get install pkg=1.2-3` fails with "Version was not found":
the rebuild breaks on the very day on which it would have brought the fix. Within a stable release, updates are made to
change nothing but bugs, so the release itself (the tag of the base image) is the pin. A wildcard keeps the version
and lets the fixes in ([Docker: version pinning](https://docs.docker.com/build/building/best-practices/#apt-get)).

Nothing is said about what another source serves (a vendor's repository keeps its old versions), about snapshot mirrors,
which keep everything, or about releases that get no updates any more. Linters that ask for such pins
(hadolint's DL3008) think of repeatable builds, which these pins do not give: the package's own dependencies are not
pinned, and nobody knows on which day the build will fail.

## Bad

```dockerfile
FROM debian:trixie-slim
RUN apt-get update && apt-get install -y --no-install-recommends curl=8.14.1-2 && rm -rf /var/lib/apt/lists/*
```

## Good

```dockerfile
FROM debian:trixie-slim
RUN apt-get update && apt-get install -y --no-install-recommends curl=8.14.* && rm -rf /var/lib/apt/lists/*
```

## Fix

Keeps the first two numbers of the version and puts a wildcard behind them. Unsafe: the build then installs what is
current for that version.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from msgspec import Struct

from dockwright.facts.bases import Family, family_of
from dockwright.facts.manager_syntax import Action
from dockwright.facts.package_managers import steps_of
from dockwright.facts.stages import roots, text_of
from dockwright.finding import Applicability, Fix, Problem, Severity
from dockwright.lifecycle import State, assess, find
from dockwright.rules import rule_in_context
from dockwright.source import Edit, Span
from dockwright.traced import Traced

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import date

    from dockwright.dockerfile import Dockerfile, Instruction, Stage
    from dockwright.image import Reference
    from dockwright.project import Project
    from dockwright.shell import Word

# Patterns are kept as text: few files need them, and compiling them takes time at every start.
_PIN = r"([a-z0-9][a-z0-9+.-]*(?::[a-z0-9]+)?)=((?:\d+:)?[0-9][A-Za-z0-9.+~:-]*)"
_TWO_NUMBERS = r"(?:\d+:)?\d+\.\d+\."
_DEBIAN_UPDATE = r"\+deb(\d{1,3})u\d"
_OWN_VERSION = rf"\d(?:ubuntu|build)\d|{_DEBIAN_UPDATE}|\+b\d+$"
_CODENAMES = "bookworm|bullseye|buster|stretch|jessie|trixie|noble|jammy|focal|bionic|xenial|trusty"
_OTHERS_VERSION = (
    rf"nodesource|pgdg|~ppa|\bppa\d|[~+](?:{_CODENAMES})|\+(?:ubuntu|debian)|~(?:ubuntu|debian)|cuda|~deb\.|\.el\d|sury"
)
"""Marks that makers other than the distribution put into their packages' versions."""
_OTHERS_PACKAGE = r"cuda|libcudnn|libnccl|libnv|nvidia|tensorrt|docker-ce|containerd\.io|kube|postgresql-\d|nodejs$"
_OTHER_SOURCE = (
    r"add-apt-repository|apt-key\b|sources\.list|/etc/apt/|/usr/share/keyrings|nodesource|packagecloud|apt\.llvm\.org"
    r"|\bdpkg\s+(?:-i|--install)\b|\|\s*(?:sudo\s+)?(?:ba)?sh\b"
)
"""What brings in packages from elsewhere."""
_FIXED_MIRROR = r"//snapshot\.|snapshot=|/snapshots?/"
_SHOWN = 4


class _Pin(Struct, frozen=True):
    """A package with an exact version, and where the version is written, if in one place."""

    name: str
    version: str
    span: Span
    place: Span | None


class _Around(Struct, frozen=True):
    """Where a stage's packages come from.

    Attributes:
        frozen: nothing leaves the mirrors, or nothing is replaced any more.
        other_source: some come from others than the distribution.
        debian: the base is known to be Debian or Ubuntu.
    """

    frozen: bool
    other_source: bool
    debian: bool


@rule_in_context(Severity.WARNING, instructions=("RUN",), words=("apt",))
def check(dockerfile: Dockerfile, project: Project) -> Iterator[Problem]:
    """Yield each install with packages of the distribution in exact versions."""
    for stage in dockerfile.stages:
        around: _Around | None = None
        for run in dockerfile.instructions("RUN", stage=stage):
            if "=" not in run.span.text or "apt" not in run.span.text:
                continue
            for step in steps_of(dockerfile, run):
                if step.manager == "apt" and step.action is Action.INSTALL:
                    pins = [pin for word in step.operands if (pin := _pin(dockerfile, run, word)) is not None]
                    around = _around(dockerfile, stage, project.today) if pins and around is None else around
                    problem = _judge(pins, around, project.today) if around is not None else None
                    if problem is not None:
                        yield problem


def _pin(dockerfile: Dockerfile, run: Instruction, word: Word) -> _Pin | None:
    """Read `name=version`; variables count with the value that the file gives them."""
    if "=" not in word.text:
        return None
    text = word.literal if word.literal is not None else word.resolve(_values(dockerfile, run, word))
    match = re.fullmatch(_PIN, text) if text is not None else None
    if match is None:
        return None
    raw = word.raw
    at = raw.text.rfind(match[2])
    place = raw.slice(at, at + len(match[2])).exact if at >= 0 else None
    return _Pin(match[1].partition(":")[0], match[2], word.span, place)


def _values(dockerfile: Dockerfile, run: Instruction, word: Word) -> dict[str, str]:
    names = [part.variable for part in word.parts if part.variable]
    values = [(name, dockerfile.expand(run, Traced.made(f"${{{name}}}"))) for name in names]
    return {name: value.text for name, value in values if value is not None}


def _around(dockerfile: Dockerfile, stage: Stage, today: date) -> _Around:
    text = text_of(dockerfile, stage)
    image = roots(dockerfile)[stage.index].image
    base = None if image is None else image.reference
    return _Around(
        frozen=re.search(_FIXED_MIRROR, text) is not None or (base is not None and _has_no_updates(base, today)),
        other_source=re.search(_OTHER_SOURCE, text) is not None,
        debian=base is not None and family_of(base) is Family.DEBIAN,
    )


def _has_no_updates(base: Reference, today: date) -> bool:
    """Tell whether the release below has ended: nothing supersedes its packages any more."""
    releases = assess(base.name, base.tag or "", today=today)
    return any(each.component.product in {"debian", "ubuntu"} and each.state is State.ENDED for each in releases)


def _judge(pins: list[_Pin], around: _Around, today: date) -> Problem | None:
    """Return the problem of an install, unless its packages do not leave their source."""
    if around.frozen or any(_of_ended_release(pin, today) for pin in pins):
        return None
    own = [pin for pin in pins if _is_distributions(pin, other_source=around.other_source)]
    if not own:
        return None
    ceiling = None if around.debian else Severity.NOTICE
    return Problem(own[0].span, _message(own), _fix(own), causes=tuple(pin.span for pin in own[1:]), at_most=ceiling)


def _of_ended_release(pin: _Pin, today: date) -> bool:
    """Tell whether the version is an update of a Debian that has ended: then this base has."""
    release = re.search(_DEBIAN_UPDATE, pin.version)
    cycle = find("debian", release[1]) if release is not None else None
    return cycle is not None and cycle.security_end is not None and cycle.security_end < today


def _is_distributions(pin: _Pin, *, other_source: bool) -> bool:
    """Tell whether the distribution itself serves a version."""
    if re.search(_OTHERS_VERSION, pin.version) or re.match(_OTHERS_PACKAGE, pin.name):
        return False
    return not other_source or re.search(_OWN_VERSION, pin.version) is not None


def _message(pins: list[_Pin]) -> str:
    named = [f"`{pin.name}={pin.version}`" for pin in pins[:_SHOWN]]
    if len(pins) > _SHOWN:
        named.append(f"{len(pins) - _SHOWN} more")
    listed = named[0] if len(named) == 1 else f"{', '.join(named[:-1])} and {named[-1]}"
    pinned = "is an exact version, which leaves" if len(pins) == 1 else "are exact versions, each of which leaves"
    return (
        f"{listed} {pinned} the mirrors with its next security update, so that the build fails just then. "
        f"Let the fixes in: `{pins[0].name}={_loosened(pins[0].version)}`."
    )


def _loosened(version: str) -> str:
    """Return the version with a wildcard behind its first two numbers, or behind its year or date."""
    start = re.match(_TWO_NUMBERS, version) or re.match(r"\d{4,}", version)
    if start is not None:
        return f"{start[0]}*"
    upstream, dash, _ = version.rpartition("-")
    return f"{upstream}-*" if dash else f"{version}*"


def _fix(pins: list[_Pin]) -> Fix | None:
    edits = tuple(Edit(pin.place, _loosened(pin.version)) for pin in pins if pin.place is not None)
    return Fix("Put a wildcard behind the first two numbers", edits, Applicability.UNSAFE) if edits else None
