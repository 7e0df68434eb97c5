"""Edits of YAML in block style: values and keys in their places, and whole lines that go."""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec import json

from dockwright.files._yaml import YamlList, YamlText
from dockwright.source import Edit, Span

if TYPE_CHECKING:
    from dockwright.files._yaml import Node, YamlMapping


def is_block(mapping: YamlMapping) -> bool:
    """Tell whether each key but the first begins its line, so that lines can go."""
    return all(_begins_line(span) for span in list(mapping.keys.values())[1:])


def renamed(mapping: YamlMapping, key: str, to: str, value: str | None = None) -> tuple[Edit, ...]:
    """Return the edits that give a key another name, and its value another text."""
    edits = (Edit(mapping.keys[key], to),)
    node = mapping.values[key]
    return edits if value is None or not isinstance(node, YamlText) else (*edits, Edit(node.span, value))


def removed(mapping: YamlMapping, key: str) -> Edit | None:
    """Return the edit that removes a key with its value, line by line; None if they do not have lines of their own."""
    place, end = mapping.keys[key], _end(mapping.values[key])
    if not _begins_line(place) or end is None:
        return None
    source = place.source
    start = source.line_starts[place.first.line - 1]
    after = source.text.find("\n", end) + 1
    return Edit(Span(source, start, after or len(source.text)), "")


def indentation(span: Span) -> str:
    """Return as many blanks as stand, or could stand, before a key in its line."""
    return " " * (span.first.column - 1)


def text_of(value: str) -> str:
    """Write a text as a YAML scalar: plain where that is read as this text."""
    plain = value.replace("/", "").replace("-", "").replace("_", "").replace(".", "")
    return value if plain.isascii() and plain.isalpha() and value[0].isalpha() else json.encode(value).decode()


def _begins_line(span: Span) -> bool:
    return not span.source.line(span.first.line)[: span.first.column - 1].strip()


def _end(node: Node) -> int | None:
    """Return the offset of the last character of a node; None for one that is not found (an alias, an empty list)."""
    if isinstance(node, YamlText):
        text = node.span.text.rstrip()
        return node.span.start + max(len(text) - 1, 0)
    children = node.items if isinstance(node, YamlList) else tuple(node.values.values())
    ends = [_end(child) for child in children]
    return None if not ends or None in ends else max(end for end in ends if end is not None)
