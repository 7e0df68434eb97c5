"""The expressions of HCL (hashicorp/hcl, hclsyntax/parser.go)."""

from __future__ import annotations

from dockwright.files._hcl import templates
from dockwright.files._hcl.cursor import Cursor
from dockwright.files._hcl.model import (
    Access,
    Binary,
    Call,
    Conditional,
    Expression,
    For,
    Items,
    Literal,
    Members,
    Splat,
    Template,
    Unary,
    Variable,
)
from dockwright.files._hcl.templates import Piece
from dockwright.files._hcl.tokens import Broken, Kind, Token
from dockwright.files._hcl.values import Boolean, Null, Number, Unknown, read_number

_LEVELS = (("*", "/", "%"), ("+", "-"), (">", ">=", "<", "<="), ("==", "!="), ("&&",), ("||",))
_OPERATORS = frozenset(operator for level in _LEVELS for operator in level)
_DIRECTIVES = ("if", "else", "endif", "for", "endfor")


_Placed = tuple[Expression, int, int]


class Expressions(Cursor):
    """Reads expressions; each method begins at the first token of what it reads."""

    def expression(self) -> Expression:
        """Read any expression."""
        with self.deeper():
            start = self.peek().start
            condition = self._operators()
            if not self.skip("?"):
                return condition
            yes = self.expression()
            self.expect(Kind.PUNCTUATION, ":")
            no = self.expression()
            return Conditional(condition, yes, no, self.span(start))

    def _operators(self) -> Expression:
        """Read operands and the operators between them, then join those of each level, the tightest first."""
        operands = [self._operand_placed()]
        operators: list[str] = []
        while self.one_of(_OPERATORS):
            operators.append(self.read().text)
            operands.append(self._operand_placed())
        for level in _LEVELS if operators else ():
            operands, operators = self._joined(level, operands, operators)
        return operands[0][0]

    def _joined(
        self, level: tuple[str, ...], operands: list[_Placed], operators: list[str]
    ) -> tuple[list[_Placed], list[str]]:
        joined, left = [operands[0]], []
        run: list[tuple[str, Expression]] = []
        for operator, operand in zip(operators, operands[1:], strict=True):
            if operator in level:
                run.append((operator, operand[0]))
                joined[-1] = (joined[-1][0], joined[-1][1], operand[2])
                continue
            joined[-1] = self._binary(joined[-1], run)
            joined.append(operand)
            left.append(operator)
            run = []
        joined[-1] = self._binary(joined[-1], run)
        return joined, left

    def _binary(self, first: _Placed, run: list[tuple[str, Expression]]) -> _Placed:
        operand, start, end = first
        return (Binary(operand, tuple(run), self.span(start, end)), start, end) if run else first

    def _operand_placed(self) -> _Placed:
        start = self.peek().start
        return self._operand(), start, self.done

    def _operand(self) -> Expression:
        start = self.peek().start
        if self.at("-", "!"):
            operator = self.read().text
            with self.deeper():
                return Unary(operator, self._operand(), self.span(start))
        found = self._term()
        steps: list[Expression] = []
        while self.at(".", "["):
            if self._splat():
                source = Access(found, tuple(steps), self.span(start)) if steps else found
                found, steps = Splat(source, self.span(start)), []
            else:
                steps.append(self._step())
        return Access(found, tuple(steps), self.span(start)) if steps else found

    def _splat(self) -> bool:
        """Take `.*` or `[*]`."""
        first, second = self._tokens[self._next], self._tokens[self._next + 1]
        if second.kind is not Kind.PUNCTUATION or second.text != "*":
            return False
        self.read()
        self.read()
        if first.text == "[":
            self.expect(Kind.PUNCTUATION, "]")
        return True

    def _step(self) -> Expression:
        if self.skip("["):
            with self.lines(count=False):
                key = self.expression()
                self.expect(Kind.PUNCTUATION, "]")
            return key
        self.read()
        token = self.peek()
        if token.kind is Kind.NUMBER and "." not in token.text:
            return self._number(self.read())
        self.expect(Kind.IDENTIFIER)
        return self._name(token)

    def _name(self, token: Token) -> Template:
        return Template((self.text(token.start, token.end),), self.span(token.start, token.end))

    def _term(self) -> Expression:
        token = self.peek()
        match token.kind:
            case Kind.NUMBER:
                return self._number(self.read())
            case Kind.IDENTIFIER:
                return self._identifier(self.read())
            case Kind.QUOTE | Kind.HEREDOC:
                return self.template()
            case Kind.PUNCTUATION if token.text == "(":
                return self._parenthesis()
            case Kind.PUNCTUATION if token.text == "[":
                return self._items()
            case Kind.PUNCTUATION if token.text == "{":
                return self._members()
            case _:
                raise self.unexpected("a value")

    def _number(self, token: Token) -> Expression:
        span = self.span(token.start, token.end)
        if token.text.count(".") > 1:
            raise Broken(token.start, token.end, "This is no number")
        number = read_number(token.text)
        return Literal(Unknown(span) if number is None else Number(number, span), span)

    def _identifier(self, token: Token) -> Expression:
        span = self.span(token.start, token.end)
        if self.at("(", "::"):
            return self._call(token)
        match token.text:
            case "true" | "false":
                return Literal(Boolean(token.text == "true", span), span)
            case "null":
                return Literal(Null(span), span)
            case name:
                return Variable(name, span)

    def _call(self, token: Token) -> Expression:
        name = token.text
        while self.skip("::"):
            name += f"::{self.expect(Kind.IDENTIFIER).text}"
        self.expect(Kind.PUNCTUATION, "(")
        arguments: list[Expression] = []
        expands = False
        with self.lines(count=False):
            while not self.skip(")"):
                arguments.append(self.expression())
                expands = self.skip("...")
                if expands or not self.skip(","):
                    self.expect(Kind.PUNCTUATION, ")")
                    break
        return Call(name, tuple(arguments), expands, self.span(token.start))

    def _parenthesis(self) -> Expression:
        self.read()
        with self.lines(count=False):
            inner = self.expression()
            self.expect(Kind.PUNCTUATION, ")")
        return inner

    def _items(self) -> Expression:
        start = self.read().start
        with self.lines(count=False):
            if self.word("for"):
                return self._for(start, "]")
            items: list[Expression] = []
            while not self.skip("]"):
                items.append(self.expression())
                if not self.skip(","):
                    self.expect(Kind.PUNCTUATION, "]")
                    break
        return Items(tuple(items), self.span(start))

    def _members(self) -> Expression:
        start = self.read().start
        with self.lines(count=False):
            if self.word("for"):
                return self._for(start, "}")
        members: list[tuple[Expression, Expression]] = []
        with self.lines(count=True):
            while not self.skip("}"):
                if self.peek().kind is Kind.NEWLINE:
                    self.read()
                    continue
                members.append(self._member())
                if self.peek().kind is not Kind.NEWLINE and not self.skip(","):
                    self.expect(Kind.PUNCTUATION, "}")
                    break
        return Members(tuple(members), self.span(start))

    def _member(self) -> tuple[Expression, Expression]:
        """Read `key = value`; a bare name as key is itself, in parentheses it is a variable."""
        first = self.peek()
        key = self.expression()
        if (isinstance(key, Variable) and first.text != "(") or (
            isinstance(key, Literal) and first.kind is Kind.IDENTIFIER
        ):
            key = self._name(first)
        if not self.skip(":"):
            self.expect(Kind.PUNCTUATION, "=")
        return key, self.expression()

    def _for(self, start: int, closer: str) -> Expression:
        names = self._names()
        if not self.word("in"):
            raise self.unexpected("`in`")
        collection = self.expression()
        self.expect(Kind.PUNCTUATION, ":")
        key, result = None, self.expression()
        if closer == "}":
            self.expect(Kind.PUNCTUATION, "=>")
            key, result = result, self.expression()
        groups = closer == "}" and self.skip("...")
        condition = self.expression() if self.word("if") else None
        self.expect(Kind.PUNCTUATION, closer)
        return For(names, collection, key, result, condition, self.span(start), groups=groups)

    def _names(self) -> tuple[str | None, str]:
        first = self.expect(Kind.IDENTIFIER).text
        return (first, self.expect(Kind.IDENTIFIER).text) if self.skip(",") else (None, first)

    def template(self) -> Template:
        """Read a string, from its opening to its end."""
        opening = self.read()
        quoted = opening.kind is Kind.QUOTE
        pieces = self._pieces(Kind.QUOTE_END if quoted else Kind.HEREDOC_END, quoted=quoted)
        templates.trim(pieces)
        if opening.text.startswith("<<-"):
            templates.flush(pieces)
        return templates.assemble(pieces, self.span(opening.start))

    def bare_template(self) -> Template:
        """Read a whole text as a template: a string of HCL in JSON."""
        pieces = self._pieces(Kind.END, quoted=False)
        templates.trim(pieces)
        return templates.assemble(pieces, self._whole)

    def _pieces(self, end: Kind, *, quoted: bool) -> list[Piece]:
        pieces: list[Piece] = []
        decode = templates.unescaped if quoted else templates.unescaped_line
        with self.lines(count=True):
            while self.peek().kind is not end:
                token = self.read()
                if token.kind is Kind.LITERAL:
                    pieces.append(Piece(token.start, text=decode(self, token)))
                else:
                    pieces.append(self._sequence(token))
            self.read()
        return pieces

    def _sequence(self, opening: Token) -> Piece:
        piece = Piece(opening.start)
        with self.lines(count=False), self.deeper():
            if opening.text.startswith("$"):
                piece.expression = self.expression()
            else:
                self._directive(piece)
            closing = self.expect(Kind.SEQUENCE_END)
        piece.span = self.span(opening.start, closing.end)
        piece.trims = (opening.text.endswith("~"), closing.text.startswith("~"))
        return piece

    def _directive(self, piece: Piece) -> None:
        token = self.expect(Kind.IDENTIFIER)
        if token.text not in _DIRECTIVES:
            raise Broken(token.start, token.end, "HCL has no such directive; write `%%{` for a plain `%{`")
        piece.directive = token.text
        if token.text == "for":
            piece.names = self._names()
            if not self.word("in"):
                raise self.unexpected("`in`")
        if token.text in {"if", "for"}:
            piece.expression = self.expression()
