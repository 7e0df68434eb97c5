"""Workflow commands as GitHub's runner reads them from a step's output: the oracle of what we print.

Written from actions/runner 2.336: ActionCommand.cs (both forms of a command and their escapes), ActionCommandManager.cs
(which commands there are, stop-commands, lines and columns), ExecutionContext.cs (limits), and from what .NET documents
of `StreamReader.ReadLine`, `String.TrimStart` and `String.Split`. It shares no code with `dockwright.escape`.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from msgspec import Struct, field

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator

STOP = "stop-commands"
ISSUES = frozenset({"error", "warning", "notice"})
COMMANDS = ISSUES | {
    STOP,
    "add-mask",
    "add-matcher",
    "add-path",
    "debug",
    "echo",
    "endgroup",
    "group",
    "remove-matcher",
    "save-state",
    "set-env",
    "set-output",
}

MOST_ISSUES = 10
"""Of each kind and step; more are only in the log."""

LONGEST_MESSAGE = 4096
"""Of an issue, in characters (UTF-16 code units)."""

_SPACES = "".join(map(chr, range(0x2000, 0x200B)))
_WHITE_SPACE = f"\t\n\v\f\r \x85\xa0\u1680{_SPACES}\u2028\u2029\u202f\u205f\u3000"
_DATA = (("%0D", "\r"), ("%0A", "\n"), ("%25", "%"))
_PROPERTY = (("%0D", "\r"), ("%0A", "\n"), ("%3A", ":"), ("%2C", ","), ("%25", "%"))
_LEGACY = (("%3B", ";"), ("%0D", "\r"), ("%0A", "\n"), ("%5D", "]"), ("%25", "%"))


class Command(Struct, frozen=True):
    """A command; its name and the keys of its properties in lower case, as their case does not matter."""

    name: str
    properties: dict[str, str]
    data: str


class Issue(Struct, frozen=True):
    """An annotation as the runner sends it to GitHub."""

    severity: str
    properties: dict[str, str]
    message: str


class Output(Struct):
    """What the runner makes of a step's output: the commands that it obeys, issues, and all other lines."""

    commands: list[Command] = field(default_factory=list)
    issues: list[Issue] = field(default_factory=list)
    dropped: dict[str, int] = field(default_factory=dict)
    log: list[str] = field(default_factory=list)


def read(output: str) -> Output:
    """Read all that a step has printed."""
    found = Output()
    stop: str | None = None
    for line in lines(output):
        command = parse(line, COMMANDS if stop is None else COMMANDS | {stop.lower()})
        if command is None or (stop is not None and command.name != stop.lower()):
            found.log.append(line)
        elif stop is not None:
            stop = None
        else:
            found.commands.append(command)
            if command.name == STOP:
                stop = command.data
            elif command.name in ISSUES:
                _add(found, command)
    return found


def lines(output: str) -> Iterator[str]:
    """Yield lines as .NET's StreamReader does: CR ends one too, and nothing else besides LF and CR LF."""
    parts = re.split("\r\n|\r|\n", output)
    yield from parts[:-1]
    if parts[-1]:
        yield parts[-1]


def parse(line: str, names: Collection[str] = COMMANDS) -> Command | None:
    """Read a line as a command; None if it is none."""
    return _parse_current(line, names) or _parse_legacy(line, names)


def _parse_current(line: str, names: Collection[str]) -> Command | None:
    """Read `::name key=value,key=value::data`, after blanks."""
    line = line.lstrip(_WHITE_SPACE)
    end = line.find("::", 2)
    if not line.startswith("::") or end < 0:
        return None
    name, _, properties = line[2:end].partition(" ")
    if name.lower() not in names:
        return None
    return Command(
        name.lower(),
        dict(_properties(properties.strip(_WHITE_SPACE), ",", _PROPERTY)),
        _unescape(line[end + 2 :], _DATA),
    )


def _parse_legacy(line: str, names: Collection[str]) -> Command | None:
    """Read `##[name key=value;key=value]data`, anywhere in the line."""
    start = line.find("##[")
    end = line.find("]", start)
    if start < 0 or end < 0:
        return None
    name, _, properties = line[start + 3 : end].partition(" ")
    if name.lower() not in names:
        return None
    return Command(name.lower(), dict(_properties(properties, ";", _LEGACY)), _unescape(line[end + 1 :], _LEGACY))


def _properties(text: str, separator: str, escapes: tuple[tuple[str, str], ...]) -> Iterator[tuple[str, str]]:
    """Split as .NET does with RemoveEmptyEntries: an empty value is no property, and `=` before a value is lost."""
    for each in text.split(separator):
        key, _, value = each.lstrip("=").partition("=")
        if key and (value := value.lstrip("=")):
            yield key.lower(), _unescape(value, escapes)


def _unescape(text: str, escapes: tuple[tuple[str, str], ...]) -> str:
    for escaped, plain in escapes:
        text = text.replace(escaped, plain)
    return text


def _add(found: Output, command: Command) -> None:
    shown = sum(issue.severity == command.name for issue in found.issues)
    if shown >= MOST_ISSUES:
        found.dropped[command.name] = found.dropped.get(command.name, 0) + 1
        return
    message = command.data.encode("utf-16-le")[: 2 * LONGEST_MESSAGE].decode("utf-16-le", "replace")
    found.issues.append(Issue(command.name, _valid_place(command.properties), message))


def _valid_place(properties: dict[str, str]) -> dict[str, str]:
    """Drop lines and columns that contradict each other."""
    kept = dict(properties)
    if "endline" in kept:
        kept.setdefault("line", kept["endline"])
    if "endcolumn" in kept:
        kept.setdefault("col", kept["endcolumn"])
    if "line" not in kept or kept["line"] != kept.get("endline", kept["line"]):
        _drop(kept, "col", "endcolumn")
    if _falls(kept, "line", "endline"):
        _drop(kept, "line", "endline")
    if _falls(kept, "col", "endcolumn"):
        _drop(kept, "col", "endcolumn")
    return kept


def _falls(properties: dict[str, str], first: str, last: str) -> bool:
    return first in properties and last in properties and int(properties[last]) < int(properties[first])


def _drop(properties: dict[str, str], *keys: str) -> None:
    for key in keys:
        properties.pop(key, None)
