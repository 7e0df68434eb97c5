"""Entries of a target's lists: `type=gha,mode=max` or `{type = "gha", mode = "max"}`, with the place of each part."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from dockwright.files._hcl.values import Items, Members, Null, as_text, hole
from dockwright.files.build import Cache, Output
from dockwright.files.value import HOLE, Value
from dockwright.traced import Traced

if TYPE_CHECKING:
    from collections.abc import Iterator

    from dockwright.files._hcl.values import Value as HclValue

_FIELD = re.compile(r'"((?:[^"]|"")*)"(?:,|\Z)|([^,]*)(?:,|\Z)')


def text_of(value: HclValue) -> Value | None:
    """Return a value as text, with a hole where it is not known; None for null."""
    if isinstance(value, Null):
        return None
    text = as_text(value)
    return Value(hole(value.span) if text is None else text, value.span)


def texts_of(value: HclValue | None) -> tuple[Value, ...]:
    """Return the texts of a list, each once; none for what is no list."""
    found: dict[str, Value] = {}
    for number, item in enumerate(value.items if isinstance(value, Items) else ()):
        text = text_of(item)
        if text is not None and text.traced:
            found.setdefault(f"{text.text or number}", text)
    return tuple(found.values())


def members_of(value: HclValue | None) -> dict[str, Value]:
    """Return the texts of a map, by key."""
    texts = {key: text_of(item) for key, item in (value.members if isinstance(value, Members) else {}).items()}
    return {key: text for key, text in texts.items() if text is not None}


def entries_of(value: HclValue | None) -> Iterator[tuple[Value, dict[str, Value]]]:
    """Yield each entry of a list: as text, and its options by their names in lower case."""
    for item in value.items if isinstance(value, Items) else ():
        if isinstance(item, Members):
            options = members_of(item)
            yield Value(_as_csv(options), item.span), options
            continue
        text = text_of(item)
        if text is not None and text.traced:
            yield text, dict(_options(text))


def caches_of(value: HclValue | None) -> tuple[Cache, ...]:
    """Return the entries of `cache-from` or `cache-to`; one without `=` is the reference of a registry cache."""
    found: list[Cache] = []
    for entry, options in entries_of(value):
        if "=" not in entry.traced.text and not entry.unknown:
            found += (Cache(each, "registry", {"ref": each}) for each in _fields(entry))
            continue
        kind = options.pop("type", None)
        found.append(Cache(entry, None if kind is None else kind.text, options))
    return tuple({cache.value.text or id(cache): cache for cache in found}.values())


def outputs_of(value: HclValue | None) -> tuple[Output, ...]:
    """Return the entries of `output`; one that is only a path is a local export, `-` an archive."""
    found: list[Output] = []
    for entry, spaced in entries_of(value):
        # Here, unlike in the entries of caches, buildx forgives blanks around a name.
        options = {name.strip(): option for name, option in spaced.items()}
        kind = options.pop("type", None)
        if kind is None and "=" not in entry.traced.text and entry.text is not None:
            found.append(Output(entry, "tar" if entry.text == "-" else "local", {"dest": entry}))
        else:
            found.append(Output(entry, None if kind is None else kind.text, options))
    return tuple(found)


def named_of(value: HclValue | None, key: str) -> tuple[Value, ...]:
    """Return the entries of a list of which the last with the same `key` counts (`attest`, `secret`)."""
    found: dict[object, Value] = {}
    for number, (entry, options) in enumerate(entries_of(value)):
        name = options.get(key)
        found[number if name is None or name.text is None else name.text] = entry
    return tuple(found.values())


def _fields(entry: Value) -> Iterator[Value]:
    """Cut an entry at its commas; a field in quotes may hold some."""
    text = entry.traced.text
    at = 0
    while at < len(text):
        match = _FIELD.match(text, at)
        if match is None or match.end() == at:
            return
        group = 1 if match[1] is not None else 2
        if match[group]:
            field = entry.slice(match.start(group), match.end(group))
            yield field if group == 2 or '""' not in match[1] else Value(_unquoted(field.traced), field.written)  # noqa: PLR2004
        at = match.end()


def _unquoted(text: Traced) -> Traced:
    parts, start = [], 0
    for match in re.finditer('""', text.text):
        parts.append(text.slice(start, match.start() + 1))
        start = match.end()
    parts.append(text.slice(start, len(text)))
    return Traced.join(parts)


def _options(entry: Value) -> Iterator[tuple[str, Value]]:
    for field in _fields(entry):
        name, equals, _ = field.traced.text.partition("=")
        if equals and HOLE not in name:
            start, end = len(name) + 1, len(field.traced)
            value = field.slice(start, end) if start < end else Value(Traced.made(""), field.written)
            yield name.lower(), value


def _as_csv(options: dict[str, Value]) -> Traced:
    parts: list[Traced] = []
    for key, value in options.items():
        parts += (Traced.made(f",{key}=" if parts else f"{key}="), value.traced)
    return Traced.join(parts)
