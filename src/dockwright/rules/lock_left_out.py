"""A lock file lies in the repository, but the installation does not see it

## Why

A lock file says exactly which versions of all dependencies were tested together. If the `Dockerfile` copies only
`package.json`, `Gemfile` or `pyproject.toml` before it installs, the tool takes the newest versions that these allow,
anew in each build that does not take the step from the cache. Two builds of one commit differ, what runs was never
tested, and a scheduled rebuild for security updates of the system changes the application, too
(npm documentation, "package-lock.json").

The same happens where everything is copied, but `.dockerignore` keeps the lock file out.

Nothing is said where the lock file may come in by another way (from another stage, with `ADD`, by a bind mount), where
it is not beside the project's own file, and where the build context is not known.

## Bad

```dockerfile
FROM node:24-trixie-slim
WORKDIR /app
COPY package.json ./
RUN npm install
COPY . .
CMD ["node", "main.js"]
```

```json file=package.json
{"name": "shop", "dependencies": {"express": "^5.1.0"}}
```

```json file=package-lock.json
{"name": "shop", "lockfileVersion": 3}
```

## Good

```dockerfile
FROM node:24-trixie-slim
WORKDIR /app
COPY package.json package-lock.json ./
RUN npm ci
COPY . .
CMD ["node", "main.js"]
```

```json file=package.json
{"name": "shop", "dependencies": {"express": "^5.1.0"}}
```

```json file=package-lock.json
{"name": "shop", "lockfileVersion": 3}
```

## Fix

Copies the lock file together with the file that it belongs to. Unsafe: other versions are installed than until now.
"""

from __future__ import annotations

import posixpath
import re
from functools import partial
from typing import TYPE_CHECKING

from msgspec import Struct

from dockwright.facts.manager_syntax import Action
from dockwright.facts.package_managers import steps_of
from dockwright.facts.sample_paths import is_for_development, is_sample
from dockwright.facts.stages import levels
from dockwright.finding import Applicability, Fix, Problem, Related, Severity
from dockwright.rules import rule_in_context
from dockwright.source import Edit

if TYPE_CHECKING:
    from collections.abc import Iterator

    from dockwright.dockerfile import Dockerfile, Instruction, Stage
    from dockwright.facts.copied_manifests import Place
    from dockwright.facts.package_managers import Step
    from dockwright.project import Project
    from dockwright.source import Source, Span


class _Locked(Struct, frozen=True):
    """A manager's own file, its lock file, and how an installation that insists on it is called."""

    manifest: str
    locks: tuple[str, ...]
    strict: str | None = None


_LOCKED = {
    "npm": _Locked("package.json", ("package-lock.json", "npm-shrinkwrap.json"), "npm ci"),
    "yarn": _Locked("package.json", ("yarn.lock",)),
    "pnpm": _Locked("package.json", ("pnpm-lock.yaml",), "pnpm install --frozen-lockfile"),
    "bun": _Locked("package.json", ("bun.lock", "bun.lockb"), "bun install --frozen-lockfile"),
    "bundle": _Locked("Gemfile", ("Gemfile.lock",)),
    "composer": _Locked("composer.json", ("composer.lock",)),
    "cargo": _Locked("Cargo.toml", ("Cargo.lock",), "--locked"),
    "poetry": _Locked("pyproject.toml", ("poetry.lock",)),
    "uv": _Locked("pyproject.toml", ("uv.lock",), "uv sync --locked"),
    "pdm": _Locked("pyproject.toml", ("pdm.lock",)),
    "pipenv": _Locked("Pipfile", ("Pipfile.lock",)),
}
_INSISTS = frozenset(
    "--frozen-lockfile --immutable --locked --frozen --deploy --no-lockfile --no-package-lock --no-lock --deployment "
    "-g --global --prefix -C --cwd --dir --directory --project --gemfile --manifest-path --filter -F".split()
)
"""Options with which it would fail without the lock file, is not wanted, or is looked for elsewhere."""
_MAKES = r"\bgit (?:clone|checkout|pull)\b|\bpnpm import\b"
_CLEAN = frozenset(("ci", "clean-install", "fetch"))


@rule_in_context(Severity.WARNING, instructions=("RUN",))
def check(dockerfile: Dockerfile, project: Project) -> Iterator[Problem]:
    """Yield each installation in whose folder the lock file is missing that the repository has."""
    path = dockerfile.source.path
    if is_sample(path) or is_for_development(path):
        return
    from dockwright.facts.copied_manifests import Place, in_context

    for stage in dockerfile.stages:
        for run in dockerfile.instructions("RUN", stage=stage):
            for step in steps_of(dockerfile, run):
                locked = _LOCKED.get(step.manager)
                if locked is not None and _resolves(step) and not _may_come_in(dockerfile, stage, run, locked):
                    place = Place(project.tree, dockerfile, stage, run, ())
                    problem = in_context(place, partial(_judge, step=step, locked=locked))
                    if problem is not None:
                        yield problem


def _resolves(step: Step) -> bool:
    """Tell whether a command installs what the project's own file asks for, and takes what it finds."""
    if step.flags & _INSISTS or step.verb in _CLEAN or step.operands:
        return False
    return step.action is Action.PROJECT or (
        step.action is Action.INSTALL and step.manager in {"npm", "pnpm", "bun", "pipenv"}
    )


def _may_come_in(dockerfile: Dockerfile, stage: Stage, run: Instruction, locked: _Locked) -> bool:
    """Tell whether the lock file may come from another stage, an archive, or a command."""
    from dockwright.facts.copied_manifests import covers

    before = [each for level in levels(dockerfile, stage) for each in level.instructions if each.index <= run.index]
    for each in before:
        text = each.span.text
        named = each.name in {"RUN", "COPY"} and any(lock in text for lock in locked.locks)
        elsewhere = each.name == "COPY" and each.flag("from") is not None
        if each.name == "ADD" or named or (each.name == "RUN" and re.search(_MAKES, text)):
            return True
        if elsewhere and covers(dockerfile, stage, copy=each, run=run):
            return True
    return False


def _judge(place: Place, *, step: Step, locked: _Locked) -> Problem | None:
    manifest = place.file(locked.manifest)
    if manifest is None:
        return None
    lock = next((found for name in locked.locks if (found := place.file(name)) is not None), None)
    if lock is not None:
        ignored = place.ignored_by(lock.path)
        return None if ignored is None else _ignored(step, lock, ignored, locked)
    beside = (place.tree.read(posixpath.join(posixpath.dirname(manifest.path), name)) for name in locked.locks)
    lock = next((each for each in beside if each is not None), None)
    if lock is None:
        return None
    copy = _copy_of(place.dockerfile, place.stage, place.run, locked.manifest)
    fix = _fix(copy, locked.manifest, posixpath.basename(lock.path)) if copy is not None else None
    related = () if copy is None else (Related(copy.span, f"`{locked.manifest}` is copied without it"),)
    causes = () if copy is None else (copy.span,)
    return Problem(step.command.span, _message(step, manifest, lock, locked), fix, causes=causes, related=related)


def _ignored(step: Step, lock: Source, place: Span, locked: _Locked) -> Problem:
    command = " ".join(word.text for word in step.command.words[:3])
    advice = f"Take the line away, and use `{locked.strict}`." if locked.strict is not None else "Take the line away."
    message = (
        f"`{command}` does not see `{lock.path}`, which `{place.source.path}` keeps out of the build context: each "
        f"build installs the newest versions that are allowed, not those that were locked. {advice}"
    )
    return Problem(step.command.span, message, causes=(place,), related=(Related(place, "it is left out here"),))


def _copy_of(dockerfile: Dockerfile, stage: Stage, run: Instruction, manifest: str) -> Instruction | None:
    """Return the last COPY that names the project's own file."""
    for level in levels(dockerfile, stage):
        for each in reversed(level.instructions):
            named = any(posixpath.basename(word.text) == manifest for word in each.words[:-1])
            if each.name == "COPY" and each.index < run.index and named:
                return each
    return None


def _fix(copy: Instruction, manifest: str, lock: str) -> Fix | None:
    word = next(each for each in copy.words[:-1] if posixpath.basename(each.text) == manifest)
    place, target = word.exact, copy.words[-1].text
    if place is None or copy.exec_form or not (target.endswith("/") or target in {".", ".."}):
        return None
    name = posixpath.join(posixpath.dirname(word.text), lock)
    end = place.source.span(place.end, place.end)
    return Fix(f"Copy `{lock}`, too", (Edit(end, f" {name}"),), Applicability.UNSAFE)


def _message(step: Step, manifest: Source, lock: Source, locked: _Locked) -> str:
    command = " ".join(word.text for word in step.command.words[:3])
    advice = f"Copy it, too, and use `{locked.strict}`." if locked.strict is not None else "Copy it, too."
    return (
        f"`{command}` does not see `{lock.path}`, which is not copied: each build installs the newest versions that "
        f"`{manifest.path}` allows, not those that were locked. {advice}"
    )
