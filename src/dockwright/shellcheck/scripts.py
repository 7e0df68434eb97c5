"""What ShellCheck is given to read: the script of each RUN, behind a line that says what Docker adds to it.

That line stands in no file, so whatever ShellCheck says of it is dropped, and every other character keeps its place.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from msgspec import Struct

from dockwright.dockerfile.script import script_of
from dockwright.facts.bases import Family, family_of
from dockwright.facts.stages import levels, roots, text_of
from dockwright.lifecycle import official_name
from dockwright.shell import Dialect
from dockwright.traced import Traced

if TYPE_CHECKING:
    from collections.abc import Iterator

    from dockwright.dockerfile import Dockerfile, Instruction, Stage
    from dockwright.shell import Shell

LONGEST = 32_768
"""Characters of a script; ShellCheck's time grows faster than a script does, and real ones have a fifth of it."""

SH = "sh"
BUSYBOX = "busybox"
_PROXIES = tuple(f"{each}_proxy" for each in ("http", "https", "ftp", "no", "all"))
_PREDEFINED = frozenset([*_PROXIES, *(name.upper() for name in _PROXIES)])
_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_]*", re.ASCII)
_LEADING_COMMENTS = re.compile(r"(?:[ \t]*+(?:#[^\n]*+)?\n)*+")
_SHELL = re.compile(r'^SHELL[^\n]*|#!\s*/bin/sh\b|/bin/sh["\s,]+-', re.MULTILINE | re.IGNORECASE)
_PROGRAMS = {"ash": BUSYBOX, "dash": "dash", "posh": SH}
_DIALECTS = {Dialect.BASH: "bash", Dialect.KSH: "ksh"}
_SH_IS_BASH = frozenset(
    "almalinux amazonlinux archlinux centos clefos fedora mageia oraclelinux photon rockylinux sl".split()
)
"""Official images whose `/bin/sh` is bash."""


_PLAIN = re.compile(r"(?:[\w./:@+,%=\s-]|&&)*+", re.ASCII)
_PROGRAM = re.compile(r"\s*+[A-Za-z_./][\w./+-]*+(?:\s|$)", re.ASCII)
_WATCHED = frozenset(
    ". alias bg bind break builtin caller case cd chmod command compgen complete compopt continue cp declare dirs "
    "disown do done echo egrep elif else enable esac eval exec exit export expr false fc fg fgrep fi find for "
    "function getopts grep hash help history if in jobs kill let ln local logout ls mapfile mkdir mv popd printf "
    "pushd read readarray readonly return rm select set shift shopt source su sudo suspend tempfile test then "
    "time times tr trap true type typeset ulimit umask unset until wait which while xargs".split()
)
"""Words that ShellCheck may say something of although nothing around them is quoted, expanded or redirected."""


class Checked(Struct, frozen=True):
    """A script as ShellCheck reads it.

    Attributes:
        text: the script behind its preamble; only the script has places.
        dialect: ShellCheck's name for the language; `sh` where it is not known which shell that is.
    """

    text: Traced
    dialect: str

    def read_as(self, dialect: str, *, precise: bool) -> Checked:
        """Return the same script, to be read as another dialect, or without the precise analysis."""
        directive = _directive(dialect) if precise else f"{_directive(dialect).rstrip()} extended-analysis=false\n"
        start = len(_directive(self.dialect))
        return Checked(Traced.join((Traced.made(directive), self.text.slice(start, len(self.text)))), dialect)


def checked_scripts(dockerfile: Dockerfile) -> Iterator[Checked]:
    """Yield the scripts of all RUN, also in ONBUILD, that a shell reads which ShellCheck knows."""
    stages = _Stages(dockerfile)
    for instruction in dockerfile.instructions("RUN", triggers=True):
        script = script_of(dockerfile, instruction)
        text = script.text.text
        if not text.strip() or len(text) > LONGEST or is_plain(text):
            continue
        dialect = _dialect(script.shell) or (stages.sh(instruction) if script.shell.dialect is Dialect.SH else None)
        if dialect is not None:
            yield Checked(_text(script.text, dialect, stages.names(instruction, text)), dialect)


def is_plain(script: str) -> bool:
    """Tell whether a script is nothing but programs with plain arguments, joined by `&&`: what cannot be wrong.

    Nearly half of all scripts are; ShellCheck would say nothing of them.
    """
    if _PLAIN.fullmatch(script) is None:
        return False
    commands = [command for line in script.strip().split("\n") for command in line.split("&&")]
    return _WATCHED.isdisjoint(script.split()) and all(map(_PROGRAM.match, commands))


def _dialect(shell: Shell) -> str | None:
    """Return ShellCheck's name for the language of a shell, where its own name tells."""
    return _PROGRAMS.get(shell.program) if shell.dialect is Dialect.SH else _DIALECTS.get(shell.dialect)


def _sh(dockerfile: Dockerfile, stage: Stage) -> str:
    """Return what `/bin/sh` is in the image that a stage builds upon: `sh` where that is not known."""
    image = roots(dockerfile)[stage.index].image
    if image is None or image.reference is None or "/bin/sh" in _commands(dockerfile, stage):
        return SH  # also where the stage may have replaced it
    match family_of(image.reference):
        case Family.ALPINE:
            return BUSYBOX
        case Family.DEBIAN:
            return "dash"
        case _:
            return "bash" if official_name(image.reference.name) in _SH_IS_BASH else SH


def _commands(dockerfile: Dockerfile, stage: Stage) -> str:
    """Return the text of a stage and those below it without their SHELL."""
    text = text_of(dockerfile, stage)
    return _SHELL.sub("", text) if "/bin/sh" in text else text


def _text(script: Traced, dialect: str, names: list[str]) -> Traced:
    """Put the preamble before a script.

    A directive that begins the script counts for all of it, and only while no command stands before it; so the
    variables go between. The line of a `#!` is a comment to ShellCheck if it is not the first.
    """
    comments = _LEADING_COMMENTS.match(script.text)
    after = comments.end() if comments is not None and "#" in comments[0] else 0
    export = f"export {' '.join(f'{name}=1' for name in names)}\n" if names else ""
    parts = (script.slice(0, after), Traced.made(export), script.slice(after, len(script)), Traced.made("\n"))
    return Traced.join((Traced.made(_directive(dialect)), *parts))


def _directive(dialect: str) -> str:
    return f"# shellcheck shell={dialect}\n"


class _Stages:
    """What the stages of a file give to their scripts: variables, and `sh`. Each stage is looked at once."""

    def __init__(self, dockerfile: Dockerfile) -> None:
        self._dockerfile = dockerfile
        self._stages: dict[int, dict[str, int]] = {}
        self._shells: dict[int, str] = {-1: SH}

    def sh(self, instruction: Instruction) -> str:
        """Return what `/bin/sh` is, by ShellCheck's name for it."""
        index = instruction.stage
        if index not in self._shells:
            self._shells[index] = _sh(self._dockerfile, self._dockerfile.stages[index])
        return self._shells[index]

    def names(self, instruction: Instruction, script: str) -> list[str]:
        """Return those that a script may use, sorted.

        As in hadolint, all are given a value without blanks: that a list in an ENV is split into words is mostly meant.
        """
        words = set(_NAME.findall(script))
        found = words & _PREDEFINED
        if instruction.stage >= 0:
            stage = self._dockerfile.stages[instruction.stage]
            for level in levels(self._dockerfile, stage):
                since = self._of_stage(level)
                found |= {
                    word for word in words if word in since and (level is not stage or since[word] < instruction.index)
                }
        return sorted(found)

    def _of_stage(self, stage: Stage) -> dict[str, int]:
        """Return the index of the first instruction of a stage that declares each variable."""
        if stage.index not in self._stages:
            found = self._stages[stage.index] = {}
            for each in self._dockerfile.instructions("ARG", "ENV", stage=stage, triggers=True):
                for pair in each.pairs:
                    found.setdefault(pair.key.text, each.index)
        return self._stages[stage.index]
