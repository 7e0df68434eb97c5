"""The values of a file's variables, and the texts in which they are expanded.

Source: Dockerfile reference ("Scope", "Using ARG variables", "Environment replacement") and moby/buildkit 0.32,
frontend/dockerfile/dockerfile2llb/convert.go (buildMetaArgs, dispatch, dispatchArg). Build arguments are taken at their
defaults.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from dockwright.dockerfile.budget import MAX_EXPANSION, MAX_EXPANSIONS, Budget, TooLong
from dockwright.dockerfile.lexer import SubstitutionError, expand
from dockwright.dockerfile.variables import PLATFORM_ARGUMENTS, Missing, UnknownValue, Variables
from dockwright.finding import Problem
from dockwright.traced import Traced

if TYPE_CHECKING:
    from collections.abc import Iterator

    from dockwright.dockerfile.model import Instruction, Pair
    from dockwright.dockerfile.variables import Lookup, Value

_EXPANDED_WORDS = frozenset(("ADD", "COPY", "EXPOSE", "STOPSIGNAL", "USER", "VOLUME", "WORKDIR"))
_EXPANDED_FLAGS = frozenset(("chown", "chmod", "checksum"))


class Values:
    """The scopes of a file: the global one for FROM, and one for each stage.

    Attributes:
        problems: what BuildKit would refuse to expand, and what grows too long.
    """

    def __init__(self, escape: str) -> None:
        """Begin with what BuildKit defines by itself."""
        self.problems: list[Problem] = []
        self._escape = escape
        self._global = Variables(None, Missing.ABSENT)
        for name in PLATFORM_ARGUMENTS:
            self._global.set(name, Missing.UNKNOWN, -1)
        self._stages: list[Variables] = []
        self._told: set[int] = set()
        self._budget = Budget(MAX_EXPANSIONS)
        self._later = Budget(8 * MAX_EXPANSIONS)

    def read_global(self, instruction: Instruction) -> None:
        """Take in an ARG above the first FROM."""
        for pair in instruction.pairs:
            name = pair.key.text
            if pair.value is not None:
                self._global.set(name, self._expanded(pair.value, self._global.get, instruction), instruction.index)
            elif self._global.find(name) is None:
                self._global.set(name, Missing.UNSET, instruction.index)

    def base(self, start: Instruction, text: Traced) -> Traced | None:
        """Expand a text of a FROM; None if its value can't be known."""
        return _known(self._expanded(text, self._global.get, start))

    def whatever_is_built(self, text: Traced) -> Traced | None:
        """Expand a text of a FROM that depends on no declared argument, so that no build can give it another value."""

        def lookup(name: str) -> Missing:
            return Missing.ABSENT if self._global.find(name) is None else Missing.UNKNOWN

        return _known(self._expanded(text, lookup, None))

    def begin_stage(self, parent: int | None, *, scratch: bool) -> None:
        """Open the scope of the next stage; it inherits that of the stage that it builds upon."""
        inherited = None if parent is None else self._stages[parent]
        fallback = Missing.ABSENT if scratch else Missing.UNKNOWN
        scope = Variables(inherited, fallback if inherited is None else inherited.fallback)
        if scratch:
            scope.set("PATH", Missing.UNKNOWN, -1, env=True)  # BuildKit gives every image one, by its platform
        self._stages.append(scope)

    def read(self, instruction: Instruction) -> None:
        """Set what ARG and ENV of a stage set, and expand what BuildKit expands, to find what it refuses."""
        if instruction.name == "ARG":
            for pair in instruction.pairs:
                self._argument(self._stages[instruction.stage], instruction, pair)
        elif instruction.name in {"ENV", "LABEL"}:
            self._key_values(self._stages[instruction.stage], instruction)
        else:
            for text in _expanded_texts(instruction):
                self._value(instruction, text, instruction)
            self._here_documents(instruction)

    def expand(self, instruction: Instruction, text: Traced) -> Traced | None:
        """See `Dockerfile.expand`."""
        return _known(self._value(instruction, text, None))

    def _argument(self, scope: Variables, instruction: Instruction, pair: Pair) -> None:
        name = pair.key.text
        if pair.value is not None:
            scope.set(name, self._expanded(pair.value, scope.get, instruction), instruction.index)
            return
        inherited = self._global.get(name)
        if inherited not in {Missing.ABSENT, Missing.UNSET}:
            scope.set(name, inherited, instruction.index)
        elif scope.find(name) is None:
            scope.set(name, Missing.UNSET, instruction.index)

    def _key_values(self, scope: Variables, instruction: Instruction) -> None:
        """Read ENV or LABEL; each value sees the variables as they were before the instruction."""
        values = [
            (_known(self._value(instruction, pair.key, instruction)), self._value(instruction, pair.value, instruction))
            for pair in instruction.pairs
            if pair.value is not None
        ]
        for key, value in values if instruction.name == "ENV" else ():
            if key is not None:
                scope.set(key.text, value, instruction.index, env=True)

    def _here_documents(self, instruction: Instruction) -> None:
        """Expand those of COPY and ADD, in which quotes mean nothing and the escape is always the backslash."""
        if instruction.name in {"COPY", "ADD"}:
            scope, index = self._stages[instruction.stage], instruction.index
            for heredoc in instruction.heredocs:
                if heredoc.expands:
                    body = Traced.of(heredoc.body)
                    self._expanded(body, lambda name: scope.get(name, index), instruction, heredoc=True)

    def _value(self, instruction: Instruction, text: Traced, told: Instruction | None) -> Value:
        """Expand a text where an instruction stands."""
        written = text.text
        if "$" not in written and self._escape not in written and '"' not in written and "'" not in written:
            return text  # nothing to expand, which is so of most
        scope = self._global if instruction.name == "FROM" or instruction.stage < 0 else self._stages[instruction.stage]
        index = None if instruction.name == "FROM" else instruction.index
        return self._expanded(text, lambda name: scope.get(name, index), told)

    def _expanded(self, text: Traced, lookup: Lookup, told: Instruction | None, *, heredoc: bool = False) -> Value:
        """Expand a text; what is wrong with it is told at the instruction, if there is one."""
        escape = "\\" if heredoc else self._escape
        budget = self._later if told is None else self._budget
        try:
            return expand(text, escape=escape, lookup=lookup, quotes=not heredoc, budget=budget)
        except UnknownValue:
            return Missing.UNKNOWN
        except TooLong:
            message = f"This grows past {MAX_EXPANSION} characters when its variables are expanded; it is not followed."
            self._tell(told, text, message)
        except SubstitutionError as error:
            self._tell(told, text.slice(error.start, len(text)), f"BuildKit refuses this substitution: {error}.")
        return Missing.UNKNOWN

    def _tell(self, instruction: Instruction | None, text: Traced, message: str) -> None:
        """Report a problem once for each instruction."""
        if instruction is None or instruction.index in self._told:
            return
        self._told.add(instruction.index)
        self.problems.append(Problem(text.span or instruction.span, message))


def _known(value: Value) -> Traced | None:
    return value if isinstance(value, Traced) else None


def _expanded_texts(instruction: Instruction) -> Iterator[Traced]:
    """Yield what BuildKit expands of an instruction that declares nothing."""
    if instruction.name in _EXPANDED_WORDS:
        yield from instruction.words
    for flag in instruction.flags:
        if flag.value is not None and flag.name in _EXPANDED_FLAGS and instruction.name in {"ADD", "COPY"}:
            yield flag.value
    for mount in instruction.mounts:
        yield from (value for value in mount.options.values() if value is not None)
