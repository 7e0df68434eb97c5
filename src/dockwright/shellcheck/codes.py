"""ShellCheck's codes: which are told unless the configuration says otherwise, how severely, and which never.

A code is on by default where a maintainer would mend what it finds: the script does something else than it says, or
fails where it runs. That was judged on real Dockerfiles; docs/shellcheck.md has the numbers. The others, among them
those of quoting, are right in general and seldom matter in the build of an image, where the author knows each file
name. They are told on request: `rules: {shellcheck:SC2086: notice}`, or all of them with `shellcheck: on`.
"""

from __future__ import annotations

import re

from msgspec import Struct

from dockwright.finding import Severity

ENGINE = "shellcheck"
"""The name that stands for all codes in configuration and comments."""

_ID = re.compile(r"shellcheck:SC(\d{4})")

_NEVER = frozenset(
    [
        *(1008, 2148, 2187, 2239),  # a missing or odd `#!`: what reads a script is known from SHELL and the image
        *(1128, 1134, 2096),  # likewise: the line before the script is ours
        1017,  # carriage returns: the file's own line ends
        1072,  # the parser giving up: what it says before tells why
        *(1090, 1091, 1094),  # other files are never read
        2291,  # repeated blanks: a continued line begins with the next line's indent
    ]
)
"""Codes that say nothing of a script in a Dockerfile."""

_UNKNOWN_SH = frozenset((2028, 2039))
"""Codes that depend, like SC3xxx, on which shell `sh` is."""

_WARNINGS = frozenset(
    [
        # What cannot be read, or not as it was meant: a list that begins with an operator, typographic quotes.
        *(1009, 1020, 1035, 1036, 1053, 1056, 1057, 1058, 1061, 1062, 1064, 1065, 1066, 1068, 1069, 1070, 1073, 1089),
        *(1110, 1133),
        2028,  # `echo "a\nb"` writes a backslash in bash
        *(2034, 2097, 2154),  # a variable that is set and not used, or used and not set: often in another RUN
        *(2091, 2117, 2121, 2261),  # something else is run, or written, than it says
        2251,  # `! cmd` never ends a script, whatever `set -e` says
        # What is missing in the `sh` that the image is known to have.
        *(3001, 3003, 3009, 3010, 3011, 3014, 3017, 3024, 3026, 3028, 3030, 3031, 3036, 3046, 3053, 3054, 3055, 3057),
        *(3059, 3060),
    ]
)
_NOTICES = frozenset((2061, 2164, 2188))
"""An unquoted pattern for `find`, a `cd` that may fail unseen, a redirection without a command: mostly right."""


class Code(Struct, frozen=True):
    """One of ShellCheck's codes, told like a rule.

    Attributes:
        id: `shellcheck:SC2086`.
        page: the documentation, Markdown, whose first line is the title.
        severity: unless the configuration says otherwise.
        enabled: whether it is on by default.
        aliases: its names elsewhere.
        since: the version that brought it.
    """

    id: str
    page: str
    severity: Severity
    enabled: bool
    aliases: tuple[str, ...] = ()
    since: str = "0.1.0"

    @property
    def title(self) -> str:
        """One line that says what it is."""
        return self.page.partition("\n")[0]

    @property
    def fixable(self) -> bool:
        """Whether it may offer fixes."""
        return True


def code_of(name: str) -> Code | None:
    """Return a code by its id (`shellcheck:SC2086`), or what is told of all of them; None for what is neither."""
    if name == ENGINE:
        return Code(ENGINE, _ENGINE_PAGE, Severity.WARNING, enabled=False)
    match = _ID.fullmatch(name)
    if match is None:
        return None
    number = int(match[1])
    severity = Severity.WARNING if number in _WARNINGS else Severity.NOTICE
    aliases = (f"hadolint:SC{match[1]}",)
    return Code(name, _page(match[1], enabled=is_enabled(number)), severity, is_enabled(number), aliases)


def id_of(number: int) -> str:
    """Return the id of a code."""
    return f"{ENGINE}:SC{number:04}"


def is_enabled(number: int) -> bool:
    """Tell whether a code is on by default."""
    return number in _WARNINGS or number in _NOTICES


def is_told(number: int, dialect: str) -> bool:
    """Tell whether a code can be right for a script: not where it depends on a shell that is not known."""
    portability = 3000 <= number < 4000 or number in _UNKNOWN_SH  # noqa: PLR2004 - ShellCheck's range for them
    return number not in _NEVER and not (portability and dialect == "sh")


_ENGINE_PAGE = f"""\
What ShellCheck finds in the scripts of `RUN`

## Why

ShellCheck knows what shells do with a script, and Dockerfiles are full of scripts. It is asked with `--shellcheck` or
`shellcheck: true` in the configuration; the action asks it unless told otherwise. Each of its codes is a rule of its
own, such as `{ENGINE}:SC2086`. Those are on by default that a maintainer would mend; `{ENGINE}: on` among the rules
tells all of them.
"""


def _page(digits: str, *, enabled: bool) -> str:
    default = "It is on by default." if enabled else f"It is off by default; `{ENGINE}:SC{digits}: notice` tells it."
    return f"""\
ShellCheck's SC{digits}

## Why

ShellCheck says in the finding what it has seen in the script of a `RUN`. {default}

Its own page about the code is "SC{digits}" in ShellCheck's wiki:
[shellcheck.net/wiki/SC{digits}](https://www.shellcheck.net/wiki/SC{digits}).

Ignore it with `# dockwright ignore=shellcheck:SC{digits}` above the instruction or the line, or, inside a script, with
ShellCheck's own `# shellcheck disable=SC{digits}`. `# hadolint ignore=SC{digits}` means the same.

## Fix

What ShellCheck would write, where it knows. Unsafe: words that were meant to be split would not be any more.
"""
