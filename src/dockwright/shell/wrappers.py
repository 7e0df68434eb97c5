"""Commands that run another command given in their arguments: `sudo -E apt-get update` runs `apt-get`.

The table is small on purpose: what a Dockerfile's scripts use, with the options that take a separate value by the
manuals of GNU coreutils, util-linux, findutils, sudo, opendoas, gosu and tini. `chroot` is left out: what runs there
does not touch the image's own files. An unknown word in the way (`sudo $FLAGS apt-get`) makes the name unknown.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from msgspec import Struct

if TYPE_CHECKING:
    from collections.abc import Sequence

    from dockwright.shell.model import Word

ASSIGNMENT = re.compile(r"([A-Za-z_]\w*)(\[[^]]*\])?(\+?)=", re.ASCII)
"""The start of `NAME=value`, `NAME[index]=value` or `NAME+=value`."""


class Wrapper(Struct, frozen=True, gc=False):
    """How a wrapper's arguments lead to the command.

    Attributes:
        values: options whose value is the next word.
        operands: how many words stand between the options and the command.
        assigns: whether `NAME=value` words stand before the command.
        queries: options with which it does not run the command (`command -v`).
    """

    values: frozenset[str] = frozenset()
    operands: int = 0
    assigns: bool = False
    queries: frozenset[str] = frozenset()


_PLAIN = Wrapper()
_USER = Wrapper(operands=1)
WRAPPERS = {
    "builtin": _PLAIN,
    "busybox": _PLAIN,
    "command": Wrapper(queries=frozenset({"-v", "-V"})),
    "doas": Wrapper(frozenset({"-u", "-C"})),
    "dumb-init": Wrapper(frozenset({"-r", "--rewrite"})),
    "eatmydata": _PLAIN,
    "env": Wrapper(frozenset({"-u", "--unset", "-C", "--chdir"}), assigns=True),
    "exec": Wrapper(frozenset({"-a"})),
    "gosu": _USER,
    "ionice": Wrapper(frozenset({"-c", "--class", "-n", "--classdata"}), queries=frozenset({"-p", "--pid"})),
    "nice": Wrapper(frozenset({"-n", "--adjustment"})),
    "nohup": _PLAIN,
    "setsid": _PLAIN,
    "stdbuf": Wrapper(frozenset({"-i", "--input", "-o", "--output", "-e", "--error"})),
    "su-exec": _USER,
    "sudo": Wrapper(
        frozenset({"-C", "-D", "-g", "-h", "-p", "-R", "-r", "-T", "-t", "-U", "-u", "--chdir", "--group", "--user"}),
        assigns=True,
        queries=frozenset({"-l", "-v", "-K", "-e"}),
    ),
    "time": Wrapper(frozenset({"-f", "--format", "-o", "--output"})),
    "timeout": Wrapper(frozenset({"-k", "--kill-after", "-s", "--signal"}), operands=1),
    "tini": Wrapper(frozenset({"-p", "-e"})),
    "xargs": Wrapper(
        frozenset({"-a", "-d", "-E", "-I", "-L", "-n", "-P", "-s", "--arg-file", "--delimiter", "--max-args"})
    ),
}


class Target(Struct, frozen=True, gc=False):
    """The command behind the wrappers: where its word is (None if unknown or missing), what stands before it."""

    index: int | None
    wrappers: tuple[str, ...] = ()
    assignments: tuple[int, ...] = ()


_FIRST = Target(0)


def target(words: Sequence[Word]) -> Target:
    """Find the word that names the command which is really run."""
    if words and (first := words[0].literal) is not None and base_name(first) not in WRAPPERS:
        return _FIRST
    index: int | None = 0 if words else None
    wrappers: list[str] = []
    assignments: list[int] = []
    while index is not None and (literal := words[index].literal) is not None:
        name = base_name(literal)
        wrapper = WRAPPERS.get(name)
        if wrapper is None:
            break
        behind = _behind(wrapper, words, index + 1, assignments)
        if behind is None or behind >= len(words):
            break
        wrappers.append(name)
        index = behind
    if index is not None and words[index].literal is None:
        index = None
    return Target(index, tuple(wrappers), tuple(assignments))


def base_name(word: str) -> str:
    """Return a command's name without its folder."""
    return word.rpartition("/")[2]


def _behind(wrapper: Wrapper, words: Sequence[Word], index: int, assignments: list[int]) -> int | None:
    """Return the index behind a wrapper's own arguments; None if it runs no command, so that it is one itself."""
    index = _after_options(wrapper, words, index)
    if index < 0 or index + wrapper.operands >= len(words):
        return None
    index += wrapper.operands
    while wrapper.assigns and index < len(words) and ASSIGNMENT.match(words[index].text):
        assignments.append(index)
        index += 1
    return index


def _after_options(wrapper: Wrapper, words: Sequence[Word], index: int) -> int:
    """Return the index after the options; -1 if one of them means that no command is run."""
    while index < len(words) and words[index].text.startswith("-"):
        option = words[index].text
        index += 1
        if option == "--":
            break
        if option in wrapper.queries:
            return -1
        if option in wrapper.values or _cluster_takes_value(wrapper, option):
            index += 1
    return index


def _cluster_takes_value(wrapper: Wrapper, option: str) -> bool:
    """Whether the last of several letters takes the next word: `-Eu root`; `-uroot` has its value already."""
    letters = option[1:]
    if option.startswith("--") or len(letters) < 2:  # noqa: PLR2004 - one letter is no cluster
        return False
    return f"-{letters[-1]}" in wrapper.values and not any(f"-{letter}" in wrapper.values for letter in letters[:-1])
