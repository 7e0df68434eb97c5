"""Cut GitHub's own descriptions of its interface to what Dockwright uses: `tests/support/github/contract/`.

    scripts/github_contract.py [--check]

The double of GitHub in the tests holds every request and response to the cut. Sources, fetched by `npm pack` into a
temporary folder, in the versions that `github_contract.toml` names:
- GitHub's OpenAPI description: the operations listed there, as JSON Schema without prose -> `rest.json`;
- GitHub's GraphQL schema: the types, fields and inputs that `github_contract.graphql` touches -> `schema.graphql`;
- payloads of webhooks as GitHub sent them -> `payloads/`.
Everything that is kept is GitHub's, so the cut can refuse more than GitHub does, but accept nothing else; the few
corrections are listed, with their reason, in `github_contract.toml`. `--check` writes nothing and exits 1 if a file is
not what it would write.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import tarfile
import tempfile
import tomllib
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import graphql
from graphql import FieldDefinitionNode, GraphQLInputObjectType, TypeInfo, Visitor, parse

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from graphql import DocumentNode, FieldNode, GraphQLSchema, GraphQLType, Node

HERE = Path(__file__).parent
CONTRACT = HERE.parent / "tests" / "support" / "github" / "contract"
Json = Any  # a value of JSON

PROSE = frozenset("default deprecated description discriminator example examples externalDocs nullable title".split())
NAMED = ("properties", "patternProperties")  # keywords whose keys are names of the data


class ContractError(Exception):
    """What is wanted is not what GitHub describes."""


class Package:
    """An npm package, unpacked."""

    def __init__(self, name: str, version: str, folder: Path) -> None:
        command = ["npm", "pack", "--silent", f"{name}@{version}"]
        packed = subprocess.run(command, cwd=folder, stdout=subprocess.PIPE, text=True, check=True)
        self._place = folder / packed.stdout.split()[-1]
        licence = json.loads(self.read("package.json"))["license"]
        self.source = f"{name} {version} ({licence})"

    def read(self, path: str) -> str:
        """Read one of its files."""
        with tarfile.open(self._place) as archive:
            member = archive.extractfile(f"package/{path}")
            if member is None:
                raise ContractError(f"{path} is no file in {self._place.name}")
            return member.read().decode("utf-8")


# --- REST -------------------------------------------------------------------------------------------------------


def to_json_schema(schema: Json) -> Json:
    """Turn a schema of OpenAPI 3.0 into JSON Schema: no `nullable`, no prose."""
    if isinstance(schema, list):
        return [to_json_schema(each) for each in schema]
    if not isinstance(schema, dict):
        return schema
    if "$ref" in schema:
        return {"$ref": schema["$ref"].replace("#/components/schemas/", "#/$defs/")}
    kept = (key for key in schema if key not in PROSE and not key.startswith("x-"))
    plain = {key: _keyword(key, schema[key]) for key in kept}
    return _nullable(plain) if schema.get("nullable") else plain


def _keyword(key: str, value: Json) -> Json:
    if key in NAMED:
        return {name: to_json_schema(each) for name, each in value.items()}
    return value if key in {"enum", "required"} else to_json_schema(value)


def _nullable(schema: Json) -> Json:
    if "type" not in schema:
        return {"anyOf": [schema, {"type": "null"}]}
    allowed = {"enum": [*schema["enum"], None]} if None not in schema.get("enum", [None]) else {}
    return {**schema, **allowed, "type": [schema["type"], "null"]}


class Description:
    """GitHub's OpenAPI description."""

    def __init__(self, text: str) -> None:
        self._document: Json = json.loads(text)

    def operation(self, name: str) -> Json:
        """Return an operation, `get /path`: its parameters, and the schemas of its body and of its answers."""
        method, path = name.split(" ")
        item = self._document["paths"][path]
        operation = item[method]
        body = self._deref(operation.get("requestBody", {}))
        parameters = map(self._deref, [*item.get("parameters", []), *operation.get("parameters", [])])
        answers = {status: self._content(self._deref(each)) for status, each in operation["responses"].items()}
        return {
            "id": operation["operationId"],
            "documentation": operation["externalDocs"]["url"],
            "parameters": [
                {key: to_json_schema(each[key]) for key in ("name", "in", "required", "schema") if key in each}
                for each in parameters
            ],
            "body": self._content(body),
            "body_required": body.get("required", False),
            "responses": answers,
        }

    def definitions(self, root: Json) -> Json:
        """Return every definition that is reached from somewhere."""
        found: Json = {}
        waiting = [*_references(root)]
        while waiting:
            name = waiting.pop()
            if name not in found:
                found[name] = to_json_schema(self._document["components"]["schemas"][name])
                waiting += _references(found[name])
        return found

    def _deref(self, item: Json) -> Json:
        while "$ref" in item:
            _, _, kind, name = item["$ref"].split("/")
            item = self._document["components"][kind][name]
        return item

    def _content(self, item: Json) -> Json:
        """Return the schema of what is JSON; None if nothing is."""
        contents = item.get("content", {})
        kind = "application/json" if "application/json" in contents else next(iter(contents), "")
        return to_json_schema(contents[kind]["schema"]) if "json" in kind or "object" in kind else None


def _references(schema: Json) -> Iterator[str]:
    if isinstance(schema, dict):
        if isinstance(schema.get("$ref"), str):
            yield schema["$ref"].rpartition("/")[2]
        schema = list(schema.values())
    if isinstance(schema, list):
        for each in schema:
            yield from _references(each)


def cut_rest(package: Package, wanted: Mapping[str, Json]) -> str:
    """Cut the OpenAPI description; a line for each operation and definition, so that changes can be read."""
    description = Description(package.read("generated/api.github.com.json"))
    operations = {name: description.operation(name) for name in wanted["operations"]}
    definitions = description.definitions([*operations.values(), *_ERRORS])
    for name, schema in wanted["also"].items():
        operations[name]["body"] = {"anyOf": [operations[name]["body"], schema]}
    for place in wanted["nullable"]:
        _correct(definitions, place)
    parts = {
        "source": json.dumps(package.source),
        "corrections": _compact({key: wanted[key] for key in ("also", "nullable")}),
        "operations": _table(operations),
        "$defs": _table(definitions),
    }
    return "{\n" + ",\n".join(f"{json.dumps(key)}: {value}" for key, value in parts.items()) + "\n}\n"


def _correct(definitions: Json, place: str) -> None:
    """Let a property, `definition.property.property`, be null."""
    name, *keys, last = place.split(".")
    schema = definitions[name]
    for key in keys:
        schema = schema["properties"][key]
    old = schema["properties"][last]
    if "anyOf" in old or "null" in old.get("type", ""):
        raise ContractError(f"{place} may be null by now: remove the correction")
    schema["properties"][last] = _nullable(old)


# What GitHub answers when a request fails, whether or not the operation says so.
_ERRORS = [{"$ref": f"#/components/schemas/{name}"} for name in ("basic-error", "validation-error-simple")]


def _table(rows: Json) -> str:
    return "{\n" + ",\n".join(f" {json.dumps(key)}: {_compact(rows[key])}" for key in sorted(rows)) + "\n}"


def _compact(value: Json) -> str:
    return json.dumps(value, separators=(",", ":"), sort_keys=True)


# --- GraphQL ----------------------------------------------------------------------------------------------------


class Use(Visitor):
    """Collects what documents touch: the fields of each type, and every type by name."""

    def __init__(self, info: TypeInfo, schema: GraphQLSchema) -> None:
        super().__init__()
        self.info = info
        self.schema = schema
        self.fields: dict[str, set[str]] = {}
        self.types: set[str] = set()

    def enter_field(self, node: FieldNode, *_: Any) -> None:  # noqa: ANN401 - as the visitor calls it
        """Note a field, what it gives and what it takes."""
        parent, definition = self.info.get_parent_type(), self.info.get_field_def()
        if parent is None or definition is None or node.name.value.startswith("__"):
            return
        if definition.deprecation_reason is not None:
            raise ContractError(f"{parent}.{node.name.value}: {definition.deprecation_reason}")
        self.types.add(parent.name)
        self.fields.setdefault(parent.name, set()).add(node.name.value)
        self._take(definition.type)
        for argument in definition.args.values():
            self._take(argument.type)

    def _take(self, type_: GraphQLType) -> None:
        named = graphql.get_named_type(type_)
        if named.name in self.types or graphql.is_specified_scalar_type(named):
            return
        self.types.add(named.name)
        if isinstance(named, GraphQLInputObjectType):
            for field in named.fields.values():
                self._take(field.type)

    def complete(self) -> None:
        """Give the types that implement an interface the fields that are asked of it."""
        for name in [*self.types]:
            interface = self.schema.type_map[name]
            if graphql.is_abstract_type(interface):
                for each in self.schema.get_possible_types(interface):
                    self.types.add(each.name)
                    self.fields.setdefault(each.name, set()).update(self.fields.get(name, ()))


def cut_graphql(package: Package, documents: str) -> str:
    """Cut the GraphQL schema to what documents touch."""
    definitions = parse(package.read("schema.graphql"), no_location=True)
    schema = graphql.build_ast_schema(definitions, assume_valid=True, assume_valid_sdl=True)
    wanted = parse(documents)
    if problems := graphql.validate(schema, wanted):
        raise ContractError("\n\n".join(map(str, problems)))
    info = TypeInfo(schema)
    use = Use(info, schema)
    graphql.visit(wanted, graphql.TypeInfoVisitor(info, use))
    use.complete()
    kept = sorted(_kept(definitions, use), key=lambda each: each.partition("{")[0])
    return f"# cut from {package.source} by scripts/github_contract.py\n\n" + "\n\n".join(kept) + "\n"


def _kept(definitions: DocumentNode, use: Use) -> Iterator[str]:
    """Yield the definitions that are used, with the fields that are used."""
    for definition in definitions.definitions:
        name = getattr(getattr(definition, "name", None), "value", "")
        if name in use.types:
            yield graphql.print_ast(graphql.visit(definition, _Cut(use, name)))


class _Cut(Visitor):
    """Strips a type of descriptions, directives, fields that nobody asks for, and interfaces that nobody names."""

    def __init__(self, use: Use, name: str) -> None:
        super().__init__()
        self._types = use.types
        self._fields = use.fields.get(name, set())

    def enter(self, node: Node, *_: Any) -> Any:  # noqa: ANN401 - as it is called
        """Return what is to stand in place of a node."""
        if isinstance(node, FieldDefinitionNode) and node.name.value not in self._fields:
            return self.REMOVE
        changes: Json = {key: None for key in ("description", "directives") if getattr(node, key, None)}
        if interfaces := getattr(node, "interfaces", None):
            changes["interfaces"] = tuple(each for each in interfaces if each.name.value in self._types)
        return replace(node, **changes) if changes else None


# --- all of it --------------------------------------------------------------------------------------------------


def build(folder: Path) -> Iterator[tuple[str, str]]:
    """Yield the path and text of every file of the contract."""
    wanted = tomllib.loads((HERE / "github_contract.toml").read_text(encoding="utf-8"))
    openapi, schema, webhooks = (Package(name, version, folder) for name, version in wanted["packages"].items())
    yield "rest.json", cut_rest(openapi, wanted["rest"])
    yield "schema.graphql", cut_graphql(schema, (HERE / "github_contract.graphql").read_text(encoding="utf-8"))
    events = {each["name"]: each["examples"] for each in json.loads(webhooks.read("api.github.com/index.json"))}
    for name, (event, number) in wanted["payloads"].items():
        yield f"payloads/{name}.json", json.dumps(events[event][number], indent=1, ensure_ascii=False) + "\n"
    sources = "".join(f"- {each.source}\n" for each in (openapi, schema, webhooks))
    yield "README.md", f"{README}{sources}"
    yield "LICENSE-openapi", openapi.read("LICENSE")
    yield "LICENSE-graphql-schema", schema.read("LICENSE.md")


README = """\
# GitHub's own description of its interface, cut

Written by `scripts/github_contract.py`; do not edit. Sources, under the licences beside this file; the examples of
webhooks come without a text of theirs:

"""


def main() -> int:
    """Write the files, or compare them."""
    parser = argparse.ArgumentParser(description="Cut GitHub's descriptions to what is used.")
    parser.add_argument("--check", action="store_true", help="write nothing; exit 1 if a file would change")
    check = parser.parse_args().check
    with tempfile.TemporaryDirectory() as folder:
        files = {CONTRACT / path: text for path, text in build(Path(folder))}
    old = {place: place.read_text(encoding="utf-8") for place in CONTRACT.rglob("*") if place.is_file()}
    changed = sorted(place for place in files.keys() | old.keys() if files.get(place) != old.get(place))
    for place in changed:
        print("would change" if check else "changed", place.relative_to(CONTRACT))
        if not check and place in files:
            place.parent.mkdir(parents=True, exist_ok=True)
            place.write_text(files[place], encoding="utf-8")
        elif not check:
            place.unlink()
    return int(check and bool(changed))


if __name__ == "__main__":
    sys.exit(main())
