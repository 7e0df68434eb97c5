"""Ignore files: which paths of a build context BuildKit leaves behind.

The format is that of github.com/moby/patternmatcher (`ignorefile`, `MatchesUsingParentResults`). It looks like
.gitignore, and is not: a pattern begins at the context's top, so that `node_modules` is that one folder alone, and
`**/node_modules` all of them; `*` matches what stands at the top; an exception (`!`) brings back what is in a folder
that is left behind; a `#` begins a comment only at the start of a line.
"""

from __future__ import annotations

import posixpath
import re
from typing import TYPE_CHECKING

from msgspec import Struct

from dockwright.files._ignore_glob import Glob, is_valid

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from dockwright.source import Source, Span

NAME = ".dockerignore"

_SPACE = "\t\n\v\f\r \x85\xa0\u1680\u2028\u2029\u202f\u205f\u3000" + "".join(map(chr, range(0x2000, 0x200B)))
"""What Go's `strings.TrimSpace` takes away; Python's `strip` takes more."""
_LONGEST = 64 * 1024
_BYTE_ORDER_MARK = "\ufeff"
_MOST_FOLDERS = 20_000
_MOST_PATTERNS = 2000
"""What comes after them is not read, and the file not exact."""


class IgnorePattern(Struct, frozen=True):
    """A pattern as BuildKit reads it: cleaned, without its `!`, from the context's top.

    Attributes:
        text: the pattern.
        span: where it is written, with its `!`.
        exception: whether it brings back what earlier ones leave behind.
        glob: what compares it with paths.
    """

    text: str
    span: Span
    exception: bool
    glob: Glob


class IgnoreFile:
    """An ignore file; see `read_ignore_file`.

    Attributes:
        source: the file.
        patterns: in order.
        broken: the pattern for which BuildKit refuses to build at all, if there is one.
        exact: whether everything that this says is what BuildKit does; not with patterns of odd forms.
    """

    def __init__(self, source: Source, patterns: Sequence[IgnorePattern], broken: Span | None) -> None:
        """Hold the patterns."""
        self.source = source
        self.patterns = tuple(patterns)
        self.broken = broken
        few = len(patterns) < _MOST_PATTERNS
        self.exact = few and broken is None and all(pattern.glob.exact for pattern in patterns)
        self._folders: dict[str, tuple[bool, ...]] = {"": (False,) * len(self.patterns)}

    def decides(self, path: str) -> IgnorePattern | None:
        """Return the pattern by which a path of the context is left behind; None if it is sent.

        A folder that is left behind may hold files that are sent, by exceptions.
        """
        if path in {"", "."}:
            return None
        decided: IgnorePattern | None = None
        for pattern, found in zip(self.patterns, self._matched(path), strict=True):
            if found:
                decided = None if pattern.exception else pattern
        return decided

    def leaves(self, path: str) -> bool:
        """Tell whether a path of the context is left behind."""
        return self.decides(path) is not None

    def reopens(self, folder: str) -> bool:
        """Tell whether an exception may bring back something below a folder that is left behind."""
        top = folder.rstrip("/") + "/"
        return any(
            pattern.exception and (pattern.text.startswith(top) or any(each in pattern.text for each in "*?[\\"))
            for pattern in self.patterns
        )

    def _matched(self, path: str) -> tuple[bool, ...]:
        """Tell for each pattern whether it holds for a path: it matches, or held for the folder above.

        A pattern that cannot change anything is not tried, and does not hold for what is below either.
        """
        parent = path.rpartition("/")[0]
        if parent not in self._folders:
            if len(self._folders) > _MOST_FOLDERS:
                self._folders = {"": self._folders[""]}
            for above in _folders(parent):
                if above not in self._folders:
                    self._folders[above] = self._compared(above, self._folders[above.rpartition("/")[0]])
        return self._compared(path, self._folders[parent])

    def _compared(self, path: str, above: Sequence[bool]) -> tuple[bool, ...]:
        left = False
        found: list[bool] = []
        for pattern, held in zip(self.patterns, above, strict=True):
            holds = held or (pattern.exception is left and pattern.glob.matches(path))
            found.append(holds)
            if holds:
                left = not pattern.exception
        return tuple(found)


def read_ignore_file(source: Source) -> IgnoreFile:
    """Read an ignore file as BuildKit does."""
    patterns: list[IgnorePattern] = []
    for start, line in _lines(source.text):
        if len(patterns) == _MOST_PATTERNS:
            break
        if len(line) >= _LONGEST:
            return IgnoreFile(source, patterns, source.span(start, start + len(line)))
        stripped = line.strip(_SPACE)
        if line.startswith("#") or not stripped:
            continue
        begin = start + line.index(stripped)
        span = source.span(begin, begin + len(stripped))
        exception, text = _normalized(stripped)
        if not text and not exception:
            continue
        # What follows a `*` is only looked at when a path comes to it: then the pattern is merely not exact.
        if not text or ("*" not in text and not is_valid(text)):
            return IgnoreFile(source, patterns, span)
        patterns.append(IgnorePattern(text, span, exception, Glob(text)))
    return IgnoreFile(source, patterns, None)


def ignore_paths(dockerfile: str, context: str) -> tuple[str, str]:
    """Return where BuildKit looks for the ignore file of a build, from the repository's top: the first is taken.

    Args:
        dockerfile: the Dockerfile's path.
        context: the context's folder, `.` or empty for the top.
    """
    return f"{dockerfile}{NAME}", posixpath.normpath(posixpath.join(context or ".", NAME))


def _lines(text: str) -> Iterator[tuple[int, str]]:
    start = int(text.startswith(_BYTE_ORDER_MARK))
    for line in text[start:].split("\n"):
        yield start, line
        start += len(line) + 1


def _normalized(line: str) -> tuple[bool, str]:
    """Make a pattern of a line, in two steps as BuildKit does: `./!a` is an exception, too."""
    inverted = line.startswith("!")
    text = line[1:].strip(_SPACE) if inverted else line
    if text:
        text = _clean(text)
        text = text[1:] if len(text) > 1 and text.startswith("/") else text
    text = (("!" if inverted else "") + text).strip(_SPACE)
    text = _clean(text) if text else ""
    return (True, text[1:]) if text.startswith("!") else (False, text)


def _clean(path: str) -> str:
    """Shorten a path as Go's `filepath.Clean` does."""
    cleaned = posixpath.normpath(path)
    return re.sub(r"\A//+", "/", cleaned) if cleaned.startswith("//") else cleaned


def _folders(path: str) -> Iterator[str]:
    """Yield a folder and those above it, from the top."""
    at = path.find("/")
    while at >= 0:
        yield path[:at]
        at = path.find("/", at + 1)
    if path:
        yield path
