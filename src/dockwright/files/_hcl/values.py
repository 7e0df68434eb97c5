"""Values of HCL expressions. Each knows the range in which the expression that has it is written.

What only the build knows (a variable without default, the time) is a value too: `Unknown`, or a `HOLE` inside a text
of which the rest is known.
"""

from __future__ import annotations

from decimal import Decimal, InvalidOperation
from typing import TYPE_CHECKING

from msgspec import Struct, structs

from dockwright.files.value import HOLE, Truth
from dockwright.traced import Traced

if TYPE_CHECKING:
    from collections.abc import Mapping

    from dockwright.source import Span

_LONGEST_NUMBER = 40


class Text(Struct, frozen=True):
    """A string; `traced` remembers where each character of it is written, maybe in a variable's default."""

    traced: Traced
    span: Span

    @property
    def text(self) -> str:
        """Its characters; a part that cannot be known is a `HOLE`."""
        return self.traced.text

    @property
    def known(self) -> bool:
        """Whether all of it is known."""
        return HOLE not in self.traced.text


class Number(Struct, frozen=True):
    """A number."""

    value: Decimal
    span: Span


class Boolean(Struct, frozen=True):
    """`true` or `false`."""

    value: bool
    span: Span


class Null(Struct, frozen=True):
    """`null`: as if the attribute were not there."""

    span: Span


class Unknown(Struct, frozen=True):
    """What the file does not tell."""

    span: Span


class Items(Struct, frozen=True):
    """A list (HCL: tuple)."""

    items: tuple[Value, ...]
    span: Span


class Members(Struct, frozen=True):
    """A map (HCL: object), in the order of the file."""

    members: Mapping[str, Value]
    span: Span


Value = Text | Number | Boolean | Null | Unknown | Items | Members


def placed(value: Value, span: Span) -> Value:
    """Return the value as that of another expression: a variable's, where it is used."""
    return structs.replace(value, span=span)


def spelled(text: str, span: Span | None) -> Traced:
    """Trace a text that a longer or shorter spelling stands for; nowhere, if that would pass for the letters."""
    if span is None or (span.end - span.start == len(text) and span.text != text):
        return Traced.made(text)
    return Traced(text, (0,), (span,))


def hole(span: Span) -> Traced:
    """Return a text of which nothing is known; its place must not pass for the letters of it."""
    end = span.start if span.end - span.start == len(HOLE) else span.end
    return Traced(HOLE, (0,), (span.source.span(span.start, end),))


def as_text(value: Value) -> Traced | None:
    """Convert to a string as HCL does; None for null, lists and maps, which it refuses."""
    match value:
        case Text():
            return value.traced
        case Number():
            text = number_text(value.value)
            return hole(value.span) if text is None else spelled(text, value.span)
        case Boolean():
            return spelled("true" if value.value else "false", value.span)
        case Unknown():
            return hole(value.span)
        case _:
            return None


def as_truth(value: Value) -> Truth:
    """Convert to a truth value as HCL does; unknown for what is none."""
    match value:
        case Boolean():
            return Truth.of(value.value)
        case Text() if value.text in {"true", "1"}:
            return Truth.TRUE
        case Text() if value.text in {"false", "0"}:
            return Truth.FALSE
        case _:
            return Truth.UNKNOWN


def of_truth(truth: Truth, span: Span) -> Value:
    """Return the value of a truth."""
    return Unknown(span) if truth is Truth.UNKNOWN else Boolean(truth is Truth.TRUE, span)


def as_number(value: Value) -> Decimal | None:
    """Convert to a number as HCL does; None if it is not known or is none."""
    match value:
        case Number():
            return value.value
        case Text():
            return read_number(value.text)
        case _:
            return None


def read_number(text: str) -> Decimal | None:
    """Read a number; None if it is none, or longer than people write."""
    try:
        number = Decimal(text) if text[:1] in "-.0123456789" and len(text) <= _LONGEST_NUMBER else None
    except InvalidOperation:
        return None
    return number if number is not None and number.is_finite() and _short(number) else None


def number_text(number: Decimal) -> str | None:
    """Write a number as HCL does, without exponent or closing zeros; None if it gets long."""
    if not _short(number):
        return None
    text = f"{number:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def _short(number: Decimal) -> bool:
    return abs(number.adjusted()) <= _LONGEST_NUMBER
