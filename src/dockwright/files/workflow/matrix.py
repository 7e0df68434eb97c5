"""The legs of a job's matrix, as far as they are written out ("Running variations of jobs in a workflow")."""

from __future__ import annotations

import re
from itertools import islice, product
from typing import TYPE_CHECKING

from dockwright.files._yaml import YamlList, YamlMapping, YamlText
from dockwright.files.expression import UNKNOWN, Array, Evaluated, Record, Unknown, parse_number, to_text, value_of
from dockwright.files.value import Value, spelled

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from dockwright.files._yaml import Node
    from dockwright.files.expression import Scope

MOST = 256
"""Legs of a job; GitHub allows no more."""

_DEEPEST = 20
_NUMBER = re.compile(r"[-+]?(?:\d+(?:\.\d*)?|\.\d+)(?:[eE][-+]?\d+)?|0x[0-9a-fA-F]+|0o[0-7]+", re.ASCII)
_PLAIN: dict[str, Evaluated] = {
    "": None,
    "~": None,
    "null": None,
    "Null": None,
    "NULL": None,
    "true": True,
    "True": True,
    "TRUE": True,
    "false": False,
    "False": False,
    "FALSE": False,
}


class Leg:
    """One combination: the values, and for those that are text or numbers where they are written.

    `whole` tells whether there are no other values; a matrix that is made at run time is not known at all.
    """

    __slots__ = ("origins", "values", "whole")

    def __init__(self, values: Mapping[str, Evaluated], origins: Mapping[str, Value], *, whole: bool = True) -> None:
        """Take values and origins by their names in lower case."""
        self.values = values
        self.origins = origins
        self.whole = whole

    @property
    def record(self) -> Record:
        """The `matrix` context."""
        return Record(self.values, tuple(self.values), whole=self.whole)

    @property
    def shown(self) -> Mapping[str, str]:
        """The known plain values as text, by their names."""
        return {
            name: to_text(each) for name, each in self.values.items() if not isinstance(each, Record | Array | Unknown)
        }


NO_MATRIX = Leg({}, {})
"""The single leg of a job without a matrix."""

_ANY = Leg({}, {}, whole=False)


def legs(matrix: Node | None, scope: Scope) -> Sequence[Leg]:
    """Return the legs of a job; one without values if there is no matrix, or it cannot be known."""
    if matrix is None:
        return (NO_MATRIX,)
    if not isinstance(matrix, YamlMapping):
        evaluated = plain(matrix, scope)
        return _of_record(evaluated) if isinstance(evaluated, Record) and evaluated.whole else (_ANY,)
    lists: dict[str, Sequence[_Entry]] = {}
    unknown = False
    for name, node in matrix.values.items():
        if name.lower() not in {"include", "exclude"}:
            items = _items(node, scope)
            unknown = unknown or items is None
            if items is not None:
                lists[name.lower()] = items
    included, excluded = _objects(matrix.values.get("include"), scope), _objects(matrix.values.get("exclude"), scope)
    whole = not unknown and included is not None and excluded is not None
    return _combine(lists, included or (), excluded or (), whole=whole) or (_ANY,)


_Entry = tuple[Evaluated, Value | None]
_Object = dict[str, _Entry]


def _combine(
    lists: Mapping[str, Sequence[_Entry]], included: Sequence[_Object], excluded: Sequence[_Object], *, whole: bool
) -> list[Leg]:
    base = [dict(zip(lists, values, strict=True)) for values in islice(product(*lists.values()), MOST)] if lists else []
    base = [leg for leg in base if not any(_agrees(leg, out) for out in excluded)]
    combined = [dict(leg) for leg in base]
    alone: list[_Object] = []
    for extra in included[:MOST]:
        fits = [
            index for index, leg in enumerate(base) if _agrees(leg, {key: extra[key] for key in extra if key in lists})
        ]
        for index in fits:
            combined[index].update(extra)
        if not fits:
            alone.append(extra)
    return [_leg(leg, whole=whole) for leg in (*combined, *alone)][:MOST]


def _agrees(leg: _Object, wanted: _Object) -> bool:
    return all(key in leg and _same(leg[key][0], value) for key, (value, _) in wanted.items())


def _same(one: Evaluated, other: Evaluated) -> bool:
    match one, other:
        case (Record(), Record()):
            return one.fields.keys() == other.fields.keys() and all(
                _same(each, other.fields[key]) for key, each in one.fields.items()
            )
        case (Array(), Array()):
            return len(one.items) == len(other.items) and all(map(_same, one.items, other.items))
        case (Record() | Array() | Unknown(), _) | (_, Record() | Array() | Unknown()):
            return False
        case _:
            return to_text(one) == to_text(other)


def _leg(leg: _Object, *, whole: bool) -> Leg:
    origins = {name: origin for name, (_, origin) in leg.items() if origin is not None}
    return Leg({name: value for name, (value, _) in leg.items()}, origins, whole=whole)


def _items(node: Node, scope: Scope) -> Sequence[_Entry] | None:
    """Return the values of one list of the matrix; None if they are not known."""
    if isinstance(node, YamlList):
        return [entry(item, scope) for item in node.items[:MOST]]
    evaluated = plain(node, scope)
    return [(item, None) for item in evaluated.items[:MOST]] if isinstance(evaluated, Array) else None


def _objects(node: Node | None, scope: Scope) -> Sequence[_Object] | None:
    if node is None:
        return ()
    if isinstance(node, YamlList):
        return [
            {name.lower(): entry(value, scope) for name, value in item.values.items()} for item in node.mappings[:MOST]
        ]
    evaluated = plain(node, scope)
    return _plain_objects(evaluated) if isinstance(evaluated, Array) else None


def _plain_objects(array: Array) -> Sequence[_Object] | None:
    if not all(isinstance(item, Record) for item in array.items):
        return None
    return [
        {name: (value, None) for name, value in item.fields.items()}
        for item in array.items[:MOST]
        if isinstance(item, Record)
    ]


def _of_record(record: Record) -> Sequence[Leg]:
    """Expand a matrix that an expression gives as a whole."""
    fields = dict(record.fields)
    included, excluded = fields.pop("include", Array(())), fields.pop("exclude", Array(()))
    lists = {name: [(item, None) for item in each.items] for name, each in fields.items() if isinstance(each, Array)}
    if len(lists) < len(fields) or not isinstance(included, Array) or not isinstance(excluded, Array):
        return (_ANY,)
    return _combine(lists, _plain_objects(included) or (), _plain_objects(excluded) or (), whole=True) or (_ANY,)


def entry(node: Node, scope: Scope) -> tuple[Evaluated, Value | None]:
    """Return a value of the matrix, and where it is written if it is written out as text."""
    value = plain(node, scope)
    if isinstance(node, YamlText) and "${{" not in node.text:
        # `3.10` without quotes is the number 3.1.
        text = to_text(value)
        place = node.traced
        return value, Value(place if place.text == text else spelled(text, node.span), node.span)
    return value, None


def plain(node: Node, scope: Scope, depth: int = 0) -> Evaluated:
    """Return what a YAML node gives: text without quotes may be null, a boolean or a number."""
    if depth > _DEEPEST:
        return UNKNOWN
    match node:
        case YamlText():
            if "${{" in node.text:
                return value_of(node.text, scope)
            return _scalar(node)
        case YamlList():
            return Array(tuple([plain(item, scope, depth + 1) for item in node.items]))
        case YamlMapping():
            fields = {name.lower(): plain(each, scope, depth + 1) for name, each in node.values.items()}
            return Record(fields, tuple(node.values))


def _scalar(node: YamlText) -> Evaluated:
    if node.style:
        return node.text
    if node.text in _PLAIN:
        return _PLAIN[node.text]
    return parse_number(node.text) if _NUMBER.fullmatch(node.text) else node.text
