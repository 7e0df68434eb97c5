"""Which program reads a script, and with which of its options on."""

from __future__ import annotations

from enum import Enum
from typing import TYPE_CHECKING

from msgspec import Struct

if TYPE_CHECKING:
    from collections.abc import Sequence


class Dialect(Enum):
    """The language of a script. `EXEC` is no script: a command that no shell reads (exec form)."""

    SH = "sh"
    BASH = "bash"
    KSH = "ksh"
    ZSH = "zsh"
    POWERSHELL = "powershell"
    CMD = "cmd"
    OTHER = "other"
    EXEC = "exec"

    @property
    def bourne(self) -> bool:
        """Whether it descends from the Bourne shell, so that `parse_script` reads it."""
        return self in _BOURNE


_BOURNE = frozenset({Dialect.SH, Dialect.BASH, Dialect.KSH, Dialect.ZSH})
_DIALECTS = {
    "sh": Dialect.SH,
    "ash": Dialect.SH,
    "dash": Dialect.SH,
    "posh": Dialect.SH,
    "bash": Dialect.BASH,
    "rbash": Dialect.BASH,
    "ksh": Dialect.KSH,
    "ksh93": Dialect.KSH,
    "mksh": Dialect.KSH,
    "zsh": Dialect.ZSH,
    "powershell": Dialect.POWERSHELL,
    "pwsh": Dialect.POWERSHELL,
    "cmd": Dialect.CMD,
}
_LETTERS = {
    "a": "allexport",
    "b": "notify",
    "C": "noclobber",
    "e": "errexit",
    "f": "noglob",
    "h": "hashall",
    "m": "monitor",
    "n": "noexec",
    "u": "nounset",
    "v": "verbose",
    "x": "xtrace",
}
"""POSIX's letters for `set`, with the names that `set -o` knows them by."""
_BASH_OPTIONS_WITH_VALUE = frozenset({"--rcfile", "--init-file", "-O", "+O"})


class Shell(Struct, frozen=True, gc=False):
    """An interpreter.

    Attributes:
        program: its name in lower case, without folder and `.exe` (`bash`, `pwsh`, `python3`).
        dialect: the language that it reads.
        options: what its own flags turn on, by the names of `set -o` (`errexit`, `pipefail`, ...).
    """

    program: str
    dialect: Dialect
    options: frozenset[str] = frozenset()


class Invocation(Struct, frozen=True, gc=False):
    """How a shell is called.

    Attributes:
        shell: the shell and its options.
        command: the index of the word that `-c` takes as the script; None without `-c`.
        stdin: whether it reads its script from standard input, because neither `-c` nor a file is given.
    """

    shell: Shell
    command: int | None
    stdin: bool


def program_name(word: str) -> str:
    """Return the name of a program from the word that calls it: no folder, no `.exe`."""
    name = word.replace("\\", "/").rpartition("/")[2].lower()
    return name.removesuffix(".exe")


def is_bourne(name: str) -> bool:
    """Whether a program of that name is a shell whose scripts `parse_script` reads."""
    return _DIALECTS.get(name, Dialect.OTHER).bourne


def invocation(words: Sequence[str | None]) -> Invocation | None:
    """Read a command line that may call an interpreter; a word that can't be known is None.

    `/usr/bin/env` (with `-S`) and `busybox` before the interpreter are passed over. None if there is no program.
    """
    first = 0
    while first < len(words) and program_name(words[first] or "") in ("env", "busybox"):
        first += 1
        while first < len(words) and (words[first] or "").startswith("-"):
            first += 1
    program = program_name(words[first] or "") if first < len(words) else ""
    if not program:
        return None
    dialect = _DIALECTS.get(program, Dialect.OTHER)
    if not dialect.bourne:
        return Invocation(Shell(program, dialect), None, stdin=False)
    return _bourne_invocation(Shell(program, dialect), words, first + 1)


def _bourne_invocation(shell: Shell, words: Sequence[str | None], index: int) -> Invocation:
    on, letters, index = _flags(words, index)
    known = Shell(shell.program, shell.dialect, frozenset(on))
    if "c" in letters:
        return Invocation(known, index if index < len(words) else None, stdin=False)
    return Invocation(known, None, stdin="s" in letters or index >= len(words))


def _flags(words: Sequence[str | None], index: int) -> tuple[set[str], str, int]:
    """Read a shell's own flags from an index on; return what they turn on, all their letters, and what follows."""
    on: set[str] = set()
    letters = ""
    while index < len(words):
        word = words[index]
        if word is None or len(word) < 2 or word[0] not in "-+":  # noqa: PLR2004 - a sign and a letter
            break
        index += 1
        if word == "--":
            break
        if word in _BASH_OPTIONS_WITH_VALUE:
            index += 1
        elif not word.startswith("--"):
            letters += word[1:] if word[0] == "-" else ""
            index = change_options(on, word, words, index)
    return on, letters, index


def change_options(options: set[str], flag: str, words: Sequence[str | None], index: int) -> int:
    """Apply one word of `set` (`-eux`, `+x`, `-o`) to a set of options; return the index after the names it takes."""
    change = options.add if flag[0] == "-" else options.discard
    for letter in flag[1:]:
        if letter != "o":
            name = _LETTERS.get(letter)
        elif index < len(words):
            name, index = words[index], index + 1
        else:
            name = None
        if name:
            change(name)
    return index


def set_options(options: frozenset[str], words: Sequence[str | None]) -> frozenset[str]:
    """Return the options after `set` with these arguments."""
    changed = set(options)
    index = 0
    while index < len(words):
        word = words[index]
        index += 1
        if word is None or len(word) < 2 or word[0] not in "-+" or word == "--":  # noqa: PLR2004 - a sign and a letter
            break
        index = change_options(changed, word, words, index)
    return frozenset(changed)


SH = Shell("sh", Dialect.SH)
"""What runs the shell form where no SHELL is given: `/bin/sh -c`."""

CMD = Shell("cmd", Dialect.CMD)
"""What runs the shell form on Windows: `cmd /S /C`."""
