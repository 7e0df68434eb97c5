"""Commands and pipelines, put together from words and operators in the order of the text.

tree-sitter-bash nests lists, pipelines and redirections in ways that shells do not (`| x` and `&& y` after a `<<EOF`
stand inside the redirection; the line end after a pipeline is lost, tree-sitter-bash#347). Only its words, quotes,
expansions and compound commands are taken from the tree; what follows from the operators is found here.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from dockwright.shell.interpreter import set_options
from dockwright.shell.model import Assignment, Context, Operator, Redirection, Word

if TYPE_CHECKING:
    from dockwright.traced import Traced

PIPES = ("|", "|&")


class RedirectionDraft:
    """A redirection that is being read."""

    __slots__ = ("body_end", "body_start", "command", "descriptor", "expands", "operator", "target")

    def __init__(self, command: CommandDraft | None) -> None:
        """Begin a redirection of a command; of a group, if None."""
        self.command = command
        self.operator = ""
        self.descriptor: str | None = None
        self.target: Word | None = None
        self.body_start = self.body_end = -1
        self.expands = False

    def finish(self, source: Traced) -> Redirection:
        """Make the value."""
        body = None if self.body_start < 0 else source.slice(self.body_start, max(self.body_start, self.body_end))
        return Redirection(self.operator, self.descriptor, self.target, body, self.expands)


class CommandDraft:
    """A command that is being read.

    `level` counts the substitutions that it stands in; `adjacent` tells that some words touch and may be one.
    """

    __slots__ = (
        "adjacent",
        "after",
        "assignments",
        "before",
        "context",
        "end",
        "level",
        "negated",
        "options",
        "pipeline",
        "redirections",
        "start",
        "words",
    )

    def __init__(self, start: int, context: int, level: int, before: Operator, options: frozenset[str]) -> None:
        """Begin a command without words."""
        self.start = self.end = start
        self.context = context
        self.level = level
        self.before = before
        self.after: Operator = ""
        self.options = options
        self.words: list[Word] = []
        self.assignments: list[Assignment] = []
        self.redirections: list[RedirectionDraft] = []
        self.pipeline: int | None = None
        self.negated = self.adjacent = False


class PipelineDraft:
    """A pipeline that has been read: `elements` are ranges of commands, `bars` the places of its `|`."""

    __slots__ = ("bars", "context", "elements", "end", "level", "negated", "options", "start")

    def __init__(self, scope: Scope, elements: list[tuple[int, int]]) -> None:
        """Take what the scope has gathered."""
        self.start = scope.pipeline_start
        self.end = scope.end
        self.elements = elements
        self.bars = tuple(scope.bars[: len(elements) - 1])
        self.context = scope.context
        self.level = scope.level
        self.negated = scope.negated
        self.options = scope.pipeline_options


class Scope:
    """A list of commands that is being read: the script, a group, a branch, a substitution.

    Attributes:
        base: the context around it; `context` that of the part which is being read.
        level: how many substitutions it stands in.
        inherited: the operator before the whole, for its first command.
        pending: the operator that was read last; None if a command has followed it.
        fresh: whether no command has been read in this part.
        command: the simple command that is being read.
        group_end: where a group ends whose redirections may follow; -1 otherwise.
        last: the last command of this level.
        end: where the last command or group ends.
        elements: the index at which the commands of each element of the pipeline begin.
        in_test: whether `command` is `[ ... ]`, whose operators are words.
    """

    __slots__ = (
        "bars",
        "base",
        "command",
        "context",
        "elements",
        "end",
        "fresh",
        "group_end",
        "in_test",
        "inherited",
        "last",
        "level",
        "negated",
        "options_outside",
        "pending",
        "pipeline_options",
        "pipeline_start",
    )

    def __init__(self, base: int, context: int, level: int, inherited: Operator, options: frozenset[str]) -> None:
        """Begin a list."""
        self.base = base
        self.context = base | context
        self.level = level
        self.inherited = inherited
        self.options_outside = options
        self.pending: Operator | None = None
        self.fresh = True
        self.command: CommandDraft | None = None
        self.group_end = self.end = -1
        self.last: CommandDraft | None = None
        self.in_test = False
        self.negated = False
        self.pipeline_start = -1
        self.pipeline_options = options
        self.elements: list[int] = []
        self.bars: list[int] = []


class Assembly:
    """All commands and pipelines of one text."""

    def __init__(self, source: Traced, context: Context, options: frozenset[str]) -> None:
        """Begin with the script itself as the only scope."""
        self.source = source
        self.text = source.text
        self.options = options
        self.commands: list[CommandDraft] = []
        self.pipelines: list[PipelineDraft] = []
        self.scope = Scope(int(context), 0, 0, "", options)
        self._outer: list[Scope] = []

    def open_scope(self, start: int, context: int, *, substitution: bool = False) -> None:
        """Begin a group at an offset, as an element of its own; or a substitution, inside whatever is being read."""
        outer = self.scope
        before: Operator = "" if substitution else self._begin_element(start)
        self._outer.append(outer)
        self.scope = Scope(outer.context, context, outer.level + substitution, before, self.options)

    def close_scope(self, end: int, *, substitution: bool = False, keeps_options: bool = True) -> None:
        """End a group or a substitution; in a subshell, changed options end with it."""
        inner = self.scope
        self._end_pipeline()
        self.scope = outer = self._outer.pop()
        if substitution:
            self.options = inner.options_outside
            return
        if not keeps_options:
            self.options = inner.options_outside
        outer.last = inner.last or outer.last
        outer.group_end = outer.end = end

    def part(self, context: int) -> None:
        """Begin the next part of a compound command: what follows `then`, `else`, `do`, or a `case` pattern."""
        scope = self.scope
        self._end_pipeline()
        scope.context = scope.base | context
        scope.fresh = True
        scope.pending = None
        scope.inherited = ""

    def separator(self, operator: Operator, start: int) -> None:
        """Take an operator between commands."""
        scope = self.scope
        if scope.last is not None:
            scope.last.after = operator
        scope.pending = operator
        if operator in PIPES:
            self._end_command()
            if len(scope.bars) < len(scope.elements):
                scope.bars.append(start)
        else:
            self._end_pipeline()

    def negate(self, start: int) -> None:
        """Take a `!` before a pipeline."""
        if self.scope.pending is None and not self.scope.fresh:
            self.separator(";", start)
        self.scope.negated = True

    def command_at(self, start: int) -> CommandDraft:
        """Return the command that a word at an offset belongs to; begins one if none is being read."""
        scope = self.scope
        if scope.command is not None:
            if not self._line_ends(scope.command.end, start):
                return scope.command
            self.separator(";", start)
        before = self._begin_element(start)
        command = CommandDraft(start, scope.context, scope.level, before, self.options)
        command.negated = scope.negated
        self.commands.append(command)
        scope.command = scope.last = command
        return command

    def redirected_group(self, start: int) -> bool:
        """Whether a redirection at an offset belongs to the group before it."""
        scope = self.scope
        return scope.command is None and scope.group_end >= 0 and not self._line_ends(scope.group_end, start)

    def finish(self) -> None:
        """End the script."""
        while self._outer:
            self.close_scope(len(self.text))
        self._end_pipeline()

    def _begin_element(self, start: int) -> Operator:
        """Begin an element of a pipeline; return the operator before it."""
        scope = self.scope
        self._end_command()
        if scope.pending is None and not scope.fresh:
            self.separator(";", start)
        operator: Operator = scope.inherited if scope.pending is None else scope.pending
        scope.fresh = False
        scope.pending = None
        scope.group_end = -1
        if not scope.elements:
            scope.pipeline_start = start
            scope.pipeline_options = self.options
        scope.elements.append(len(self.commands))
        return operator

    def _end_command(self) -> None:
        scope = self.scope
        command, scope.command = scope.command, None
        scope.in_test = False
        scope.group_end = -1
        if command is None:
            return
        scope.end = command.end
        if command.words and command.words[0].literal == "set":
            self.options = set_options(self.options, [word.literal for word in command.words[1:]])

    def _end_pipeline(self) -> None:
        self._end_command()
        scope = self.scope
        if scope.bars and len(scope.elements) > 1:
            ends = [*scope.elements[1:], len(self.commands)]
            elements = list(zip(scope.elements, ends, strict=True))
            self.pipelines.append(PipelineDraft(scope, elements))
        scope.elements = []
        scope.bars = []
        scope.negated = False

    def _line_ends(self, start: int, end: int) -> bool:
        """Whether a line end that is not escaped stands between two offsets."""
        found = self.text.find("\n", start, end)
        while found >= 0 and self.text[found - 1 : found] == "\\":
            found = self.text.find("\n", found + 1, end)
        return found >= 0
