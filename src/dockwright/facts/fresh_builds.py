"""Edits that make scheduled builds leave the cache alone, written so that all else stays to the character."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from dockwright.facts.builds import builds, repository
from dockwright.files.build import Tool
from dockwright.finding import Applicability, Fix
from dockwright.source import Edit

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from dockwright.files._yaml import YamlMapping
    from dockwright.files.build import Build
    from dockwright.files.workflow.model import Workflow
    from dockwright.project import Tree
    from dockwright.source import Span

_ACTIONS = frozenset({Tool.BUILD_PUSH_ACTION, Tool.BAKE_ACTION, Tool.DEPOT_ACTION, Tool.DEPOT_BAKE_ACTION})
_COMMANDS = frozenset(
    {Tool.DOCKER_BUILD, Tool.BUILDX_BUILD, Tool.BUILDX_BAKE, Tool.COMPOSE_BUILD, Tool.PODMAN_BUILD, Tool.BUILDAH_BUILD}
)
_PULLS_ALWAYS = frozenset({Tool.PODMAN_BUILD, Tool.BUILDAH_BUILD})
_LONGEST = 200
_ON_SCHEDULE = "github.event_name == 'schedule'"
_BY_SCHEDULE = frozenset({"schedule", "workflow_dispatch"})

# Text, not compiled patterns: few reviews need them.
_COMMAND = (
    r"(?:docker(?:[ ]+(?:compose|buildx|image|builder))?|docker-compose|podman(?:[ ]+image)?|buildah|docker-buildx)[ ]+"
    r"(?:build|bake|bud)\b"
)
_COMPARISON = r"\$\{\{\s*((?:[^|{}]|\|\|)*(?:==|!=|startsWith\(|contains\()(?:[^|{}]|\|\|)*?)\s*\}\}"


def fresh_on_schedule(tree: Tree, build: Build) -> Fix | None:
    """Return the fix that builds without the cache on schedules; None where it cannot be written in place."""
    source = build.step.source
    workflow = next((each for each in repository(tree).workflows if each.source is source), None)
    if workflow is None:
        return None
    sharing = [each for each in builds(tree) if each.step == build.step]
    always = {run.event.name for each in sharing for run in each.runs} <= _BY_SCHEDULE
    if build.tool is Tool.GITHUB_BUILDER:
        edits = _without_input(build, always=always)
    elif build.tool in _ACTIONS:
        edits = _with_inputs(workflow, build, always=always)
    elif build.tool in _COMMANDS:
        edits = _with_options(build, always=always)
    else:
        edits = ()
    if not edits:
        return None
    return Fix("Build without the cache on schedules", edits, Applicability.UNSAFE)


def _without_input(build: Build, *, always: bool) -> tuple[Edit, ...]:
    """Switch the cache of Docker's reusable workflow off; it has no other input for it."""
    spans = [cache.value.span for cache in build.settings.cache_from]
    if len(spans) != 1 or spans[0] is None or spans[0].text != "true":
        return ()
    return (Edit(spans[0], "false" if always else "${{ github.event_name != 'schedule' }}"),)


def _with_options(build: Build, *, always: bool) -> tuple[Edit, ...]:
    """Write options behind a command's `build`."""
    span = build.step
    match = re.match(_COMMAND, span.text)
    if match is None or "--no-cache" in span.text or "--pull" in span.text:
        return ()
    options = f"--pull{'=always' if build.tool in _PULLS_ALWAYS else ''} --no-cache"
    text = options if always else f"${{{{ {_ON_SCHEDULE} && '{options}' || '' }}}}"
    end = span.start + match.end()
    return (Edit(span.source.span(end, end), f" {text}"),)


def _with_inputs(workflow: Workflow, build: Build, *, always: bool) -> tuple[Edit, ...]:
    """Set an action's `no-cache` and `pull`."""
    given = _inputs(workflow, build.step)
    if given is None:
        return ()
    edits: list[Edit] = []
    missing: list[str] = []
    for name in ("no-cache", "pull"):
        text = given.text(name)
        if text is None:
            missing.append(name)
            continue
        place = text.traced.exact
        new = None if place is None else _or_on_schedule(place.text, always=always, quoted=bool(text.style))
        if place is None or (new is None and name == "no-cache"):
            return ()
        if new is not None:
            edits.append(Edit(place, new))
    if missing:
        added = _added(given, missing, "true" if always else f"${{{{ {_ON_SCHEDULE} }}}}")
        return () if added is None else (*edits, added)
    return tuple(edits)


def _or_on_schedule(text: str, *, always: bool, quoted: bool) -> str | None:
    """Return what a switch becomes; None if it cannot be told."""
    if text == "false":
        return "true" if always else f"${{{{ {_ON_SCHEDULE} }}}}"
    match = re.fullmatch(_COMPARISON, text) if len(text) <= _LONGEST else None
    if match is None or quoted:
        return None
    return f"${{{{ {match[1]} || {_ON_SCHEDULE} }}}}"


def _inputs(workflow: Workflow, uses: Span) -> YamlMapping | None:
    """Return the `with:` of the step that uses an action there; None if it is not the step's own."""
    for name, job in workflow.jobs.items():
        for step in job.steps:
            if step.uses is None or step.uses.span != uses:
                continue
            jobs = workflow.document.mapping("jobs", name)
            items = jobs.list("steps").items if jobs is not None else ()
            node = items[step.index] if step.index < len(items) else None
            return _own(node, items[step.index + 1 :]) if node is not None else None
    return None


def _own(node: object, later: tuple[object, ...]) -> YamlMapping | None:
    """Return a step's `with:`, unless an anchor or a merge key brings it from elsewhere."""
    from dockwright.files._yaml import YamlMapping

    given = node.mapping("with") if isinstance(node, YamlMapping) else None
    if not isinstance(node, YamlMapping) or given is None or not given.keys:
        return None
    after = min((span.start for each in later for span in _spans(each)), default=None)
    start = node.keys["with"].start
    inside = all(start < span.start and (after is None or span.start < after) for span in given.keys.values())
    return given if inside else None


def _spans(node: object) -> Iterator[Span]:
    from dockwright.files._yaml import YamlMapping

    keys: Mapping[str, Span] = node.keys if isinstance(node, YamlMapping) else {}
    yield from keys.values()


def _added(given: YamlMapping, names: list[str], value: str) -> Edit | None:
    """Return the edit that writes inputs before `cache-from`, or before the first, in the same style."""
    key = given.keys.get("cache-from") or min(given.keys.values(), key=lambda span: span.start)
    source, start = key.source, key.start
    line = source.line_starts[key.first.line - 1]
    before = source.text[line:start]
    if not before.strip(" "):
        newline = "\r\n" if source.text[:start].endswith("\r\n" + before) else "\n"
        text = "".join(f"{name}: {value}{newline}{before}" for name in names)
        return Edit(source.span(start, start), text)
    if before.rstrip().endswith(("{", ",")):
        written = f'"{value}"' if "{" in value else value
        return Edit(source.span(start, start), "".join(f"{name}: {written}, " for name in names))
    return None
