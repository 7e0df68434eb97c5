"""A package is installed in whatever version is newest

## Why

The same Dockerfile then builds different images on different days. How much that matters, and what to do, differs:

- `pip`, `npm`, `gem` and `go` keep old versions for ever: a version, or better a lock file, makes builds repeatable.
- Debian, Ubuntu, Alpine and others remove old versions when a fix is published, so that an exact version breaks the
  build on the very day on which it matters (see `exact-apt-pin`). There the release of the base image is the pin.

Therefore this is off by default. To have it for a part only, use the names that hadolint has for each manager:
`DL3008` apt-get, `DL3013` pip, `DL3016` npm, `DL3018` apk, `DL3028` gem, `DL3033` yum, `DL3037` zypper, `DL3041` dnf,
`DL3062` go. `pnpm`, `yarn`, `bun` and `uv` are looked at, too.

A wildcard, a range with an upper end, a file, an address, a constraint (`pip install -c`) and a variable whose value
the file gives count as a version, `@latest` and `>=` do not. Nothing is said of packages from a snapshot of the
distribution, of `pip install -U pip setuptools wheel`, and of `go` where the stage has a `go.mod`, which says it.

## Bad

```dockerfile
FROM python:3.14-slim
RUN pip install --no-cache-dir flask
```

## Good

```dockerfile
FROM python:3.14-slim
RUN pip install --no-cache-dir flask==3.1.2
```
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from dockwright.facts.stages import text_of
from dockwright.facts.unpinned import unpinned
from dockwright.finding import Problem, Severity
from dockwright.rules import rule

if TYPE_CHECKING:
    from collections.abc import Iterator

    from dockwright.dockerfile import Dockerfile, Stage
    from dockwright.shell import Command, Word

_CODES = {
    "apt-get": "hadolint:DL3008",
    "aptitude": "hadolint:DL3008",
    "apt": "hadolint:DL3008",
    "apk": "hadolint:DL3018",
    "pip": "hadolint:DL3013",
    "pipx": "hadolint:DL3013",
    "uv": "hadolint:DL3013",
    "npm": "hadolint:DL3016",
    "gem": "hadolint:DL3028",
    "yum": "hadolint:DL3033",
    "dnf": "hadolint:DL3041",
    "zypper": "hadolint:DL3037",
    "go": "hadolint:DL3062",
}
_WORDS = ("install", "add", " i ", " in ", "get")
_SNAPSHOT = r"(?:\bdeb\b|sources|Acquire|\bapt)[^\n]*(?://snapshot\.|snapshot=|/snapshot/)"
_SHOWN = 4


@rule(Severity.NOTICE, aliases=tuple(sorted(set(_CODES.values()))), enabled=False, instructions=("RUN",), words=_WORDS)
def check(dockerfile: Dockerfile) -> Iterator[Problem]:
    """Yield each command that installs packages without a version."""
    for stage in dockerfile.stages:
        for run in dockerfile.instructions("RUN", stage=stage, triggers=True):
            if not any(word in run.span.text for word in _WORDS):
                continue
            for manager, (command, packages) in unpinned(dockerfile, run):
                if not _is_settled(dockerfile, stage, manager):
                    yield _problem(manager, command, packages)


def _is_settled(dockerfile: Dockerfile, stage: Stage, manager: str) -> bool:
    """Tell whether something else says the versions."""
    if manager == "apt":
        return re.search(_SNAPSHOT, text_of(dockerfile, stage)) is not None
    return manager == "go" and "go.mod" in text_of(dockerfile, stage)


def _problem(manager: str, command: Command, packages: tuple[Word, ...]) -> Problem:
    names = ", ".join(f"`{word.text}`" for word in packages[:_SHOWN])
    more = f" and {len(packages) - _SHOWN} more" if len(packages) > _SHOWN else ""
    alias = _CODES.get(command.name or "") or _CODES.get(manager)
    return Problem(
        packages[0].span,
        f"{names}{more}: the version is whatever is newest on the day of the build. Say which one is meant.",
        causes=tuple(word.span for word in packages[1:]),
        aliases=() if alias is None else (alias,),
    )
