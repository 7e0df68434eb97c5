"""Shell text to commands: `parse_script`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dockwright.shell._grammar import parse
from dockwright.shell._plain import read_plain
from dockwright.shell._scopes import Assembly, CommandDraft, PipelineDraft
from dockwright.shell._walk import Walk
from dockwright.shell._words import assignment, joined
from dockwright.shell.interpreter import SH, Dialect, Shell
from dockwright.shell.model import Command, Context, Operator, Part, Pipeline, Script, Word
from dockwright.shell.nested import nested_script
from dockwright.shell.wrappers import base_name, target

if TYPE_CHECKING:
    from collections.abc import Sequence

    from dockwright.traced import Traced

_DEEPEST = 4
"""How many scripts may stand in each other (`sh -c "bash -c 'su -c ...'"`); each level reads the text again."""
_SEPARATORS: dict[str, Operator] = {"\n": ";", ";": ";", "&&": "&&", "||": "||", "|": "|", "|&": "|&"}


def parse_script(text: Traced, shell: Shell = SH) -> Script:
    """Read a script. Never raises, whatever the text; takes time in proportion to its length.

    Only the first 1,048,576 characters are read, and a long text in which errors pile up is given up: `Script.error`
    is true then, as it is whenever tree-sitter did not understand something.
    """
    reading = _Reading()
    if shell.dialect.bourne:
        reading.read(text, shell.options, Context.NONE, _DEEPEST)
    return Script(text, shell, tuple(reading.commands), tuple(reading.pipelines), reading.error)


def parse_exec(text: Traced, words: Sequence[Traced]) -> Script:
    """Read a command that no shell reads, given by its words: `["bash", "-euo", "pipefail", "-c", "..."]`.

    A shell with `-c` gives the script that it is handed, as if the shell read it by itself. Any other command stands
    alone, or before the script that it runs through a shell (`["tini", "--", "sh", "-c", "..."]`).
    """
    draft = CommandDraft(0, 0, 0, "", frozenset())
    draft.end = len(text)
    draft.words = [Word(one, 0, len(one), one.text, one.text, (Part(one.text, quoted=True),)) for one in words]
    command = _command(text, draft)
    nested = nested_script(command)
    if nested is None or command.wrappers:
        return _exec_script(text, command)
    return parse_script(nested.text, nested.shell)


def _exec_script(text: Traced, command: Command) -> Script:
    reading = _Reading()
    reading.add(command, _DEEPEST)
    shell = Shell(command.name or "", Dialect.EXEC)
    return Script(text, shell, tuple(reading.commands), tuple(reading.pipelines), reading.error)


class _Reading:
    """The commands and pipelines found so far, in a script and the scripts within it."""

    def __init__(self) -> None:
        self.commands: list[Command] = []
        self.pipelines: list[Pipeline] = []
        self.error = False

    def read(
        self, text: Traced, options: frozenset[str], context: Context, deeper: int, *, substitutions: bool = True
    ) -> None:
        """Read a text; without `substitutions`, what stands in `$(...)` is left out, as it was found already."""
        assembly = self._assemble(text, options, context)
        if not assembly.pipelines and substitutions:
            for each in assembly.commands:
                self.add(_command(text, each), deeper)
            return
        drafts = [draft for draft in assembly.commands if substitutions or not draft.level]
        pipelines = [draft for draft in assembly.pipelines if substitutions or not draft.level]
        elements = [_elements(assembly, draft, number) for number, draft in enumerate(pipelines, len(self.pipelines))]
        built = {id(draft): _command(text, draft) for draft in drafts}
        for draft, members in zip(pipelines, elements, strict=True):
            self.pipelines.append(_pipeline(text, draft, [[built[id(one)] for one in part] for part in members]))
        for command in built.values():
            self.add(command, deeper)

    def add(self, command: Command, deeper: int) -> None:
        """Add a command, and the script that it hands to a shell."""
        self.commands.append(command)
        nested = nested_script(command) if deeper else None
        if nested is not None:
            inner = command.context | Context.NESTED
            self.read(nested.text, nested.shell.options, inner, deeper - 1, substitutions=nested.substitutions)

    def _assemble(self, text: Traced, options: frozenset[str], context: Context) -> Assembly:
        assembly = Assembly(text, context, options)
        if read_plain(text, assembly):
            assembly.finish()
        else:
            self._walk(text, assembly)
        return assembly

    def _walk(self, text: Traced, assembly: Assembly) -> None:
        walk = Walk(text, assembly)
        end = 0
        for piece in parse(text.text):
            self.error = self.error or piece.tree.root_node.has_error
            walk.read(piece)
            end = piece.end + len(piece.separator)
            if piece.separator:
                assembly.separator(_SEPARATORS[piece.separator], piece.end)
        self.error = self.error or end < len(text)
        assembly.finish()


def _elements(assembly: Assembly, pipeline: PipelineDraft, number: int) -> list[list[CommandDraft]]:
    """Return the commands of each element, and tell them the pipeline's number unless an inner one has done so."""
    elements = []
    for start, end in pipeline.elements:
        members = [draft for draft in assembly.commands[start:end] if draft.level == pipeline.level]
        for draft in members:
            if draft.pipeline is None:
                draft.pipeline = number
        elements.append(members)
    return elements


def _pipeline(text: Traced, draft: PipelineDraft, elements: list[list[Command]]) -> Pipeline:
    return Pipeline(
        text,
        draft.start,
        draft.end,
        tuple([tuple(element) for element in elements]),
        draft.bars,
        Context(draft.context),
        draft.negated,
        draft.options,
    )


def _command(text: Traced, draft: CommandDraft) -> Command:
    words = tuple(joined(draft.words) if draft.adjacent else draft.words)
    found = target(words)
    name = None if found.index is None else base_name(words[found.index].literal or "")
    behind = [assignment(words[index]) for index in found.assignments]
    return Command(
        text,
        draft.start,
        draft.end,
        name or None,
        found.wrappers,
        words,
        () if found.index is None else words[found.index + 1 :],
        (*draft.assignments, *[one for one in behind if one is not None]),
        tuple([redirection.finish(text) for redirection in draft.redirections]),
        Context(draft.context),
        draft.before,
        draft.after,
        draft.pipeline,
        draft.negated,
        draft.options,
    )
