"""The `# syntax=` line names one old version of the Dockerfile syntax

## Why

`# syntax=docker/dockerfile:1.4` fetches that version of BuildKit's Dockerfile frontend, and no later one: a minor
version gets no fixes once the next one is out. What the file uses must also exist in it: `COPY --link` came with 1.4,
`COPY --exclude` with 1.19. `docker/dockerfile:1` is the newest version of the syntax that is compatible with all of
these ([Docker: custom Dockerfile syntax](https://docs.docker.com/build/buildkit/frontend/)).

A feature that the named version does not have is an error: the build fails. Otherwise it is a notice, and only if no
Renovate moves it (Dependabot does not read this line).

## Bad

```dockerfile
# syntax=docker/dockerfile:1.3
FROM debian:trixie-slim
COPY --link app /app
```

## Good

```dockerfile
# syntax=docker/dockerfile:1
FROM debian:trixie-slim
COPY --link app /app
```

## Fix

Names version `1`, which moves. Unsafe: another frontend builds the image, and each build asks the registry for it.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from dockwright.facts.followed import followed
from dockwright.facts.sample_paths import is_sample
from dockwright.facts.updaters import updaters
from dockwright.finding import Applicability, Fix, Problem, Related, Severity
from dockwright.image import ImageKind
from dockwright.rules import rule_in_context

if TYPE_CHECKING:
    from collections.abc import Iterator

    from dockwright.dockerfile import Dockerfile, Instruction
    from dockwright.image import ImageUse
    from dockwright.project import Project
    from dockwright.source import Span

_NAMES = ("docker.io/docker/dockerfile", "docker.io/docker/dockerfile-upstream")
_VERSION = r"1\.(\d{1,3})(?:\.\d{1,3})?(-labs)?"
_NEWEST = 26
"""The newest minor version when this was written (2026-08-21): of later ones it is not known whether they are old."""

# "Minimum Dockerfile version" in the reference of moby/buildkit, and its releases dockerfile/1.*.
_FLAGS = {
    ("RUN", "mount"): 2,
    ("RUN", "network"): 3,
    ("RUN", "security"): 20,
    ("ADD", "checksum"): 6,
    ("ADD", "chmod"): 2,
    ("ADD", "link"): 4,
    ("ADD", "unpack"): 17,
    ("ADD", "exclude"): 19,
    ("COPY", "chmod"): 2,
    ("COPY", "link"): 4,
    ("COPY", "parents"): 20,
    ("COPY", "exclude"): 19,
    ("HEALTHCHECK", "start-interval"): 6,
}
_HEREDOC = 4


@rule_in_context(Severity.ERROR)
def check(dockerfile: Dockerfile, project: Project) -> Iterator[Problem]:
    """Yield the syntax line that names a minor version, if the file uses more than that has, or nothing moves it."""
    use = next((each for each in dockerfile.images if each.kind is ImageKind.SYNTAX), None)
    if use is None or use.reference is None or use.reference.name not in _NAMES or use.reference.digest:
        return
    version = re.fullmatch(_VERSION, use.reference.tag or "")
    if version is None:
        return
    minor, labs = int(version[1]), version[2] is not None
    newer = [] if labs else [each for each in _features(dockerfile) if each[0] > minor]
    if newer:
        yield _too_old(use, newer)
    elif minor < _NEWEST and not is_sample(dockerfile.source.path) and _unmoved(dockerfile, use, project):
        yield Problem(use.span, _frozen(use, minor, labs=labs), _fix(use, labs=labs), at_most=Severity.NOTICE)


def _unmoved(dockerfile: Dockerfile, use: ImageUse, project: Project) -> bool:
    """Tell whether nothing moves the version, as far as the repository shows; Dependabot does not."""
    return followed(project.tree, dockerfile, use) is not None and updaters(project.tree).unspecific is None


def _features(dockerfile: Dockerfile) -> Iterator[tuple[int, str, Span]]:
    """Yield what needs a version of the syntax: the minor version, its name, its place."""
    for instruction in dockerfile.instructions(triggers=True):
        yield from _of_flags(instruction)
        for heredoc in instruction.heredocs[:1]:
            if heredoc.word.span is not None:
                yield _HEREDOC, f"a here-document in `{instruction.name}`", heredoc.word.span


def _of_flags(instruction: Instruction) -> Iterator[tuple[int, str, Span]]:
    for flag in instruction.flags:
        needed = _FLAGS.get((instruction.name, flag.name))
        if needed is not None and flag.word.span is not None:
            yield needed, f"`{instruction.name} --{flag.name}`", flag.word.span


def _too_old(use: ImageUse, newer: list[tuple[int, str, Span]]) -> Problem:
    needed, name, _ = max(newer, key=lambda each: each[0])
    message = (
        f"{name[0].upper()}{name[1:]} needs version 1.{needed} of the Dockerfile syntax, and this line fetches "
        f"`{use.reference.tag if use.reference else ''}`: the build fails. Name version `1`, which moves."
    )
    related = tuple(Related(span, f"needs 1.{minor}") for minor, _, span in newer)
    return Problem(use.span, message, _fix(use, labs=False), tuple(span for _, _, span in newer), related=related)


def _frozen(use: ImageUse, minor: int, *, labs: bool) -> str:
    name = use.reference.familiar if use.reference else use.word.text
    return (
        f"`{name}` has had no fixes since version 1.{minor + 1} came out, and nothing in this repository moves it. "
        f"Name version `{'1-labs' if labs else '1'}`, which stays compatible and moves."
    )


def _fix(use: ImageUse, *, labs: bool) -> Fix | None:
    tag = "1-labs" if labs else "1"
    edit = use.edit_tag(tag)
    return None if edit is None else Fix(f"Use version `{tag}` of the syntax", (edit,), Applicability.UNSAFE)
