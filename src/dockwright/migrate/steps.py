"""hadolint in workflows and composite actions to our action.

Known are the inputs of hadolint/hadolint-action 3.x and of reviewdog/action-hadolint 1.x (their action.yml), and a step
that does nothing but `docker run ... hadolint/hadolint < FILE`. A step is translated whole or not at all.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from msgspec import Struct

from dockwright.config import HADOLINT_PATHS
from dockwright.files._yaml import YamlMapping, YamlText, read_documents
from dockwright.migrate.blocks import indentation, is_block, removed, renamed, text_of
from dockwright.migrate.model import Note, Setting, Translated
from dockwright.migrate.settings import LEVELS, THRESHOLDS, set_code, words
from dockwright.source import Edit

if TYPE_CHECKING:
    from collections.abc import Iterator

    from dockwright.migrate.model import Wanted
    from dockwright.rule_names import RuleNames
    from dockwright.source import Source

_HADOLINT = "hadolint/hadolint-action"
_REVIEWDOG = "reviewdog/action-hadolint"
_MOST_STEPS = 10_000
_DOCKER = re.compile(
    r"(?:docker|podman)\s+run\s+(?:(?:--rm|-i|-t|-it|-ti|--interactive)\s+)*"
    r"(?:docker\.io/|ghcr\.io/)?hadolint/hadolint(?:[:@][\w.:-]+)?(?:\s+hadolint)?(?:\s+-)?\s*<\s*([\w./-]+)"
)
_EXPRESSION = "${{"
_REPORTERS = {
    "github-pr-review": "review",
    "github-pr-check": "check",
    "github-check": "check",
    "github-pr-annotations": "annotations",
}
_FAIL_LEVELS = {"none": "never", "any": "notice", "info": "notice", "warning": "warning", "error": "error"}
_NO_MATTER = frozenset("no-color verbose format tool_name level fail_on_error recursive".split())
"""Inputs that say how something is shown, or that have no meaning here."""


def translate_steps(source: Source, action: str, wanted: Wanted, names: RuleNames) -> Translated:
    """Return the edits of the steps that run hadolint; what they are given for rules goes into `wanted`."""
    edits: list[Edit] = []
    notes: list[Note] = []
    left = False
    for step in _steps(source):
        uses, run = step.text("uses"), step.text("run")
        if uses is not None and uses.text.partition("@")[0].lower() in {_HADOLINT, _REVIEWDOG}:
            made = _Step(step, uses, action).translate(wanted, names)
        elif run is not None and "hadolint" in run.text:
            made = _of_command(step, run, action)
        else:
            continue
        wanted.used = True
        edits += made.edits
        notes += made.notes
        left |= made.left
    return Translated(tuple(edits), tuple(notes), left)


def _steps(source: Source) -> Iterator[YamlMapping]:
    """Yield the steps of all jobs, or of a composite action."""
    for document in read_documents(source)[:1]:
        jobs, runs = document.mapping("jobs"), document.mapping("runs")
        holders = [] if jobs is None else [each for each in jobs.values.values() if isinstance(each, YamlMapping)]
        holders += [] if runs is None else [runs]
        for holder in holders[:_MOST_STEPS]:
            yield from holder.list("steps").mappings[:_MOST_STEPS]


class _Change(Struct, frozen=True):
    """What becomes of an input: another name, or None to remove it; another value, or None to keep it."""

    name: str | None = None
    value: str | None = None


class _Step:
    """A step that uses one of the two actions."""

    def __init__(self, step: YamlMapping, uses: YamlText, action: str) -> None:
        self._step = step
        self._uses = uses
        self._action = action
        self._inputs = step.mapping("with") or YamlMapping({}, {})
        self._notes: list[Note] = []

    def translate(self, wanted: Wanted, names: RuleNames) -> Translated:
        texts = {key: node.text for key, node in self._inputs.values.items() if isinstance(node, YamlText)}
        for key in self._inputs.values:
            if key not in texts or (_EXPRESSION in texts[key] and key not in {"dockerfile", "github_token"}):
                return self._refused(key, f"the value of `{key}` cannot be known")
        if not is_block(self._inputs):
            return self._refused("with", "its inputs are written in one line")
        changes = {key: self._change(key, text, texts, wanted, names) for key, text in texts.items()}
        if _REVIEWDOG in self._uses.text and "fail_level" not in changes:
            self._note(self._uses.span.first.line, "This step did not fail so far; `fail-on: never` keeps it so.")
        edits = self._edits(changes)
        if edits is None:
            return self._refused("with", "its inputs do not have lines of their own")
        return Translated((self._renamed_action(), *edits), tuple(self._notes))

    def _refused(self, key: str, why: str) -> Translated:
        place = self._inputs.keys.get(key, self._uses.span)
        text = f"This step stays as it is, as {why}. Use `{self._action}` by hand."
        return Translated((), (Note(place.source.path, place.first.line, text),), left=True)

    def _renamed_action(self) -> Edit:
        """Name our action; a comment behind the old one, its version, goes with it."""
        source, span = self._uses.span.source, self._uses.span
        line = source.line(span.first.line)
        behind = line[span.last.column - 1 :]
        if behind.lstrip().startswith("#"):
            span = source.span(span.start, span.end + len(behind.rstrip()))
        return Edit(span, self._action)

    def _change(  # noqa: PLR0911 - one for each kind of input
        self, key: str, text: str, texts: dict[str, str], wanted: Wanted, names: RuleNames
    ) -> _Change:
        """Return what becomes of an input."""
        match key:
            case "dockerfile":
                return _Change() if texts.get("recursive", "").lower() == "true" else self._paths(text)
            case "failure-threshold" if texts.get("no-fail", "").lower() != "true":
                return _Change("fail-on", THRESHOLDS.get(text.lower(), "notice"))
            case "no-fail" if text.lower() == "true":
                return _Change("fail-on", "never")
            case "fail_level":
                return _Change("fail-on", _FAIL_LEVELS.get(text.lower(), "notice"))
            case "output-file" if texts.get("format", "").lower() == "sarif":
                return _Change("sarif-file")
            case "github_token":
                return _Change("token")
            case "reporter":
                return _Change("report", _REPORTERS.get(text, "auto"))
            case "filter_mode":
                return _Change("only-changed-lines", '"false"' if text in {"file", "nofilter"} else '"true"')
            case _:
                return self._setting(key, text, wanted, names)

    def _paths(self, text: str) -> _Change:
        """Return what becomes of the names of Dockerfiles."""
        if _EXPRESSION in text:
            return _Change("paths")
        if any(char in text for char in "*?["):
            self._note(
                self._inputs.keys["dockerfile"].first.line, "Patterns are not needed: every Dockerfile is reviewed."
            )
            return _Change()
        names = text.split()
        return _Change("paths", None if len(names) == 1 else text_of("\n".join(names)))

    def _setting(self, key: str, text: str, wanted: Wanted, names: RuleNames) -> _Change:
        """Take in what belongs into the configuration."""
        place = self._inputs.keys[key]
        level = key.removeprefix("override-")
        if key in {"ignore", "hadolint_ignore"} or level in LEVELS:
            setting = Setting(LEVELS.get(level, "off"), "from a workflow")
            for code in words(text):
                if not set_code(code, setting, wanted, names):
                    self._note(place.first.line, f"No rule here is called `{code}`, so it is left out.")
        elif key == "trusted-registries":
            wanted.registries += words(text)
        elif key == "config" and text.removeprefix("./") not in HADOLINT_PATHS:
            self._note(place.first.line, f"`{' '.join(text.split())[:60]}` is not read: only `.hadolint.yaml` is.")
        elif key not in _NO_MATTER and key not in {"config", "failure-threshold", "no-fail"}:
            self._note(place.first.line, f"Nothing here corresponds to `{key}` (`{' '.join(text.split())[:60]}`).")
        return _Change()

    def _note(self, line: int, text: str) -> None:
        self._notes.append(Note(self._uses.span.source.path, line, text))

    def _edits(self, changes: dict[str, _Change]) -> list[Edit] | None:
        """Return the edits of the inputs; None if one cannot be removed."""
        if changes and all(change.name is None for change in changes.values()):
            whole = removed(self._step, "with")
            return None if whole is None else [whole]
        edits: list[Edit] = []
        for key, change in changes.items():
            if change.name is not None:
                edits += renamed(self._inputs, key, change.name, change.value)
                continue
            gone = removed(self._inputs, key)
            if gone is None:
                return None
            edits.append(gone)
        return edits


def _of_command(step: YamlMapping, run: YamlText, action: str) -> Translated:
    """Translate a step that pipes one file into hadolint's image; any other command is told."""
    path, place = run.span.source.path, step.keys["run"]
    command = " ".join(run.text.split())
    match = _DOCKER.fullmatch(command)
    only_run = not ({"env", "shell", "working-directory", "with"} & step.values.keys())
    if match is None or not only_run or run.style in {"|", ">"}:
        note = f"A command runs hadolint here: use `{action}` in a step of its own instead, or `dockwright review`."
        return Translated((), (Note(path, place.first.line, note),), left=True)
    blanks = indentation(place)
    text = f"{action}\n{blanks}with:\n{blanks}  paths: {text_of(match[1])}"
    return Translated((Edit(place, "uses"), Edit(run.span, text)))


def step_count(source: Source) -> tuple[int, ...]:
    """Return how many keys each step has that the translation does not touch: what must stay the same."""
    touched = {"uses", "run", "with"}
    return tuple(len(step.values.keys() - touched) for step in _steps(source))
