"""What expressions can name in a job, on one event ("Contexts reference", docs.github.com).

The run that is described is one in which everything goes well, started by a person in the upstream repository: not by
a bot, and not in a fork.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from dockwright.files.expression import ANY_TEXT, STATUS, UNKNOWN, Evaluated, Record, Unknown
from dockwright.files.value import HOLE, Truth, Value, spelled
from dockwright.files.workspace import WORKSPACE
from dockwright.traced import EMPTY

if TYPE_CHECKING:
    from collections.abc import Mapping

    from dockwright.files.event import Event
    from dockwright.files.workflow.matrix import Leg
    from dockwright.files.workflow.model import Text

_BOTS = frozenset(
    "dependabot[bot] dependabot-preview[bot] renovate[bot] github-actions[bot] mergify[bot] pre-commit-ci[bot] "
    "imgbot[bot] web-flow allcontributors[bot]".split()
)
_PERSON = Unknown(truth=True, never=_BOTS)
_UNKNOWN_RECORD = Record({}, whole=False)
_PAYLOADS = {
    "check_run": "check_run",
    "check_suite": "check_suite",
    "commits": "push",
    "deployment": "deployment",
    "discussion": "discussion",
    "head_commit": "push",
    "issue": "issues",
    "merge_group": "merge_group",
    "pull_request": "pull_request",
    "release": "release",
    "schedule": "schedule",
    "workflow_run": "workflow_run",
    "client_payload": "repository_dispatch",
    "inputs": "workflow_dispatch",
    "comment": "issue_comment",
}
"""Fields of `github.event`, and the event (or what its name begins with) that alone has them."""


class Surroundings:
    """What is known of the repository: its name, and its default branch."""

    __slots__ = ("default_branch", "repository")

    def __init__(self, repository: str | None = None, default_branch: str | None = None) -> None:
        """Take what is known; None is unknown."""
        self.repository = repository
        self.default_branch = default_branch


def github(event: Event | None, surroundings: Surroundings) -> Record:
    """Return the `github` context; without an event, what is the same on all."""
    repository = surroundings.repository
    fields: dict[str, Evaluated] = {
        "repository": repository or ANY_TEXT,
        "repository_owner": repository.partition("/")[0] if repository else ANY_TEXT,
        "sha": ANY_TEXT,
        "run_id": ANY_TEXT,
        "run_number": ANY_TEXT,
        "run_attempt": ANY_TEXT,
        "actor": _PERSON,
        "triggering_actor": _PERSON,
        "token": ANY_TEXT,
        "workspace": WORKSPACE,
        "server_url": ANY_TEXT,
        "api_url": ANY_TEXT,
        "job": ANY_TEXT,
    }
    if event is not None and event.name != "workflow_call":
        fields |= _of_event(event, surroundings)
    return Record(fields, whole=False)


def _of_event(event: Event, surroundings: Surroundings) -> dict[str, Evaluated]:
    pulls = event.name.startswith("pull_request")
    return {
        "event_name": event.name,
        "ref": _ref(event),
        "ref_name": _ref_name(event),
        "ref_type": "tag" if event.is_tag else "branch" if event.is_branch or pulls else UNKNOWN,
        "base_ref": (event.base or ANY_TEXT) if pulls else "",
        "head_ref": ANY_TEXT if pulls else "",
        "event": _payload(event, surroundings),
    }


def _ref(event: Event) -> Evaluated:
    return event.ref or Unknown(truth=True, prefix=event.prefix, never=frozenset(ref.lower() for ref in event.never))


def _ref_name(event: Event) -> Evaluated:
    for kind in ("refs/heads/", "refs/tags/"):
        if event.ref is not None and event.ref.startswith(kind):
            return event.ref.removeprefix(kind)
        if event.prefix.startswith(kind):
            never = frozenset(ref.removeprefix(kind).lower() for ref in event.never if ref.startswith(kind))
            return Unknown(truth=True, prefix=event.prefix.removeprefix(kind), never=never)
    never = frozenset(ref.removeprefix("refs/heads/").lower() for ref in event.never)
    return Unknown(truth=True, never=never)


def _payload(event: Event, surroundings: Surroundings) -> Record:
    branch = surroundings.default_branch
    repository: dict[str, Evaluated] = {"default_branch": branch or ANY_TEXT, "fork": False}
    if surroundings.repository:
        repository |= {"full_name": surroundings.repository, "name": surroundings.repository.rpartition("/")[2]}
    fields: dict[str, Evaluated] = {"repository": Record(repository, whole=False)}
    for name, owner in _PAYLOADS.items():
        if not event.name.startswith(owner):
            fields[name] = None
    if event.name.startswith("pull_request_") or event.name in {"issues", "issue_comment"}:
        fields.pop("comment", None)
        fields.pop("issue", None)
    if event.cron is not None:
        fields["schedule"] = event.cron
    return Record(fields, whole=False)


VARIABLES = "$"
"""The pseudo-context under which environment variables are found by their names as written."""


class JobScope:
    """What expressions may name in a job (for one leg, on one event), or in a step of it.

    Implements `expression.Scope`.
    """

    def __init__(
        self,
        contexts: Mapping[str, Evaluated],
        origins: Mapping[str, Mapping[str, Value]],
        status: Mapping[str, Evaluated] = STATUS,
    ) -> None:
        """Take contexts by name, and what values were given under `env`, `inputs` and `matrix`."""
        self.contexts = contexts
        self.status = status
        self._origins = origins

    def origin(self, context: str, name: str) -> Value | None:
        """Return what a name was given; None if nobody knows."""
        return self._origins.get(context, {}).get(name)

    def given(self, context: str) -> Mapping[str, Value]:
        """Return all values of a context that are known with their places, by names in lower case."""
        return self._origins.get(context, {})

    def with_env(self, env: Mapping[str, Text]) -> JobScope:
        """Return the scope below an `env:`; its own values may name what was there before."""
        if not env:
            return self
        return self.with_variables({name: text.filled(self) for name, text in env.items()})

    def with_variables(self, values: Mapping[str, Value]) -> JobScope:
        """Return a scope with environment variables, by names as written: a shell tells capitals apart."""
        with_variables = self._with_variables(values)
        return with_variables.with_values("env", {name.lower(): value for name, value in values.items()})

    def _with_variables(self, values: Mapping[str, Value]) -> JobScope:
        variables = {**self._origins.get(VARIABLES, {}), **values}
        return JobScope(self.contexts, {**self._origins, VARIABLES: variables}, self.status)

    def with_values(self, context: str, values: Mapping[str, Value]) -> JobScope:
        """Return a scope in which names of a context have these values."""
        before = self.contexts.get(context)
        old = before.fields if isinstance(before, Record) else {}
        fields = {**old, **{name: evaluated(value) for name, value in values.items()}}
        whole = isinstance(before, Record) and before.whole
        record = Record(fields, tuple(fields), whole=whole)
        origins = {**self._origins, context: {**self._origins.get(context, {}), **values}}
        return JobScope({**self.contexts, context: record}, origins, self.status)

    def with_record(self, context: str, record: Record) -> JobScope:
        """Return a scope in which a context has these values; where they were given stays known."""
        return JobScope({**self.contexts, context: record}, self._origins, self.status)

    def with_context(self, name: str, value: Evaluated) -> JobScope:
        """Return a scope in which a context is replaced."""
        return JobScope({**self.contexts, name: value}, {**self._origins, name: {}}, self.status)

    def with_leg(self, leg: Leg) -> JobScope:
        """Return the scope of a leg of the matrix."""
        return JobScope({**self.contexts, "matrix": leg.record}, {**self._origins, "matrix": leg.origins}, self.status)

    def with_status(self, status: Mapping[str, Evaluated]) -> JobScope:
        """Return a scope with other status functions."""
        return JobScope(self.contexts, self._origins, {**self.status, **status})


def evaluated(value: Value) -> Evaluated:
    """Return a value as expressions see it: text, of which the beginning may be known."""
    text = value.traced.text
    if HOLE not in text:
        return text
    prefix = text.partition(HOLE)[0]
    return Unknown(truth=True if text.replace(HOLE, "") else None, prefix=prefix)


def top_scope(event: Event | None, surroundings: Surroundings, inputs: Record) -> JobScope:
    """Return the scope of a workflow, before any `env:`."""
    contexts: dict[str, Evaluated] = {
        "github": github(event, surroundings),
        "env": Record({}, whole=False),
        "inputs": inputs,
        "matrix": Record({}),
        "vars": _UNKNOWN_RECORD,
        "secrets": _UNKNOWN_RECORD,
        "needs": _UNKNOWN_RECORD,
        "steps": _UNKNOWN_RECORD,
        "runner": _UNKNOWN_RECORD,
        "strategy": _UNKNOWN_RECORD,
        "job": Record({"status": "success"}, whole=False),
    }
    return JobScope(contexts, {})


_ASSIGNED = re.compile(r"""(?:^|[\s"'{(;])([A-Za-z_]\w*)=""", re.ASCII)


def after_exports(scope: JobScope, run: Value, exports: Mapping[str, Value], reached: Truth) -> JobScope:
    """Return the scope after a script that writes `$GITHUB_ENV`: `exports` are known, other names it sets are not."""
    if reached is Truth.FALSE:
        missing = {name: Value(EMPTY, run.written) for name in exports if name not in scope.given(VARIABLES)}
        return scope.with_variables(missing) if missing else scope
    values: dict[str, Value] = {}
    for match in _ASSIGNED.finditer(run.traced.text):
        if match[1] in scope.given(VARIABLES) or match[1] in exports:
            place = run.slice(*match.span(1))
            values[match[1]] = Value(spelled(HOLE, place.span), place.span)
    if reached is Truth.TRUE:
        values |= exports
    return scope.with_variables(values) if values else scope
