"""Copied files are given to another account in a layer of their own

## Why

A layer holds whole files. Where a later `RUN chown -R` or `chmod -R` changes the owner or the mode of files that `COPY`
has brought, each of them is stored a second time: the folder counts twice in the image, in the registry and in every
download. `COPY --chown=` and `COPY --chmod=` bring the files as they are meant to be
([Dockerfile reference](https://docs.docker.com/reference/dockerfile/#copy---chown---chmod)).

It is said of whole folders only, by what is written: `.`, or a name that ends with `/`, unless it is one for a few
small files (`config/`, `scripts/`). Nothing is said of a stage from which others only take files, and of Dockerfiles
for development and for tests.

## Bad

```dockerfile
FROM node:24-slim
WORKDIR /app
COPY . /app
RUN chown -R node:node /app
USER node
CMD ["node", "server.js"]
```

## Good

```dockerfile
FROM node:24-slim
WORKDIR /app
COPY --chown=node:node . /app
USER node
CMD ["node", "server.js"]
```

## Fix

Where the `RUN` follows the `COPY` and does nothing else: gives the flag to `COPY` and deletes the `RUN`. Unsafe: the
folder itself, and what was in it before, stay as they were.
"""

from __future__ import annotations

import posixpath
import re
from collections import deque
from itertools import islice
from typing import TYPE_CHECKING

from msgspec import Struct

from dockwright.dockerfile.script import commands_of
from dockwright.facts.built_targets import path_names_building, side_stages
from dockwright.facts.sample_paths import is_sample
from dockwright.finding import Fix, Problem, Related, Severity
from dockwright.rules import rule_in_context
from dockwright.source import Edit

if TYPE_CHECKING:
    from collections.abc import Iterator

    from dockwright.dockerfile import Dockerfile, Instruction, Stage
    from dockwright.project import Project
    from dockwright.shell import Command

_MESSAGE = (
    "Every file that line {line} has copied to `{folder}` is stored a second time, in the layer of this `RUN`. "
    "Write `{name} --{flag}={value}` there{after}, and keep this for other files only."
)
_OWNER = r"[\w-]+(?::[\w-]+)?"
_MODE = r"0?[0-7]{3}"
_AS_COPIED = frozenset(("0", "0:0", "root", "root:root"))
_MAKERS = ("useradd", "adduser")
_MOST = 50
"""Of more copies in a stage, only the last ones are looked at."""
_SMALL = frozenset("bin conf config configs docker etc nginx scripts".split())
"""Folders of a few small files."""
_OPTIONS = frozenset(("-R", "--recursive", "-Rf", "-fR", "-Rv", "-vR", "-Rc", "-v", "-f", "-c", "-h", "-Rh", "-hR"))


class _Copied(Struct, frozen=True):
    """A COPY of a folder, and where it went."""

    copy: Instruction
    folder: str


@rule_in_context(Severity.NOTICE, instructions=("COPY", "ADD"), words=("chown ", "chmod "))
def check(dockerfile: Dockerfile, project: Project) -> Iterator[Problem]:
    """Yield each command that changes all files of a folder that was copied above."""
    path = dockerfile.source.path
    if path_names_building(path) or is_sample(path):
        return
    for stage in dockerfile.stages:
        found = list(_of_stage(dockerfile, stage))
        if found and stage.index not in side_stages(dockerfile, project):
            yield from found


def _of_stage(dockerfile: Dockerfile, stage: Stage) -> Iterator[Problem]:
    here: str | None = "/"
    copied: deque[_Copied] = deque(maxlen=_MOST)
    if stage.parent is not None or not stage.scratch:
        here = None  # the image may have a WORKDIR
    for each in stage.instructions:
        match each.name:
            case "WORKDIR":
                here = _resolved(dockerfile, each, here)
            case "COPY" | "ADD":
                folder = _folder(dockerfile, each, here)
                if folder is not None:
                    copied.append(_Copied(each, folder))
            case "RUN":
                # One command is enough: what else the RUN changes is in the same layer.
                yield from islice(_of_run(dockerfile, each, copied, here), 1)
            case _:
                pass


def _resolved(dockerfile: Dockerfile, workdir: Instruction, here: str | None) -> str | None:
    path = dockerfile.expand(workdir, workdir.arguments)
    return None if path is None else _join(here, path.text)


def _join(here: str | None, path: str) -> str | None:
    if path.startswith("/"):
        return posixpath.normpath(path)
    return None if here is None else posixpath.normpath(posixpath.join(here, path))


def _folder(dockerfile: Dockerfile, copy: Instruction, here: str | None) -> str | None:
    """Return where a COPY brings a whole folder; None if it may bring single files."""
    if len(copy.words) != 2 or copy.heredocs:  # noqa: PLR2004 - a source and the destination
        return None
    source, target = (dockerfile.expand(copy, word) for word in copy.words)
    if source is None or target is None:
        return None
    whole = source.text in {".", "./"}
    if not whole and (not source.text.endswith("/") or source.text.split("/")[-2] in _SMALL):
        return None
    return _join(here, target.text)


def _of_run(dockerfile: Dockerfile, run: Instruction, copied: deque[_Copied], here: str | None) -> Iterator[Problem]:
    if not copied or not ("chown " in run.span.text or "chmod " in run.span.text):
        return
    commands = commands_of(dockerfile, run)
    for command in commands:
        if command.name == "cd":
            here = None
        if command.name not in {"chown", "chmod"} or command.context:
            continue
        yield from _of_command(dockerfile, run, command, copied, here, alone=len(commands) == 1)


def _of_command(
    dockerfile: Dockerfile, run: Instruction, command: Command, copied: deque[_Copied], here: str | None, *, alone: bool
) -> Iterator[Problem]:
    words = [word.literal for word in command.arguments]
    options = {word for word in words if word is not None and word.startswith("-")}
    flag = command.name or ""
    if None in words or not options <= _OPTIONS or not any("R" in word or "rec" in word for word in options):
        return
    value, *paths = [word for word in words if word is not None and word not in options] or [""]
    if not value or re.fullmatch(_OWNER if flag == "chown" else _MODE, value) is None:
        return
    folders = [_join(here, path) for path in paths]
    hit = next((each for each in reversed(copied) if _is_within(each.folder, folders)), None)
    if hit is None or hit.copy.flag(flag) is not None or value in _AS_COPIED:
        return
    fix = _fix(dockerfile, run, hit, f"--{flag}={value}") if alone and folders == [hit.folder] else None
    between = dockerfile.source.text[hit.copy.span.end : command.span.start]
    made = not value[0].isdecimal() and any(maker in between for maker in _MAKERS)
    after = ", with the account made above it" if made else ""
    name = hit.copy.name
    message = _MESSAGE.format(line=hit.copy.line, folder=hit.folder, name=name, flag=flag, value=value, after=after)
    related = (Related(hit.copy.span, "the files come from here"),)
    yield Problem(command.span, message, fix, causes=(hit.copy.span,), related=related)


def _is_within(folder: str, changed: list[str | None]) -> bool:
    return any(each is not None and (folder == each or folder.startswith(f"{each.rstrip('/')}/")) for each in changed)


def _fix(dockerfile: Dockerfile, run: Instruction, hit: _Copied, flag: str) -> Fix | None:
    if run.index != hit.copy.index + 1 or run.flags:
        return None
    source = dockerfile.source
    starts = source.line_starts
    end = starts[run.end_line] if run.end_line < len(starts) else len(source.text)
    after = hit.copy.keyword.end
    edits = (Edit(source.span(after, after), f" {flag}"), Edit(source.span(starts[run.line - 1], end), ""))
    return Fix(f"Copy with `{flag}`", edits)
