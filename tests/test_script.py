"""Which shell runs an instruction, and what script it gets."""

from __future__ import annotations

from textwrap import dedent

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dockwright.dockerfile import Dockerfile, parse
from dockwright.dockerfile.script import commands_of, script_of, shell_of
from dockwright.shell import CMD, SH, Context, Dialect, Script, Shell
from dockwright.source import Source

PIPEFAIL = Shell("bash", Dialect.BASH, frozenset({"pipefail"}))
POWERSHELL = Shell("powershell", Dialect.POWERSHELL)


def parsed(text: str) -> Dockerfile:
    return parse(Source("Dockerfile", dedent(text)))


def last(text: str) -> Script:
    """Return the script of the last instruction."""
    dockerfile = parsed(text)
    return script_of(dockerfile, dockerfile.body[-1])


def words(script: Script) -> list[list[str]]:
    return [[word.text for word in command.words] for command in script.commands]


def shells(text: str) -> list[Shell]:
    """Return the shell of each RUN and ONBUILD."""
    dockerfile = parsed(text)
    return [shell_of(dockerfile, one) for one in dockerfile.instructions("RUN", "ONBUILD")]


# what is run ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("instruction", "expected"),
    [
        ("RUN a b", [["a", "b"]]),
        ("RUN --mount=type=cache,target=/x --network=none a b", [["a", "b"]]),
        ('RUN ["a", "b c"]', [["a", "b c"]]),
        ('RUN ["sh", "-c", "a | b"]', [["a"], ["b"]]),
        ("CMD a b", [["a", "b"]]),
        ('CMD ["a", "$X"]', [["a", "$X"]]),
        ('ENTRYPOINT ["/tini", "--", "a"]', [["/tini", "--", "a"]]),
        ("ENTRYPOINT exec a", [["exec", "a"]]),
        ("HEALTHCHECK --interval=5s CMD curl -f x || exit 1", [["curl", "-f", "x"], ["exit", "1"]]),
        ('HEALTHCHECK CMD ["a", "b"]', [["a", "b"]]),
        ("HEALTHCHECK NONE", []),
        ("ONBUILD RUN a && b", [["a"], ["b"]]),
        ("ONBUILD HEALTHCHECK CMD a", [["a"]]),
        ("ONBUILD COPY a b", []),
        ("COPY a b", []),
        ("ENV a=b", []),
        ("RUN", []),
    ],
)
def test_each_instruction_runs_its_commands(instruction: str, expected: list[list[str]]) -> None:
    assert words(last(f"FROM x\n{instruction}\n")) == expected


def test_the_script_is_joined_and_its_words_stand_in_the_file() -> None:
    dockerfile = parsed("""\
        FROM x
        RUN apt-get update \\
          # a comment
            && apt-get install -y \\

                cu\\
        rl
        """)
    script = script_of(dockerfile, dockerfile.body[1])
    assert [(word.text, word.span.first.line) for command in script.commands for word in command.words] == [
        ("apt-get", 2),
        ("update", 2),
        ("apt-get", 4),
        ("install", 4),
        ("-y", 4),
        ("curl", 6),
    ]
    assert script.commands[1].words[-1].span.text == "cu\\\nrl"


def test_a_trigger_and_its_onbuild_have_one_script() -> None:
    dockerfile = parsed("FROM x\nONBUILD RUN a\n")
    onbuild = dockerfile.body[1]
    assert onbuild.trigger is not None
    assert script_of(dockerfile, onbuild) is script_of(dockerfile, onbuild.trigger)
    assert commands_of(dockerfile, onbuild) is script_of(dockerfile, onbuild).commands


# here-documents ------------------------------------------------------------------------------------------------------


def heredoc(line: str, *body: str) -> Script:
    return last("\n".join(("FROM x", line, *body, "")))


def test_a_lone_here_document_is_the_script() -> None:
    script = heredoc("RUN <<EOF", "set -e", "a | b", "EOF")
    assert words(script) == [["set", "-e"], ["a"], ["b"]]
    assert script.shell == SH
    assert script.commands[1].span.first.line == 4
    assert script.commands[2].options == {"errexit"}


def test_quotes_of_the_delimiter_change_nothing() -> None:
    assert words(heredoc("RUN <<'EOF'", "a $X", "EOF")) == [["a", "$X"]]


def test_the_tabs_that_a_dash_drops_are_no_part_of_the_script() -> None:
    script = heredoc("RUN <<-EOF", "\t\ta 'b", "\tc'", "d", "\tEOF")
    assert script.text.text == "a 'b\nc'\nd\n"
    assert words(script) == [["a", "b\nc"], ["d"]]
    assert script.commands[0].words[1].span.text == "'b\n\tc'"


@pytest.mark.parametrize(
    ("first", "shell"),
    [
        ("#!/bin/bash -e", Shell("bash", Dialect.BASH, frozenset({"errexit"}))),
        ("#!/usr/bin/env bash", Shell("bash", Dialect.BASH)),
        ("#!/usr/bin/env -S bash -eo pipefail", Shell("bash", Dialect.BASH, frozenset({"errexit", "pipefail"}))),
        ("#!/usr/bin/env python3", Shell("python3", Dialect.OTHER)),
        ("#!", SH),
        ("# !/bin/bash", SH),
    ],
)
def test_a_shebang_names_the_interpreter(first: str, shell: Shell) -> None:
    script = heredoc("RUN <<EOF", first, "a | b", "EOF")
    assert script.shell == shell
    assert words(script) == ([["a"], ["b"]] if shell.dialect.bourne else [])


def test_a_shebang_counts_after_the_tabs_are_dropped() -> None:
    assert heredoc("RUN <<-EOF", "\t#!/bin/bash", "\ta", "EOF").shell.program == "bash"
    assert heredoc("RUN <<EOF", "\t#!/bin/bash", "\ta", "EOF").shell.program == "sh"


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("RUN python3 <<EOF", [["python3"]]),
        ("RUN <<EOF python3", [["python3"]]),
        ("RUN cat <<EOF > f && c", [["cat"], ["c"]]),
        ("RUN bash -e <<EOF", [["bash", "-e"], ["a"], ["b"]]),
        ("RUN <<EOF bash", [["bash"], ["a"], ["b"]]),
        ("RUN x && sh <<EOF && y", [["x"], ["sh"], ["a"], ["b"], ["y"]]),
    ],
)
def test_with_anything_beside_it_a_here_document_is_input(line: str, expected: list[list[str]]) -> None:
    script = heredoc(line, "a", "b", "EOF")
    assert words(script) == expected
    assert not script.error
    body = next(one.body for command in script.commands for one in command.redirections if one.body is not None)
    assert body.text == "a\nb\n"
    assert body.span is not None
    assert body.span.first.line == 3


def test_several_here_documents_belong_to_their_commands() -> None:
    script = heredoc("RUN cat <<A > a && cat <<B > b", "x", "A", "y z", "B")
    assert [(command.name, str(command.redirections[0].body)) for command in script.commands] == [
        ("cat", "Traced('x\\n')"),
        ("cat", "Traced('y z\\n')"),
    ]


def test_here_documents_may_end_lines_as_windows_does() -> None:
    script = heredoc("RUN cat <<EOF > f && c\r", "x\r", "EOF\r")
    assert words(script) == [["cat"], ["c"]]
    script = heredoc("RUN <<EOF\r", "a b\r", "c\r", "EOF\r")
    assert words(script) == [["a", "b"], ["c"]]


# shells --------------------------------------------------------------------------------------------------------------


def test_shell_holds_from_its_place_on_and_in_stages_built_upon() -> None:
    assert shells("""\
        FROM a AS first
        RUN x
        SHELL ["/bin/bash", "-o", "pipefail", "-c"]
        RUN x
        FROM b
        RUN x
        FROM FIRST AS third
        RUN x
        SHELL ["/bin/sh", "-c"]
        RUN x
        FROM third
        RUN x
        """) == [SH, PIPEFAIL, SH, PIPEFAIL, SH, SH]


def test_what_waits_in_an_onbuild_runs_with_the_last_shell_of_its_stage() -> None:
    assert shells("""\
        FROM a
        ONBUILD RUN x
        SHELL ["/bin/bash", "-o", "pipefail", "-c"]
        """) == [PIPEFAIL]


def test_options_of_shell_hold_in_the_script() -> None:
    script = last("""\
        FROM a
        SHELL ["/bin/bash", "-euo", "pipefail", "-c"]
        RUN a | b
        """)
    assert script.pipelines[0].options == {"errexit", "nounset", "pipefail"}


def test_exec_form_does_not_use_shell() -> None:
    script = last("""\
        FROM a
        SHELL ["/bin/bash", "-o", "pipefail", "-c"]
        RUN ["sh", "-c", "a | b"]
        """)
    assert script.shell == SH
    assert script.pipelines[0].options == frozenset()


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("FROM mcr.microsoft.com/windows/servercore:ltsc2022\nRUN x\n", CMD),
        ("FROM mcr.microsoft.com/windows:ltsc2019\nRUN x\n", CMD),
        ("FROM golang:1.25-nanoserver-ltsc2022\nRUN x\n", CMD),
        ("ARG TAG\nFROM mcr.microsoft.com/windows/nanoserver:${TAG}\nRUN x\n", CMD),
        ("ARG BASE=python:3.14-windowsservercore\nFROM $BASE\nRUN x\n", CMD),
        ("FROM --platform=windows/amd64 x\nRUN x\n", CMD),
        ("# escape=`\nFROM x\nRUN x\n", CMD),
        ("FROM x\nRUN x\n", SH),
        ("FROM mcr.microsoft.com/dotnet/sdk:10.0\nRUN x\n", SH),
        ('FROM x\nSHELL ["powershell", "-Command"]\nRUN x\n', POWERSHELL),
        ('FROM x\nSHELL ["pwsh", "-c"]\nRUN x\n', Shell("pwsh", Dialect.POWERSHELL)),
        ('FROM x\nSHELL ["cmd", "/S", "/C"]\nRUN x\n', CMD),
        ('FROM x\nSHELL ["conda", "run", "-n", "e", "/bin/bash", "-c"]\nRUN x\n', Shell("bash", Dialect.BASH)),
        ('FROM x\nSHELL ["python3", "-c"]\nRUN x\n', Shell("python3", Dialect.OTHER)),
        ("FROM x\nSHELL /bin/bash\nRUN x\n", SH),
    ],
)
def test_the_default_shell_is_that_of_the_platform(text: str, expected: Shell) -> None:
    assert shells(text) == [expected]


def test_other_languages_have_no_commands() -> None:
    script = last('FROM x\nSHELL ["powershell", "-Command"]\nRUN Get-Item x | Remove-Item\n')
    assert script.commands == ()
    assert script.text.text == "Get-Item x | Remove-Item"
    assert script.shell == POWERSHELL


def test_windows_runs_here_documents_as_cmd_whatever_their_first_line() -> None:
    assert last("FROM nanoserver\nRUN <<EOF\n#!/bin/bash\na\nEOF\n").shell == CMD


def test_a_stage_built_on_a_windows_stage_is_windows() -> None:
    assert shells("FROM nanoserver AS a\nFROM a\nRUN x\n") == [CMD]


# places --------------------------------------------------------------------------------------------------------------


def test_scripts_within_a_script_stand_in_the_file_too() -> None:
    script = last('FROM x\nCMD ["bash", "-c", "exec \\"$X\\" \\\n  && b"]\n')
    assert script.shell.dialect is Dialect.BASH
    assert words(script) == [["exec", "$X"], ["b"]]
    assert script.commands[1].span.first.line == 3


def test_a_nested_script_says_so() -> None:
    script = last("FROM x\nRUN su - app -c 'a | b'\n")
    assert [command.context for command in script.commands] == [Context.NONE, Context.NESTED, Context.NESTED]
    assert script.pipelines[0].span.text == "a | b"


_lines = st.sampled_from(
    [
        "FROM a",
        "FROM b AS c",
        "FROM c",
        "RUN a | b",
        "RUN a \\",
        "  && b",
        "# c",
        "",
        "RUN <<E",
        "RUN cat <<E <<F",
        "E",
        "F",
        "\tE",
        "RUN <<-E sh",
        'RUN ["a","b"]',
        'CMD ["sh","-c","a \\"b\\""]',
        'SHELL ["bash","-o","pipefail","-c"]',
        "SHELL x",
        "ONBUILD RUN a",
        "ONBUILD SHELL x",
        "HEALTHCHECK CMD a",
        "RUN sh -c 'a \\",
        "b'",
        "RUN \udcff é",
    ]
)


@given(st.lists(_lines, max_size=12).map("\n".join))
def test_every_script_of_any_file_can_be_read(text: str) -> None:
    dockerfile = parse(Source("Dockerfile", text))
    for instruction in dockerfile.body:
        for command in script_of(dockerfile, instruction).commands:
            assert command.span.text
            for word in command.words:
                for start, span in zip(word.raw.starts, word.raw.spans, strict=True):
                    assert span is not None
                    assert instruction.span.start <= span.start <= span.end <= instruction.span.end, start


def test_a_file_of_more_script_than_is_meant_is_given_up() -> None:
    dockerfile = parse(Source("Dockerfile", "FROM a\n" + ("RUN " + "echo a; " * 4_000 + "\n") * 10))
    scripts = [script_of(dockerfile, instruction) for instruction in dockerfile.instructions("RUN")]
    assert not scripts[0].error
    assert len(scripts[0].commands) == 4_000
    assert scripts[-1].error
    assert scripts[-1].commands == ()
