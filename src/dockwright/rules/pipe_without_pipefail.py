"""A download is piped on, and its failure goes unnoticed

## Why

The status of a pipe is that of its last command. When `curl ... | sh` cannot fetch anything, the shell runs an empty
script with success, and the layer without the software is kept in the cache. `pipefail` makes the pipe fail with any of
its commands
([Docker: building best practices, using pipes](https://docs.docker.com/build/building/best-practices/#using-pipes)).

Meant are pipes that begin with a command that fetches or unpacks. Nothing is said where the last command itself fails
when nothing arrives, or not all of it (`tar`, `gunzip`, `gpg`). `pipefail` counts wherever it is set: in `SHELL`, also
of the stage below, by `set -o pipefail`, by a script within the script.

## Bad

```dockerfile
FROM debian:trixie
RUN curl -fsSL https://example.org/install.sh | sh
```

## Good

```dockerfile
FROM debian:trixie
SHELL ["/bin/bash", "-o", "pipefail", "-c"]
RUN curl -fsSL https://example.org/install.sh | sh
```
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from dockwright.dockerfile.script import script_of
from dockwright.finding import Problem, Severity
from dockwright.rules import rule
from dockwright.shell import Context

if TYPE_CHECKING:
    from collections.abc import Iterator

    from dockwright.dockerfile import Dockerfile
    from dockwright.shell import Command, Pipeline

_CAN_FAIL = frozenset(
    "aria2c aws az bunzip2 bzcat cargo composer curl dpkg-deb fetch gcloud git go gsutil gunzip gzip helm http kubectl "
    "lynx npm openssl pip pip3 rsync scp ssh svn tar unxz unzip unzstd wget xz xzcat zcat zstd zstdcat".split()
)
"""Commands whose failure leaves out or cuts off what the others work with."""

_TELLS = {
    **dict.fromkeys(("pip", "pip3"), ("list", "freeze", "show", "config")),
    "git": ("config", "describe", "log", "rev-parse", "status", "tag"),
    "go": ("env", "version"),
    "npm": ("bin", "config", "prefix", "root"),
}
"""What these commands say of the image itself, by their first word."""

_SWITCHES = r"-[a-zA-Z0-9]+|--decompress|--check"
_NOTICES = frozenset("apt-key bsdtar bunzip2 cpio dpkg gpg gpg2 gunzip rpm tar unxz unzip unzstd".split())
"""Commands that fail themselves when they get nothing, or not all of it."""
_UNPACK = frozenset("bzip2 gzip xz zstd".split())
"""Those that do so when they unpack."""
_CHECKS = frozenset("md5sum sha1sum sha256sum sha512sum".split())
"""Those that do so when they are to compare sums."""
_SEARCH = frozenset("grep egrep fgrep".split())
"""Those that fail when nothing is found, so only when nothing arrives: what is cut off may hold it."""


@rule(Severity.WARNING, aliases=("hadolint:DL4006",), instructions=("RUN",), words=("|",))
def check(dockerfile: Dockerfile) -> Iterator[Problem]:
    """Yield each pipe whose first commands may fail unseen."""
    for instruction in dockerfile.instructions("RUN", triggers=True):
        if "|" not in instruction.span.text:
            continue
        for pipeline in script_of(dockerfile, instruction).pipelines:
            problem = _problem(pipeline)
            if problem is not None:
                yield problem


def _problem(pipeline: Pipeline) -> Problem | None:
    if "pipefail" in pipeline.options or pipeline.negated or pipeline.context & Context.CONDITION:
        return None
    failing = next((each for part in pipeline.elements[:-1] for each in part if each.name in _CAN_FAIL), None)
    if failing is None or _only_tells(failing):
        return None
    last = pipeline.elements[-1]
    if last and _notices(last[-1]):
        return None
    message = (
        f"When `{failing.name}` fails here, the build goes on with what it has, because only the last command of a "
        "pipe counts. Use `SHELL` with `-o pipefail`, begin with `set -o pipefail` (bash, Alpine's sh), or save it to "
        "a file first."
    )
    return Problem(failing.span, message, at_most=Severity.NOTICE if last and last[-1].name in _SEARCH else None)


def _notices(last: Command) -> bool:
    """Tell whether the last command of a pipe fails itself when nothing arrives, or not all of it."""
    switches = "".join(word.text for word in last.arguments if re.fullmatch(_SWITCHES, word.text))
    match last.name:
        case name if name in _UNPACK:
            return "d" in switches
        case name if name in _CHECKS:
            return "c" in switches
        case name:
            return name in _NOTICES


def _only_tells(command: Command) -> bool:
    """Tell whether a command only says what is there: a version, or with `pip list` what is installed."""
    first = command.arguments[0].text if command.arguments else ""
    if len(command.arguments) == 1 and first in {"--version", "-V", "version", "--help"}:
        return True
    return first in _TELLS.get(command.name or "", ())
