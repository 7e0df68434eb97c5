"""What a Compose file builds, as settings of builds: `build:` of each service.

The format is the Compose Build specification (github.com/compose-spec/compose-spec, build.md). Paths begin at the
file's folder; `dockerfile` begins at the context.
"""

from __future__ import annotations

import posixpath
from typing import TYPE_CHECKING

from msgspec import Struct
from msgspec.structs import replace

from dockwright.files._interpolation import interpolate
from dockwright.files._yaml import YamlList, YamlMapping, YamlText, read_documents
from dockwright.files.build import Argument, DockerfileName, Settings, Tool
from dockwright.files.settings import Given, settings_of, tag
from dockwright.files.value import Value, spelled
from dockwright.files.workspace import Place

if TYPE_CHECKING:
    from collections.abc import Iterator

    from dockwright.files._yaml import Node
    from dockwright.source import Source, Span

_LISTS = {
    "tags": "tags",
    "platforms": "platforms",
    "cache_from": "cache-from",
    "cache_to": "cache-to",
}
_TEXTS = {"context": "context", "dockerfile": "file", "target": "target", "no_cache": "no-cache", "pull": "pull"}
_OTHERS = {"provenance": "provenance", "sbom": "sbom"}
DEFAULT_NAMES = (
    ("compose.yaml", "compose.yml", "docker-compose.yml", "docker-compose.yaml"),
    (
        "compose.override.yaml",
        "compose.override.yml",
        "docker-compose.override.yml",
        "docker-compose.override.yaml",
    ),
)
"""What Compose reads without `-f`: the first of each row that is there."""


class ServiceBuild(Struct, frozen=True):
    """A service that is built; `span` is its key."""

    name: str
    span: Span
    settings: Settings


def read_service_builds(source: Source) -> tuple[ServiceBuild, ...]:
    """Return the services of a file that have a `build:`; none if it is broken."""
    found: list[ServiceBuild] = []
    place = Place(folder=posixpath.dirname(source.path) or ".")
    for document in read_documents(source)[:1]:
        services = document.mapping("services")
        for name, service in services.values.items() if services else ():
            build = service.values.get("build") if isinstance(service, YamlMapping) else None
            if services is not None and isinstance(service, YamlMapping) and build is not None:
                found.append(ServiceBuild(name, services.keys[name], _settings(service, build, place)))
    return tuple(found)


def value_of(node: YamlText) -> Value:
    """Return a text with its variables at their defaults, or holes."""
    return Value(interpolate(node.traced), node.traced.span or node.span)


def _settings(service: YamlMapping, build: Node, place: Place) -> Settings:
    if isinstance(build, YamlText):
        build = YamlMapping({"context": build}, {"context": build.span})
    if not isinstance(build, YamlMapping):
        build = YamlMapping({}, {})
    values: dict[str, tuple[Value, ...]] = {}
    for key, name in (_TEXTS | _OTHERS).items():
        text = build.text(key)
        if text is not None and not text.is_null:
            values[name] = (value_of(text),)
    for key, name in _LISTS.items():
        values[name] = tuple(value_of(item) for item in build.list(key).items if isinstance(item, YamlText))
    settings = settings_of(Given(values), Tool.COMPOSE_FILE, place)
    return _completed(settings, service, build)


def _completed(settings: Settings, service: YamlMapping, build: YamlMapping) -> Settings:
    image = service.text("image")
    platform = service.text("platform")
    inline = build.text("dockerfile_inline")
    arguments = tuple(_arguments(build.values.get("args")))
    return replace(
        settings,
        dockerfile=DockerfileName(None, value_of(inline), inline=True) if inline else settings.dockerfile,
        tags=(*([tag(value_of(image))] if image else ()), *settings.tags),
        platforms=settings.platforms or ((value_of(platform),) if platform else ()),
        build_args=arguments,
        build_contexts=tuple(_arguments(build.values.get("additional_contexts"))),
        labels=tuple(_arguments(build.values.get("labels"))),
        secrets=tuple(value_of(item) for item in build.list("secrets").items if isinstance(item, YamlText)),
    )


def _arguments(node: Node | None) -> Iterator[Argument]:
    """Yield `NAME=value` of a list, or of a mapping; one without a value is taken from the environment."""
    if isinstance(node, YamlList):
        for item in node.items:
            if isinstance(item, YamlText):
                value = value_of(item)
                name, equals, _ = value.traced.text.partition("=")
                rest = value.slice(len(name) + 1, len(value.traced)) if equals else None
                yield Argument(value.slice(0, len(name)), rest)
    elif isinstance(node, YamlMapping):
        for key, each in node.values.items():
            name_value = Value(spelled(key, node.keys[key]), node.keys[key])
            empty = not isinstance(each, YamlText) or each.is_null
            yield Argument(name_value, None if empty or not isinstance(each, YamlText) else value_of(each))
