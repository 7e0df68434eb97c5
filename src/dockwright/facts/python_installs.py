"""What the commands of a RUN install for Python, read from their words and from the files that they name."""

from __future__ import annotations

from itertools import islice
from typing import TYPE_CHECKING

from msgspec import Struct

from dockwright.facts.context import copied_file, find_in_context
from dockwright.facts.manager_syntax import Action
from dockwright.facts.package_managers import steps_of
from dockwright.facts.python_locks import read_python_lock
from dockwright.facts.requirements import (
    Requirement,
    Requirements,
    is_other_index,
    parse_requirement,
    read_pipfile_lock,
    read_pyproject,
    read_requirements,
)
from dockwright.facts.stages import text_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from dockwright.dockerfile import Dockerfile, Instruction, Stage
    from dockwright.facts.package_managers import Step
    from dockwright.project import Tree
    from dockwright.shell import Word

_MOST_STEPS = 100
_LOCKS = {"uv": "uv.lock", "poetry": "poetry.lock", "pdm": "pdm.lock", "pipenv": "Pipfile.lock"}
_INSTALLERS = frozenset((*_LOCKS, "pip"))
_INDEX_VARIABLES = (
    "PIP_INDEX_URL",
    "PIP_EXTRA_INDEX_URL",
    "PIP_FIND_LINKS",
    "UV_INDEX",
    "UV_FIND_LINKS",
    "UV_DEFAULT_INDEX",
)
_INDEX_OPTIONS = ("-i", "--index-url", "--extra-index-url", "-f", "--find-links", "--index", "--default-index")
_ADDRESS = ("://", "git+")


class Installed(Struct, frozen=True):
    """What a stage installs for Python.

    Attributes:
        requirements: the packages that are asked for, as far as they can be read.
        unread: the commands that install more than can be read here.
        other_index: whether packages come from elsewhere than PyPI.
        steps: the commands.
    """

    requirements: tuple[Requirement, ...]
    unread: tuple[Step, ...]
    other_index: bool
    steps: tuple[Step, ...]


class _Gathering:
    """What has been found so far."""

    def __init__(self, tree: Tree, dockerfile: Dockerfile, stage: Stage) -> None:
        self.tree = tree
        self.dockerfile = dockerfile
        self.stage = stage
        self.items: list[Requirement] = []
        self.steps: list[Step] = []
        self.unread: list[Step] = []
        text = text_of(dockerfile, stage)
        self.other_index = any(name in text for name in _INDEX_VARIABLES)

    def step(self, run: Instruction, step: Step) -> None:
        """Take what a command installs."""
        self.steps.append(step)
        indexes = step.values_of(*_INDEX_OPTIONS)
        self.other_index = self.other_index or any(is_other_index(f"{each.option} {each.text}") for each in indexes)
        if step.manager != "pip" and (step.action is Action.PROJECT or not step.operands):
            found = [self._lock(_LOCKS[step.manager])]
        else:
            found = [self._file(run, value.text) for value in step.values_of("-r", "--requirement", "--requirements")]
            found += [self._operand(word) for word in step.operands]
            found += [self._project() for _ in step.values_of("-e", "--editable")]
        for each in found:
            if each is not None:
                self.items += each.items
                self.other_index = self.other_index or each.other_index
        if None in found:
            self.unread.append(step)

    def _operand(self, word: Word) -> Requirements | None:
        text = word.literal
        if text is None or any(part in text for part in _ADDRESS):
            return None
        if text.startswith((".", "/", "~")) or text.endswith((".whl", ".gz", ".zip", "/")):
            return self._project()
        requirement = parse_requirement(text)
        return Requirements() if requirement is None else Requirements((requirement,))

    def _file(self, run: Instruction, path: str) -> Requirements | None:
        source = copied_file(self.tree, self.dockerfile, self.stage, before=run, path=path)
        if source is None:
            return None
        return read_pyproject(source) if path.endswith(".toml") else read_requirements(source, self.tree)

    def _lock(self, name: str) -> Requirements | None:
        source = find_in_context(self.tree, self.dockerfile.source.path, name)
        if source is None:
            return None
        return read_pipfile_lock(source) if name == _LOCKS["pipenv"] else read_python_lock(source)

    def _project(self) -> Requirements | None:
        source = find_in_context(self.tree, self.dockerfile.source.path, "pyproject.toml")
        found = None if source is None else read_pyproject(source)
        return found if found is not None and found.items else None


def python_installs(tree: Tree, dockerfile: Dockerfile, stage: Stage) -> Installed:
    """Return what a stage installs for Python by its own commands, not those of the stages below."""
    gathering = _Gathering(tree, dockerfile, stage)
    for run, step in islice(_steps(dockerfile, stage), _MOST_STEPS):
        gathering.step(run, step)
    return Installed(tuple(gathering.items), tuple(gathering.unread), gathering.other_index, tuple(gathering.steps))


def _steps(dockerfile: Dockerfile, stage: Stage) -> Iterator[tuple[Instruction, Step]]:
    """Yield what installs for Python, with its RUN."""
    for run in dockerfile.instructions("RUN", stage=stage):
        for step in steps_of(dockerfile, run):
            if step.manager in _INSTALLERS and step.action in {Action.INSTALL, Action.PROJECT}:
                yield run, step
