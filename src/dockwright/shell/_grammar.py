"""Shell text to tree-sitter's syntax trees, without surprises in time or offsets.

`_kinds` and `_walk` know the nodes of these trees; nothing else knows tree-sitter.
"""

from __future__ import annotations

import re
from functools import cache
from typing import TYPE_CHECKING

from msgspec import Struct

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from tree_sitter import Parser, Tree

    from dockwright.shell._heredocs import Heredoc

LONGEST = 1 << 20
"""The most characters of a script that are read; what follows is left out, and `Script.error` says so."""

_PIECE = 2048
"""A longer text is parsed in pieces of about this length: recovering from an error takes tree-sitter time and memory
that grow with the square of the text (40 kB of `a|` take 3 GB), so no parse may be long."""

_LONGEST_PIECE = 8 * 1024
"""How far a piece grows while it has an error because a loop or a quote ends beyond it."""

_MOST_ERRORS = 8
"""After so many pieces with errors the rest is no shell script that anyone wrote."""

_NO_HEREDOCS: Mapping[int, Heredoc] = {}
_ODD = re.compile(r"[^\x01-\x08\t-\n\r\x0e-\x7f]")
_LINE_END = re.compile(r"(?<![\\|&])\n")
_OPERATOR = re.compile(r";|&&|\|\||\|&?")


class Piece(Struct, frozen=True, gc=False):
    """A stretch of a script that was parsed at once.

    Attributes:
        tree: its syntax tree, with offsets from the piece's start.
        start: where the piece begins in the script.
        separator: the line end or operator between it and the next one; empty at the end of the script, or where none
            was found.
        end: where it ends; the separator begins there.
        heredocs: those that the tree shows as plain redirections, by the offset in the piece of their operator.
    """

    tree: Tree
    start: int
    end: int
    separator: str
    heredocs: Mapping[int, Heredoc]


@cache
def _parser() -> Parser:
    """Load the grammar.

    The package's own `__init__` imports `importlib.resources` for query files that are not needed here, which takes
    longer than everything else in a review; so its extension module is loaded from beside it.
    """
    import importlib.machinery
    import importlib.util

    from tree_sitter import Language, Parser

    package = importlib.util.find_spec("tree_sitter_bash")
    places = package.submodule_search_locations if package is not None else None
    spec = importlib.machinery.PathFinder.find_spec("tree_sitter_bash._binding", places)
    if spec is None or spec.loader is None:
        raise ImportError("tree-sitter-bash is not installed as expected")
    binding = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(binding)
    return Parser(Language(binding.language()))


def parse(text: str) -> Iterator[Piece]:
    """Parse a script, in pieces if it is long; stops early after too many errors (the pieces then end too soon)."""
    plain = _encode(text[:LONGEST])
    if len(plain) <= _PIECE:
        tree, heredocs = _tree(plain)
        yield Piece(tree, 0, len(plain), "", heredocs)
        return
    start = errors = 0
    while start < len(plain) and errors < _MOST_ERRORS:
        piece = _next_piece(text, plain, start)
        errors += piece.tree.root_node.has_error
        yield piece
        start = piece.end + len(piece.separator)


def _encode(text: str) -> bytes:
    """Return one ASCII byte for each character, so that offsets in the tree are offsets in the text.

    What is not ASCII is part of a word wherever it stands, like `_`; so are control characters that tree-sitter takes
    for blanks and no shell does.
    """
    if text.isascii() and not _ODD.search(text):
        return text.encode()
    return _ODD.sub("_", text).encode()


def _next_piece(text: str, plain: bytes, start: int) -> Piece:
    """Parse as much from an offset on as has no error, if that is possible within the longest piece."""
    size = _PIECE
    while True:
        end, separator = _cut(text, start, min(start + size, len(plain)), len(plain))
        tree, heredocs = _tree(plain[start:end])
        size *= 2
        if not tree.root_node.has_error or end == len(plain) or size > _LONGEST_PIECE:
            return Piece(tree, start, end, separator, heredocs)


def _tree(plain: bytes) -> tuple[Tree, Mapping[int, Heredoc]]:
    """Parse a text; if there is an error and a here-document, without here-documents."""
    tree = _parser().parse(plain)
    if b"<<" in plain and tree.root_node.has_error:
        from dockwright.shell._heredocs import mask

        masked = mask(plain.decode())
        if masked is not None:
            without = _parser().parse(masked.text.encode())
            if not without.root_node.has_error:
                return without, masked.heredocs
    return tree, _NO_HEREDOCS


def _cut(text: str, start: int, limit: int, total: int) -> tuple[int, str]:
    """Return where a piece ends: at the last line end before the limit, or else at the last operator."""
    if limit == total:
        return total, ""
    for boundary in (_LINE_END, _OPERATOR):
        found = None
        for match in boundary.finditer(text, start + 1, limit):
            found = match
        if found is not None:
            return found.start(), found[0]
    return limit, ""
