"""The image has a version of the language that the project does not allow

## Why

Files of the project say which versions of the language it runs on: `requires-python` in `pyproject.toml`, the `go` line
in `go.mod`, `ruby` in the `Gemfile`, `engines` in `package.json`. Tools hold them: pip ends with "requires a different
Python", Poetry and Bundler refuse, and Go says "go.mod requires go >= 1.26 (running go 1.25; GOTOOLCHAIN=local)", as
Docker's images do not let it fetch another one. Mostly the project has moved on, and the Dockerfile has been forgotten,
or a bot has moved the image alone.

uv does not refuse: it downloads a Python of its own and leaves that of the image unused, which makes the image bigger
and may leave the virtual environment behind in another stage (a warning). npm only prints a warning of its own, so that
it is a notice, unless `.npmrc` has `engine-strict`.

Only the official images of these languages are known, by their tags, and only files that `COPY` or a bind mount brings
into the stage. Nothing is said where another version is brought along (pyenv, conda, nvm, `GOTOOLCHAIN`).

## Bad

```dockerfile
FROM python:3.9-slim-trixie
WORKDIR /app
COPY . .
RUN pip install --no-cache-dir .
```

```toml file=pyproject.toml
[project]
name = "shop"
requires-python = ">=3.12"
```

## Good

```dockerfile
FROM python:3.12-slim-trixie
WORKDIR /app
COPY . .
RUN pip install --no-cache-dir .
```

```toml file=pyproject.toml
[project]
name = "shop"
requires-python = ">=3.12"
```
"""

from __future__ import annotations

import re
from functools import partial
from typing import TYPE_CHECKING

from dockwright.facts.context import find_in_context
from dockwright.facts.manager_syntax import Action
from dockwright.facts.package_managers import steps_of
from dockwright.facts.sample_paths import is_sample
from dockwright.finding import Problem, Related, Severity
from dockwright.rules import rule_in_context

if TYPE_CHECKING:
    from collections.abc import Iterator

    from dockwright.dockerfile import Dockerfile, Instruction, Stage
    from dockwright.facts.copied_manifests import Place
    from dockwright.facts.package_managers import Step
    from dockwright.facts.runtimes import Demand, Runtime
    from dockwright.project import Project, Tree
    from dockwright.source import Source

_MANAGERS = {
    "python": frozenset(("pip", "uv", "poetry", "pdm")),
    "golang": frozenset(("go",)),
    "node": frozenset(("npm", "yarn", "pnpm")),
    "ruby": frozenset(("bundle",)),
}
_MANIFESTS = {"python": "pyproject.toml", "golang": "go.mod", "node": "package.json", "ruby": "Gemfile"}
_ELSEWHERE = ("-C", "--directory", "--project", "--prefix", "--dir", "--cwd", "--gemfile", "-p")
_IGNORES = frozenset(("--ignore-engines", "--ignore-requires-python", "--no-engine-strict"))
_STRICT = r"(?m)^\s*engine-strict\s*=\s*true"
_FIRST_STRICT_GO = (1, 21, 0)
"""Older ones go on, but do not know the form with a patch version (`go 1.24.0`)."""


@rule_in_context(Severity.ERROR, instructions=("RUN",))
def check(dockerfile: Dockerfile, project: Project) -> Iterator[Problem]:
    """Yield each image of a language whose version the project that is installed on it does not allow."""
    if is_sample(dockerfile.source.path):
        return
    from dockwright.facts.runtimes import runtime_of

    told: set[int] = set()
    for stage in dockerfile.stages:
        runtime = runtime_of(dockerfile, stage)
        if runtime is None or runtime.use.span.start in told:
            continue
        for run, step in _steps(dockerfile, stage, runtime):
            problem = _judge(dockerfile, stage, run, step, runtime=runtime, tree=project.tree)
            if problem is not None:
                told.add(runtime.use.span.start)
                yield problem
                break


def _steps(dockerfile: Dockerfile, stage: Stage, runtime: Runtime) -> Iterator[tuple[Instruction, Step]]:
    """Yield the commands that read the project's own file."""
    for run in dockerfile.instructions("RUN", stage=stage):
        for step in steps_of(dockerfile, run):
            if (
                step.manager in _MANAGERS[runtime.image]
                and step.action in {Action.INSTALL, Action.PROJECT}
                and not step.values_of(*_ELSEWHERE)
                and not step.flags & (_IGNORES | {"-g", "--global"})
                and _reads_project(step)
            ):
                yield run, step


def _reads_project(step: Step) -> bool:
    operands = [word.literal for word in step.operands]
    match step.manager:
        case "pip":
            return step.verb == "install" and bool({".", "./"}.intersection(_own(operands, step)))
        case "go":
            return step.verb in {"build", "mod", "install"} and not any("@" in (each or "@") for each in operands)
        case "bundle":
            return True
        case _:
            return not operands


def _own(operands: list[str | None], step: Step) -> list[str]:
    """Return what pip is told to install, without extras: `.[dev]` is `.`."""
    texts = [*operands, *(value.text for value in step.values_of("-e", "--editable"))]
    return [text.partition("[")[0] for text in texts if text is not None]


def _judge(
    dockerfile: Dockerfile, stage: Stage, run: Instruction, step: Step, *, runtime: Runtime, tree: Tree
) -> Problem | None:
    from dockwright.facts.copied_manifests import Place, in_context

    demand = in_context(Place(tree, dockerfile, stage, run, ()), partial(_broken, runtime=runtime))
    if demand is None:
        return None
    related = (Related(demand.place, "this is what the project allows"), Related(step.command.span, "it is read here"))
    message, ceiling = _consequence(dockerfile, step, runtime, demand, tree)
    if "$" in runtime.use.word.text:
        ceiling = Severity.NOTICE  # a build may give another version
    causes = (demand.place, step.command.span)
    return Problem(runtime.use.span, message, causes=causes, at_most=ceiling, related=related)


def _broken(place: Place, *, runtime: Runtime) -> Demand | None:
    """Return what the project asks for, if the image does not have it."""
    from dockwright.facts.version_range import overlap

    file = place.file(_MANIFESTS[runtime.image])
    demand = _demand(file, runtime) if file is not None else None
    return None if demand is None or overlap(demand.ranges, runtime.span) else demand


def _demand(file: Source, runtime: Runtime) -> Demand | None:
    from dockwright.facts import runtimes

    match runtime.image:
        case "python":
            return runtimes.demanded_python(file)
        case "golang":
            return runtimes.demanded_go(file)
        case "node":
            return runtimes.demanded_node(file)
        case _:
            return runtimes.demanded_ruby(file)


def _consequence(
    dockerfile: Dockerfile, step: Step, runtime: Runtime, demand: Demand, tree: Tree
) -> tuple[str, Severity | None]:
    """Say what happens, and how bad that is at most."""
    path = demand.place.source.path
    asks = f"`{path}` asks for `{demand.text}`"
    has = f"this image has {runtime.language} {runtime.version}"
    image = f"Take an image of a version that is allowed, or allow {runtime.version}."
    match step.manager:
        case "uv":
            return f"{asks}, and {has}, so that uv downloads another Python and this one is unused. {image}", _WARNING
        case "npm" if not _is_strict(dockerfile, tree):
            return f"{asks}, and {has}; npm only warns of that. {image}", Severity.NOTICE
        case "go" if runtime.span[0] < _FIRST_STRICT_GO and demand.text.count(".") == 1:
            return (
                f"{asks}, and {has}, so that what needs the newer one does not build. Take a newer image.",
                _WARNING,
            )
        case "go":
            return f"{asks}, but {has}, so that `go {step.verb}` refuses to work. Take a newer image.", None
        case manager:
            return f"{asks}, but {has}, so that {manager} refuses to install. {image}", None


_WARNING = Severity.WARNING


def _is_strict(dockerfile: Dockerfile, tree: Tree) -> bool:
    settings = find_in_context(tree, dockerfile.source.path, ".npmrc")
    return settings is not None and re.search(_STRICT, settings.text) is not None
