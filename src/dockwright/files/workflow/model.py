"""What a workflow says, as written; nothing is evaluated yet."""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec import Struct

from dockwright.files.expression import expand
from dockwright.files.value import Value

if TYPE_CHECKING:
    from collections.abc import Mapping

    from dockwright.files._yaml import Node, YamlMapping, YamlText
    from dockwright.files.expression import Scope
    from dockwright.source import Source, Span
    from dockwright.traced import Traced


class Text:
    """A text of the file; where its characters stand is found when it is first asked for."""

    __slots__ = ("_node", "_value", "constant")

    def __init__(self, node: YamlText) -> None:
        """Take the scalar."""
        self._node = node
        self._value: Value | None = None
        self.constant = "${{" not in node.text
        """Whether it has no expressions."""

    @property
    def text(self) -> str:
        """The text, expressions and all."""
        return self._node.text

    @property
    def value(self) -> Value:
        """The text as it is written, with its places."""
        if self._value is None:
            traced = self._node.traced
            self._value = Value(traced, traced.span or self._node.span)
        return self._value

    @property
    def traced(self) -> Traced:
        """The text with its places."""
        return self.value.traced

    @property
    def span(self) -> Span:
        """Where it is written, without quotes."""
        return self.value.written or self._node.span

    def filled(self, scope: Scope) -> Value:
        """Return the text with its expressions filled in."""
        return self.value if self.constant else expand(self.traced, scope, self.span)


class Input(Struct, frozen=True):
    """An input that a workflow or action declares; `type` is `string` where none is written."""

    name: str
    type: str
    default: Text | None
    required: bool


class Trigger(Struct, frozen=True):
    """An event under `on:`, with its filters as written; None where a filter is not given.

    Attributes:
        name: `push`, `schedule`, ...
        span: where it is named.
        branches: patterns, `!` and all; so are the others.
        crons: the schedules.
        types: the activities.
        inputs: those of `workflow_dispatch` and `workflow_call`.
    """

    name: str
    span: Span
    branches: tuple[Text, ...] | None = None
    branches_ignore: tuple[Text, ...] | None = None
    tags: tuple[Text, ...] | None = None
    tags_ignore: tuple[Text, ...] | None = None
    paths: tuple[Text, ...] | None = None
    paths_ignore: tuple[Text, ...] | None = None
    types: tuple[Text, ...] | None = None
    crons: tuple[Text, ...] = ()
    inputs: tuple[Input, ...] = ()


class Step(Struct, frozen=True):
    """A step of a job or of a composite action.

    Attributes:
        index: its number in its list, from 0.
        id: what `steps.<id>` calls it.
        condition: its `if:`.
        uses: the action, as written: `docker/build-push-action@v6`.
        inputs: `with:`, by names in lower case.
        run: its script.
        shell: its own `shell:`.
        folder: its own `working-directory:`.
        env: its own `env:`.
    """

    index: int
    id: str | None
    condition: Text | None
    uses: Text | None
    inputs: Mapping[str, Text]
    run: Text | None
    shell: Text | None
    folder: Text | None
    env: Mapping[str, Text]

    @property
    def action(self) -> str:
        """The action's name without its ref, in lower case: `docker/build-push-action`; empty for a script."""
        return "" if self.uses is None else self.uses.text.partition("@")[0].strip().lower()

    @property
    def ref(self) -> str | None:
        """The action's ref: `v6`, a commit's hash; None without one."""
        return None if self.uses is None else (self.uses.text.partition("@")[2].strip() or None)


class Job(Struct, frozen=True):
    """A job.

    Attributes:
        id: its key.
        span: where the key is written.
        needs: the jobs before it.
        condition: its `if:`.
        runs_on: the labels, or a mapping with `group` and `labels`.
        matrix: `strategy.matrix`: a mapping, or text with an expression.
        container: the image that its steps run in.
        env: its own `env:`.
        folder: `defaults.run.working-directory`.
        shell: `defaults.run.shell`.
        steps: its steps; none if it calls a workflow.
        uses: the workflow that it calls.
        inputs: `with:` for that workflow, by names in lower case.
        permissions: as written; None if they are the workflow's.
        concurrency: as written.
    """

    id: str
    span: Span
    needs: tuple[str, ...]
    condition: Text | None
    runs_on: Node | None
    matrix: Node | None
    container: Text | None
    env: Mapping[str, Text]
    folder: Text | None
    shell: Text | None
    steps: tuple[Step, ...]
    uses: Text | None
    inputs: Mapping[str, Text]
    permissions: Node | None
    concurrency: Node | None


class Workflow(Struct, frozen=True):
    """A workflow file."""

    source: Source
    name: Text | None
    triggers: tuple[Trigger, ...]
    env: Mapping[str, Text]
    folder: Text | None
    shell: Text | None
    jobs: Mapping[str, Job]
    permissions: Node | None
    concurrency: Node | None
    document: YamlMapping

    def trigger(self, name: str) -> Trigger | None:
        """Return the trigger of a name, if it has it."""
        return next((trigger for trigger in self.triggers if trigger.name == name), None)


class CompositeAction(Struct, frozen=True):
    """An action of this repository that is made of steps."""

    source: Source
    inputs: tuple[Input, ...]
    steps: tuple[Step, ...]
