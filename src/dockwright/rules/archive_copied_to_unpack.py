"""An archive is copied into the image only to be unpacked there

## Why

`COPY app.tar.gz /tmp/` makes a layer with the archive, and the `RUN` that unpacks it makes another with its content:
the image holds everything twice, also if the archive is deleted afterwards. `ADD` unpacks a local tar archive by itself
and leaves no archive; for others, a mount shows the file to one `RUN` without copying it
(`RUN --mount=type=bind,source=app.zip,target=/tmp/app.zip`).

Only told of archives from the build context, in the stages that the image is made of.

## Bad

```dockerfile
FROM debian:trixie-slim
COPY app.tar.gz /tmp/
RUN tar -xzf /tmp/app.tar.gz -C /opt
```

## Good

```dockerfile
FROM debian:trixie-slim
ADD app.tar.gz /opt/
```
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from dockwright.dockerfile.script import commands_of
from dockwright.finding import Problem, Related, Severity
from dockwright.rules import rule

if TYPE_CHECKING:
    from collections.abc import Iterator

    from dockwright.dockerfile import Dockerfile, Instruction
    from dockwright.shell import Command
    from dockwright.traced import Traced

_TAR = (".tar", ".tar.bz2", ".tar.gz", ".tar.xz", ".tbz2", ".tgz", ".txz")
_OTHERS = (".tar.lz", ".tar.lzma", ".tar.zst", ".zip", ".gz", ".bz2", ".xz", ".lzma", ".Z")
_ARCHIVES = (*_TAR, *_OTHERS)
_UNPACKERS = frozenset(("bunzip2", "gunzip", "gzcat", "uncompress", "unlzma", "unxz", "unzip", "zcat"))


@rule(Severity.NOTICE, aliases=("hadolint:DL3010",), instructions=("COPY",), words=_ARCHIVES)
def check(dockerfile: Dockerfile) -> Iterator[Problem]:
    """Yield each archive of a `COPY` that a later `RUN` of the stage unpacks."""
    target = dockerfile.target()
    if target is None:
        return
    for stage in reversed(dockerfile.lineage(target)):
        copied: dict[str, tuple[Instruction, Traced]] = {}
        for instruction in dockerfile.instructions("COPY", "RUN", stage=stage):
            if instruction.name == "COPY":
                copied |= _archives(instruction)
            elif copied:
                yield from _unpacked(dockerfile, instruction, copied)


def _archives(copy: Instruction) -> dict[str, tuple[Instruction, Traced]]:
    """Return the archives that a COPY brings from the context, by the name that they have in the image."""
    if copy.flag("from") is not None or copy.heredocs or len(copy.words) < 2:  # noqa: PLR2004 - a source, a target
        return {}
    target = copy.words[-1].text
    found: dict[str, tuple[Instruction, Traced]] = {}
    for word in copy.words[:-1]:
        name = _name(target) if _name(target).endswith(_ARCHIVES) else _name(word.text)
        if name.endswith(_ARCHIVES):
            found[name] = (copy, word)
    return found


def _name(path: str) -> str:
    return path.strip("\"'").rpartition("/")[2]


def _unpacked(
    dockerfile: Dockerfile, run: Instruction, copied: dict[str, tuple[Instruction, Traced]]
) -> Iterator[Problem]:
    if not any(name in run.span.text for name in copied):
        return
    for command in commands_of(dockerfile, run):
        if not _unpacks(command):
            continue
        for word in command.arguments:
            found = copied.pop(_name(word.text), None)
            if found is not None:
                yield _problem(found, command)


def _unpacks(command: Command) -> bool:
    if command.name in _UNPACKERS:
        return True
    words = [word.text for word in command.arguments]
    first = words[0] if words else ""
    return command.name == "tar" and (
        ("x" in first and not first.startswith("-") and "." not in first)
        or any(word in {"--extract", "--get"} for word in words)
        or any(word.startswith("-") and not word.startswith("--") and "x" in word for word in words)
    )


def _problem(found: tuple[Instruction, Traced], command: Command) -> Problem:
    copy, word = found
    added = word.text.strip("\"'").endswith(_TAR) and not any(
        each.text.startswith("--strip") for each in command.arguments
    )
    instead = "`ADD` it instead" if added else "Mount it in the `RUN` instead"
    return Problem(
        word.span or copy.span,
        f"The archive stays in this layer, beside what is unpacked from it. {instead}.",
        causes=(command.span,),
        related=(Related(command.span, "it is unpacked here"),),
    )
