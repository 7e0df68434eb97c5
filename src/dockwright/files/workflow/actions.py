"""Actions that build images: their inputs as settings.

By the metadata (action.yml) and README of each action. An action that is not known builds nothing here.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from msgspec import Struct

from dockwright.files.build import Settings, Tool
from dockwright.files.settings import Given, settings_of
from dockwright.files.value import HOLE, Truth, Value, spelled
from dockwright.traced import Traced

if TYPE_CHECKING:
    from collections.abc import Mapping

    from dockwright.files.workflow.model import Step
    from dockwright.files.workspace import Place
    from dockwright.source import Span

_BUILD_PUSH = {
    "docker/build-push-action": Tool.BUILD_PUSH_ACTION,
    "useblacksmith/build-push-action": Tool.BUILD_PUSH_ACTION,
    "depot/build-push-action": Tool.DEPOT_ACTION,
}
_BAKE = {
    "docker/bake-action": Tool.BAKE_ACTION,
    "crazy-max/ghaction-docker-buildx-bake": Tool.BAKE_ACTION,
    "depot/bake-action": Tool.DEPOT_BAKE_ACTION,
}
_OLD_NAMES = {
    "path": "context",
    "build_args": "build-args",
    "cache_froms": "cache-from",
    "always_pull": "pull",
}
_BUILDAH_NAMES = {
    "containerfiles": "file",
    "dockerfiles": "file",
    "context": "context",
    "build-args": "build-args",
    "labels": "labels",
    "platforms": "platforms",
    "archs": "platforms",
    "layers": "layers",
}
_KANIKO_NAMES = {
    "path": "context",
    "context": "context",
    "build_file": "file",
    "dockerfile": "file",
    "file": "file",
    "target": "target",
    "build-args": "build-args",
    "build_args": "build-args",
}
_WHOAN_NAMES = {"context": "context", "dockerfile": "file"}
_VERSION = re.compile(r"v?(\d{1,3})(?:\.\d+)*")
_VERSION_COMMENT = re.compile(r"[^\n#]*#\s*(?:tag=|pin@)?v?(\d{1,3})(?:\.\d+)*", re.ASCII)


_Values = dict[str, tuple[Value, ...]]


class Raw(Struct, frozen=True):
    """A build on one event, before it is known what the job does with it.

    Attributes:
        tool: what builds.
        span: where a finding about the whole belongs.
        settings: how.
        name: the service or bake target.
        condition: whether it is reached when its step is.
        named: whether it names a builder.
        legacy: whether it asks for the builder of before BuildKit.
        has_metadata: whether it is a bake target that takes the tags of docker/metadata-action's bake file.
    """

    tool: Tool
    span: Span
    settings: Settings
    name: str | None = None
    condition: Truth = Truth.TRUE
    named: bool = False
    legacy: Truth = Truth.FALSE
    has_metadata: bool = False


def major_version(step: Step) -> int | None:
    """Return the version of a step's action: of its ref, or of the comment behind a commit's hash."""
    if step.uses is None or step.ref is None:
        return None
    match = _VERSION.fullmatch(step.ref)
    if match is None:
        end = step.uses.span.end
        match = _VERSION_COMMENT.match(step.uses.span.source.text, end, end + 200)
    return None if match is None else int(match[1])


def bake_tool(action: str) -> Tool | None:
    """Return the tool, if an action runs bake."""
    return _BAKE.get(action)


def build_of_action(step: Step, inputs: Mapping[str, Value], place: Place) -> Raw | None:
    """Return what an action builds by itself; None if it builds nothing, or runs bake."""
    if step.uses is None:
        return None
    action, span = step.action, step.uses.span
    if action in _BUILD_PUSH:
        if major_version(step) == 1 and action.startswith("docker/"):
            return _old_build_push(inputs, span, place)
        tool = _BUILD_PUSH[action]
        given = Given({name: (value,) for name, value in inputs.items()})
        return Raw(tool, span, settings_of(given, tool, place), named="builder" in inputs)
    if action == "redhat-actions/buildah-build":
        return _buildah(inputs, span, place)
    if action == "whoan/docker-build-with-cache-action":
        return _whoan(inputs, span, place)
    return _kaniko(inputs, span, place) if "kaniko" in action else None


def _translated(inputs: Mapping[str, Value], names: Mapping[str, str]) -> dict[str, tuple[Value, ...]]:
    return {names[name]: (value,) for name, value in inputs.items() if name in names}


def _old_build_push(inputs: Mapping[str, Value], span: Span, place: Place) -> Raw:
    """Read docker/build-push-action@v1, which pushes unless told otherwise, and had other names."""
    values: _Values = {_OLD_NAMES.get(name, name): (value,) for name, value in inputs.items()}
    values["file"] = (inputs["dockerfile"],) if "dockerfile" in inputs else ()
    values.setdefault("context", (Value.of(".", span),))
    values.setdefault("push", (Value.of("true", span),))
    tool = Tool.BUILD_PUSH_ACTION
    values["tags"] = _named(inputs.get("repository"), inputs.get("tags"), span, registry=inputs.get("registry"))
    for name in ("cache-from", "build-args"):
        values[name] = tuple(part for value in values.get(name, ()) for part in value.split(","))
    return Raw(tool, span, settings_of(Given(values), tool, place))


def _named(image: Value | None, tags: Value | None, span: Span, *, registry: Value | None = None) -> tuple[Value, ...]:
    """Join the name of an image with each of its tags."""
    if image is None:
        return ()
    front = [registry.traced, Traced.made("/")] if registry is not None and registry.traced.text else []
    parts = [] if tags is None else [part for line in tags.split("\n") for part in line.split(",")]
    names = [part for each in parts for part in each.split(" ")] or [Value.of("latest", span)]
    return tuple(
        each
        if "/" in each.traced.text
        else Value(Traced.join([*front, image.traced, Traced.made(":"), each.traced]), each.written)
        for each in names
    )


def _buildah(inputs: Mapping[str, Value], span: Span, place: Place) -> Raw:
    values = _translated(inputs, _BUILDAH_NAMES)
    values.setdefault("context", (Value.of(".", span),))
    values["tags"] = _named(inputs.get("image"), inputs.get("tags"), span)
    extra = inputs.get("extra-args")
    for word in [] if extra is None else [each for line in extra.split("\n") for each in line.split(" ")]:
        name, equals, _ = word.traced.text.partition("=")
        if name in {"--cache-from", "--cache-to", "--target"} and equals:
            key = name.removeprefix("--")
            values[key] = (*values.get(key, ()), word.slice(len(name) + 1, len(word.traced)))
        elif name in {"--no-cache", "--pull", "--pull-always"}:
            key = "no-cache" if name == "--no-cache" else "pull"
            values[key] = (Value.of("true", word.written),)
    tool = Tool.BUILDAH_ACTION
    return Raw(tool, span, settings_of(Given(values), tool, place))


def _kaniko(inputs: Mapping[str, Value], span: Span, place: Place) -> Raw:
    values = _translated(inputs, _KANIKO_NAMES)
    values.setdefault("context", (Value.of(".", span),))
    image = inputs.get("image")
    tags = inputs.get("tags") or inputs.get("tag")
    values["tags"] = (
        _named(image, tags, span, registry=inputs.get("registry"))
        if image
        else tuple(part for part in (tags.split("\n") if tags else ()))
    )
    push = inputs.get("push")
    values["push"] = (push if push is not None else Value.of("true", span),)
    cache = inputs.get("cache")
    if cache is not None and cache.truth() is not Truth.FALSE:
        kept = inputs.get("cache_registry") or inputs.get("cache-repository") or cache
        values["cache-from"] = values["cache-to"] = (kept,)
    tool = Tool.KANIKO_ACTION
    return Raw(tool, span, settings_of(Given(values), tool, place))


def _whoan(inputs: Mapping[str, Value], span: Span, place: Place) -> Raw:
    """Read whoan/docker-build-with-cache-action, which pushes every stage and pulls them the next time."""
    values = _translated(inputs, _WHOAN_NAMES)
    values.setdefault("context", (Value.of(".", span),))
    values["tags"] = _named(inputs.get("image_name"), inputs.get("image_tag"), span, registry=inputs.get("registry"))
    values["push"] = (inputs.get("push_image_and_stages") or Value.of("true", span),)
    kept = inputs.get("stages_image_name") or inputs.get("image_name") or Value(spelled(HOLE, span), span)
    pull = inputs.get("pull_image_and_stages")
    if pull is None or pull.truth() is not Truth.FALSE:
        values["cache-from"] = (kept,)
    values["cache-to"] = (kept,)
    tool = Tool.OTHER_ACTION
    return Raw(tool, span, settings_of(Given(values), tool, place))


def github_builder(inputs: Mapping[str, Value]) -> Given:
    """Translate the inputs of Docker's reusable workflows (docker/github-builder) to settings."""
    values: _Values = {name: (value,) for name, value in inputs.items() if name not in {"cache", "context"}}
    context = inputs.get("context")
    folder = context.traced if context is not None and context.text not in {"", "."} else None
    if context is not None and folder is not None:
        values["context"] = (Value(Traced.join([Traced.made("{{defaultContext}}:"), folder]), context.written),)
    cache = inputs.get("cache")
    if cache is not None and cache.truth() is not Truth.FALSE:
        entry = [spelled(HOLE if cache.text is None else "type=gha", cache.written)]
        for name, option in (("cache-scope", "scope"), ("cache-mode", "mode")):
            given = inputs.get(name)
            if given is not None and given.traced.text:
                entry += [Traced.made(f",{option}="), given.traced]
        made = Value(Traced.join(entry), cache.written)
        values["cache-from"] = values["cache-to"] = (made,)
    return Given(values)
