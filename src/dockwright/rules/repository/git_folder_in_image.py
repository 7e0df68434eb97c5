"""The `.git` folder is copied into the published image

## Why

A workflow builds in the folder that `actions/checkout` has filled, and that has a `.git`. Without an entry in
`.dockerignore`, `COPY . .` takes it along: into the image go the commits and branches that were fetched, and, with
`actions/checkout` before version 6, the job's token in `.git/config`. And as `.git` differs from one checkout to the
next, this `COPY` and everything after it is built anew each time, even if no file of the project has changed
([Docker: build context](https://docs.docker.com/build/concepts/context/#dockerignore-files)).

Nothing is said where the build takes the Git context (without `context:`), which leaves `.git` out by itself; where a
stage only hands on what it has built; and where the Dockerfile or the project's build asks git for something, such as
its version.

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
      - uses: actions/checkout@v5
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
.git
```

```yaml file=.github/workflows/publish.yml
on: push
jobs:
  publish:
    runs-on: ubuntu-latest
    steps:
      - uses: actions/checkout@v5
      - uses: docker/build-push-action@v7
        with:
          context: .
          push: true
          tags: ghcr.io/acme/app:latest
```

## Fix

`.git` is added to the ignore file, which is created if there is none. It is unsafe: what the program does with `.git`
when it runs is not known.
"""

from __future__ import annotations

import posixpath
import re
from typing import TYPE_CHECKING

from dockwright.facts.build_context import ignore_file_of
from dockwright.facts.builds import builds, dockerfile_at
from dockwright.facts.image_paths import arrivals
from dockwright.files.build import ContextKind
from dockwright.files.dockerignore import NAME
from dockwright.finding import Fix, Problem, Related, Severity
from dockwright.rules import rule_of_project
from dockwright.source import Edit, Source

if TYPE_CHECKING:
    from collections.abc import Iterator

    from dockwright.dockerfile import Dockerfile
    from dockwright.facts.image_paths import Arrival
    from dockwright.files.build import Build
    from dockwright.files.dockerignore import IgnoreFile
    from dockwright.project import Project, Tree

_INSIDE = ".git/config"
_USES_GIT = (
    r"\.git\b|\bgit[ \t]+(?:-\S+[ \t]+\S+[ \t]+)?(?:describe|rev-\w+|log|show|status|submodule|config|fetch|pull"
    r"|checkout|ls-files|tag|branch|diff|remote|reset|clean|restore|worktree|rebase|gc|lfs)\b|\bvcs\b|\bscm\b|gitversion"
    r"|goreleaser|\b(?:install|add)\b[^\n]{0,400}?[ \t]git\b"
)
_VERSION_FROM_GIT = (
    r"setuptools[_-]scm|hatch-vcs|versioningit|versioneer|\bpbr\b|poetry-dynamic-versioning|pdm-backend[^\n]*scm"
    r"|dunamai|git-version|axion-release|jgitver|git-commit-id|nerdbank|gitversion|minver|vergen|built_info"
)
_PROJECT_FILES = ("pyproject.toml", "setup.py", "setup.cfg", "build.gradle", "build.gradle.kts", "pom.xml", "build.rs")
_MOST_CHARACTERS = 200_000


@rule_of_project(Severity.WARNING)
def check(project: Project) -> Iterator[Problem]:
    """Yield the first `COPY` by which each Dockerfile's published image gets `.git`."""
    tree, said = project.tree, set[str]()
    for build in builds(tree):
        path = build.settings.dockerfile.path
        if path is None or path in said or not _has_git(build) or not _is_published(build):
            continue
        dockerfile, ignore = dockerfile_at(tree, path), ignore_file_of(tree, build)
        if dockerfile is None or not _leaves_git_in(ignore) or _needs_git(tree, dockerfile):
            continue
        found = _arrival(dockerfile, build)
        if found is not None:
            said.add(path)
            yield _problem(build, found, ignore)


def _has_git(build: Build) -> bool:
    """Tell whether the context of a build is the top of what was checked out."""
    context = build.settings.context
    at_top = context.path is not None and posixpath.normpath(context.path) == "."
    return context.kind is ContextKind.PATH and at_top and build.checkout is not None


def _is_published(build: Build) -> bool:
    """Tell whether the image may be pushed, under any name."""
    settings = build.settings
    named = settings.tags or not settings.tags_known or settings.is_open("tags")
    return bool(named) and build.published.possible


def _leaves_git_in(ignore: IgnoreFile | None) -> bool:
    return ignore is None or (ignore.exact and not ignore.leaves(_INSIDE))


def _needs_git(tree: Tree, dockerfile: Dockerfile) -> bool:
    """Tell whether a build or the program may ask git for something."""
    if re.search(_USES_GIT, dockerfile.source.text[:_MOST_CHARACTERS]):
        return True
    sources = (tree.read(name) for name in _PROJECT_FILES)
    return any(
        source is not None and re.search(_VERSION_FROM_GIT, source.text[:_MOST_CHARACTERS]) for source in sources
    )


def _arrival(dockerfile: Dockerfile, build: Build) -> Arrival | None:
    """Return how `.git` gets into the image; None if it does not, as far as one can tell."""
    target = build.settings.target
    stage = None if target is not None and target.text is None else dockerfile.target(target.text if target else None)
    found = () if stage is None else arrivals(dockerfile, stage, _INSIDE)
    return next((each for each in found if ".git" in each.path), None)


def _problem(build: Build, arrival: Arrival, ignore: IgnoreFile | None) -> Problem:
    copy = arrival.instruction
    value = build.settings.context.value
    place = build.step if value is None or value.span is None else value.span
    related = (Related(place, "the context is the folder that was checked out"),)
    where = f"`{ignore.source.path}` does not name it" if ignore is not None else f"there is no `{NAME}`"
    message = (
        f"`{copy.name} {' '.join(word.text for word in copy.words)[:60]}` takes `.git` into the image, as {where}: "
        f"what git has fetched is published, and every checkout makes this step run anew. Add `.git` to `{NAME}`."
    )
    ceiling = None if build.published.certain else Severity.NOTICE
    return Problem(copy.span, message, _fix(ignore), (place,), ceiling, related)


def _fix(ignore: IgnoreFile | None) -> Fix:
    source = ignore.source if ignore is not None else Source(NAME, "")
    end = "\r\n" if "\r\n" in source.text else "\n"
    above = "" if not source.text or source.text.endswith("\n") else end
    edit = Edit(source.span(len(source.text), len(source.text)), f"{above}.git{end}")
    return Fix(f"Add `.git` to `{source.path}`", (edit,))
