"""The builds of one job, for one leg: step by step, in all views at once."""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec import Struct

from dockwright.files.build import Build, Call, Run, Runner, Tool
from dockwright.files.docker_commands import Alias, PushCommand
from dockwright.files.expression import Record, condition
from dockwright.files.value import HOLE, Truth, Value, spelled
from dockwright.files.workflow.actions import Raw, bake_tool, build_of_action
from dockwright.files.workflow.baking import baked, built_by_github_builder
from dockwright.files.workflow.contexts import JobScope, after_exports
from dockwright.files.workflow.metadata import NAMES as METADATA_ACTIONS
from dockwright.files.workflow.read import local_action
from dockwright.files.workflow.relevance import inputs_of, may_matter, signature
from dockwright.files.workflow.state import JobState, PushOf, pushed
from dockwright.files.workflow.tagging import with_metadata
from dockwright.files.workspace import Place
from dockwright.shell import Dialect, Shell, invocation

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from dockwright.files.build import Builder
    from dockwright.files.workflow.model import CompositeAction, Job, Step, Text, Workflow
    from dockwright.files.workflow.scripts import Found
    from dockwright.files.workflow.session import Caller, Session, View
    from dockwright.source import Span

_BASH = Shell("bash", Dialect.BASH, frozenset({"errexit"}))
_DEEPEST = 2
_PUSHED_BY_COMPOSE = frozenset({Tool.COMPOSE_BUILD})
_PUSHED_BY_BUILDAH = frozenset({Tool.BUILDAH_ACTION, Tool.BUILDAH_BUILD, Tool.PODMAN_BUILD})


class _Collected(Struct):
    """A build as it was found: in which views, what it runs on, and what stood before it."""

    by_view: dict[int, tuple[Raw, Truth]]
    builder: Builder
    calls: tuple[Call, ...]
    checkout: Span | None
    steps_before: int


_Key = tuple[Tool, str, int, str | None, int]


class JobWalk:
    """Goes through the steps of a job and collects what is built."""

    def __init__(
        self, session: Session, workflow: Workflow | None, job: Job, views: Sequence[View], caller: Caller
    ) -> None:
        """Take the job and its views; the first has no event."""
        self._session = session
        self._workflow = workflow
        self._job = job
        self._views = views
        self._caller = caller
        self._scopes = [view.scope for view in views]
        self._state = JobState(Runner((), Truth.UNKNOWN))
        self._collected: dict[_Key, _Collected] = {}
        self._pushes: list[list[PushOf]] = [[] for _ in views]
        self._aliases: list[list[Alias]] = [[] for _ in views]

    def run(self, runner: Runner) -> Iterator[Build]:
        """Yield the builds of the job's steps."""
        self._state = JobState(runner)
        self._steps(self._job.steps, self._scopes, [view.condition for view in self._views], self._caller.calls)
        yield from self._finished()

    def run_github_builder(self, tool: Tool, *, bake: bool) -> Iterator[Build]:
        """Yield what Docker's reusable workflow builds for the job."""
        assert self._job.uses is not None, "the job calls it"  # noqa: S101
        self._state = JobState(Runner((), Truth.TRUE))
        self._state.setup, self._state.driver = self._job.uses.span, "docker-container"
        for index, view in enumerate(self._views):
            inputs = inputs_of(self._job.inputs, view.scope)
            for raw in built_by_github_builder(
                self._session, tool, inputs, self._job.uses.span, event=view.event, bake=bake
            ):
                self._collect(index, raw, view.condition, self._caller.calls)
        yield from self._finished()

    def _steps(
        self, steps: Sequence[Step], scopes: list[JobScope], conditions: Sequence[Truth], calls: tuple[Call, ...]
    ) -> None:
        for step in steps:
            self._session.left -= len(scopes)
            if self._session.left <= 0:
                return
            text = step.uses or step.run
            if text is not None:
                self._state.steps.append(text.value)
            if not may_matter(step):
                continue
            inside = [scope.with_env(step.env) for scope in scopes]
            asked = step.condition.text if step.condition else None
            reached = [runs & condition(asked, scope) for runs, scope in zip(conditions, inside, strict=True)]
            if step.run is not None:
                found = self._run(step.run, step, inside, reached, calls)
                if "GITHUB_ENV" in step.run.text:
                    for index, scope in enumerate(scopes):
                        run, exports = step.run.filled(inside[index]), found[index].exports if found else {}
                        scopes[index] = after_exports(scope, run, exports, reached[index])
            else:
                self._uses(step, inside, reached, calls)

    def _run(
        self,
        run: Text,
        step: Step,
        scopes: Sequence[JobScope],
        reached: Sequence[Truth],
        calls: tuple[Call, ...],
    ) -> Sequence[Found]:
        shell = self._shell(step)
        if shell is None:
            return ()
        every: list[Found] = []
        known: dict[object, Found] = {}
        for index, scope in enumerate(scopes):
            place = self._place(step, scope)
            key = (place, signature(run.text, scope))
            if key not in known:
                known[key] = self._session.scripts.of_step(run.traced, shell, scope=scope, place=place)
            found = known[key]
            every.append(found)
            if index == 0 and found.driver is not None:
                self._state.see_driver(*found.driver)
            self._state.installed = self._state.installed or found.installs_buildx
            for raw, further in found.builds:
                self._collect(index, raw, reached[index] & raw.condition, (*calls, *further))
            for push in found.pushes:
                self._pushes[index].append(PushOf(push, reached[index] & push.condition, _PUSHED_BY_COMPOSE))
            self._aliases[index] += found.aliases
        return every

    def _uses(self, step: Step, scopes: Sequence[JobScope], reached: Sequence[Truth], calls: tuple[Call, ...]) -> None:
        assert step.uses is not None, "a step runs or uses"  # noqa: S101
        action = None if not step.action.startswith("./") else self._session.action(local_action(step.uses.text))
        if action is not None:
            if len(calls) - len(self._caller.calls) < _DEEPEST:
                self._composite(action, step, scopes, reached, calls)
            return
        if step.action in METADATA_ACTIONS and step.id:
            self._state.metadata[step.id.lower()] = step
        builds = bake_tool(step.action) is not None
        first = inputs_of(step.inputs, scopes[0])
        if reached[0] is not Truth.FALSE:
            self._state.see_action(step.action, first, step.uses.span)
        known: dict[object, Sequence[Raw]] = {}
        for index, scope in enumerate(scopes):
            inputs = first if index == 0 else inputs_of(step.inputs, scope)
            key = (index if builds else 0, tuple(value.traced.text for value in inputs.values()))
            if key not in known:
                place = Place(self._state.workspace)
                raw = None if builds else build_of_action(step, inputs, place)
                known[key] = (
                    baked(self._session, step, inputs, scope=scope, place=place) if builds else ((raw,) if raw else ())
                )
            for each in known[key]:
                tagged = with_metadata(
                    each,
                    self._state.metadata,
                    inputs,
                    scope,
                    event=self._views[index].event,
                    surroundings=self._session.surroundings,
                )
                self._collect(index, tagged, reached[index] & each.condition, calls)
            if step.action == "redhat-actions/push-to-registry":
                image = inputs.get("image")
                names = (image,) if image is not None and image.text is not None else ()
                push = PushCommand(step.uses.span, names, all_tags=True, condition=Truth.TRUE)
                self._pushes[index].append(PushOf(push, reached[index], _PUSHED_BY_BUILDAH))

    def _composite(
        self,
        action: CompositeAction,
        step: Step,
        scopes: Sequence[JobScope],
        reached: Sequence[Truth],
        calls: tuple[Call, ...],
    ) -> None:
        assert step.uses is not None, "a step runs or uses"  # noqa: S101
        inside: list[JobScope] = []
        for scope in scopes:
            values: dict[str, Value] = {}
            for each in action.inputs:
                text = step.inputs.get(each.name, each.default)
                missing = Value(spelled("", step.uses.span), step.uses.span)
                values[each.name] = missing if text is None else text.filled(scope)
            inner = scope.with_context("inputs", Record({})).with_values("inputs", values)
            inside.append(inner.with_context("steps", Record({}, whole=False)))
        outer, self._state.metadata = self._state.metadata, {}
        self._steps(action.steps, inside, reached, (*calls, Call(step.uses.span, action.source.path)))
        self._state.metadata = outer

    def _collect(self, index: int, raw: Raw, condition: Truth, calls: tuple[Call, ...]) -> None:
        """Note a build in a view; the same place in other views is the same build."""
        number = 0
        while True:
            key = (raw.tool, raw.span.source.path, raw.span.start, raw.name, number)
            found = self._collected.get(key)
            if found is None or index not in found.by_view:
                break
            number += 1
        if found is None:
            builder = self._state.builder(raw.tool, raw.settings, named=raw.named, legacy=raw.legacy)
            found = _Collected({}, builder, calls, self._state.checkout, max(0, len(self._state.steps) - 1))
            self._collected[key] = found
        found.by_view[index] = (raw, condition)

    def _finished(self) -> Iterator[Build]:
        for found in self._collected.values():
            index = 0 if 0 in found.by_view else next(iter(found.by_view))
            raw = found.by_view[index][0]
            runs = [self._view_run(found, raw, number) for number in range(1, len(self._views))]
            yield Build(
                tool=raw.tool,
                step=raw.span,
                settings=raw.settings,
                runs=tuple(runs),
                builder=found.builder,
                runner=self._state.runner,
                workflow=self._caller.path,
                job=self._caller.jobs,
                leg=dict(self._caller.leg),
                calls=found.calls,
                name=raw.name,
                checkout=found.checkout,
                earlier=tuple(self._state.steps[: found.steps_before]),
                later=tuple(self._state.steps[found.steps_before + 1 :]),
            )

    def _view_run(self, found: _Collected, general: Raw, index: int) -> Run:
        event = self._views[index].event
        assert event is not None, "only the first view has none"  # noqa: S101
        raw, condition = found.by_view.get(index, (general, Truth.FALSE))
        later = pushed(raw, self._pushes[index], self._aliases[index])
        return Run(event, condition, raw.settings, condition & (raw.settings.pushes.state | later))

    def _place(self, step: Step, scope: JobScope) -> Place:
        folder = step.folder or self._job.folder or (self._workflow.folder if self._workflow else None)
        place = Place(self._state.workspace)
        if folder is None:
            return place
        return place.enter(folder.filled(scope).text or HOLE)

    def _shell(self, step: Step) -> Shell | None:
        text = step.shell or self._job.shell or (self._workflow.shell if self._workflow else None)
        if text is None:
            return _BASH
        called = invocation(text.text.replace("{0}", "").split())
        return called.shell if called is not None and called.shell.dialect.bourne else None
