"""The engine: Dockerfiles in, what ShellCheck finds in their scripts out."""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec import Struct

from dockwright.errors import ShellCheckError
from dockwright.finding import Problem
from dockwright.shellcheck.codes import id_of, is_told
from dockwright.shellcheck.places import Places
from dockwright.shellcheck.program import KNOWS_BUSYBOX, ask, version_of
from dockwright.shellcheck.scripts import BUSYBOX, SH, checked_scripts

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from dockwright.dockerfile import Dockerfile
    from dockwright.shellcheck.program import Comment
    from dockwright.shellcheck.scripts import Checked
    from dockwright.source import Source, Span

_MOST_SCRIPTS = 2_000  # of one process: their names are its arguments
_MOST_TEXT = 2_000_000  # characters of one process
_NEAR = 200  # characters
_OF_CD = 2164
_OF_ECHO = frozenset((3036, 3037))
_MOST_KNOWN = 20_000  # answers that are kept for the next round of fixes


class Found(Struct, frozen=True):
    """A problem, and the id of ShellCheck's code for it (`shellcheck:SC2086`)."""

    code: str
    problem: Problem


class ShellCheck:
    """ShellCheck for one run; what it has said of a script is remembered.

    Attributes:
        notes: what went wrong, in sentences; the review goes on without ShellCheck then.
    """

    def __init__(self, program: str, *, precise: bool = True) -> None:
        """Take where the program is, and make sure that it can be used.

        `precise`: whether it follows the values of variables, which takes a third of its time and only tells more
        of SC2086.

        Raises:
            ShellCheckError: it cannot.
        """
        self.notes: list[str] = []
        self._program = program
        new = version_of(program) >= KNOWS_BUSYBOX
        self._busybox, self._precise = new, precise or not new
        self._known: dict[str, tuple[Comment, ...]] = {}

    def check(self, dockerfiles: Iterable[Dockerfile]) -> Mapping[Source, tuple[Found, ...]]:
        """Return what it finds in the scripts of some files; a file is absent if it could not be asked about it."""
        scripts = {each.source: [self._spoken(script) for script in checked_scripts(each)] for each in dockerfiles}
        if len(self._known) > _MOST_KNOWN:
            self._known.clear()
        self._ask({script.text.text for some in scripts.values() for script in some} - self._known.keys())
        return {
            source: tuple(found for script in some for found in _found(script, self._known[script.text.text]))
            for source, some in scripts.items()
            if all(script.text.text in self._known for script in some)
        }

    def _spoken(self, script: Checked) -> Checked:
        dialect = SH if script.dialect == BUSYBOX and not self._busybox else script.dialect
        return script.read_as(dialect, precise=self._precise)

    def _ask(self, texts: Iterable[str]) -> None:
        """Ask about some texts; after the first failure nothing more is asked, so that a run ends in time."""
        for some in _batches(sorted(texts)):
            if self.notes:
                return
            try:
                self._known |= zip(some, ask(self._program, some), strict=True)
            except ShellCheckError as error:
                self.notes.append(f"{error}; the review goes on without it.")


def _batches(texts: Iterable[str]) -> Iterator[list[str]]:
    """Divide texts among processes."""
    batch: list[str] = []
    length = 0
    for text in texts:
        if batch and (len(batch) == _MOST_SCRIPTS or length + len(text) > _MOST_TEXT):
            yield batch
            batch, length = [], 0
        batch.append(text)
        length += len(text)
    if batch:
        yield batch


def _found(script: Checked, comments: Iterable[Comment]) -> Iterator[Found]:
    """Place what is said of a script; what is about nothing that stands in the file is dropped."""
    places = Places(script.text)
    for comment in comments:
        span = places.span(comment) if is_told(comment.code, script.dialect) else None
        if span is None or (comment.code in _OF_ECHO and _is_file(span)):
            continue
        if comment.code != _OF_CD or not places.ends_script(comment):  # the last command's failure is the script's
            yield Found(id_of(comment.code), Problem(span, comment.message, places.fix(comment)))


def _is_file(flag: Span) -> bool:
    """Tell whether the `echo` before a flag is a program of its own, `/bin/echo`, whatever the shell's own can do."""
    before = flag.source.text[max(0, flag.start - _NEAR) : flag.start].rstrip()
    return before.endswith("/echo")
