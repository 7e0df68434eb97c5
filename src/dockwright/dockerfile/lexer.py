"""Variables, quotes and escapes in a Dockerfile's words, as BuildKit's own small shell lexer treats them.

Source: Dockerfile reference, "Environment replacement"; moby/buildkit, frontend/dockerfile/shell (lex.go).
What comes out is `Traced`: an edit of `3.12` in an expanded `python:3.12-slim` lands in the ARG that says `3.12`.
"""

from __future__ import annotations

import re
from functools import cache
from typing import TYPE_CHECKING

from dockwright.dockerfile.budget import Budget, TooLong
from dockwright.dockerfile.shell_pattern import backward, compiled, cost, replaced, without_prefix, without_suffix
from dockwright.dockerfile.variables import Missing, UnknownValue
from dockwright.traced import EMPTY, Traced

if TYPE_CHECKING:
    from dockwright.dockerfile.variables import Lookup, Value

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


def expand(word: Traced, *, escape: str, lookup: Lookup, quotes: bool = True, budget: Budget | None = None) -> Traced:
    """Replace variables and remove quotes and escapes; quotes mean nothing in here-documents (`quotes=False`).

    Raises:
        SubstitutionError: when BuildKit would refuse the word.
        UnknownValue: when the result depends on what only the build knows.
        TooLong: when the result would be too long to be meant.
    """
    text = word.text
    if "$" not in text and escape not in text and not (quotes and ("'" in text or '"' in text)):
        return word
    return _Expansion(word, escape, lookup, quotes=quotes, budget=budget or Budget()).run()


class _Expansion:
    """One pass over one word; `_at` is the offset of the next character.

    A part with an unknown value is read as if it were empty, and noted in `_unknown`: what follows may still be
    refused, and an operand that is not used need not be known (`${X:-$TARGETARCH}` is known when X is).
    """

    def __init__(self, word: Traced, escape: str, lookup: Lookup, *, quotes: bool, budget: Budget) -> None:
        self._word = word
        self._text = word.text
        self._escape = escape
        self._lookup = lookup
        self._quotes = "'\"" if quotes else ""
        self._shared = budget
        self._own = Budget()
        self._at = 0
        self._depth = 0
        self._unknown = False

    def run(self) -> Traced:
        """Read the whole word."""
        result = self._until("", raw=False)
        if self._unknown:
            raise UnknownValue
        return result

    def _peek(self) -> str:
        return self._text[self._at : self._at + 1]

    def _until(self, stop: str, *, raw: bool) -> Traced:
        """Read up to and over `stop` (to the end for an empty one); `raw` keeps the escape characters."""
        parts: list[Traced] = []
        opened = self._at
        text = self._text
        plain = _plain_run(self._quotes + self._escape + stop)
        while self._at < len(text):
            run = plain.match(text, self._at)
            if run is not None:
                parts.append(self._word.slice(self._at, run.end()))
                self._at = run.end()
                continue
            char = text[self._at]
            if char == stop:
                self._at += 1
                return Traced.join(parts)
            parts.append(self._special(char, raw=raw))
        if stop:
            raise SubstitutionError(f"`{stop}` is missing", opened)
        return Traced.join(parts)

    def _spend(self, characters: int) -> None:
        self._own.spend(characters)
        self._shared.spend(characters)

    def _counted(self, value: Traced) -> Traced:
        self._spend(len(value))
        return value

    def _known(self, part: Traced | None) -> Traced:
        """Return a part; None is one that is not known."""
        if part is None:
            self._unknown = True
            return EMPTY
        return part

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
        plain = _plain_run("'\"" + escape)
        while self._at < len(text):
            run = plain.match(text, self._at)
            if run is not None:
                parts.append(self._word.slice(self._at, run.end()))
                self._at = run.end()
                continue
            char = text[self._at]
            if char == '"':
                self._at += 1
                return Traced.join(parts)
            if char == "$":
                parts.append(self._dollar())
                continue
            start = self._at
            self._at += 1
            if char == escape:
                following = self._peek()
                if not following:
                    break
                if raw:
                    parts.append(self._word.slice(start, self._at))
                if following in ('"', "$", escape):
                    start = self._at
                    self._at += 1
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
        return self._known(None) if isinstance(value, Missing) else self._counted(value)

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
        operand = self._operand("}", raw=modifier in "#%")
        if modifier in "#%":
            return self._trimmed(name, operand, start, sign=modifier)
        value = self._lookup(name)
        if modifier == "?" and value is Missing.ABSENT:
            raise SubstitutionError(f"`{name[:40]}` must have a value, and nothing declares it", start)
        return self._modified(value, modifier, operand, null_is_unset=null_is_unset)

    def _operand(self, stop: str, *, raw: bool) -> Traced | None:
        """Read up to and over `stop`; None if a part of it is unknown."""
        outside, self._unknown = self._unknown, False
        operand = self._until(stop, raw=raw)
        known, self._unknown = not self._unknown, outside
        return operand if known else None

    def _modified(self, value: Value, modifier: str, operand: Traced | None, *, null_is_unset: bool) -> Traced:
        """Apply `-`, `+` or `?`; BuildKit refuses a value that `?` misses, but a `--build-arg` may give it."""
        if value is Missing.UNKNOWN:
            return self._known(None)
        if isinstance(value, Missing) or (null_is_unset and not value):
            return EMPTY if modifier == "+" else self._known(operand if modifier == "-" else None)
        return self._known(operand) if modifier == "+" else self._counted(value)

    def _trimmed(self, name: str, operand: Traced | None, start: int, *, sign: str) -> Traced:
        """Apply `#`, `##`, `%` or `%%`."""
        if operand is None:
            return self._known(None)
        longest = operand.text.startswith(sign)
        pattern = operand.text[1:] if longest else operand.text
        found = compiled(pattern if sign == "#" else backward(pattern), greedy=longest)
        if found is None:
            raise SubstitutionError(f"the pattern in `${{{name[:40]}{sign}...}}` is invalid", start)
        value = self._searched(name, pattern)
        return without_prefix(value, found) if sign == "#" else without_suffix(value, found)

    def _replaced(self, name: str, start: int) -> Traced:
        """Read and apply `${name/pattern/replacement}` or `${name//pattern/replacement}`."""
        every = self._peek() == "/"
        self._at += every
        pattern = self._operand("/", raw=True)
        replacement = self._operand("}", raw=True)
        if pattern is None:
            return self._known(None)
        found = compiled(pattern.text, greedy=True)
        if found is None:
            raise SubstitutionError(f"the pattern in `${{{name[:40]}/...}}` is invalid", start)
        # With `//`, Go would expand `$1` in the replacement.
        if replacement is None or (every and "$" in replacement.text):
            return self._known(None)
        parts: list[Traced] = []
        for part in replaced(self._searched(name, pattern.text), found, replacement, every=every):
            self._spend(len(part))
            parts.append(part)
        return Traced.join(parts)

    def _searched(self, name: str, pattern: str) -> Traced:
        """Return a value that a pattern is matched against; unknown if that could take too many steps."""
        value = self._lookup(name)
        if value is Missing.ABSENT:
            return EMPTY
        if isinstance(value, Missing):
            return self._known(None)
        matching = cost(pattern, len(value))
        if matching is None:
            return self._known(None)
        self._spend(len(value) + matching)
        return value


@cache
def _plain_run(special: str) -> re.Pattern[str]:
    """Return the pattern of a run of characters without meaning; there are few of them."""
    return re.compile(rf"[^${re.escape(special)}]+")
