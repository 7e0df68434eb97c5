"""HCL written as JSON (hashicorp/hcl, json/spec.md): the same blocks and attributes; strings are templates."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dockwright.files._hcl.model import (
    EMPTY_BODY,
    Attribute,
    Block,
    Body,
    Expression,
    Items,
    Literal,
    Members,
    Template,
)
from dockwright.files._hcl.parse import parse_template
from dockwright.files._hcl.tokens import Broken
from dockwright.files._hcl.values import Boolean, Null, Number, Unknown, Value, read_number
from dockwright.files._jsonc import Json, JsonList, JsonLiteral, JsonObject, JsonText, read_json
from dockwright.finding import Problem

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator

    from dockwright.source import Source

_COMMENT = "//"


def parse_json(source: Source, *, blocks: Collection[str]) -> tuple[Body, Problem | None]:
    """Read a file in which these properties are blocks with one label; a broken one is empty, and its problem."""
    document = read_json(source, comments=False)
    if isinstance(document, Problem):
        return EMPTY_BODY, document
    try:
        return _body(document, blocks), None
    except _BrokenTextError as broken:
        return EMPTY_BODY, Problem(broken.text.span, f"{broken.message}.")


class _BrokenTextError(Exception):
    """A string that is no template."""

    def __init__(self, text: JsonText, message: str) -> None:
        super().__init__(message)
        self.text = text
        self.message = message


def _pairs(node: Json) -> Iterator[tuple[JsonText, Json]]:
    """Yield the members of an object, or of all objects of a list."""
    for each in node.items if isinstance(node, JsonList) else (node,):
        if isinstance(each, JsonObject):
            yield from each.pairs


def _body(node: Json, blocks: Collection[str]) -> Body:
    attributes: dict[str, Attribute] = {}
    found: list[Block] = []
    for key, value in _pairs(node):
        if key.text in blocks:
            found += _labelled(key.text, value)
        elif key.text != _COMMENT:
            attributes[key.text] = Attribute(key.text, _expression(value), key.span)
    return Body(attributes, tuple(found))


def _labelled(kind: str, node: Json) -> Iterator[Block]:
    for label, value in _pairs(node):
        for body in value.items if isinstance(value, JsonList) else (value,):
            yield Block(kind, (label.text,), _body(body, ()), label.span)


def _expression(node: Json) -> Expression:
    match node:
        case JsonText():
            return _template(node)
        case JsonLiteral():
            return Literal(_literal(node), node.span)
        case JsonList():
            return Items(tuple(_expression(item) for item in node.items), node.span)
        case JsonObject():
            return Members(tuple((_template(key), _expression(value)) for key, value in node.pairs), node.span)


def _template(text: JsonText) -> Template:
    try:
        return parse_template(text.traced, text.span)
    except Broken as broken:
        raise _BrokenTextError(text, broken.message) from None


def _literal(node: JsonLiteral) -> Value:
    match node.text:
        case "true" | "false":
            return Boolean(node.text == "true", node.span)
        case "null":
            return Null(node.span)
        case text:
            number = read_number(text)
            return Unknown(node.span) if number is None else Number(number, node.span)
