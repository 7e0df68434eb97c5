"""Which steps take time, and which of them a change of the sources repeats though they do not need what changed.

What is kept of a build decides it: a layer is taken from a cache only if it was exported, and one that follows a
change is made on top of all layers before it, so these must be there (or be made) first.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec import Struct

from dockwright.dockerfile.script import commands_of
from dockwright.facts.built_targets import MOST_STAGES
from dockwright.facts.manager_syntax import Action
from dockwright.facts.package_managers import steps_of

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Sequence

    from dockwright.dockerfile import Dockerfile, Instruction, Stage
    from dockwright.facts.package_managers import Step as Installation
    from dockwright.shell import Command

_EVERYTHING = frozenset((".", "./", "./.", "*", "./*", "/", "/."))
_FOLDERS_OF_MANIFESTS = frozenset(
    ".cargo .config .mvn .npm .yarn bin build.d ci conf config docker etc gradle hack patches prisma requirements "
    "rootfs scripts".split()
)
"""Folders that are copied for an installation's sake, and seldom change."""
_FILES_WITHOUT_DOT = frozenset(
    "brewfile cmakelists configure containerfile dockerfile entrypoint gemfile gradlew jenkinsfile justfile license "
    "makefile mvnw pipfile procfile rakefile readme version".split()
)
_BUILDERS = frozenset(
    "ant bazel bazelisk buck cabal cargo clang clang++ cmake configure esbuild g++ gcc gn go gradle gradlew javac "
    "lein make meson mix mvn mvnw ninja ninja-build protoc rustup sbt scons stack swift tsc vite webpack xcodebuild "
    "xgo zig".split()
)
_DOWNLOADERS = frozenset("aria2c axel curl gdown svn wget".split())
_QUICK = frozenset((("go", "version"), ("go", "env"), ("cargo", "init"), ("cargo", "new"), ("cargo", "--version")))
_SCRIPTS_OF = frozenset(("npm", "pnpm", "yarn", "bun"))
_SOURCES = frozenset(
    "c cc cpp cs css cu cxx d dart elm erl ex f90 fs go h hpp hs html java jl js jsx kt lua m ml mm nim php pl ps1 py "
    "r rb rs s scala scss svelte swift ts tsx vala vue zig".split()
)
"""How the names of files end that are written for the project itself; `.js` and `.ts` are its settings as often."""
_LONGEST = 40
_FEW = 4


class Step(Struct, frozen=True):
    """A `RUN` that takes time.

    Attributes:
        stage: its stage.
        run: the instruction.
        shown: its first command that takes time, in a few words.
        light: whether it only installs a few packages of the distribution.
    """

    stage: Stage
    run: Instruction
    shown: str
    light: bool


class Repeated(Struct, frozen=True):
    """Steps that a change of the sources repeats, and an instruction that takes sources from the context."""

    change: Instruction
    steps: tuple[Step, ...]


def expensive(dockerfile: Dockerfile, stage: Stage, run: Instruction) -> Step | None:
    """Return a `RUN` that installs, downloads or builds something; None if it does none of these."""
    known = dockerfile.cache.get(_Steps)
    if not isinstance(known, _Steps):
        known = dockerfile.cache[_Steps] = _Steps()
    if run.index not in known:
        known[run.index] = _expensive(dockerfile, stage, run)
    return known[run.index]


class _Steps(dict[int, "Step | None"]):
    """What `expensive` has found, by the instruction's index."""


def _expensive(dockerfile: Dockerfile, stage: Stage, run: Instruction) -> Step | None:
    installs = {id(step.command): step for step in steps_of(dockerfile, run) if step.action is not Action.REFRESH}
    shown: str | None = None
    light = True
    for command in commands_of(dockerfile, run):
        step = installs.get(id(command))
        words = _takes_time(command)
        if step is not None or words:
            shown = shown or (_installation(step) if step is not None else _shown(command, words))
            light = light and step is not None and step.is_system and len(step.operands) <= _FEW
    return None if shown is None else Step(stage, run, shown, light)


def _installation(step: Installation) -> str:
    """Write a package manager's command in short: `pip install` for `python -m pip install -r ...`."""
    name = step.command.name or step.manager
    if step.manager == "pip":
        name = "uv pip" if name == "uv" else "pip"
    return f"{name} {step.verb}".strip()


def _takes_time(command: Command) -> int:
    """Return how many words name a command that downloads or builds; 0 for one that does neither."""
    name = command.name or ""
    arguments = [word.text for word in command.arguments]
    first = arguments[0] if arguments else ""
    if name in _DOWNLOADERS or name in _BUILDERS:
        return 0 if (name, first) in _QUICK or first in {"--version", "-v", "--help"} else 2
    if name == "git":
        return 2 if first == "clone" else 0
    return 3 if name in _SCRIPTS_OF and first == "run" else 0


def _shown(command: Command, words: int) -> str:
    """Write a command in so many words, leaving out options before the subcommand."""
    kept = [command.name or ""]
    kept += [word.text for word in command.arguments if not word.text.startswith("-")][: words - 1]
    text = " ".join(kept).replace("`", "'").replace("\n", " ")
    return text if len(text) <= _LONGEST else f"{text[: _LONGEST - 1]}…"


def repeated_in_side_stages(
    dockerfile: Dockerfile, target: Stage, volatile: frozenset[str] = frozenset()
) -> Repeated | None:
    """Return what a change of the sources repeats in side stages if only the final image's layers are kept.

    These steps do not depend on the sources, and so could be kept; with `mode=max` they are. `volatile` are the build
    arguments whose value is another one in each build: what comes after such an `ARG` is made anew in any case.
    """
    known = dockerfile.cache.get(_Known)
    if not isinstance(known, _Known):
        known = dockerfile.cache[_Known] = _Known()
    key = (target.index, volatile)
    if key not in known:
        small = 1 < len(dockerfile.stages) <= MOST_STAGES
        known[key] = _Change(dockerfile, target, volatile).repeated() if small else None
    return known[key]


def split_by_sources(dockerfile: Dockerfile, target: Stage) -> tuple[Sequence[Step], Sequence[Step]]:
    """Return the steps of a build that do not depend on the sources, and those that a change of them repeats anyway."""
    if len(dockerfile.stages) > MOST_STAGES:
        return (), ()
    return _Change(dockerfile, target, ()).split()


class _Known(dict[tuple[int, frozenset[str]], "Repeated | None"]):
    """What `repeated_in_side_stages` has found."""


class _Change:
    """A change of the sources: from where on each stage is made anew, and what that needs."""

    def __init__(self, dockerfile: Dockerfile, target: Stage, volatile: Collection[str]) -> None:
        self._dockerfile = dockerfile
        self._volatile = volatile
        self._lineage = {stage.index for stage in dockerfile.lineage(target)}
        self._stages = [dockerfile.stages[index] for index in sorted(dockerfile.needed(target))]
        self._from: dict[int, int] = {}
        """The first instruction that is made anew, by stage; stages that do not change are not there."""

    def repeated(self) -> Repeated | None:
        """Return the steps that are repeated though they do not change."""
        sources = [each for stage in self._stages for each in stage.instructions if _takes_sources(each)]
        if not sources or len(self._stages) == len(self._lineage):
            return None
        self._spread()
        required = self._required()
        steps = [step for stage in self._stages if stage.index in required for step in self._unchanged(stage)]
        if not steps:
            return None
        return Repeated(self._cause(sources, steps[0].stage), tuple(steps))

    def split(self) -> tuple[list[Step], list[Step]]:
        """Return the steps above and below the sources."""
        self._spread()
        every = [step for stage in self._stages for step in self._steps(stage)]
        above = [
            step for step in every if step.run.index < self._from.get(step.stage.index, len(self._dockerfile.body))
        ]
        return above, [step for step in every if step not in above]

    def _spread(self) -> None:
        """Find where each stage begins to change; a stage only ever needs earlier ones."""
        for stage in self._stages:
            if stage.parent in self._from:
                self._from[stage.index] = stage.start.index
                continue
            first = next((each for each in stage.instructions if self._changes(each)), None)
            if first is not None:
                self._from[stage.index] = first.index

    def _changes(self, instruction: Instruction) -> bool:
        if instruction.name == "ARG":
            return any(pair.key.text in self._volatile for pair in instruction.pairs)
        return _takes_sources(instruction) or any(stage in self._from for stage in self._read(instruction))

    def _required(self) -> set[int]:
        """Return the side stages whose files are needed to make anew what changes: their layers are not kept."""
        required: set[int] = set()
        for stage in reversed(self._stages):
            first = self._from.get(stage.index)
            if stage.index in self._lineage:
                anew = [each for each in stage.instructions if first is not None and each.index >= first]
                required.update(source for each in anew if not self._stands_alone(each) for source in self._read(each))
            elif first is not None or stage.index in required:
                required.add(stage.index)
                required.update(source for each in stage.instructions for source in self._read(each))
                required.update(() if stage.parent is None else (stage.parent,))
        return required - self._lineage

    def _stands_alone(self, instruction: Instruction) -> bool:
        """Tell whether a `COPY --link` of what has not changed is taken from the cache, whatever is below it."""
        link = instruction.flag("link")
        linked = link is not None and (link.value is None or link.value.text.lower() == "true")
        return linked and not self._changes(instruction)

    def _unchanged(self, stage: Stage) -> Iterator[Step]:
        first = self._from.get(stage.index, len(self._dockerfile.body))
        return (step for step in self._steps(stage) if step.run.index < first)

    def _steps(self, stage: Stage) -> Iterator[Step]:
        runs = self._dockerfile.instructions("RUN", stage=stage)
        return (step for run in runs if (step := expensive(self._dockerfile, stage, run)) is not None)

    def _cause(self, sources: Sequence[Instruction], stage: Stage) -> Instruction:
        """Return an instruction that takes sources: if possible one that builds upon a stage's files."""
        needing = {each.index for each in self._stages if stage.index in self._dockerfile.needed(each)}
        near = [each for each in sources if each.stage in needing]
        return next((each for each in near if each.stage not in self._lineage), (near or sources)[0])

    def _read(self, instruction: Instruction) -> Iterator[int]:
        """Yield the earlier stages that an instruction takes files from."""
        flag = instruction.flag("from") if instruction.name in {"COPY", "ADD"} else None
        named = [flag.value] if flag is not None else []
        named += [mount.options.get("from") for mount in instruction.mounts]
        for each in named:
            stage = self._dockerfile.target(each.text) if each is not None else None
            if stage is not None and stage.index < instruction.stage:
                yield stage.index


def _takes_sources(instruction: Instruction) -> bool:
    return any(not _is_manifest(path) for path in _taken(instruction))


def _taken(instruction: Instruction) -> list[str]:
    """Return the paths that an instruction takes from the context."""
    if instruction.name in {"COPY", "ADD"}:
        if instruction.flag("from") is not None:
            return []
        paths = [word.text for word in instruction.words[:-1]]
        return [path for path in paths if "://" not in path and not path.startswith(("<<", "git@"))]
    found: list[str] = []
    for mount in instruction.mounts:
        if mount.type == "bind" and "from" not in mount.options:
            source = mount.options.get("source") or mount.options.get("src")
            found.append("." if source is None else source.text)
    return found


def _is_manifest(path: str) -> bool:
    """Tell whether a path is a single file, or a folder that is copied for an installation's sake."""
    if path in _EVERYTHING:
        return False
    name = path.rstrip("/").rpartition("/")[2].lower()
    if name in _FOLDERS_OF_MANIFESTS or name in _FILES_WITHOUT_DOT:
        return True
    stem, dot, ending = name.rpartition(".")
    return bool(dot) and not path.endswith("/") and ending not in _SOURCES and (stem not in {"", "*"} or path[0] == ".")
