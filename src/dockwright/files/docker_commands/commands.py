"""One command: which tool it is, and what it is asked to do."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from dockwright.files.build import Tool
from dockwright.files.docker_commands.arguments import completed, read_arguments
from dockwright.files.docker_commands.model import Alias, BuildCommand, Commands, FollowCommand, PushCommand
from dockwright.files.docker_commands.options import COMPOSE_GLOBAL, COMPOSE_GLOBAL_VALUES, DOCKER_GLOBAL, OPTIONS
from dockwright.files.settings import Given
from dockwright.files.value import HOLE, Truth, Value
from dockwright.shell import is_bourne

if TYPE_CHECKING:
    from collections.abc import Sequence

    from dockwright.files.docker_commands.words import Variables
    from dockwright.files.workspace import Place
    from dockwright.shell import Command, Word

_ONLY_LOOKS = re.compile(r"--print|--list(?:=.*)?|--list-(?:targets|variables)|--check|--call=(?!build\b).*", re.DOTALL)
"""Options with which nothing is built: bake prints what it would do, and a build is only checked."""
_SCRIPT = re.compile(r"(?:\./|\.\./)?[\w./-]+\.(?:sh|bash)|\.{1,2}/[\w./-]+", re.ASCII)


class CommandReader:
    """Reads commands at one place of a script into what was found so far."""

    def __init__(self, found: Commands, variables: Variables, place: Place, condition: Truth) -> None:
        """Take where the command runs, and whether it is reached."""
        self._found = found
        self._variables = variables
        self._place = place
        self._condition = condition

    def read(self, command: Command) -> None:
        """Read a command, if it is one about images."""
        words = command.arguments
        match command.name:
            case "docker" | "nerdctl" | "podman" | "finch":
                self._docker(command, words)
            case "docker-compose" | "podman-compose":
                self._compose(command, words)
            case "buildah":
                self._simple(command, words, Tool.BUILDAH_BUILD, ("bud", "build", "build-using-dockerfile"))
            case "img":
                self._simple(command, words, Tool.IMG, ("build",))
            case "depot":
                self._simple(command, words, Tool.DEPOT_BUILD, ("build",))
                self._simple(command, words, Tool.BUILDX_BAKE, ("bake",))
            case "executor":
                self._build(command, Tool.KANIKO, words)
            case "make" | "gmake":
                self._make(command, words)
            case _:
                self._script(command)

    def _docker(self, command: Command, words: Sequence[Word]) -> None:
        podman = command.name == "podman"
        words = _after_options(words, DOCKER_GLOBAL)
        name, rest = _first(words)
        if name in {"image", "builder"}:
            name, rest = _first(rest)
        match name:
            case "build":
                self._build(command, Tool.PODMAN_BUILD if podman else Tool.DOCKER_BUILD, rest)
            case "buildx":
                self._buildx(command, rest, podman=podman)
            case "compose":
                self._compose(command, rest)
            case "push":
                self._push(command, rest)
            case "tag" if len(rest) > 1:
                old, new = rest[-2:]
                self._found.aliases.append(Alias(self._variables.value(old), self._variables.value(new)))
            case "run":
                self._container(command, rest)
            case _:
                pass

    def _buildx(self, command: Command, words: Sequence[Word], *, podman: bool) -> None:
        name, rest = _first(_after_options(words, frozenset({"--builder"})))
        match name:
            case "build" | "b":
                self._build(command, Tool.PODMAN_BUILD if podman else Tool.BUILDX_BUILD, rest)
            case "bake" | "f":
                self._build(command, Tool.BUILDX_BAKE, rest)
            case "create" if self._condition.possible:
                self._found.driver = self._driver(command, rest)
            case "install":
                self._found.installs_buildx = True
            case _:
                pass

    def _driver(self, command: Command, words: Sequence[Word]) -> Value:
        texts = [word.text for word in words]
        for index, text in enumerate(texts):
            if text == "--driver" and index + 1 < len(words):
                return self._variables.value(words[index + 1])
            if text.startswith("--driver="):
                value = self._variables.value(words[index])
                return value.slice(len("--driver="), len(value.traced))
        return Value.of("docker-container", command.span)

    def _container(self, command: Command, words: Sequence[Word]) -> None:
        """Read `docker run ... gcr.io/kaniko-project/executor ...`."""
        for index, word in enumerate(words):
            if "kaniko-project/executor" in word.text:
                self._build(command, Tool.KANIKO, words[index + 1 :])
                return

    def _simple(self, command: Command, words: Sequence[Word], tool: Tool, names: tuple[str, ...]) -> None:
        name, rest = _first(
            _after_options(words, frozenset({"--storage-driver", "--root", "--runroot", "--log-level"}))
        )
        if name in names:
            self._build(command, tool, rest)
        elif name == "push":
            self._push(command, rest)

    def _compose(self, command: Command, words: Sequence[Word]) -> None:
        files: list[Value] = []
        place = self._place
        index = 0
        while index < len(words) and words[index].text.startswith("-"):
            name, equals, _ = words[index].text.partition("=")
            value = self._variables.value(words[index]) if equals else None
            if equals and value is not None:
                value = value.slice(len(name) + 1, len(value.traced))
            elif name in COMPOSE_GLOBAL or name in COMPOSE_GLOBAL_VALUES:
                index += 1
                value = self._variables.value(words[index]) if index < len(words) else None
            if value is not None and COMPOSE_GLOBAL.get(name) == "files":
                files.append(value)
            elif value is not None and COMPOSE_GLOBAL.get(name) == "folder":
                place = place.enter(value.text)
            index += 1
        name_, rest = _first(words[index:])
        builds = name_ == "build" or (name_ in {"up", "run", "create"} and "--build" in [word.text for word in rest])
        if builds:
            self._build(command, Tool.COMPOSE_BUILD, rest, files=files, place=place)
        elif name_ == "push":
            names = tuple(value for value, _ in self._variables.words(rest) if not value.traced.text.startswith("-"))
            self._found.pushes.append(PushCommand(command.span, names, all_tags=True, condition=self._condition))

    def _push(self, command: Command, words: Sequence[Word]) -> None:
        values = [value for value, _ in self._variables.words(words)]
        names = tuple(value for value in values if not value.traced.text.startswith("-"))
        all_tags = any(value.text in {"-a", "--all-tags"} for value in values)
        if names:
            self._found.pushes.append(PushCommand(command.span, names[:1], all_tags, self._condition))

    def _build(
        self,
        command: Command,
        tool: Tool,
        words: Sequence[Word],
        *,
        files: Sequence[Value] = (),
        place: Place | None = None,
    ) -> None:
        arguments = list(self._variables.words(words))
        if any(_ONLY_LOOKS.fullmatch(value.traced.text) for value, _ in arguments):
            return
        given, operands = read_arguments(OPTIONS[tool], arguments)
        if files:
            given = Given({**given.values, "files": (*files, *given.values.get("files", ()))}, given.open)
        given, operands = completed(tool, given, operands, command)
        self._found.builds.append(
            BuildCommand(
                tool, command.span, given, operands, place or self._place, self._condition, self._legacy(command)
            )
        )

    def _legacy(self, command: Command) -> Truth:
        for each in command.assignments:
            if each.name == "DOCKER_BUILDKIT":
                return _is_zero(self._variables.value(each.value))
        found = self._variables.values.get("DOCKER_BUILDKIT")
        return Truth.FALSE if found is None else _is_zero(found)

    def _make(self, command: Command, words: Sequence[Word]) -> None:
        place, path = self._place, None
        targets: list[str] = []
        given: list[Value] = []
        values = [value for value, _ in self._variables.words(words)]
        index = 0
        while index < len(values):
            text = values[index].text or HOLE
            if text in {"-C", "--directory", "-f", "--file", "--makefile"} and index + 1 < len(values):
                index += 1
                if text in {"-C", "--directory"}:
                    place = place.enter(values[index].text)
                else:
                    path = values[index].text
            elif "=" in values[index].traced.text and not text.startswith("-"):
                given.append(values[index])
            elif not text.startswith("-") and text != HOLE:
                targets.append(text)
            index += 1
        found = None if path is None else place.path(path)
        self._found.follows.append(
            FollowCommand(command.span, found, tuple(targets), tuple(given), place, self._condition)
        )

    def _script(self, command: Command) -> None:
        words = list(command.words)
        first = len(words) - len(command.arguments) - 1
        if command.name in {"source", "."} or is_bourne(command.name or ""):
            rest = [index for index, word in enumerate(words[first + 1 :], first + 1) if word.text[:1] not in "-+"]
            if not rest or "-c" in [word.text for word in words[first + 1 : rest[0]]]:
                return
            first = rest[0]
        elif first < 0 or not _SCRIPT.fullmatch(words[first].text):
            return
        path = self._place.path(self._variables.value(words[first]).text or HOLE)
        if path is not None:
            arguments = tuple(value for value, _ in self._variables.words(words[first + 1 :]))
            self._found.follows.append(FollowCommand(command.span, path, None, arguments, self._place, self._condition))


def _is_zero(value: Value) -> Truth:
    return Truth.UNKNOWN if value.text is None else Truth.of(value.text.strip() in {"0", "false"})


def _first(words: Sequence[Word]) -> tuple[str | None, Sequence[Word]]:
    return (words[0].literal, words[1:]) if words else (None, ())


def _after_options(words: Sequence[Word], with_value: frozenset[str]) -> Sequence[Word]:
    index = 0
    while index < len(words) and words[index].text.startswith("-"):
        index += 2 if words[index].text in with_value else 1
    return words[index:]
