"""What an expression gives in given contexts: a value, or `Unknown`; never an exception."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from dockwright.files.expression import functions
from dockwright.files.expression.parse import parse
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
from dockwright.files.expression.values import (
    UNKNOWN,
    Array,
    Evaluated,
    FailedError,
    Record,
    Unknown,
    compare,
    equal,
    is_primitive,
    known,
    to_number,
    to_text,
    truth,
)
from dockwright.files.value import Truth

if TYPE_CHECKING:
    from collections.abc import Mapping

STATUS: Mapping[str, Evaluated] = {"success": True, "always": True, "cancelled": False, "failure": False}
"""What the status functions give in a run in which everything succeeds."""


def evaluate(text: str, contexts: Mapping[str, Evaluated], status: Mapping[str, Evaluated] = STATUS) -> Evaluated:
    """Evaluate an expression, written without `${{ }}`; unknown if it is none, or would fail."""
    node = parse(text)
    try:
        return UNKNOWN if node is None else Evaluation(contexts, status).of(node)
    except FailedError:
        return UNKNOWN


class Evaluation:
    """Evaluates the parts of an expression; recursion is bounded by the depth that `parse` allows."""

    def __init__(self, contexts: Mapping[str, Evaluated], status: Mapping[str, Evaluated]) -> None:
        """Take the contexts by their names in lower case; one that is missing is unknown."""
        self._contexts = contexts
        self._status = status

    def of(self, node: Node) -> Evaluated:  # noqa: PLR0911 - one for each kind of node
        """Return what a part gives."""
        match node:
            case Constant():
                return node.value
            case Name():
                return self._contexts.get(node.name, UNKNOWN)
            case Index():
                return self._index(node)
            case Comparison():
                return _compare(node.operator, self.of(node.left), self.of(node.right))
            case Logical():
                return self._logical(node)
            case Not():
                answer = ~truth(self.of(node.operand))
                return UNKNOWN if answer is Truth.UNKNOWN else answer is Truth.TRUE
            case FunctionCall():
                return self._call(node)

    def _call(self, node: FunctionCall) -> Evaluated:
        if node.name in self._status:
            return UNKNOWN if node.arguments else self._status[node.name]
        return functions.call(node.name, [self.of(argument) for argument in node.arguments])

    def _logical(self, node: Logical) -> Evaluated:
        """Take the first operand that decides; after an unknown one, only its truth is sure."""
        value: Evaluated = None
        decides = Truth.FALSE if node.operator == "&&" else Truth.TRUE
        undecided = False
        for operand in node.operands:
            value = self.of(operand)
            answer = truth(value)
            if answer is decides:
                return _open(decides) if undecided else value
            if answer is Truth.UNKNOWN:
                undecided = True
        return UNKNOWN if undecided else value

    def _index(self, node: Index) -> Evaluated:
        key = None if node.key is None else self.of(node.key)
        of = self.of(node.of)
        if isinstance(of, Unknown):
            return UNKNOWN
        if node.key is None:
            return _star(of)
        if isinstance(key, Unknown):
            return UNKNOWN if isinstance(of, Array | Record) else None
        if isinstance(of, Array) and of.filtered:
            return _look_into(of, key)
        return _item(of, key)


def _open(decides: Truth) -> Evaluated:
    """Return a value that is one of several, all of them true or all of them false."""
    return Unknown(truth=decides is Truth.TRUE)


def _compare(operator: str, left: Evaluated, right: Evaluated) -> Evaluated:
    same = equal(left, right)
    if operator in {"==", "!="}:
        return UNKNOWN if same is None else same is (operator == "==")
    if not known(left, right):
        return UNKNOWN
    order = compare(left, right)
    if same and operator in {"<=", ">="}:
        return True
    return order is not None and (order > 0 if operator[0] == ">" else order < 0)


def _item(of: Evaluated, key: Evaluated) -> Evaluated:
    if isinstance(of, Record):
        return of.get(to_text(key)) if is_primitive(key) else None
    if isinstance(of, Array):
        number = to_number(key)
        if math.isfinite(number) and 0 <= number < len(of.items):
            return of.items[int(number)]
    return None


def _star(of: Evaluated) -> Evaluated:
    match of:
        case Array() if of.filtered:
            return _flattened(of)
        case Array():
            return Array(of.items, filtered=True)
        case Record():
            return Array(tuple(of.fields.values()), filtered=True) if of.whole else UNKNOWN
        case _:
            return Array((), filtered=True)


def _flattened(of: Array) -> Evaluated:
    items: list[Evaluated] = []
    for item in of.items:
        if isinstance(item, Unknown) or (isinstance(item, Record) and not item.whole):
            return UNKNOWN
        if isinstance(item, Array):
            items += item.items
        elif isinstance(item, Record):
            items += item.fields.values()
    return Array(tuple(items), filtered=True)


def _look_into(of: Array, key: Evaluated) -> Evaluated:
    """Index each item of a filtered list; those without the key are left out."""
    items: list[Evaluated] = []
    for item in of.items:
        if isinstance(item, Unknown) or (isinstance(item, Record) and not item.whole):
            return UNKNOWN
        if isinstance(item, Record) and is_primitive(key) and to_text(key).lower() in item.fields:
            items.append(item.get(to_text(key)))
        elif isinstance(item, Array) and math.isfinite(to_number(key)) and 0 <= to_number(key) < len(item.items):
            items.append(item.items[int(to_number(key))])
    return Array(tuple(items), filtered=True)
