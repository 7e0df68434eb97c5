"""A workflow's jobs: which run on which event, for which leg; calls of reusable workflows are followed."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dockwright.files._yaml import YamlMapping
from dockwright.files.build import Call, Tool
from dockwright.files.expression import UNKNOWN, Evaluated, Record, condition, value_of
from dockwright.files.value import Truth, Value
from dockwright.files.workflow.contexts import top_scope
from dockwright.files.workflow.events import events_of
from dockwright.files.workflow.job import JobWalk
from dockwright.files.workflow.matrix import legs
from dockwright.files.workflow.read import local_workflow, several
from dockwright.files.workflow.relevance import may_build
from dockwright.files.workflow.session import Caller, View
from dockwright.files.workflow.state import runner_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from dockwright.files.build import Build, Runner
    from dockwright.files.event import Event
    from dockwright.files.workflow.contexts import JobScope
    from dockwright.files.workflow.matrix import Leg
    from dockwright.files.workflow.model import Input, Job, Text, Workflow
    from dockwright.files.workflow.session import Session

_DEEPEST = 4
_GITHUB_BUILDER = "docker/github-builder/.github/workflows/"
_RESULTS: dict[Truth, Evaluated] = {Truth.TRUE: "success", Truth.FALSE: "skipped", Truth.UNKNOWN: UNKNOWN}
_SUCCEEDED: dict[Truth, Evaluated] = {Truth.TRUE: True, Truth.FALSE: False, Truth.UNKNOWN: UNKNOWN}


def builds_of_root(session: Session, workflow: Workflow) -> Iterator[Build]:
    """Yield the builds of a workflow that its own events start."""
    surroundings = session.surroundings
    events = list(events_of(workflow, default_branch=surroundings.default_branch))
    if workflow.source.path in session.called:
        events = [event for event in events if event.name != "workflow_call"]
    if not events:
        return
    views = [_root_view(session, workflow, event) for event in (None, *events)]
    yield from builds_of_workflow(session, workflow, views, Caller(workflow.source.path))


def _root_view(session: Session, workflow: Workflow, event: Event | None) -> View:
    declared = {each.name for trigger in workflow.triggers for each in trigger.inputs}
    given = event is None or event.name in {"workflow_dispatch", "workflow_call"}
    inputs = Record(dict.fromkeys(declared, UNKNOWN) if given else {})
    scope = top_scope(event, session.surroundings, inputs)
    return View(event, scope.with_env(workflow.env), Truth.TRUE)


def builds_of_workflow(session: Session, workflow: Workflow, views: Sequence[View], caller: Caller) -> Iterator[Build]:
    """Yield the builds of a workflow in these views; the first is the one without an event."""
    reach = _Reach(workflow, views)
    for job in workflow.jobs.values():
        if job.uses is None and not may_build(job):
            continue
        placed = [reach.view(job.id, index) for index in range(len(views))]
        for leg in legs(job.matrix, placed[0].scope):
            if session.left <= 0:
                return
            yield from _leg(session, workflow, job, placed, leg, caller)


def _leg(
    session: Session, workflow: Workflow, job: Job, views: Sequence[View], leg: Leg, caller: Caller
) -> Iterator[Build]:
    shown = leg.shown
    inside = Caller(caller.path, f"{caller.jobs}{job.id}", caller.calls, (*caller.leg, *shown.items()))
    scoped = [View(view.event, view.scope.with_leg(leg).with_env(job.env), view.condition) for view in views]
    if job.uses is not None:
        yield from _called(session, job, scoped, inside)
        return
    runner = _runner(job, scoped[0].scope)
    yield from JobWalk(session, workflow, job, scoped, inside).run(runner)


class _Reach:
    """Which jobs run in which view: their conditions, and those of the jobs that they need."""

    def __init__(self, workflow: Workflow, views: Sequence[View]) -> None:
        self._jobs = workflow.jobs
        self._views = views
        self._known: dict[tuple[str, int], View] = {}

    def view(self, job: str, index: int) -> View:
        """Return a job's view: `needs` in its scope, and whether it runs."""
        key = (job, index)
        if key not in self._known:
            view = self._views[index]
            # A job that needs itself never runs; neither does GitHub accept the file.
            self._known[key] = View(view.event, view.scope, Truth.FALSE)
            self._known[key] = self._asked(job, view, index)
        return self._known[key]

    def _asked(self, name: str, view: View, index: int) -> View:
        job = self._jobs[name]
        needs = {need: self.view(need, index).condition for need in job.needs if need in self._jobs}
        succeeded = Truth.TRUE
        for each in needs.values():
            succeeded &= each
        fields: dict[str, Evaluated] = {
            need.lower(): Record({"result": _RESULTS[each]}, whole=False) for need, each in needs.items()
        }
        scope = view.scope.with_context("needs", Record(fields)).with_status({"success": _SUCCEEDED[succeeded]})
        runs = view.condition & condition(job.condition.text if job.condition else None, scope)
        return View(view.event, scope.with_status({"success": True}), runs)


def _runner(job: Job, scope: JobScope) -> Runner:
    node = job.runs_on
    certain = not isinstance(node, YamlMapping)
    labels = several(node.values.get("labels") if isinstance(node, YamlMapping) else node)
    values = [label.filled(scope) for label in labels]
    return runner_of(tuple(values), certain=certain)


def _called(session: Session, job: Job, views: Sequence[View], caller: Caller) -> Iterator[Build]:
    assert job.uses is not None, "only jobs that call a workflow come here"  # noqa: S101
    name = job.uses.text.partition("@")[0].strip()
    if name.lower().startswith(_GITHUB_BUILDER):
        yield from JobWalk(session, None, job, views, caller).run_github_builder(
            Tool.GITHUB_BUILDER, bake=name.endswith("/bake.yml")
        )
        return
    path = local_workflow(job.uses.text, session.surroundings.repository)
    workflow = session.workflow(path) if path else None
    above = {caller.path, *[call.path for call in caller.calls]}
    if workflow is None or path is None or path in above or len(caller.calls) >= _DEEPEST:
        return
    trigger = workflow.trigger("workflow_call")
    inside = Caller(caller.path, f"{caller.jobs}/", (*caller.calls, Call(job.uses.span, path)), caller.leg)
    declared = trigger.inputs if trigger else ()
    called = [_callee_view(session, workflow, declared, job, view) for view in views]
    yield from builds_of_workflow(session, workflow, called, inside)


def _callee_view(session: Session, workflow: Workflow, declared: Sequence[Input], job: Job, view: View) -> View:
    """Return a called workflow's view: its inputs are what the caller gives, else their defaults."""
    fields: dict[str, Evaluated] = {}
    origins: dict[str, Value] = {}
    for each in declared:
        given = job.inputs.get(each.name)
        text = given if given is not None else each.default
        fields[each.name] = _typed(each, text, view.scope)
        if text is not None:
            origins[each.name] = text.filled(view.scope)
    scope = top_scope(view.event, session.surroundings, Record({}))
    scope = scope.with_values("inputs", origins).with_record("inputs", Record(fields, tuple(fields)))
    return View(view.event, scope.with_env(workflow.env), view.condition)


def _typed(declared: Input, text: Text | None, scope: JobScope) -> Evaluated:
    if text is None:
        return {"boolean": False, "number": 0.0}.get(declared.type, "")
    value = value_of(text.text, scope)
    if declared.type == "boolean" and isinstance(value, str):
        return {"true": True, "false": False}.get(value.lower(), UNKNOWN)
    return value
