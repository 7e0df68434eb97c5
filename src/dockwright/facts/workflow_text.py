"""Texts of workflows: steps written anew with what another step gives."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING

from dockwright.files.expression import expressions

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

# Text, not compiled patterns: few reviews need them.
_NAME = r"\b(?i:github|env|vars|secrets|inputs|matrix|needs|steps|runner|strategy|job|jobs)\b(?:\.[\w-]+)*"
_PLAIN = r"(?!.*(?:: |:$| #))(?:[A-Za-z_./]|\$\{\{|\d+$)(?:[^\n\t\"\\]*\S)?"
"""What needs no quotes in YAML; of numbers only whole ones, for `3.10` would be 3.1."""


def references(text: str) -> frozenset[str]:
    """Return what the expressions in a text as written name, in lower case; `?` for what is not plain to read."""
    found: set[str] = set()
    for start, end, _ in expressions(text):
        code = re.sub(r"'(?:[^']|'')*'", "''", text[start:end])
        found.update(match[0].lower() for match in re.finditer(_NAME, code))
        if "[" in code or "*" in code:
            found.add("?")
    return frozenset(found)


def scalar(text: str, indent: str) -> str:
    """Write a text as YAML: plain where that is safe, lines as a block; `indent` is that of the block's lines."""
    lines = [line for line in text.split("\n") if line.strip()]
    if len(lines) > 1 and not any(line.startswith((" ", "\t")) or not line.isprintable() for line in lines):
        return "|\n" + "\n".join(f"{indent}{line.rstrip()}" for line in lines)
    one = text.strip()
    return one if re.fullmatch(_PLAIN, one) else json.dumps(one, ensure_ascii=False)


def mapping(values: Mapping[str, str], indent: str) -> list[str]:
    """Write keys and values, a line for each."""
    return [f"{indent}{name}: {scalar(text, indent + '  ')}" for name, text in values.items()]


def step_text(uses: str, inputs: Mapping[str, str], *, identifier: str | None = None) -> list[str]:
    """Write a step of a job; `uses` is its action as written, with the comment behind it."""
    lines = [f"      - uses: {uses}"]
    if identifier is not None:
        lines.append(f"        id: {identifier}")
    if inputs:
        lines += ["        with:", *mapping(inputs, "          ")]
    return lines


def joined(blocks: Iterable[Iterable[str]]) -> str:
    """Join blocks of lines with an empty line between them; empty blocks are left out."""
    return "\n\n".join("\n".join(lines) for block in blocks if (lines := list(block))) + "\n"
