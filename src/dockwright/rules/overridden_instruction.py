"""Only the last `CMD`, `ENTRYPOINT` or `HEALTHCHECK` of a stage counts

## Why

An image has one of each. An earlier one in the same stage is dropped without a word, so that either it was forgotten,
or somebody believes that both run
([Docker: MultipleInstructionsDisallowed](https://docs.docker.com/reference/build-checks/multiple-instructions-disallowed/)).

## Bad

```dockerfile
FROM nginx:1.30
CMD ["redis-server"]
CMD ["nginx", "-g", "daemon off;"]
```

## Good

```dockerfile
FROM nginx:1.30
CMD ["nginx", "-g", "daemon off;"]
```
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from dockwright.finding import Problem, Severity
from dockwright.rules import rule

if TYPE_CHECKING:
    from collections.abc import Iterator

    from dockwright.dockerfile import Dockerfile, Instruction


_BUILDKIT = "buildkit:MultipleInstructionsDisallowed"
_CODES = {"HEALTHCHECK": "hadolint:DL3012", "CMD": "hadolint:DL4003", "ENTRYPOINT": "hadolint:DL4004"}


@rule(
    Severity.WARNING,
    aliases=(_BUILDKIT, *_CODES.values()),
    instructions=("CMD", "ENTRYPOINT", "HEALTHCHECK"),
)
def check(dockerfile: Dockerfile) -> Iterator[Problem]:
    """Yield each one that a later one replaces."""
    for stage in dockerfile.stages:
        last: dict[str, Instruction] = {}
        for instruction in dockerfile.instructions("CMD", "ENTRYPOINT", "HEALTHCHECK", stage=stage):
            before = last.get(instruction.name)
            if before is not None:
                message = (
                    f"The `{instruction.name}` in line {instruction.line} replaces this one, which does nothing. "
                    "Remove the one that is wrong; a container starts one command."
                )
                aliases = (_BUILDKIT, _CODES[instruction.name])
                yield Problem(before.keyword, message, causes=(instruction.keyword,), aliases=aliases)
            last[instruction.name] = instruction
