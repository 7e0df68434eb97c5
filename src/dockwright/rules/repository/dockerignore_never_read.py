"""An ignore file that no build reads

## Why

BuildKit looks for `.dockerignore` at the top of the build context, not beside the Dockerfile. Where a Dockerfile in a
folder is built with another folder as its context, usually the repository's top, the file beside it does nothing: what
it should keep out (`node_modules`, `.env`, tests) is sent, copied and decides over the cache. Only a file with the
Dockerfile's own name before it, `Dockerfile.dockerignore`, is read beside it
([Docker: build context](https://docs.docker.com/build/concepts/context/#filename-and-location)).

It is reported where every build of the repository is known, and none uses the file's folder as its context.

## Bad

```dockerfile file=api/Dockerfile
FROM node:24-trixie-slim
COPY api /app
```

```text file=api/.dockerignore
node_modules
```

```yaml file=compose.yaml
services:
  api:
    build:
      context: .
      dockerfile: api/Dockerfile
```

## Good

```dockerfile file=api/Dockerfile
FROM node:24-trixie-slim
COPY api /app
```

```text file=api/Dockerfile.dockerignore
api/node_modules
```

```yaml file=compose.yaml
services:
  api:
    build:
      context: .
      dockerfile: api/Dockerfile
```
"""

from __future__ import annotations

import posixpath
from itertools import islice
from typing import TYPE_CHECKING

from dockwright.facts.builds import build_files, builds
from dockwright.files.build import ContextKind
from dockwright.files.dockerignore import NAME, read_ignore_file
from dockwright.finding import Problem, Related, Severity
from dockwright.rules import rule_of_project

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from dockwright.files.build import Build
    from dockwright.project import Project, Tree
    from dockwright.source import Span

_BUILT_BY_OTHERS = (
    *("fly.toml", "railway.json", "railway.toml", "render.yaml", "captain-definition", "cloudbuild.yaml"),
    *("skaffold.yaml", "Tiltfile", "devcontainer.json", "wrangler.toml", "azure.yaml", "okteto.yml", "heroku.yml"),
)
"""Files of programs that build images, with the folder that they are in as the context."""
_MOST_FILES = 100
_MOST_SHOWN = 3
_MAY_BUILD = ("Makefile", "package.json", "project.json", "justfile", "Taskfile.yml", "build.sh")
"""Files that may hold a command that does so."""


@rule_of_project(Severity.WARNING)
def check(project: Project) -> Iterator[Problem]:
    """Yield each ignore file in a folder that is never a context."""
    tree = project.tree
    if not build_files(tree):
        return
    folders = (posixpath.dirname(path) for path in tree.paths() if path.endswith(f"/{NAME}"))
    for folder in islice(folders, _MOST_FILES):
        unread = _builds_elsewhere(tree, folder)
        source = tree.read(f"{folder}/{NAME}") if unread else None
        patterns = read_ignore_file(source).patterns if source is not None else ()
        if patterns:
            related = tuple(Related(span, "the context is given here") for span in _places(unread)[:_MOST_SHOWN])
            causes = tuple(each.span for each in related)
            yield Problem(patterns[0].span, _message(folder, unread), None, causes, None, related)


def _builds_elsewhere(tree: Tree, folder: str) -> Sequence[Build]:
    """Return the builds of a folder's Dockerfiles; none if any build may read the folder's ignore file."""
    here: list[Build] = []
    for build in builds(tree):
        path, context = build.settings.dockerfile.path, build.settings.context
        mine = path is not None and posixpath.dirname(path) == folder
        if context.path is None:
            # Other repositories and archives bring their own; of anything else it might be this one.
            if (mine or path is None) and context.kind is ContextKind.UNKNOWN:
                return ()
        elif posixpath.normpath(context.path) == folder:
            return ()
        elif mine and context.kind is ContextKind.PATH and tree.read(path or "") is not None:
            here.append(build)
    return () if _built_by_others(tree, folder) else here


def _built_by_others(tree: Tree, folder: str) -> bool:
    sources = (tree.read(f"{folder}/{name}") for name in _MAY_BUILD)
    return any(tree.read(f"{folder}/{name}") is not None for name in _BUILT_BY_OTHERS) or any(
        source is not None and "docker build" in source.text for source in sources
    )


def _places(unread: Sequence[Build]) -> list[Span]:
    values = [build.settings.context.value for build in unread]
    spans = [
        value.span if value is not None and value.span is not None else build.step
        for value, build in zip(values, unread, strict=True)
    ]
    return list(dict.fromkeys(spans))


def _message(folder: str, unread: Sequence[Build]) -> str:
    path = unread[0].settings.dockerfile.path or ""
    context = posixpath.normpath(unread[0].settings.context.path or ".")
    shown = "the repository's top" if context == "." else f"`{context}`"
    return (
        f"No build reads this file: the context of `{path}` is {shown}, and only there `{NAME}` is looked for. Call it "
        f"`{path}{NAME}` and write its patterns from {shown} (`{posixpath.relpath(folder, context)}/…`)."
    )
