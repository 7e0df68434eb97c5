"""Compose files: which services there are, what they build, and as whom they run.

The format is the Compose specification (github.com/compose-spec/compose-spec). Several files that Compose
would merge are read one by one, and variables are not interpolated: a value with a `$` is not known.
"""

from __future__ import annotations

import posixpath
import re
from typing import TYPE_CHECKING

from msgspec import Struct

from dockwright.files._yaml import YamlList, YamlMapping, YamlText, read_documents

if TYPE_CHECKING:
    from collections.abc import Iterator

    from dockwright.source import Source, Span

_NAME = re.compile(r"(?:docker-)?compose(?:[.-][\w.-]+)?\.ya?ml", re.ASCII)
_NAMED = re.compile(r"[A-Za-z0-9][\w.-]*:/[^:$]+(?::[\w,]+)?", re.ASCII)


class Volume(Struct, frozen=True):
    """A volume of the file that a service mounts to write to: its name, and the folder in the container."""

    name: str
    target: str
    span: Span


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
        privileged: `privileged:`, as written.
        image: `image:`, as written; what is built is called so.
        pull_policy: `pull_policy:`, as written.
        builds: whether it has a `build:`.
        starts: `entrypoint:` and `command:`, one word a line; empty if the image decides.
        volumes: the named volumes that it may write to.
        folders: what it mounts of the machine, as written: `./data`, `/var/run/docker.sock`.
    """

    name: str
    span: Span
    dockerfile: str | None
    target: YamlText | None
    user: YamlText | None
    network_mode: YamlText | None
    privileged: YamlText | None = None
    image: YamlText | None = None
    pull_policy: YamlText | None = None
    builds: bool = False
    starts: str = ""
    volumes: tuple[Volume, ...] = ()
    folders: tuple[str, ...] = ()


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
        privileged=service.text("privileged"),
        image=service.text("image"),
        pull_policy=service.text("pull_policy"),
        builds=build is not None,
        starts="\n".join((*_words(service, "entrypoint"), *_words(service, "command"))),
        volumes=tuple(_volumes(service.list("volumes"))),
        folders=tuple(_folders(service.list("volumes"))),
    )


def _words(service: YamlMapping, key: str) -> list[str]:
    whole = service.text(key)
    if whole is not None:
        return [] if whole.is_null else [whole.text]
    return [item.text for item in service.list(key).items if isinstance(item, YamlText)]


def _volumes(volumes: YamlList) -> Iterator[Volume]:
    """Yield the named volumes: a source that is a path is a folder of the machine, and one without is no volume."""
    for item in volumes.items:
        match item:
            case YamlText(text=text, span=span) if _NAMED.fullmatch(text):
                name, target, *mode = text.split(":")
                if not mode or "ro" not in mode[0].split(","):
                    yield Volume(name, target, span)
            case YamlMapping():
                source, folder, kind = item.text("source"), item.text("target"), item.text("type")
                read_only = item.text("read_only")
                written = read_only is None or read_only.text.lower() != "true"
                if source and folder and written and (kind is None or kind.text == "volume"):
                    yield Volume(source.text, folder.text, folder.span)
            case _:
                pass


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


def _folders(volumes: YamlList) -> Iterator[str]:
    for item in volumes.items:
        source = item.text("source") if isinstance(item, YamlMapping) else item
        if isinstance(source, YamlText) and source.text.startswith((".", "/", "~", "$")):
            yield source.text.partition(":")[0] if not source.text.startswith("$") else source.text
