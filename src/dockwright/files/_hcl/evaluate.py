"""What an HCL expression is worth, as far as the file tells: an unknown part makes only what needs it unknown."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING

from msgspec import Struct

from dockwright.files._hcl import model
from dockwright.files._hcl.functions import FUNCTIONS
from dockwright.files._hcl.operators import apply
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
    hole,
    of_truth,
    placed,
)
from dockwright.files.value import HOLE, Truth
from dockwright.traced import EMPTY, Traced

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from dockwright.source import Span

    Scope = Mapping[str, Value]

_DEEPEST = 80
_MOST_STEPS = 200_000
_MOST_CHARACTERS = 2_000_000


class TooMuch(Exception):
    """The expressions of a file cost more than people write."""


class Function(Struct, frozen=True):
    """A function that the file defines."""

    parameters: tuple[str, ...]
    variadic: str | None
    result: model.Expression


class World:
    """What names mean in a file; `dockwright.files._bake.world` has the one of bake."""

    def variable(self, name: str) -> Value | None:
        """Return the value of a variable; None if there is none."""
        raise NotImplementedError

    def attribute(self, path: tuple[str, str, str]) -> Value | None:
        """Return the value of an attribute of a block, by type, label and name; None if there is none."""
        raise NotImplementedError

    def function(self, name: str) -> Function | None:
        """Return a function of the file."""
        raise NotImplementedError


class Evaluator:
    """Evaluates expressions of one file; together they may cost so much and no more."""

    def __init__(self, world: World) -> None:
        self._world = world
        self._depth = 0
        self._steps = 0
        self._characters = 0
        self._kinds: dict[type, Callable[..., Value]] = {
            model.Literal: self._literal,
            model.Template: self._template,
            model.Variable: self._variable,
            model.Access: self._access,
            model.Splat: self._unknown,
            model.Call: self._call,
            model.Items: self._items,
            model.Members: self._members,
            model.For: self._for,
            model.Conditional: self._conditional,
            model.Unary: self._unary,
            model.Binary: self._binary,
        }

    def value(self, expression: model.Expression, scope: Scope) -> Value:
        """Evaluate an expression; `scope` has the names that hide those of the file.

        Raises:
            TooMuch: when the budget of the file is spent.
        """
        if self._depth > _DEEPEST:
            return Unknown(expression.span)
        self._spend()
        self._depth += 1
        try:
            return self._kinds[type(expression)](expression, scope)
        finally:
            self._depth -= 1

    def _spend(self, steps: int = 1, characters: int = 0) -> None:
        self._steps += steps
        self._characters += characters
        if self._steps > _MOST_STEPS or self._characters > _MOST_CHARACTERS:
            raise TooMuch

    def _literal(self, expression: model.Literal, _scope: Scope) -> Value:
        return expression.value

    def _unknown(self, expression: model.Expression, _scope: Scope) -> Value:
        return Unknown(expression.span)

    def _template(self, expression: model.Template, scope: Scope) -> Value:
        if expression.wrapped and isinstance(expression.parts[0], tuple):
            return placed(self.value(expression.parts[0][0], scope), expression.span)
        parts: list[Traced] = []
        for part in expression.parts:
            if isinstance(part, Traced):
                parts.append(part)
                continue
            value = self.value(part[0], scope)
            text = hole(part[1]) if isinstance(value, Unknown) else as_text(value)
            if text is None:
                return Unknown(expression.span)
            parts.append(text)
        self._spend(sum(len(part.starts) for part in parts), sum(len(part) for part in parts))
        return Text(Traced.join(parts), expression.span)

    def _variable(self, expression: model.Variable, scope: Scope) -> Value:
        value = scope.get(expression.name)
        if value is None:
            value = self._world.variable(expression.name)
        return Unknown(expression.span) if value is None else placed(value, expression.span)

    def _access(self, expression: model.Access, scope: Scope) -> Value:
        steps = [self.value(step, scope) for step in expression.steps]
        value = self._of_block(expression, scope, steps)
        if value is None:
            value = self.value(expression.source, scope)
        else:
            del steps[:2]
        for step in steps:
            value = _element(value, step, expression.span)
        return placed(value, expression.span)

    def _of_block(self, expression: model.Access, scope: Scope, steps: list[Value]) -> Value | None:
        """Return `target.name.attribute`."""
        source = expression.source
        if not isinstance(source, model.Variable) or source.name in scope or len(steps) < len(("name", "attribute")):
            return None
        name, attribute = steps[:2]
        if not isinstance(name, Text) or not isinstance(attribute, Text):
            return None
        return self._world.attribute((source.name, name.text, attribute.text))

    def _items(self, expression: model.Items, scope: Scope) -> Value:
        return Items(tuple(self.value(item, scope) for item in expression.items), expression.span)

    def _members(self, expression: model.Members, scope: Scope) -> Value:
        members: dict[str, Value] = {}
        for key, item in expression.members:
            name = as_text(self.value(key, scope))
            if name is None or not Text(name, key.span).known:
                return Unknown(expression.span)
            members[name.text] = self.value(item, scope)
        return Members(members, expression.span)

    def _conditional(self, expression: model.Conditional, scope: Scope) -> Value:
        condition = as_truth(self.value(expression.condition, scope))
        if condition is Truth.UNKNOWN:
            return Unknown(expression.span)
        return placed(self.value(expression.yes if condition.certain else expression.no, scope), expression.span)

    def _unary(self, expression: model.Unary, scope: Scope) -> Value:
        operand = self.value(expression.operand, scope)
        if expression.operator == "!":
            return of_truth(~as_truth(operand), expression.span)
        number = as_number(operand)
        return Unknown(expression.span) if number is None else Number(number.copy_negate(), expression.span)

    def _binary(self, expression: model.Binary, scope: Scope) -> Value:
        value = self.value(expression.first, scope)
        for operator, operand in expression.rest:
            other = self.value(operand, scope)
            self._spend(_size(value) + _size(other))
            value = apply(operator, value, other, span=expression.span)
        return value

    def _call(self, expression: model.Call, scope: Scope) -> Value:
        arguments = [self.value(argument, scope) for argument in expression.arguments]
        if expression.expands:
            last = arguments.pop()
            if not isinstance(last, Items):
                return Unknown(expression.span)
            arguments += last.items
        self._spend(sum(_size(argument) for argument in arguments), sum(_length(argument) for argument in arguments))
        built_in = FUNCTIONS.get(expression.name)
        if built_in is None:
            return self._call_own(expression, arguments)
        value = built_in(arguments, expression.span)
        return Unknown(expression.span) if value is None else value

    def _call_own(self, expression: model.Call, arguments: list[Value]) -> Value:
        function = self._world.function(expression.name)
        if function is None:
            return Unknown(expression.span)
        count = len(function.parameters)
        if len(arguments) < count or (len(arguments) > count and function.variadic is None):
            return Unknown(expression.span)
        scope = dict(zip(function.parameters, arguments, strict=False))
        if function.variadic is not None:
            scope[function.variadic] = Items(tuple(arguments[count:]), expression.span)
        return placed(self.value(function.result, scope), expression.span)

    def _joined(self, values: list[Value], span: Span) -> Value:
        texts = [as_text(value) for value in values]
        known = [text for text in texts if text is not None]
        self._spend(sum(len(text.starts) for text in known), sum(len(text) for text in known))
        return Text(Traced.join(known), span) if len(known) == len(texts) else Unknown(span)

    def _for(self, expression: model.For, scope: Scope) -> Value:
        pairs = _pairs(self.value(expression.collection, scope))
        results: list[tuple[str, Value]] = []
        for key, item in pairs if pairs is not None and not expression.groups else ():
            inner = {**scope, expression.names[1]: item}
            if expression.names[0] is not None:
                inner[expression.names[0]] = key
            self._spend(len(inner))
            wanted = Truth.TRUE if expression.condition is None else as_truth(self.value(expression.condition, inner))
            if wanted is Truth.UNKNOWN:
                return Unknown(expression.span)
            if wanted.certain:
                name = EMPTY if expression.result_key is None else as_text(self.value(expression.result_key, inner))
                if name is None or HOLE in name.text:
                    return Unknown(expression.span)
                results.append((name.text, self.value(expression.result, inner)))
        if pairs is None or expression.groups:
            return Unknown(expression.span)
        if expression.joins:
            return self._joined([value for _, value in results], expression.span)
        if expression.result_key is None:
            return Items(tuple(value for _, value in results), expression.span)
        return Members(dict(results), expression.span)


def _pairs(value: Value) -> Iterator[tuple[Value, Value]] | None:
    match value:
        case Items():
            return ((Number(Decimal(index), item.span), item) for index, item in enumerate(value.items))
        case Members():
            return ((Text(Traced.made(key), item.span), item) for key, item in sorted(value.members.items()))
        case _:
            return None


def _element(value: Value, key: Value, span: Span) -> Value:
    match value:
        case Items():
            index = as_number(key)
            if index is not None and index == int(index) and 0 <= index < len(value.items):
                return value.items[int(index)]
        case Members():
            name = as_text(key)
            if name is not None:
                return value.members.get(name.text, Unknown(span))
        case _:
            pass
    return Unknown(span)


def _size(value: Value) -> int:
    match value:
        case Text():
            return 1 + len(value.traced.starts)
        case Items():
            return 1 + len(value.items)
        case Members():
            return 1 + len(value.members)
        case Boolean() | Number() | Null() | Unknown():
            return 1


def _length(value: Value) -> int:
    """Count the characters of a text, or of the texts of a list."""
    match value:
        case Text():
            return len(value.traced)
        case Items():
            return sum(len(item.traced) for item in value.items if isinstance(item, Text))
        case _:
            return 0
