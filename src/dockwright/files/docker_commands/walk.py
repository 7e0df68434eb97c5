"""A script in order: it follows `cd`, plain assignments and loops over plain words."""

from __future__ import annotations

import re
from itertools import islice
from typing import TYPE_CHECKING

from msgspec import Struct

from dockwright.files._interpolation import hole
from dockwright.files.docker_commands.commands import CommandReader
from dockwright.files.docker_commands.model import Commands
from dockwright.files.value import HOLE, Truth, Value
from dockwright.shell import Context

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from dockwright.files.docker_commands.words import Variables
    from dockwright.files.workspace import Place
    from dockwright.shell import Command, Script
    from dockwright.traced import Traced

MOST = 2000
"""Commands that are looked at in one script, loops unrolled."""

_MOST_TURNS = 32
_MOST_LOOPS = 50
_UNCERTAIN = Context.BRANCH | Context.FUNCTION
_TESTS = frozenset({"[", "[[", "test", "false"})
_FOR = re.compile(r"\bfor[ \t]+([A-Za-z_]\w*)[ \t]+in[ \t]+([^;\n#]{1,2000})[;\n]\s{0,99}do\b", re.ASCII)
_DO = re.compile(r"(?<![\w./-])(?:(do)|(done))(?![\w./-])", re.ASCII)
_PLAIN_WORD = re.compile(r"['\"]?([\w./:@+=-]+)['\"]?", re.ASCII)


def read_commands(script: Script, variables: Variables, place: Place) -> Commands:
    """Return what a script does; `variables` are changed as it assigns them."""
    reading = _Reading(variables, place)
    loops = list(islice(_loops(script.text), _MOST_LOOPS))
    reading.run(script.commands[:MOST], loops)
    return reading.found


class _Loop(Struct, frozen=True):
    """A `for` over plain words: the variable, its values, and the offsets between which its body stands."""

    name: str
    values: tuple[Value, ...]
    start: int
    end: int
    text: Traced

    def holds(self, command: Command) -> bool:
        return command.source is self.text and self.start <= command.start < self.end


def _loops(text: Traced) -> Iterator[_Loop]:
    if "for" not in text.text:
        return
    for match in _FOR.finditer(text.text):
        values: list[Value] = []
        for word in re.finditer(r"\S+", match[2]):
            plain = _PLAIN_WORD.fullmatch(word[0])
            if plain is None:
                values = []
                break
            start = match.start(2) + word.start() + plain.start(1)
            part = text.slice(start, start + len(plain[1]))
            values.append(Value(part, part.span))
        if values:
            yield _Loop(match[1], tuple(values[:_MOST_TURNS]), match.end(), _done(text.text, match.end()), text)


def _done(text: str, start: int) -> int:
    depth = 1
    for match in _DO.finditer(text, start):
        depth += 1 if match[1] else -1
        if depth == 0:
            return match.start()
    return len(text)


class _Reading:
    def __init__(self, variables: Variables, place: Place) -> None:
        self.found = Commands([], [], [], [], exports={})
        self._variables = variables
        self._place = place
        self._inner: Place | None = None
        self._before = place
        self._left = MOST
        self._previous: Command | None = None

    def run(self, commands: Sequence[Command], loops: Sequence[_Loop]) -> None:
        """Go through commands in order, the bodies of loops once for each value."""
        index = 0
        while index < len(commands) and self._left > 0:
            loop = next((each for each in loops if each.holds(commands[index])), None)
            if loop is None:
                self._left -= 1
                self._command(commands[index])
                index += 1
                continue
            body = [command for command in commands[index:] if loop.holds(command)]
            inner = [each for each in loops if each is not loop]
            for value in loop.values:
                self._variables.values[loop.name] = value
                self.run(body, inner)
            index += max(1, len(body))

    def _command(self, command: Command) -> None:
        condition = self._condition(command)
        self._previous = command
        if not command.in_subshell:
            self._inner = None
        if command.name is None:
            self._variables.assign(command, certain=condition is Truth.TRUE)
            return
        if command.assignments and command.name in {"export", "local", "declare", "readonly", "typeset"}:
            self._variables.assign(command, certain=condition is Truth.TRUE)
        elif command.name in {"cd", "pushd"}:
            self._enter(command)
        elif command.name in {"echo", "printf"}:
            self._export(command, condition)
        else:
            CommandReader(self.found, self._variables, self._inner or self._place, condition).read(command)

    def _condition(self, command: Command) -> Truth:
        if command.context & _UNCERTAIN or command.before == "||":
            return Truth.UNKNOWN
        tested = self._previous is not None and self._previous.name in _TESTS and command.before == "&&"
        return Truth.UNKNOWN if tested and not command.in_condition else Truth.TRUE

    def _export(self, command: Command, condition: Truth) -> None:
        """Take note of `echo NAME=value >> $GITHUB_ENV`."""
        targets = [each.target.text for each in command.redirections if each.operator == ">>" and each.target]
        words = [word for word in command.arguments if not word.text.startswith("-")]
        if not words or not any("GITHUB_ENV" in target for target in targets):
            return
        first = self._variables.value(words[0])
        name, equals, _ = first.traced.text.partition("=")
        if equals and HOLE not in name:
            certain = condition is Truth.TRUE and len(words) == 1 and command.name == "echo"
            value = first.slice(len(name) + 1, len(first.traced))
            self.found.exports[name] = value if certain else Value(hole(words[0].raw), words[0].raw.span)

    def _enter(self, command: Command) -> None:
        words = [word for word in command.arguments if not word.text.startswith("-") or word.text == "-"]
        target = self._variables.value(words[0]).text if words else None
        here = self._inner or self._place
        entered = self._before if target == "-" else here.enter(target)
        self._before = here
        if command.in_subshell:
            self._inner = entered
        elif command.context & Context.BRANCH and entered != self._place:
            self._place = self._place.enter(None)
        else:
            self._place = entered
