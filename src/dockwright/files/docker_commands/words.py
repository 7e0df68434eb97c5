"""Words of shell commands with their variables filled in, as far as these are known.

Known are variables that were given (`env:`), assigned plainly before, or run through by a loop over plain words. The
runner's own (`$GITHUB_SHA`) are what their contexts are.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import TYPE_CHECKING

from dockwright.files._interpolation import hole
from dockwright.files.value import HOLE, Value, concatenate, spelled
from dockwright.files.workspace import WORKSPACE
from dockwright.shell.nested import unquoted
from dockwright.traced import Traced

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from dockwright.shell import Command, Part, Word

Fill = Callable[[Traced], Traced]
"""Fills in what it can of the holes that the expressions of a workflow have left in its script."""

_WITH_DEFAULT = re.compile(r"\$\{([A-Za-z_]\w*)(:?[-=])([^${}`]*)\}", re.ASCII)
_EXPANDED = re.compile(r"[$`~{]")
_WORKING_DIRECTORY = frozenset({"$(pwd)", "`pwd`", "${PWD}", "$PWD"})
_LONGEST = 20_000


class Variables:
    """Shell variables at a place of a script; a name that is not there is unknown."""

    def __init__(self, values: Mapping[str, Value], fill: Fill) -> None:
        """Take those that are known before the script begins."""
        self.values = dict(values)
        self.fill = fill

    def assign(self, command: Command, *, certain: bool) -> None:
        """Take over what a command assigns; `certain` tells whether it is run for sure."""
        for each in command.assignments:
            plain = certain and not each.appends and not each.value.text.startswith("(")
            value = self.value(each.value) if plain else None
            self.values[each.name] = value if value is not None else self._unknown(each.word)

    def given(self, name: str) -> Value | None:
        """Return an environment variable; one of the runner that is not known is a hole."""
        if name.startswith("GITHUB_") and name not in self.values:
            return Value(Traced.made(HOLE), None)
        return self.values.get(name)

    def _unknown(self, word: Word) -> Value:
        return Value(hole(word.raw), word.raw.span)

    def value(self, word: Word) -> Value:
        """Return a word as one value."""
        written = word.raw.span
        plain = unquoted(word)
        if plain is None or plain.text != "".join([part.text for part in word.parts]):
            known = word.literal is not None
            return Value(spelled(word.text, written) if known else hole(word.raw), written)
        pieces: list[Value] = []
        offset = 0
        for part in word.parts:
            pieces.append(self._part(part, plain.slice(offset, offset + len(part.text))))
            offset += len(part.text)
        found = concatenate(pieces, written)
        return found if len(found.traced) < _LONGEST else Value(hole(word.raw), written)

    def words(self, words: Sequence[Word]) -> Iterator[tuple[Value, bool]]:
        """Yield the words as the command gets them; the truth is whether one stands for an unknown number of words."""
        for word in words:
            value = self.value(word)
            text = value.traced.text
            bare = any(not part.quoted and (not part.known or HOLE in part.text) for part in word.parts)
            if bare and (not text or any(character.isspace() for character in text)):
                for piece in value.split(" "):
                    for line in piece.split("\n"):
                        yield line, line.unknown
            else:
                several = any(not part.known and "[@]" in part.text for part in word.parts)
                yield value, (bare and text == HOLE) or several

    def _part(self, part: Part, written: Traced) -> Value:
        place = written.span
        if part.known:
            return Value(self.fill(written) if HOLE in part.text else written, place)
        if part.text in _WORKING_DIRECTORY:
            return Value(spelled(".", place), place)
        if part.variable is not None:
            return self._variable(part.variable, written)
        if not _EXPANDED.search(part.text):
            return Value(written, place)  # a glob that no file's name matches stays as it is
        return self._with_default(part, written)

    def _with_default(self, part: Part, written: Traced) -> Value:
        """Return what `${NAME:-default}` gives; the default only where the variable is known to be empty."""
        place = written.span
        default = _WITH_DEFAULT.fullmatch(part.text)
        if default is not None and default[1] not in self.values and not default[1].startswith("GITHUB_"):
            return Value(hole(written), place)
        if default is not None:
            found = self._variable(default[1], written)
            if found.text == "" and default[2].startswith(":"):
                return Value(written.slice(*default.span(3)), place)
            return found
        return Value(hole(written), place)

    def _variable(self, name: str, written: Traced) -> Value:
        if name == "GITHUB_WORKSPACE":
            return Value(spelled(WORKSPACE, written.span), written.span)
        found = self.values.get(name)
        if found is None:
            return Value(hole(written), written.span)
        if found.traced.spans == (None,):
            return Value(spelled(found.traced.text, written.span), written.span)
        return Value(found.traced, written.span)
