"""Scripts that one expression can read: simple commands of plain words, joined by `&&`, `||`, `|` and `;`.

Most of what Dockerfiles run is no more than that, and building a syntax tree of it takes more than twice as long as
cutting it up here. Whatever could mean more (line ends, groups, substitutions, keywords, escapes, comments) is left to
the grammar, and so is what the grammar takes otherwise than a shell. A test compares both. What is read here is right
where the grammar errs: it loses the second `$X` of a word (`$A/b-$A`) and a `-` before a redirection.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from dockwright.shell._scopes import RedirectionDraft
from dockwright.shell._words import WordDraft, assignment
from dockwright.shell.model import Part, Word
from dockwright.shell.wrappers import ASSIGNMENT

if TYPE_CHECKING:
    from collections.abc import Iterable

    from dockwright.shell._scopes import Assembly, CommandDraft
    from dockwright.shell.model import Operator
    from dockwright.traced import Traced

LONGEST = 1 << 16
"""A longer text is for the grammar, which has its own bounds."""

_NAME = r"\$(?:[A-Za-z_]\w*+|\{[A-Za-z_]\w*+\})"
_BARE = r"[\w./:@%+,=*-]"
_WORD = rf"""(?:{_BARE}++|'[^'\n]*+'|"(?:[^"\\$`\n!]|\\[^\n]|{_NAME})*+"|{_NAME})++"""
_TOKEN = re.compile(
    rf"""[ \t]*+(?:(?P<operator>&&|\|\||\||;)(?![;&|])
    |(?:(?<=[ \t])(?P<descriptor>[012])?+(?P<redirect>>>|>&|>)[ \t]*+)?+
    (?!=)(?:(?P<bare>{_BARE}++)(?!["'$])|(?P<word>{_WORD})))(?=[ \t;&|>]|\Z)""",
    re.ASCII | re.VERBOSE,
)
_PIECE = re.compile(rf"""'[^']*'|"(?:[^"\\]|\\.)*+"|{_NAME}""", re.ASCII)
_VARIABLE = re.compile(rf"\\.|({_NAME})", re.ASCII)
_PROGRAM = re.compile(r"[\w./][\w./-]*+", re.ASCII)
_BLANKS = re.compile(r"[ \t]*\Z")

_OPERATORS: dict[str, Operator] = {"&&": "&&", "||": "||", "|": "|", ";": ";"}
_RESERVED = frozenset(
    "if then else elif fi for while until do done case esac in function select time coproc declare typeset "
    "readonly local unset unsetenv".split()
)
"""What the grammar reads in another way than the name of a program."""


def read_plain(source: Traced, assembly: Assembly) -> bool:
    """Read a text into an assembly; False, with nothing read, if the grammar is needed."""
    tokens = _tokens(source.text)
    if tokens is None:
        return False
    _Reader(source, assembly).read(tokens)
    return True


def _tokens(text: str) -> list[re.Match[str]] | None:
    """Cut a text into words and operators; None if something is neither, or a command begins with a reserved word."""
    if len(text) > LONGEST:
        return None
    found: list[re.Match[str]] = []
    offset = 0
    first = True
    name = ""  # before it a command has assignments only, as far as the grammar takes them
    while match := _TOKEN.match(text, offset):
        offset = match.end()
        if match.lastgroup != "operator":
            if first and match["bare"] in _RESERVED:
                return None
            if name in {"", "export"} and not _is_certain(match, name, first=first):
                return None
            name = name or ("" if "=" in match[0] else match[0].strip())
            first = False
        elif first:
            return None
        else:
            first, name = True, ""
        found.append(match)
    if not found or _BLANKS.match(text, offset) is None or (first and found[-1]["operator"] != ";"):
        return None
    return found


def _is_certain(token: re.Match[str], name: str, *, first: bool) -> bool:
    """Tell whether the grammar takes a token up to a command's name, or after `export`, for what a shell takes it."""
    if token["redirect"]:
        return False
    word = token[token.lastgroup or 0]
    if ASSIGNMENT.match(word) is not None:
        return True
    return not name and ("=" not in word if first else _PROGRAM.fullmatch(word) is not None)


class _Reader:
    """Gives what the tokens of one text say to an assembly."""

    def __init__(self, source: Traced, assembly: Assembly) -> None:
        self._source = source
        self._assembly = assembly

    def read(self, tokens: Iterable[re.Match[str]]) -> None:
        """Take the words and operators in their order."""
        command: CommandDraft | None = None
        for token in tokens:
            if token.lastgroup == "operator":
                self._assembly.separator(_OPERATORS[token["operator"]], token.start("operator"))
                command = None
                continue
            word = self._word(token)
            if command is None:
                command = self._assembly.command_at(word.start)
            if token["redirect"] is not None:
                _redirect(command, token, word)
            elif "=" not in word.text or not _assigns(command, word):
                command.words.append(word)
            command.end = word.end

    def _word(self, token: re.Match[str]) -> Word:
        start, end = token.span(token.lastgroup or 0)
        if token.lastgroup == "bare":
            raw = token["bare"]
            known = "*" not in raw
            return Word(self._source, start, end, raw, raw if known else None, (Part(raw, known=known),))
        word = WordDraft(self._source, start, 0)
        for piece in _PIECE.finditer(self._source.text, start, end):
            match piece[0][0]:
                case "'":
                    word.single_quotes(*piece.span())
                case '"':
                    word.open_quote(piece.start())
                    for variable in _VARIABLE.finditer(self._source.text, piece.start(), piece.end()):
                        if variable[1] is not None:
                            word.expansion(*variable.span())
                    word.close_quote(piece.end())
                case _:
                    word.expansion(*piece.span())
        return word.finish(end)


def _assigns(command: CommandDraft, word: Word) -> bool:
    """Take the value that a word gives a variable, if it does; return whether the word does nothing else."""
    if command.words and command.words[0].text != "export":
        return False
    found = assignment(word)
    if found is not None:
        command.assignments.append(found)
    return found is not None and not command.words


def _redirect(command: CommandDraft, token: re.Match[str], target: Word) -> None:
    redirection = RedirectionDraft(command)
    redirection.descriptor = token["descriptor"]
    redirection.operator = token["redirect"]
    redirection.target = target
    command.redirections.append(redirection)
