"""Which steps matter to builds, and what they are given."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from dockwright.files.expression import expressions, value_of
from dockwright.files.expression import truth as truth_of
from dockwright.files.value import Truth, Value, spelled
from dockwright.files.workflow.contexts import VARIABLES

if TYPE_CHECKING:
    from collections.abc import Mapping

    from dockwright.files.workflow.contexts import JobScope
    from dockwright.files.workflow.model import Job, Step, Text

_MAY_BUILD = re.compile(
    r"docker|podman|buildah|kaniko|\bimg\b|nerdctl|depot|\bmake\b|\.sh\b|\.bash\b|\bbash\b|(?:^|[\s;&|(])\.{1,2}/",
    re.MULTILINE,
)
_MAY_PREPARE = re.compile(
    r"docker|buildx|kaniko|buildah|depot|blacksmith|nscloud|^actions/(?:checkout|cache)|^\./|push-to-registry"
)
_BUILDS = re.compile(r"build|bake|kaniko|^\./")
_TOGGLES = frozenset({"push", "load", "no-cache", "pull", "cache"})


def may_build(job: Job) -> bool:
    """Tell whether a step of a job may lead to a build, by a cheap look."""
    return any(_leads_to_build(step) for step in job.steps)


def _leads_to_build(step: Step) -> bool:
    if step.run is not None:
        return _MAY_BUILD.search(step.run.text) is not None
    return _BUILDS.search(step.action) is not None


def may_matter(step: Step) -> bool:
    """Tell whether a step may build or push an image, or prepare that."""
    if step.run is not None:
        return "GITHUB_ENV" in step.run.text or _MAY_BUILD.search(step.run.text) is not None
    return _MAY_PREPARE.search(step.action) is not None


def inputs_of(inputs: Mapping[str, Text], scope: JobScope) -> dict[str, Value]:
    """Fill in the inputs of an action; of a switch, its truth is enough."""
    found: dict[str, Value] = {}
    for name, text in inputs.items():
        value = text.filled(scope)
        if name in _TOGGLES and value.unknown:
            answer = truth_of(value_of(text.text, scope))
            if answer is not Truth.UNKNOWN:
                value = Value(spelled(answer.value, value.written), value.written)
        found[name] = value
    return found


def signature(text: str, scope: JobScope) -> object:
    """Return what a script depends on: equal signatures, equal outcome."""
    filled = tuple(str(value_of(text[start:end], scope)) for start, end, _ in expressions(text))
    variables = tuple((name, value.traced.text) for name, value in scope.given(VARIABLES).items())
    github = scope.contexts.get("github")
    event = id(github) if "GITHUB_" in text or ".sh" in text or "make" in text else 0
    return filled, variables, event
