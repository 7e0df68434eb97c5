"""Which installations of the distribution's packages a build with a cache takes from an earlier build.

A `RUN` is looked up by its text and by what stands before it, and never expires ("Build cache invalidation",
docs.docker.com). It is made anew only where something before it changes: the base image, files of the context, or a
build argument whose `ARG` stands before it in its stage ("Impact on build caching", Dockerfile reference).
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from msgspec import Struct

from dockwright.facts.manager_syntax import Action
from dockwright.facts.package_managers import steps_of
from dockwright.files.value import Truth

if TYPE_CHECKING:
    from collections.abc import Iterator

    from dockwright.dockerfile import Dockerfile, Instruction, Stage
    from dockwright.files.build import Settings
    from dockwright.files.value import Value

_EVERYTHING = frozenset((".", "./", "./.", "*", "./*", "/", "/."))
_SOURCES = frozenset("app backend client cmd crates frontend internal lib packages pkg server source src web".split())
_PER_COMMIT = frozenset(
    "github.sha github.ref github.ref_name github.event.head_commit.id github.event.head_commit.timestamp "
    "github.event.release.tag_name $github_sha $github_ref $github_ref_name".split()
)
_DATA = frozenset("ca-certificates ca-certificates-bundle iana-etc locales mailcap media-types tzdata".split())
"""Packages without programs, which an old image can live with."""
_PER_RUN = ("github.run_", "$github_run_")
_FOR_CACHES = r"(?i)cache|bust|date|week|month|time|stamp|epoch|refresh|nonce|random"
"""What arguments are called that are there to make layers anew."""
_CONSTANT = ("matrix.", "secrets.", "vars.", "strategy.", "runner.", "github.repository", "github.actor")
_MOVING_URLS = ("api.github.com", "/heads/", "worldtimeapi", "random", "/latest")


class Replayed(Struct, frozen=True):
    """A `RUN` that installs packages and is taken from the cache.

    Attributes:
        run: the instruction.
        shown: its command in two words.
        certain: whether no build argument before it may have another value than in the build before.
    """

    run: Instruction
    shown: str
    certain: bool = True


def replayed_packages(
    dockerfile: Dockerfile, target: Stage, settings: Settings, *, same_commit: bool
) -> tuple[Replayed, ...]:
    """Return the installations of the published image that a cached build does not repeat.

    Args:
        dockerfile: the file.
        target: the stage that is published; what is in stages that it only copies from is not looked at.
        settings: how it is built.
        same_commit: whether the build is of a commit that was built before, as a scheduled one is. Otherwise something
            has changed in the sources.
    """
    return tuple(_Walk(dockerfile, settings, same_commit=same_commit).of(target))


class _Walk:
    def __init__(self, dockerfile: Dockerfile, settings: Settings, *, same_commit: bool) -> None:
        self._dockerfile = dockerfile
        self._same_commit = same_commit
        changes = {
            each.name.text: _changes(each.name.text, each.value, same_commit=same_commit)
            for each in settings.build_args
            if each.name.text is not None and each.value is not None
        }
        self._busting = frozenset(name for name, truth in changes.items() if truth.certain)
        self._open = frozenset(name for name, truth in changes.items() if truth is Truth.UNKNOWN)
        self._filters = {(each.text or "").lower() for each in settings.no_cache_filters}

    def of(self, target: Stage) -> Iterator[Replayed]:
        """Yield installations from the base image on, until something makes all that follows anew."""
        lineage = self._dockerfile.lineage(target)
        if base_variables(lineage[-1]) & (self._busting | self._open):
            return
        certain = True
        for stage in reversed(lineage):
            if self._is_filtered(stage):
                return
            for instruction in stage.instructions:
                if self._makes_anew(instruction):
                    return
                certain = certain and not _declares(instruction, self._open)
                shown = _installs(self._dockerfile, instruction)
                if shown is not None:
                    yield Replayed(instruction, shown, certain)

    def _is_filtered(self, stage: Stage) -> bool:
        """Tell whether `no-cache-filters` names a stage, or may."""
        return "" in self._filters or bool(self._filters & {stage.name, str(stage.index)})

    def _makes_anew(self, instruction: Instruction) -> bool:
        match instruction.name:
            case "ARG":
                return _declares(instruction, self._busting)
            case "ADD" if any(_moves(word.text) for word in instruction.words[:-1]):
                return True
            case "COPY" | "ADD" | "RUN" if not self._same_commit:
                return any(self._is_sources(path) for path in _taken(instruction)) or self._takes_built(instruction)
            case _:
                return False

    def _is_sources(self, path: str) -> bool:
        name = path.rstrip("/").removeprefix("./").rpartition("/")[2].lower()
        return path in _EVERYTHING or name in _SOURCES

    def _takes_built(self, instruction: Instruction) -> bool:
        """Tell whether it takes files from a stage that is made of the sources."""
        flag = instruction.flag("from")
        named = [flag.value] if flag is not None else []
        named += [mount.options.get("from") for mount in instruction.mounts]
        for each in named:
            stage = self._dockerfile.target(each.text) if each is not None else None
            if stage is None or stage.index >= instruction.stage:
                continue
            needed = [self._dockerfile.stages[index] for index in self._dockerfile.needed(stage)]
            every = [path for one in needed for inner in one.instructions for path in _taken(inner)]
            if any(self._is_sources(path) for path in every):
                return True
        return False


def base_variables(stage: Stage) -> frozenset[str]:
    """Return the variables that the name of a stage's base image is made of."""
    return frozenset(re.findall(r"\$\{?(\w+)", stage.start.rest.text))


def _installs(dockerfile: Dockerfile, instruction: Instruction) -> str | None:
    """Return the command that installs packages of the distribution, in two words."""
    if instruction.name != "RUN":
        return None
    for step in steps_of(dockerfile, instruction):
        data = bool(step.operands) and all(word.text in _DATA for word in step.operands)
        if step.is_system and step.action in {Action.INSTALL, Action.UPGRADE} and not data:
            return f"{step.command.name} {step.verb}"
    return None


def _taken(instruction: Instruction) -> list[str]:
    """Return the paths that an instruction takes from the context."""
    if instruction.name in {"COPY", "ADD"}:
        if instruction.flag("from") is not None:
            return []
        return [word.text for word in instruction.words[:-1]]
    found: list[str] = []
    for mount in instruction.mounts:
        if mount.type == "bind" and "from" not in mount.options:
            source = mount.options.get("source")
            found.append("." if source is None else source.text)
    return found


def _moves(text: str) -> bool:
    """Tell whether a URL may lead to something else each time."""
    return "://" in text and any(part in text for part in _MOVING_URLS)


def _declares(instruction: Instruction, names: frozenset[str]) -> bool:
    return instruction.name == "ARG" and any(pair.key.text in names for pair in instruction.pairs)


def _changes(name: str, value: Value, *, same_commit: bool) -> Truth:
    """Tell whether an argument's value is another one than in the build before.

    What a step makes of the sources stays the same with them, but it may also make it of the date.
    """
    references = [each for each in value.references if not each.startswith(_CONSTANT)]
    if value.text is not None or not references:
        return Truth.FALSE
    if not same_commit or re.search(_FOR_CACHES, name):
        return Truth.TRUE
    if any(each.startswith(_PER_RUN) or each == "$(...)" for each in references):
        return Truth.TRUE
    return Truth.FALSE if all(each in _PER_COMMIT for each in references) else Truth.UNKNOWN
