"""XML, read as it comes, without what makes XML dangerous: no document type, so no entities; bounded in every way.

A billion laughs need a document type, and so do external entities; the formats read here have none.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from msgspec import Struct

from dockwright.evidence.unknown import Unreadable

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

_DEEPEST: Final = 32
_MOST: Final = 20_000_000
_LONGEST_TEXT: Final = 64 * 1024  # of one element; the rest is left out


class Start(Struct, frozen=True, gc=False):
    """The start of an element."""

    name: str
    attributes: dict[str, str]


class End(Struct, frozen=True, gc=False):
    """The end of an element, and the text that stands in it, after its last inner element."""

    name: str
    text: str


def elements(pieces: Iterable[bytes]) -> Iterator[Start | End]:
    """Yield the starts and ends of all elements, in their order.

    Raises:
        Unreadable: it is no XML, or has what none of the formats here has.
    """
    from xml.parsers.expat import ExpatError

    reading = _Reading()
    try:
        for piece in pieces:
            reading.parser.Parse(piece, False)  # noqa: FBT003 - expat's signature
            yield from reading.taken()
        reading.parser.Parse(b"", True)  # noqa: FBT003 - as above
        yield from reading.taken()
    except (ExpatError, ValueError) as failure:
        raise Unreadable("it is no valid XML") from failure


class _Reading:
    """A parser, and what it has found since the last piece."""

    def __init__(self) -> None:
        from xml.parsers.expat import ParserCreate

        self.parser = ParserCreate()
        self.parser.buffer_text = True
        self.parser.StartElementHandler = self._start
        self.parser.EndElementHandler = self._end
        self.parser.CharacterDataHandler = self._text
        self.parser.StartDoctypeDeclHandler = self._refuse
        self.parser.EntityDeclHandler = self._refuse
        self._found: list[Start | End] = []
        self._words: list[str] = []
        self._length = self._depth = self._count = 0

    def taken(self) -> list[Start | End]:
        found, self._found = self._found, []
        return found

    def _start(self, name: str, attributes: dict[str, str]) -> None:
        self._depth += 1
        self._count += 1
        if self._depth > _DEEPEST or self._count > _MOST:
            raise Unreadable("it has too many elements")
        self._words, self._length = [], 0
        self._found.append(Start(_local(name), attributes))

    def _end(self, name: str) -> None:
        self._depth -= 1
        self._found.append(End(_local(name), "".join(self._words)))
        self._words, self._length = [], 0

    def _text(self, text: str) -> None:
        left = _LONGEST_TEXT - self._length
        if left > 0:
            self._words.append(text[:left])
            self._length += len(text)

    @staticmethod
    def _refuse(*_: object) -> None:
        raise Unreadable("it is XML with a document type, which no list of updates has")


def _local(name: str) -> str:
    return name.rpartition(":")[2]
