"""A download is piped on, and its failure goes unnoticed

## Why

The status of a pipe is that of its last command. When `curl ... | sh` cannot fetch anything, the shell runs an empty
script with success, and the layer without the software is kept in the cache. `pipefail` makes the pipe fail with any of
its commands
([Docker: building best practices, using pipes](https://docs.docker.com/build/building/best-practices/#using-pipes)).

Meant are pipes that begin with a command that fetches or unpacks. Where the last command notices when nothing arrives
(`tar`, `gpg`, `grep`), it is a notice. `pipefail` counts wherever it is set: in `SHELL`, also of the stage below, by
`set -o pipefail`, by a script within the script.

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

_NOTICES = frozenset(
    "apt-key base64 bsdtar bunzip2 bzip2 cpio dpkg gpg gpg2 grep egrep fgrep gunzip gzip md5sum patch rpm sha1sum "
    "sha256sum sha512sum tar unxz unzip unzstd xz zstd".split()
)
"""Commands that fail themselves when they get nothing, or not all of it."""


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
    if failing is None or _asks_version(failing):
        return None
    last = pipeline.elements[-1]
    notices = bool(last) and last[-1].name in _NOTICES
    message = (
        f"When `{failing.name}` fails here, the build goes on with what it has, because only the last command of a "
        "pipe counts. Use `SHELL` with `-o pipefail`, begin with `set -o pipefail` (bash, Alpine's sh), or save it to "
        "a file first."
    )
    return Problem(failing.span, message, at_most=Severity.NOTICE if notices else None)


def _asks_version(command: Command) -> bool:
    return len(command.arguments) == 1 and command.arguments[0].text in {"--version", "-V", "version", "--help"}
