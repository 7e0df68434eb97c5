"""What a registry wants to be shown: the `WWW-Authenticate` header of a 401 (RFC 9110, section 11.6.1).

A header may hold several challenges, and values in quotes may hold commas: `Basic realm="a, b", Bearer realm="https://x"`.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from msgspec import Struct

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

_TOKEN = r"[!#$%&'*+.^_`|~0-9A-Za-z-]++"  # noqa: S105 - the grammar's `token`
_QUOTED = r'"((?:[^"\\]|\\.)*+)"'
# A parameter, or else the name of a scheme, which no `=` follows; but of a value that never ends, neither.
_PART = re.compile(rf'({_TOKEN})(?:[ \t]*=[ \t]*(?:{_QUOTED}|({_TOKEN}|(?=[,\s]|$)))|(?![ \t]*=[ \t]*"))', re.DOTALL)
# The end of a token68 (`Negotiate YWJj==`), whose beginning is taken for the name of a scheme, means nothing to us.
_BETWEEN = re.compile(r"[\s,]+|=+(?=[\s,]|$)")
_LONGEST: Final = 8192


class Challenge(Struct, frozen=True):
    """One way to prove who one is: the scheme in lower case, and its parameters by their names in lower case."""

    scheme: str
    parameters: Mapping[str, str]


def challenges(header: str) -> tuple[Challenge, ...]:
    """Read the challenges of a header, as far as it can be read; a parameter named twice counts as first named."""
    found: list[Challenge] = []
    for name, value in _parts(header[:_LONGEST]):
        if value is None:
            found.append(Challenge(name.lower(), {}))
        elif found:
            last = found[-1]
            found[-1] = Challenge(last.scheme, {name.lower(): value, **last.parameters})
    return tuple(found)


def _parts(header: str) -> Iterator[tuple[str, str | None]]:
    """Yield each scheme, with None, and each parameter with its value."""
    position = 0
    while position < len(header):
        if blank := _BETWEEN.match(header, position):
            position = blank.end()
        elif part := _PART.match(header, position):
            position = part.end()
            name, quoted, plain = part.groups()
            yield name, re.sub(r"\\(.)", r"\1", quoted, flags=re.DOTALL) if quoted is not None else plain
        else:
            return
