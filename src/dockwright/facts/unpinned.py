"""Which packages a command installs in whatever version is newest.

How each manager names a version is from its manual: apt-get(8), apk(8), dnf(8), zypper(8), `pip install` (PEP 508),
`npm install`, `gem install`, `go help install`.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from dockwright.dockerfile.script import commands_of
from dockwright.facts.manager_syntax import Action
from dockwright.facts.package_managers import steps_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from dockwright.dockerfile import Dockerfile, Instruction
    from dockwright.facts.package_managers import Step
    from dockwright.shell import Command, Word

_ADDRESS = r"\w+(?:\+\w+)?://"
_TOOLS = frozenset(("pip", "setuptools", "wheel", "uv"))
_MOVING = ("latest", "none", "upgrade", "patch", "master", "main", "next", "beta", "HEAD")
_NODE = frozenset(("npm", "pnpm", "yarn", "bun"))
_PYTHON = frozenset(("pip", "pipx", "uv"))

Unpinned = tuple["Command", tuple["Word", ...]]
"""A command, and those of its packages that have no version."""


def unpinned(dockerfile: Dockerfile, run: Instruction) -> Iterator[tuple[str, Unpinned]]:
    """Yield for each installing command of a RUN its manager, and what it installs without a version, if anything."""
    values = _values(dockerfile, run)
    for step in steps_of(dockerfile, run):
        if step.action is Action.INSTALL and not _has_other_pins(step):
            is_pinned = _how(step)
            found = tuple(word for word in _packages(step) if not _is_pinned(word, is_pinned, values))
            if found:
                yield step.manager, (step.command, found)


def _how(step: Step) -> Callable[[str], bool]:
    """Return what tells whether a package has a version, as the manager reads it."""
    if step.manager in _PYTHON:
        upgrades = bool(step.flags & {"-U", "--upgrade"})
        return lambda text: _python(text) or (upgrades and text.partition("[")[0] in _TOOLS)
    if step.manager in _NODE:
        return _node
    return _PINNED.get(step.manager, lambda _: True)


def _packages(step: Step) -> tuple[Word, ...]:
    if step.manager == "gem":
        end = next((i for i, word in enumerate(step.command.arguments) if word.text == "--"), None)
        before = {id(word) for word in step.command.arguments[:end]}
        return tuple(word for word in step.operands if id(word) in before)
    if step.manager == "yarn" and step.verb == "global":
        return step.operands[1:] if step.operands and step.operands[0].text == "add" else ()
    if step.manager == "dnf" and step.operands and step.operands[0].text == "install":
        return step.operands[1:]
    return step.operands


def _has_other_pins(step: Step) -> bool:
    """Tell whether an option says the version of everything."""
    match step.manager:
        case "pip" | "uv":
            return bool(step.values_of("-c", "--constraint") or "--require-hashes" in step.flags)
        case "gem":
            return bool(step.values_of("-v", "--version"))
        case "zypper":
            return bool(step.values_of("-t", "--type"))
        case _:
            return bool(step.flags & {"--dry-run", "--help", "--simulate"})


def _is_pinned(word: Word, judge: Callable[[str], bool], values: Mapping[str, str]) -> bool:
    if word.literal is not None or not any(part.variable for part in word.parts):
        return judge(word.text) or ("$(" in word.text or "`" in word.text)
    text = word.resolve(values)
    if text is None:  # a variable of the shell: only what stands beside it can be judged
        return judge(word.text) or all(part.variable is not None for part in word.parts)
    listed = any(part.variable is not None and not part.quoted for part in word.parts)
    return all(judge(part) for part in text.split()) if listed else judge(text)


def _values(dockerfile: Dockerfile, run: Instruction) -> Mapping[str, str]:
    """Return the values of the variables that are set for a RUN, as far as they can be known."""
    stage = dockerfile.stages[run.stage] if 0 <= run.stage < len(dockerfile.stages) else None
    if stage is None or "$" not in run.span.text:
        return {}
    found: dict[str, str] = {}
    for each in reversed(dockerfile.lineage(stage)):
        for setting in dockerfile.instructions("ENV", "ARG", stage=each):
            if setting.index >= run.index:
                break
            for pair in setting.pairs:
                value = None if pair.value is None else dockerfile.expand(setting, pair.value)
                if value is not None:
                    found[pair.key.text] = value.text
    return found | _of_script(dockerfile, run)


def _of_script(dockerfile: Dockerfile, run: Instruction) -> dict[str, str]:
    """Return the values that a RUN's own script sets (`deps='gcc make' && apt-get install $deps`)."""
    return {
        each.name: each.value.literal
        for command in commands_of(dockerfile, run)
        for each in command.assignments
        if each.value.literal is not None and not each.appends
    }


def _apt(text: str) -> bool:
    return "=" in text or "/" in text or text.endswith((".deb", "-"))


def _apk(text: str) -> bool:
    return any(mark in text for mark in "=~<>") or text.endswith(".apk") or text.startswith("!")


def _rpm(text: str) -> bool:
    if text.endswith(".rpm") or "/" in text or text.startswith(("@", "-")):
        return True
    return ":" in text or re.search(r"-\d[^-\s]*(?:-\d[^-\s]*)?$", text) is not None


def _zypper(text: str) -> bool:
    return any(mark in text for mark in "=<>") or text.endswith(".rpm") or "/" in text or text.startswith(("-", "!"))


def _python(text: str) -> bool:
    if re.match(_ADDRESS, text):
        return not re.match(r"(?:git|hg|svn|bzr)\b", text) or "@" in text.rpartition("/")[2]
    if text.startswith((".", "/", "~")) or text.endswith((".whl", ".tar.gz", ".zip", ".txt")) or "/" in text:
        return True
    return any(mark in text for mark in ("==", "~=", "<", "@")) or "$" in text.partition("=")[2]


def _node(text: str) -> bool:
    if text.startswith((".", "/", "~", "file:", "link:")) or text.endswith((".tar", ".tar.gz", ".tgz")):
        return True
    if re.match(_ADDRESS, text) or text.startswith(("git@", "github:")):
        return "#" in text or not text.startswith("git")
    _, at, version = text[1:].partition("@")
    return bool(at) and version not in _MOVING


def _gem(text: str) -> bool:
    return ":" in text or text.endswith(".gem") or "/" in text


def _go(text: str) -> bool:
    first = text.partition("/")[0]
    if text.startswith((".", "/")) or ("." not in first and "@" not in text):
        return True  # of the project itself, or of Go's own library
    _, at, version = text.partition("@")
    return bool(at) and version not in _MOVING


_PINNED: Mapping[str, Callable[[str], bool]] = {
    "apt": _apt,
    "apk": _apk,
    "dnf": _rpm,
    "zypper": _zypper,
    "gem": _gem,
    "go": _go,
}
