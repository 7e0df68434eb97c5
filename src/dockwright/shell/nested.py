"""Scripts within scripts: `sh -c '...'`, `su -c '...'`, `bash <<EOF`."""

from __future__ import annotations

import re
from itertools import pairwise
from typing import TYPE_CHECKING

from msgspec import Struct

from dockwright.shell.interpreter import SH, Shell, invocation, is_bourne
from dockwright.traced import Traced

if TYPE_CHECKING:
    from dockwright.shell.model import Command, Word

_USER_SWITCHES = frozenset({"su", "runuser"})
# Text, not compiled patterns: few files need them.
_QUOTED = r"""(?s)'([^']*)'|"([^"\\]*(?:\\.[^"\\]*)*)"|\\(?:\n|(.))|([^'"\\]+)"""
_ESCAPE_IN_QUOTES = r'\\([\n"\\$`])'


class NestedScript(Struct, frozen=True, gc=False):
    """A script that a command hands to a shell.

    Attributes:
        text: the script; quotes and escapes around it are gone, expansions stay as they are written, which is near
            enough to find the commands.
        shell: what reads it.
        substitutions: whether the `$(...)` in it belong to it, not to the script around it, which makes them first.
    """

    text: Traced
    shell: Shell
    substitutions: bool


def nested_script(command: Command) -> NestedScript | None:
    """Return the script that a command hands to a shell; None if there is none, or it is in no one place."""
    if command.name is None:
        return None
    if command.name in _USER_SWITCHES:
        return _after_dash_c(command)
    if not is_bourne(command.name):
        return None
    call = invocation([command.name, *[word.literal for word in command.arguments]])
    if call is not None and call.command is not None:
        return _of_word(command.arguments[call.command - 1], call.shell)
    return None if call is None or not call.stdin else _of_heredoc(command, call.shell)


def _after_dash_c(command: Command) -> NestedScript | None:
    for flag, word in pairwise(command.arguments):
        if flag.literal in ("-c", "-lc", "--command"):
            return _of_word(word, SH)
    return None


def _of_heredoc(command: Command, shell: Shell) -> NestedScript | None:
    for redirection in reversed(command.redirections):
        if redirection.body is not None:
            return NestedScript(redirection.body, shell, not redirection.expands)
    return None


def _of_word(word: Word, shell: Shell) -> NestedScript | None:
    text = unquoted(word)
    if text is None:
        return None
    own = all(part.known or part.text[:1] not in ("$", "`") or part.variable for part in word.parts)
    return NestedScript(text, shell, own)


def unquoted(word: Word) -> Traced | None:
    """Return a word's value as pieces of the text; None if its quotes do not pair up."""
    raw = word.source.text
    if word.literal == raw[word.start : word.end]:
        return word.raw
    pieces: list[Traced] = []
    offset = word.start
    quoted = re.compile(_QUOTED)
    while offset < word.end:
        match = quoted.match(raw, offset, word.end)
        if match is None:
            return None
        offset = match.end()
        if match[2] is not None:
            pieces += _pieces_in_quotes(word.source, *match.span(2))
        elif match.lastindex is not None:
            pieces.append(word.source.slice(*match.span(match.lastindex)))
    return Traced.join(pieces)


def _pieces_in_quotes(source: Traced, start: int, end: int) -> list[Traced]:
    """Cut out the backslashes that double quotes take away, and the line ends that they take along."""
    pieces: list[Traced] = []
    for escape in re.compile(_ESCAPE_IN_QUOTES).finditer(source.text, start, end):
        pieces.append(source.slice(start, escape.start()))
        start = escape.end() if escape[1] == "\n" else escape.start(1)
    pieces.append(source.slice(start, end))
    return pieces
