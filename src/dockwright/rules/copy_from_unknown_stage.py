"""`COPY --from` names no stage of the file

## Why

What is no stage is taken for an image: `COPY --from=biulder` tries to pull `docker.io/library/biulder`. At best that
fails; at worst somebody else has published an image of that name, and its files end up in yours.

The name could also be that of a build context, which only the command line or another program knows. So this is told
where a stage has nearly the same name, or the name is a part of a stage's (`set` of `license-set`), and not where a
workflow, a Compose or a bake file gives that name to a context. A name with a tag, a digest or a `/` is an image's.

## Bad

```dockerfile
FROM golang:1.26 AS builder
RUN go build -o /app .
FROM scratch
COPY --from=biulder /app /app
```

## Good

```dockerfile
FROM golang:1.26 AS builder
RUN go build -o /app .
FROM scratch
COPY --from=builder /app /app
```

## Fix

Writes the stage's name. Unsafe: an image may have been meant.
"""

from __future__ import annotations

import re
from itertools import islice
from typing import TYPE_CHECKING

from dockwright.facts.bases import base_of, family_of
from dockwright.finding import Applicability, Fix, Problem, Severity
from dockwright.image import ImageKind
from dockwright.rule_names import closest
from dockwright.rules import rule_in_context
from dockwright.source import Edit

if TYPE_CHECKING:
    from collections.abc import Iterator

    from dockwright.dockerfile import Dockerfile
    from dockwright.image import ImageUse
    from dockwright.project import Project

_KINDS = (ImageKind.COPY_FROM, ImageKind.MOUNT_FROM)
_CONTEXTS = ("build-contexts:", "additional_contexts:", "contexts", "--build-context")
_WHERE = (".yml", ".yaml", ".hcl", ".json", "Makefile", ".sh", ".md")
_MOST_FILES = 500  # that are read for a name that is no stage's


@rule_in_context(Severity.WARNING, aliases=("hadolint:DL3022",), words=("from=",))
def check(dockerfile: Dockerfile, project: Project) -> Iterator[Problem]:
    """Yield each `--from` whose plain name is nearly a stage's."""
    if dockerfile.errors:
        return  # a stage may be among what could not be read
    stages = [stage.name for stage in dockerfile.stages if stage.name is not None]
    for use in dockerfile.images:
        meant = _meant(use.word.text.lower(), stages) if use.kind in _KINDS and _is_plain(use) else None
        if meant is not None and not _is_context(use.word.text, project):
            yield _problem(use, meant)


def _is_plain(use: ImageUse) -> bool:
    """Tell whether it is one word that is no image that people know."""
    if any(mark in use.word.text for mark in ":/@$."):
        return False
    return use.reference is None or (base_of(use.reference) is None and family_of(use.reference) is None)


def _is_context(name: str, project: Project) -> bool:
    """Tell whether some file of the repository names a build context so."""
    paths = (path for path in project.tree.paths() if path.endswith(_WHERE))
    for path in islice(paths, _MOST_FILES):
        source = project.tree.read(path)
        if source is not None and name in source.text and any(word in source.text for word in _CONTEXTS):
            return True
    return False


def _meant(name: str, stages: list[str]) -> str | None:
    """Return the stage that was probably meant: by a slip, or by a part of its name."""
    parts = [stage for stage in stages if name in re.split(r"[-_.]", stage)]
    found = closest(name, stages) or (parts[0] if len(parts) == 1 else None)
    return None if found == name else found


def _problem(use: ImageUse, meant: str) -> Problem:
    place = use.word.exact
    fix = Fix(f"Write `{meant}`", (Edit(place, meant),), Applicability.UNSAFE) if place is not None else None
    message = f"No stage is called `{use.word.text}`, so an image of that name is pulled. Is `{meant}` meant?"
    ours = ("hadolint:DL3022",) if use.kind is ImageKind.COPY_FROM else ()
    return Problem(use.span, message, fix, aliases=ours)
