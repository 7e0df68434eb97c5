"""From HCL text to its blocks and attributes."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dockwright.files._hcl.expressions import Expressions
from dockwright.files._hcl.model import EMPTY_BODY, Attribute, Block, Body, Template
from dockwright.files._hcl.templates import unescaped
from dockwright.files._hcl.tokens import Broken, Kind
from dockwright.finding import Problem
from dockwright.traced import Traced

if TYPE_CHECKING:
    from dockwright.files._hcl.tokens import Token
    from dockwright.source import Source, Span


def parse(source: Source) -> tuple[Body, Problem | None]:
    """Read a file; a broken one is an empty body and the problem that HCL refuses it for."""
    whole = source.span(0, len(source.text))
    try:
        parser = _Bodies(Traced.of(whole), whole)
        return parser.body(Kind.END), None
    except Broken as broken:
        start = min(broken.start, len(source.text))
        return EMPTY_BODY, Problem(source.span(start, min(broken.end, len(source.text))), f"{broken.message}.")


def parse_template(text: Traced, place: Span) -> Template:
    """Read a string of HCL in JSON; `place` is where the string stands, quotes included.

    Raises:
        Broken: at what HCL would refuse; its offsets are those in the text.
    """
    return Expressions(text, place, template=True).bare_template()


class _Bodies(Expressions):
    """Reads bodies."""

    def body(self, end: Kind) -> Body:
        """Read attributes and blocks up to the end of the file, or to the `}` of a block."""
        attributes: dict[str, Attribute] = {}
        blocks: list[Block] = []
        while True:
            token = self.peek()
            if token.kind is end and (end is Kind.END or token.text == "}"):
                self.read()
                return Body(attributes, tuple(blocks))
            if token.kind is Kind.NEWLINE:
                self.read()
                continue
            self.expect(Kind.IDENTIFIER)
            if self.at("="):
                self._attribute(token, attributes)
                self._end_of_line()
            else:
                blocks.append(self._block(token))

    def _attribute(self, name: Token, attributes: dict[str, Attribute]) -> None:
        self.read()
        if name.text in attributes:
            raise Broken(name.start, name.end, f"`{name.text}` is set twice here")
        span = self.span(name.start, name.end)
        attributes[name.text] = Attribute(name.text, self.expression(), span)

    def _end_of_line(self) -> None:
        if self.peek().kind is not Kind.END:
            self.expect(Kind.NEWLINE)

    def _block(self, kind: Token) -> Block:
        labels: list[str] = []
        span = self.span(kind.start, kind.end)
        while not self.at("{"):
            label = self.peek()
            if label.kind is Kind.IDENTIFIER:
                labels.append(self.read().text)
            elif label.kind is Kind.QUOTE:
                labels.append(self._label())
            else:
                raise self.unexpected("a label or `{`")
            span = self.span(label.start)
        self.read()
        with self.deeper():
            body = self._block_body()
        self._end_of_line()
        return Block(kind.text, tuple(labels), body, span)

    def _label(self) -> str:
        self.read()
        parts: list[str] = []
        while self.peek().kind is not Kind.QUOTE_END:
            parts.append(unescaped(self, self.expect(Kind.LITERAL)).text)
        self.read()
        return "".join(parts)

    def _block_body(self) -> Body:
        """Read the body of a block: on lines of its own, or one attribute on the same line."""
        if self.peek().kind is Kind.NEWLINE or self.at("}"):
            return self.body(Kind.PUNCTUATION)
        attributes: dict[str, Attribute] = {}
        name = self.expect(Kind.IDENTIFIER)
        if not self.at("="):
            raise self.unexpected("`=`")
        self._attribute(name, attributes)
        self.expect(Kind.PUNCTUATION, "}")
        return Body(attributes, ())
