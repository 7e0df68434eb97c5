"""Which ports a server of an image is told to listen on: by its command, by ENV, by its configuration, by EXPOSE."""

from __future__ import annotations

import re
from posixpath import normpath
from typing import TYPE_CHECKING

from msgspec import Struct

from dockwright.dockerfile.script import commands_of
from dockwright.facts.context import find_in_context
from dockwright.facts.process import started

if TYPE_CHECKING:
    from collections.abc import Iterator

    from dockwright.dockerfile import Dockerfile, Instruction, Stage
    from dockwright.project import Tree
    from dockwright.shell import Command, Word
    from dockwright.source import Span

FIRST_UNPRIVILEGED = 1024
"""The lowest port that Linux gives to everyone (net.ipv4.ip_unprivileged_port_start, unless it is changed)."""

_SSH = 22

_RANGE = re.compile(r"(\d{1,5})(?:-\d{1,5})?(?:/(?:tcp|udp|sctp))?", re.ASCII | re.IGNORECASE)
_AT_END = r"(?a)(?:.*[:/])?(\d{1,5})/?"
_LISTEN = r"^[ \t]*listen[ \t]+(?:[^\s;:]*:|\[[^]]*\]:)?(\d{1,5})(?=[\s;])"
_LISTEN_FLAGS = re.ASCII | re.MULTILINE | re.IGNORECASE
_CONFIGURATION = (".conf", ".template", ".nginx", ".vhost")

_ANYWHERE = frozenset(
    (
        "--port",
        "-port",
        "--listen",
        "-listen",
        "--bind",
        "--address",
        "--addr",
        "-addr",
        "--http-port",
        "--server.port",
        "-Dserver.port",
    )
)
_SHORT = {
    "flask": "-p",
    "gunicorn": "-b",
    "http-server": "-p",
    "hypercorn": "-b",
    "next": "-p",
    "php": "-S",
    "puma": "-p -b",
    "rackup": "-p",
    "rails": "-p",
    "serve": "-p -l",
    "thin": "-p",
}
"""Options that name a port for these programs only."""
_OPERANDS = frozenset(("http.server", "SimpleHTTPServer", "runserver"))
"""Words after which a plain word is the port: `python -m http.server 80`, `manage.py runserver 0:80`."""
_OPERAND = r"(?a)(?:[\w.]+:)?\d{1,5}"
_CLIENTS = frozenset(("curl", "wget", "nc", "ssh", "mysql", "psql", "redis-cli", "ping", "echo"))

_PORTS = r"(?:^|;)(\d{1,5})(?=;|$)"
_ADDRESSES = r":(\d{1,5})(?=[;/\s]|$)"
_BINDS = r"(?:^|\s)(?:-b|--bind)(?:=|\s{1,9})?[^\s=]*?:(\d{1,5})(?=\s|$)"
_VARIABLES = {
    "ASPNETCORE_HTTPS_PORTS": _PORTS,
    "ASPNETCORE_HTTP_PORTS": _PORTS,
    "ASPNETCORE_URLS": _ADDRESSES,
    "FLASK_RUN_PORT": _PORTS,
    "GUNICORN_CMD_ARGS": _BINDS,
    "HTTPS_PORT": _PORTS,
    "HTTP_PORT": _PORTS,
    "LISTEN_PORT": _PORTS,
    "NGINX_PORT": _PORTS,
    "NITRO_PORT": _PORTS,
    "PORT": _PORTS,
    "SERVER_PORT": _PORTS,
    "UVICORN_PORT": _PORTS,
}
"""Variables that servers and frameworks read their ports from, and how these stand in the value."""


class Port(Struct, frozen=True):
    """A port, and where it is told."""

    number: int
    span: Span


def low_ports(dockerfile: Dockerfile, stage: Stage, tree: Tree) -> Iterator[Port]:
    """Yield the ports below 1024, what tells the server itself first, EXPOSE last.

    EXPOSE binds nothing. Beside a port that everybody may bind, or for a server that only root can be (SSH), it lists
    what may be there rather than what is.
    """
    for find in (_in_command, _in_variables, _in_configuration):
        yield from filter(_is_low, find(dockerfile, stage, tree))
    exposed = tuple(_exposed(dockerfile, stage))
    if all(_is_low(port) and port.number != _SSH for port in exposed):
        yield from exposed


def _is_low(port: Port) -> bool:
    return 0 < port.number < FIRST_UNPRIVILEGED


def _in_command(dockerfile: Dockerfile, stage: Stage, _tree: Tree) -> Iterator[Port]:
    for instruction in started(dockerfile, stage).instructions:
        for command in commands_of(dockerfile, instruction):
            if command.name not in _CLIENTS:
                yield from _of_command(command)


def _of_command(command: Command) -> Iterator[Port]:
    previous = ""
    short = _SHORT.get(command.name or "", "").split()
    for word in command.arguments:
        text = word.literal
        if text is not None:
            option, equals, value = text.partition("=")
            if equals and option in _ANYWHERE:
                yield from _at_end(value, word)
            elif previous in _ANYWHERE or previous in short or (previous in _OPERANDS and re.fullmatch(_OPERAND, text)):
                yield from _at_end(text, word)
        previous = text or ""


def _at_end(text: str, word: Word) -> Iterator[Port]:
    match = re.fullmatch(_AT_END, text)
    if match is not None:
        yield Port(int(match[1]), word.span)


def _in_variables(dockerfile: Dockerfile, stage: Stage, _tree: Tree) -> Iterator[Port]:
    """Yield the ports of well-known variables; of several values, the last one counts."""
    seen: set[str] = set()
    for each in dockerfile.lineage(stage):
        for instruction in reversed(each.instructions):
            for pair in reversed(instruction.pairs) if instruction.name == "ENV" else ():
                name, span = pair.key.text, pair.word.span
                if name in seen or name not in _VARIABLES or pair.value is None or span is None:
                    continue
                seen.add(name)
                value = dockerfile.expand(instruction, pair.value)
                for match in re.finditer(_VARIABLES[name], value.text if value is not None else "", re.ASCII):
                    yield Port(int(match[1]), span)


def _in_configuration(dockerfile: Dockerfile, stage: Stage, tree: Tree) -> Iterator[Port]:
    """Yield the ports that nginx and Apache are told in files of the context."""
    for instruction in _instructions(dockerfile, stage, "COPY"):
        if instruction.flag("from") is None:
            for source in instruction.words[:-1]:
                span = source.span
                named = source.text.endswith(_CONFIGURATION) and span is not None
                found = (
                    find_in_context(tree, dockerfile.source.path, normpath(source.text).lstrip("/")) if named else None
                )
                for match in re.finditer(_LISTEN, found.text, _LISTEN_FLAGS) if found is not None else ():
                    if span is not None:
                        yield Port(int(match[1]), span)


def _exposed(dockerfile: Dockerfile, stage: Stage) -> Iterator[Port]:
    for instruction in _instructions(dockerfile, stage, "EXPOSE"):
        for word in instruction.words:
            value = dockerfile.expand(instruction, word)
            match = _RANGE.fullmatch(value.text) if value is not None else None
            span = word.span
            if match is not None and span is not None:
                yield Port(int(match[1]), span)


def _instructions(dockerfile: Dockerfile, stage: Stage, name: str) -> Iterator[Instruction]:
    for each in dockerfile.lineage(stage):
        yield from dockerfile.instructions(name, stage=each)
