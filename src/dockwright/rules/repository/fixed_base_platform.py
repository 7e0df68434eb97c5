"""An image for several platforms stands on a base image for one

## Why

The build is for several platforms (`platforms: linux/amd64,linux/arm64`), but the `FROM` that the image stands on names
one of them. So every variant of the image holds the files of that one platform: on the others its programs do not
start (`exec format error`), or run in slow emulation, though the registry says that the image fits
([Docker: multi-platform builds](https://docs.docker.com/build/building/multi-platform/)).

Stages that only hand on files may name a platform: `FROM --platform=$BUILDPLATFORM` there is the way to build quickly.
Under the image itself it is the same mistake: one step builds all variants, so the base is always the builder's.
BuildKit's check `FromPlatformFlagConstDisallowed` speaks about each such flag, whatever is built.

## Bad

```dockerfile
FROM --platform=linux/amd64 python:3.14-slim-trixie
CMD ["python"]
```

```yaml file=.github/workflows/publish.yml
on: push
jobs:
  publish:
    runs-on: ubuntu-latest
    steps:
      - uses: docker/build-push-action@v7
        with:
          platforms: linux/amd64,linux/arm64
          push: true
          tags: ghcr.io/acme/app:latest
```

## Good

```dockerfile
FROM python:3.14-slim-trixie
CMD ["python"]
```

```yaml file=.github/workflows/publish.yml
on: push
jobs:
  publish:
    runs-on: ubuntu-latest
    steps:
      - uses: docker/build-push-action@v7
        with:
          platforms: linux/amd64,linux/arm64
          push: true
          tags: ghcr.io/acme/app:latest
```

## Fix

The flag is taken away. It is unsafe: the other platforms then get another image, and what is built upon it may not fit.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from dockwright.facts.builds import dockerfile_at
from dockwright.facts.platforms import architecture, many_platforms
from dockwright.finding import Fix, Problem, Related, Severity
from dockwright.rules import rule_of_project
from dockwright.source import Edit

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from dockwright.dockerfile import Flag, Stage
    from dockwright.facts.platforms import ManyPlatforms
    from dockwright.project import Project
    from dockwright.source import Span

_BUILDERS = frozenset(("$BUILDPLATFORM", "${BUILDPLATFORM}"))


@rule_of_project(Severity.WARNING, aliases=("buildkit:FromPlatformFlagConstDisallowed",))
def check(project: Project) -> Iterator[Problem]:
    """Yield each `FROM` with a platform of its own that an image for several stands on."""
    said: set[Span] = set()
    for many in many_platforms(project.tree):
        settings = many.build.settings
        dockerfile = dockerfile_at(project.tree, settings.dockerfile.path or "")
        target = settings.target.text if settings.target else None
        stage = None if dockerfile is None else dockerfile.target(target)
        if dockerfile is None or stage is None:
            continue
        root = dockerfile.lineage(stage)[-1]
        flag = root.start.flag("platform")
        span = None if flag is None else flag.word.span
        if flag is not None and span is not None and span not in said and _is_fixed(flag, many):
            said.add(span)
            yield _problem(root, flag, span, many)
        elif flag is not None and span is not None and span not in said and _is_builders(root, flag, many):
            said.add(span)
            yield _of_builder(root, span, many)


def _is_fixed(flag: Flag, many: ManyPlatforms) -> bool:
    """Tell whether a flag names a platform to the letter, and it is one of those that are built."""
    text = flag.value.text if flag.value is not None else ""
    return "$" not in text and architecture(text) in many.architectures


def _is_builders(stage: Stage, flag: Flag, many: ManyPlatforms) -> bool:
    """Tell whether a flag takes the builder's platform for an image that one step builds for several and publishes."""
    text = flag.value.text if flag.value is not None else ""
    together = {architecture(value.text or "") for value in many.build.settings.platforms} - {None}
    based = stage.image is not None and stage.image.reference is not None
    return text in _BUILDERS and based and len(together) > 1 and many.build.published.possible


def _of_builder(stage: Stage, span: Span, many: ManyPlatforms) -> Problem:
    message = (
        "This base image is always for the machine that builds, but the image is built for "
        f"{_listed(many.architectures)}: all but one of them hold programs of the wrong platform. Leave `--platform` "
        "out; it is for stages that only build."
    )
    ceiling = None if many.build.published.certain else Severity.NOTICE
    related = (Related(many.span, "the platforms"),)
    return Problem(span, message, _fix(span), (many.span, stage.start.span), ceiling, related)


def _listed(names: Iterable[str | None]) -> str:
    return ", ".join(f"`{each}`" for each in sorted(filter(None, names)))


def _fix(span: Span) -> Fix:
    text = span.source.text
    blanks = len(text[span.end :]) - len(text[span.end :].lstrip(" \t"))
    return Fix("Leave `--platform` out", (Edit(span.source.span(span.start, span.end + blanks), ""),))


def _problem(stage: Stage, flag: Flag, span: Span, many: ManyPlatforms) -> Problem:
    given = flag.value.text if flag.value is not None else ""
    others = _listed(many.architectures - {architecture(given)})
    message = (
        f"This base image is always for `{given}`, but the image is built for {others}, too: there it holds "
        f"programs of the wrong platform. Leave `--platform` out, or build for `{given}` alone."
    )
    return Problem(
        span, message, _fix(span), (many.span, stage.start.span), None, (Related(many.span, "the platforms"),)
    )
