"""From HCL text to tokens (hashicorp/hcl, hclsyntax/scan_tokens.rl).

Quoted strings and here-documents hold template sequences, which hold expressions, which hold strings again: the
modes are kept on a stack of our own.
"""

from __future__ import annotations

import re
from enum import Enum
from typing import NamedTuple

from msgspec import Struct

DEEPEST = 40
"""How deep templates, brackets and operators may nest; people write three or four levels."""

_MAIN = re.compile(
    r"""
      (?P<BLANK>[ \t]++)
    | (?P<NEWLINE>\r?\n|(?:\#|//)[^\n]*+(?:\n|\Z))
    | (?P<COMMENT>/\*)
    | (?P<NUMBER>[0-9](?:[0-9.]|[eE][+-]?[0-9])*)
    | (?P<IDENTIFIER>[^\W\d][\w-]*+)
    | (?P<HEREDOC><<-?[^\W\d][\w-]*+\r?\n)
    | (?P<QUOTE>")
    | (?P<PUNCTUATION>==|!=|>=|<=|&&|\|\||=>|::|\.\.\.|~\}|[][(){}.,*/%+\-=<>!?:])
    """,
    re.VERBOSE,
)
_LITERAL = r"\$\$\{|%%\{|\$(?!\{)|%(?!\{)"
_QUOTED = re.compile(rf'(?:[^"\\$%\r\n]++|\\[^\r\n]|{_LITERAL})++')
_LINE = re.compile(rf"(?:[^$%\r\n]++|\r(?=\n)|{_LITERAL})*+\n?")
_SEQUENCE = re.compile(r"[$%]\{~?")
_HEREDOC_NAME = re.compile(r"<<-?([\w-]+)")


class Kind(Enum):
    """What a token is; punctuation is told by its text."""

    IDENTIFIER = "a name"
    NUMBER = "a number"
    NEWLINE = "the end of the line"
    PUNCTUATION = "punctuation"
    QUOTE = "a string"
    QUOTE_END = "the end of a string"
    HEREDOC = "a here-document"
    HEREDOC_END = "the end of a here-document"
    LITERAL = "text of a string"
    SEQUENCE = "a template sequence"
    SEQUENCE_END = "the end of a template sequence"
    END = "the end of the file"


class Token(NamedTuple):
    """A token by its offsets."""

    kind: Kind
    text: str
    start: int
    end: int


class Broken(Exception):
    """HCL would refuse the text: where, and why."""

    def __init__(self, start: int, end: int, message: str) -> None:
        super().__init__(message)
        self.start = start
        self.end = end
        self.message = message


class _Mode(Struct):
    """Where the scanner is: `closer` is what ends it; `braces` counts the open ones of an expression."""

    closer: Kind | None
    start: int
    braces: int = 0
    marker: str = ""


def scan(text: str, *, template: bool = False) -> list[Token]:
    """Return the tokens of a file, or of a bare template (the strings of HCL in JSON are such).

    Raises:
        Broken: at text that is no HCL.
    """
    return _Scanner(text, template=template).run()


class _Scanner:
    """One pass over the text; `_modes` holds what has begun, the outermost first."""

    def __init__(self, text: str, *, template: bool) -> None:
        self._text = text
        self._at = 0 if template else int(text.startswith("\ufeff"))
        self._tokens: list[Token] = []
        self._modes = [_Mode(Kind.END if template else None, 0)]

    def run(self) -> list[Token]:
        """Read to the end."""
        text = self._text
        while self._at < len(text):
            mode = self._modes[-1]
            match mode.closer:
                case None | Kind.SEQUENCE_END:
                    self._main(mode)
                case Kind.QUOTE_END:
                    self._quoted()
                case Kind.HEREDOC_END:
                    self._heredoc(mode)
                case _:
                    self._text_line()
        if len(self._modes) > 1:
            begun = self._modes[-1]
            raise Broken(begun.start, min(begun.start + 2, len(text)), "This is never closed")
        self._tokens.append(Token(Kind.END, "", len(text), len(text)))
        return self._tokens

    def _add(self, kind: Kind, end: int) -> None:
        self._tokens.append(Token(kind, self._text[self._at : end], self._at, end))
        self._at = end

    def _enter(self, closer: Kind, marker: str = "") -> None:
        if len(self._modes) > DEEPEST:
            raise Broken(self._at, self._at + 1, "This is nested too deep to be followed")
        self._modes.append(_Mode(closer, self._at, marker=marker))

    def _main(self, mode: _Mode) -> None:
        match = _MAIN.match(self._text, self._at)
        group = None if match is None else match.lastgroup
        if match is None or group is None:
            raise Broken(self._at, self._at + 1, "This character means nothing here")
        match group:
            case "BLANK":
                self._at = match.end()
            case "COMMENT":
                self._comment()
            case "QUOTE":
                self._enter(Kind.QUOTE_END)
                self._add(Kind.QUOTE, match.end())
            case "HEREDOC":
                name = _HEREDOC_NAME.match(match[0])
                self._enter(Kind.HEREDOC_END, "" if name is None else name[1])
                self._add(Kind.HEREDOC, match.end())
            case "NUMBER":
                self._add(Kind.NUMBER, self._at + len(match[0].rstrip(".")))
            case "PUNCTUATION":
                self._punctuation(mode, match.end())
            case _:
                self._add(Kind[group], match.end())

    def _comment(self) -> None:
        end = self._text.find("*/", self._at + 2)
        if end < 0:
            raise Broken(self._at, self._at + 2, "This comment is never closed")
        self._at = end + 2

    def _punctuation(self, mode: _Mode, end: int) -> None:
        """Add it; a `}` that closes no brace of the expression closes the template sequence that it is in."""
        if self._text[self._at] == "{":
            mode.braces += 1
        elif self._text[end - 1] == "}":
            if mode.braces == 0 and mode.closer is not None:
                self._modes.pop()
                self._add(Kind.SEQUENCE_END, end)
                return
            mode.braces -= 1
        self._add(Kind.PUNCTUATION, end)

    def _quoted(self) -> None:
        literal = _QUOTED.match(self._text, self._at)
        if literal is not None:
            self._add(Kind.LITERAL, literal.end())
        elif self._text[self._at] == '"':
            self._modes.pop()
            self._add(Kind.QUOTE_END, self._at + 1)
        elif not self._sequence():
            raise Broken(self._modes[-1].start, self._at, "This string does not end on its line")

    def _sequence(self) -> bool:
        match = _SEQUENCE.match(self._text, self._at)
        if match is not None:
            self._enter(Kind.SEQUENCE_END)
            self._add(Kind.SEQUENCE, match.end())
        return match is not None

    def _heredoc(self, mode: _Mode) -> None:
        """Read to the end of the line, or to the next sequence; a line that holds only the name is the end."""
        if self._text[self._at - 1] == "\n":
            end = self._text.find("\n", self._at)
            line = self._text[self._at : end]
            if end >= 0 and line.strip() == mode.marker:
                self._modes.pop()
                self._add(Kind.HEREDOC_END, end - line.endswith("\r"))
                self._add(Kind.NEWLINE, end + 1)
                return
        self._text_line()

    def _text_line(self) -> None:
        match = _LINE.match(self._text, self._at)
        end = self._at if match is None else match.end()
        if end > self._at:
            self._add(Kind.LITERAL, end)
        elif not self._sequence():
            raise Broken(self._at, self._at + 1, "This character means nothing here")
