"""Golden cases of files that name images: how to write `tests/files/<name>.md`, and how it is read and rewritten.

A file is Markdown; the fenced blocks are what is tested. A case is a block with `file=PATH`, the file that is read
(with the word `crlf` its lines end so), and the `images` block behind it, with a line for each use that is found:

    8:12-8:28 compose docker.io/library/python:3.12 tag 8:19-8:23 platform linux/arm64

where it is written, its kind, the whole name, where the tag's characters stand, and the platform. In place of the name
stands `unknown` for one that cannot be known from the file, and `invalid` for what is no name. Write the file's block
and the prose, run `pytest tests/files/test_images.py --accept`, and read what it wrote: nobody else checks it.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from msgspec import Struct

from dockwright.files.images import image_uses
from dockwright.source import Source
from tests.support.rule_cases import Block, blocks

if TYPE_CHECKING:
    from collections.abc import Iterator

    from dockwright.image import ImageUse
    from dockwright.source import Span

FOLDER = Path(__file__).parent.parent / "files"


class Case(Struct, frozen=True):
    """A file to be read, and the block that says what is found in it."""

    name: str
    title: str
    block: Block
    expected: Block | None = None

    @property
    def id(self) -> str:
        """The name of the test."""
        return f"{self.name}:{self.block.first + 1} {self.title}"

    @property
    def source(self) -> Source:
        """The file."""
        text = self.block.text
        return Source(self.block.path, text.replace("\n", "\r\n") if "crlf" in self.block.options else text)


def cases(name: str, text: str) -> list[Case]:
    """Return the cases of a file."""
    found: list[Case] = []
    for title, block in blocks(text):
        if block.kind == "images":
            assert found, f"{name}:{block.first + 1}: no file stands before these images"
            assert found[-1].expected is None, f"{name}:{block.first + 1}: these images belong to no file"
            found[-1] = Case(name, found[-1].title, found[-1].block, block)
        elif "file" in block.options:
            found.append(Case(name, title, block))
    return found


def every_case() -> Iterator[Case]:
    """Yield the cases of all files."""
    for path in sorted(FOLDER.glob("*.md")):
        yield from cases(path.stem, path.read_text(encoding="utf-8"))


def actual(case: Case) -> str:
    """Return what the `images` block should hold."""
    return "".join(f"{show(use)}\n" for use in image_uses(case.source))


def accept(text: str, found: list[Case]) -> str:
    """Return a file's text with every `images` block rewritten, or added."""
    lines = text.split("\n")
    for case in reversed(found):
        made = f"```images\n{actual(case)}```".split("\n")
        if case.expected is None:
            lines[case.block.last + 1 : case.block.last + 1] = ["", *made]
        else:
            lines[case.expected.first : case.expected.last + 1] = made
    return "\n".join(lines)


def show(use: ImageUse) -> str:
    """Write a use as a line of an `images` block."""
    unread = "unknown" if use.traced is None else "invalid"
    name = unread if use.reference is None else use.reference.canonical
    tag = f" tag {_place(use.tag_span)}" if use.tag_span else ""
    stage = f" stage {use.stage}" if use.stage else ""
    platform = f" platform {use.platform}" if use.platform else ""
    return f"{_place(use.span)} {use.kind.value} {name}{tag}{stage}{platform}"


def _place(span: Span) -> str:
    first, last = span.first, span.last
    return f"{first.line}:{first.column}-{last.line}:{last.column}"
