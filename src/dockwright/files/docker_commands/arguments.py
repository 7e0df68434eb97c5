"""The words behind a command's name as settings."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dockwright.files.build import Tool
from dockwright.files.settings import Given
from dockwright.files.value import HOLE, Truth, Value, spelled

if TYPE_CHECKING:
    from collections.abc import Sequence

    from dockwright.files.docker_commands.options import Options
    from dockwright.shell import Command

_Values = dict[str, tuple[Value, ...]]


def read_arguments(options: Options, words: Sequence[tuple[Value, bool]]) -> tuple[Given, tuple[Value, ...]]:
    """Return options by the names of settings, and what stands beside them."""
    values: dict[str, list[Value]] = {}
    operands: list[Value] = []
    open_: set[str] = set()
    index = 0
    while index < len(words):
        word, several = words[index]
        text = word.traced.text
        name, equals, _ = text.partition("=")
        index += 1
        if several and not (index == len(words) and not operands):
            open_.add("*")
        elif text[:1] != "-" or text == "-":
            operands.append(word)
        elif HOLE in name:
            open_.add("*")
        elif name in options.switches:
            value = word.slice(len(name) + 1, len(text)) if equals else Value.of("true", word.written)
            values.setdefault(options.switches[name], []).append(value)
        elif name in options.settings or name in options.values or _short(options, name):
            setting = options.settings.get(name, options.settings.get(name[:2]) if _short(options, name) else None)
            attached = len(name) + 1 if equals and not _short(options, name) else 2 if _short(options, name) else 0
            if attached:
                value = word.slice(attached, len(text))
            else:
                value = words[index][0] if index < len(words) else word
                index += 1
            if setting is not None:
                values.setdefault(setting, []).append(value)
    return Given({key: tuple(each) for key, each in values.items()}, frozenset(open_)), tuple(operands)


def _short(options: Options, name: str) -> bool:
    """Whether a word is a short option with its value attached: `-tapp:1`."""
    return len(name) > 2 and name[1] != "-" and name[:2] in options.settings  # noqa: PLR2004 - dash and letter


def completed(
    tool: Tool, given: Given, operands: tuple[Value, ...], command: Command
) -> tuple[Given, tuple[Value, ...]]:
    """Turn what a tool says in its own way into settings."""
    values: _Values = {key: tuple(each) for key, each in given.values.items()}
    if tool in {Tool.PODMAN_BUILD, Tool.BUILDAH_BUILD} and "pull" in values:
        values["pull"] = tuple(_policy(value) for value in values["pull"])
    if tool is Tool.KANIKO:
        _complete_kaniko(values)
    elif tool not in {Tool.COMPOSE_BUILD, Tool.BUILDX_BAKE}:
        if operands:
            values["context"] = operands[-1:]
        operands = ()
        _complete_stdin(values, command)
    return Given(values, given.open), operands


def _policy(value: Value) -> Value:
    """Translate a policy of podman's `--pull`: `always` and `newer` ask the registry."""
    match value.text:
        case "always" | "newer" | "ifnewer":
            return Value.of("true", value.written)
        case "missing" | "never" | "ifmissing":
            return Value.of("false", value.written)
        case _:
            return value


def _complete_kaniko(values: _Values) -> None:
    values.pop("load", None)
    context = values.get("context")
    if context:
        text = context[-1].traced.text
        prefix = next((each for each in ("dir://", "file://") if text.startswith(each)), "")
        values["context"] = (context[-1].slice(len(prefix), len(text)),)
    no_push = values.pop("no-push", None)
    if not (no_push and no_push[-1].truth() is Truth.TRUE) and "tags" in values:
        unknown = no_push is not None and no_push[-1].truth() is Truth.UNKNOWN
        values["push"] = (Value.of(HOLE if unknown else "true", values["tags"][-1].written),)
    switch = values.pop("cache", None)
    if switch is not None and switch[-1].truth() is not Truth.FALSE:
        kept = values.get("cache-repo", switch)
        values["cache-from"] = values["cache-to"] = kept[-1:]


def _complete_stdin(values: _Values, command: Command) -> None:
    """With `docker build - < Dockerfile`, the Dockerfile comes from standard input."""
    context = values.get("context")
    if not context or context[-1].text != "-":
        return
    for each in command.redirections:
        if each.operator == "<" and each.target is not None and each.target.literal is not None:
            raw = each.target.raw
            values["file"] = (Value(spelled(each.target.literal, raw.span), raw.span),)
