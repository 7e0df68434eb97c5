"""A secret file that the workflow writes gets into the image

## Why

A step writes secrets to a file (`echo "TOKEN=${{ secrets.TOKEN }}" > .env`), a later one builds in the same folder,
and `COPY . .` takes everything along. So the secrets are in a layer of the image, and everyone who can pull it can take
them out. What the program needs when it runs belongs to the container: an environment variable, a mounted file. What
the build needs goes through `secrets:` and `RUN --mount=type=secret`, which leave nothing behind
([Docker: build secrets](https://docs.docker.com/build/building/secrets/)).

`google-github-actions/auth` leaves its credentials in the workspace as well, as `gha-creds-*.json`; its own advice is
to name that in `.dockerignore`. With workload identity they are of little use after the job, so that is a notice.

The file is followed through the stages: one that only a stage for building sees, and that is not handed on, is left
alone. So are files that the ignore file keeps out, or a step deletes before the build.

## Bad

```dockerfile
FROM node:24-trixie-slim
WORKDIR /app
COPY . .
CMD ["node", "server.js"]
```

```yaml file=.github/workflows/publish.yml
on: push
jobs:
  publish:
    runs-on: ubuntu-latest
    steps:
      - uses: actions/checkout@v6
      - run: echo "API_KEY=${{ secrets.API_KEY }}" > .env
      - uses: docker/build-push-action@v7
        with:
          context: .
          push: true
          tags: ghcr.io/acme/app:latest
```

## Good

```dockerfile
FROM node:24-trixie-slim
WORKDIR /app
COPY . .
CMD ["node", "server.js"]
```

```text file=.dockerignore
.env
```

```yaml file=.github/workflows/publish.yml
on: push
jobs:
  publish:
    runs-on: ubuntu-latest
    steps:
      - uses: actions/checkout@v6
      - run: echo "API_KEY=${{ secrets.API_KEY }}" > .env
      - uses: docker/build-push-action@v7
        with:
          context: .
          push: true
          tags: ghcr.io/acme/app:latest
```
"""

from __future__ import annotations

import posixpath
from typing import TYPE_CHECKING

from dockwright.facts.build_context import ignore_file_of
from dockwright.facts.builds import builds, dockerfile_at
from dockwright.facts.image_paths import arrivals
from dockwright.facts.written_files import written_files
from dockwright.files.build import ContextKind
from dockwright.finding import Problem, Related, Severity
from dockwright.rules import rule_of_project

if TYPE_CHECKING:
    from collections.abc import Iterator

    from dockwright.facts.image_paths import Arrival
    from dockwright.facts.written_files import WrittenFile
    from dockwright.files.build import Build
    from dockwright.project import Project, Tree
    from dockwright.source import Span


@rule_of_project(Severity.ERROR)
def check(project: Project) -> Iterator[Problem]:
    """Yield each secret file that a step writes and a later build takes into its image."""
    said: set[Span] = set()
    for build in builds(project.tree):
        if not build.earlier or build.settings.context.kind is not ContextKind.PATH:
            continue
        for written in written_files(project.tree, build):
            arrival = _arrival(project.tree, build, written) if written.span not in said else None
            if arrival is not None:
                said.add(written.span)
                yield _problem(build, written, arrival)


def _arrival(tree: Tree, build: Build, written: WrittenFile) -> Arrival | None:
    """Return how a file gets into the image of a build; None if it does not, or nobody knows."""
    context, path, target = build.settings.context.path, build.settings.dockerfile.path, build.settings.target
    dockerfile = None if path is None else dockerfile_at(tree, path)
    if context is None or dockerfile is None or (target is not None and target.text is None):
        return None
    inside = posixpath.relpath(written.path, posixpath.normpath(context or "."))
    ignore = ignore_file_of(tree, build)
    if inside.startswith("../") or (ignore is not None and (not ignore.exact or ignore.leaves(inside))):
        return None
    stage = dockerfile.target(target.text if target else None)
    return next(iter(arrivals(dockerfile, stage, inside)), None) if stage is not None else None


def _problem(build: Build, written: WrittenFile, arrival: Arrival) -> Problem:
    copy = arrival.instruction
    name = "gha-creds-*.json" if written.path.startswith("gha-creds-") else written.path
    related = (
        Related(copy.span, f"this takes `{name}` into the image"),
        Related(build.step, "this builds in the same folder"),
    )
    who = "everyone who can pull the image can read them" if build.published.possible else "they stay in the image"
    what = "credentials" if name != written.path else "secrets"
    message = (
        f"`{name}`, which this step fills with {what}, is copied into the image by line {copy.span.first.line} of "
        f"`{copy.span.source.path}`: {who}. Add it to `.dockerignore`, and hand over what the build needs by "
        f"`secrets:`."
    )
    ceiling = Severity.NOTICE if written.passing else None if build.published.certain else Severity.WARNING
    return Problem(written.span, message, None, (copy.span,), ceiling, related)
