"""The shell scripts of a Dockerfile: what text an instruction hands to which shell.

`RUN`, `CMD`, `ENTRYPOINT` and `HEALTHCHECK CMD` have one each. In shell form it is the text after the flags, run by the
stage's SHELL; here-documents follow BuildKit (dockerfile2llb/convert.go, dispatchRun): a `RUN <<EOF` alone runs its
body, by the interpreter of a `#!` line if there is one; with anything beside it, the shell gets the line and the
here-documents after it, so that `RUN python3 <<EOF` is one command with a here-document.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from typing import TYPE_CHECKING

from dockwright.shell import (
    CMD,
    SH,
    Command,
    Dialect,
    Script,
    Shell,
    invocation,
    is_bourne,
    parse_exec,
    parse_script,
    program_name,
)
from dockwright.source import Span
from dockwright.traced import EMPTY, Traced

if TYPE_CHECKING:
    from dockwright.dockerfile.model import Dockerfile, Heredoc, Instruction, Stage

_RUNS = frozenset({"RUN", "CMD", "ENTRYPOINT"})
_WINDOWS = re.compile(r"servercore|nanoserver|^mcr\.microsoft\.com/windows\b", re.IGNORECASE)
_TOLD = r"(?i)#\s*+(?:dockwright|hadolint|tally)\s++shell\s*+=\s*+(\S++)"
MOST_TEXT = 262_144
"""Characters of scripts that are read of one file; real files have a tenth of it, nonsense takes 50 µs a character."""

_LEADING_TABS = re.compile(r"^\t+", re.MULTILINE)


def script_of(dockerfile: Dockerfile, instruction: Instruction) -> Script:
    """Return the script of an instruction, or of the one inside its ONBUILD or HEALTHCHECK; parsed once.

    An instruction that runs nothing has an empty script.
    """
    return _scripts(dockerfile).of(instruction)


def commands_of(dockerfile: Dockerfile, instruction: Instruction) -> tuple[Command, ...]:
    """Return all commands of an instruction's script (see `script_of`)."""
    return script_of(dockerfile, instruction).commands


def shell_of(dockerfile: Dockerfile, instruction: Instruction) -> Shell:
    """Return the shell that runs the shell form of an instruction at its place in the file."""
    return _scripts(dockerfile).shell(instruction)


class _Scripts:
    """The scripts of one Dockerfile that were asked for so far, and the shells of its stages."""

    def __init__(self, dockerfile: Dockerfile) -> None:
        self._scripts: dict[int, Script] = {}
        self._left = MOST_TEXT
        self._shells = _shells(dockerfile)

    def of(self, instruction: Instruction) -> Script:
        """Return an instruction's script."""
        found = self._scripts.get(instruction.index)
        if found is None:
            found = self._scripts[instruction.index] = self._read(_innermost(instruction), self.shell(instruction))
        return found

    def _read(self, instruction: Instruction, shell: Shell) -> Script:
        self._left -= len(instruction.arguments) + sum(len(heredoc.body.text) for heredoc in instruction.heredocs)
        return Script(EMPTY, shell, error=True) if self._left < 0 else _script(instruction, shell)

    def shell(self, instruction: Instruction) -> Shell:
        """Return the shell at an instruction."""
        return self._shells.get(instruction.index, SH)


def _scripts(dockerfile: Dockerfile) -> _Scripts:
    found = dockerfile.cache.get(_Scripts)
    if not isinstance(found, _Scripts):
        found = dockerfile.cache[_Scripts] = _Scripts(dockerfile)
    return found


def _innermost(instruction: Instruction) -> Instruction:
    while instruction.trigger is not None:
        instruction = instruction.trigger
    return instruction


def _shells(dockerfile: Dockerfile) -> dict[int, Shell]:
    """Return the shell at each instruction's index.

    SHELL holds from there on, in stages built on its stage too; an image's own SHELL can't be known from the file,
    but a comment may tell it: `# dockwright shell=bash` (hadolint's, tally's) for the rest of the stage, above the
    first FROM for all stages. What waits in an ONBUILD runs with the last one of its stage.
    """
    found: dict[int, Shell] = {}
    last: list[Shell] = []
    told = _told(dockerfile)
    everywhere = told.get(dockerfile.stages[0].start.index) if dockerfile.stages else None
    for stage in dockerfile.stages:
        shell = (everywhere or _default(dockerfile, stage)) if stage.parent is None else last[stage.parent]
        shell = told.get(stage.start.index, shell)
        for instruction in stage.instructions:
            shell = told.get(instruction.index, shell)
            if instruction.name == "SHELL" and instruction.exec_form:
                shell = _named(instruction) or shell
            found[instruction.index] = shell
        found.update((one.index, shell) for one in stage.instructions if one.name == "ONBUILD")
        last.append(shell)
    return found


def _told(dockerfile: Dockerfile) -> dict[int, Shell]:
    """Return the shells that comments tell, by the index of the instruction below; an ARG above FROM counts to it."""
    if "shell" not in dockerfile.source.text:
        return {}
    found: dict[int, Shell] = {}
    starts = [instruction.span.start for instruction in dockerfile.body]
    first = sum(instruction.stage < 0 for instruction in dockerfile.body)
    for comment in dockerfile.comments:
        match = None if comment.inside else re.match(_TOLD, comment.span.text)
        call = None if match is None else invocation([match[1]])
        below = max(bisect_right(starts, comment.span.start), first)
        if call is not None and below < len(starts):
            found[dockerfile.body[below].index] = call.shell
    return found


def _named(instruction: Instruction) -> Shell | None:
    """Return the shell that a SHELL names, also behind a program that starts it (`conda run -n env bash -c`)."""
    words = [word.text for word in instruction.words]
    first = next((index for index, word in enumerate(words) if is_bourne(program_name(word))), 0)
    call = invocation(words[first:])
    return None if call is None else call.shell


def _default(dockerfile: Dockerfile, stage: Stage) -> Shell:
    """Return what runs shell form without SHELL: `cmd` on Windows (told by name, platform or `# escape=`)."""
    names = [stage.start.arguments.text, "" if stage.base is None else stage.base.text]
    platform = stage.start.flag("platform")
    windows = (
        dockerfile.escape == "`"
        or any(_WINDOWS.search(name) for name in names)
        or (platform is not None and platform.value is not None and platform.value.text.startswith("windows"))
    )
    return CMD if windows else SH


def _script(instruction: Instruction, shell: Shell) -> Script:
    if instruction.name not in _RUNS:
        return Script(EMPTY, shell)
    if instruction.exec_form:
        return parse_exec(instruction.arguments, instruction.words)
    if not instruction.heredocs:
        return parse_script(instruction.arguments, shell)
    first = instruction.heredocs[0]
    if instruction.arguments.text.strip() == first.word.text:
        return _body_script(first, shell)
    return parse_script(_with_heredocs(instruction), shell)


def _body_script(heredoc: Heredoc, shell: Shell) -> Script:
    """Read the body of a lone here-document: the shell's script, or by its first line another interpreter's."""
    text = _body(heredoc)
    if not text.text.startswith("#!") or shell.dialect is Dialect.CMD:
        return parse_script(text, shell)
    call = invocation(text.text[2:].partition("\n")[0].split())
    return parse_script(text, shell if call is None else call.shell)


def _body(heredoc: Heredoc) -> Traced:
    """Return a body as it is read: without the leading tabs of each line after `<<-`."""
    whole = Traced.of(heredoc.body)
    if not heredoc.strips_tabs or "\t" not in whole.text:
        return whole
    parts: list[Traced] = []
    start = 0
    for tabs in _LEADING_TABS.finditer(whole.text):
        parts.append(whole.slice(start, tabs.start()))
        start = tabs.end()
    return Traced.join([*parts, whole.slice(start, len(whole))])


def _with_heredocs(instruction: Instruction) -> Traced:
    """Return the line with its here-documents after it, as BuildKit gives them to the shell."""
    parts = [instruction.arguments]
    for heredoc in instruction.heredocs:
        body = heredoc.body
        before = Span(body.source, max(0, body.start - 1), body.start)
        parts += (Traced.of(before), Traced.of(body), Traced.of(heredoc.terminator))
    return Traced.join(parts)
