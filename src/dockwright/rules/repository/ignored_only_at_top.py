"""A pattern of `.dockerignore` that holds only at the top

## Why

In a `.gitignore`, `__pycache__` is every folder of that name. In a `.dockerignore` it is the one at the context's top,
and `*.pyc` the files that lie there: patterns begin at the top, as if each had a slash in front. Everything deeper is
sent and copied: byte code of another Python, or the `node_modules` of a developer's own system, which `COPY` then puts
over those that the image has installed. `**/__pycache__` is every folder of that name
([Docker: build context](https://docs.docker.com/build/concepts/context/#syntax)).

Only patterns are reported of which everybody knows that they are meant for all folders, and only where a Dockerfile
copies a folder below the context's top that would have such files. A slash in front says that the top is meant.

## Bad

```dockerfile
FROM python:3.14-slim-trixie
COPY . /app
```

```text file=.dockerignore
__pycache__
```

```python file=app/main.py
print("hello")
```

## Good

```dockerfile
FROM python:3.14-slim-trixie
COPY . /app
```

```text file=.dockerignore
**/__pycache__
```

```python file=app/main.py
print("hello")
```

## Fix

`**/` is put in front of the pattern. Where git has files that would then be left out, nothing is said.
"""

from __future__ import annotations

import posixpath
import re
from itertools import islice
from typing import TYPE_CHECKING

from dockwright.facts.build_context import origins
from dockwright.facts.builds import builds, dockerfile_at
from dockwright.facts.sample_paths import is_sample
from dockwright.files.build import ContextKind
from dockwright.files.dockerignore import NAME, read_ignore_file
from dockwright.finding import Applicability, Fix, Problem, Severity
from dockwright.rules import rule_of_project
from dockwright.source import Edit, Source, apply

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from dockwright.files.build import Build
    from dockwright.files.dockerignore import IgnoreFile, IgnorePattern
    from dockwright.project import Project, Tree

_EVERYWHERE = (
    (r"__pycache__|\*\.py(?:c|o|\[[a-z]+\])", r".*\.py", "__pycache__/app.cpython-314.pyc"),
    (r"node_modules", r"package\.json", "node_modules/left-pad/index.js"),
)
"""Patterns that are meant for every folder, names of files beside which such are made, and one such file."""


_MOST_FILES = 50
_MOST_NAMED = 3
_ASIDE = frozenset({"demo", "demos", "doc", "docs", "template", "templates", "website"})


@rule_of_project(Severity.NOTICE)
def check(project: Project) -> Iterator[Problem]:
    """Yield each pattern that is meant for all folders and holds for one."""
    paths = (path for path in project.tree.paths() if posixpath.basename(path) == NAME)
    for path in islice(paths, _MOST_FILES):
        source = project.tree.read(path)
        ignore = None if source is None else read_ignore_file(source)
        if ignore is not None and ignore.exact:
            yield from _only_at_top(project.tree, ignore)


def _only_at_top(tree: Tree, ignore: IgnoreFile) -> Iterator[Problem]:
    """Yield one problem for all patterns of a kind: they are corrected together."""
    for named, beside, made in _EVERYWHERE:
        patterns = [pattern for pattern in ignore.patterns if _is_meant(pattern, named)]
        folder = _folder_below(tree, ignore, beside) if patterns else None
        if folder is None or ignore.leaves(posixpath.join(folder, made)):
            continue
        fix = _fix(tree, ignore, patterns)
        if fix is not None:
            causes = tuple(pattern.span for pattern in patterns[1:])
            yield Problem(patterns[0].span, _message(patterns, folder), fix, causes)


def _is_meant(pattern: IgnorePattern, named: str) -> bool:
    return (
        not pattern.exception
        and not pattern.span.text.startswith("/")
        and re.fullmatch(named, pattern.text) is not None
    )


def _folder_below(tree: Tree, ignore: IgnoreFile, beside: str) -> str | None:
    """Return the shallowest folder below the context's top that is copied and holds a file of a kind."""
    top = posixpath.dirname(ignore.source.path)
    copied = set(_copied(tree, top or "."))
    found: set[str] = set()
    for path in tree.paths() if copied else ():
        inside = path[len(top) + 1 :] if top else path
        folder, name = posixpath.split(inside)
        below = path.startswith(f"{top}/" if top else "") and folder and folder not in found
        if not below or not re.fullmatch(beside, name) or ignore.leaves(inside) or _is_aside(inside):
            continue
        if any(_brings(each, folder) for each in copied):
            found.add(folder)
    return min(found, key=lambda folder: (folder.startswith("."), folder.count("/"), folder), default=None)


def _is_aside(path: str) -> bool:
    """Tell whether a folder is no part of what is built: nobody installs anything in it."""
    return is_sample(path) or not _ASIDE.isdisjoint(path.lower().split("/"))


def _copied(tree: Tree, top: str) -> Iterator[str]:
    """Yield what Dockerfiles copy from a context."""
    paths = {build.settings.dockerfile.path for build in builds(tree) if _is_context(build, top)}
    for path in sorted({*(each for each in paths if each), posixpath.normpath(posixpath.join(top, "Dockerfile"))}):
        dockerfile = dockerfile_at(tree, path)
        for stage in dockerfile.stages if dockerfile is not None else ():
            for origin in origins(dockerfile, stage) if dockerfile is not None else ():
                yield origin.path


def _is_context(build: Build, top: str) -> bool:
    context = build.settings.context
    return context.kind is ContextKind.PATH and context.path is not None and posixpath.normpath(context.path) == top


def _brings(copied: str, folder: str) -> bool:
    return copied in {".", folder} or folder.startswith(f"{copied}/")


def _message(patterns: Sequence[IgnorePattern], folder: str) -> str:
    names = ", ".join(f"`{pattern.text}`" for pattern in patterns[:_MOST_NAMED])
    verb = "name" if len(patterns) > 1 else "names"
    return (
        f"{names} {verb} only what lies at the top of the build context, not what is in `{folder}` and other folders: "
        f"patterns here begin at the top. Write `**/{patterns[0].text}`."
    )


def _fix(tree: Tree, ignore: IgnoreFile, patterns: Sequence[IgnorePattern]) -> Fix | None:
    """Put `**/` in front of each; None if files of the repository would then be left out."""
    edits = tuple(Edit(ignore.source.span(each.span.start, each.span.start), "**/") for each in patterns)
    wider = read_ignore_file(Source(ignore.source.path, apply(ignore.source.text, edits)))
    top = posixpath.dirname(ignore.source.path)
    inside = [
        path[len(top) + 1 :] if top else path for path in tree.paths() if path.startswith(f"{top}/" if top else "")
    ]
    if any(wider.leaves(path) and not ignore.leaves(path) for path in inside):
        return None
    return Fix("Write `**/` in front", edits, Applicability.SAFE)
