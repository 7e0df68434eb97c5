"""Text with `${{ }}` in it, and conditions (`if:`), which need none."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Protocol

from dockwright.files.expression.evaluate import STATUS, evaluate
from dockwright.files.expression.functions import concatenate
from dockwright.files.expression.parse import parse
from dockwright.files.expression.tree import functions
from dockwright.files.expression.values import UNKNOWN, Evaluated, Unknown, to_text, truth
from dockwright.files.value import HOLE, Truth, Value, spelled
from dockwright.traced import Traced

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from dockwright.source import Span

_BEGIN = "${{"
_EXPRESSION = re.compile(r"\$\{\{((?:[^'}]|'[^']*'|\}(?!\}))*+)\}\}")
_PLAIN_NAME = re.compile(r"\s*(\w+)\.([\w-]+)\s*", re.ASCII)


class Scope(Protocol):
    """What expressions at a place of a workflow may name, on one event."""

    @property
    def contexts(self) -> Mapping[str, Evaluated]:
        """Return the contexts, by name in lower case."""
        ...

    @property
    def status(self) -> Mapping[str, Evaluated]:
        """Return what the status functions give."""
        ...

    def origin(self, context: str, name: str) -> Value | None:
        """Return what `env.NAME`, `inputs.name`, `matrix.name` was given, with its places; None if nobody knows."""
        ...


def expressions(text: str) -> Iterator[tuple[int, int, str]]:
    """Yield each `${{ }}` of a text: where it begins and ends, and what it holds."""
    offset = text.find(_BEGIN)
    while offset >= 0:
        match = _EXPRESSION.match(text, offset)
        if match is None:
            return
        yield offset, match.end(), match[1]
        offset = text.find(_BEGIN, match.end())


def expand(text: Traced, scope: Scope, written: Span | None = None) -> Value:
    """Fill in the expressions of a text; those that cannot be known leave a `HOLE` each.

    `written` is where the text is given, if that is more than its own place.
    """
    written = text.span if written is None else written
    if _BEGIN not in text.text:
        return Value(text, written)
    parts: list[Traced] = []
    start = 0
    for begin, end, inner in expressions(text.text):
        parts.append(text.slice(start, begin))
        parts.append(_filled(text.slice(begin, end), inner, scope))
        start = end
    parts.append(text.slice(start, len(text)))
    return Value(Traced.join(parts), written)


def _filled(place: Traced, inner: str, scope: Scope) -> Traced:
    name = _PLAIN_NAME.fullmatch(inner)
    origin = scope.origin(name[1].lower(), name[2].lower()) if name else None
    if origin is not None:
        return origin.traced
    value = evaluate(inner, scope.contexts, scope.status)
    return spelled(HOLE if isinstance(value, Unknown) else to_text(value), place.span)


def value_of(text: str, scope: Scope) -> Evaluated:
    """Return what a text gives where a value of any kind may stand: one expression alone keeps its kind."""
    found = list(expressions(text))
    if not found:
        return text
    if len(found) == 1 and not text[: found[0][0]].strip() and not text[found[0][1] :].strip():
        return evaluate(found[0][2], scope.contexts, scope.status)
    parts: list[Evaluated] = []
    start = 0
    for begin, end, inner in found:
        parts += (text[start:begin], evaluate(inner, scope.contexts, scope.status))
        start = end
    return concatenate([*parts, text[start:]])


def condition(text: str | None, scope: Scope) -> Truth:
    """Return whether an `if:` holds; without a status function, everything before must have succeeded too."""
    succeeded = truth(scope.status.get("success", UNKNOWN))
    if text is None or not text.strip():
        return succeeded
    found = list(expressions(text))
    if not found:
        return _asked(text, scope, succeeded)
    if len(found) == 1 and not text[: found[0][0]].strip() and not text[found[0][1] :].strip():
        return _asked(found[0][2], scope, succeeded)
    # Text around an expression: the whole is a string, which is true because it is not empty.
    asks_status = any(_asks_status(inner) for _, _, inner in found)
    return Truth.TRUE if asks_status else succeeded


def _asked(text: str, scope: Scope, succeeded: Truth) -> Truth:
    answer = truth(evaluate(text, scope.contexts, scope.status))
    return answer if _asks_status(text) else succeeded & answer


def _asks_status(text: str) -> bool:
    node = parse(text)
    return node is not None and not functions(node).isdisjoint(STATUS)
