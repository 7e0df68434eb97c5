"""The double is held to GitHub's own description, and so are its clients."""

from __future__ import annotations

import tomllib
from pathlib import Path

import pytest
from graphql import parse, validate

from tests.support.github import contract
from tests.support.github.gql.execution import schema
from tests.support.github.gql.fields import FIELDS
from tests.support.github.gql.mutations import MUTATIONS
from tests.support.github.http import Client
from tests.support.github.service import ROUTES, GitHub

SCRIPTS = Path(__file__).parents[3] / "scripts"


def test_each_operation_is_carried_out() -> None:
    assert {each.name for each in contract.operations()} == ROUTES.keys()


def test_each_field_and_mutation_is_carried_out() -> None:
    types = {type_ for type_, _ in FIELDS}
    fields = {(name, field) for name in types for field in schema().type_map[name].fields}  # type: ignore[attr-defined]
    assert fields == FIELDS.keys()
    mutations = schema().mutation_type
    assert mutations is not None
    assert mutations.fields.keys() == MUTATIONS.keys()


def test_the_cut_is_of_the_versions_that_are_named() -> None:
    wanted = tomllib.loads((SCRIPTS / "github_contract.toml").read_text(encoding="utf-8"))
    openapi, graphql, webhooks = (f"{name} {version} (MIT)" for name, version in wanted["packages"].items())
    assert contract.document()["source"] == openapi
    assert contract.document()["operations"].keys() == set(wanted["rest"]["operations"])
    assert graphql in (contract.FOLDER / "schema.graphql").read_text(encoding="utf-8").partition("\n")[0]
    assert webhooks in (contract.FOLDER / "README.md").read_text(encoding="utf-8")
    assert {place.stem for place in (contract.FOLDER / "payloads").iterdir()} == wanted["payloads"].keys()


def test_the_documents_are_within_the_cut() -> None:
    assert validate(schema(), parse((SCRIPTS / "github_contract.graphql").read_text(encoding="utf-8"))) == []


@pytest.mark.parametrize(
    ("line", "body", "violation"),
    [
        ("POST /repos/octo/app/issues/7/comments", {"body": "x", "bodi": "x"}, "('bodi' was unexpected)"),
        ("POST /repos/octo/app/issues/7/comments", {"body": 1}, 'body.body: 1 is not of type "string"'),
        ("POST /repos/octo/app/issues/7/comments", None, "body: null is not of type"),
        ("GET /repos/octo/app/issues/7/comments?per-page=5", None, "there is no query parameter `per-page`"),
        ("GET /repos/octo/app/pulls?state=any", None, '"any" is not one of'),
        ("GET /repos/octo/app/pulls/seven", None, '"seven" is not of type "integer"'),
        ("GET /repos/octo/app/pulls/7", {"a": 1}, "takes no body"),
        ("GET /repos/octo/app/stargazers", None, "not among the operations of scripts/github_contract.toml"),
        (
            "POST /repos/octo/app/check-runs",
            {"name": "a", "head_sha": "b", "output": {"title": "c", "summary": "d", "annotations": [{}] * 51}},
            "has more than 50 items",
        ),
        (
            "POST /repos/octo/app/pulls/7/reviews",
            {"event": "COMMENT", "comments": [{"path": "a", "body": "b", "startline": 1}]},
            "body.comments[0]: Unevaluated properties are not allowed ('startline' was unexpected)",
        ),
    ],
)
@pytest.mark.usefixtures("repository")
def test_requests_that_are_not_as_described(
    hub: GitHub, client: Client, line: str, body: object, violation: str
) -> None:
    assert client.send(line, body).status_code in {404, 422}
    assert any(violation in each for each in hub.violations), hub.violations
    with pytest.raises(AssertionError, match="not as GitHub describes it"):
        hub.check()
    hub.violations.clear()


def test_documents_that_are_not_as_described(hub: GitHub, client: Client) -> None:
    assert "Cannot query field 'logn'" in client.graphql("{ viewer { logn } }")["errors"][0]["message"]
    assert "Syntax Error" in client.graphql("{ viewer {")["errors"][0]["message"]
    document = "query($o: String!) { repository(owner: $o, name: $o) { id } }"
    assert "Expected a value of non-null type 'String!'" in client.graphql(document)["errors"][0]["message"]
    assert len(hub.violations) == 3
    hub.violations.clear()


def test_answers_that_are_not_as_described() -> None:
    operation = contract.operation("get /repos/{owner}/{repo}/labels/{name}")
    label = contract.minimal("label")
    assert list(contract.answer_problems(operation, 200, label)) == []
    assert "('colour' was unexpected)" in "".join(contract.answer_problems(operation, 200, {**label, "colour": "0"}))
    del label["name"]
    assert '"name" is a required property' in "".join(contract.answer_problems(operation, 200, label))
    assert "is not among the answers described: 200, 404" in "".join(contract.answer_problems(operation, 201, label))
    assert "of type" in "".join(contract.answer_problems(operation, 404, {"message": 1}))


def test_a_violation_fails_the_test_that_causes_it(tmp_path: Path) -> None:
    def ask_for_nothing(folder: str, error: Exception | None) -> None:
        with GitHub(tmp_path / folder) as hub, Client(hub, None) as client:
            client.send("GET /nothing")
            if error:
                raise error

    with pytest.raises(AssertionError, match="not among the operations"):
        ask_for_nothing("a", None)
    with pytest.raises(ZeroDivisionError) as raised:
        ask_for_nothing("b", ZeroDivisionError())
    assert "not among the operations" in raised.value.__notes__[0]
