"""YAML as configuration needs it: small, plain and with the line of everything.

PyYAML only finds the structure; values are made here, because YAML 1.1 reads `off` as false and `1.10` as 1.1. Only
`true`, `false` and `null` (or nothing) are no text. What a configuration does not need and an attacker may (aliases
that multiply, tags that make objects, a key given twice) is an error.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, TypeVar

from msgspec import Struct, ValidationError, convert

from dockwright.errors import ConfigError
from dockwright.rule_names import closest, did_you_mean

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from dockwright.source import Source

LONGEST = 100_000
"""Characters; a longer file is no configuration."""

Where = tuple[str | int, ...]
"""The keys and indexes that lead to a value."""


_T = TypeVar("_T")
_STEP = re.compile(r"\.([^.\[`]+)|\[(\d+)\]")  # of the path in msgspec's message: `$.overrides[0].paths`
_TYPES = {
    "array": "a list",
    "bool": "true or false",
    "int": "a number",
    "null": "nothing",
    "object": "a mapping",
    "str": "text",
}
_TYPE = re.compile(rf"`((?:{'|'.join(_TYPES)})(?: \| (?:{'|'.join(_TYPES)}))*)`")


class Document(Struct, frozen=True):
    """A file's value, made of dict, list, str, bool and None, and the line of each value or of its key."""

    path: str
    value: object
    lines: Mapping[Where, int]

    def error(self, where: Where, message: str, *, help: str = "") -> ConfigError:  # noqa: A002 - as in Error
        """Make an error that names the file and the line of a value."""
        while where and where not in self.lines:
            where = where[:-1]
        return ConfigError(f"{self.path}:{self.lines.get(where, 1)}: {message}", help=help)

    def at(self, *where: str | int) -> object:
        """Return a value by the keys and indexes that lead to it; None if nothing is there."""
        value = self.value
        for step in where:
            if isinstance(value, dict) and isinstance(step, str):
                value = value.get(step)
            elif isinstance(value, list) and isinstance(step, int) and step < len(value):
                value = value[step]
            else:
                return None
        return value

    def check_keys(self, kind: type[Struct], *where: str | int) -> None:
        """Refuse keys that a struct does not have, with a better message than `convert` has.

        Raises:
            ConfigError: for the first such key.
        """
        mapping = self.at(*where)
        known = kind.__struct_encode_fields__
        for key in mapping if isinstance(mapping, dict) else ():
            if key not in known:
                question = did_you_mean(closest(key, known))
                raise self.error((*where, key), f"unknown key `{key}`{question}", help=f"Known: {', '.join(known)}.")

    def check_choice(self, choices: Sequence[str], *where: str | int) -> None:
        """Refuse a text that is none of the choices; what is no text is left to `convert`.

        Raises:
            ConfigError: naming the choices.
        """
        value = self.at(*where)
        if isinstance(value, str) and value not in choices:
            key = next(step for step in reversed(where) if isinstance(step, str))
            allowed = f"{', '.join(choices[:-1])} or {choices[-1]}"
            raise self.error(where, f"`{key}` is `{value}`; it may be {allowed}")

    def convert(self, kind: type[_T]) -> _T:
        """Make a struct of the value; a text of digits is a number where one is wanted.

        Raises:
            ConfigError: if a value has the wrong type.
        """
        try:
            return convert(self.value, kind, strict=False)
        except ValidationError as error:
            raise self._worded(str(error)) from error

    def _worded(self, error: str) -> ConfigError:
        """Say a message of msgspec's in YAML's words, with its line instead of its path."""
        message, _, place = error.partition(" - at `$")
        message = message.removeprefix("Object ")
        message = _TYPE.sub(lambda match: " or ".join(_TYPES[name] for name in match[1].split(" | ")), message)
        steps = [int(index) if index else key for key, index in _STEP.findall(place)]
        key = next((f"`{step}`: " for step in reversed(steps) if isinstance(step, str)), "")
        return self.error(tuple(steps), f"{key}{message[:1].lower()}{message[1:]}")


def read_yaml(source: Source) -> Document:
    """Read a file's text.

    Raises:
        ConfigError: if it is too long, no YAML, or YAML that a configuration must not have.
    """
    from yaml import MarkedYAMLError, SafeLoader, YAMLError, compose

    if len(source.text) > LONGEST:
        raise ConfigError(f"{source.path}: longer than {LONGEST:,} characters")
    try:
        root = compose(source.text, SafeLoader)
        reader = _Reader(source.path)
        value = None if root is None else reader.value(root, ())
    except MarkedYAMLError as error:
        line = error.problem_mark.line + 1 if error.problem_mark else 1
        raise ConfigError(f"{source.path}:{line}: no valid YAML: {error.problem or error.context}") from error
    except YAMLError as error:
        raise ConfigError(f"{source.path}: no valid YAML: it has characters that YAML does not allow") from error
    except RecursionError as error:
        raise ConfigError(f"{source.path}: nested too deeply") from error
    return Document(source.path, value, reader.lines)


class _Reader:
    """Turns PyYAML's nodes into values, and remembers their lines."""

    def __init__(self, path: str) -> None:
        self.path = path
        self.lines: dict[Where, int] = {}
        self._seen: set[int] = set()

    def value(self, node: Any, where: Where) -> object:  # noqa: ANN401 - PyYAML's nodes have no common type
        """Make the value of a node."""
        line = self.lines.setdefault(where, node.start_mark.line + 1)
        if id(node) in self._seen:
            raise ConfigError(f"{self.path}:{line}: anchors and aliases (`&`, `*`) are not supported here")
        self._seen.add(id(node))
        match node.id:
            case "mapping":
                return self._mapping(node, where)
            case "sequence":
                return [self.value(item, (*where, index)) for index, item in enumerate(node.value)]
            case _:
                return self._scalar(node)

    def _mapping(self, node: Any, where: Where) -> dict[str, object]:  # noqa: ANN401
        made: dict[str, object] = {}
        for key_node, value_node in node.value:
            if key_node.id != "scalar":
                raise self._error(key_node, "a key must be plain text")
            key = str(key_node.value)
            if key in made:
                raise self._error(key_node, f"`{key}` is given twice; only one of them can count")
            self.lines[(*where, key)] = key_node.start_mark.line + 1
            made[key] = self.value(value_node, (*where, key))
        return made

    def _scalar(self, node: Any) -> object:  # noqa: ANN401
        text = str(node.value)
        match node.tag.rpartition(":")[2]:
            case "null":
                return None
            case "bool" if text.lower() in {"true", "false"}:
                return text.lower() == "true"
            case "bool" | "float" | "int" | "merge" | "str" | "timestamp" | "value":
                return text
            case _:
                raise self._error(node, f"the tag `{node.tag}` is not supported here")

    def _error(self, node: Any, message: str) -> ConfigError:  # noqa: ANN401
        return ConfigError(f"{self.path}:{node.start_mark.line + 1}: {message}")
