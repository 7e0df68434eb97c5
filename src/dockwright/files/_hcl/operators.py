"""The operators of HCL, three-valued: what is unknown stays so, unless the other side decides."""

from __future__ import annotations

from decimal import Context, Decimal, DecimalException, DivisionByZero, Inexact, InvalidOperation, Overflow
from typing import TYPE_CHECKING

from dockwright.files._hcl.values import (
    Boolean,
    Items,
    Members,
    Null,
    Number,
    Text,
    Unknown,
    Value,
    as_number,
    as_truth,
    of_truth,
)
from dockwright.files.value import Truth

if TYPE_CHECKING:
    from collections.abc import Iterable

    from dockwright.source import Span

_EXACT = Context(prec=100, traps=[Inexact, InvalidOperation, DivisionByZero, Overflow])


def apply(operator: str, left: Value, right: Value, *, span: Span) -> Value:
    """Return the value of `left operator right`."""
    match operator:
        case "==":
            return of_truth(equal(left, right), span)
        case "!=":
            return of_truth(~equal(left, right), span)
        case "&&":
            return of_truth(as_truth(left) & as_truth(right), span)
        case "||":
            return of_truth(as_truth(left) | as_truth(right), span)
        case _:
            return _with_numbers(operator, as_number(left), as_number(right), span)


def equal(left: Value, right: Value) -> Truth:
    """Compare two values as HCL does: those of different types differ."""
    match left, right:
        case Items(), Items():
            if len(left.items) != len(right.items):
                return Truth.FALSE
            return _all(_equal(one, other) for one, other in zip(left.items, right.items, strict=True))
        case Members(), Members():
            if left.members.keys() != right.members.keys():
                return Truth.FALSE
            return _all(_equal(value, right.members[key]) for key, value in left.members.items())
        case _:
            return _equal(left, right)


def _equal(left: Value, right: Value) -> Truth:
    """Compare what is no list or map; of such inside of such nothing is said, for they may share their parts."""
    match left, right:
        case (Unknown(), _) | (_, Unknown()):
            return Truth.UNKNOWN
        case Text(), Text():
            return Truth.of(left.text == right.text) if left.known and right.known else Truth.UNKNOWN
        case Number(), Number():
            return Truth.of(left.value == right.value)
        case Boolean(), Boolean():
            return Truth.of(left.value == right.value)
        case (Items(), Items()) | (Members(), Members()):
            return Truth.UNKNOWN
        case _:
            return Truth.of(isinstance(left, Null) and isinstance(right, Null))


def _all(answers: Iterable[Truth]) -> Truth:
    result = Truth.TRUE
    for answer in answers:
        result &= answer
    return result


def _with_numbers(operator: str, left: Decimal | None, right: Decimal | None, span: Span) -> Value:
    if left is None or right is None:
        return Unknown(span)
    match operator:
        case "<":
            return Boolean(left < right, span)
        case ">":
            return Boolean(left > right, span)
        case "<=":
            return Boolean(left <= right, span)
        case ">=":
            return Boolean(left >= right, span)
        case _:
            number = _arithmetic(operator, left, right)
            return Unknown(span) if number is None else Number(number, span)


def _arithmetic(operator: str, left: Decimal, right: Decimal) -> Decimal | None:
    """Compute with whole numbers; None for others, with which HCL calculates in binary and rounds."""
    try:
        match operator:
            case "+":
                number = _EXACT.add(left, right)
            case "-":
                number = _EXACT.subtract(left, right)
            case "*":
                number = _EXACT.multiply(left, right)
            case "/":
                number = _EXACT.divide(left, right)
            case _:
                number = _EXACT.remainder(left, right)
    except DecimalException:
        return None
    return number if all(each == each.to_integral_value() for each in (left, right, number)) else None
