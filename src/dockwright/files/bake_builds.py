"""What bake builds, as settings of builds: targets of bake files, and services of Compose files, which bake reads too.

What a command line or an action gives besides (`--set`, `--no-cache`, `--push`) is laid over each target.
"""

from __future__ import annotations

import posixpath
import re
from fnmatch import fnmatchcase
from typing import TYPE_CHECKING

from msgspec import Struct
from msgspec.structs import replace

from dockwright.files.bake import DEFAULT_NAMES, read_bake
from dockwright.files.bake_variables import NOTHING, GivenVariables
from dockwright.files.build import (
    Argument,
    BrokenFile,
    Context,
    ContextKind,
    DockerfileName,
    Settings,
    Tool,
)
from dockwright.files.compose_builds import DEFAULT_NAMES as COMPOSE_NAMES
from dockwright.files.compose_builds import read_service_builds
from dockwright.files.settings import Given, cache, output, settings_of, tag
from dockwright.files.value import HOLE, Toggle, Truth, Value
from dockwright.files.workspace import Place, Workspace
from dockwright.traced import Traced

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence

    from dockwright.files.bake import Bake, Target
    from dockwright.source import Source, Span

    Read = Callable[[str], Source | None]

MOST_FILES = 20
_MOST_SETTINGS = 200
_NAMES = {
    "args": "build-args",
    "contexts": "build-contexts",
    "dockerfile": "file",
    "inherits": "*",
    "no-cache-filter": "no-cache-filters",
    "output": "outputs",
    "secret": "secrets",
}
"""Attributes of targets, by the names of settings."""
METADATA_TARGET = "docker-metadata-action"
"""The target that docker/metadata-action's bake file fills in."""


_WILD = "*?["


class BakeTarget(Struct, frozen=True):
    """A target or service that is built."""

    name: str
    span: Span
    settings: Settings
    has_metadata: bool = False


class BakeFiles(Struct, frozen=True):
    """Bake definitions, read; without a group `default`, bake builds the services."""

    targets: Mapping[str, BakeTarget]
    groups: Mapping[str, tuple[str, ...]]
    services: tuple[str, ...] = ()
    broken: tuple[BrokenFile, ...] = ()

    def named(self, names: Sequence[str]) -> tuple[BakeTarget, ...]:
        """Return what is built for names of targets and groups; a `*` in a name is a wildcard."""
        found: dict[str, BakeTarget] = {}
        for name in names or ("default",):
            members = self.groups.get(name, ())
            if not members and name == "default" and name not in self.targets:
                members = self.services
            for each in members or (name,):
                found |= self._matching(each)
        return tuple(found.values())

    def _matching(self, pattern: str) -> Mapping[str, BakeTarget]:
        if not any(character in pattern for character in _WILD):
            return {pattern: self.targets[pattern]} if pattern in self.targets else {}
        return {key: target for key, target in self.targets.items() if fnmatchcase(key, pattern)}


def bake_sources(paths: Sequence[str], folder: str, read: Read) -> Sequence[Source]:
    """Return the definitions; without paths those that bake looks for in the folder."""
    return [source for path in (paths or _defaults(folder, read))[:MOST_FILES] if (source := read(path)) is not None]


def read_bake_files(sources: Sequence[Source], folder: str, variables: GivenVariables = NOTHING) -> BakeFiles:
    """Read definitions. Contexts begin at the folder."""
    targets: dict[str, BakeTarget] = {}
    groups: dict[str, tuple[str, ...]] = {}
    broken: list[BrokenFile] = []
    for source in sources:
        services = read_service_builds(source) if source.path.endswith((".yaml", ".yml")) else ()
        targets |= {each.name: BakeTarget(each.name, each.span, each.settings) for each in services}
    names = tuple(targets)
    files = [source for source in sources if source.path.endswith((".hcl", ".json"))]
    if files:
        bake = read_bake(*files, *([variables.source] if variables.source is not None else []))
        if bake.problem is not None:
            span = bake.problem.span
            broken.append(BrokenFile(span.source.path, span, bake.problem.message))
        place = Place(Workspace(), folder)
        targets |= {
            name: BakeTarget(name, target.span, _settings(target, place, variables), _with_metadata(bake, target))
            for name, target in bake.targets.items()
            if not name.startswith("_") and name != METADATA_TARGET
        }
        groups |= {name: tuple(each.name for each in bake.built(name)) for name in bake.groups}
        if "default" in bake.targets:
            groups.setdefault("default", ("default",))
    return BakeFiles(targets, groups, names, tuple(broken))


def unread_target(span: Span) -> BakeTarget:
    """Return what is built by definitions that cannot be read: nothing is known of it."""
    context = Context(ContextKind.UNKNOWN, None)
    settings = Settings(dockerfile=DockerfileName(None), context=context, tags_known=False, open=frozenset({"*"}))
    return BakeTarget("", span, settings)


def _defaults(folder: str, read: Read) -> Sequence[str]:
    compose = [next((name for name in row if read(_at(folder, name))), None) for row in COMPOSE_NAMES]
    return [_at(folder, name) for name in (*[name for name in compose if name], *DEFAULT_NAMES)]


def _at(folder: str, name: str) -> str:
    return posixpath.normpath(posixpath.join(folder, name))


def _with_metadata(bake: Bake, target: Target) -> bool:
    """Whether a target takes the tags that docker/metadata-action makes: its own are those of that action's target."""
    metadata = bake.targets.get(METADATA_TARGET)
    return metadata is not None and [each.shown for each in metadata.tags] == [each.shown for each in target.tags]


def _settings(target: Target, place: Place, variables: GivenVariables) -> Settings:
    settings = variables.relocated(_of_target(target, place))
    assert isinstance(settings, Settings), "only places change"  # noqa: S101
    return settings


def _of_target(target: Target, place: Place) -> Settings:
    values: dict[str, tuple[Value, ...]] = {
        "context": (target.context,) if target.context else (),
        "file": (target.dockerfile,) if target.dockerfile else (),
        "target": (target.target,) if target.target else (),
        "platforms": target.platforms,
        "no-cache-filters": target.no_cache_filter,
    }
    opened = frozenset(_NAMES.get(name, name) for name in target.open)
    settings = settings_of(Given(values, opened), Tool.BAKE_FILE, place)
    pushing = next((each for each in target.output if _pushes(each.type, each.options)), None)
    inline = target.dockerfile_inline
    return replace(
        settings,
        dockerfile=DockerfileName(None, inline, inline=True) if inline else settings.dockerfile,
        cache_from=target.cache_from,
        cache_to=target.cache_to,
        no_cache=target.no_cache,
        pull=target.pull,
        outputs=target.output,
        pushes=Toggle(Truth.TRUE, pushing.value) if pushing else settings.pushes,
        tags=tuple(tag(each) for each in target.tags),
        tags_known=not settings.is_open("tags"),
        build_args=_arguments(target.args),
        build_contexts=_arguments(target.contexts),
        labels=_arguments(target.labels),
        annotations=tuple(Argument(each, None) for each in target.annotations),
        secrets=target.secrets,
        provenance=_attestation(target, "provenance"),
        sbom=_attestation(target, "sbom"),
        open=opened,
    )


def _pushes(kind: str | None, options: Mapping[str, Value]) -> bool:
    push = options.get("push")
    return kind == "registry" or (kind == "image" and push is not None and push.text == "true")


def _arguments(values: Mapping[str, Value]) -> tuple[Argument, ...]:
    return tuple(Argument(Value(Traced.made(name), value.written), value) for name, value in values.items())


def _attestation(target: Target, kind: str) -> Value | None:
    return next((each for each in target.attest if f"type={kind}" in each.traced.text), None)


_SET = re.compile(r"([^.=]+)\.([\w-]+)(\.[^=+]+)?(\+)?=(.*)", re.DOTALL)


def overridden(target: BakeTarget, given: Given) -> BakeTarget:
    """Lay over a target what the command line or the action gives."""
    settings = target.settings
    changes: dict[str, object] = {}
    for name, field in (("no-cache", "no_cache"), ("pull", "pull"), ("push", "pushes"), ("load", "loads")):
        toggle = given.toggle(name)
        if toggle.value is not None or toggle.state is Truth.UNKNOWN:
            changes[field] = toggle
    for name in ("provenance", "sbom"):
        if given.one(name) is not None:
            changes[name] = given.one(name)
    settings = replace(settings, **changes) if changes else settings
    entries = given.many("set")
    if any(entry.unknown for entry in entries) or given.is_open("set"):
        settings = replace(settings, open=settings.open | {"*"})
    return replace(target, settings=_with_set(target.name, settings, entries))


def _with_set(name: str, settings: Settings, entries: Iterable[Value]) -> Settings:
    seen: dict[str, list[Value]] = {}
    added: set[str] = set()
    for entry in entries:
        match = _SET.fullmatch(entry.traced.text)
        if match is None or HOLE in match[1] or not _is_for(name, match[1].strip()):
            continue
        key = match[2] + (match[3] or "")
        seen.setdefault(key, []).append(entry.slice(*match.span(5)))
        if match[4]:
            added.add(key)
    for key, values in list(seen.items())[:_MOST_SETTINGS]:
        settings = _set(settings, key, [value for value in values if value.traced.text], added=key in added)
    return settings


def _is_for(name: str, pattern: str) -> bool:
    return fnmatchcase(name, pattern) if any(character in pattern for character in _WILD) else name == pattern


def _set(settings: Settings, key: str, values: Sequence[Value], *, added: bool) -> Settings:  # noqa: C901, PLR0911, PLR0912 - a table of keys
    match key:
        case "cache-from":
            before = settings.cache_from if added else ()
            return replace(settings, cache_from=(*before, *[cache(value) for value in values]))
        case "cache-to":
            before = settings.cache_to if added else ()
            return replace(settings, cache_to=(*before, *[cache(value) for value in values]))
        case "tags":
            tags = tuple(tag(value) for value in values)
            return replace(settings, tags=(*(settings.tags if added else ()), *tags), tags_known=True)
        case "platform":
            before_platforms = settings.platforms if added else ()
            return replace(
                settings, platforms=(*before_platforms, *[part for value in values for part in value.split(",")])
            )
        case "output":
            return _with_outputs(settings, values)
        case "target" if values:
            return replace(settings, target=values[-1])
        case "no-cache" if values:
            return replace(settings, no_cache=Toggle(values[-1].truth(), values[-1]))
        case "pull" if values:
            return replace(settings, pull=Toggle(values[-1].truth(), values[-1]))
        case "push" if values:
            return replace(settings, pushes=Toggle(values[-1].truth(), values[-1]))
        case "no-cache-filter":
            return replace(settings, no_cache_filters=tuple(part for value in values for part in value.split(",")))
        case "context" if values:
            return replace(settings, context=Context(ContextKind.UNKNOWN, None, values[-1]), dockerfile=_lost(settings))
        case "dockerfile" if values:
            return replace(settings, dockerfile=_named(settings, values[-1]))
        case _ if key.startswith("args.") and values:
            name = key.removeprefix("args.")
            kept = tuple(each for each in settings.build_args if each.name.text != name)
            made = Value(Traced.made(name), values[-1].written)
            return replace(settings, build_args=(*kept, Argument(made, values[-1])))
        case _:
            return settings


def _lost(settings: Settings) -> DockerfileName:
    return DockerfileName(None, settings.dockerfile.value, settings.dockerfile.inline)


def _named(settings: Settings, value: Value) -> DockerfileName:
    if value.text is None or settings.context.path is None:
        return DockerfileName(None, value)
    path = _at(settings.context.path, value.text)
    return DockerfileName(None if path.startswith(("..", "/")) else path, value)


def _with_outputs(settings: Settings, values: Sequence[Value]) -> Settings:
    outputs = tuple(output(value) for value in values)
    pushing = next((each for each in outputs if _pushes(each.type, each.options)), None)
    unknown = any(each.type is None or HOLE in each.value.traced.text for each in outputs)
    state = Truth.TRUE if pushing else Truth.UNKNOWN if unknown else Truth.FALSE
    return replace(settings, outputs=outputs, pushes=Toggle(state, outputs[0].value if outputs else None))
