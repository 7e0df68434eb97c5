"""GitHub's own description of its REST interface, and whether a request and its answer are what it says.

Stricter than the description in one respect: it leaves nearly every object open, so that a misspelt key would pass;
here an object has the described properties and no others.
"""

from __future__ import annotations

import json
import re
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import unquote

from jsonschema_rs import Draft202012Validator
from msgspec import Struct

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    Schema = dict[str, Any]

FOLDER = Path(__file__).parent / "contract"
GENERAL = frozenset({401, 403, 404, 422, 429, 500, 502, 503, 504})
"""What GitHub may answer to anything, described or not (docs.github.com: "Troubleshooting the REST API")."""

_ERROR = {"anyOf": [{"$ref": "#/$defs/basic-error"}, {"$ref": "#/$defs/validation-error-simple"}]}
_APPLICATORS = ("allOf", "anyOf", "oneOf")
_SEVERAL_SEGMENTS = ("path", "ref", "basehead")  # these parameters may have slashes


class Operation(Struct, frozen=True):
    """An operation of the interface.

    Attributes:
        name: its method and path: `get /repos/{owner}/{repo}`.
        pattern: what its path looks like, with a group for each parameter.
        described: the rest of the description.
    """

    name: str
    pattern: re.Pattern[str]
    described: Mapping[str, Any]

    @property
    def documentation(self) -> str:
        """The address that GitHub puts into errors."""
        return str(self.described["documentation"])


@cache
def document() -> dict[str, Any]:
    """Return the cut."""
    return json.loads((FOLDER / "rest.json").read_bytes())  # type: ignore[no-any-return]


@cache
def operations() -> tuple[Operation, ...]:
    """Return every operation, the ones with more fixed words in their path first."""
    rows = document()["operations"].items()
    found = [Operation(name, _pattern(name.partition(" ")[2]), described) for name, described in rows]
    return tuple(sorted(found, key=lambda each: (each.name.count("{") - each.name.count("/"), each.name)))


def _pattern(path: str) -> re.Pattern[str]:
    def group(match: re.Match[str]) -> str:
        return f"(?P<{match[1]}>{'.*' if match[1] in _SEVERAL_SEGMENTS else '[^/]+'})"

    return re.compile(re.sub(r"\{(\w+)\}", group, path))


def operation(name: str) -> Operation:
    """Return an operation by its name."""
    return next(each for each in operations() if each.name == name)


def find(method: str, path: str) -> tuple[Operation, dict[str, str]] | None:
    """Find the operation of a request, with its path's parameters."""
    for operation in operations():
        if operation.name.startswith(method.lower() + " ") and (match := operation.pattern.fullmatch(path)):
            return operation, {name: unquote(value) for name, value in match.groupdict().items()}
    return None


# --- validating -------------------------------------------------------------------------------------------------


def request_problems(
    operation: Operation, parameters: Mapping[str, str], query: Mapping[str, str], body: object
) -> Iterator[str]:
    """Yield what is wrong with a request, by the description."""
    known = {(each["in"], each["name"]): each for each in operation.described["parameters"]}
    for place, given in (("path", parameters), ("query", query)):
        for name, value in given.items():
            if (place, name) not in known:
                yield f"{operation.name}: there is no {place} parameter `{name}`"
            else:
                schema = known[place, name]["schema"]
                yield from _problems(f"{operation.name}: {name}", schema, _typed(value, schema.get("type")))
    for (place, name), parameter in known.items():
        if place == "query" and parameter.get("required") and name not in query:
            yield f"{operation.name}: the query parameter `{name}` is missing"
    schema = operation.described["body"]
    if body is not None and schema is None:
        yield f"{operation.name}: takes no body"
    elif body is not None or operation.described["body_required"]:
        yield from _problems(f"{operation.name}: body", schema, body)


def _typed(value: str, kind: object) -> object:
    if kind == "integer" and re.fullmatch(r"-?\d+", value):
        return int(value)
    if kind == "boolean" and value in {"true", "false"}:
        return value == "true"
    return value


def answer_problems(operation: Operation, status: int, body: object) -> Iterator[str]:
    """Yield what is wrong with an answer, by the description."""
    described = operation.described["responses"]
    name = f"the double: {operation.name}: {status}"
    if str(status) not in described and status not in GENERAL:
        yield f"{name} is not among the answers described: {', '.join(described)}"
    elif status >= 400:
        yield from _problems(name, described.get(str(status)) or _ERROR, body, closed=False)
    elif described[str(status)] is None:
        yield from [f"{name} has no body"] if body is not None else []
    else:
        yield from _problems(name, described[str(status)], body)


def _problems(what: str, schema: Schema, value: object, *, closed: bool = True) -> Iterator[str]:
    validator = _validator(json.dumps(schema, sort_keys=True), closed=closed)
    for error in validator.iter_errors(value):
        place = "".join(f".{each}" if isinstance(each, str) else f"[{each}]" for each in error.instance_path)
        yield f"{what}{place}: {error.message[:300]}"


@cache
def _validator(schema: str, *, closed: bool) -> Draft202012Validator:
    """Compile a schema; by its text, as the same one comes often."""
    whole = {**json.loads(schema), "$defs": definitions()}
    return Draft202012Validator(_close(whole) if closed else whole, validate_formats=True)


@cache
def definitions() -> dict[str, Schema]:
    """Return what the schemas refer to."""
    return document()["$defs"]  # type: ignore[no-any-return]


def _close(schema: Any, *, inside: bool = False) -> Any:  # noqa: ANN401 - JSON
    """Let objects have no other properties than the described; `inside` another schema for the same object, not."""
    if not isinstance(schema, dict):
        return schema
    closed = {key: _close_keyword(key, value) for key, value in schema.items()}
    if "properties" in schema and inside:
        closed.pop("additionalProperties", None)
    elif "properties" in schema and "additionalProperties" not in schema:
        closed["unevaluatedProperties"] = False
    return closed


def _close_keyword(key: str, value: Any) -> Any:  # noqa: ANN401 - JSON
    if key in {"properties", "$defs"}:
        return {name: _close(each) for name, each in value.items()}
    if key in _APPLICATORS:
        return [_close(each, inside="type" not in each) for each in value]
    return _close(value) if key in {"items", "additionalProperties"} else value


# --- examples ---------------------------------------------------------------------------------------------------


def minimal(name: str) -> dict[str, Any]:
    """Make the least object that a definition allows: what is required, with the first value that fits.

    Addresses lead nowhere, so that a test that follows one fails.
    """
    return json.loads(_minimal(name))  # type: ignore[no-any-return]


@cache
def _minimal(name: str) -> str:
    return json.dumps(example({**definitions()[name], "type": "object"}))


def example(schema: Schema) -> Any:  # noqa: ANN401 - JSON
    """Make the least value that a schema allows."""
    if "$ref" in schema:
        return example(definitions()[schema["$ref"].rpartition("/")[2]])
    for key in _APPLICATORS:
        if key in schema and "type" not in schema:
            return example(schema[key][0])
    if "enum" in schema:
        return schema["enum"][0]
    kind = schema.get("type", "object")
    if "null" in kind:
        return None
    if kind == "object":
        return {name: example(schema["properties"][name]) for name in schema.get("required", ())}
    texts = {"date-time": "2026-11-23T12:00:00Z", "uri": "https://github.invalid/"}
    return {"array": [], "boolean": False, "string": texts.get(schema.get("format", ""), "")}.get(kind, 0)
