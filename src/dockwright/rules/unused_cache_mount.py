"""A cache is mounted for a command that is told not to use it

## Why

`--mount=type=cache` keeps what pip, uv or Poetry have downloaded from one build to the next, outside the image.
`--no-cache-dir` (or `PIP_NO_CACHE_DIR`, `--no-cache`) tells the same command to keep nothing, so the mount stays empty,
and each run of the step downloads everything again. The option is there to keep downloads out of the image; what is in
a mount never gets there
([Docker: cache mounts](https://docs.docker.com/build/cache/optimize/#use-cache-mounts)).

## Bad

```dockerfile
FROM python:3.14-slim-trixie
COPY requirements.txt .
RUN --mount=type=cache,target=/root/.cache/pip pip install --no-cache-dir -r requirements.txt
```

## Good

```dockerfile
FROM python:3.14-slim-trixie
COPY requirements.txt .
RUN --mount=type=cache,target=/root/.cache/pip pip install -r requirements.txt
```

## Fix

The option is removed. A variable stays, as other commands may need it.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from msgspec import Struct

from dockwright.facts.package_managers import steps_of
from dockwright.facts.stages import levels
from dockwright.finding import Applicability, Fix, Problem, Related, Severity
from dockwright.rules import rule
from dockwright.source import Edit, Span

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from dockwright.dockerfile import Dockerfile, Instruction, Mount, Pair
    from dockwright.facts.package_managers import Step


class _Switch(Struct, frozen=True):
    """How a program's cache is turned off, and where it is."""

    options: frozenset[str]
    variable: str | None
    folder: str


_SWITCHES = {
    "pip": _Switch(frozenset(("--no-cache-dir",)), "PIP_NO_CACHE_DIR", r".*/(?:\.cache|pip)"),
    "uv": _Switch(frozenset(("--no-cache", "--no-cache-dir", "-n")), "UV_NO_CACHE", r".*/(?:\.cache|uv)"),
    "poetry": _Switch(frozenset(("--no-cache",)), None, r".*/(?:\.cache|pypoetry|poetry)"),
}
_OFF = frozenset(("", "0", "false", "no", "off"))


@rule(Severity.WARNING, instructions=("RUN",))
def check(dockerfile: Dockerfile) -> Iterator[Problem]:
    """Yield each `RUN` with a cache mount that no command in it uses."""
    for run in dockerfile.instructions("RUN"):
        for mount in run.mounts:
            if mount.type == "cache":
                yield from _of_mount(dockerfile, run, mount)


def _of_mount(dockerfile: Dockerfile, run: Instruction, mount: Mount) -> Iterator[Problem]:
    folder = next((mount.options[name] for name in ("target", "dst", "destination") if name in mount.options), None)
    if folder is None:
        return
    for name, switch in _SWITCHES.items():
        steps = [step for step in steps_of(dockerfile, run) if _program(step) == name]
        if not steps or not re.fullmatch(switch.folder, folder.text.rstrip("/")):
            continue
        words = [_option(step, switch) for step in steps]
        variable = _variable(dockerfile, run, switch)
        given = [word for word in words if word is not None]
        if len(given) == len(steps):
            message = _message(f"`{given[0].text}`", name, folder.text, "Leave it out")
            fix = None if variable is not None else _fix(given)
            yield Problem(given[0], message, fix, causes=(mount.flag.word.span or run.span,))
        elif variable is not None:
            message = _message(f"`{switch.variable}`", name, folder.text, "Do not set it")
            place = mount.flag.word.span or run.span
            related = (Related(variable.word.span or run.span, "the cache is turned off here"),)
            yield Problem(place, message, causes=(related[0].span,), related=related)


def _program(step: Step) -> str:
    return "uv" if step.command.name == "uv" else step.manager


def _option(step: Step, switch: _Switch) -> Span | None:
    """Return the option that turns a command's cache off."""
    for word in step.command.arguments:
        if word.text in switch.options:
            return word.span
    return None


def _variable(dockerfile: Dockerfile, run: Instruction, switch: _Switch) -> Pair | None:
    """Return the last setting of the variable that holds at an instruction, if it turns the cache off."""
    stage = dockerfile.stages[run.stage]
    above = [each for level in levels(dockerfile, stage)[::-1] for each in dockerfile.instructions("ENV", stage=level)]
    pairs = [pair for each in above if each.index < run.index for pair in each.pairs]
    found = next((pair for pair in reversed(pairs) if pair.key.text == switch.variable), None)
    value = None if found is None or found.value is None else found.value.text.strip("\"'").lower()
    return None if value is None or value in _OFF else found


def _message(what: str, program: str, folder: str, advice: str) -> str:
    return (
        f"{what} keeps {program} from using the cache that is mounted at `{folder}`, so each run of this "
        f"step downloads everything again. {advice}: what is in the mount never gets into the image."
    )


def _fix(options: Sequence[Span]) -> Fix:
    edits = tuple(Edit(_with_blank(span), "") for span in options)
    return Fix(f"Remove `{options[0].text}`", edits, Applicability.SAFE)


def _with_blank(span: Span) -> Span:
    """Return an option with what separates it: the line if it has one for itself, else a blank."""
    text, source = span.source.text, span.source
    start = source.line_starts[span.first.line - 1]
    rest = re.compile(r"[ \t]*\\[ \t]*\r?\n").match(text, span.end)
    if rest is not None and not text[start : span.start].strip():
        return Span(source, start, rest.end())
    if text[span.start - 1] in " \t":
        return Span(source, span.start - 1, span.end)
    return span
