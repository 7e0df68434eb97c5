"""The grammar of GitHub's expressions: text to a tree.

As in actions/languageservices and actions/runner: at most 21,000 characters and 50 levels; an index may follow a group,
a call and a context, but no literal.
"""

from __future__ import annotations

import math
import re
from functools import lru_cache
from typing import TYPE_CHECKING, Literal

from msgspec import Struct

from dockwright.files.expression.tree import (
    Comparison,
    Constant,
    FunctionCall,
    Index,
    Logical,
    Name,
    Node,
    Not,
)
from dockwright.files.expression.values import parse_number

if TYPE_CHECKING:
    from collections.abc import Sequence

    from dockwright.files.expression.values import Evaluated

LONGEST = 21_000
"""Characters of an expression."""

_DEEPEST = 50
_MOST_CACHED = 4096


_TOKEN = re.compile(
    r"[ \r\t\n]*(?:('(?:[^']|'')*')|(\|\||&&|[!=<>]=|[()\[\],!<>*.])|([^\s()\[\],.!<>=&|]+)|(.))", re.DOTALL
)
_NUMBER = re.compile(r"[^\s()\[\],!<>=&|]*")
_IDENTIFIER = re.compile(r"[A-Za-z_][A-Za-z0-9_-]*", re.ASCII)
_WORDS: dict[str, Evaluated] = {
    "true": True,
    "false": False,
    "null": None,
    "NaN": math.nan,
    "Infinity": math.inf,
}
_END = ""
_COMPARISONS: dict[str, Literal["==", "!=", "<", "<=", ">", ">="]] = {
    "==": "==",
    "!=": "!=",
    "<": "<",
    "<=": "<=",
    ">": ">",
    ">=": ">=",
}
_ARGUMENTS = {
    "contains": (2, 2),
    "startswith": (2, 2),
    "endswith": (2, 2),
    "format": (1, 255),
    "join": (1, 2),
    "tojson": (1, 1),
    "fromjson": (1, 1),
    "hashfiles": (1, 255),
    "case": (3, 255),
    "success": (0, 255),
    "failure": (0, 255),
    "always": (0, 0),
    "cancelled": (0, 0),
}


class _RefusedError(Exception):
    """The text is no expression."""


@lru_cache(maxsize=_MOST_CACHED)
def parse(text: str) -> Node | None:
    """Return the tree of an expression, without `${{ }}`; None if it is none, or there is nothing."""
    if len(text) > LONGEST:
        return None
    try:
        reading = _Reading(_tokens(text))
        node = reading.expression()
    except _RefusedError:
        return None
    return node if reading.done else None


class _Token(Struct, frozen=True, gc=False):
    """A token: an operator's or identifier's own text, or a constant."""

    text: str
    constant: Constant | None = None
    identifier: bool = False


def _tokens(text: str) -> list[_Token]:
    tokens: list[_Token] = []
    offset = 0
    text = text.rstrip(" \r\t\n")
    while offset < len(text):
        match = _TOKEN.match(text, offset)
        if match is None or match[4] is not None:
            raise _RefusedError
        previous = tokens[-1] if tokens else None
        word = match[3]
        if match[1] is not None:
            tokens.append(_Token("'", Constant(match[1][1:-1].replace("''", "'"))))
        elif match[2] == "." and not _may_be_indexed(previous):
            match = _number(text, match.start(2), tokens)
        elif word is None:
            tokens.append(_Token(match[2]))
        elif word[0] in "+-0123456789":
            match = _number(text, match.start(3), tokens)
        else:
            tokens.append(_word(word, after_dot=previous is not None and previous.text == "."))
        offset = match.end()
    return tokens


def _may_be_indexed(token: _Token | None) -> bool:
    return token is not None and (token.identifier or token.text in {"]", ")", "*"})


def _number(text: str, start: int, tokens: list[_Token]) -> re.Match[str]:
    match = _NUMBER.match(text, start)
    value = math.nan if match is None else parse_number(match[0])
    if match is None or math.isnan(value):
        raise _RefusedError
    tokens.append(_Token("0", Constant(value)))
    return match


def _word(word: str, *, after_dot: bool) -> _Token:
    if not _IDENTIFIER.fullmatch(word):
        raise _RefusedError
    if word in _WORDS and not after_dot:
        return _Token(word, Constant(_WORDS[word]))
    return _Token(word, identifier=True)


class _Reading:
    """Recursive descent over the tokens; each level of recursion counts."""

    def __init__(self, tokens: Sequence[_Token]) -> None:
        self._tokens = tokens
        self._at = 0
        self._depth = 0

    @property
    def done(self) -> bool:
        return self._at == len(self._tokens)

    def _peek(self) -> str:
        token = self._tokens[self._at] if self._at < len(self._tokens) else None
        return _END if token is None or token.identifier else token.text

    def _take(self, *texts: str) -> str | None:
        text = self._peek()
        if text in texts:
            self._at += 1
            return text
        return None

    def _need(self, text: str) -> None:
        if self._take(text) is None:
            raise _RefusedError

    def _identifier(self) -> str | None:
        if self._at < len(self._tokens) and self._tokens[self._at].identifier:
            self._at += 1
            return self._tokens[self._at - 1].text
        return None

    def _deeper(self) -> None:
        self._depth += 1
        if self._depth > _DEEPEST:
            raise _RefusedError

    def expression(self) -> Node:
        self._deeper()
        node = self._joined("||")
        self._depth -= 1
        return node

    def _joined(self, operator: Literal["&&", "||"]) -> Node:
        operands = [self._operand(operator)]
        if self._peek() != operator:
            return operands[0]
        self._deeper()
        while self._take(operator):
            operands.append(self._operand(operator))
        self._depth -= 1
        return Logical(operator, tuple(operands))

    def _operand(self, operator: Literal["&&", "||"]) -> Node:
        return self._joined("&&") if operator == "||" else self._equality()

    def _equality(self) -> Node:
        node = self._comparison()
        while operator := self._take("==", "!="):
            node = Comparison(_COMPARISONS[operator], node, self._comparison())
        return node

    def _comparison(self) -> Node:
        node = self._unary()
        while operator := self._take("<", "<=", ">", ">="):
            node = Comparison(_COMPARISONS[operator], node, self._unary())
        return node

    def _unary(self) -> Node:
        if self._take("!") is None:
            return self._indexed()
        self._deeper()
        node = Not(self._unary())
        self._depth -= 1
        return node

    def _indexed(self) -> Node:
        start = self._at
        node = self._primary()
        if isinstance(node, Constant) and self._tokens[start].text != "(":
            return node
        depth = self._depth
        while self._peek() in {".", "["}:
            node = Index(node, self._key())
            self._deeper()
        self._depth = depth
        return node

    def _key(self) -> Node | None:
        if self._take("["):
            key = None if self._take("*") else self.expression()
            self._need("]")
            return key
        self._need(".")
        if self._take("*"):
            return None
        name = self._identifier()
        if name is None:
            raise _RefusedError
        return Constant(name)

    def _primary(self) -> Node:
        name = self._identifier()
        if name is not None:
            return self._call(name.lower()) if self._take("(") else Name(name.lower())
        if self._take("("):
            node = self.expression()
            self._need(")")
            return node
        constant = None if self.done else self._tokens[self._at].constant
        if constant is None:
            raise _RefusedError
        self._at += 1
        return constant

    def _call(self, name: str) -> Node:
        arguments: list[Node] = []
        while not self._take(")"):
            arguments.append(self.expression())
            if self._peek() != ")":
                self._need(",")
        least, most = _ARGUMENTS.get(name, (0, len(arguments)))
        if not least <= len(arguments) <= most or (name == "case" and len(arguments) % 2 == 0):
            raise _RefusedError
        return FunctionCall(name, tuple(arguments))
