"""Everything is copied before the dependencies are installed

## Why

A `RUN` is taken from the cache only if nothing before it has changed. After `COPY . .`, any change of any file of the
context, a comment in a README included, makes all dependencies be downloaded and installed again. Copied first, the few
files that say which dependencies there are (`requirements.txt`, `package.json` and its lock, `go.mod`) change rarely,
and most builds take the installation from the cache
([Docker: order your layers](https://docs.docker.com/build/cache/optimize/#order-your-layers)).

Nothing is said where the installation needs the sources (`pip install .`, a workspace of several packages, install
scripts), where it has already been done with the manifests alone, where a bind mount is used, where `.dockerignore`
lets only some files in, or where the same `RUN` also builds and cleans up with what it installs. With a cache mount,
which spares the download, it is a notice.

## Bad

```dockerfile
FROM python:3.14-slim-trixie
WORKDIR /app
COPY . .
RUN pip install --no-cache-dir -r requirements.txt
CMD ["python", "main.py"]
```

## Good

```dockerfile
FROM python:3.14-slim-trixie
WORKDIR /app
COPY requirements.txt .
RUN pip install --no-cache-dir -r requirements.txt
COPY . .
CMD ["python", "main.py"]
```
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from msgspec import Struct

from dockwright.facts.manager_syntax import Action
from dockwright.facts.package_managers import only_installs, steps_of
from dockwright.facts.stages import levels
from dockwright.finding import Problem, Severity
from dockwright.rules import rule_in_context

if TYPE_CHECKING:
    from collections.abc import Iterator

    from dockwright.dockerfile import Dockerfile, Instruction, Mount, Stage
    from dockwright.facts.package_managers import Step
    from dockwright.project import Project, Tree

_EVERYTHING = frozenset((".", "./", "./.", "*", "./*", "/", "/."))
_LONGEST = 48
_MANY_PROJECTS = 3

# Patterns are kept as text: few files need them, and compiling them takes time at every start.
_CLEANS_UP = (
    r"\b(?:purge|autoremove|remove|erase|del|prune)\b|\brm\s+-\w+\s[^&;|\n]{0,200}?(?:node_modules|vendor|venv)\b"
)
_MVN_DOWNLOADS = r"dependency:(?:go-offline|resolve(?:-plugins)?|copy-dependencies)(?: dependency:\S+)*"
_LOCAL_REQUIREMENT = r"(?m)^[ \t]*(?:-e\b|--editable\b|\.{0,2}/|file:|\.$)|@[ \t]*file:"

_MANIFESTS = {
    "uv": ("pyproject.toml", "uv.lock"),
    "poetry": ("pyproject.toml", "poetry.lock"),
    "pdm": ("pyproject.toml", "pdm.lock"),
    "pipenv": ("Pipfile", "Pipfile.lock"),
    "npm": ("package.json", "package-lock.json"),
    "pnpm": ("package.json", "pnpm-lock.yaml"),
    "yarn": ("package.json", "yarn.lock"),
    "bun": ("package.json", "bun.lock"),
    "bundle": ("Gemfile", "Gemfile.lock"),
    "composer": ("composer.json", "composer.lock"),
    "go": ("go.mod", "go.sum"),
    "cargo": ("Cargo.toml", "Cargo.lock"),
    "mvn": ("pom.xml",),
}
"""The files that say which dependencies a project has, by manager."""

_LOCAL = {
    "package.json": r'"(?:preinstall|install|postinstall|prepare|prepublish|workspaces)"\s*:|"(?:file|link|portal):',
    "Gemfile": r"(?m)^\s*gemspec\b|\bpath(?::|\s*=>)|^\s*path\b|eval_gemfile",
    "go.mod": r"=>\s*\.{1,2}/",
    "Cargo.toml": r"\[workspace\]|\bpath\s*=",
    "composer.json": r'"(?:pre|post)-(?:install|autoload)[\w-]*"\s*:|"type"\s*:\s*"path"',
    "pom.xml": r"<modules>",
    "pyproject.toml": r"\[tool\.uv\.workspace\]|workspace = true|path = \"",
    "Pipfile": r"path\s*=",
}
"""What in a manifest makes its installation need more of the project than the manifest."""

_WORKSPACES = ("pnpm-workspace.yaml", "lerna.json", "nx.json", "turbo.json", "rush.json", "go.work")


class _Install(Struct, frozen=True):
    """An installation that could stand before the `COPY`; `manifests` are the files that it needs."""

    run: Instruction
    step: Step
    manifests: tuple[str, ...]


@rule_in_context(Severity.WARNING, instructions=("COPY", "ADD"))
def check(dockerfile: Dockerfile, project: Project) -> Iterator[Problem]:
    """Yield each `COPY` of everything after which dependencies are installed that need only their manifests."""
    for stage in dockerfile.stages:
        copy = next((each for each in stage.instructions if _copies_everything(each)), None)
        if copy is None:
            continue
        found = _Stage(dockerfile, stage, copy, project.tree).installs()
        if found and not _lets_few_in(dockerfile, project.tree):
            cached = all(any(mount.type == "cache" for mount in each.run.mounts) for each in found)
            causes = tuple(each.step.command.span for each in found)
            ceiling = Severity.NOTICE if cached else None
            yield Problem(copy.span, _message(copy, found), causes=causes, at_most=ceiling)


def _copies_everything(instruction: Instruction) -> bool:
    return (
        instruction.name in {"COPY", "ADD"}
        and instruction.flag("from") is None
        and any(word.text in _EVERYTHING for word in instruction.words[:-1])
    )


def _lets_few_in(dockerfile: Dockerfile, tree: Tree) -> bool:
    """Tell whether `.dockerignore` shuts everything out but what it names."""
    from dockwright.facts.context import find_in_context

    ignored = tree.read(f"{dockerfile.source.path}.dockerignore")
    ignored = ignored or find_in_context(tree, dockerfile.source.path, ".dockerignore")
    return ignored is not None and any(line.strip() in {"*", "**", "**/*"} for line in ignored.text.split("\n"))


class _Stage:
    """A stage with a `COPY` of everything, and what its installations need."""

    def __init__(self, dockerfile: Dockerfile, stage: Stage, copy: Instruction, tree: Tree) -> None:
        self.dockerfile = dockerfile
        self.stage = stage
        self.copy = copy
        self.tree = tree

    def installs(self) -> list[_Install]:
        """Return the installations after the `COPY` that could stand before it."""
        found: list[_Install] = []
        plain = True  # nothing so far that may need what was copied, and bring what comes later
        for run in self.dockerfile.instructions("RUN", stage=self.stage):
            if run.index < self.copy.index or any(_is_of_context(mount) for mount in run.mounts):
                continue
            here, plain = plain, plain and only_installs(self.dockerfile, run)
            if not re.search(_CLEANS_UP, run.span.text):
                found += [each for step in steps_of(self.dockerfile, run) if (each := self._install(run, step, here))]
        done = self._managers_before() if any(each.manifests for each in found) else set[str]()
        return [each for each in found if not (each.manifests and each.step.manager in done)]

    def _system_packages(self, run: Instruction, step: Step) -> tuple[str, ...] | None:
        """Return the files that a distribution's installation needs: none, if the RUN can be moved as it is."""
        steps = steps_of(self.dockerfile, run)
        movable = all(each.is_system for each in steps) and only_installs(self.dockerfile, run)
        at_top = self.copy.words[-1].text == "/"  # may bring the manager's own configuration
        return () if movable and not at_top and step.action is Action.INSTALL and _names_all(step) else None

    def _install(self, run: Instruction, step: Step, plain: bool) -> _Install | None:  # noqa: FBT001 - of `installs`
        """Return an installation that could stand before the `COPY`."""
        manifests = self._system_packages(run, step) if step.is_system else self._manifests(run, step)
        return None if manifests is None or not (manifests or plain) else _Install(run, step, manifests)

    def _managers_before(self) -> set[str]:
        """Return the managers that have installed before the `COPY` already: what comes after is the rest of it."""
        return {
            step.manager
            for level in levels(self.dockerfile, self.stage)
            for run in self.dockerfile.instructions("RUN", stage=level)
            if run.index < self.copy.index
            for step in steps_of(self.dockerfile, run)
            if step.action is Action.PROJECT or not _names_all(step)
        }

    def _manifests(self, run: Instruction, step: Step) -> tuple[str, ...] | None:
        """Return the files that a language's installation needs; None if it needs more, or nobody knows."""
        if step.values_of("-e", "--editable", "--path") or (not step.operands and step.flags & {"-g", "--global"}):
            return None
        if step.manager in {"pip", "pipx"}:
            return self._requirements(run, step)
        if step.action is Action.INSTALL and step.operands and step.manager not in {"go", "conda"}:
            return () if _names_all(step) else None
        if step.manager == "dotnet":
            projects = sum(path.endswith("proj") for path in self.tree.paths())
            return ("*.csproj",) if step.verb == "restore" and projects <= _MANY_PROJECTS else None
        manifests = _MANIFESTS.get(step.manager)
        return manifests if manifests and _only_downloads(step) and not self._needs_more(manifests) else None

    def _requirements(self, run: Instruction, step: Step) -> tuple[str, ...] | None:
        from dockwright.facts.context import copied_file

        files = [value.text for value in step.values_of("-r", "--requirement")]
        if not (_names_all(step) if step.operands else files):
            return None
        found = [copied_file(self.tree, self.dockerfile, self.stage, before=run, path=file) for file in files]
        if any(source is not None and re.search(_LOCAL_REQUIREMENT, source.text) for source in found):
            return None
        return tuple(file.rpartition("/")[2] for file in files)

    def _needs_more(self, manifests: tuple[str, ...]) -> bool:
        """Tell whether a manifest that can be read says that other files of the project take part."""
        from dockwright.facts.context import find_in_context

        source = find_in_context(self.tree, self.dockerfile.source.path, manifests[0])
        if source is None:
            return False
        folder = source.path[: -len(manifests[0])]
        return re.search(_LOCAL[manifests[0]], source.text) is not None or any(
            self.tree.read(f"{folder}{name}") is not None for name in _WORKSPACES
        )


def _is_of_context(mount: Mount) -> bool:
    return mount.type == "bind" and mount.options.get("from") is None


def _names_all(step: Step) -> bool:
    """Tell whether everything that is installed is named in the command, and comes from elsewhere."""
    words = [word.literal for word in step.operands]
    local = (".deb", ".rpm", ".whl", "/")
    return bool(words) and not any(
        word is None or word.startswith((".", "/", "-")) or word.endswith(local) for word in words
    )


def _only_downloads(step: Step) -> bool:
    """Tell whether a command installs dependencies without building the project, or running its scripts."""
    match step.manager:
        case "go":
            return step.verb == "mod" and [word.text for word in step.operands] == ["download"]
        case "cargo":
            return step.verb == "fetch"
        case "mvn":
            return re.fullmatch(_MVN_DOWNLOADS, step.verb) is not None
        case "composer":
            return step.action is Action.PROJECT and "--no-scripts" in step.flags
        case _:
            return True


def _message(copy: Instruction, found: list[_Install]) -> str:
    lines: dict[str, int] = {}
    for each in found:
        lines.setdefault(_shown(each.step), each.step.command.span.first.line)
    commands = " and ".join(f"`{command}` (line {line})" for command, line in list(lines.items())[:2])
    manifests = list(dict.fromkeys(name for each in found for name in each.manifests))
    copied = " ".join(word.text for word in copy.words)[:_LONGEST]
    them = "it" if len(lines) == 1 else "them"
    what = f"`{copy.name} {copied}` comes before {commands}, so that any changed file makes {them} run anew."
    if not manifests:
        return f"{what} Move the installation above it."
    files = " and ".join(f"`{name}`" for name in manifests[:2])
    return f"{what} Copy {files} first, install, and copy the rest after that."


def _shown(step: Step) -> str:
    text = " ".join(word.text for word in step.command.words)
    return text if len(text) <= _LONGEST else f"{text[:_LONGEST]}…"
