"""The one place that knows dockerfile-parse.

dockerfile-parse finds instructions and their lines, but it does not know here-documents, blank lines within a
continuation, escaped escape characters, byte order marks, a last line without newline, `# check=`, nor Go's notion of
a blank. So it is handed a masked copy of the file, line for line, in which all of those are written in the subset that
it reads exactly; only the instruction's name and line numbers are taken from it. Its setters and its environment
replacement are never used (they write files, lose text, or take exponential time).
"""

from __future__ import annotations

import re
from io import StringIO
from typing import TYPE_CHECKING

from dockerfile_parse import DockerfileParser

if TYPE_CHECKING:
    from dockwright.dockerfile.scan import Lines, Scan
    from dockwright.source import Source

_PLAIN_START = re.compile(r"[ \t]*[A-Za-z]+[ \t]+[!-~]")
_LETTERS = re.compile(r"[A-Za-z]+")
_LONG = 64
"""Longer continuations keep only their first and last line: dockerfile-parse takes quadratic time for them."""


Found = tuple[str, int, int]
"""An instruction as dockerfile-parse sees it: its name in upper case, its lines from 1, bodies left out."""


def find(source: Source, scanned: Scan) -> list[Found]:
    """Let dockerfile-parse find the instructions of a file whose lines have been told apart."""
    structure = DockerfileParser(fileobj=StringIO(masked(source, scanned), newline="\n")).structure
    return [
        (entry["instruction"], entry["startline"] + 1, entry["endline"] + 1)
        for entry in structure
        if entry["instruction"] != "COMMENT"
    ]


def expected(instruction: Lines) -> Found:
    """Return what dockerfile-parse must find for an instruction in the masked copy."""
    return (_name(instruction), instruction.code[0] + 1, instruction.code[-1] + 1)


def masked(source: Source, scanned: Scan) -> str:
    """Return a copy of the same number of lines in the subset that dockerfile-parse reads exactly."""
    lines = [""] * len(source.line_starts)
    for directive in scanned.directives:
        escape = directive.name == "escape" and scanned.escape == "`"
        lines[directive.span.first.line - 1] = "# escape=`" if escape else "# syntax=x"
    for instruction in scanned.instructions:
        _mask(lines, instruction, source, scanned.escape)
    return "\n".join(lines) + "\n"


def _mask(lines: list[str], instruction: Lines, source: Source, escape: str) -> None:
    """Copy an instruction's lines, rewriting those that dockerfile-parse would read otherwise."""
    code = instruction.code
    first, last = code[0], code[-1]
    if last > first:
        lines[first:last] = ["#"] * (last - first)
    for index in code if len(code) <= _LONG else (first, last):
        text = source.line(index + 1)
        kept = text.rstrip()
        end = escape if index != last else ""
        if index == first and not _PLAIN_START.match(text):
            kept = f"{_name(instruction)} x {end}"
        elif kept.endswith(escape) != (index != last) or kept.lstrip().startswith("#") or not kept:
            kept = f"{_name(instruction)} x {end}" if index == first else f"x {end}"
        lines[index] = kept


def _name(instruction: Lines) -> str:
    keyword = _LETTERS.match(instruction.text.text)
    return keyword[0].upper() if keyword else "X"
