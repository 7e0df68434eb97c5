"""Carrying out a document of GraphQL, and telling errors as GitHub does."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, Any

from graphql import (
    GraphQLError,
    OperationType,
    build_schema,
    execute_sync,
    get_operation_ast,
    parse,
    validate,
)

from tests.support.github.contract import FOLDER
from tests.support.github.gql.asking import Asker, Problem
from tests.support.github.gql.fields import FIELDS, type_name
from tests.support.github.gql.mutations import MUTATIONS
from tests.support.github.messages import Reply

if TYPE_CHECKING:
    from graphql import DocumentNode, GraphQLResolveInfo, GraphQLSchema

    Json = dict[str, Any]


@cache
def schema() -> GraphQLSchema:
    """Return the cut schema."""
    return build_schema((FOLDER / "schema.graphql").read_text(encoding="utf-8"))


@cache
def _document(text: str) -> DocumentNode | tuple[GraphQLError, ...]:
    """Read a document; return what is wrong with it, if anything is."""
    try:
        document = parse(text)
    except GraphQLError as error:
        return (error,)
    return tuple(validate(schema(), document)) or document


def writes(body: Json) -> bool:
    """Whether a request would change something."""
    document = _document(str(body.get("query")))
    operation = None if isinstance(document, tuple) else get_operation_ast(document, body.get("operationName"))
    return operation is not None and operation.operation is OperationType.MUTATION


def carry_out(asker: Asker, body: Json) -> tuple[Reply, list[str]]:
    """Answer a request; the second part is how it, or the double, breaks the schema."""
    document = _document(str(body.get("query")))
    strange = [f"GraphQL: the request has a `{key}`" for key in body.keys() - {"query", "variables", "operationName"}]
    if isinstance(document, tuple):
        return _failed(None, document), [*strange, *(f"GraphQL: {error}" for error in document)]
    result = execute_sync(
        schema(),
        document,
        variable_values=body.get("variables"),
        operation_name=body.get("operationName"),
        context_value=asker,
        field_resolver=_resolve,
        type_resolver=lambda thing, *_: type_name(thing),
    )
    errors = tuple(result.errors or ())
    strange += [f"GraphQL: {error}" for error in errors if not isinstance(error.original_error, Problem)]
    return _failed(result.data, errors) if errors else Reply(200, {"data": result.data}), strange


def _resolve(thing: Any, info: GraphQLResolveInfo[Asker], **arguments: Any) -> Any:  # noqa: ANN401 - whatever it is
    if info.parent_type.name == "Mutation":
        given = arguments["input"]
        return {**MUTATIONS[info.field_name](info.context, given), "clientMutationId": given.get("clientMutationId")}
    if isinstance(thing, dict):
        return thing[info.field_name]
    return FIELDS[info.parent_type.name, info.field_name](thing, info.context, **arguments)


def _failed(data: Any, errors: tuple[GraphQLError, ...]) -> Reply:  # noqa: ANN401 - JSON
    shown = [_show(error) for error in errors]
    return Reply(200, {"errors": shown} if data is None and not errors[0].path else {"data": data, "errors": shown})


def _show(error: GraphQLError) -> Json:
    cause = error.original_error
    kind = {"type": cause.kind} if isinstance(cause, Problem) else {}
    where = [{"line": each.line, "column": each.column} for each in error.locations or ()]
    return {**kind, "path": error.path or ["query"], "locations": where, "message": error.message}
