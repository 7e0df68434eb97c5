"""Compose files: which services there are, what they build, and as whom they run.

The format is the Compose specification (github.com/compose-spec/compose-spec). Several files that Compose
would merge are read one by one, and variables are not interpolated: a value with a `$` is not known.
"""

from __future__ import annotations

import posixpath
import re
from typing import TYPE_CHECKING

from msgspec import Struct

from dockwright.files._yaml import YamlMapping, YamlText, read_documents

if TYPE_CHECKING:
    from dockwright.source import Source, Span

_NAME = re.compile(r"(?:docker-)?compose(?:[.-][\w.-]+)?\.ya?ml", re.ASCII)


class Service(Struct, frozen=True):
    """A service; places are those of the values, quotes included.

    Attributes:
        name: its key.
        span: where the key is written.
        dockerfile: the path of the Dockerfile that it builds, from the repository's top; None if it builds
            none, or one that cannot be known (a remote context, a variable, `dockerfile_inline`).
        target: the stage that it builds, if it names one.
        user: `user:`, as written.
        network_mode: `network_mode:`, as written.
    """

    name: str
    span: Span
    dockerfile: str | None
    target: YamlText | None
    user: YamlText | None
    network_mode: YamlText | None


def matches(path: str) -> bool:
    """Tell whether a file is named as Compose files are: `compose.yaml`, `docker-compose.prod.yml`, ..."""
    return _NAME.fullmatch(posixpath.basename(path)) is not None


def read_services(source: Source) -> tuple[Service, ...]:
    """Return the services of a file, in its order; none if it is broken."""
    folder = posixpath.dirname(source.path)
    found: list[Service] = []
    for document in read_documents(source)[:1]:
        services = document.mapping("services")
        for name, service in services.values.items() if services else ():
            if services is not None and isinstance(service, YamlMapping):
                found.append(_service(name, services.keys[name], service, folder=folder))
    return tuple(found)


def _service(name: str, span: Span, service: YamlMapping, *, folder: str) -> Service:
    build = service.values.get("build")
    return Service(
        name=name,
        span=span,
        dockerfile=None if build is None else _dockerfile(build, folder),
        target=build.text("target") if isinstance(build, YamlMapping) else None,
        user=service.text("user"),
        network_mode=service.text("network_mode"),
    )


def _dockerfile(build: object, folder: str) -> str | None:
    match build:
        case YamlText():
            return _inside(folder, build.text, "Dockerfile")
        case YamlMapping() if "dockerfile_inline" not in build.values:
            context, name = build.text("context"), build.text("dockerfile")
            return _inside(folder, context.text if context else ".", name.text if name else "Dockerfile")
        case _:
            return None


def _inside(folder: str, context: str, dockerfile: str) -> str | None:
    """Join the path of a Dockerfile; None if it is not known or not in the repository."""
    remote = ":" in context or context.startswith(("/", "~"))
    if remote or "$" in context + dockerfile or dockerfile.startswith("/"):
        return None
    path = posixpath.normpath(posixpath.join(folder, context, dockerfile))
    return None if path.startswith("../") else path
