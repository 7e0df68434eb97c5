"""Which frontend a file asks for, in the forms that BuildKit accepts beside the parser directive `# syntax=`.

Source: moby/buildkit, frontend/dockerfile/parser/directives.go (DetectSyntax): a first line that begins with `#!` is
skipped, comments may begin with `//`, and a file may be JSON with a key `syntax`.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from dockwright.dockerfile.model import Directive
from dockwright.traced import Traced

if TYPE_CHECKING:
    from dockwright.source import Source

_SYNTAX = r"{comment}\s*syntax[^\S\n]*=[^\S\n]*(?P<value>[^\n]+?)[^\S\n]*(?:\n|\Z)"
_OTHER = r"(?:{comment}\s*(?:escape|check)[^\S\n]*=[^\n]+\n)*"
# Text, not compiled patterns: few files need them.
_AFTER_SHEBANG = r"(?ia)\ufeff?#![^\n]*\n" + _OTHER.format(comment="#") + _SYNTAX.format(comment="#")
_SLASHES = r"(?ia)\ufeff?(?:#![^\n]*\n)?" + _OTHER.format(comment="//") + _SYNTAX.format(comment="//")
_JSON = r'"syntax"\s*:\s*"(?P<value>[^"\\]+)"'


def frontend(source: Source) -> Directive | None:
    """Return the frontend that a file without `# syntax=` asks for in another form."""
    text = source.text
    start = text.removeprefix("\ufeff")[:2]
    if start == "#!":
        match = re.match(_AFTER_SHEBANG, text) or re.match(_SLASHES, text)
    elif start == "//":
        match = re.match(_SLASHES, text)
    elif start[:1] == "{" and _is_object(text):
        match = re.search(_JSON, text)
    else:
        return None
    if match is None:
        return None
    return Directive("syntax", Traced.of(source.span(*match.span("value"))), source.span(*match.span()))


def _is_object(text: str) -> bool:
    import json

    try:
        return isinstance(json.loads(text), dict)
    except (ValueError, RecursionError):
        return False
