"""Variables, quotes and escapes in a Dockerfile's words, as BuildKit's own small shell lexer treats them.

Source: Dockerfile reference, "Environment replacement"; moby/buildkit, frontend/dockerfile/shell (lex.go).
What comes out is `Traced`: an edit of `3.12` in an expanded `python:3.12-slim` lands in the ARG that says `3.12`.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from dockwright.dockerfile.shell_pattern import compiled, trimmed
from dockwright.dockerfile.variables import Missing, UnknownValue
from dockwright.traced import EMPTY, Traced

if TYPE_CHECKING:
    from dockwright.dockerfile.variables import Lookup

MAX_EXPANSION = 65_536
"""Longest text, in characters, that one expansion may yield; BuildKit has none, and `ENV A=$A$A` doubles each time."""

MAX_NESTING = 64
"""Deepest nesting of `${a:-${b:-...}}` that is followed."""

GO_SPACE = "\t\n\v\f\r \x85\xa0\u1680" + "".join(map(chr, range(0x2000, 0x200B))) + "\u2028\u2029\u202f\u205f\u3000"
"""What Go's unicode.IsSpace holds for a space; Python's `str.isspace` knows four more (0x1C to 0x1F)."""

_SPECIAL_PARAMETERS = "@*#?-$!0"


class SubstitutionError(Exception):
    """BuildKit would refuse this substitution; `start` is the offset of its `$` or quote in the text."""

    def __init__(self, message: str, start: int) -> None:
        """Keep the place beside the message."""
        super().__init__(message)
        self.start = start


class TooLong(Exception):
    """The expansion passed `MAX_EXPANSION` characters, or nests deeper than `MAX_NESTING`."""


def expand(word: Traced, *, escape: str, lookup: Lookup) -> Traced:
    """Replace variables and remove quotes and escapes.

    Raises:
        SubstitutionError: when BuildKit would refuse the word.
        UnknownValue: when the result depends on what only the build knows.
        TooLong: when the result would be too long to be meant.
    """
    text = word.text
    if "$" not in text and "'" not in text and '"' not in text and escape not in text:
        return word
    return _Expansion(word, escape, lookup).run()


class _Expansion:
    """One pass over one word; `_at` is the offset of the next character."""

    def __init__(self, word: Traced, escape: str, lookup: Lookup) -> None:
        self._word = word
        self._text = word.text
        self._escape = escape
        self._lookup = lookup
        self._at = 0
        self._length = 0
        self._depth = 0

    def run(self) -> Traced:
        return self._until("", raw=False)

    def _peek(self) -> str:
        return self._text[self._at : self._at + 1]

    def _until(self, stop: str, *, raw: bool) -> Traced:
        """Read up to and over `stop` (to the end for an empty one); `raw` keeps the escape characters."""
        parts: list[Traced] = []
        opened = self._at
        text = self._text
        plain = _plain_run(self._escape + stop)
        while self._at < len(text):
            run = plain.match(text, self._at)
            if run is not None:
                parts.append(self._word.slice(self._at, run.end()))
                self._at = run.end()
                continue
            char = text[self._at]
            if char == stop:
                self._at += 1
                return self._joined(parts)
            parts.append(self._special(char, raw=raw))
        if stop:
            raise SubstitutionError(f"`{stop}` is missing", opened)
        return self._joined(parts)

    def _joined(self, parts: list[Traced]) -> Traced:
        joined = Traced.join(parts)
        self._length += len(joined)
        if self._length > MAX_EXPANSION:
            raise TooLong
        return joined

    def _special(self, char: str, *, raw: bool) -> Traced:
        if char == "$":
            return self._dollar()
        if char == "'":
            return self._single_quoted()
        if char == '"':
            return self._double_quoted(raw=raw)
        first = self._at if raw else self._at + 1
        self._at = min(self._at + 2, len(self._text))
        return self._word.slice(first, self._at) if first < self._at else EMPTY

    def _single_quoted(self) -> Traced:
        end = self._text.find("'", self._at + 1)
        if end < 0:
            raise SubstitutionError("the quote `'` is never closed", self._at)
        inner = self._word.slice(self._at + 1, end)
        self._at = end + 1
        return inner

    def _double_quoted(self, *, raw: bool) -> Traced:
        opened = self._at
        self._at += 1
        text, escape = self._text, self._escape
        parts: list[Traced] = []
        plain = _plain_run(escape)
        while self._at < len(text):
            run = plain.match(text, self._at)
            if run is not None:
                parts.append(self._word.slice(self._at, run.end()))
                self._at = run.end()
                continue
            char = text[self._at]
            if char == '"':
                self._at += 1
                return self._joined(parts)
            if char == "$":
                parts.append(self._dollar())
                continue
            start = self._at
            self._at += 1
            if char == escape:
                following = self._peek()
                if following in ('"', "$", escape) and following:
                    start = start if raw else self._at
                    self._at += 1
                elif not following:
                    break
            parts.append(self._word.slice(start, self._at))
        raise SubstitutionError('the quote `"` is never closed', opened)

    def _dollar(self) -> Traced:
        start = self._at
        self._at += 1
        if self._peek() != "{":
            name = self._name()
            return self._plain(name) if name else self._word.slice(start, start + 1)
        self._at += 1
        if not self._peek():
            raise SubstitutionError("`}` is missing", start)
        if self._peek() in "{}:":
            raise SubstitutionError("a variable's name must follow `${`", start)
        self._depth += 1
        if self._depth > MAX_NESTING:
            raise TooLong
        value = self._braced(self._name(), start)
        self._depth -= 1
        return value

    def _name(self) -> str:
        """Read a variable's name: letters, digits and `_`; digits alone; or one special parameter."""
        start, text = self._at, self._text
        first = self._peek()
        if not first:
            return ""
        if first.isdecimal():
            while self._at < len(text) and text[self._at].isdecimal():
                self._at += 1
        elif first in _SPECIAL_PARAMETERS:
            self._at += 1
        else:
            while self._at < len(text) and (
                text[self._at].isalpha() or text[self._at].isdecimal() or text[self._at] == "_"
            ):
                self._at += 1
        return text[start : self._at]

    def _plain(self, name: str) -> Traced:
        value = self._lookup(name)
        if value is Missing.ABSENT:
            return EMPTY
        if isinstance(value, Missing):
            raise UnknownValue
        self._length += len(value)
        if self._length > MAX_EXPANSION:
            raise TooLong
        return value

    def _braced(self, name: str, start: int) -> Traced:
        modifier = self._peek()
        self._at += 1
        if modifier == "}":
            return self._plain(name)
        if modifier == "/":
            return self._replaced(name, start)
        null_is_unset = modifier == ":"
        if null_is_unset:
            modifier = self._peek()
            self._at += 1
        if not modifier or modifier not in ("+-?" if null_is_unset else "+-?#%"):
            shown = (":" if null_is_unset else "") + modifier
            raise SubstitutionError(f"`${{{name[:40]}{shown}...}}` has an unsupported modifier", start)
        before = self._length
        try:
            operand: Traced | None = self._until("}", raw=modifier in "#%")
        except UnknownValue:
            # Only an operand that is used must be known: ${X:-$TARGETARCH} is known when X is.
            self._skip_braces()
            operand = None
        self._length = before
        return self._modified(name, modifier, operand, null_is_unset=null_is_unset)

    def _skip_braces(self) -> None:
        """Go on behind the `}` that closes an operand whose value is unknown."""
        depth = 1
        text = self._text
        while self._at < len(text) and depth:
            if text[self._at] == self._escape:
                self._at += 1
            elif text.startswith("${", self._at):
                depth += 1
            elif text[self._at] == "}":
                depth -= 1
            self._at += 1

    def _modified(self, name: str, modifier: str, operand: Traced | None, *, null_is_unset: bool) -> Traced:
        value = self._lookup(name)
        if value is Missing.UNKNOWN:
            raise UnknownValue
        missing = isinstance(value, Missing) or (null_is_unset and not value)
        match modifier:
            case "-":
                result = operand if missing else value
            case "+":
                result = EMPTY if missing else operand
            case "?":
                result = None if missing else value
            case _:
                result = EMPTY if isinstance(value, Missing) else trimmed(value, operand, prefix=modifier == "#")
        if result is None or isinstance(result, Missing):
            raise UnknownValue
        self._length += len(result)
        return result

    def _replaced(self, name: str, start: int) -> Traced:
        """Read and apply `${name/pattern/replacement}` or `${name//pattern/replacement}`."""
        every = self._peek() == "/"
        if every:
            self._at += 1
        pattern = self._until("/", raw=True)
        replacement = self._until("}", raw=True)
        value = self._lookup(name)
        if value is Missing.UNKNOWN:
            raise UnknownValue
        if isinstance(value, Missing):
            return EMPTY
        found = compiled(pattern.text, value.text, greedy=True)
        if found is None:
            raise SubstitutionError(f"the pattern in `${{{name}/...}}` is invalid", start)
        parts: list[Traced] = []
        done = 0
        for match in found.finditer(value.text):
            parts += (value.slice(done, match.start()), replacement)
            done = match.end()
            if not every:
                break
        parts.append(value.slice(done, len(value)))
        return self._joined(parts)


def _plain_run(special: str) -> re.Pattern[str]:
    """Return the pattern of a run of characters without meaning (re keeps the few that there are)."""
    return re.compile(rf"[^$'\"{re.escape(special)}]+")
