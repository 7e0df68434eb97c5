"""The walk over a syntax tree: tells the assembly of words, operators and groups, in the order of the text.

It has its own stack, so that nesting is only limited by memory, and visits each node once.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from dockwright.shell import _kinds as kinds
from dockwright.shell._scopes import RedirectionDraft
from dockwright.shell._words import WordDraft, assignment, make_word, touches, unquoted_word
from dockwright.shell.model import Part

if TYPE_CHECKING:
    from collections.abc import Mapping

    from dockwright.shell._grammar import Piece
    from dockwright.shell._heredocs import Heredoc
    from dockwright.shell._scopes import Assembly
    from dockwright.shell.model import Word
    from dockwright.traced import Traced

_QUOTES = str.maketrans("", "", "'\"\\")


class Walk:
    """Reads the trees of one text into an assembly."""

    def __init__(self, source: Traced, assembly: Assembly) -> None:
        """Begin at the start of the text."""
        self._source = source
        self._text = source.text
        self._assembly = assembly
        self._word: WordDraft | None = None
        self._suspended: list[WordDraft | None] = []
        self._redirections: list[RedirectionDraft] = []
        self._parents: list[tuple[str, int]] = []
        self._offset = 0
        self._heredocs: Mapping[int, Heredoc] = {}

    def read(self, piece: Piece) -> None:
        """Read a piece of the text."""
        self._heredocs = piece.heredocs
        self._offset = offset = piece.start
        cursor = piece.tree.walk()
        while True:
            node = cursor.node
            assert node is not None  # noqa: S101 - a cursor always has one
            kind, end = node.type, offset + node.end_byte
            if self._enter(kind, offset + node.start_byte, end) and cursor.goto_first_child():
                self._parents.append((kind, end))
                continue
            self._leave(kind, end)
            while not cursor.goto_next_sibling():
                if not cursor.goto_parent():
                    return
                kind, end = self._parents.pop()
                self._leave(kind, end)

    def _enter(self, kind: str, start: int, end: int) -> bool:
        """Take the beginning of a node; return whether to go on with what is in it."""
        if self._word is None and kind in kinds.WORDS:
            if kind == "word" and self._parents:
                self._take_word(unquoted_word(self._source, start, end), self._parents[-1][0])
                return False
            self._begin_word(kind, start)
        if self._word is not None:
            self._enter_in_word(self._word, kind, start, end)
        elif kind in kinds.GROUPS:
            self._assembly.open_scope(start, kinds.GROUPS[kind])
        elif kind in kinds.PARTS:
            self._assembly.part(kinds.PARTS[kind])
        elif kind in kinds.REDIRECTIONS:
            self._open_redirection(start)
        elif kind == "test_command":
            self._assembly.command_at(start)
            self._assembly.scope.in_test = True
        elif self._parents and start < end:
            self._token(kind, self._parents[-1][0], start, end)
        return True

    def _begin_word(self, kind: str, start: int) -> None:
        """Begin a word; its command begins with it, before those in the word's substitutions."""
        self._word = WordDraft(self._source, start, len(self._parents))
        parent = self._parents[-1][0] if self._parents else ""
        if parent in kinds.HOLDERS or (kind == "variable_assignment" and parent in kinds.LISTS):
            self._assembly.command_at(start)

    def _enter_in_word(self, word: WordDraft, kind: str, start: int, end: int) -> None:
        if kind in kinds.SUBSTITUTIONS:
            if not word.muted:
                word.expansion(start, end)
            self._suspended.append(word)
            self._word = None
            self._assembly.open_scope(start, kinds.SUBSTITUTION, substitution=True)
        elif word.muted:
            return
        elif kind in kinds.OPAQUE:
            word.expansion(start, end)
            word.muted = len(self._parents) + 1
        elif kind in kinds.QUOTED:
            word.single_quotes(start, end)
        elif kind == "string":
            word.open_quote(start)

    def _leave(self, kind: str, end: int) -> None:
        if kind in kinds.SUBSTITUTIONS:
            self._assembly.close_scope(end, substitution=True)
            self._word = self._suspended.pop()
        if self._word is not None:
            self._leave_in_word(self._word, kind, end)
        elif kind in kinds.GROUPS:
            self._assembly.close_scope(end, keeps_options=kind != "subshell")
        elif kind in kinds.REDIRECTIONS:
            self._redirections.pop()
        elif kind == "test_command":
            self._assembly.scope.in_test = False

    def _leave_in_word(self, word: WordDraft, kind: str, end: int) -> None:
        depth = len(self._parents)
        if word.muted:
            if word.muted == depth + 1:
                word.muted = 0
        elif kind == "string":
            word.close_quote(end)
        if word.depth == depth:
            self._word = None
            parent = self._parents[-1][0] if self._parents else ""
            if kind == "variable_assignment":
                self._take_assignment(word.finish(end), parent)
            else:
                self._take_word(word.finish(end), parent)

    def _take_word(self, word: Word, parent: str) -> None:
        """Give a word to what it stands in; words of `for`, of `case` and of here-documents are nobody's."""
        if parent in kinds.REDIRECTIONS and self._redirections[-1].target is None:
            self._redirections[-1].target = word
            self._extend(word.end)
        elif parent in kinds.TESTS:
            if self._assembly.scope.in_test:
                self._add_word(word)
        elif parent in kinds.HOLDERS or parent in kinds.REDIRECTIONS:
            self._add_word(word)

    def _take_assignment(self, word: Word, parent: str) -> None:
        found = assignment(word)
        if parent in kinds.HOLDERS or parent in kinds.LISTS:
            if parent == "declaration_command" or found is None:
                self._add_word(word)
            command = self._assembly.command_at(word.start)
            command.end = max(command.end, word.end)
            if found is not None:
                command.assignments.append(found)

    def _add_word(self, word: Word) -> None:
        """Add a word to the command; whether it belongs to the word before it is decided when all are there."""
        scope = self._assembly.scope
        command = self._assembly.command_at(word.start)
        words = command.words
        if words and words[-1].end == command.end and not scope.in_test:
            command.adjacent = command.adjacent or touches(self._text, command.end, word.start)
        elif not words and "=" in word.text and (found := assignment(word)) is not None:
            command.assignments.append(found)
            command.end = word.end
            return
        words.append(word)
        command.end = word.end

    def _open_redirection(self, start: int) -> None:
        group = self._assembly.redirected_group(start)
        redirection = RedirectionDraft(None if group else self._assembly.command_at(start))
        self._redirections.append(redirection)
        if redirection.command is not None:
            redirection.command.redirections.append(redirection)

    def _extend(self, end: int) -> None:
        command = self._redirections[-1].command
        if command is not None:
            command.end = max(command.end, end)

    def _token(self, kind: str, parent: str, start: int, end: int) -> None:
        """Take a node outside words that has no group of its own: mostly keywords and operators.

        The kind of these is their text, which tells them from nodes that hold others.
        """
        if parent in kinds.LISTS and (kind in kinds.OPERATORS or kind in kinds.KEYWORDS or kind == "!"):
            self._list_token(kind, parent, start)
        elif parent in kinds.REDIRECTIONS:
            self._redirection_token(kind, start, end)
        elif parent in kinds.COMMANDS or (parent in kinds.TESTS and self._assembly.scope.in_test):
            start += len(self._text[start:end]) - len(self._text[start:end].lstrip())
            if kind in (self._text[start:end].lstrip("\\"), "variable_name"):
                self._add_word(unquoted_word(self._source, start, end))

    def _list_token(self, kind: str, parent: str, start: int) -> None:
        if kind in kinds.OPERATORS:
            if parent != "case_item" or kind != "|":
                self._assembly.separator(kinds.OPERATORS[kind], start)
        elif kind == "then":
            self._assembly.part(kinds.BRANCH)
        elif kind == "!":
            self._assembly.negate(start)
        elif parent == "ERROR":
            self._assembly.separator(";", start)

    def _redirection_token(self, kind: str, start: int, end: int) -> None:
        redirection = self._redirections[-1]
        if kind == "heredoc_body":
            redirection.body_start = self._line_start(start)
        elif kind == "heredoc_end":
            redirection.body_end = self._line_start(start)
            if redirection.body_start < 0:
                redirection.body_start = redirection.body_end
        elif kind == "heredoc_start":
            self._heredoc_delimiter(redirection, start, end)
        elif kind == "file_descriptor":
            redirection.descriptor = self._text[start:end]
            self._extend(end)
        elif kind[0] in "<>&":
            redirection.operator = kind
            self._extend(end)
            if start - self._offset in self._heredocs:
                self._masked_heredoc(redirection, self._heredocs[start - self._offset])

    def _heredoc_delimiter(self, redirection: RedirectionDraft, start: int, end: int) -> None:
        raw = self._text[start:end]
        name = raw.translate(_QUOTES)
        redirection.target = make_word(self._source, start, end, (Part(name, quoted=name != raw),))
        redirection.expands = name == raw
        self._extend(end)

    def _masked_heredoc(self, redirection: RedirectionDraft, heredoc: Heredoc) -> None:
        redirection.operator = heredoc.operator
        redirection.expands = heredoc.expands
        redirection.body_start = self._offset + heredoc.body_start
        redirection.body_end = self._offset + heredoc.body_end

    def _line_start(self, offset: int) -> int:
        return max(self._text.rfind("\n", self._offset, offset) + 1, self._offset)
