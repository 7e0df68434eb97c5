"""The parts of a string put together (hashicorp/hcl, hclsyntax/parser_template.go)."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from msgspec import Struct

from dockwright.files._hcl.model import Conditional, For, Template
from dockwright.files._hcl.tokens import DEEPEST, Broken
from dockwright.traced import EMPTY, Traced

if TYPE_CHECKING:
    from dockwright.files._hcl.cursor import Cursor
    from dockwright.files._hcl.model import Expression
    from dockwright.files._hcl.tokens import Token
    from dockwright.source import Span

_ESCAPE = re.compile(r"\\(?:u[0-9a-fA-F]{4}|U[0-9a-fA-F]{8}|.)|\$\$\{|%%\{", re.DOTALL)
_SIMPLE = {"n": "\n", "r": "\r", "t": "\t", '"': '"', "\\": "\\"}
_SURROGATES = range(0xD800, 0xE000)
_LAST_CHARACTER = 0x10FFFF


class Piece(Struct):
    """Text of a string, or a sequence in it; `trims` says which side of the text around it loses its blanks."""

    start: int
    text: Traced | None = None
    span: Span | None = None
    expression: Expression | None = None
    directive: str = ""
    names: tuple[str | None, str] = (None, "")
    trims: tuple[bool, bool] = (False, False)


def unescaped(cursor: Cursor, token: Token) -> Traced:
    """Decode the text of a quoted string.

    Raises:
        Broken: at an escape that HCL does not know.
    """
    if "\\" not in token.text and "{" not in token.text:
        return cursor.text(token.start, token.end)
    return Traced.join(_decoded(cursor, token, _ESCAPE))


def unescaped_line(cursor: Cursor, token: Token) -> Traced:
    """Decode text of a here-document, in which a backslash is one."""
    if "{" not in token.text:
        return cursor.text(token.start, token.end)
    return Traced.join(_decoded(cursor, token, _DOUBLED))


_DOUBLED = re.compile(r"\$\$\{|%%\{")


def _decoded(cursor: Cursor, token: Token, pattern: re.Pattern[str]) -> list[Traced]:
    parts: list[Traced] = []
    done = token.start
    for match in pattern.finditer(token.text):
        start, end = token.start + match.start(), token.start + match.end()
        parts.append(cursor.text(done, start))
        if match[0][0] != "\\":
            parts.append(cursor.text(start + 1, end))
        else:
            character = _character(match[0])
            if character is None:
                raise Broken(start, end, f"HCL has no escape `{match[0]}`; a backslash is written as two")
            span = cursor.text(start, end).span
            parts.append(Traced.made(character) if span is None else Traced.spelled(character, span))
        done = end
    parts.append(cursor.text(done, token.end))
    return parts


def _character(escape: str) -> str | None:
    code = escape[1]
    if code in _SIMPLE:
        return _SIMPLE[code]
    if code not in "uU" or len(escape) <= len("\\u"):
        return None
    digits = escape[2:]
    number = int(digits, 16)
    return None if number in _SURROGATES or number > _LAST_CHARACTER else chr(number)


def trim(pieces: list[Piece]) -> None:
    """Take off the blanks that the markers `~` of neighbouring sequences name."""
    for index, piece in enumerate(pieces):
        if piece.text is None:
            continue
        text = piece.text
        end = len(text)
        if index + 1 < len(pieces) and pieces[index + 1].trims[0]:
            end = len(text.text.rstrip())
        start = len(text.text) - len(text.text.lstrip()) if index and pieces[index - 1].trims[1] else 0
        piece.text = text.slice(start, end) if start < end else EMPTY


def flush(pieces: list[Piece]) -> None:
    """Take off the blanks that all lines of a `<<-` here-document begin with; lines of blanks only do not count."""
    fewest: int | None = None
    first: list[Piece] = []
    begins = True
    for piece in pieces:
        text = None if piece.text is None else piece.text.text
        if begins and text is None:
            fewest = 0
        elif begins and text is not None and (text.strip() or not text.endswith("\n")):
            blanks = len(text) - len(text.lstrip())
            fewest = blanks if fewest is None else min(fewest, blanks)
            first.append(piece)
        begins = text is not None and text.endswith("\n")
    for piece in first if fewest else ():
        assert piece.text is not None  # noqa: S101 - `first` holds texts
        piece.text = piece.text.slice(fewest or 0, len(piece.text)) if len(piece.text) > (fewest or 0) else EMPTY


class _Open(Struct):
    """A directive whose end has not come yet; `before` is what it divides: the branch before `%{ else }`."""

    piece: Piece | None
    parts: list[Traced | tuple[Expression, Span]]
    before: list[Traced | tuple[Expression, Span]] | None = None


def assemble(pieces: list[Piece], span: Span) -> Template:
    """Make one template of the pieces, directives resolved.

    Raises:
        Broken: if directives are not paired.
    """
    stack = [_Open(None, [])]
    for piece in pieces:
        if piece.text is not None:
            stack[-1].parts.append(piece.text)
            continue
        assert piece.span is not None  # noqa: S101 - a sequence has its place
        match piece.directive:
            case "":
                assert piece.expression is not None  # noqa: S101 - an interpolation has one
                stack[-1].parts.append((piece.expression, piece.span))
            case "if" | "for":
                stack.append(_Open(piece, []))
                if len(stack) > DEEPEST:
                    raise Broken(piece.start, piece.start + 2, "This is nested too deep to be followed")
            case "else" if _divides(stack[-1]):
                stack[-1].before = stack[-1].parts
                stack[-1].parts = []
            case "endif" | "endfor" if stack[-1].piece is not None and piece.directive.endswith(
                stack[-1].piece.directive
            ):
                ended = stack.pop()
                stack[-1].parts.append((_directive(ended, span), piece.span))
            case _:
                raise Broken(piece.start, piece.start + 2, f"Nothing is open that `{piece.directive}` would end")
    begun = stack[-1].piece
    if begun is not None:
        raise Broken(begun.start, begun.start + 2, f"This `{begun.directive}` is never ended")
    parts = tuple(stack[0].parts)
    return Template(parts, span, wrapped=len(pieces) == 1 and pieces[0].directive == "" and pieces[0].text is None)


def _divides(opened: _Open) -> bool:
    return opened.piece is not None and opened.piece.directive == "if" and opened.before is None


def _directive(ended: _Open, span: Span) -> Expression:
    piece = ended.piece
    assert piece is not None  # noqa: S101 - only directives are ended
    assert piece.expression is not None  # noqa: S101 - `if` and `for` have one
    place = piece.span or span
    if piece.directive == "for":
        result = Template(tuple(ended.parts), place)
        return For(piece.names, piece.expression, None, result, None, place, joins=True)
    yes, no = (ended.parts, []) if ended.before is None else (ended.before, ended.parts)
    return Conditional(piece.expression, Template(tuple(yes), place), Template(tuple(no), place), place)
