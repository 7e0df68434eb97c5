"""Package managers' commands: what they install, and where each package is named."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from msgspec import Struct

from dockwright.dockerfile.script import commands_of
from dockwright.facts.manager_syntax import Action, Syntax, syntax_of

if TYPE_CHECKING:
    from dockwright.dockerfile import Dockerfile, Instruction
    from dockwright.shell import Command, Word

_SYSTEM = frozenset(("apt", "apk", "dnf", "zypper", "pacman"))
_HARMLESS = frozenset(
    "[ : addgroup adduser awk cat cd chmod chown curl cut echo egrep exit export find getent grep groupadd head "
    "install jq ldconfig ln locale-gen ls mkdir printf rm sed set sleep sort tail tar tee test touch tr true "
    "unzip update-alternatives update-ca-certificates update-locale useradd usermod wget xz".split()
)
"""Commands beside an installation that neither run the project's code nor ask for its variables."""
_BUILDS = frozenset((("go", "build"), ("cargo", "build"), ("dotnet", "build"), ("dotnet", "publish")))
_PYTHON = r"(?:python|pypy)[\d.]*"
_PIP = r"pip[\d.]*|pip-\d[\d.]*"


class Value(Struct, frozen=True):
    """An option with its value: the option as written, the value, and the word that the value is in."""

    option: str
    text: str
    word: Word


class Step(Struct, frozen=True):
    """A package manager's command.

    Attributes:
        manager: `apt`, `apk`, `dnf` (yum and its kin, too), `pip` (`uv pip`, too), `uv`, `npm`, ...
        action: what it does.
        verb: the subcommand, as written; for Maven and Gradle all goals.
        command: the whole command.
        operands: the words that are neither subcommand nor option: usually packages.
        values: options with their values (`-r` and a file), in order.
        flags: all options, without their values.
    """

    manager: str
    action: Action
    verb: str
    command: Command
    operands: tuple[Word, ...]
    values: tuple[Value, ...]
    flags: frozenset[str]

    def values_of(self, *options: str) -> tuple[Value, ...]:
        """Return the values of an option, given in all its spellings (`-r`, `--requirement`)."""
        return tuple(value for value in self.values if value.option in options)

    @property
    def is_system(self) -> bool:
        """Whether it is a command of the distribution's own package manager."""
        return self.manager in _SYSTEM

    @property
    def builds(self) -> bool:
        """Whether it runs the project's own build, too."""
        return self.manager in {"mvn", "gradle"} or (self.manager, self.verb) in _BUILDS


def steps_of(dockerfile: Dockerfile, instruction: Instruction) -> tuple[Step, ...]:
    """Return the package managers' commands of a RUN (also of one in an ONBUILD), in order."""
    known = dockerfile.cache.get(_Known)
    if not isinstance(known, _Known):
        known = dockerfile.cache[_Known] = _Known()
    found = known.get(instruction.index)
    if found is None:
        steps = [read_step(command) for command in commands_of(dockerfile, instruction)]
        found = known[instruction.index] = tuple([step for step in steps if step is not None])
    return found


class _Known(dict[int, tuple[Step, ...]]):
    """What has been read of a file so far, by the instruction's index: several rules ask for the same."""


def only_installs(dockerfile: Dockerfile, run: Instruction) -> bool:
    """Tell whether a RUN does nothing but install packages, with a few well-known commands around it.

    Such a RUN neither builds the project nor runs a script, so that what it reads can be seen.
    """
    own = {id(step.command) for step in steps_of(dockerfile, run) if not step.builds}
    return bool(own) and all(id(each) in own or each.name in _HARMLESS for each in commands_of(dockerfile, run))


def read_step(command: Command) -> Step | None:
    """Read a command; None if it is no package manager's, or does something else with it."""
    program, words = _program(command)
    if program == "uv" and words and words[0].text == "pip":
        return _uv_pip(command, words[1:])
    syntax = syntax_of(program)
    if syntax is None:
        return None
    match syntax.name:
        case "pacman":
            return _pacman(syntax, command, words)
        case "mvn" | "gradle":
            return _goals(syntax, command, words)
        case _:
            return _read(syntax, command, words)


def _program(command: Command) -> tuple[str, tuple[Word, ...]]:
    """Return a command's program and its words: `python3 -m pip` and `pip3.12` are `pip`."""
    name, words = command.name or "", command.arguments
    if name.startswith("py") and len(words) > 1 and words[0].text == "-m" and re.fullmatch(_PYTHON, name):
        name, words = words[1].text, words[2:]
    if name.startswith("pip") and re.fullmatch(_PIP, name):
        name = "pip"
    return name, words


def _read(syntax: Syntax, command: Command, words: tuple[Word, ...]) -> Step | None:
    values, operands, flags = _split(words, syntax.takes_value)
    if not operands:
        if syntax.bare is None or flags & {"--version", "-v", "--help"}:
            return None
        return Step(syntax.name, syntax.bare, "", command, (), values, flags)
    verb = operands[0].text
    action = syntax.verbs.get(verb)
    return None if action is None else Step(syntax.name, action, verb, command, operands[1:], values, flags)


def _uv_pip(command: Command, words: tuple[Word, ...]) -> Step | None:
    """Read `uv pip`; `uv pip sync FILE...` is `pip install -r FILE` in other words."""
    syntax = syntax_of("pip")
    if syntax is None or not words or words[0].text != "sync":
        return None if syntax is None else _read(syntax, command, words)
    values, operands, flags = _split(words[1:], syntax.takes_value)
    files = [Value("-r", word.text, word) for word in operands]
    return Step("pip", Action.INSTALL, "sync", command, (), (*values, *files), flags)


def _pacman(syntax: Syntax, command: Command, words: tuple[Word, ...]) -> Step | None:
    values, operands, flags = _split(words, syntax.takes_value)
    verb = next((flag for flag in flags if flag == "--sync" or re.fullmatch(r"-[A-Za-z]*S[A-Za-z]*", flag)), None)
    if verb is None:
        return None
    action = Action.INSTALL if operands else Action.UPGRADE if "u" in verb else Action.REFRESH
    return Step(syntax.name, action, verb, command, operands, values, flags)


def _goals(syntax: Syntax, command: Command, words: tuple[Word, ...]) -> Step | None:
    values, operands, flags = _split(words, syntax.takes_value)
    goals = " ".join(word.text for word in operands)
    return Step(syntax.name, Action.PROJECT, goals, command, operands, values, flags) if goals else None


def _split(
    words: tuple[Word, ...], takes_value: frozenset[str]
) -> tuple[tuple[Value, ...], tuple[Word, ...], frozenset[str]]:
    """Tell options, their values and the other words apart; `--option=value` has its value in the same word."""
    values: list[Value] = []
    operands: list[Word] = []
    flags: set[str] = set()
    option: str | None = None
    for index, word in enumerate(words):
        text = word.text
        if option is not None:
            values.append(Value(option, text, word))
            option = None
        elif text == "--":
            operands += words[index + 1 :]
            break
        elif not text.startswith("-") or text == "-":
            operands.append(word)
        else:
            name, equals, value = text.partition("=")
            if not equals and not text.startswith("--") and text[:2] in takes_value and text not in takes_value:
                name, equals, value = text[:2], "=", text[2:]  # `-rrequirements.txt`
            flags.add(name)
            if equals:
                values.append(Value(name, value, word))
            elif name in takes_value:
                option = name
    return tuple(values), tuple(operands), frozenset(flags)
