"""What a shell script says, with the exact place of every word.

The words are those of the POSIX shell grammar. All offsets count in `source`, the text of the script that a thing
stands in: usually the whole script, but the inner text for a script within a script (`sh -c '...'`).
"""

from __future__ import annotations

from enum import IntFlag
from typing import TYPE_CHECKING, Literal

from msgspec import Struct

if TYPE_CHECKING:
    from collections.abc import Mapping

    from dockwright.shell.interpreter import Shell
    from dockwright.source import Span
    from dockwright.traced import Traced

Operator = Literal["", "&&", "||", ";", "&", "|", "|&"]
"""What joins two commands; a line end and `;;` count as `;`, nothing at all is empty."""


class Context(IntFlag):
    """What a command stands in; several may hold.

    `BRANCH` is a part that an `if`, `elif`, `else` or `case` chooses, `CONDITION` what `if`, `elif`, `while` and
    `until` ask, `SUBSTITUTION` any of `$(...)`, backquotes and `<(...)`, `NESTED` a script within the script
    (`sh -c '...'`, `bash <<EOF`).
    """

    NONE = 0
    SUBSHELL = 1
    SUBSTITUTION = 2
    CONDITION = 4
    BRANCH = 8
    LOOP = 16
    FUNCTION = 32
    NESTED = 64


class Part(Struct, frozen=True, gc=False):
    """A piece of a word.

    Attributes:
        text: its value with quotes and escapes removed; an expansion or a glob as it is written.
        known: whether `text` is what the command will get.
        quoted: whether it stands in quotes: an unquoted expansion may become several words, or none.
        variable: the name in `$NAME` or `${NAME}`; None for text and for every other expansion.
    """

    text: str
    known: bool = True
    quoted: bool = False
    variable: str | None = None


class Word(Struct, frozen=True, gc=False):
    """A word of a command.

    Attributes:
        source: the text that it stands in.
        start: where it begins in that text.
        end: where it ends.
        text: its value with quotes and escapes removed; expansions and globs as they are written.
        literal: `text` if that is exactly what the command will get; None if it holds an expansion (also `~` and
            `{a,b}`) or a glob, so that it can't be known.
        parts: its pieces in order.
    """

    source: Traced
    start: int
    end: int
    text: str
    literal: str | None
    parts: tuple[Part, ...]

    def __repr__(self) -> str:
        """Show the word as it is written."""
        return f"Word({self.source.text[self.start : self.end]!r})"

    @property
    def raw(self) -> Traced:
        """The word as it is written, quotes and all (without the escaped line ends that the Dockerfile joined)."""
        return self.source.slice(self.start, self.end)

    @property
    def span(self) -> Span:
        """Where it is written; only for words of a file."""
        return _span(self.source, self.start, self.end)

    def resolve(self, variables: Mapping[str, str]) -> str | None:
        """Return the value with these variables filled in, whole (unquoted values are not split into words).

        None if any part remains unknown.
        """
        values = [part.text if part.known else variables.get(part.variable or "") for part in self.parts]
        return None if None in values else "".join(value for value in values if value is not None)


class Assignment(Struct, frozen=True, gc=False):
    """A `NAME=value` before a command, alone, or in the arguments of `export`, `env`, ...

    `word` is all of it, `value` what follows the `=`; `appends` marks `NAME+=value`.
    """

    name: str
    word: Word
    value: Word
    appends: bool = False


class Redirection(Struct, frozen=True, gc=False):
    """A redirection.

    Attributes:
        operator: `>`, `>>`, `<`, `>&`, `<<`, `<<-`, `<<<`, `&>`, ...
        descriptor: the number before it, if any.
        target: the word after it: a file, a descriptor (`1` in `2>&1`), a here-document's delimiter. None in `>&-`.
        body: the here-document's lines, without the line that ends it; None for anything else.
        expands: whether expansions in the body are made (the delimiter is unquoted).
    """

    operator: str
    descriptor: str | None
    target: Word | None
    body: Traced | None = None
    expands: bool = False


class Command(Struct, frozen=True, gc=False):
    """A simple command, `[ ... ]`, `[[ ... ]]`, or assignments alone.

    Attributes:
        source: the text that it stands in.
        start: where it begins in that text.
        end: where it ends.
        name: the command that is run, without its directory, looked up behind `sudo`, `env`, ... (see
            `dockwright.shell.wrappers`); None if it can't be known or there is none.
        wrappers: the names of the commands that stand before it, such as `sudo`.
        words: all words, as written, wrappers included.
        arguments: the words after the one that gives `name`.
        assignments: those before the command, and those of `env` and `export`-like commands.
        redirections: its own, not those of a group that it stands in.
        context: what it stands in.
        before: what joins it to the command before it (for the first in a group: what stands before the group).
        after: what joins it to the command after it.
        pipeline: the index in `Script.pipelines` of the innermost pipeline that it is a part of.
        negated: whether `!` inverts its status or its pipeline's.
        options: what `set` or the shell's own flags have turned on where it runs, in long names (`errexit`).
    """

    source: Traced
    start: int
    end: int
    name: str | None
    wrappers: tuple[str, ...] = ()
    words: tuple[Word, ...] = ()
    arguments: tuple[Word, ...] = ()
    assignments: tuple[Assignment, ...] = ()
    redirections: tuple[Redirection, ...] = ()
    context: Context = Context.NONE
    before: Operator = ""
    after: Operator = ""
    pipeline: int | None = None
    negated: bool = False
    options: frozenset[str] = frozenset()

    def __repr__(self) -> str:
        """Show the command as it is written."""
        return f"Command({self.source.text[self.start : self.end]!r})"

    @property
    def raw(self) -> Traced:
        """The command as it is written."""
        return self.source.slice(self.start, self.end)

    @property
    def span(self) -> Span:
        """Where it is written; only for commands of a file."""
        return _span(self.source, self.start, self.end)

    @property
    def in_subshell(self) -> bool:
        """Whether it stands in `( ... )`, so that a `cd` in it ends there."""
        return bool(self.context & Context.SUBSHELL)

    @property
    def in_condition(self) -> bool:
        """Whether an `if`, `elif`, `while` or `until` asks it: its failure ends nothing."""
        return bool(self.context & Context.CONDITION)


class Pipeline(Struct, frozen=True, gc=False):
    """Two or more commands joined by `|` or `|&`.

    Attributes:
        source: the text that it stands in.
        start: where it begins in that text.
        end: where it ends.
        elements: the commands of each element: one, or all of a group or loop (substitutions left out).
        bars: where each `|` begins in `source`.
        context: what it stands in.
        negated: whether it begins with `!`.
        options: what is turned on where it runs; `pipefail` is what a rule will look for.
    """

    source: Traced
    start: int
    end: int
    elements: tuple[tuple[Command, ...], ...]
    bars: tuple[int, ...]
    context: Context
    negated: bool
    options: frozenset[str]

    @property
    def span(self) -> Span:
        """Where it is written; only for pipelines of a file."""
        return _span(self.source, self.start, self.end)


class Script(Struct, frozen=True, gc=False):
    """A script.

    Attributes:
        text: its text, with places.
        shell: what runs it. Only the dialects of the Bourne shell are read; others have no commands.
        commands: all commands anywhere in it, in order, also those in substitutions, functions and nested scripts.
        pipelines: all pipelines of two or more elements, in the order of their ends.
        error: whether some of it could not be understood (or is cut off as too long), so that commands may be missing.
    """

    text: Traced
    shell: Shell
    commands: tuple[Command, ...] = ()
    pipelines: tuple[Pipeline, ...] = ()
    error: bool = False


def _span(source: Traced, start: int, end: int) -> Span:
    part = source.slice(start, end)
    if part.span is not None:
        return part.span
    # Of a folded scalar of YAML with expressions in it, several pieces have all of it for their place.
    places = [place for place in part.spans if place is not None]
    assert places, "the text of a file has a place"  # noqa: S101
    return places[0].source.span(min(place.start for place in places), max(place.end for place in places))
