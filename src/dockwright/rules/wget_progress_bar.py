"""`wget` draws its progress into the build's log

## Why

Without a terminal, `wget` prints a line of dots for each 50 KB: thousands of lines in the log of a build that fetches
something large. `--progress=dot:giga` prints one for each 32 MB, `-nv` one for each file. A matter of taste, so it is
off by default.

Nothing is said where the output goes to a file, where another switch keeps it short (`-q`, `-nv`, `-o`), and of images
of Alpine and BusyBox, whose own `wget` is short by itself and knows no such switch, unless they install GNU's.

## Bad

```dockerfile
FROM debian:trixie-slim
RUN wget https://example.org/large.tar.gz
```

## Good

```dockerfile
FROM debian:trixie-slim
RUN wget -nv https://example.org/large.tar.gz
```

## Fix

Adds `-nv` where the base image is known to be Debian's or Ubuntu's.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from dockwright.dockerfile.script import commands_of
from dockwright.facts.bases import Family, family_of
from dockwright.facts.stages import roots, text_of
from dockwright.finding import Applicability, Fix, Problem, Severity
from dockwright.rules import rule
from dockwright.source import Edit

if TYPE_CHECKING:
    from collections.abc import Iterator

    from dockwright.dockerfile import Dockerfile, Stage
    from dockwright.shell import Command, Redirection

_SHORT = r"-[a-zA-Z]*[qoa]"
_LONG = (
    "--progress",
    "--quiet",
    "--no-verbose",
    "--output-file",
    "--append-output",
    "--show-progress",
    "--no-show-progress",
    "--version",
    "--help",
    "--spider",
)
_MESSAGE = "`wget` prints a line for each 50 KB here. `-nv` keeps the log of the build short."


@rule(Severity.NOTICE, aliases=("hadolint:DL3047",), enabled=False, instructions=("RUN",), words=("wget",))
def check(dockerfile: Dockerfile) -> Iterator[Problem]:
    """Yield each `wget` whose progress goes to the log."""
    for stage in dockerfile.stages:
        for run in dockerfile.instructions("RUN", stage=stage, triggers=True):
            for command in commands_of(dockerfile, run) if "wget" in run.span.text else ():
                if command.name == "wget" and not _is_short(command) and not _is_busybox(dockerfile, stage):
                    yield Problem(command.words[0].span, _MESSAGE, _fix(dockerfile, stage, command))


def _is_short(command: Command) -> bool:
    if not command.arguments or any(each.operator in {"&>", "&>>"} or _is_error(each) for each in command.redirections):
        return True
    return any(
        word.text.startswith(("-nv", *_LONG)) or re.match(_SHORT, word.text) is not None
        for word in command.arguments
        if word.text.startswith("-")
    )


def _is_error(redirection: Redirection) -> bool:
    return redirection.descriptor == "2"


def _family(dockerfile: Dockerfile, stage: Stage) -> Family | None:
    image = roots(dockerfile)[stage.index].image
    return None if image is None or image.reference is None else family_of(image.reference)


def _is_busybox(dockerfile: Dockerfile, stage: Stage) -> bool:
    image = roots(dockerfile)[stage.index].image
    busybox = image is not None and image.reference is not None and image.reference.repository.endswith("busybox")
    if not busybox and _family(dockerfile, stage) is not Family.ALPINE:
        return False
    return re.search(r"\bapk\b[^\n]*\badd\b(?:[^\n]|\\\n)*?\bwget\b", text_of(dockerfile, stage)) is None


def _fix(dockerfile: Dockerfile, stage: Stage, command: Command) -> Fix | None:
    name = next((word for word in command.words if word.text.rpartition("/")[2] == "wget"), None)
    if name is None or _family(dockerfile, stage) is not Family.DEBIAN:
        return None
    end = name.span.end
    edit = Edit(name.span.source.span(end, end), " -nv")
    return Fix("Add `-nv`", (edit,), Applicability.SAFE)
