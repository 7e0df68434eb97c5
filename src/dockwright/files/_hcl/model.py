"""What an HCL text says: blocks, attributes and expressions, each with its place."""

from __future__ import annotations

from collections.abc import Mapping  # noqa: TC003 - msgspec keeps the annotations
from typing import TYPE_CHECKING

from msgspec import Struct

from dockwright.traced import Traced  # noqa: TC001 - as above

if TYPE_CHECKING:
    from dockwright.files._hcl.values import Value
    from dockwright.source import Span


class Literal(Struct, frozen=True):
    """A number, truth value or null; also a number that is too long to be followed."""

    value: Value
    span: Span


class Template(Struct, frozen=True):
    """A string: text, and the expressions in it with the places of their `${...}`.

    `wrapped`: it is one expression and nothing else, so its value need not be text.
    """

    parts: tuple[Traced | tuple[Expression, Span], ...]
    span: Span
    wrapped: bool = False


class Variable(Struct, frozen=True):
    """A name."""

    name: str
    span: Span


class Access(Struct, frozen=True):
    """`source.name`, `source[key]`, and chains of these."""

    source: Expression
    steps: tuple[Expression, ...]
    span: Span


class Splat(Struct, frozen=True):
    """`source[*].name`, `source.*.name`: its value is left unknown."""

    source: Expression
    span: Span


class Call(Struct, frozen=True):
    """`function(arguments)`; `expands`: the last one ends in `...`."""

    name: str
    arguments: tuple[Expression, ...]
    expands: bool
    span: Span


class Items(Struct, frozen=True):
    """`[a, b]`."""

    items: tuple[Expression, ...]
    span: Span


class Members(Struct, frozen=True):
    """`{a = b}`; a bare name as key is a `Template`."""

    members: tuple[tuple[Expression, Expression], ...]
    span: Span


class For(Struct, frozen=True):
    """`[for key, value in collection: result if condition]`, and with braces `result_key => result`.

    `groups`: `...` follows the result. `joins`: the directive `%{ for }`, whose value is text.
    """

    names: tuple[str | None, str]
    collection: Expression
    result_key: Expression | None
    result: Expression
    condition: Expression | None
    span: Span
    groups: bool = False
    joins: bool = False


class Conditional(Struct, frozen=True):
    """`condition ? yes : no`, and the directive `%{ if }`."""

    condition: Expression
    yes: Expression
    no: Expression
    span: Span


class Unary(Struct, frozen=True):
    """`-operand`, `!operand`."""

    operator: str
    operand: Expression
    span: Span


class Binary(Struct, frozen=True):
    """`first + second - third`: operators of one level, taken from the left."""

    first: Expression
    rest: tuple[tuple[str, Expression], ...]
    span: Span


Expression = (
    Literal | Template | Variable | Access | Splat | Call | Items | Members | For | Conditional | Unary | Binary
)


class Attribute(Struct, frozen=True):
    """`name = expression`; `span` is that of the name."""

    name: str
    expression: Expression
    span: Span


class Block(Struct, frozen=True):
    """`type "label" { body }`; `span` is that of the last label, or of the type without one."""

    type: str
    labels: tuple[str, ...]
    body: Body
    span: Span


class Body(Struct, frozen=True):
    """Attributes by name, and blocks in their order."""

    attributes: Mapping[str, Attribute]
    blocks: tuple[Block, ...]


EMPTY_BODY = Body({}, ())
