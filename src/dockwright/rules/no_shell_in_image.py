"""A command needs a shell, and the image has none

## Why

`RUN`, `CMD`, `ENTRYPOINT` and `HEALTHCHECK CMD` in shell form are started by `/bin/sh -c`. In an image that begins with
`scratch`, or with one of the distroless images, there is no `/bin/sh`: a `RUN` ends the build, a container does not
start (`exec: "/bin/sh": stat /bin/sh: no such file or directory`), and a health check fails for ever
([Dockerfile reference](https://docs.docker.com/reference/dockerfile/#shell-and-exec-form)). A JSON array starts a
program without a shell.

Nothing is said after a `SHELL`, and where something that is copied or mounted may bring a shell.

## Bad

```dockerfile
FROM golang:1.27 AS build
COPY . /src
RUN go build -C /src -o /shop

FROM scratch
COPY --from=build /shop /shop
CMD /shop --port 8080
```

## Good

```dockerfile
FROM golang:1.27 AS build
COPY . /src
RUN go build -C /src -o /shop

FROM scratch
COPY --from=build /shop /shop
CMD ["/shop", "--port", "8080"]
```
"""

from __future__ import annotations

import posixpath
from itertools import islice
from typing import TYPE_CHECKING

from dockwright.dockerfile.script import commands_of
from dockwright.facts.stages import levels, roots
from dockwright.finding import Problem, Severity
from dockwright.rules import rule

if TYPE_CHECKING:
    from collections.abc import Iterator

    from dockwright.dockerfile import Dockerfile, Instruction, Stage

_DISTROLESS = "gcr.io/distroless/"
_WITHOUT_START = ("static", "base", "cc")
"""Distroless images that start nothing by themselves; the others hand a CMD to their program."""
_NOTHING = ('""', "''")
"""What people write for images that are never started, since Docker asks for a command."""
_OUTCOMES = {
    "RUN": "the build ends here",
    "CMD": "no container of it starts",
    "ENTRYPOINT": "no container of it starts",
    "HEALTHCHECK": "the check always fails",
}


@rule(Severity.ERROR, words=("scratch", _DISTROLESS))
def check(dockerfile: Dockerfile) -> Iterator[Problem]:
    """Yield each shell form in an image without a shell."""
    for stage in dockerfile.stages:
        base = _base(dockerfile, stage)
        if base is None:
            continue
        for instruction in _deciding(dockerfile, stage):
            if not _may_have_shell(dockerfile, stage, instruction):
                outcome = _OUTCOMES[instruction.name]
                message = (
                    f"A shell has to start this, and the image, which begins with `{base}`, has none, so that "
                    f"{outcome}. Write the command as a JSON array, which needs no shell."
                )
                yield Problem(instruction.keyword, message)


def _base(dockerfile: Dockerfile, stage: Stage) -> str | None:
    """Return what a stage begins with, if that has no shell for certain."""
    bottom = roots(dockerfile)[stage.index]
    if bottom.scratch:
        return "scratch"
    reference = None if bottom.image is None else bottom.image.reference
    if reference is None or not reference.name.startswith(_DISTROLESS) or reference.digest is not None:
        return None
    return None if "debug" in (reference.tag or "") else reference.name


def _deciding(dockerfile: Dockerfile, stage: Stage) -> Iterator[Instruction]:
    """Yield what needs a shell, of each kind the one that decides: the first RUN, and the last of what starts later."""
    runs = (run for run in dockerfile.instructions("RUN", stage=stage) if _needs_shell(dockerfile, stage, run))
    yield from islice(runs, 1)
    last = {each.name: each for each in dockerfile.instructions("CMD", "ENTRYPOINT", "HEALTHCHECK", stage=stage)}
    for each in sorted(last.values(), key=lambda each: each.index):
        if _needs_shell(dockerfile, stage, each):
            yield each


def _needs_shell(dockerfile: Dockerfile, stage: Stage, instruction: Instruction) -> bool:
    """Tell whether the shell form of an instruction counts."""
    inner = instruction.trigger or instruction
    text = inner.arguments.text.strip()
    if inner.exec_form or inner.heredocs or inner.mounts or text.startswith("[") or text in _NOTHING:
        return False
    if not commands_of(dockerfile, instruction) or (instruction.name == "HEALTHCHECK" and instruction.trigger is None):
        return False
    return instruction.name != "CMD" or _starts(dockerfile, stage)


def _starts(dockerfile: Dockerfile, stage: Stage) -> bool:
    """Tell whether the CMD of a stage is what starts, and not handed to an ENTRYPOINT."""
    if any(True for level in levels(dockerfile, stage) for _ in dockerfile.instructions("ENTRYPOINT", stage=level)):
        return False
    image = roots(dockerfile)[stage.index].image
    name = "" if image is None or image.reference is None else image.reference.name.removeprefix(_DISTROLESS)
    return not name or name.startswith(_WITHOUT_START)


def _may_have_shell(dockerfile: Dockerfile, stage: Stage, before: Instruction) -> bool:
    """Tell whether something above, or in the stage for what starts later, may have brought a shell."""
    last = before.index if before.name == "RUN" else len(dockerfile.body)
    for level in levels(dockerfile, stage):
        for each in level.instructions:
            if each.index >= last or each is before:
                continue
            if each.name in {"SHELL", "ONBUILD"} or (each.name == "RUN" and _runs_without_shell(each)):
                return True
            if each.name in {"COPY", "ADD"} and _may_bring_shell(dockerfile, each):
                return True
    return False


def _runs_without_shell(run: Instruction) -> bool:
    """Tell whether a RUN can do its work; one that needs a shell ends the build."""
    return run.exec_form or bool(run.mounts) or bool(run.heredocs)


def _may_bring_shell(dockerfile: Dockerfile, copy: Instruction) -> bool:
    if len(copy.words) < 2:  # noqa: PLR2004 - a source and the destination
        return True
    target = dockerfile.expand(copy, copy.words[-1])
    if target is None or not target.text.startswith("/"):
        return True
    path = posixpath.normpath(target.text).lstrip("/")
    return path.partition("/")[0] in {"", "bin", "usr", "lib", "nix", "busybox"}
