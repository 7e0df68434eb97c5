"""From lines to instructions: directives, comments, continuations and here-documents.

This is the part of BuildKit's parser that decides which physical lines belong together
(moby/buildkit, frontend/dockerfile/parser/parser.go). What the lines say is not its business, except that it must know
an instruction's keyword and whether its arguments are a JSON array, because those decide about here-documents.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from typing import TYPE_CHECKING

from msgspec import Struct

from dockwright.dockerfile.heredoc import Opening, openings
from dockwright.dockerfile.json_form import is_json
from dockwright.dockerfile.lexer import GO_SPACE
from dockwright.dockerfile.model import Comment, Directive, Heredoc
from dockwright.finding import Problem
from dockwright.traced import Traced

if TYPE_CHECKING:
    from collections.abc import Iterable

    from dockwright.source import Source, Span

LONGEST_LINE = 65_535
"""Longest physical line, in bytes without its line end, that BuildKit reads."""

# Text, not a compiled pattern: few files need it.
_DIRECTIVE = r"(?a)#[\t\n\v\f\r \x85\xa0]*([a-zA-Z][a-zA-Z0-9]*)[\t\f\r ]*=[\t\f\r ]*(.+?)[\t\f\r ]*$"
_DIRECTIVES = frozenset(("syntax", "escape", "check"))
_HEREDOC_KEYWORDS = frozenset(("RUN", "COPY", "ADD"))
_KEYWORD = re.compile(r"[^\t\v\f\r ]+")
_FLAGS = re.compile(r"[\t\v\f\r ]+(?:--[^\t\v\f\r ]*[\t\v\f\r ]+)*")


class Lines(Struct, frozen=True):
    """An instruction's lines.

    Attributes:
        first: number of the first line, from 1; a lone escape character above the keyword counts.
        last: number of the last line, here-documents included.
        code: indexes, from 0, of the lines that hold its text: no comments, blank lines or here-documents.
        text: those lines joined, without surrounding blanks.
        heredocs: in order.
        comments: the comments inside the continuation.
        problems: what is wrong with these lines.
    """

    first: int
    last: int
    code: tuple[int, ...]
    text: Traced
    heredocs: tuple[Heredoc, ...]
    comments: tuple[Comment, ...]
    problems: tuple[Problem, ...]


class Scan(Struct, frozen=True):
    """What the lines of a file are."""

    directives: tuple[Directive, ...]
    escape: str
    instructions: tuple[Lines, ...]
    comments: tuple[Comment, ...]
    problems: tuple[Problem, ...]


def scan(source: Source) -> Scan:
    """Find the instructions of a file."""
    return _Scanner(source).run()


class _Scanner:
    """One pass over a file's lines; `_next` is the index of the next line."""

    def __init__(self, source: Source) -> None:
        self._source = source
        self._text = source.text
        self._starts = source.line_starts if source.text else []
        self._next = 0
        self._escape = "\\"
        self._in_directives = True
        self._directives: list[Directive] = []
        self._comments: list[Comment] = []
        self._problems: list[Problem] = []
        self._terminators: dict[bool, dict[str, list[int]]] = {}

    def run(self) -> Scan:
        """Read every line."""
        instructions: list[Lines] = []
        while self._next < len(self._starts):
            index = self._next
            start, end = self._content(index)
            self._next += 1
            if index == 0 and self._text.startswith("\ufeff"):
                start += 1
            start = self._skip_blanks(start, end)
            if start == end:
                self._in_directives = False
            elif self._text[start] == "#":
                self._comment_or_directive(start, end)
            else:
                self._in_directives = False
                instructions.append(self._instruction(index, start, end))
        if not instructions:
            self._problems.append(
                Problem(self._source.span(0, 0), "The file has no instructions; BuildKit refuses to build it.")
            )
        return Scan(
            tuple(self._directives),
            self._escape,
            tuple(instructions),
            tuple(self._comments),
            tuple(self._problems) + tuple(self._long_lines()),
        )

    def _content(self, index: int) -> tuple[int, int]:
        r"""Return a line's offsets without its line end; every `\r` before the `\n` belongs to the line end."""
        text = self._text
        start = self._starts[index]
        end = self._starts[index + 1] - 1 if index + 1 < len(self._starts) else len(text)
        if end > start and text[end - 1] in "\r\n":
            end = start + len(text[start:end].rstrip("\r\n"))
        return start, end

    def _skip_blanks(self, start: int, end: int) -> int:
        if start < end and self._text[start] in GO_SPACE:
            return end - len(self._text[start:end].lstrip(GO_SPACE))
        return start

    def _comment_or_directive(self, start: int, end: int) -> None:
        if self._in_directives:
            match = re.match(_DIRECTIVE, self._text[start:end])
            if match is not None and match[1].lower() in _DIRECTIVES:
                value = Traced.of(self._source.span(start + match.start(2), start + match.end(2)))
                self._directive(Directive(match[1].lower(), value, self._source.span(start, end)))
                return
            self._in_directives = False
        self._comments.append(Comment(self._source.span(start, end)))

    def _directive(self, directive: Directive) -> None:
        if any(known.name == directive.name for known in self._directives):
            message = f"The parser directive `{directive.name}` is given twice; BuildKit refuses that. Remove one."
            self._problems.append(Problem(directive.span, message))
        elif directive.name == "escape":
            self._set_escape(directive)
        self._directives.append(directive)

    def _set_escape(self, directive: Directive) -> None:
        if directive.value.text not in ("\\", "`"):
            message = "The escape character must be a backslash or a backtick; BuildKit refuses any other."
            self._problems.append(Problem(directive.value.span or directive.span, message))
            return
        self._escape = directive.value.text

    def _instruction(self, index: int, start: int, end: int) -> Lines:
        """Join a line with those that continue it, then take the here-documents that it opens."""
        pieces: list[Span] = []
        comments: list[Comment] = []
        code = [index]
        last = index
        going = self._take(pieces, start, end)
        while going and self._next < len(self._starts):
            last = self._next
            start, end = self._content(last)
            self._next += 1
            first = self._skip_blanks(start, end)
            if first == end:
                continue
            if self._text[first] == "#":
                comments.append(Comment(self._source.span(first, end), inside=True))
                continue
            code.append(last)
            going = self._take(pieces, start, end)
        self._comments += comments
        joined = _trimmed(_join(pieces))
        heredocs, problems, last = self._heredocs(joined, last)
        return Lines(index + 1, last + 1, tuple(code), joined, heredocs, tuple(comments), problems)

    def _take(self, pieces: list[Span], start: int, end: int) -> bool:
        """Keep a line's own text and say whether the next line continues it.

        It does if the line ends in the escape character, blanks behind it allowed, that is not escaped itself.
        """
        content = self._text[start:end].rstrip(" \t")
        going = content.endswith(self._escape) and content[-2:-1] != self._escape
        pieces.append(self._source.span(start, start + len(content) - 1 if going else end))
        return going

    def _heredocs(self, joined: Traced, last: int) -> tuple[tuple[Heredoc, ...], tuple[Problem, ...], int]:
        """Take the lines of the here-documents that an instruction opens, in order."""
        if "<<" not in joined.text or not _may_open_heredocs(joined.text):
            return (), (), last
        found: list[Heredoc] = []
        for opening in openings(joined):
            closed = self._terminator(opening, last + 1)
            if closed is None and _in_arithmetic(opening):
                # `$(( 1 << 2 ))`: BuildKit refuses the file, but what follows is no here-document.
                self._next = last + 1
                return tuple(found), (_unterminated(joined, opening),), last
            if closed is None:
                self._next = len(self._starts)
                return tuple(found), (_unterminated(joined, opening),), len(self._starts) - 1
            found.append(self._heredoc(opening, last + 1, closed))
            last = closed
        self._next = last + 1
        return tuple(found), (), last

    def _terminator(self, opening: Opening, first: int) -> int | None:
        """Return the index of the line that ends a here-document; None if no line from `first` on does."""
        lines = self._terminators.get(opening.strips_tabs)
        if lines is None:
            lines = {}
            for index in range(len(self._starts)):
                start, end = self._content(index)
                content = self._text[start:end]
                lines.setdefault(content.lstrip("\t") if opening.strips_tabs else content, []).append(index)
            self._terminators[opening.strips_tabs] = lines
        candidates = lines.get(opening.name, [])
        position = bisect_left(candidates, first)
        return candidates[position] if position < len(candidates) else None

    def _heredoc(self, opening: Opening, first: int, closed: int) -> Heredoc:
        start = self._starts[first]
        terminator_start, terminator_end = self._content(closed)
        return Heredoc(
            opening.name,
            opening.word,
            self._source.span(start, terminator_start),
            self._source.span(terminator_start, terminator_end),
            opening.expands,
            opening.strips_tabs,
        )

    def _long_lines(self) -> Iterable[Problem]:
        """Yield a problem for the first line that is too long for BuildKit to read."""
        starts = self._starts
        if len(self._text) * 4 <= LONGEST_LINE:
            return
        for index, start in enumerate(starts):
            end = starts[index + 1] - 1 if index + 1 < len(starts) else len(self._text.removesuffix("\n"))
            if (end - start) * 4 <= LONGEST_LINE:
                continue
            if len(self._text[start:end].encode("utf-8", "surrogateescape")) > LONGEST_LINE:
                message = f"BuildKit refuses a line longer than {LONGEST_LINE} bytes; continue it on further lines."
                yield Problem(self._source.span(start, start + 80), message)
                return


def _join(pieces: list[Span]) -> Traced:
    if len(pieces) == 1:
        return Traced.of(pieces[0])
    return Traced.join(Traced.of(piece) for piece in pieces)


def _trimmed(joined: Traced) -> Traced:
    text = joined.text
    if text and text[0] not in GO_SPACE and text[-1] not in GO_SPACE:
        return joined
    start = len(text) - len(text.lstrip(GO_SPACE))
    end = len(text.rstrip(GO_SPACE))
    if start == 0 and end == len(text):
        return joined
    return joined.slice(start, max(start, end))


def _may_open_heredocs(text: str) -> bool:
    """Whether the instruction is RUN, COPY or ADD (or ONBUILD of those) and its arguments are no JSON array."""
    offset = 0
    for _ in range(2):
        keyword = _KEYWORD.match(text, offset)
        if keyword is None:
            return False
        flags = _FLAGS.match(text, keyword.end())
        offset = flags.end() if flags else len(text)
        name = keyword[0].upper()
        if name in _HEREDOC_KEYWORDS:
            return not is_json(text[offset:])
        if name != "ONBUILD":
            return False
    return False


def _in_arithmetic(opening: Opening) -> bool:
    """Whether `<<` is likely the shift of `$((1 << 2))`, which BuildKit takes for a here-document all the same."""
    return opening.name[0].isdigit() or opening.name.endswith("))")


def _unterminated(joined: Traced, opening: Opening) -> Problem:
    span = opening.word.span or joined.span
    assert span is not None, "an instruction stands in the file"  # noqa: S101
    if _in_arithmetic(opening):
        message = (
            f"`<< {opening.name}` opens a here-document that nothing ends, so BuildKit refuses the file. "
            "If it is a shift in shell arithmetic, write it without blanks: `$((1<<2))`."
        )
    else:
        message = f"No line `{opening.name}` ends this here-document; BuildKit refuses the file."
    return Problem(span, message)
