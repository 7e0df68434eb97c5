"""The functions that bake files use, of those that buildx offers (bake/hclparser/stdlib.go).

Each takes the arguments and the place of the call; None says that the value is unknown: because an argument is, or
because it is of a type that the function refuses.
"""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING, TypeAlias

from dockwright.files._hcl.operators import apply, equal
from dockwright.files._hcl.text_functions import LONGEST, TEXT_FUNCTIONS, integers, texts
from dockwright.files._hcl.values import Items, Members, Null, Number, Text, Unknown, Value, as_truth, of_truth
from dockwright.files.value import Truth
from dockwright.traced import Traced

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from dockwright.source import Span

    Built: TypeAlias = Callable[[Sequence[Value], Span], Value | None]


def _concat(arguments: Sequence[Value], span: Span) -> Value | None:
    found: list[Value] = []
    for argument in arguments:
        if not isinstance(argument, Items):
            return None
        found += argument.items
    return Items(tuple(found), span)


def _flatten(arguments: Sequence[Value], span: Span) -> Value | None:
    match arguments:
        case [Items() as outer]:
            pass
        case _:
            return None
    flat: list[Value] = []
    for item in outer.items:
        inner = item.items if isinstance(item, Items) else (item,)
        if len(flat) + len(inner) > LONGEST or any(isinstance(each, Items | Unknown) for each in inner):
            return None
        flat += inner
    return Items(tuple(flat), span)


def _compact(arguments: Sequence[Value], span: Span) -> Value | None:
    match arguments:
        case [Items() as value]:
            found = texts(value.items)
            if found is not None:
                kept = (item for item, text in zip(value.items, found, strict=True) if text)
                return Items(tuple(kept), span)
        case _:
            pass
    return None


def _distinct(arguments: Sequence[Value], span: Span) -> Value | None:
    match arguments:
        case [Items() as value]:
            found = texts(value.items)
            if found is not None:
                first: dict[str, Value] = {}
                for item, text in zip(value.items, found, strict=True):
                    first.setdefault(text.text, item)
                return Items(tuple(first.values()), span)
        case _:
            pass
    return None


def _length(arguments: Sequence[Value], span: Span) -> Value | None:
    match arguments:
        case [Items() as value]:
            return Number(Decimal(len(value.items)), span)
        case [Members() as value]:
            return Number(Decimal(len(value.members)), span)
        case _:
            return None


def _contains(arguments: Sequence[Value], span: Span) -> Value | None:
    match arguments:
        case [Items() as value, wanted]:
            found = Truth.FALSE
            for item in value.items:
                found |= equal(item, wanted)
            return of_truth(found, span)
        case _:
            return None


def _element(arguments: Sequence[Value], _span: Span) -> Value | None:
    match arguments:
        case [Items() as value, index] if value.items:
            number = integers([index])
            return None if number is None or number[0] < 0 else value.items[number[0] % len(value.items)]
        case _:
            return None


def _lookup(arguments: Sequence[Value], _span: Span) -> Value | None:
    match arguments:
        case [Members() as value, key, default]:
            names = texts([key])
            return None if names is None else value.members.get(names[0].text, default)
        case _:
            return None


def _keys(arguments: Sequence[Value], span: Span) -> Value | None:
    match arguments:
        case [Members() as value]:
            return Items(tuple(Text(Traced.made(key), span) for key in sorted(value.members)), span)
        case _:
            return None


def _values(arguments: Sequence[Value], span: Span) -> Value | None:
    match arguments:
        case [Members() as value]:
            return Items(tuple(value.members[key] for key in sorted(value.members)), span)
        case _:
            return None


def _merge(arguments: Sequence[Value], span: Span) -> Value | None:
    merged: dict[str, Value] = {}
    for argument in arguments:
        if not isinstance(argument, Members):
            return None
        merged.update(argument.members)
    return Members(merged, span)


def _coalesce(arguments: Sequence[Value], _span: Span) -> Value | None:
    return next((argument for argument in arguments if not isinstance(argument, Null)), None)


def _try(arguments: Sequence[Value], _span: Span) -> Value | None:
    """Return the first argument: whether it fails, or is only unknown to us, cannot be told."""
    return arguments[0] if arguments else None


def _not(arguments: Sequence[Value], span: Span) -> Value | None:
    return of_truth(~as_truth(arguments[0]), span) if len(arguments) == 1 else None


def _operator(operator: str) -> Built:
    def function(arguments: Sequence[Value], span: Span) -> Value | None:
        match arguments:
            case [left, right]:
                return apply(operator, left, right, span=span)
            case _:
                return None

    return function


FUNCTIONS: Mapping[str, Built] = {
    **TEXT_FUNCTIONS,
    "add": _operator("+"),
    "and": _operator("&&"),
    "coalesce": _coalesce,
    "compact": _compact,
    "concat": _concat,
    "contains": _contains,
    "distinct": _distinct,
    "divide": _operator("/"),
    "element": _element,
    "equal": _operator("=="),
    "flatten": _flatten,
    "greaterthan": _operator(">"),
    "greaterthanorequalto": _operator(">="),
    "keys": _keys,
    "length": _length,
    "lessthan": _operator("<"),
    "lessthanorequalto": _operator("<="),
    "lookup": _lookup,
    "merge": _merge,
    "modulo": _operator("%"),
    "multiply": _operator("*"),
    "not": _not,
    "notequal": _operator("!="),
    "or": _operator("||"),
    "subtract": _operator("-"),
    "try": _try,
    "values": _values,
}
"""By name; the value of any other function of buildx is unknown (`timestamp`, `regex`, ...)."""
