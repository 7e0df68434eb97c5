"""Words and assignments, from the ranges of their pieces: what is quoted, what is known, what the value is."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from dockwright.shell.model import Assignment, Part, Word
from dockwright.shell.wrappers import ASSIGNMENT

if TYPE_CHECKING:
    from dockwright.traced import Traced

_SPECIAL = re.compile(r"[\\*?\[{~]")
_ESCAPE = re.compile(r"\\(\n|.)?", re.DOTALL)
_ESCAPE_IN_QUOTES = re.compile(r'\\([\n"\\$`])')
_GLOB = re.compile(r"[*?]|\[[^\[\]]+\]")
_BRACES = re.compile(r"\{([^{}]*)\}")
_VARIABLE = re.compile(r"\$(?:(\w+|[@*#?$!-])|\{(\w+)\})", re.ASCII)
_BLANKS = " \t\r\n"


class WordDraft:
    """A word that is being read: the walk tells where quotes and expansions are, what lies between is text.

    `depth` is the depth of the tree node that makes the word, `muted` that of an expansion in it whose insides are
    no pieces of the word (0: none).
    """

    __slots__ = ("_done", "_opened", "_parts", "_quoted", "_source", "depth", "muted", "start")

    def __init__(self, source: Traced, start: int, depth: int) -> None:
        """Begin a word."""
        self._source = source
        self.start = self._done = self._opened = start
        self.depth = depth
        self.muted = 0
        self._quoted = False
        self._parts: list[Part] = []

    def open_quote(self, start: int) -> None:
        """Begin double quotes."""
        self._text_until(start)
        self._done = self._opened = self._source.text.find('"', start) + 1
        self._quoted = True

    def close_quote(self, end: int) -> None:
        """End double quotes; `""` is a part too, so that an empty word differs from none."""
        inner_end = max(self._done, end - 1)
        if self._opened == inner_end:
            self._parts.append(Part("", quoted=True))
        self._text_until(inner_end)
        self._done = end
        self._quoted = False

    def single_quotes(self, start: int, end: int) -> None:
        """Take a text in single quotes; in `$'...'` escapes mean what not every shell knows."""
        text = self._source.text
        opening = text.find("'", start)
        dollar = text[opening - 1 : opening] == "$" and opening > start
        self._text_until(opening - dollar)
        value = text[opening + 1 : end - 1]
        self._parts.append(Part(value, known=not (dollar and "\\" in value), quoted=True))
        self._done = end

    def expansion(self, start: int, end: int) -> None:
        """Take an expansion; its node may begin with blanks that are text."""
        text = self._source.text
        while start < end and text[start] in _BLANKS:
            start += 1
        self._text_until(start)
        raw = text[start:end]
        match = _VARIABLE.fullmatch(raw)
        name = None if match is None else match[1] or match[2]
        self._parts.append(Part(raw, known=False, quoted=self._quoted, variable=name))
        self._done = end

    def _text_until(self, end: int) -> None:
        if end <= self._done:
            return
        raw = self._source.text[self._done : end]
        self._done = end
        if self._quoted:
            value = _ESCAPE_IN_QUOTES.sub(_unescaped, raw) if "\\" in raw else raw
            self._parts.append(Part(value, quoted=True))
        elif _SPECIAL.search(raw):
            self._parts.append(_plain(raw, first=not self._parts))
        else:
            self._parts.append(Part(raw))

    def finish(self, end: int) -> Word:
        """End the word."""
        end = _without_blanks(self._source.text, self.start, end)
        self._text_until(end)
        return make_word(self._source, self.start, end, tuple(self._parts))


def _without_blanks(text: str, start: int, end: int) -> int:
    """Return where a word ends; after an error tree-sitter takes blanks into it."""
    while end > start and text[end - 1] in _BLANKS and text[end - 2 : end - 1] != "\\":
        end -= 1
    return end


def unquoted_word(source: Traced, start: int, end: int) -> Word:
    """Make a word that holds neither quotes nor expansions."""
    raw = source.text[start:end]
    if raw[-1:].isspace():
        end = _without_blanks(source.text, start, end)
        raw = source.text[start:end]
    if not _SPECIAL.search(raw):
        return Word(source, start, end, raw, raw, (Part(raw),))
    return make_word(source, start, end, (_plain(raw, first=True),))


def make_word(source: Traced, start: int, end: int, parts: tuple[Part, ...]) -> Word:
    """Make a word of its parts."""
    if len(parts) == 1:
        text = parts[0].text
        return Word(source, start, end, text, text if parts[0].known else None, parts)
    text = "".join([part.text for part in parts])
    return Word(source, start, end, text, text if all(part.known for part in parts) else None, parts)


def touches(text: str, end: int, start: int) -> bool:
    """Whether nothing but escaped line ends stands between two offsets."""
    return end == start or not text[end:start].replace("\\\n", "")


def joined(words: list[Word]) -> list[Word]:
    """Make one word of each run of words that touch."""
    runs: list[list[Word]] = []
    for word in words:
        if runs and touches(word.source.text, runs[-1][-1].end, word.start):
            runs[-1].append(word)
        else:
            runs.append([word])
    return [run[0] if len(run) == 1 else _join(run) for run in runs]


def _join(run: list[Word]) -> Word:
    parts = tuple([part for word in run for part in word.parts])
    return make_word(run[0].source, run[0].start, run[-1].end, parts)


def assignment(word: Word) -> Assignment | None:
    """Read a `NAME=value` word; None if it is none, or its name is quoted."""
    match = ASSIGNMENT.match(word.source.text, word.start, word.end)
    if match is None:
        return None
    length = match.end() - word.start
    first = word.parts[0]
    if len(first.text) < length:
        return None
    rest = first.text[length:]
    kept = Part(rest, known=first.known and not rest.startswith("~"), quoted=first.quoted, variable=first.variable)
    parts = (kept, *word.parts[1:]) if rest or len(word.parts) == 1 else word.parts[1:]
    value = make_word(word.source, match.end(), word.end, parts)
    return Assignment(match[1] + (match[2] or ""), word, value, appends=bool(match[3]))


def _unescaped(match: re.Match[str]) -> str:
    """Return what an escape stands for: nothing for a line end, else the character."""
    return (match[1] or "").replace("\n", "")


def _plain(raw: str, *, first: bool) -> Part:
    """Make a part of unquoted text that holds an escape or a character of a glob, `~` or `{a,b}`."""
    bare = _ESCAPE.sub("", raw) if "\\" in raw else raw
    unknown = (first and raw[0] == "~") or _GLOB.search(bare) or _has_brace_expansion(bare)
    return Part(_ESCAPE.sub(_unescaped, raw), known=not unknown)


def _has_brace_expansion(text: str) -> bool:
    """Whether Bash would make several words of it; /bin/sh is Bash in some images, so any shell may."""
    return any("," in match[1] or ".." in match[1] for match in _BRACES.finditer(text))
