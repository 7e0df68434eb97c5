from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from dockwright.arguments import (
    Compare,
    Explain,
    ListImages,
    ListRules,
    Review,
    Update,
    build_parser,
    outputs_of,
    read_arguments,
)
from dockwright.errors import UsageError
from dockwright.options import (
    COMPARE_HELP,
    HELP,
    UPDATE_HELP,
    Color,
    CompareOptions,
    DryRun,
    FailOn,
    Format,
    Options,
    Output,
    Profile,
    UpdateOptions,
)

if TYPE_CHECKING:
    from msgspec import Struct

TEXT, JSON, SARIF, GITHUB, MARKDOWN = Format.TEXT, Format.JSON, Format.SARIF, Format.GITHUB, Format.MARKDOWN


def test_a_review_without_arguments_has_the_options_defaults() -> None:
    assert read_arguments(["review"]) == Review(Options(), None)


def test_every_option() -> None:
    arguments = (
        "review a b --base main --no-only-changed-lines --fail-on never --diff --unsafe --config c.yml --target prod "
        "--profile strict --format text,sarif --output out.sarif --color always"
    )
    assert read_arguments(arguments.split()) == Review(
        Options(
            paths=("a", "b"),
            base="main",
            only_changed_lines=False,
            target="prod",
            config="c.yml",
            fail_on=FailOn.NEVER,
            profile=Profile.STRICT,
            diff=True,
            unsafe=True,
            outputs=(Output(TEXT), Output(SARIF, "out.sarif")),
            color=Color.ALWAYS,
        ),
        None,
    )


def test_an_update_without_arguments_has_the_options_defaults() -> None:
    assert read_arguments(["update"]) == Update(UpdateOptions())


def test_every_option_of_an_update() -> None:
    arguments = (
        "update a b --config c.yml --dry-run lookup --format json --output o.json --registry-cache d --color never"
    )
    assert read_arguments(arguments.split()) == Update(
        UpdateOptions(
            paths=("a", "b"),
            config="c.yml",
            dry_run=DryRun.LOOKUP,
            outputs=(Output(JSON, "o.json"),),
            registry_cache="d",
            color=Color.NEVER,
        )
    )
    assert read_arguments(["update", "--diff"]) == Update(UpdateOptions(diff=True))
    assert read_arguments(["update", "--write"]) == Update(UpdateOptions(write=True))


def test_every_option_of_a_comparison() -> None:
    arguments = (
        "compare a b --platform linux/amd64 --platform linux/arm64 --config c.yml --format markdown --output c.md "
        "--registry-cache d --color never"
    )
    assert read_arguments(arguments.split()) == Compare(
        CompareOptions(
            old="a",
            new="b",
            platform=("linux/amd64", "linux/arm64"),
            config="c.yml",
            outputs=(Output(MARKDOWN, "c.md"),),
            registry_cache="d",
            color=Color.NEVER,
        )
    )


@pytest.mark.parametrize(
    ("command", "options", "help_"),
    [("review", Options, HELP), ("update", UpdateOptions, UPDATE_HELP), ("compare", CompareOptions, COMPARE_HELP)],
)
def test_every_option_has_a_flag_of_its_name(command: str, options: type[Struct], help_: dict[str, str]) -> None:
    commands = next(action for action in build_parser()._actions if action.dest == "command")  # noqa: SLF001
    assert isinstance(commands.choices, dict)
    flags = {flag for action in commands.choices[command]._actions for flag in action.option_strings}  # noqa: SLF001
    fields = set(options.__struct_fields__) - {"paths", "old", "new", "outputs"}
    assert {f"--{field.replace('_', '-')}" for field in fields} <= flags
    assert set(help_) == set(options.__struct_fields__)


@pytest.mark.parametrize(
    ("arguments", "expected"),
    [
        (["rules"], ListRules(json=False)),
        (["rules", "--format", "json"], ListRules(json=True)),
        (["explain", "DL3007"], Explain("DL3007")),
        (["compare", "a", "b"], Compare(CompareOptions(old="a", new="b"))),
        (["images"], ListImages((".",), json=False)),
        (["images", "a", "b", "--format=json"], ListImages(("a", "b"), json=True)),
        (["review", "-", "--stdin-name", "x/Dockerfile"], Review(Options(paths=("-",)), "x/Dockerfile")),
    ],
)
def test_commands(arguments: list[str], expected: object) -> None:
    assert read_arguments(arguments) == expected


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ("", "the following arguments are required: COMMAND"),
        ("Dockerfile", "argument COMMAND: invalid choice: 'Dockerfile'"),
        ("review --fail-on some", "argument --fail-on: invalid choice: 'some'"),
        ("review --format xml", "`--format xml` is none of the formats"),
        ("review --format text,", "`--format text,` is none of the formats"),
        ("review --conf x", "unrecognized arguments: --conf"),
        ("review --fix --diff", "`--fix` changes files and `--diff` changes none"),
        ("review --unsafe", "`--unsafe` says which fixes count, and there is no `--fix` or `--diff`"),
        ("review - Dockerfile", "`-` is standard input, and nothing else can be reviewed with it"),
        ("review --stdin-name x", "`--stdin-name` names standard input, which is not reviewed"),
        ("review - --base main", "standard input has no history, and cannot be fixed in place"),
        ("review - --fix", "standard input has no history, and cannot be fixed in place"),
        ("review --output a --output b", "`--output a` has no format"),
        ("review --format json --output a --output b", "`--output b` has no format"),
        ("review --format json,text", "standard output would hold `json` and another format"),
        ("review --diff --format json", "standard output is the patch of `--diff`"),
        ("explain", "the following arguments are required: RULE"),
        ("compare a", "the following arguments are required: NEW"),
        ("compare a b --format github", "`--format github` is none of the formats"),
    ],
)
def test_arguments_that_make_no_sense(arguments: str, message: str) -> None:
    with pytest.raises(UsageError) as caught:
        read_arguments(arguments.split())
    assert str(caught.value).startswith(message)


@pytest.mark.parametrize(
    ("reports", "outputs"),
    [
        ([], [Output(TEXT)]),
        ([(JSON,)], [Output(JSON)]),
        ([(SARIF,), "a", (TEXT,)], [Output(SARIF, "a"), Output(TEXT)]),
        (["a", (SARIF,)], [Output(SARIF, "a")]),
        (["a"], [Output(TEXT, "a")]),
        ([(TEXT,), "a"], [Output(TEXT, "a")]),
        ([(TEXT, JSON), "a"], [Output(TEXT), Output(JSON, "a")]),
        ([(JSON,), "a", (SARIF,), "b"], [Output(JSON, "a"), Output(SARIF, "b")]),
        (["a", (JSON,), "b", (SARIF,)], [Output(JSON, "a"), Output(SARIF, "b")]),
        ([(TEXT, GITHUB, MARKDOWN)], [Output(TEXT), Output(GITHUB), Output(MARKDOWN)]),
        ([(JSON,), "-"], [Output(JSON)]),
    ],
)
def test_a_file_takes_the_format_next_to_it(reports: list[tuple[Format, ...] | str], outputs: list[Output]) -> None:
    assert outputs_of(reports) == tuple(outputs)


def test_one_format_in_two_files() -> None:
    assert outputs_of([(JSON,), "a", (JSON,), "b"]) == (Output(JSON, "a"), Output(JSON, "b"))
