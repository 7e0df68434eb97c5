"""The lock files of Poetry, PDM and uv, which name every package with its version and its files.

All three are TOML written by a program, one entry a line or a few. They are read by line, which is some ten times
faster than as TOML (such a lock has up to some megabytes); what looks otherwise yields nothing.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from dockwright.facts.requirements import Requirement, Requirements, normalized

if TYPE_CHECKING:
    from dockwright.source import Source

# Text, not compiled patterns: see `requirements`.
_PARTS = (
    r"^(?P<table>\[\[?[\w.-]+\]\]?)[ \t]*$"
    r'|^(?:name = "(?P<name>[^"]*)"|version = "(?P<version>[^"]*)"|category = "(?P<category>[^"]*)"'
    r"|optional = (?P<optional>true)|groups = \[(?P<groups>[^\]]*)\]"
    r"|(?P<list>[\w-]+) = \[(?P<inline>.*)|source = \{(?P<source>.*)\})"
    r'|(?:file = "|/)(?P<file>[^"/\s]+\.(?:whl|tar\.gz|zip))"'
    r'|^    \{ name = "(?P<needs>[^"]*)"'
)
_INLINE_NAME = r'\{ name = "([^"]*)"'


class _Entry:
    """A `[[package]]` that is being read."""

    def __init__(self) -> None:
        self.name = self.version = ""
        self.files: list[str] = []
        self.needs: list[str] = []
        self.skipped = False
        self.own = False


def read_python_lock(source: Source) -> Requirements:
    """Return the packages of a lock that an image needs: not those of development groups alone, nor of extras."""
    entries = _entries(source)
    own = [entry for entry in entries if entry.own]
    wanted = _closure(entries, own) if own else None
    return Requirements(
        tuple(
            Requirement(normalized(entry.name), f"=={entry.version}", files=tuple(entry.files))
            for entry in entries
            if entry.name and not entry.skipped and not entry.own and (wanted is None or entry.name in wanted)
        )
    )


def _entries(source: Source) -> list[_Entry]:
    entries: list[_Entry] = []
    entry = _Entry()
    table = current = ""
    for match in re.finditer(_PARTS, source.text, re.MULTILINE):
        kind, text = match.lastgroup, match[match.lastgroup or 0]
        if kind == "table":
            table, current = text, ""
            if text == "[[package]]":
                entry = _Entry()
                entries.append(entry)
        elif table == "[[package]]" or (table.startswith("[package") and kind == "file"):
            current = match["list"] if kind == "inline" else current
            _take(entry, kind or "", text, current)
    return entries


def _take(entry: _Entry, kind: str, text: str, current: str) -> None:
    """Take one token of an entry; `current` is the list that it stands in."""
    match kind:
        case "name":
            entry.name = text
        case "version":
            entry.version = text
        case "file":
            entry.files.append(text)
        case "needs" if current == "dependencies":
            entry.needs.append(text)
        case "inline" if current == "dependencies":
            entry.needs += re.findall(_INLINE_NAME, text)
        case "category":
            entry.skipped = entry.skipped or text != "main"
        case "optional":
            entry.skipped = True
        case "groups":
            entry.skipped = entry.skipped or not ("main" in text or "default" in text)
        case "source":
            entry.own = "editable" in text or "virtual" in text
        case _:
            pass


def _closure(entries: list[_Entry], own: list[_Entry]) -> set[str]:
    """Return the names that the project's own packages need, directly or not."""
    needs = {entry.name: entry.needs for entry in entries}
    found: set[str] = set()
    todo = [name for entry in own for name in entry.needs]
    while todo:
        name = todo.pop()
        if name not in found:
            found.add(name)
            todo += needs.get(name, ())
    return found
