"""A copied file is not in the context of a build

## Why

`COPY` takes files from the build context, and from nowhere else. Which folder that is, each build says for itself: a
path that is there when Compose builds the image may not be when the workflow does, with another context. What the
ignore file names is not sent at all: `<Dockerfile's name>.dockerignore` beside the Dockerfile if there is one, else
`.dockerignore` at the context's top ([Docker: build context](https://docs.docker.com/build/concepts/context/)). In both
cases the build ends with `not found`.

BuildKit's check `CopyIgnoredFile` sees the one context that it is given. Here every build of the repository counts:
workflows, Compose and bake files. A file that is nowhere in the repository may be made by a step before, so nothing is
said of it; nor where a step before names it, or the pattern is followed by an exception that may bring it back.

## Bad

```dockerfile
FROM nginx:1.29
COPY web/nginx.conf /etc/nginx/nginx.conf
```

```text file=web/nginx.conf
events {}
```

```yaml file=compose.yaml
services:
  web:
    build:
      context: web
      dockerfile: ../Dockerfile
```

## Good

```dockerfile
FROM nginx:1.29
COPY web/nginx.conf /etc/nginx/nginx.conf
```

```text file=web/nginx.conf
events {}
```

```yaml file=compose.yaml
services:
  web:
    build:
      context: .
```
"""

from __future__ import annotations

import posixpath
from typing import TYPE_CHECKING

from msgspec import Struct

from dockwright.facts.build_context import ignore_file, is_there, origins
from dockwright.facts.builds import builds, dockerfile_at
from dockwright.facts.sample_paths import is_sample
from dockwright.files.build import ContextKind
from dockwright.files.dockerignore import NAME
from dockwright.finding import Problem, Related, Severity
from dockwright.rules import rule_of_project

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from dockwright.dockerfile import Dockerfile
    from dockwright.facts.build_context import Origin
    from dockwright.files.build import Build
    from dockwright.files.dockerignore import IgnoreFile
    from dockwright.project import Project, Tree
    from dockwright.source import Span

_MOST_NAMED = 3
_BRINGS_FILES = ("actions/download-artifact", "actions/cache", "dawidd6/", "docker/bake-action/subaction")


class _Context(Struct, frozen=True):
    """A context in which a Dockerfile is built; without builds it is a guess: the Dockerfile's own folder."""

    dockerfile: Dockerfile
    kind: ContextKind
    folder: str
    builds: tuple[Build, ...] = ()

    @property
    def shown(self) -> str:
        return "the repository's top" if self.folder == "." else f"`{self.folder}`"


@rule_of_project(Severity.ERROR, aliases=("buildkit:CopyIgnoredFile",))
def check(project: Project) -> Iterator[Problem]:
    """Yield each copied file that an ignore file leaves behind, and each context that lacks what is copied."""
    tree = project.tree
    said: set[Span] = set()
    for contexts in _contexts(tree).values():
        for context in contexts:
            for problem in _ignored(tree, context):
                if problem.span not in said:
                    said.add(problem.span)
                    yield problem
        for context in contexts:
            yield from _missing(tree, context, contexts)


def _contexts(tree: Tree) -> dict[str, list[_Context]]:
    """Return the contexts of each Dockerfile."""
    found: dict[str, dict[tuple[ContextKind, str], list[Build]]] = {}
    for build in builds(tree):
        path, context = build.settings.dockerfile.path, build.settings.context
        if path is not None and context.path is not None and context.kind in {ContextKind.PATH, ContextKind.GIT}:
            known = found.setdefault(path, {})
            known.setdefault((context.kind, posixpath.normpath(context.path or ".")), []).append(build)
    made: dict[str, list[_Context]] = {}
    for path, contexts in found.items():
        dockerfile = dockerfile_at(tree, path)
        if dockerfile is not None and dockerfile.escape != "`":
            made[path] = [_Context(dockerfile, *key, tuple(given)) for key, given in contexts.items()]
    return made | {each.dockerfile.source.path: [each] for each in _guessed(tree, set(found))}


def _guessed(tree: Tree, known: set[str]) -> Iterator[_Context]:
    """Yield the Dockerfiles that nothing builds, with an ignore file beside them."""
    paths = tree.paths()
    ignored = {posixpath.dirname(path) for path in paths if posixpath.basename(path) == NAME}
    for path in paths:
        folder, name = posixpath.split(path)
        if name == "Dockerfile" and folder in ignored and path not in known and not is_sample(path):
            dockerfile = dockerfile_at(tree, path)
            if dockerfile is not None and dockerfile.escape != "`":
                yield _Context(dockerfile, ContextKind.PATH, folder or ".")


def _origins(context: _Context) -> Iterator[Origin]:
    """Yield what the builds take from a context: that of stages that any of them needs."""
    dockerfile = context.dockerfile
    targets = [build.settings.target for build in context.builds] or [None]
    known = [dockerfile.target(target.text if target else None) for target in targets if not target or target.text]
    needed = {index for stage in known if stage is not None for index in dockerfile.needed(stage)}
    for stage in dockerfile.stages:
        if stage.index in needed:
            yield from origins(dockerfile, stage)


def _ignored(tree: Tree, context: _Context) -> Iterator[Problem]:
    ignore = ignore_file(tree, context.dockerfile.source.path, context.folder)
    if context.kind is not ContextKind.PATH or ignore is None or not ignore.exact:
        return
    left: dict[Span, list[Origin]] = {}
    for origin in _origins(context):
        decided = ignore.decides(origin.path)
        if decided is not None and origin.word.span is not None and not ignore.reopens(origin.path):
            left.setdefault(decided.span, []).append(origin)
    for pattern, found in left.items():
        there = [each for each in found if context.builds or is_there(tree, context.folder, each.path)]
        for origin in there[:1]:
            related = [Related(pattern, "this pattern leaves it out of the context")]
            related += [Related(build.step, "this build copies it") for build in context.builds[:1]]
            causes = (pattern, *(each.word.span for each in there[1:] if each.word.span is not None))
            ceiling = None if context.builds else Severity.WARNING
            message = _message_ignored(origin, ignore, pattern)
            yield Problem(origin.word.span or pattern, message, None, causes, ceiling, tuple(related))


def _message_ignored(origin: Origin, ignore: IgnoreFile, pattern: Span) -> str:
    return (
        f"`{origin.path}` is not in the build context: `{ignore.source.path}` leaves it out with `{pattern.text}` "
        f"(line {pattern.first.line}), and the build ends with `not found`. Take the pattern out, or add "
        f"`!{origin.path}` below it."
    )


def _missing(tree: Tree, context: _Context, others: Sequence[_Context]) -> Iterator[Problem]:
    """Yield a problem if files that are copied are in the repository, but elsewhere than in this context."""
    missing = [origin for origin in _origins(context) if not is_there(tree, context.folder, origin.path)]
    elsewhere = [(origin, where) for origin in missing if (where := _elsewhere(tree, context, origin, others))]
    certain = [each for each in elsewhere if not any(_may_make(build, each[0]) for build in context.builds)]
    if not certain or not context.builds:
        return
    build = context.builds[0]
    value = build.settings.context.value
    span = value.span if value is not None and value.span is not None else build.step
    causes = tuple(origin.word.span for origin, _ in certain if origin.word.span is not None)
    related = tuple(Related(cause, "this is copied") for cause in causes[:_MOST_NAMED])
    yield Problem(span, _message_missing(context, certain), None, causes, Severity.WARNING, related)


def _elsewhere(tree: Tree, context: _Context, origin: Origin, others: Sequence[_Context]) -> str | None:
    """Return the folder in which a path exists that is not in a context: another context of the Dockerfile first."""
    folders = [each.folder for each in others if each is not context]
    folders += [posixpath.dirname(context.dockerfile.source.path) or ".", "."]
    return next((folder for folder in folders if is_there(tree, folder, origin.path)), None)


def _may_make(build: Build, origin: Origin) -> bool:
    """Tell whether a step before the build may bring the file: it names it, or unpacks what is not known."""
    name = origin.path.rstrip("/").rpartition("/")[2]
    return any(
        step.shown.startswith(_BRINGS_FILES) or name in step.shown or origin.path.partition("/")[0] in step.shown
        for step in build.earlier
        if "/checkout" not in step.shown
    )


def _message_missing(context: _Context, missing: Sequence[tuple[Origin, str]]) -> str:
    names = list(dict.fromkeys(f"`{origin.path}`" for origin, _ in missing))
    shown = ", ".join(names[:_MOST_NAMED]) + (", …" if len(names) > _MOST_NAMED else "")
    where = missing[0][1]
    right = "the repository's top" if where == "." else f"`{where}`"
    path = context.dockerfile.source.path
    return (
        f"`{path}` copies {shown}, which {'is' if len(names) == 1 else 'are'} in {right} and not in the context of "
        f"this build, {context.shown}: it ends with `not found`. Build with {right} as the context."
    )
