"""The functions of GitHub's expressions, with arguments that may be unknown.

`hashFiles` reads files of the run, so it is always unknown here; what is not in the documentation's list is too.
"""

from __future__ import annotations

import math
import re
from typing import TYPE_CHECKING

import msgspec

from dockwright.files.expression.values import (
    UNKNOWN,
    Array,
    Evaluated,
    FailedError,
    Record,
    Unknown,
    equal,
    fold,
    is_primitive,
    known,
    to_text,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

_LONGEST = 100_000
"""Characters of a text that a function reads or makes; a longer one is unknown."""

_DEEPEST = 50
_FIELD = re.compile(r"([^{}]*)(?:(\{\{|\}\})|\{(\d{1,3})[^{}]*\}|([{}])|\Z)")


def call(name: str, arguments: Sequence[Evaluated]) -> Evaluated:
    """Return what a function makes of its arguments.

    Raises:
        FailedError: the run would fail at it.
    """
    function = _FUNCTIONS.get(name)
    return UNKNOWN if function is None else function(*arguments)


def _contains(search: Evaluated, item: Evaluated) -> Evaluated:
    if isinstance(search, Array):
        return _any_equal(search, item)
    if isinstance(search, Unknown):
        inside = isinstance(item, str) and search.prefix and item.lower() in search.prefix.lower()
        return True if inside else UNKNOWN
    if isinstance(item, Unknown):
        return UNKNOWN
    return is_primitive(search) and is_primitive(item) and to_text(item).lower() in to_text(search).lower()


def _any_equal(array: Array, item: Evaluated) -> Evaluated:
    answers = [equal(each, item) for each in array.items]
    if True in answers:
        return True
    return UNKNOWN if None in answers else False


def _starts_with(text: Evaluated, start: Evaluated) -> Evaluated:
    if isinstance(start, Unknown):
        return UNKNOWN
    if isinstance(text, Unknown):
        return _unknown_starts_with(text, start)
    return is_primitive(text) and is_primitive(start) and fold(to_text(text)).startswith(fold(to_text(start)))


def _unknown_starts_with(text: Unknown, start: Evaluated) -> Evaluated:
    if not is_primitive(start):
        return False
    prefix, wanted = fold(text.prefix), fold(to_text(start))
    if prefix.startswith(wanted):
        return True
    return UNKNOWN if wanted.startswith(prefix) else False


def _ends_with(text: Evaluated, end: Evaluated) -> Evaluated:
    if not known(text, end):
        return UNKNOWN
    return is_primitive(text) and is_primitive(end) and fold(to_text(text)).endswith(fold(to_text(end)))


def _format(template: Evaluated, *arguments: Evaluated) -> Evaluated:
    if isinstance(template, Unknown):
        return UNKNOWN
    parts: list[Evaluated] = []
    text = to_text(template)
    if len(text) > _LONGEST:
        return UNKNOWN
    for match in _FIELD.finditer(text):
        parts.append(match[1])
        if match[4] or (match[3] and int(match[3]) >= len(arguments)):
            raise FailedError
        if match[2]:
            parts.append(match[2][0])
        elif match[3]:
            parts.append(arguments[int(match[3])])
    return concatenate(parts)


def concatenate(parts: Sequence[Evaluated]) -> Evaluated:
    """Join values as text; what comes before the first unknown one is known of the whole."""
    texts: list[str] = []
    for index, part in enumerate(parts):
        if isinstance(part, Unknown):
            rest = any(to_text(each) if known(each) else _is_text(each) for each in parts[index + 1 :])
            prefix = "".join(texts) + part.prefix
            return Unknown(truth=True if prefix or rest or part.truth else None, prefix=prefix)
        texts.append(to_text(part))
    size = sum(len(text) for text in texts)
    return "".join(texts) if size <= _LONGEST else UNKNOWN


def _is_text(value: Evaluated) -> bool:
    return isinstance(value, Unknown) and bool(value.truth or value.prefix)


def _join(array: Evaluated, separator: Evaluated = ",") -> Evaluated:
    if not known(array, separator):
        return UNKNOWN
    if not isinstance(array, Array):
        return to_text(array) if is_primitive(array) else ""
    between = to_text(separator) if is_primitive(separator) else ","
    parts: list[Evaluated] = []
    for item in array.items:
        parts += (between, item) if parts else (item,)
    return concatenate(parts)


def _to_json(value: Evaluated) -> Evaluated:
    try:
        return _json(value, "\n")
    except (_UndecidedError, RecursionError):
        return UNKNOWN


class _UndecidedError(Exception):
    """A part of the value is not known."""


def _json(value: Evaluated, line: str) -> str:
    inner = line + "  "
    match value:
        case Unknown() | Record(whole=False):
            raise _UndecidedError
        case float() if not math.isfinite(value):
            raise _UndecidedError  # JSON has no such numbers
        case None:
            return "null"
        case str():
            return _json_text(value)
        case Array():
            items = [_json(item, inner) for item in value.items]
            return f"[{inner}{f',{inner}'.join(items)}{line}]" if items else "[]"
        case Record():
            pairs = [f"{_json_text(name)}: {_json(value.get(name), inner)}" for name in value.names]
            return f"{{{inner}{f',{inner}'.join(pairs)}{line}}}" if pairs else "{}"
        case _:
            return to_text(value)


def _json_text(text: str) -> str:
    import json

    return json.dumps(text, ensure_ascii=False)


def _from_json(text: Evaluated) -> Evaluated:
    if not known(text):
        return UNKNOWN
    source = to_text(text)
    if len(source) > _LONGEST:
        return UNKNOWN
    try:
        return from_plain(msgspec.json.decode(source))
    except RecursionError:
        return UNKNOWN
    except ValueError as error:
        raise FailedError from error


def from_plain(value: object, depth: int = 0) -> Evaluated:
    """Make a value of what JSON or a matrix holds; deeper than 50 levels it is unknown."""
    match value:
        case _ if depth > _DEEPEST:
            return UNKNOWN
        case bool() | None | str() | float():
            return value
        case int():
            return float(value)
        case list():
            return Array(tuple([from_plain(item, depth + 1) for item in value]))
        case dict():
            fields: dict[str, Evaluated] = {}
            for key, item in value.items():
                fields.setdefault(str(key).lower(), from_plain(item, depth + 1))
            return Record(fields, tuple(str(key) for key in value))
        case _:
            return UNKNOWN


def _case(*arguments: Evaluated) -> Evaluated:
    for index in range(0, len(arguments) - 1, 2):
        if isinstance(arguments[index], Unknown):
            return UNKNOWN
        if not isinstance(arguments[index], bool):
            raise FailedError
        if arguments[index]:
            return arguments[index + 1]
    return arguments[-1]


_FUNCTIONS: dict[str, Callable[..., Evaluated]] = {
    "case": _case,
    "contains": _contains,
    "endswith": _ends_with,
    "format": _format,
    "fromjson": _from_json,
    "join": _join,
    "startswith": _starts_with,
    "tojson": _to_json,
}
