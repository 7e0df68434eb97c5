"""What a container of an image starts, and whether that gives up being root by itself.

The words are looked for as words, not parsed as shell: a script that only may step down is a script that a rule must
not blame.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from msgspec import Struct

from dockwright.facts.programs import Role, has_role
from dockwright.facts.surroundings import nearest

if TYPE_CHECKING:
    from collections.abc import Iterator

    from dockwright.dockerfile import Dockerfile, Instruction, Stage
    from dockwright.project import Tree

# Text, not compiled patterns: few reviews need them.
_STEP_DOWN = (
    r"(?<![\w-])(?:gosu|su-exec|setpriv|runuser|s6-setuidgid|setuidgid|chpst|fixuid)(?![\w-])"
    r"|(?<![\w-])su\s+(?:-|[\w$\"'{]+\s+-)"
    r"|\bsudo\s+(?:-\w+\s+)*(?:-u|--user|-iu|-Eu|-HEu)\b"
    r"|\bchroot\s+--userspec|\bstart-stop-daemon\b[^\n]{0,200}(?:--chuid|\s-c\s)"
    r"|\b(?:capsh|uwsgi|gunicorn)\b[^\n]{0,200}--(?:user|uid)\b"
)
"""What makes a process somebody else's, as it is written in a script or a command."""

_INSTALLED = ("gosu", "GOSU_", "su-exec", "s6-setuidgid", "fixuid")
"""Tools that are only ever put into an image so that its entrypoint can step down."""

_INIT_PATHS = frozenset(("/init", "/sbin/init", "/usr/sbin/init"))
_ENDINGS = frozenset(("-h", "-v", "-V", "-a", "help", "-help", "--help", "version", "-version", "--version", "usage"))
"""Last words with which a command only prints something, or waits for a person (`php -a`)."""
_INTERACTIVE = frozenset(("-i", "-l", "-il", "-li"))
_SOURCES = (".jar", ".js", ".pl", ".py", ".rb")
_FILE = r"[\w./@+-]+"
_SCRIPT_NAME = r"\.(?:ba)?sh$|entry-?point|^(?:boot|cmd|init|launch|run|start)(?:$|[._-])"
"""What shell scripts that start an image are called; a file of another name is taken for a program."""


class Started(Struct, frozen=True):
    """What an image starts: the last ENTRYPOINT and CMD that count in a stage; None where the base decides."""

    entrypoint: Instruction | None
    command: Instruction | None

    @property
    def instructions(self) -> tuple[Instruction, ...]:
        """Those that there are; one without words starts nothing."""
        return tuple(each for each in (self.entrypoint, self.command) if each is not None and each.words)

    @property
    def text(self) -> str:
        """The words of both, in order."""
        return " ".join(" ".join(word.text for word in each.words) for each in self.instructions)


def started(dockerfile: Dockerfile, stage: Stage) -> Started:
    """Return what the image of a stage starts. An ENTRYPOINT discards the CMD of the images below."""
    entrypoint: Instruction | None = None
    command: Instruction | None = None
    for each in dockerfile.lineage(stage):
        if entrypoint is None:
            command = command or _last(each, "CMD")
            entrypoint = _last(each, "ENTRYPOINT")
    return Started(entrypoint, command)


def _last(stage: Stage, name: str) -> Instruction | None:
    return next((each for each in reversed(stage.instructions) if each.name == name), None)


def has_init(dockerfile: Dockerfile, stage: Stage) -> bool:
    """Tell whether an init system or a supervisor starts the services, each as whom it is told."""
    text = started(dockerfile, stage).text
    if has_role(text, Role.INIT) or not _INIT_PATHS.isdisjoint(text.split()):
        return True
    return any("s6-overlay" in each.span.text for each in _built_with(dockerfile, stage))


def is_interactive(text: str) -> bool:
    """Tell whether a command only starts a shell for a person, so that the image is a tool and no service."""
    first, *rest = text.split() or [""]
    return has_role(first, Role.SHELL) and _INTERACTIVE.issuperset(rest)


def is_service(dockerfile: Dockerfile, stage: Stage) -> bool:
    """Tell whether an image is a service, rather than a command that people may run by hand.

    A service runs an application by an interpreter, or has a port or a health check. What has nothing but one program
    of its own may be either.
    """
    text = started(dockerfile, stage).text
    words = text.split()
    if (words and words[-1] in _ENDINGS) or has_role(text, Role.FOR_DEVELOPERS):
        return False
    served = any(each.name in {"EXPOSE", "HEALTHCHECK"} for each in _built_with(dockerfile, stage))
    return served or has_role(text, Role.APPLICATION) or any(word.endswith(_SOURCES) for word in words)


def steps_down(dockerfile: Dockerfile, stage: Stage, tree: Tree) -> bool | None:
    """Tell whether what an image starts gives up being root; None if it is a script that cannot be read."""
    start = started(dockerfile, stage)
    if re.search(_STEP_DOWN, start.text):
        return True
    tools = [tool for tool in _INSTALLED if tool in dockerfile.source.text]
    if tools and any(tool in each.span.text for each in _built_with(dockerfile, stage) for tool in tools):
        return True
    answer: bool | None = False
    for name in _copied_or_scripts(dockerfile, stage, start):
        script = nearest(tree, name, dockerfile.source.path)
        if script is not None and re.search(_STEP_DOWN, script.text):
            return True
        if script is None and re.search(_SCRIPT_NAME, name):
            answer = None
    return answer


def _built_with(dockerfile: Dockerfile, stage: Stage) -> Iterator[Instruction]:
    for each in dockerfile.lineage(stage):
        yield from each.instructions


def _copied_or_scripts(dockerfile: Dockerfile, stage: Stage, start: Started) -> Iterator[str]:
    """Yield the names of the files that are started, as they are called in the context."""
    copied: dict[str, str] = {}
    for copy in _built_with(dockerfile, stage):
        if copy.name in {"COPY", "ADD"} and copy.flag("from") is None and not copy.heredocs and len(copy.words) > 1:
            target = copy.words[-1].text.rpartition("/")[2]
            for source in copy.words[:-1]:
                name = source.text.rpartition("/")[2]
                copied[name] = name
                copied[target] = name
    for word in re.findall(_FILE, start.text):
        name = word.rpartition("/")[2]
        certain = name.endswith(".sh") or "entrypoint" in name
        if name in copied or certain or ("/" in word and re.search(_SCRIPT_NAME, name)):
            yield copied.get(name, name)
