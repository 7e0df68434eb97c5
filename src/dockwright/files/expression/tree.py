"""The tree of an expression."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

from msgspec import Struct

if TYPE_CHECKING:
    from dockwright.files.expression.values import Evaluated


class Constant(Struct, frozen=True):
    """A literal."""

    value: Evaluated


class Name(Struct, frozen=True):
    """A context: `github`, `env`, ... in lower case."""

    name: str


class Index(Struct, frozen=True):
    """`of.key`, `of[key]`, `of.*`; the key is None for `*`."""

    of: Node
    key: Node | None


class FunctionCall(Struct, frozen=True):
    """A call of a function, its name in lower case."""

    name: str
    arguments: tuple[Node, ...]


class Not(Struct, frozen=True):
    """`!operand`."""

    operand: Node


class Comparison(Struct, frozen=True):
    """Two operands and what compares them."""

    operator: Literal["==", "!=", "<", "<=", ">", ">="]
    left: Node
    right: Node


class Logical(Struct, frozen=True):
    """Two or more operands, joined by the same `&&` or `||`."""

    operator: Literal["&&", "||"]
    operands: tuple[Node, ...]


Node = Constant | Name | Index | FunctionCall | Not | Comparison | Logical
"""A part of an expression."""


def functions(node: Node) -> frozenset[str]:
    """Return the names of all functions that are called, in lower case."""
    found: set[str] = set()
    waiting: list[Node] = [node]
    while waiting:
        match waiting.pop():
            case FunctionCall(name, arguments):
                found.add(name)
                waiting += arguments
            case Logical(_, operands):
                waiting += operands
            case Comparison(_, left, right):
                waiting += (left, right)
            case Not(operand):
                waiting.append(operand)
            case Index(of, key):
                waiting += (of,) if key is None else (of, key)
            case _:
                pass
    return frozenset(found)
