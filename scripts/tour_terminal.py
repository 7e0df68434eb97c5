"""How the tour shows things in a terminal: Markdown as plain text, diffs, headings."""

from __future__ import annotations

import re
import textwrap
from typing import TYPE_CHECKING, Final

from markdown_it import MarkdownIt

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from markdown_it.token import Token

_NARROWEST: Final = 8  # of a column of a table
_ENOUGH: Final = 34  # for two CVEs
_GAP: Final = "  "
_ENDS: Final = frozenset({"paragraph_close", "heading_close", "bullet_list_close", "table_close"})
_SUMMARY: Final = re.compile(r"<summary>(.*?)</summary>", re.DOTALL)
_CONTROL: Final = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f]")


class Terminal:
    """Prints, with colours where they are wanted; what it wraps is at most `width` columns wide."""

    def __init__(self, *, colored: bool, width: int) -> None:
        self._colored = colored
        self.width = width

    def print(self, text: str = "", style: str = "") -> None:
        """Print a line; `style` are the numbers of a colour (ECMA-48, SGR)."""
        text = _CONTROL.sub("", text.expandtabs())
        print(f"\x1b[{style}m{text}\x1b[0m" if style and self._colored else text, flush=True)

    def heading(self, text: str) -> None:
        """Print a section's heading."""
        self.print()
        self.print(f"━━ {text} ".ljust(self.width, "━"), "1;36")

    def progress(self, text: str) -> None:
        """Print what is being done now."""
        self.print(f"· {text}", "2")

    def diff(self, patch: str) -> None:
        """Print a patch."""
        styles = {"+": "32", "-": "31", "@": "36"}
        for line in patch.splitlines():
            self.print(f"  {line}", styles.get(line[:1], ""))

    def markdown(self, text: str, *, most: int) -> int:
        """Print Markdown, `most` lines of it, and return how many more there are; what is folded stays so."""
        lines = list(self._lines(text.strip()))
        while lines and not lines[-1][0]:
            lines.pop()
        for line, style in lines[:most]:
            self.print(f"  {line}".rstrip(), style)
        return max(0, len(lines) - most)

    # --- Markdown ---------------------------------------------------------------------------------------------------

    def _lines(self, text: str) -> Iterator[tuple[str, str]]:
        """Yield the lines of Markdown, each with its style."""
        tokens = MarkdownIt("commonmark", {"html": True}).enable("table").parse(text)
        above, rows, folded = "", list[list[str]](), False
        for token in tokens:
            match token.type:
                case "html_block":
                    yield from _fold(token.content)
                    folded = (folded or "<details" in token.content) and "</details>" not in token.content
                case _ if folded:
                    pass
                case "list_item_open" | "heading_open":
                    above = token.type
                case "tr_open":
                    rows.append([])
                case "inline" if rows:
                    rows[-1].append(_plain(token))
                case "inline":
                    yield from self._wrapped(_plain(token), above)
                case _ if token.type in _ENDS and not token.hidden:  # paragraphs of tight lists are hidden
                    yield from _table(rows, self.width - 2) if rows else ()
                    above, rows = "", []
                    yield "", ""
                case _:
                    pass

    def _wrapped(self, text: str, above: str) -> Iterator[tuple[str, str]]:
        bullet = "- " if above == "list_item_open" else ""
        style = "1" if above == "heading_open" else ""
        for line in textwrap.wrap(text, self.width - 2, initial_indent=bullet, subsequent_indent=" " * len(bullet)):
            yield line, style


def _fold(block: str) -> Iterator[tuple[str, str]]:
    """Yield what is seen of HTML that stands by itself: the heading of what is folded."""
    if summary := _SUMMARY.search(block):
        yield f"▸ {re.sub(r'<[^>]*>', '', summary[1])}", "2"
        yield "", ""


def _plain(inline: Token) -> str:
    """Return the text of an inline token, with code in backticks and without tags."""
    text = ""
    for token in inline.children or ():
        match token.type:
            case "code_inline":
                text += f"`{token.content}`"
            case "softbreak" | "hardbreak":
                text += " "
            case "html_inline":
                text += "`" if token.content in {"<code>", "</code>"} else ""
            case _:
                text += token.content
    return text


def _table(rows: Sequence[Sequence[str]], width: int) -> Iterator[tuple[str, str]]:
    """Yield a table's lines; where there is no room the last column gives way, then the first, then the widest."""
    plain = [[cell.replace("`", "") for cell in row] for row in rows]
    widths = [max(map(len, column)) for column in zip(*plain, strict=True)]
    room = width - len(_GAP) * (len(widths) - 1)
    for column, enough in ((-1, _ENOUGH), (0, _ENOUGH // 2)):
        widths[column] = max(min(widths[column], enough), widths[column] - max(0, sum(widths) - room))
    while sum(widths) > room and max(widths) > _NARROWEST:
        widths[widths.index(max(widths))] -= 1
    for number, row in enumerate(plain):
        cells = [_cut(cell, each).ljust(each) for cell, each in zip(row, widths, strict=True)]
        yield _GAP.join(cells).rstrip(), "2" if number == 0 else ""


def _cut(text: str, room: int) -> str:
    return text if len(text) <= room else f"{text[: room - 1]}…"
