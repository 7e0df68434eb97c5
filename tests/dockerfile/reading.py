"""Short ways to read a Dockerfile in a test."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dockwright.dockerfile import parse
from dockwright.source import Source

if TYPE_CHECKING:
    from dockwright.dockerfile import Dockerfile, Instruction
    from dockwright.traced import Traced


def read(text: str | bytes) -> Dockerfile:
    """Parse a text, or bytes as they stand in a file."""
    data = text.encode() if isinstance(text, str) else text
    return parse(Source.decode("Dockerfile", data))


def one(text: str) -> Instruction:
    """Return the instruction that follows a FROM."""
    dockerfile = read("FROM a\n" + text)
    assert len(dockerfile.body) == 2, dockerfile.body
    return dockerfile.body[1]


def texts(words: tuple[Traced, ...]) -> list[str]:
    """Return the words' texts."""
    return [word.text for word in words]


def errors(text: str | bytes) -> list[tuple[int, int, str]]:
    """Return line, column and text of the place of each error."""
    return [(error.span.first.line, error.span.first.column, error.span.text) for error in read(text).errors]


def outline(text: str | bytes) -> list[tuple[str, int, int]]:
    """Return name, first and last line of each instruction."""
    return [(item.name, item.line, item.end_line) for item in read(text).body]
