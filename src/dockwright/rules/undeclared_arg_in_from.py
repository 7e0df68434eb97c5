"""`FROM` uses a variable that no `ARG` above the first `FROM` declares

## Why

`FROM` sees only what an `ARG` above the first `FROM` declares, and the platform's own variables. `ENV` and the `ARG`s
of a stage do not count. Anything else is empty, without a word: `FROM debian:${TAG}` fails, and
`FROM app${VARIANT}` builds on another image than the one that is meant
([Docker: UndefinedArgInFrom](https://docs.docker.com/reference/build-checks/undefined-arg-in-from/)).

## Bad

```dockerfile
FROM node:24${VARIANT}
```

## Good

```dockerfile
ARG VARIANT=-slim
FROM node:24${VARIANT}
```
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from dockwright.dockerfile.variables import PLATFORM_ARGUMENTS
from dockwright.finding import Problem, Severity
from dockwright.rules import rule

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from dockwright.dockerfile import Dockerfile

# Text, not a compiled pattern: few files need it.
_VARIABLE = r"(?a)\$(?:(?P<bare>[A-Za-z_]\w*)|\{(?P<name>[A-Za-z_]\w*)\})"


@rule(Severity.WARNING, aliases=("buildkit:UndefinedArgInFrom",), words=("$",))
def check(dockerfile: Dockerfile) -> Iterator[Problem]:
    """Yield each use of a variable that `FROM` cannot see."""
    if not any("$" in stage.start.rest.text for stage in dockerfile.stages):
        return
    declared = {pair.key.text: arg.stage for arg in dockerfile.instructions("ARG") for pair in arg.pairs}
    seen = [pair.key.text for arg in dockerfile.instructions("ARG") if arg.stage < 0 for pair in arg.pairs]
    for stage in dockerfile.stages:
        flag = stage.start.flag("platform")
        for text in (*([flag.value] if flag is not None and flag.value is not None else []), *stage.start.words[:1]):
            for use in re.finditer(_VARIABLE, text.text):
                name = use["bare"] or use["name"]
                place = text.slice(use.start(), use.end()).span
                escaped = use.start() > 0 and text.text[use.start() - 1] == dockerfile.escape
                if name in seen or name in PLATFORM_ARGUMENTS or place is None or escaped:
                    continue
                yield Problem(place, _message(name, seen, in_stage=name in declared))


def _message(name: str, seen: Sequence[str], *, in_stage: bool) -> str:
    if in_stage:
        return f"`ARG {name}` belongs to a stage, and `FROM` does not see it. Move it above the first `FROM`."
    from difflib import get_close_matches

    close = get_close_matches(name[:60], [*seen, *sorted(PLATFORM_ARGUMENTS)], n=1, cutoff=0.8)
    what = f"did you mean `{close[0]}`?" if close else f"Declare it above the first `FROM`: `ARG {name[:60]}=...`."
    join = "; " if close else ". "
    return f"No `ARG` declares `{name[:60]}`, so it is empty here{join}{what}"
