"""The `# syntax=` line names a frontend that does not exist

## Why

`# syntax=` names the image that reads the Dockerfile, and the build begins by fetching it. A slip in the name ends the
build before the first line with an error about an image that nobody has heard of
([Docker: frontends](https://docs.docker.com/build/buildkit/frontend/)).

Told are names that are almost `docker/dockerfile`, and the name without `docker/`. Other frontends are left alone.

## Bad

```dockerfile
# syntax=docker/dockefile:1
FROM debian:trixie-slim
```

## Good

```dockerfile
# syntax=docker/dockerfile:1
FROM debian:trixie-slim
```

## Fix

Writes `docker/dockerfile`. Unsafe: it is a guess what was meant.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from dockwright.finding import Fix, Problem, Severity
from dockwright.image import ImageKind
from dockwright.rules import rule
from dockwright.source import Edit

if TYPE_CHECKING:
    from collections.abc import Iterator

    from dockwright.dockerfile import Dockerfile
    from dockwright.image import ImageUse, Reference

_NAME = "docker/dockerfile"
_KNOWN = frozenset((_NAME, "docker/dockerfile-upstream"))
_ALIKE = 0.92
"""How much of a name has to agree: one or two letters may be wrong, and no word more."""
_LONGEST = 40


@rule(Severity.ERROR)
def check(dockerfile: Dockerfile) -> Iterator[Problem]:
    """Yield the frontend whose name is almost Docker's."""
    for use in dockerfile.images:
        if use.kind is ImageKind.SYNTAX and use.reference is not None and _is_misspelt(use.reference):
            message = (
                f"There is no frontend `{use.reference.familiar}`, so that the build ends before the first instruction."
                f" Did you mean `{_NAME}`?"
            )
            yield Problem(use.span, message, _fix(use, use.reference))


def _is_misspelt(reference: Reference) -> bool:
    name = reference.repository
    if reference.registry != "docker.io" or name in _KNOWN:
        return False
    if name == "library/dockerfile":
        return True
    if len(name) > _LONGEST:
        return False
    from difflib import SequenceMatcher  # only for the few files that name another frontend

    return SequenceMatcher(None, name, _NAME).ratio() >= _ALIKE


def _fix(use: ImageUse, reference: Reference) -> Fix | None:
    written = use.word.exact
    name = reference.repository.removeprefix("library/")
    if written is None or name not in written.text:
        return None
    start = written.start + written.text.index(name)
    return Fix(f"Write `{_NAME}`", (Edit(written.source.span(start, start + len(name)), _NAME),))
