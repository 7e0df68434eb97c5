"""The `ARG`s behind images: how people name the place of an edit, and who else reads what it changes."""

from __future__ import annotations

import re
from bisect import bisect_right
from functools import cached_property
from typing import TYPE_CHECKING

from dockwright.dockerfile import parse
from dockwright.image import IN_DOCKERFILES

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from dockwright.dockerfile.model import Instruction
    from dockwright.image import ImageUse
    from dockwright.source import Edit, Source, Span

_VARIABLE = re.compile(r"\$\{?(\w+)")
_LONGEST_SHOWN = 80


def shown(use: ImageUse) -> str:
    """Name a place as a reader finds it: the image and its line."""
    written = use.word.text if use.traced is None else use.traced.text
    return f"`{written[:_LONGEST_SHOWN]}` in line {use.span.first.line}"


class Arguments:
    """The global `ARG`s of a file; a file that is no Dockerfile has none. It is read when it is first asked."""

    def __init__(self, source: Source, uses: Sequence[ImageUse]) -> None:
        """Take the file and all places in it that name images, in order."""
        self._source = source
        self._uses = uses
        self._unknown = [(use, _names(use.word.text)) for use in uses if use.traced is None]

    def where(self, span: Span) -> str:
        """Name the place of an edit: the `ARG`, if it stands in one."""
        found = self._argument(span)
        line = span.first.line
        return f"what line {line} says" if found is None else f"the `ARG` `{found}` in line {line}"

    def unknown_reader(self, edits: Iterable[Edit]) -> ImageUse | None:
        """Return an image that edits change, but whose name only the build knows; None if there is none."""
        changed = self._changed(edits) if self._unknown else set()
        return next((use for use, names in self._unknown if not changed.isdisjoint(names)), None)

    def notes(self, edits: Sequence[Edit], pinned: Iterable[ImageUse]) -> Iterator[str]:
        """Say who else reads what edits change, and what a digest (of `pinned`) takes away."""
        for name in sorted(self._changed(edits)):
            lines = self._taken.get(name)
            if lines:
                yield f"`ARG {name}` is also declared in line {_listed(lines)}; what follows sees the new value."
        for use in pinned:
            found = None if use.traced is None else next(filter(None, map(self._argument, use.traced.spans)), None)
            if found is not None and any(use.span.start <= edit.span.start <= use.span.end for edit in edits):
                line = use.span.first.line
                yield f"With a digest in line {line}, `--build-arg {found}=...` no longer chooses another image there."

    @cached_property
    def _words(self) -> list[tuple[int, int]]:
        return [(use.span.start, use.span.end) for use in self._uses]

    @cached_property
    def _all(self) -> tuple[Instruction, ...]:
        here = any(use.kind in IN_DOCKERFILES for use in self._uses)
        return tuple(parse(self._source).instructions("ARG")) if here else ()

    @cached_property
    def _declared(self) -> list[tuple[int, int, str, set[str]]]:
        """The place of each global `name=value`, the name, and the variables in the value."""
        pairs = [pair for each in self._all if each.stage < 0 for pair in each.pairs]
        return [
            (pair.word.span.start, pair.word.span.end, pair.key.text, _names(pair.value.text))
            for pair in pairs
            if pair.word.span is not None and pair.value is not None
        ]

    @cached_property
    def _taken(self) -> dict[str, list[int]]:
        """The lines in which stages take over a global ARG, by its name."""
        taken: dict[str, list[int]] = {}
        for argument in self._all:
            for pair in argument.pairs if argument.stage >= 0 else ():
                if pair.value is None:
                    taken.setdefault(pair.key.text, []).append(argument.line)
        return taken

    def _argument(self, span: Span | None) -> str | None:
        """Return the name of the global ARG in which a place lies."""
        if span is None or span.source is not self._source:
            return None
        at = bisect_right(self._declared, span.start, key=lambda each: each[0]) - 1
        return self._declared[at][2] if at >= 0 and span.end <= self._declared[at][1] else None

    def _is_used(self, span: Span) -> bool:
        """Tell whether a place is where an image is used, not where an ARG is declared."""
        at = bisect_right(self._words, span.start, key=lambda word: word[0]) - 1
        return at >= 0 and span.start <= self._words[at][1]

    def _changed(self, edits: Iterable[Edit]) -> set[str]:
        """Return the names of the global ARGs whose values edits change, also through others."""
        outside = [edit.span for edit in edits if not self._is_used(edit.span)]
        changed = {name for span in outside if (name := self._argument(span)) is not None}
        for _, _, name, names in self._declared if changed else ():
            if not changed.isdisjoint(names):
                changed.add(name)
        return changed


def _names(text: str) -> set[str]:
    """Return the variables that a text reads; those in quotes that keep them count as well."""
    return set(_VARIABLE.findall(text))


def _listed(lines: Sequence[int]) -> str:
    texts = [str(line) for line in lines]
    return texts[0] if len(texts) == 1 else f"{', '.join(texts[:-1])} and {texts[-1]}"
