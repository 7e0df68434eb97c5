"""Variables of bake files that the environment sets: they win over the files' defaults.

Source: docker/buildx, docs/bake-reference.md, "Variable". They are handed to the reader as one more bake file, whose
places are then exchanged for those where the values are really given.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from msgspec import Struct
from msgspec.structs import replace

from dockwright.files.value import HOLE, Value
from dockwright.source import Source, Span
from dockwright.traced import Traced

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

_DECLARED = re.compile(r"variable[ \t]+\"([\w-]+)\"|\"variable\"\s*:\s*\{", re.ASCII)
_JSON_NAME = re.compile(r"\"([\w-]+)\"\s*:\s*\{", re.ASCII)
_MOST = 50
_LONGEST = 2000
_DEEPEST = 12
_ESCAPES = {"\\": "\\\\", '"': '\\"', "\n": "\\n", "\r": "\\r", "\t": "\\t"}


class GivenVariables(Struct, frozen=True):
    """Variables as a bake file; `source` is None if nothing that the files declare is set."""

    source: Source | None
    values: tuple[Value, ...] = ()
    starts: tuple[int, ...] = ()

    @property
    def key(self) -> str:
        """Tell variables apart: equal keys, equal meaning."""
        return "" if self.source is None else self.source.text

    def relocated(self, thing: object, depth: int = 0) -> object:
        """Return settings in which nothing stands in the made file any more."""
        if depth > _DEEPEST or self.source is None:
            return thing
        if isinstance(thing, Value):
            return self._value(thing)
        if isinstance(thing, Struct) and not isinstance(thing, Span):
            return self._struct(thing, depth)
        if isinstance(thing, tuple):
            return tuple([self.relocated(each, depth + 1) for each in thing])
        if isinstance(thing, dict):
            return {key: self.relocated(each, depth + 1) for key, each in thing.items()}
        return thing

    def _struct(self, thing: Struct, depth: int) -> Struct:
        fields = {name: getattr(thing, name) for name in thing.__struct_fields__}
        changed = {name: self.relocated(each, depth + 1) for name, each in fields.items()}
        different = {name: each for name, each in changed.items() if each is not fields[name]}
        return replace(thing, **different) if different else thing

    def _value(self, value: Value) -> Value:
        inside = [span is not None and span.source is self.source for span in value.traced.spans]
        if not any(inside) and (value.written is None or value.written.source is not self.source):
            return value
        parts: list[Traced] = []
        for (start, end, span), moved in zip(value.traced.pieces(), inside, strict=True):
            part = value.traced.slice(start, end)
            parts.append(self._piece(part, span) if moved and span is not None else part)
        written = value.written
        if written is not None and written.source is self.source:
            written = self._given(written).written
        return Value(Traced.join(parts), written)

    def _piece(self, part: Traced, span: Span) -> Traced:
        given = self._given(span)
        if part.text == given.traced.text:
            return given.traced
        place = given.written
        if place is not None and place.end - place.start == len(part):
            place = Span(place.source, place.start, max(place.start, place.end - 1))
        return Traced(part.text, (0,), (place,))

    def _given(self, span: Span) -> Value:
        """Return the value that a place of the made file stands for."""
        index = max(index for index, start in enumerate(self.starts) if start <= span.start)
        return self.values[index]


NOTHING = GivenVariables(None)
"""No variables at all."""


def given_variables(sources: Iterable[Source], lookup: Callable[[str], Value | None]) -> GivenVariables:
    """Return the variables that bake files declare and the environment sets."""
    lines: list[str] = []
    values: list[Value] = []
    starts: list[int] = []
    length = 0
    for name in _declared(sources):
        value = lookup(name)
        if value is not None and len(values) < _MOST and len(value.traced) < _LONGEST:
            starts.append(length)
            values.append(value)
            lines.append(f"{name} = {_expression(value)}\n")
            length += len(lines[-1])
    if not values:
        return NOTHING
    return GivenVariables(Source("variables.hcl", "".join(lines)), tuple(values), tuple(starts))


def _declared(sources: Iterable[Source]) -> Mapping[str, None]:
    names: dict[str, None] = {}
    for source in sources:
        for match in _DECLARED.finditer(source.text):
            if match[1]:
                names[match[1]] = None
            elif source.path.endswith(".json"):
                names |= {each[1]: None for each in _JSON_NAME.finditer(source.text, match.end())}
    return names


def _expression(value: Value) -> str:
    """Write a value in HCL; one that is not known as a name that nothing declares."""
    text = value.traced.text
    if HOLE in text:
        return "unknown_to_dockwright"
    escaped = "".join(_ESCAPES.get(character, character) for character in text)
    return '"' + escaped.replace("${", "$${").replace("%{", "%%{") + '"'
