"""The comment above an `ARG` or a stage does not describe it

## Why

`docker build --call=outline` and `--call=targets` show the comment right above an `ARG` or a `FROM ... AS` as its
description, if it begins with the name. A comment that stands there and says something else is not shown, which is
easily overlooked. Only for those who use these lists, so this is off by default
([Docker: InvalidDefinitionDescription](https://docs.docker.com/reference/build-checks/invalid-definition-description/)).

## Bad

```dockerfile
# what is built upon
ARG BASE=debian:trixie-slim
FROM $BASE
```

## Good

```dockerfile
# BASE is what is built upon
ARG BASE=debian:trixie-slim
FROM $BASE
```
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from dockwright.finding import Problem, Severity
from dockwright.rules import rule

if TYPE_CHECKING:
    from collections.abc import Iterator

    from dockwright.dockerfile import Dockerfile, Instruction


@rule(Severity.NOTICE, aliases=("buildkit:InvalidDefinitionDescription",), enabled=False)
def check(dockerfile: Dockerfile) -> Iterator[Problem]:
    """Yield each comment right above a definition that does not begin with its name."""
    above = {comment.span.first.line: comment for comment in dockerfile.comments if not comment.inside}
    for instruction, name in _definitions(dockerfile):
        comment = above.get(instruction.line - 1)
        if comment is not None and comment.text and comment.text.split(maxsplit=1)[0] != name:
            message = (
                f"BuildKit shows this as the description of `{name[:60]}` only if it begins with that name. Write "
                f"`# {name[:60]} ...`, or put an empty line between."
            )
            yield Problem(comment.span, message, causes=(instruction.keyword,))


def _definitions(dockerfile: Dockerfile) -> Iterator[tuple[Instruction, str]]:
    for instruction in dockerfile.instructions("ARG"):
        if len(instruction.pairs) == 1:
            yield instruction, instruction.pairs[0].key.text
    for stage in dockerfile.stages:
        if stage.name_word is not None:
            yield stage.start, stage.name_word.text
