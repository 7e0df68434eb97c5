"""The names of bake files: variables at their defaults, functions, and the targets that a matrix makes of one block.

A variable without default is unknown, although bake takes it for empty: such are there to be set.
"""

from __future__ import annotations

import re
from itertools import product
from typing import TYPE_CHECKING

from msgspec import Struct

from dockwright.files._hcl import model
from dockwright.files._hcl.evaluate import Evaluator, Function, TooMuch, World
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
    as_text,
    as_truth,
    of_truth,
)
from dockwright.traced import Traced

if TYPE_CHECKING:
    from collections.abc import Hashable, Iterable, Iterator, Mapping

    from dockwright.files._hcl.model import Attribute, Block, Body

BLOCKS = ("variable", "function", "group", "target")
"""The types of blocks that bake knows."""

MOST_TARGETS = 1000
"""Targets of a file that are followed, those of a matrix included."""

_NAME = re.compile(r"[a-zA-Z0-9_-]+")


class Instance(Struct, frozen=True):
    """A target as one block gives it: the name, and what the names of its matrix mean in it."""

    name: str
    block: Block
    scope: Mapping[str, Value]


class BakeWorld(World):
    """What names mean in bake files that are merged, in their order."""

    def __init__(self, bodies: Iterable[Body]) -> None:
        self._evaluator = Evaluator(self)
        self._attributes: dict[str, Attribute] = {}
        self._blocks: dict[str, dict[str, list[Block]]] = {kind: {} for kind in BLOCKS}
        for body in bodies:
            self._attributes.update(body.attributes)
            for block in body.blocks:
                if block.type in self._blocks and len(block.labels) == 1:
                    self._blocks[block.type].setdefault(block.labels[0], []).append(block)
        self._values: dict[Hashable, Value] = {}
        self._running: set[Hashable] = set()

    def blocks(self, kind: str) -> Iterator[Block]:
        """Yield the blocks of a type; those with the same label together."""
        for blocks in self._blocks[kind].values():
            yield from blocks

    def value(self, expression: model.Expression, scope: Mapping[str, Value]) -> Value:
        """Evaluate an expression of the files."""
        try:
            return self._evaluator.value(expression, scope)
        except TooMuch:
            return Unknown(expression.span)

    def variable(self, name: str) -> Value | None:
        """See `World.variable`."""
        blocks = self._blocks["variable"].get(name)
        if name in self._attributes:
            return self._once(name, self._attributes[name].expression)
        if blocks is None:
            return None
        default = blocks[-1].body.attributes.get("default")
        if default is None:
            return Unknown(blocks[-1].span)
        value = self._once(name, default.expression)
        declared = blocks[-1].body.attributes.get("type")
        return value if declared is None else _converted(value, _type_name(declared.expression))

    def attribute(self, path: tuple[str, str, str]) -> Value | None:
        """See `World.attribute`: what a block itself says, without what it inherits."""
        kind, label, name = path
        if kind not in self._blocks:
            return None
        for block in reversed(self._blocks[kind].get(label, ())):
            attribute = block.body.attributes.get(name)
            if "matrix" in block.body.attributes:
                return None
            if attribute is not None:
                return self._once(path, attribute.expression)
        return None

    def function(self, name: str) -> Function | None:
        """See `World.function`."""
        blocks = self._blocks["function"].get(name)
        if blocks is None:
            return None
        attributes = blocks[-1].body.attributes
        parameters, result = attributes.get("params"), attributes.get("result")
        variadic = attributes.get("variadic_params")
        if parameters is None or result is None or not isinstance(parameters.expression, model.Items):
            return None
        names = tuple(_word(item) for item in parameters.expression.items)
        return Function(names, None if variadic is None else _word(variadic.expression), result.expression)

    def _once(self, key: Hashable, expression: model.Expression) -> Value:
        """Evaluate what has a name, once; what needs itself is unknown."""
        if key in self._values:
            return self._values[key]
        if key in self._running:
            return Unknown(expression.span)
        self._running.add(key)
        try:
            self._values[key] = self._evaluator.value(expression, {})
        finally:
            self._running.discard(key)
        return self._values[key]

    def instances(self) -> Iterator[Instance]:
        """Yield the targets, block by block."""
        left = MOST_TARGETS
        for block in self.blocks("target"):
            for instance in self._of_block(block):
                if not left:
                    return
                left -= 1
                yield instance

    def _of_block(self, block: Block) -> list[Instance]:
        label = block.labels[0]
        matrix, name = block.body.attributes.get("matrix"), block.body.attributes.get("name")
        scopes = None if matrix is None else _combinations(self.value(matrix.expression, {}))
        found: list[Instance] = []
        for scope in scopes or ():
            text = None if name is None else as_text(self.value(name.expression, scope))
            if text is None or not _NAME.fullmatch(text.text):
                # Without the names, all that is known is what the targets have in common.
                return [Instance(label, block, {})]
            found.append(Instance(text.text, block, scope))
        return [Instance(label, block, {})] if scopes is None else found


def _combinations(matrix: Value) -> list[dict[str, Value]] | None:
    """Return what the names of a matrix mean in each of its targets; None if that is not known."""
    if not isinstance(matrix, Members):
        return None
    axes: list[tuple[Value, ...]] = []
    count = 1
    for axis in matrix.members.values():
        if not isinstance(axis, Items) or any(isinstance(item, Unknown) for item in axis.items):
            return None
        axes.append(axis.items)
        count *= len(axis.items)
        if count > MOST_TARGETS:
            return None
    return [dict(zip(matrix.members, items, strict=True)) for items in product(*axes)]


def _word(expression: model.Expression) -> str:
    """Return a name that stands for itself: `name`, or `"name"` in JSON; an impossible one for anything else."""
    match expression:
        case model.Variable():
            return expression.name
        case model.Template(parts=(Traced() as text,)):
            return text.text
        case _:
            return ""


def _type_name(expression: model.Expression) -> str:
    return _word(expression)


def _converted(value: Value, declared: str) -> Value:
    """Convert a default to the declared type of its variable, for the types of which values are converted."""
    match declared, value:
        case "string", (Number() | Boolean()):
            text = as_text(value)
            return value if text is None else Text(text, value.span)
        case "number", Text():
            number = as_number(value)
            return Unknown(value.span) if number is None else Number(number, value.span)
        case "bool", Text():
            return of_truth(as_truth(value), value.span)
        case _, Null():
            return Unknown(value.span)
        case _:
            return value
