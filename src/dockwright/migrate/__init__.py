"""From hadolint to Dockwright: its configuration, comments, workflow steps and hooks, as edits.

Nothing but what names hadolint changes. What has no counterpart is told with file and line, and each file is read
again: where it would mean something else, it stays as it is.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from dockwright.config import HADOLINT_PATHS, PATHS
from dockwright.dockerfile.names import is_dockerfile_name
from dockwright.errors import EditConflict
from dockwright.files._yaml import read_documents
from dockwright.migrate.comments import translate_comments
from dockwright.migrate.hooks import PATHS as HOOK_PATHS
from dockwright.migrate.hooks import translate_hooks
from dockwright.migrate.model import PLACEHOLDER, Migration, Note, Translated, Wanted
from dockwright.migrate.settings import read_settings, write_settings
from dockwright.migrate.steps import step_count, translate_steps
from dockwright.source import Source, apply

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from dockwright.rule_names import RuleNames

    Read = Callable[[str], Source | None]

__all__ = ["PLACEHOLDER", "Migration", "Note", "migrate"]

_WORKFLOWS = (".github/workflows/", ".github/actions/")
_ACTION_FILES = ("action.yml", "action.yaml")
_OTHERS = frozenset(
    ".gitlab-ci.yml .travis.yml azure-pipelines.yml bitbucket-pipelines.yml Jenkinsfile Makefile Taskfile.yml "
    "package.json .mega-linter.yml justfile".split()
)
"""Files that often run hadolint, in ways that are only told."""
_MOST_NOTES = 20  # of one such file


def migrate(paths: Iterable[str], read: Read, *, names: RuleNames, action: str = PLACEHOLDER) -> Migration:
    """Return what changes in a repository.

    Args:
        paths: its files.
        read: reads one; None if it cannot be read.
        names: what our rules are called.
        action: our action, as workflows are to name it: `owner/name@revision`.

    Raises:
        ConfigError: hadolint's configuration is no YAML.
    """
    run = _Run(names, action)
    known = sorted(paths)
    for path in known:
        source = read(path) if _matters(path) else None
        if source is not None and "hadolint" in source.text.lower():
            run.read(source)
    settings = next((source for each in HADOLINT_PATHS if each in known and (source := read(each))), None)
    if settings is not None:
        run.settle(settings)
    run.configure(next((each for each in PATHS if each in known), None), settings)
    return Migration(run.before, run.after, tuple(sorted(set(run.notes))))


def _matters(path: str) -> bool:
    name = path.rpartition("/")[2]
    return _is_steps(path) or path in HOOK_PATHS or name in _OTHERS or is_dockerfile_name(path)


def _is_steps(path: str) -> bool:
    name = path.rpartition("/")[2]
    return (path.startswith(_WORKFLOWS) and name.endswith((".yml", ".yaml"))) or name in _ACTION_FILES


class _Run:
    """What has been translated so far."""

    def __init__(self, names: RuleNames, action: str) -> None:
        self.before: dict[str, Source] = {}
        self.after: dict[str, Source] = {}
        self.notes: list[Note] = []
        self._names = names
        self._action = action
        self._wanted = Wanted()
        self._left = False

    def read(self, source: Source) -> None:
        """Translate a file."""
        if _is_steps(source.path):
            self._take(source, translate_steps(source, self._action, self._wanted, self._names), step_count)
        elif source.path in HOOK_PATHS:
            self._take(source, translate_hooks(source, self._action, self._wanted, self._names), _document_count)
        elif is_dockerfile_name(source.path):
            self._take(source, translate_comments(source, self._names), _nothing)
        else:
            self._tell(source)

    def settle(self, source: Source) -> None:
        """Take in hadolint's configuration; what steps and hooks say counts before it, as for hadolint."""
        said = dict(self._wanted.rules)
        self.notes += read_settings(source, self._wanted, self._names)
        for name, setting in said.items():
            if self._wanted.rules[name].value != setting.value:
                self._wanted.rules[name] = setting

    def configure(self, ours: str | None, settings: Source | None) -> None:
        """Write our configuration, and remove hadolint's."""
        if not self._wanted.used:
            return
        if ours is not None:
            text = "It is there already, so nothing is written into it. What hadolint is set to is not in it."
            self.notes.append(Note(ours, 1, text))
            return
        path = PATHS[0]
        self.before[path] = Source(path, "")
        self.after[path] = Source(path, write_settings(self._wanted))
        if settings is not None and not self._left:
            self.before[settings.path] = settings
        elif settings is not None:
            self.notes.append(Note(settings.path, 1, "hadolint still runs where this is told, so its settings stay."))

    def _take(self, source: Source, made: Translated, shape: Callable[[Source], object]) -> None:
        self.notes += made.notes
        self._left |= made.left
        if not made.edits:
            return
        try:
            after = Source(source.path, apply(source.text, made.edits))
        except EditConflict:
            after = source
        if after is source or shape(after) != shape(source):
            self._left = True
            self.notes.append(Note(source.path, 1, "It would not read as it should afterwards, so it stays as it is."))
            return
        self.before[source.path], self.after[source.path] = source, after

    def _tell(self, source: Source) -> None:
        """Tell the lines of another file that name hadolint."""
        self._left = True
        lines = [number for number in range(1, len(source.line_starts) + 1) if "hadolint" in source.line(number)]
        text = "hadolint is named here: `dockwright review` does its work."
        self.notes += [Note(source.path, line, text) for line in lines[:_MOST_NOTES]]


def _document_count(source: Source) -> int:
    return len(read_documents(source))


def _nothing(source: Source) -> None:
    """Comments have been compared already (`migrate.comments`)."""
    del source
