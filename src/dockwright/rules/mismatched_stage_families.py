"""What is copied from another stage does not fit this one

## Why

Files that one stage builds only run in another if that has what they were built for. A program linked to Debian's glibc
does not start on Alpine or in an empty image ("not found", though the file is there), and one linked to a newer glibc
does not start on an older Debian ("version `GLIBC_2.38' not found"). Python packages are installed for one minor
version: those of 3.13 are not even looked for by 3.12, and compiled ones do not load. Most often only one of two
`FROM`s was bumped. Nothing fails while the image is built; it fails when it is started
([glibc and musl](https://wiki.alpinelinux.org/wiki/Running_glibc_programs)).

Checked are Python environments, `node_modules` (a notice, as only native modules are concerned), the `node` program,
and what `cargo build` and `go build` make (the latter a notice, as not every Go program is linked to glibc). Static
programs are recognized (`CGO_ENABLED=0`, `-static`, a musl target), and nothing is said where an image is not known,
where another Python is brought along (uv, pyenv, conda), or where glibc is added to Alpine (`gcompat`).

## Bad

```dockerfile
FROM python:3.13-slim-trixie AS build
RUN python -m venv /venv && /venv/bin/pip install --no-cache-dir numpy==2.3.5

FROM python:3.12-slim-bookworm
COPY --from=build /venv /venv
CMD ["/venv/bin/python"]
```

## Good

```dockerfile
FROM python:3.13-slim-trixie AS build
RUN python -m venv /venv && /venv/bin/pip install --no-cache-dir numpy==2.3.5

FROM python:3.13-slim-trixie
COPY --from=build /venv /venv
CMD ["/venv/bin/python"]
```
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from msgspec import Struct

from dockwright.facts.package_managers import steps_of
from dockwright.facts.stages import levels, text_of
from dockwright.finding import Problem, Severity
from dockwright.image import ImageKind
from dockwright.rules import rule_in_context

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import date

    from dockwright.dockerfile import Dockerfile, Instruction, Stage
    from dockwright.facts.package_managers import Step
    from dockwright.facts.systems import System
    from dockwright.project import Project
    from dockwright.source import Span
    from dockwright.traced import Traced

# Patterns are kept as text: few files need them, and compiling them takes time at every start.
_PYTHON_FILES = (
    r"site-packages|dist-packages|(?:^|[/.])(?:venv|virtualenv|virtual_env)(?:/|$)|/\.local(?:/|$)|/wheels?(?:/|$)"
)
_OF_MINOR = r"/python(3\.\d+)/"
_NODE_MODULES = r"(?:^|/)node_modules/?$"
_NODE = r"/(?:usr/)?(?:local/)?bin/node(?:js)?"
_OTHER_PYTHON = (
    r"(?i)pyenv|conda|uv python|UV_PYTHON|uv venv|--python[ =]|deadsnakes|Python-3|relocat|\bpex\b|\bshiv\b|pyinstaller"
)
_ADDED_LIBC = r"gcompat|libc6-compat|glibc|patchelf|ld-linux|ld-musl|[ \t]musl(?:\s|$)"
_STATIC = (
    r"(?i)CGO_ENABLED[= ]\"?0|static|musl|netgo|GOARCH|TARGETARCH|\bxx-|tinygo|zigbuild|wasm|nocgo|\bGOOS=(?!linux)"
)
_NO_PROGRAM = (
    r"\.(?:wasm|so|a|json|ya?ml|html|crt|pem|txt|sh|zip|tar|gz)$"
    r"|/(?:etc|share|certs?|templates?|static|public|assets|config)(?:/|$)"
)
_MOST_COPIES = 100


class _Side(Struct, frozen=True):
    """One of the two: its system, what is written in it, and the stage; None for an image."""

    system: System
    text: str
    stage: Stage | None


@rule_in_context(Severity.WARNING, instructions=("COPY",))
def check(dockerfile: Dockerfile, project: Project) -> Iterator[Problem]:
    """Yield each `COPY --from` whose files were made for something else."""
    copies = [
        (stage, copy, flag.value)
        for stage in dockerfile.stages
        for copy in stage.instructions
        if copy.name == "COPY" and (flag := copy.flag("from")) is not None and flag.value is not None
    ]
    for stage, copy, word in copies[:_MOST_COPIES]:
        here = _of_stage(dockerfile, stage, project.today)
        there = _named(dockerfile, stage, word, project.today) if here is not None else None
        if here is None or there is None or (_differ(there, here) and _is_adapted(here)):
            continue
        for path in copy.words[:-1]:
            problem = _compare(dockerfile, copy, path.text, there, here)
            if problem is not None:
                yield problem
                break


def _of_stage(dockerfile: Dockerfile, stage: Stage, today: date) -> _Side | None:
    from dockwright.facts.systems import system_of

    system = system_of(dockerfile, stage, today)
    return None if system is None else _Side(system, text_of(dockerfile, stage), stage)


def _named(dockerfile: Dockerfile, stage: Stage, word: Traced, today: date) -> _Side | None:
    """Return the stage or image that `--from` names."""
    from dockwright.facts.systems import system_of_image

    found = dockerfile.target(word.text)
    if found is not None:
        return _of_stage(dockerfile, found, today) if found.index < stage.index else None
    for use in dockerfile.images:
        if use.kind is ImageKind.COPY_FROM and use.word == word and use.reference is not None:
            system = system_of_image(use.reference, today)
            return None if system is None else _Side(system, "", None)
    return None


def _differ(there: _Side, here: _Side) -> bool:
    """Tell whether the two have different C libraries."""
    return there.system.libc is not here.system.libc


def _is_adapted(side: _Side) -> bool:
    """Tell whether a stage adds what programs for another C library need."""
    return re.search(_ADDED_LIBC, side.text) is not None


def _compare(dockerfile: Dockerfile, copy: Instruction, path: str, there: _Side, here: _Side) -> Problem | None:
    """Return what does not fit about a path; the narrowest kind of file counts."""
    if re.search(_PYTHON_FILES, path):
        message = _python(path, there, here)
        return None if message is None else Problem(copy.span, message)
    if re.fullmatch(_NODE, path):
        message = _node(path, there, here)
        return None if message is None else Problem(copy.span, message)
    if re.search(_NODE_MODULES, path):
        message = _packages(path, "native modules", there, here)
        return None if message is None else Problem(copy.span, message, at_most=Severity.NOTICE)
    return _program(dockerfile, copy.span, path, there, here)


def _python(path: str, there: _Side, here: _Side) -> str | None:
    if re.search(_OTHER_PYTHON, there.text) or re.search(_OTHER_PYTHON, here.text):
        return None
    named = re.search(_OF_MINOR, path)
    minor, runs = named[1] if named is not None else there.system.python, here.system.python
    if minor is not None and runs is not None and minor != runs:
        return (
            f"`{path}` is of Python {minor}, and this stage runs Python {runs}, which does not find or load these "
            f"packages. Take the same version in both stages."
        )
    if there.system.python is None or runs is None:
        return None
    return _packages(path, "compiled packages", there, here)


def _packages(path: str, what: str, there: _Side, here: _Side) -> str | None:
    """Say that packages do not load with the other C library."""
    one, other = there.system, here.system
    if not _differ(there, here) or not (one.has_libc and other.has_libc):
        return None
    return (
        f"`{path}` was installed for the {one.libc.value} of {one.name}; {what} in it do not load on {other.name}, "
        f"which has {other.libc.value}. Use one family in both stages."
    )


def _node(path: str, there: _Side, here: _Side) -> str | None:
    one, other = there.system, here.system
    if not _differ(there, here) or not (one.has_libc and other.has_libc):
        return None
    return (
        f"`{path}` is linked to the {one.libc.value} of {one.name} and does not start on {other.name}, which has "
        f"{other.libc.value}. Copy it from an image of the same family."
    )


def _program(dockerfile: Dockerfile, place: Span, path: str, there: _Side, here: _Side) -> Problem | None:
    """Judge a program that Go's or Rust's compiler made in the other stage."""
    missing = _missing(there.system, here.system)
    if missing is None or there.stage is None or re.search(_NO_PROGRAM, path) or re.search(_STATIC, there.text):
        return None
    step = next((step for step in _compilations(dockerfile, there.stage) if _makes(step, path)), None)
    if step is None:
        return None
    is_go = step.manager == "go"
    reason, advice = missing
    static = "set `CGO_ENABLED=0`" if is_go else "build for a `-musl` target"
    message = (
        f"`{path}` {'may be' if is_go else 'is'} linked to the glibc of {there.system.name}, and {reason}, so that it "
        f"does not start. {advice}, or {static}."
    )
    ceiling = Severity.NOTICE if is_go else None
    return Problem(place, message, causes=(step.command.span,), at_most=ceiling)


def _missing(one: System, other: System) -> tuple[str, str] | None:
    """Say what a program linked to the first one's glibc lacks on the second, and how to have it; None if nothing."""
    if not one.is_glibc:
        return None
    if not other.is_glibc:
        instead = f"has {other.libc.value}" if other.has_libc else "has no C library"
        return f"{other.name} {instead}", f"Run it on {one.name}"
    if one.glibc is not None and other.glibc is not None and one.glibc > other.glibc:
        older = f"{other.name} has an older one (2.{other.glibc}, not 2.{one.glibc})"
        return older, f"Build on {other.name}, too"
    return None


def _compilations(dockerfile: Dockerfile, stage: Stage) -> Iterator[Step]:
    for level in levels(dockerfile, stage):
        for run in dockerfile.instructions("RUN", stage=level):
            if "cargo" in run.span.text or "go " in run.span.text:
                for step in steps_of(dockerfile, run):
                    if step.manager in {"go", "cargo"} and step.verb in {"build", "install"}:
                        yield step


def _makes(step: Step, path: str) -> bool:
    """Tell whether a compilation can have made what stands under a path."""
    if step.manager == "cargo":
        return "/target/" in path or "cargo/bin/" in path
    if step.verb == "install":
        return "/go/bin/" in path
    outputs = [value.text.rstrip("/").rpartition("/")[2] for value in step.values_of("-o")]
    return path.rstrip("/").rpartition("/")[2] in outputs if outputs else True
