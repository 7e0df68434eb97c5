"""Actions and reusable workflows that run bake."""

from __future__ import annotations

import posixpath
from typing import TYPE_CHECKING

from msgspec.structs import replace

from dockwright.files.bake_builds import overridden, unread_target
from dockwright.files.build import Context, ContextKind, Settings, Tool
from dockwright.files.docker_commands import Variables
from dockwright.files.settings import DEFAULT_CONTEXT, Given, argument, settings_of
from dockwright.files.value import HOLE, Truth, Value
from dockwright.files.workflow.actions import Raw, bake_tool, github_builder, major_version
from dockwright.files.workflow.metadata import metadata_of
from dockwright.files.workflow.scripts import environment
from dockwright.files.workspace import Place

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from dockwright.files.bake_builds import BakeTarget
    from dockwright.files.event import Event
    from dockwright.files.workflow.contexts import JobScope
    from dockwright.files.workflow.model import Step
    from dockwright.files.workflow.session import Session
    from dockwright.source import Span

_GIT_BY_DEFAULT = 6
_HERE = "cwd://"


def baked(session: Session, step: Step, inputs: Mapping[str, Value], *, scope: JobScope, place: Place) -> Sequence[Raw]:
    """Return what docker/bake-action builds: one build for each target."""
    tool = bake_tool(step.action)
    if tool is None or step.uses is None:
        return ()
    given = Given({name: (value,) for name, value in inputs.items()})
    kind, folder = _source(step, given, place)
    unread = unread_target(step.uses.span)
    if folder is None:
        built = overridden(unread, given)
        return (Raw(tool, step.uses.span, built.settings, named="builder" in inputs),)
    targets, condition = _targets(session, given, folder, _lookup(scope, given))
    if not targets:
        targets = (unread,)
    return [
        Raw(
            tool,
            step.uses.span,
            _in_git(built.settings) if kind is ContextKind.GIT else built.settings,
            target.name or None,
            condition,
            named="builder" in inputs,
            has_metadata=target.has_metadata,
        )
        for target in targets
        for built in (overridden(target, given),)
    ]


def _source(step: Step, given: Given, place: Place) -> tuple[ContextKind, str | None]:
    """Return where the definitions come from, and their folder in the repository; None if it is not in it."""
    source, workdir = given.one("source"), given.one("workdir")
    if source is None:
        version = major_version(step)
        local = (version is not None and version < _GIT_BY_DEFAULT) or bake_tool(step.action) is not Tool.BAKE_ACTION
        if local:
            return ContextKind.PATH, place.path(workdir.text or HOLE if workdir else ".")
        return ContextKind.GIT, "."
    text = source.traced.text
    default = DEFAULT_CONTEXT.match(text)
    if default is not None:
        return ContextKind.GIT, posixpath.normpath(text[default.end() :] or ".")
    if "github.repository" in source.references:
        return ContextKind.GIT, "."
    if "://" in text or text.startswith("git@"):
        return ContextKind.REMOTE, None
    inside = place.enter(text)
    return ContextKind.PATH, inside.path(workdir.text or HOLE if workdir else ".")


def _lookup(scope: JobScope, given: Given) -> Callable[[str], Value | None]:
    """Return what finds a variable: in `vars:` of the action, and in the environment."""
    return Variables({**environment(scope), **_named(given)}, lambda part: part).given


def _named(given: Given) -> Mapping[str, Value]:
    found = [argument(value) for value in given.lines("vars")]
    return {each.name.text: each.value for each in found if each.name.text is not None and each.value is not None}


def _targets(
    session: Session, given: Given, folder: str, lookup: Callable[[str], Value | None]
) -> tuple[Sequence[BakeTarget], Truth]:
    """Return the targets that are built; if their names are not known, all of them, and each only maybe."""
    paths = [
        posixpath.normpath(posixpath.join(folder, value.traced.text.removeprefix(_HERE)))
        for value in given.many("files")
        if value.text is not None
    ]
    files = session.scripts.bake(paths, folder, lookup)
    for broken in files.broken:
        session.broken.setdefault(broken.path, broken)
    names = given.many("targets")
    if any(name.text is None for name in names):
        return tuple(files.targets.values()), Truth.UNKNOWN
    return files.named([name.text for name in names if name.text is not None]), Truth.TRUE


def _in_git(settings: Settings) -> Settings:
    context = settings.context
    if context.kind is not ContextKind.PATH:
        return settings
    return replace(settings, context=Context(ContextKind.GIT, context.path, context.value))


def built_by_github_builder(
    session: Session, tool: Tool, inputs: Mapping[str, Value], span: Span, *, event: Event | None, bake: bool
) -> Sequence[Raw]:
    """Return what Docker's reusable workflows build."""
    given = github_builder(inputs)
    settings = settings_of(given, tool, Place())
    meta = {"images": "meta-images", "tags": "meta-tags", "flavor": "meta-flavor"}
    about = Given({name: (inputs[key],) for name, key in meta.items() if key in inputs})
    made = metadata_of(about, event, default_branch=session.surroundings.default_branch, at=Value.of("", span))
    settings = replace(settings, tags=made.tags, tags_known=made.known)
    if not bake:
        return (Raw(tool, span, settings),)
    folder = inputs["context"].text if "context" in inputs else "."
    if folder is None:
        return (Raw(tool, span, settings),)
    chosen = Given({"files": given.values.get("files", ()), "targets": given.values.get("target", ())})
    targets, condition = _targets(session, chosen, posixpath.normpath(folder), _of_inputs(inputs))
    return [
        Raw(tool, span, _laid_over(_in_git(overridden(each, given).settings), settings), each.name, condition)
        for each in targets
    ]


def _of_inputs(inputs: Mapping[str, Value]) -> Callable[[str], Value | None]:
    given = Given({"vars": (inputs["vars"],) if "vars" in inputs else ()})
    return Variables(_named(given), lambda part: part).given


def _laid_over(target: Settings, given: Settings) -> Settings:
    """Lay over a target what the workflow sets by itself: cache, tags and push."""
    return replace(
        target,
        cache_from=given.cache_from,
        cache_to=given.cache_to,
        tags=given.tags or target.tags,
        tags_known=given.tags_known,
        pushes=given.pushes,
    )
