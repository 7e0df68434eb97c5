"""Here-documents where tree-sitter-bash loses them: several on a line, or words after the delimiter.

`<<EOF bash` and `cat <<A <<B` are errors for its grammar, and the bodies become commands. Then this module finds the
here-documents itself and hands the grammar a text of the same length with plain redirections (`<  EOF bash`) and blank
bodies. Substitutions in such a body are not found.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from msgspec import Struct

if TYPE_CHECKING:
    from collections.abc import Mapping

_TOKEN = re.compile(
    r"""\\. | '[^']*' | "(?:[^"\\]|\\.)*" | (?<![^\s;&|()])\#[^\n]* | <<< | \n
    | (?P<operator><<-?) [ \t]* (?P<word> (?: \\. | '[^'\n]*' | "[^"\n]*" | [^\s;&|<>()'"\\] )+ )
    | [^\\'"#<\n]+ | .""",
    re.VERBOSE | re.DOTALL,
)
_QUOTES = re.compile(r"[\\'\"]")
_VISIBLE = re.compile(r"[^\n]")


class Heredoc(Struct, frozen=True, gc=False):
    """A here-document; offsets are those of the text, `body_end` is where the line begins that ends it."""

    operator: str
    delimiter: str
    expands: bool
    body_start: int = 0
    body_end: int = 0
    end: int = 0


class Masked(Struct, frozen=True, gc=False):
    """A text without here-documents, and those that it had, by the offset of their operator."""

    text: str
    heredocs: Mapping[int, Heredoc]


def mask(text: str) -> Masked | None:
    """Take the here-documents out of a text; None if there are none, or one does not end."""
    opened: list[tuple[int, Heredoc]] = []
    found: dict[int, Heredoc] = {}
    parts: list[str] = []
    done = offset = 0
    while match := _TOKEN.match(text, offset):
        offset = match.end()
        operator = match["operator"]
        if operator:
            word = match["word"]
            opened.append((match.start(), Heredoc(operator, _QUOTES.sub("", word), not _QUOTES.search(word))))
            parts += (text[done : match.start()], "<".ljust(len(operator)))
            done = match.start() + len(operator)
        elif match[0] == "\n" and opened:
            for start, heredoc in opened:
                closed = _close(text, heredoc, offset)
                if closed is None:
                    return None
                found[start] = closed
                offset = min(len(text), closed.end + 1)
            parts += (text[done : match.end()], _VISIBLE.sub(" ", text[match.end() : offset]))
            done = offset
            opened = []
    return Masked("".join((*parts, text[done:])), found) if found and not opened else None


def _close(text: str, heredoc: Heredoc, start: int) -> Heredoc | None:
    """Return the here-document with its body, which begins at an offset; None if no line ends it."""
    tabs = "\t*" if heredoc.operator == "<<-" else ""
    last = re.compile(rf"^{tabs}{re.escape(heredoc.delimiter)}\r?$", re.MULTILINE).search(text, start)
    if last is None:
        return None
    return Heredoc(heredoc.operator, heredoc.delimiter, heredoc.expands, start, last.start(), last.end())
