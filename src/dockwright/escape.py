"""Text from outside, made harmless for the place where it is shown.

A Dockerfile, a file's name, a registry's answer may hold anything: terminal escapes, characters that reorder the line,
Markdown, and commands for GitHub's runner. The runner reads every line of a step's output, from both streams, and takes
two forms for commands: `::name properties::data` at the start of a line, after blanks, and `##[name properties]data`
anywhere in one (actions/runner, ActionCommand.cs). Toolkit: `@actions/core`, command.ts.
"""

from __future__ import annotations

import re

_LONE_SURROGATE = "[\ud800-\udfff]"
_BACKTICKS = "`+"
_ZERO_WIDTH_SPACE = "\u200b"

# What GitHub turns into links, mentions and emoji in text that is already rendered, where no escape is left.
_SPECIAL_TO_GITHUB = r"(?i):(?=//|[\w+-]+:)|[@#](?=\w)|www(?=\.)|GH(?=-\d)"

# As character references, which mean the same in Markdown's text and in HTML, where a backslash escapes nothing.
_MARKDOWN = str.maketrans({character: f"&#{ord(character)};" for character in f"\\`*_[]<>&|~${_ZERO_WIDTH_SPACE}"})
_NOTHING = _ZERO_WIDTH_SPACE.translate(_MARKDOWN)


def well_formed(text: str) -> str:
    """Return the text with U+FFFD for each byte that was not UTF-8, so that it can be encoded."""
    return text if text.isascii() else re.sub(_LONE_SURROGATE, "\ufffd", text)


def terminal(text: str) -> str:
    """Return one line of printable characters: every other one is named (`<U+001B>`, `<0xFF>` for a byte not UTF-8).

    Those are control and format characters (escape sequences, line ends, bidirectional overrides, zero-width ones),
    blanks that are no space, and characters without a meaning.
    """
    if text.isprintable():
        return text
    return "".join([character if character.isprintable() else _name(character) for character in text])


def _name(character: str) -> str:
    code = ord(character)
    return f"<0x{code - 0xDC00:02X}>" if 0xDC80 <= code <= 0xDCFF else f"<U+{code:04X}>"  # noqa: PLR2004 - PEP 383


def inert(line: str) -> str:
    r"""Return a line in which the runner sees no command: `\::` where one begins the line, `##\[` anywhere."""
    if "##[" in line:
        line = line.replace("##[", "##\\[")
    if line.lstrip().startswith("::"):
        start = line.index("::")
        line = f"{line[:start]}\\{line[start:]}"
    return line


def log_line(text: str) -> str:
    """Return one line that is safe in the log of a job, whatever the text is."""
    return inert(terminal(text))


def workflow_data(text: str) -> str:
    """Escape what follows the second `::` of a workflow command; line ends stay what they are.

    The toolkit escapes `%`, carriage return and line feed; a carriage return has become visible here before.
    """
    lines = "\n".join([log_line(line) for line in text.split("\n")])
    return lines.replace("%", "%25").replace("\n", "%0A")


def workflow_property(text: str) -> str:
    """Escape the value of a workflow command's property: as its data, and `:` and `,`, of which properties are made."""
    return log_line(text).replace("%", "%25").replace(":", "%3A").replace(",", "%2C")


def json_text(encoded: str) -> str:
    """Return a JSON text that means the same, in which no string holds a character that is not printable, or `##[`.

    It may be printed as it is: on a terminal, which a control or format character would reach, and in a job's log.
    """
    if not encoded.isascii():
        encoded = re.sub(
            r"[^\x00-\x7e]", lambda found: found[0] if found[0].isprintable() else _escaped(found[0]), encoded
        )
    return encoded.replace("\x7f", "\\u007f").replace("##[", "##\\u005b")


def _escaped(character: str) -> str:
    units = character.encode("utf-16-be").hex()
    return "".join([f"\\u{units[index : index + 4]}" for index in range(0, len(units), 4)])


def markdown(text: str) -> str:
    """Return Markdown that shows a text literally, within a line of GitHub's Markdown or of HTML in it.

    It links nothing, mentions nobody and opens or closes nothing. The start of a block (`-`, `1.`) is not escaped, so
    it has to follow something on its line.
    """
    return re.sub(_SPECIAL_TO_GITHUB, rf"\g<0>{_ZERO_WIDTH_SPACE}", terminal(text)).translate(_MARKDOWN)


def markdown_code(text: str) -> str:
    """Return a code span that shows a text literally. It must not touch another backtick, nor stand in a table."""
    shown = terminal(text) or " "
    fence = "`" * (_longest_run(shown) + 1)
    pad = " " if shown.strip() and (shown[0] in " `" or shown[-1] in " `") else ""
    return f"{fence}{pad}{shown}{pad}{fence}"


def markdown_message(text: str) -> str:
    """Return Markdown of a message, in which names stand in backticks: those become code, the rest is literal."""
    parts = text.split("`")
    if len(parts) % 2 == 0:  # the last backtick closes nothing
        parts[-2:] = ["`".join(parts[-2:])]
    last = len(parts) - 1
    return "".join(
        [
            # Two spans that touch would be read as other spans.
            markdown_code(part) if index % 2 else markdown(part) or (_NOTHING if 0 < index < last else "")
            for index, part in enumerate(parts)
        ]
    )


def markdown_block(lines: list[str], language: str) -> list[str]:
    """Return the lines of a fenced code block that shows lines literally."""
    shown = [terminal(line) for line in lines]
    fence = "`" * max(3, 1 + max([_longest_run(line) for line in shown], default=0))
    return [f"{fence}{language}", *shown, fence]


def _longest_run(text: str) -> int:
    """Count the backticks of the longest run."""
    return max([len(run) for run in re.findall(_BACKTICKS, text)], default=0) if "`" in text else 0
