"""The recipes of a Makefile's targets, as far as its variables are plain (GNU make manual).

Conditionals, functions, includes and pattern rules are not followed: what depends on them is unknown, or missing.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from dockwright.files._interpolation import hole
from dockwright.files.value import spelled
from dockwright.traced import EMPTY, Traced

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from dockwright.files.value import Value
    from dockwright.source import Source

NAMES = ("GNUmakefile", "makefile", "Makefile")
"""What `make` reads without `-f`, in this order."""

_RULE = re.compile(r"([^\s:#=][^:#=\n]{0,500}?)\s*::?(?![:=])([^=;#\n]*)(?:;([^\n]*))?(?:#.*)?")
_ASSIGNMENT = re.compile(r"(?:export[ \t]+|override[ \t]+)*([\w.-]+)[ \t]*(\?|:{1,3}|\+|!)?=[ \t]*(.*)")
_REFERENCE = re.compile(r"\$(?:(\$)|[({]([\w.-]+)[)}]|([({])|(.))", re.DOTALL)
_PREFIX = re.compile(r"[ \t]*[@+-]*[ \t]*")
_MOST_LINES = 20_000
_MOST_TARGETS = 30
_HERE = frozenset({"CURDIR", "PWD"})
_DEEPEST = 8
_LONGEST = 20_000


class Makefile:
    """A Makefile, read once; `recipes` gives the commands of targets."""

    def __init__(self, source: Source) -> None:
        """Read the rules and plain assignments of a file."""
        self._rules: dict[str, tuple[list[str], list[Traced]]] = {}
        self._variables: dict[str, tuple[str, Traced]] = {}
        self._first: str | None = None
        self._read(source)

    def recipes(self, targets: Sequence[str], given: Mapping[str, Value]) -> Iterator[Traced]:
        """Yield the commands of targets and of what they depend on, each as its shell gets it.

        `given` are variables of the command line, which win over the file's.
        """
        waiting = list(reversed(targets or ([self._first] if self._first else [])))
        asked: set[str] = set()
        made: set[str] = set()
        while waiting and len(asked) < _MOST_TARGETS:
            target = waiting.pop()
            needed, recipe = self._rules.get(target, ([], []))
            missing = [each for each in needed if each not in asked and each != target and each in self._rules]
            if target not in asked and missing:
                asked.add(target)
                waiting += [target, *reversed(missing)]
            elif target not in made:
                asked.add(target)
                made.add(target)
                for line in recipe:
                    yield self._expand(line, given)

    def _read(self, source: Source) -> None:
        current: list[str] = []
        for line in _logical_lines(source):
            text = line.text
            if text.startswith("\t"):
                for target in current:
                    self._rules[target][1].append(_command(line))
                continue
            if not text.strip() or text.lstrip().startswith("#"):
                continue
            assignment = _ASSIGNMENT.match(text.lstrip())
            rule = None if assignment else _RULE.fullmatch(text.rstrip())
            if assignment is not None:
                self._assign(line, assignment, len(text) - len(text.lstrip()))
            elif rule is not None:
                current = self._rule(line, rule)
            else:
                current = []

    def _assign(self, line: Traced, match: re.Match[str], indent: int) -> None:
        name, operator = match[1], match[2] or ""
        value = line.slice(indent + match.start(3), indent + match.end(3))
        if operator in {"+", "!"}:
            value = hole(value or line)
        if operator != "?" or name not in self._variables:
            self._variables[name] = (operator, value)

    def _rule(self, line: Traced, match: re.Match[str]) -> list[str]:
        targets = match[1].split()
        for target in targets:
            needed, recipe = self._rules.setdefault(target, ([], []))
            needed += match[2].split()
            if match[3] is not None:
                recipe.append(_command(line.slice(*match.span(3))))
            if self._first is None and not target.startswith(".") and "%" not in target:
                self._first = target
        return targets

    def _expand(self, text: Traced, given: Mapping[str, Value], depth: int = 0) -> Traced:
        if "$" not in text.text:
            return text
        parts: list[Traced] = []
        start = 0
        for match in _REFERENCE.finditer(text.text):
            if match.start() < start:
                continue
            parts.append(text.slice(start, match.start()))
            end = match.end()
            if match[1]:
                parts.append(text.slice(match.start(), match.start() + 1))
            elif match[2]:
                parts.append(self._variable(match[2], text.slice(*match.span()), given, depth))
            else:
                end = _closed(text.text, match.start() + 1) if match[3] else match.end()
                parts.append(hole(text.slice(match.start(), end)))
            start = end
        parts.append(text.slice(start, len(text)))
        found = Traced.join(parts)
        return found if len(found) < _LONGEST else hole(text)

    def _variable(self, name: str, place: Traced, given: Mapping[str, Value], depth: int) -> Traced:
        if name in given:
            return _stand_in(given[name].traced.text, place)
        if name in _HERE and name not in self._variables:
            return _stand_in(".", place)
        if name not in self._variables or depth >= _DEEPEST:
            return hole(place)
        return _stand_in(self._expand(self._variables[name][1], given, depth + 1).text, place)


def _stand_in(text: str, place: Traced) -> Traced:
    """Return what a reference stands for: a command stands in one place, where its variables are named."""
    return spelled(text, place.span) if text else EMPTY


def _logical_lines(source: Source) -> Iterator[Traced]:
    """Yield lines, continued ones as one; a continuation stays in a recipe, for the shell takes it out."""
    parts: list[Traced] = []
    starts = source.line_starts
    for number, start in enumerate(starts[:_MOST_LINES]):
        end = starts[number + 1] if number + 1 < len(starts) else len(source.text)
        text = source.text[start:end].rstrip("\r\n")
        recipe = (parts[0].text if parts else text).startswith("\t")
        continued = text.endswith("\\") and number + 1 < len(starts)
        kept = end if continued and recipe else start + len(text) - (continued and not recipe)
        if kept > start:
            parts.append(Traced.of(source.span(start, kept)))
        if not continued:
            yield Traced.join(parts)
            parts = []


def _command(line: Traced) -> Traced:
    """Take away the tab and the signs that are for `make`."""
    match = _PREFIX.match(line.text)
    return line.slice(match.end() if match else 0, len(line))


def _closed(text: str, start: int) -> int:
    """Return the offset behind the bracket that closes the one at `start`."""
    depth = 0
    pairs = {"(": ")", "{": "}"}
    closing = pairs[text[start]]
    for offset in range(start, len(text)):
        depth += (text[offset] == text[start]) - (text[offset] == closing)
        if depth == 0:
            return offset + 1
    return len(text)
