"""The values of GitHub's expressions, how they convert into each other, and how they compare.

After "Evaluate expressions in workflows and actions" (docs.github.com): null, boolean, number, string, array, object.
To these comes `Unknown`, for what only the run will tell. Where the documentation is silent, the runner decides
(actions/runner, src/Sdk/DTExpressions2): numbers become text with 15 digits (`G15`), strings compare without case.
"""

from __future__ import annotations

import math
import re
from typing import TYPE_CHECKING

from msgspec import Struct

from dockwright.files.value import Truth

if TYPE_CHECKING:
    from collections.abc import Mapping


class FailedError(Exception):
    """The run fails at the expression; it has no value."""


class Unknown(Struct, frozen=True):
    """A value that is not known, and what is known of it all the same.

    Attributes:
        truth: whether it counts as true, if that is decided (`inputs.x || true`).
        prefix: it is a string that begins so: `refs/tags/`.
        never: strings that it is not, in lower case.
    """

    truth: bool | None = None
    prefix: str = ""
    never: frozenset[str] = frozenset()


class Array(Struct, frozen=True, eq=False):
    """A list; `filtered` marks what a `*` has made, whose items are looked into one by one."""

    items: tuple[Evaluated, ...]
    filtered: bool = False


class Record(Struct, frozen=True, eq=False):
    """An object; its keys are told apart without case.

    Attributes:
        fields: its values by their keys in lower case.
        names: the keys as they are written; empty for a context.
        whole: whether it has no other keys: another one is null, and unknown in a record that is not whole.
    """

    fields: Mapping[str, Evaluated]
    names: tuple[str, ...] = ()
    whole: bool = True

    def get(self, key: str) -> Evaluated:
        """Return the value under a key."""
        found = self.fields.get(key.lower(), _MISSING)
        if isinstance(found, _Missing):
            return None if self.whole else UNKNOWN
        return found


Evaluated = None | bool | float | str | Array | Record | Unknown
"""What an expression gives. Numbers are always `float`."""


class _Missing(Struct, frozen=True):
    """No value at all."""


_MISSING = _Missing()

UNKNOWN = Unknown()
"""A value of which nothing is known."""

ANY_TEXT = Unknown(truth=True)
"""A value that is not empty; nothing else is known of it."""

_NUMBER = re.compile(r"[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?", re.ASCII)
_BASED = re.compile(r"0(?:x[0-9a-f]+|o[0-7]+)", re.IGNORECASE | re.ASCII)
_INFINITE = {"Infinity": math.inf, "+Infinity": math.inf, "-Infinity": -math.inf}
_LONGEST_NUMBER = 400
_DOTLESS = "\N{LATIN SMALL LETTER DOTLESS I}"


def known(*values: Evaluated) -> bool:
    """Tell whether none of the values is unknown."""
    return not any(isinstance(value, Unknown) for value in values)


def is_primitive(value: Evaluated) -> bool:
    """Tell whether it is null, a boolean, a number or a string."""
    return not isinstance(value, Array | Record | Unknown)


def truth(value: Evaluated) -> Truth:
    """Return whether it counts as true: all but null, false, 0, NaN and the empty string."""
    match value:
        case Unknown():
            return Truth.TRUE if value.prefix else Truth.of(value.truth)
        case float():
            return Truth.of(value != 0 and not math.isnan(value))
        case None | bool() | str():
            return Truth.of(bool(value))
        case _:
            return Truth.TRUE


def to_number(value: Evaluated) -> float:
    """Convert a known value to a number; NaN if it is none."""
    match value:
        case None:
            return 0.0
        case bool():
            return float(value)
        case float():
            return value
        case str():
            return parse_number(value)
        case _:
            return math.nan


def parse_number(text: str) -> float:
    """Read a number as JSON writes it, with a sign or in hexadecimal or octal too; empty is 0, anything else NaN."""
    text = text.strip()
    if not text:
        return 0.0
    if len(text) > _LONGEST_NUMBER:
        return math.nan
    if _NUMBER.fullmatch(text):
        return float(text)
    if _BASED.fullmatch(text):
        return float(int(text, 0)) if len(text) < _LONGEST_NUMBER // 2 else math.inf
    return _INFINITE.get(text, math.nan)


def to_text(value: Evaluated) -> str:
    """Convert a known value to text."""
    match value:
        case None:
            return ""
        case bool():
            return "true" if value else "false"
        case float():
            return _number_text(value)
        case str():
            return value
        case Array():
            return "Array"
        case _:
            return "Object"


def _number_text(value: float) -> str:
    if math.isnan(value):
        return "NaN"
    if math.isinf(value):
        return "Infinity" if value > 0 else "-Infinity"
    return format(value, ".15g").upper() if value else "0"


def fold(text: str) -> str:
    """Return the text as comparisons see it: without case, but for the dotless i."""
    return text.upper() if _DOTLESS not in text else _DOTLESS.join(part.upper() for part in text.split(_DOTLESS))


def equal(left: Evaluated, right: Evaluated) -> bool | None:
    """Compare as `==` does; None if it is not known."""
    if isinstance(left, Unknown) or isinstance(right, Unknown):
        return _equal_unknown(left, right)
    left, right = _same_kind(left, right)
    match left, right:
        case (str(), str()):
            return fold(left) == fold(right)
        case (float(), float()) | (bool(), bool()):
            return left == right  # NaN equals nothing, in Python too
        case (None, None):
            return True
        case _:
            return left is right


def _equal_unknown(left: Evaluated, right: Evaluated) -> bool | None:
    if isinstance(left, Unknown) and isinstance(right, Unknown):
        one, other = sorted((fold(left.prefix), fold(right.prefix)), key=len)
        return None if other.startswith(one) else False
    unknown, value = (left, right) if isinstance(left, Unknown) else (right, left)
    if isinstance(unknown, Unknown) and isinstance(value, str):
        excluded = value.lower() in unknown.never or not fold(value).startswith(fold(unknown.prefix))
        return False if excluded or (not value and unknown.truth) else None
    if isinstance(unknown, Unknown) and value is None and unknown.truth:
        return False if unknown.prefix else None
    return None


def compare(left: Evaluated, right: Evaluated) -> int | None:
    """Return the order of two known values: negative, 0, positive; None if they have none."""
    left, right = _same_kind(left, right)
    match left, right:
        case (str(), str()):
            one, other = _units(fold(left)), _units(fold(right))
            return (one > other) - (one < other)
        case (float(), float()):
            return None if math.isnan(left) or math.isnan(right) else (left > right) - (left < right)
        case (bool(), bool()):
            return left - right
        case _:
            return None


def _units(text: str) -> bytes:
    """Return UTF-16 units, by which strings are ordered."""
    return text.encode("utf-16-be", "surrogatepass")


def _same_kind(left: Evaluated, right: Evaluated) -> tuple[Evaluated, Evaluated]:
    """Convert two known values of different kinds to numbers, where comparing does that."""
    if type(left) is type(right):
        return left, right
    if left is None or isinstance(left, bool):
        return _same_kind(to_number(left), right)
    if right is None or isinstance(right, bool):
        return _same_kind(left, to_number(right))
    if isinstance(left, float) and isinstance(right, str):
        return left, to_number(right)
    if isinstance(left, str) and isinstance(right, float):
        return to_number(left), right
    return left, right
