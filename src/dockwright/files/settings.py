"""What is given to a build, by inputs of an action or options of a command, as `Settings`.

Names are those of docker/build-push-action's inputs; other tools' are translated to them. Lists are cut up as Docker's
actions do it (docker/actions-toolkit, `Util.getInputList`): at line ends, some at commas too.
"""

from __future__ import annotations

import posixpath
import re
from typing import TYPE_CHECKING

from dockwright.files.build import (
    Argument,
    Cache,
    Context,
    ContextKind,
    DockerfileName,
    Output,
    Settings,
    Tag,
    TagKind,
    Tool,
)
from dockwright.files.value import HOLE, OFF, Toggle, Truth, Value

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from dockwright.files.workspace import Place

DEFAULT_CONTEXT = re.compile(r"\{\{\s*defaultContext\s*\}\}:?")
"""How the actions write the repository at the ref; a folder may follow."""

MOST = 200
"""Entries of a list."""

_BY_COMMA = frozenset({"tags", "platforms", "no-cache-filters", "secret-envs", "targets", "files"})
_REMOTE = re.compile(r"(?:https?|git|ssh)://|git@|github\.com/", re.IGNORECASE)
_INLINE = "BUILDKIT_INLINE_CACHE"
_BACKENDS = {
    Tool.PODMAN_BUILD: "buildah",
    Tool.BUILDAH_BUILD: "buildah",
    Tool.BUILDAH_ACTION: "buildah",
    Tool.KANIKO: "kaniko",
    Tool.KANIKO_ACTION: "kaniko",
    Tool.OTHER_ACTION: "stages",
}


class Given:
    """The values that were given, by the names of settings; what is not there was not given.

    `open` are the names of which more may have been given than is known; all of them if it holds `*`.
    """

    def __init__(self, values: Mapping[str, Sequence[Value]], open_: frozenset[str] = frozenset()) -> None:
        """Take values by name; each is a whole input or the value of one option."""
        self.values = values
        self.open = open_

    def one(self, name: str) -> Value | None:
        """Return the last value of a setting, unless it is empty."""
        found = self.values.get(name, ())
        return found[-1] if found and found[-1].traced.text.strip() else None

    def many(self, name: str) -> tuple[Value, ...]:
        """Return the entries of a list: line by line, and for some settings at commas too."""
        entries: list[Value] = []
        for value in self.values.get(name, ()):
            for line in value.split("\n"):
                if not line.traced.text.startswith("#"):
                    entries += line.split(",") if name in _BY_COMMA else (line,)
        return tuple(unquoted(entry) for entry in entries[:MOST])

    def lines(self, name: str) -> tuple[Value, ...]:
        """Return the entries of a list that is cut up at line ends only, as docker/metadata-action's are."""
        entries = [line for value in self.values.get(name, ()) for line in value.split("\n")]
        return tuple(unquoted(line) for line in entries[:MOST] if not line.traced.text.startswith("#"))

    def toggle(self, name: str) -> Toggle:
        """Return a setting that is on or off; off if it was not given."""
        value = self.one(name)
        if value is None:
            return Toggle(Truth.UNKNOWN) if self.is_open(name) else OFF
        return Toggle(value.truth(), value)

    def is_open(self, name: str) -> bool:
        """Tell whether more may have been given for a setting than is known."""
        return name in self.open or "*" in self.open


def unquoted(value: Value) -> Value:
    """Take away the quotes around an entry."""
    text = value.traced.text
    if len(text) > 1 and text[0] == text[-1] and text[0] in "'\"":
        return value.slice(1, len(text) - 1)
    return value


def settings_of(given: Given, tool: Tool, place: Place) -> Settings:
    """Return the settings of a build; `place` is where its relative paths begin."""
    context = _context(given.one("context"), tool, place)
    outputs = tuple(output(value) for value in given.many("outputs"))
    arguments = tuple(argument(value) for value in given.many("build-args"))
    no_cache = given.toggle("no-cache")
    backend = _BACKENDS.get(tool)
    return Settings(
        dockerfile=_dockerfile(given.one("file"), context, tool, place),
        context=context,
        target=given.one("target"),
        platforms=given.many("platforms"),
        cache_from=tuple(cache(value, backend) for value in given.many("cache-from")),
        cache_to=(*[cache(value, backend) for value in given.many("cache-to")], *_inline(arguments)),
        no_cache=no_cache,
        no_cache_filters=given.many("no-cache-filters"),
        pull=given.toggle("pull"),
        pushes=_pushes(given, outputs),
        loads=_loads(given, outputs),
        outputs=outputs,
        tags=tuple(tag(value) for value in given.many("tags")),
        tags_known=not given.is_open("tags") and not any(value.unknown for value in given.many("tags")),
        build_args=arguments,
        build_contexts=tuple(argument(value) for value in given.many("build-contexts")),
        secrets=(*given.many("secrets"), *given.many("secret-envs"), *given.many("secret-files")),
        labels=tuple(argument(value) for value in given.many("labels")),
        annotations=tuple(argument(value) for value in given.many("annotations")),
        provenance=given.one("provenance"),
        sbom=given.one("sbom"),
        open=given.open,
    )


def options_of(value: Value) -> dict[str, Value]:
    """Read `type=gha,scope=x` into its options, by name in lower case; a part without `=` is left out."""
    found: dict[str, Value] = {}
    for part in value.split(","):
        text = part.traced.text.strip("'\"")
        name, equals, _ = text.partition("=")
        if equals and HOLE not in name:
            start = part.traced.text.index("=") + 1
            end = len(part.traced.text.rstrip("'\""))
            found[name.strip().lower()] = part.slice(start, max(start, end))
    return found


def cache(value: Value, backend: str | None = None) -> Cache:
    """Read an entry of `cache-from` or `cache-to`; a name alone is an image. `backend` is the tool's only one."""
    if backend is not None:
        return Cache(value, backend, {"ref": value})
    options = options_of(value)
    kind = options.pop("type", None)
    if kind is not None:
        return Cache(value, None if kind.text is None else kind.text.lower(), options)
    text = value.traced.text
    if "ref" in options:
        return Cache(value, "registry", options)
    if "=" in text or text.startswith(HOLE):
        return Cache(value, None, options)
    return Cache(value, "registry", {"ref": value})


def output(value: Value) -> Output:
    """Read an entry of `outputs`; a path alone is a folder, `-` a tar file to standard output."""
    options = options_of(value)
    kind = options.pop("type", None)
    if kind is not None:
        return Output(value, None if kind.text is None else kind.text.lower(), options)
    text = value.text
    return Output(value, None if text is None else "tar" if text == "-" else "local", {"dest": value})


def argument(value: Value) -> Argument:
    """Read `NAME=value`."""
    name, equals, _ = value.traced.text.partition("=")
    if not equals:
        return Argument(value, None)
    return Argument(value.slice(0, len(name)), value.slice(len(name) + 1, len(value.traced.text)))


def tag(value: Value) -> Tag:
    """Read the name of an image as a tag; what cannot be known of it stays as it is written."""
    text = value.traced.text
    slash = text.rfind("/")
    colon = text.find(":", slash + 1)
    if colon < 0:
        open_end = text.endswith(HOLE)  # which may hold the tag
        return Tag(value, TagKind.WRITTEN, None if open_end else "latest", None if value.unknown else value.shown)
    written = value.slice(colon + 1, len(text))
    return Tag(value, TagKind.WRITTEN, written.text, value.slice(0, colon).shown)


def _inline(arguments: Iterable[Argument]) -> tuple[Cache, ...]:
    """Return the inline cache that a build argument switches on."""
    return tuple(
        Cache(each.value, "inline", {})
        for each in arguments
        if each.name.text == _INLINE and each.value is not None and each.value.text not in {None, "", "0", "false"}
    )


def _pushes(given: Given, outputs: Sequence[Output]) -> Toggle:
    written = given.toggle("push")
    if written.state is Truth.TRUE:
        return written
    for each in outputs:
        push = each.options.get("push")
        if each.type == "registry" or (each.type == "image" and push is not None and push.truth() is Truth.TRUE):
            return Toggle(Truth.TRUE, each.value)
        if each.type is None or (push is not None and push.truth() is Truth.UNKNOWN):
            written = Toggle(written.state | Truth.UNKNOWN, written.value or each.value)
    return written


def _loads(given: Given, outputs: Sequence[Output]) -> Toggle:
    written = given.toggle("load")
    docker = next((each for each in outputs if each.type == "docker" and "dest" not in each.options), None)
    if docker is not None and written.state is not Truth.TRUE:
        return Toggle(Truth.TRUE, docker.value)
    return written


def _context(  # noqa: PLR0911 - one for each form
    value: Value | None, tool: Tool, place: Place
) -> Context:
    if value is None:
        if tool in _WITH_GIT_CONTEXT:
            return Context(ContextKind.GIT, ".")
        return Context(ContextKind.PATH, place.path("."))
    text = value.traced.text.strip()
    default = DEFAULT_CONTEXT.match(text)
    if default is not None:
        return Context(ContextKind.GIT, _inside_git(value, text[default.end() :]), value)
    if "github.repository" in value.references:
        return Context(ContextKind.GIT, _inside_git(value, text.partition("#")[2].partition(":")[2]), value)
    if text == "-":
        return Context(ContextKind.STDIN, None, value)
    if _REMOTE.match(text) or place.is_elsewhere(text):
        return Context(ContextKind.REMOTE, None, value)
    if HOLE in text:
        return Context(ContextKind.UNKNOWN, None, value)
    return Context(ContextKind.PATH, place.path(text), value)


_WITH_GIT_CONTEXT = frozenset({Tool.BUILD_PUSH_ACTION, Tool.GITHUB_BUILDER})


def _inside_git(value: Value, folder: str) -> str | None:
    if HOLE in folder or HOLE in value.traced.text.rpartition(":")[2]:
        return None
    path = posixpath.normpath(folder or ".")
    return None if path.startswith(("..", "/")) else path


def _dockerfile(value: Value | None, context: Context, tool: Tool, place: Place) -> DockerfileName:
    text = "Dockerfile" if value is None else value.text
    if text is None or (text.strip() == "-" and context.kind is not ContextKind.STDIN):
        return DockerfileName(None, value)
    name = text.strip()
    if value is not None and _begins_here(name, context, tool):
        return DockerfileName(place.path(name), value)
    if context.path is None:
        return DockerfileName(None, value)
    path = posixpath.normpath(posixpath.join(context.path, name))
    return DockerfileName(None if path.startswith(("..", "/")) else path, value)


def _begins_here(name: str, context: Context, tool: Tool) -> bool:
    """Whether a Dockerfile's path begins at the working directory, not at the context."""
    if tool in _KANIKO:
        # It looks in its working directory first; as it is mostly given one in the context, the name must say so.
        return context.path not in {None, "."} and name.removeprefix("./").startswith(f"{context.path}/")
    if context.kind is ContextKind.STDIN:
        return True
    return tool not in _BELOW_CONTEXT and context.kind in {ContextKind.PATH, ContextKind.UNKNOWN}


_KANIKO = frozenset({Tool.KANIKO, Tool.KANIKO_ACTION})
_BELOW_CONTEXT = frozenset(
    {
        Tool.BAKE_ACTION,
        Tool.BUILDX_BAKE,
        Tool.BAKE_FILE,
        Tool.COMPOSE_FILE,
        Tool.COMPOSE_BUILD,
    }
)
"""Tools to which a Dockerfile's path begins at the context, not at the working directory."""
