"""Dependabot updates some Dockerfiles of the repository, and not this one

## Why

An entry for `docker` covers the folders that it names, and no others: `directory: /` is the top folder only. A
Dockerfile that is added elsewhere later is silently left out, and its base image stays where it is while the others
move ([Dependabot options](https://docs.github.com/en/code-security/dependabot/working-with-dependabot/dependabot-options-reference#directories-or-directory--)).

A warning where a workflow builds that Dockerfile, a notice where only a Compose or bake file does. Nothing is said
without any entry for `docker`, where another bot may do the work, of tests and examples, and where nothing in the
Dockerfile could be updated by Dependabot. Images that are pinned by digest are the business of
`digest-without-updater`.

## Bad

```yaml case file=.github/dependabot.yml
version: 2
updates:
  - package-ecosystem: docker
    directory: /
    schedule:
      interval: weekly
```

```dockerfile also file=services/api/Dockerfile
FROM python:3.13-slim-trixie
```

```yaml file=.github/workflows/image.yml
on: push
jobs:
  image:
    runs-on: ubuntu-latest
    steps:
      - uses: docker/build-push-action@v7
        with:
          context: services/api
```

## Good

```yaml case file=.github/dependabot.yml
version: 2
updates:
  - package-ecosystem: docker
    directories:
      - /
      - /services/*
    schedule:
      interval: weekly
```

```dockerfile also file=services/api/Dockerfile
FROM python:3.13-slim-trixie
```

```yaml file=.github/workflows/image.yml
on: push
jobs:
  image:
    runs-on: ubuntu-latest
    steps:
      - uses: docker/build-push-action@v7
        with:
          context: services/api
```

## Fix

Adds the folders to the entry. Unsafe: Dependabot then opens pull requests for them.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from dockwright.facts.builds import builds
from dockwright.facts.sample_paths import is_sample
from dockwright.facts.updatable import tagged_images
from dockwright.facts.updaters import updaters
from dockwright.finding import Applicability, Fix, Problem, Related, Severity
from dockwright.rules import rule_of_project
from dockwright.source import Edit, Span

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from dockwright.files.dependabot import DockerUpdates
    from dockwright.project import Project, Tree

_SHOWN = 3


@rule_of_project(Severity.WARNING)
def check(project: Project) -> Iterator[Problem]:
    """Yield the entry for `docker` that leaves out Dockerfiles which the repository builds."""
    known = updaters(project.tree)
    if not known.dependabot or known.unspecific is not None or known.dependabot[0].span is None:
        return
    built = _built(project.tree)
    left_out = [path for path in sorted(built) if not any(each.cover(path) for each in known.dependabot)]
    images = {path: tagged_images(project.tree, path) for path in left_out}
    missing = [path for path in left_out if images[path] and not is_sample(path)]
    if missing:
        yield _problem(known.dependabot, missing, {path: images[path][0].span for path in missing}, built)


def _built(tree: Tree) -> dict[str, bool]:
    """Return the Dockerfiles that are built; whether a workflow builds them."""
    found: dict[str, bool] = {}
    for build in builds(tree):
        path = build.settings.dockerfile.path
        if path is not None and not build.settings.dockerfile.inline:
            found[path] = found.get(path, False) or build.workflow is not None
    return found


def _problem(
    entries: Sequence[DockerUpdates], missing: Sequence[str], images: dict[str, Span], built: dict[str, bool]
) -> Problem:
    entry = entries[0]
    names = ", ".join(f"`{path}`" for path in missing[:_SHOWN])
    more = f" and {len(missing) - _SHOWN} more" if len(missing) > _SHOWN else ""
    covered = [f"`{each}`" for every in entries for each in every.directories]
    others = f" and {len(covered) - _SHOWN} other folders" if len(covered) > _SHOWN + 1 else ""
    folders = ", ".join(covered[:_SHOWN] if others else covered) + others or "no folder"
    message = (
        f"Dependabot's updates of `docker` cover {folders}, and not {names}{more}: the base images there stay where "
        f"they are. Add the folders."
    )
    place = entry.values[0] if len(entry.values) == 1 else entry.key or entry.span
    assert place is not None  # noqa: S101 - asked by `check`
    related = tuple(Related(images[path], "this image is not updated") for path in missing)
    ceiling = None if any(built[path] for path in missing) else Severity.NOTICE
    return Problem(place, message, _fix(entry, missing), tuple(images.values()), ceiling, related)


def _fix(entry: DockerUpdates, missing: Sequence[str]) -> Fix | None:
    """Return the edit that adds the folders, where each folder stands on a line of its own."""
    folders = sorted({f"/{path.rpartition('/')[0]}" for path in missing})
    if entry.key is None or not entry.values or not all(_is_plain(folder) for folder in folders):
        return None
    last = entry.values[-1]
    source, line = last.source, last.source.line(last.first.line)
    start = source.line_starts[last.first.line - 1]
    if line[last.last.column - 1 :].strip():
        return None
    end = "\r\n" if source.text[last.end : last.end + 2] == "\r\n" else "\n"
    indent = line[: len(line) - len(line.lstrip())]
    if entry.key.text == "directories" and line.lstrip().startswith("- "):
        edit = Edit(Span(source, last.end, last.end), "".join(f"{end}{indent}- {folder}" for folder in folders))
    elif entry.key.text == "directory" and start + len(indent) == entry.key.start:
        items = "".join(f"{end}{indent}  - {folder}" for folder in (last.text, *folders))
        edit = Edit(Span(source, entry.key.start, last.end), f"directories:{items}")
    else:
        return None
    return Fix("Add the folders", (edit,), Applicability.UNSAFE)


def _is_plain(folder: str) -> bool:
    return all(character.isalnum() or character in "/._-" for character in folder)
