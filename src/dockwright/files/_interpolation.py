"""Variables in the values of a Compose file: `$V`, `${V:-default}`, and `$$` for a dollar sign.

Source: Compose specification, "Interpolation". The environment and `.env` are not known, so a variable is unknown, but
for the default that the file gives it: that is what holds unless somebody says otherwise, as with an `ARG`'s.
"""

from __future__ import annotations

import re

from dockwright.files.value import HOLE
from dockwright.traced import Traced

_DEEPEST = 20
_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")
_MODIFIER = re.compile(r":?[-?+]")


def interpolate(text: Traced) -> Traced:
    """Replace variables by their defaults, and by a `HOLE` where there is none, or where Compose would refuse it."""
    if "$" not in text.text:
        return text
    try:
        return _Interpolation(text).run()
    except _RefusedError:
        return hole(text)


def hole(text: Traced) -> Traced:
    """Return the same place, with nothing known of what it says."""
    span = text.span
    # Its place must not have the length of the hole: that would say that it stands there to the letter.
    if span is not None and span.end - span.start == len(HOLE):
        span = span.source.span(span.start, span.start)
    return Traced(HOLE, (0,), (span,))


class _RefusedError(Exception):
    """Compose would not accept the text."""


class _Interpolation:
    """One pass over a text; `_at` is the offset of the next character."""

    def __init__(self, text: Traced) -> None:
        self._text = text
        self._at = 0
        self._depth = 0

    def run(self) -> Traced:
        return Traced.join(self._until(""))

    def _until(self, stop: str) -> list[Traced]:
        """Read up to and over `stop`; to the end for an empty one."""
        text = self._text.text
        parts: list[Traced] = []
        while self._at < len(text):
            dollar = text.find("$", self._at)
            dollar = len(text) if dollar < 0 else dollar
            end = text.find(stop, self._at, dollar) if stop else -1
            parts.append(self._text.slice(self._at, dollar if end < 0 else end))
            if end >= 0:
                self._at = end + 1
                return parts
            self._at = dollar
            if dollar < len(text):
                parts.append(self._dollar())
        if stop:
            raise _RefusedError
        return parts

    def _dollar(self) -> Traced:
        start, text = self._at, self._text.text
        if text.startswith("$$", start):
            self._at += 2
            span = self._text.slice(start, self._at).span
            return Traced("$", (0,), (span,))
        if text.startswith("${", start):
            self._at += 2
            return self._braced(start)
        self._at += 1
        self._name()
        return hole(self._text.slice(start, self._at))

    def _name(self) -> None:
        found = _NAME.match(self._text.text, self._at)
        if found is None:
            raise _RefusedError
        self._at = found.end()

    def _braced(self, start: int) -> Traced:
        self._name()
        modifier = _MODIFIER.match(self._text.text, self._at)
        self._at += len(modifier[0]) if modifier else 0
        self._depth += 1
        if self._depth > _DEEPEST:
            raise _RefusedError
        operand = self._until("}")
        self._depth -= 1
        if modifier is None and any(operand):
            raise _RefusedError
        if modifier is not None and modifier[0].endswith("-"):
            return Traced.join(operand)
        return hole(self._text.slice(start, self._at))
