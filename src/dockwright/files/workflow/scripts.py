"""The builds and pushes of a `run:` step, and of the scripts and Makefile targets of the repository that it starts."""

from __future__ import annotations

import posixpath
from itertools import islice
from typing import TYPE_CHECKING

from dockwright.files.bake_builds import BakeFiles, bake_sources, overridden, read_bake_files, unread_target
from dockwright.files.bake_variables import NOTHING, given_variables
from dockwright.files.build import Call, Tool
from dockwright.files.docker_commands import (
    Alias,
    BuildCommand,
    Commands,
    FollowCommand,
    PushCommand,
    Variables,
    read_commands,
)
from dockwright.files.expression import Record, expand, expressions
from dockwright.files.makefile import NAMES, Makefile
from dockwright.files.settings import settings_of
from dockwright.files.value import HOLE, Truth, Value, spelled
from dockwright.files.workflow.actions import Raw
from dockwright.files.workflow.contexts import VARIABLES
from dockwright.shell import SH, Script, invocation, parse_script
from dockwright.traced import Traced

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

    from dockwright.files.workflow.contexts import JobScope
    from dockwright.files.workspace import Place
    from dockwright.shell import Shell
    from dockwright.source import Source, Span

    Read = Callable[[str], Source | None]

LONGEST = 60_000
"""Characters of a script that are read."""

_DEEPEST = 2
_MOST_FOLLOWED = 20
_GITHUB = (
    *("REF", "REF_NAME", "REF_TYPE", "EVENT_NAME", "REPOSITORY"),
    *("REPOSITORY_OWNER", "BASE_REF", "HEAD_REF"),
)


class Found:
    """What a step does about images, on one event."""

    def __init__(self) -> None:
        """Begin with nothing."""
        self.builds: list[tuple[Raw, tuple[Call, ...]]] = []
        self.pushes: list[PushCommand] = []
        self.aliases: list[Alias] = []
        self.driver: tuple[Value, Span] | None = None
        self.installs_buildx = False
        self.exports: dict[str, Value] = {}


class Scripts:
    """Reads scripts; what was parsed once is kept, as a script is asked for once for each event and leg."""

    def __init__(self, read: Read) -> None:
        """Take what reads a file of the repository."""
        self._read = read
        self._parsed: dict[tuple[str, int, str], Script] = {}
        self._makefiles: dict[str, Makefile] = {}
        self._bake: dict[tuple[tuple[str, ...], str, str], BakeFiles] = {}

    def bake(
        self, paths: Sequence[str], folder: str, lookup: Callable[[str], Value | None], *, compose: bool = False
    ) -> BakeFiles:
        """Return bake definitions (only Compose files, for `compose`); `lookup` is the environment."""
        sources = bake_sources(paths, folder, self._read_compose if compose else self._read)
        variables = NOTHING if compose else given_variables(sources, lookup)
        key = (tuple(source.path for source in sources), folder, variables.key)
        if key not in self._bake:
            self._bake[key] = read_bake_files(sources, folder, variables)
        return self._bake[key]

    def of_step(self, text: Traced, shell: Shell, *, scope: JobScope, place: Place) -> Found:
        """Return what a `run:` does; expressions in it are filled in by the scope."""
        found = Found()
        variables = Variables(environment(scope), lambda part: _fill(part, scope))
        self._script(found, self._parse(_masked(text), shell), variables, place=place, calls=(), condition=Truth.TRUE)
        return found

    def _parse(self, text: Traced, shell: Shell) -> Script:
        span = text.spans[0] if text.spans else None
        key = ("" if span is None else span.source.path, -1 if span is None else span.start, text.text)
        if key not in self._parsed:
            self._parsed[key] = parse_script(text.slice(0, min(len(text), LONGEST)), shell)
        return self._parsed[key]

    def _script(
        self,
        found: Found,
        script: Script,
        variables: Variables,
        *,
        place: Place,
        calls: tuple[Call, ...],
        condition: Truth,
    ) -> None:
        commands = read_commands(script, variables, place)
        self._take(found, commands, variables, calls=calls, condition=condition)
        if len(calls) < _DEEPEST:
            for follow in islice(commands.follows, _MOST_FOLLOWED):
                self._follow(found, follow, variables, calls=calls, condition=condition & follow.condition)

    def _take(
        self, found: Found, commands: Commands, variables: Variables, *, calls: tuple[Call, ...], condition: Truth
    ) -> None:
        for command in commands.builds:
            for raw in self.raw_builds(command, condition, variables):
                found.builds.append((raw, calls))
        for push in commands.pushes:
            found.pushes.append(PushCommand(push.span, push.names, push.all_tags, push.condition & condition))
        found.aliases += commands.aliases
        if commands.driver is not None and commands.driver.written is not None:
            found.driver = (commands.driver, commands.driver.written)
        if condition is Truth.TRUE:
            found.exports |= commands.exports
        found.installs_buildx = found.installs_buildx or commands.installs_buildx

    def _follow(
        self, found: Found, follow: FollowCommand, variables: Variables, *, calls: tuple[Call, ...], condition: Truth
    ) -> None:
        if follow.targets is not None:
            self._make(found, follow, variables, calls=calls, condition=condition)
            return
        source = self._read(follow.path) if follow.path else None
        if source is None or not _may_build(source.text):
            return
        inner = Variables(variables.values, variables.fill)
        for number, value in enumerate(follow.arguments, 1):
            inner.values[str(number)] = value
        text = Traced.of(source.span(0, len(source.text)))
        first = source.text.partition("\n")[0]
        called = invocation(first[2:].split()) if first.startswith("#!") else None
        script = self._parse(text, SH if called is None else called.shell)
        further = (*calls, Call(follow.span, source.path))
        self._script(found, script, inner, place=follow.place, calls=further, condition=condition)

    def _make(
        self, found: Found, follow: FollowCommand, variables: Variables, *, calls: tuple[Call, ...], condition: Truth
    ) -> None:
        paths = [follow.path] if follow.path else [follow.place.path(name) for name in NAMES]
        source = next((each for path in paths if path is not None and (each := self._read(path))), None)
        if source is None or not _may_build(source.text):
            return
        if source.path not in self._makefiles:
            self._makefiles[source.path] = Makefile(source)
        given = dict(variables.values)
        for value in follow.arguments:
            name, _, _ = value.traced.text.partition("=")
            given[name] = value.slice(len(name) + 1, len(value.traced))
        further = (*calls, Call(follow.span, source.path))
        own = {name: given[name] for name in given if name in _names(follow.arguments)}
        for recipe in islice(self._makefiles[source.path].recipes(follow.targets or (), own), 200):
            inner = Variables(given, variables.fill)
            script = self._parse(recipe, SH)
            self._script(found, script, inner, place=follow.place, calls=further, condition=condition)

    def raw_builds(self, command: BuildCommand, condition: Truth, variables: Variables) -> Iterator[Raw]:
        """Yield the builds of one command: several for bake and compose."""
        condition &= command.condition
        named = command.given.one("builder") is not None
        if command.tool not in {Tool.BUILDX_BAKE, Tool.COMPOSE_BUILD}:
            settings = settings_of(command.given, command.tool, command.place)
            yield Raw(command.tool, command.span, settings, None, condition, named, command.legacy)
            return
        files = [path for value in command.given.many("files") if (path := command.place.path(value.text or HOLE))]
        folder = command.place.path(".")
        unread = folder is None or (not files and command.given.many("files"))
        if folder is None or unread:
            yield self._unread(command, condition, named=named)
            return
        names = tuple(each.text for each in command.operands if each.text is not None)
        compose = command.tool is Tool.COMPOSE_BUILD
        base = posixpath.dirname(files[0]) or "." if compose and files else folder
        bake = self.bake(files, base, variables.given, compose=compose)
        chosen = bake.named(names or (("*",) if compose else ()))
        if not chosen:
            yield self._unread(command, condition, named=named)
        for target in chosen:
            built = overridden(target, command.given)
            yield Raw(command.tool, command.span, built.settings, target.name, condition, named, command.legacy)

    def _unread(self, command: BuildCommand, condition: Truth, *, named: bool) -> Raw:
        """Return the build of definitions that are not in the repository."""
        built = overridden(unread_target(command.span), command.given)
        return Raw(command.tool, command.span, built.settings, None, condition, named, command.legacy)

    def _read_compose(self, path: str) -> Source | None:
        return self._read(path) if path.endswith((".yaml", ".yml")) else None


def _may_build(text: str) -> bool:
    return any(word in text for word in ("docker", "podman", "buildah", "kaniko", "depot", "make"))


def _names(arguments: Sequence[Value]) -> set[str]:
    return {value.traced.text.partition("=")[0] for value in arguments}


def _masked(text: Traced) -> Traced:
    """Put a hole in the place of each expression, so that the shell's grammar does not meet its text."""
    if "${{" not in text.text:
        return text
    parts: list[Traced] = []
    start = 0
    for begin, end, _ in expressions(text.text):
        parts += (text.slice(start, begin), spelled(HOLE, text.slice(begin, end).span))
        start = end
    return Traced.join([*parts, text.slice(start, len(text))])


def _fill(part: Traced, scope: JobScope) -> Traced:
    """Fill in the expressions that `_masked` took out."""
    pieces: list[Traced] = []
    for start, end, span in part.pieces():
        filled = span is not None and span.text.startswith("${{") and HOLE in part.text[start:end]
        pieces.append(expand(Traced.of(span), scope).traced if filled and span is not None else part.slice(start, end))
    return Traced.join(pieces)


def environment(scope: JobScope) -> Mapping[str, Value]:
    """Return the variables that a script starts with: the job's, and those of the runner that are known."""
    found = dict(scope.given(VARIABLES))
    github = scope.contexts.get("github")
    if isinstance(github, Record):
        for name in _GITHUB:
            value = github.get(name.lower())
            if isinstance(value, str):
                found.setdefault(f"GITHUB_{name}", Value(Traced.made(value), None))
    return found
