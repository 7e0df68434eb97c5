"""`ADD` for files that are simply copied

## Why

`ADD` does three things: it copies, fetches from the network, and unpacks archives, depending on what its source is. For
local files `COPY` does the same and nothing else, so nobody has to wonder whether more was meant, and a file that
happens to be a tar archive arrives as it is
([Docker: ADD or COPY](https://docs.docker.com/build/building/best-practices/#add-or-copy)).

Addresses, Git repositories, archives, and sources in variables without a value are left alone.

## Bad

```dockerfile
FROM python:3.14-slim
ADD requirements.txt /app/
```

## Good

```dockerfile
FROM python:3.14-slim
COPY requirements.txt /app/
```

## Fix

Writes `COPY`. Not where a pattern may match an archive, too.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from dockwright.finding import Applicability, Fix, Problem, Severity
from dockwright.rules import rule
from dockwright.source import Edit

if TYPE_CHECKING:
    from collections.abc import Iterator

    from dockwright.dockerfile import Dockerfile, Instruction

# Text, not compiled patterns: few files need them.
_REMOTE = r"(?i)(?:https?|git|ssh|ftp)://|[\w.-]+@[\w.-]+:|github\.com/"
_ARCHIVE = r"(?i)\.(?:tar|tgz|tbz2?|txz|tlz|tb2|taz|tzst|tz|gz|bz2|xz|lzma|lz|zst|Z)(?:[\"'*?]|\.\*|$)"
_ONLY_OF_ADD = ("checksum", "keep-git-dir", "unpack")
_PATTERN = frozenset("*?[")


@rule(Severity.NOTICE, aliases=("hadolint:DL3020",), instructions=("ADD",))
def check(dockerfile: Dockerfile) -> Iterator[Problem]:
    """Yield each ADD that does no more than COPY."""
    for instruction in dockerfile.instructions("ADD", triggers=True):
        if any(instruction.flag(name) for name in _ONLY_OF_ADD):
            continue
        sources = _sources(dockerfile, instruction)
        if not sources or any(re.match(_REMOTE, text) or re.search(_ARCHIVE, text) for text in sources):
            continue
        fix = None
        if not any(_PATTERN & set(text) for text in sources):
            fix = Fix("Use `COPY`", (Edit(instruction.keyword, _copy(instruction)),), Applicability.SAFE)
        message = "`ADD` may also fetch and unpack; here it only copies. Use `COPY`, which does nothing else."
        yield Problem(instruction.keyword, message, fix)


def _sources(dockerfile: Dockerfile, instruction: Instruction) -> list[str]:
    """Return the sources; none if one of them is unknown."""
    found: list[str] = []
    for word in instruction.words[:-1]:
        path = dockerfile.expand(instruction, word)
        if path is None:
            return []
        found.append(path.text)
    return found


def _copy(instruction: Instruction) -> str:
    return "copy" if instruction.keyword.text.islower() else "COPY"
