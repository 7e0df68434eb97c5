"""A workflow that rebuilds a published image without its cache, made of the workflow that publishes it.

Only what is plain to see is taken over. A step that may prepare something, an expression that means something else in
another workflow, a release that a schedule would not find: each ends the attempt, and there is no fix.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from msgspec import Struct

from dockwright.facts.rebuilds import workflow_of
from dockwright.facts.workflow_text import joined, mapping, references, step_text
from dockwright.files.build import Tool
from dockwright.finding import Applicability, Fix
from dockwright.source import Edit, Source

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from dockwright.facts.rebuilds import Image, Publishing
    from dockwright.files.workflow.model import Job, Step, Text, Workflow
    from dockwright.project import Tree

_CRON = "17 4 * * 1"
_DEFAULT_BRANCHES = frozenset({"refs/heads/main", "refs/heads/master"})
_BUILD = "docker/build-push-action"
_LOGIN = "docker/login-action"
_METADATA = "docker/metadata-action"
_COPIED = frozenset({"actions/checkout", "docker/setup-qemu-action", "docker/setup-buildx-action", _LOGIN, _METADATA})
_LEFT_OUT = frozenset({"actions/cache", "sigstore/cosign-installer"})
_INPUTS = frozenset(
    "context file target platforms build-args secrets labels annotations tags provenance sbom cache-to".split()
)
_NOT_COPIED = frozenset({"push", "cache-from", "no-cache", "pull"})
_CHECKOUT_INPUTS = frozenset({"fetch-depth", "persist-credentials", "submodules", "lfs"})
_JOB_KEYS = frozenset("name runs-on permissions steps env timeout-minutes concurrency outputs if".split())

# Text, not compiled patterns: few reviews need them.
_NOT_FOR_PULL_REQUESTS = r"(?:\$\{\{)?\s*github\.event_name\s*!=\s*'pull_request'\s*(?:\}\})?"
_PUBLISHES_LATER = r"imagetools|docker (?:buildx )?push|cosign|attest|push-to-registry"
_SAME_EVERYWHERE = r"github\.(?:repository|repository_owner|actor|token|server_url|sha)|(?:secrets|vars)\.\w+"
_OF_ONE_COMMIT = r"type=(?:sha|ref,event=(?:tag|pr)|semver|pep440|match|schedule)\b|github\.(?:sha|run_\w+)"
_RUNNER = r"ubuntu-(?:latest|\d\d\.\d\d)(?:-arm)?"


class _NotPlainError(Exception):
    """Something in the workflow is not plain to see."""


def rebuild_workflow(tree: Tree, image: Image, publishing: Publishing) -> Fix | None:
    """Return the fix that adds a workflow which rebuilds an image every week; None where not all is plain."""
    workflow = workflow_of(tree, publishing.build)
    if workflow is None or not _suits(image, publishing):
        return None
    try:
        made = _Rebuild(workflow, publishing)
        text = made.text()
    except _NotPlainError:
        return None
    path = f".github/workflows/rebuild-{made.name}.yml"
    if tree.read(path) is not None:
        return None
    edit = Edit(Source(path, "").span(0, 0), text)
    return Fix(f"Add a workflow that rebuilds the image every week, `{path}`", (edit,), Applicability.UNSAFE)


def _suits(image: Image, publishing: Publishing) -> bool:
    """Tell whether what is published is the default branch, by one build that says everything itself."""
    build = publishing.build
    builds = {(each.build.step, each.build.job, tuple(each.build.leg.items())) for each in image.publishing}
    refs = {each.run.event.ref for each in image.publishing if not each.by_hand}
    return (
        build.tool is Tool.BUILD_PUSH_ACTION
        and not build.calls
        and not build.leg
        and len(builds) == 1
        and publishing.run.settings.pushes.state.certain
        and bool(refs)
        and refs <= _DEFAULT_BRANCHES
    )


class _Parts(Struct):
    """What is taken over."""

    steps: list[list[str]]
    identifiers: set[str]
    texts: list[Text]
    packages: bool = False


class _Rebuild:
    """The new workflow."""

    def __init__(self, workflow: Workflow, publishing: Publishing) -> None:
        self._workflow = workflow
        self._publishing = publishing
        self._parts = _Parts([], set(), [])
        self.name = _name(workflow, publishing)

    def text(self) -> str:
        """Return the file."""
        job, build = self._find()
        runner = self._job(job)
        for step in job.steps[: build.index]:
            self._before(step)
        if not any(step.action == _LOGIN for step in job.steps[: build.index]):
            raise _NotPlainError
        for step in job.steps[build.index + 1 :]:
            if re.search(_PUBLISHES_LATER, (step.uses or step.run or build.uses).text if build.uses else ""):
                raise _NotPlainError
        self._build(build)
        environment = self._environment(job)
        return joined(
            [
                [
                    "# Publishes the image without the cache, so that its packages get their security updates.",
                    "# It has a file of its own as GitHub disables the whole file of a schedule after 60 quiet days.",
                    f"name: Rebuild {self.name}",
                ],
                ["on:", "  schedule:", f'    - cron: "{_CRON}"', "  workflow_dispatch:"],
                ["permissions:", "  contents: read", *(["  packages: write"] if self._parts.packages else [])],
                ["env:", *mapping(environment, "  ")] if environment else [],
                ["jobs:", "  rebuild:", f"    runs-on: {runner}", "    steps:", *_flat(self._parts.steps)],
            ]
        )

    def _find(self) -> tuple[Job, Step]:
        for job in self._workflow.jobs.values():
            for step in job.steps:
                if step.uses is not None and step.uses.span == self._publishing.build.step:
                    return job, step
        raise _NotPlainError

    def _job(self, job: Job) -> str:
        """Look at the job as a whole; return its runner."""
        node = self._workflow.document.mapping("jobs", job.id)
        if node is None or not node.values.keys() <= _JOB_KEYS or job.needs or not _unconditional(job.condition):
            raise _NotPlainError
        runner = node.text("runs-on")
        if runner is None or not re.fullmatch(_RUNNER, runner.text):
            raise _NotPlainError
        return runner.text

    def _before(self, step: Step) -> None:
        """Take over a step before the build."""
        if step.action in _LEFT_OUT:
            if step.action == "actions/cache" and "buildx" not in _text_of(step.inputs.get("path")):
                raise _NotPlainError
            return
        if step.action not in _COPIED or step.env or not _unconditional(step.condition):
            raise _NotPlainError
        inputs = dict(step.inputs)
        match step.action:
            case "actions/checkout" if not inputs.keys() <= _CHECKOUT_INPUTS:
                raise _NotPlainError
            case name if name == _LOGIN:
                if not {"username", "password"} <= inputs.keys():
                    raise _NotPlainError
                self._parts.packages = self._parts.packages or "ghcr.io" in self._resolved(inputs.get("registry"))
            case _:
                pass
        values = self._values(inputs)
        if step.action == _METADATA:
            values["tags"] = _lasting(values.get("tags", "type=ref,event=branch"))
        self._add(step, values)

    def _build(self, step: Step) -> None:
        if not step.inputs.keys() <= _INPUTS | _NOT_COPIED or step.env or not _unconditional(step.condition):
            raise _NotPlainError
        values = self._values({name: text for name, text in step.inputs.items() if name in _INPUTS})
        values["tags"] = _lasting(values.get("tags", ""))
        exported = values.pop("cache-to", None)
        values |= {"push": "true", "pull": "true", "no-cache": "true"}
        self._add(step, values if exported is None else values | {"cache-to": exported})

    def _add(self, step: Step, values: Mapping[str, str]) -> None:
        if step.uses is None:
            raise _NotPlainError
        if step.id is not None:
            self._parts.identifiers.add(step.id.lower())
        last = step.id if step.action == _METADATA else None
        self._parts.steps.append(step_text(_with_comment(step.uses), values, identifier=last))

    def _values(self, inputs: Mapping[str, Text]) -> dict[str, str]:
        """Return inputs, all of whose expressions mean the same in the new workflow."""
        for text in inputs.values():
            for name in references(text.text):
                if not (re.fullmatch(_SAME_EVERYWHERE, name) or self._is_known(name)):
                    raise _NotPlainError
            self._parts.texts.append(text)
        return {name: text.text for name, text in inputs.items()}

    def _is_known(self, name: str) -> bool:
        if name.startswith("env."):
            return True  # `_environment` looks at it
        step, _, output = name.removeprefix("steps.").partition(".outputs.")
        return name.startswith("steps.") and bool(output) and step in self._parts.identifiers

    def _environment(self, job: Job) -> dict[str, str]:
        """Return the variables that the steps use."""
        found: dict[str, str] = {}
        given = {**self._workflow.env, **job.env}
        names = {name: text for name, text in given.items() if f"env.{name.lower()}" in _references(self._parts.texts)}
        for name, text in names.items():
            if not all(re.fullmatch(_SAME_EVERYWHERE, each) for each in references(text.text)):
                raise _NotPlainError
            found[name] = text.text
        wanted = {each for each in _references(self._parts.texts) if each.startswith("env.")}
        if wanted != {f"env.{name.lower()}" for name in found}:
            raise _NotPlainError
        return found

    def _resolved(self, text: Text | None) -> str:
        """Return a text with the variables that it names."""
        written = _text_of(text)
        return written + "".join(each.text for name, each in self._workflow.env.items() if f"env.{name}" in written)


def _name(workflow: Workflow, publishing: Publishing) -> str:
    """Return a name for the file: the image's, else the workflow's."""
    for tag in publishing.run.settings.tags:
        last = (tag.name or "").rpartition("/")[2]
        if re.fullmatch(r"[a-z0-9][a-z0-9._-]{0,60}", last):
            return last
    stem = workflow.source.path.rpartition("/")[2].rpartition(".")[0]
    return re.sub(r"[^A-Za-z0-9._-]+", "-", stem)


def _unconditional(condition: Text | None) -> bool:
    """Tell whether a condition is none, or only keeps pull requests out."""
    return condition is None or re.fullmatch(_NOT_FOR_PULL_REQUESTS, condition.text.strip()) is not None


def _lasting(tags: str) -> str:
    """Leave out the tags of a single commit or release, which must go on naming what they name.

    Raises:
        _NotPlainError: if there are no others.
    """
    lines = [part for line in tags.split("\n") for part in (line.split(",") if "type=" not in line else [line])]
    kept = [line.strip() for line in lines if line.strip() and not re.search(_OF_ONE_COMMIT, line)]
    if not kept:
        raise _NotPlainError
    return "\n".join(kept)


def _with_comment(uses: Text) -> str:
    """Return an action as written, with the version that stands in a comment behind it."""
    source, end = uses.span.source, uses.span.end
    match = re.match(r"[\"']?([ \t]+#[^\n\r]{0,100})?", source.text[end : end + 120])
    return uses.text + (match[1] if match and match[1] else "")


def _text_of(text: Text | None) -> str:
    return "" if text is None else text.text


def _references(texts: Iterable[Text]) -> set[str]:
    return {name for text in texts for name in references(text.text)}


def _flat(blocks: Iterable[Iterable[str]]) -> Iterator[str]:
    for block in blocks:
        yield from block
