"""ShellCheck: what it is given to read, where its findings land, and what happens when it gives nonsense."""

from __future__ import annotations

import json
import os
import platform
import stat
import subprocess
import sys
from datetime import date
from textwrap import dedent
from typing import TYPE_CHECKING

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dockwright.checkout import start_shellcheck
from dockwright.config import Config
from dockwright.config.file import read_config
from dockwright.dockerfile import parse
from dockwright.errors import ConfigError, ShellCheckError
from dockwright.fix import fix
from dockwright.options import Options
from dockwright.project import MemoryTree, Project
from dockwright.review import review, rule_names
from dockwright.rule_names import RuleNames
from dockwright.shellcheck import ShellCheck, code_of, find_program
from dockwright.shellcheck.places import Places
from dockwright.shellcheck.program import Comment, Fix, Replacement, ask, version_of
from dockwright.shellcheck.scripts import checked_scripts, is_plain
from dockwright.source import Source, apply
from dockwright.traced import Traced
from tests.support.cli import dockwright

if TYPE_CHECKING:
    from pathlib import Path

    from dockwright.finding import Finding

PROGRAM = find_program(beside=sys.executable, path=os.environ.get("PATH", ""))
needs_shellcheck = pytest.mark.skipif(
    PROGRAM is None and not (os.environ.get("CI") and platform.machine() == "x86_64"),
    reason="ShellCheck is not installed; CI has it where there is a wheel",
)
EVERYTHING = "rules: {shellcheck: on}"


def config_of(text: str) -> Config:
    return read_config(Source("dockwright.yml", text), RuleNames(lambda: {"shellcheck": (), "syntax": ()}))


def findings(text: str, *, config: str = "") -> list[Finding]:
    """Review a Dockerfile with ShellCheck and without other rules."""
    assert PROGRAM is not None
    shellcheck = ShellCheck(PROGRAM)
    result = review(
        [Source("Dockerfile", dedent(text))],
        project=Project(MemoryTree(), date(2026, 11, 23)),
        config=config_of(config) if config else Config(),
        rules=(),
        shellcheck=shellcheck,
    )
    assert not result.broken_rules
    assert not shellcheck.notes
    return list(result.findings)


def told(text: str, *, config: str = "") -> list[tuple[str, int, str]]:
    """Return code, line and text of each finding."""
    return [(each.rule, each.span.first.line, each.span.text) for each in findings(text, config=config)]


def scripts(text: str) -> list[str]:
    return [each.text.text for each in checked_scripts(parse(Source("Dockerfile", dedent(text))))]


class TestWhatItReads:
    def test_a_run_is_joined_behind_the_name_of_its_shell(self) -> None:
        assert scripts("FROM debian\nRUN echo a \\\n  # why\n  && echo b\n") == [
            "# shellcheck shell=dash\necho a   && echo b\n"
        ]

    def test_what_docker_declares_is_exported_where_it_is_used(self) -> None:
        text = """\
            ARG global
            FROM alpine AS base
            ENV inherited=1
            FROM base
            ARG before=x
            RUN echo $inherited $before $after $global $http_proxy
            ARG after
            """
        assert scripts(text) == [
            (
                "# shellcheck shell=busybox\nexport before=1 http_proxy=1 inherited=1\n"
                "echo $inherited $before $after $global $http_proxy\n"
            )
        ]

    def test_a_directive_that_begins_a_script_stays_its_first(self) -> None:
        text = """\
            FROM debian
            ENV A=1
            RUN <<EOF
            #!/usr/bin/env bash
            # shellcheck disable=SC2086
            echo $A $1
            EOF
            """
        assert scripts(text) == [
            "# shellcheck shell=bash\n#!/usr/bin/env bash\n# shellcheck disable=SC2086\nexport A=1\necho $A $1\n\n"
        ]

    @pytest.mark.parametrize(
        ("lines", "dialect"),
        [
            ("FROM debian", "dash"),
            ("FROM node:22-alpine", "busybox"),
            ("FROM fedora", "bash"),
            ("FROM ghcr.io/acme/base", "sh"),
            ("FROM debian\nRUN ln -sf bash /bin/sh", "sh"),
            ('FROM debian\nSHELL ["/bin/bash", "-c"]', "bash"),
            ('FROM debian\nSHELL ["/bin/sh", "-e", "-c"]', "dash"),
            ('FROM alpine\nSHELL ["/bin/ash", "-c"]', "busybox"),
            ('FROM alpine\nSHELL ["/bin/ksh", "-c"]', "ksh"),
            ("FROM ghcr.io/acme/base\n# dockwright shell=/bin/bash the image has it", "bash"),
            ("FROM ghcr.io/acme/base\n# hadolint shell=dash\nRUN first $x", "dash"),
            ("FROM ghcr.io/acme/base\n# tally shell=dash\nRUN first $x", "dash"),
            ("# hadolint shell=bash\nARG A\nFROM a\nFROM ghcr.io/acme/base", "bash"),
            ("FROM a\n# hadolint shell=bash\nFROM ghcr.io/acme/base", "bash"),
            ("FROM a\n# hadolint shell=bash\nRUN first $x\nFROM ghcr.io/acme/base", "sh"),
            ("FROM a AS a\n# hadolint shell=bash\nRUN first $x\nFROM a", "bash"),
            ("FROM a\nRUN first $x \\\n# hadolint shell=bash\n  && second", "sh"),
            ('FROM a\n# hadolint shell=bash\nSHELL ["/bin/dash", "-c"]', "dash"),
        ],
    )
    def test_the_dialect_is_that_of_the_image_and_of_shell(self, lines: str, dialect: str) -> None:
        assert scripts(f"{lines}\nRUN last $x\n")[-1].startswith(f"# shellcheck shell={dialect}\n")

    @pytest.mark.parametrize(
        "text",
        [
            'FROM debian\nSHELL ["pwsh", "-c"]\nRUN x\n',
            'FROM debian\nSHELL ["zsh", "-c"]\nRUN x\n',
            "FROM mcr.microsoft.com/windows/servercore:ltsc2022\nRUN dir\n",
            "FROM debian\nRUN <<EOF\n#!/usr/bin/python3\nprint(1)\nEOF\n",
            'FROM debian\nRUN ["ls", "$x"]\n',
            "FROM debian\nRUN true " + "x" * 70_000 + "\n",
        ],
    )
    def test_what_it_cannot_read_is_left_out(self, text: str) -> None:
        assert scripts(text) == []

    def test_what_waits_in_onbuild_is_read(self) -> None:
        assert scripts("FROM debian\nONBUILD RUN echo $x\n") == ["# shellcheck shell=dash\necho $x\n"]


@needs_shellcheck
@settings(max_examples=30, deadline=None)
@given(
    st.lists(
        st.lists(
            st.sampled_from(
                "apt-get install -y --no-install-recommends a=1.2 pip3 curl -o /x/y && && make -j2 ./configure "
                "--prefix=/usr chmod 755 a.b:c,d%e@f+g cp -r . .. 1 { x".split()
            ),
            max_size=12,
        ),
        min_size=1,
        max_size=20,
    )
)
def test_of_what_is_plain_it_would_say_nothing(lines: list[list[str]]) -> None:
    assert PROGRAM is not None
    texts = [f"true {' '.join(words)} x".replace("&& &&", "&&").replace("true", "make") for words in lines]
    plain = [f"# shellcheck shell=bash\n{text}\n" for text in texts if is_plain(text)]
    assert [each.code for comments in ask(PROGRAM, plain) for each in comments if each.code != 2291] == []


@pytest.mark.parametrize(
    ("script", "expected"),
    [
        ("apt-get update && apt-get install -y a=1", True),
        ("make a && ./b c==1 -d=e\n/bin/f\n", True),
        ("", False),
        ("make && && make", False),
        ("&& make", False),
        ("make &&", False),
        ("make && A=1", False),
        ("make x &", False),
        ("make $x", False),
        ("A=1 make", False),
        ("make && cd x", False),
        ("echo a", False),
        ("make a; make b", False),
        ("# c", False),
        ("make 'a'", False),
        ("make é", False),
    ],
)
def test_what_is_plain(script: str, expected: bool) -> None:  # noqa: FBT001 - a table
    assert is_plain(script) is expected


@needs_shellcheck
class TestFindings:
    def test_they_are_on_the_characters_through_continuations_and_comments(self) -> None:
        text = """\
            FROM debian
            RUN export A=1 && \\
                # a comment
                cd /x; \\
                echo -e "é" && \\
                cat $bar
            """
        assert told(text) == [
            ("shellcheck:SC2164", 4, "cd /x"),
            ("shellcheck:SC3036", 5, "-e"),
            ("shellcheck:SC2154", 6, "$bar"),
        ]

    def test_a_word_that_is_continued_is_marked_whole(self) -> None:
        assert told("FROM debian\nRUN cat $no\\\nwhere\n") == [("shellcheck:SC2154", 2, "$no\\\nwhere")]

    def test_here_documents_are_read_as_what_runs_them(self) -> None:
        text = "FROM debian\nRUN <<-EOF\n\t#!/bin/bash\n\techo \"a\\nb\"\n\tEOF\nRUN <<EOF\necho 'a\\nb'\nEOF\n"
        assert told(text) == [("shellcheck:SC2028", 4, '"a\\nb"')]

    def test_what_the_file_declares_is_no_unknown_variable(self) -> None:
        assert told("FROM debian\nARG here\nENV there=1\nRUN cat $here $there $https_proxy\n") == []

    def test_the_list_in_a_variable_of_docker_may_be_split(self) -> None:
        assert told('FROM debian\nENV PKGS="a b"\nRUN apt-get install $PKGS\n', config=EVERYTHING) == []

    def test_bin_echo_is_not_the_shells(self) -> None:
        assert told("FROM debian\nRUN /bin/echo -e x\n", config=EVERYTHING) == []

    def test_a_cd_at_the_end_fails_the_script(self) -> None:
        assert told("FROM debian\nRUN true; cd x\n") == []
        assert told("FROM debian\nRUN cd x; true\n") == [("shellcheck:SC2164", 2, "cd x")]

    def test_what_depends_on_an_unknown_sh_is_not_told(self) -> None:
        assert told('FROM ghcr.io/acme/base\nRUN source x && [[ $1 == b ]] && echo "a\\nb"\n', config=EVERYTHING) == []

    def test_all_are_told_on_request(self) -> None:
        assert told("FROM debian\nRUN cat $1 `ls`\n") == []
        assert [each[0] for each in told("FROM debian\nRUN cat $1 `ls`\n", config=EVERYTHING)] == [
            "shellcheck:SC2086",
            "shellcheck:SC2006",
            "shellcheck:SC2046",
        ]
        assert told("FROM debian\nRUN cat $1 `ls`\n", config="rules: {SC2086: warning}") == [
            ("shellcheck:SC2086", 2, "$1")
        ]

    def test_a_code_is_left_out_by_the_configuration(self) -> None:
        text = "FROM debian\nRUN cat $nope\n"
        assert told(text) == [("shellcheck:SC2154", 2, "$nope")]
        assert told(text, config="shellcheck: {exclude: [SC2154]}") == []
        assert told(text, config="rules: {shellcheck: off}") == []
        assert told(text, config="rules: {all: off}") == []

    @pytest.mark.parametrize(
        "comment",
        [
            "# dockwright ignore=shellcheck:SC2154",
            "# dockwright ignore=SC2154",
            "# dockwright ignore=shellcheck",
            "# hadolint ignore=SC2154",
            "# shellcheck disable=SC2154",
        ],
    )
    def test_comments_ignore_them(self, comment: str) -> None:
        assert told(f"FROM debian\n{comment}\nRUN cat $nope\n") == []
        assert told(f"FROM debian\nRUN true \\\n{comment}\n  && cat $nope\n") == []

    def test_shellchecks_own_comments_work_in_here_documents(self) -> None:
        body = "# shellcheck disable=SC2154\ncat $nope\n"
        assert told(f"FROM debian\nRUN <<EOF\n{body}EOF\n") == []
        assert told(f"FROM debian\nENV nope2=1\nRUN <<EOF\n#!/bin/bash\n{body}cat $nope2 $nope\nEOF\n") == []

    def test_its_fixes_are_edits_of_the_file(self) -> None:
        assert PROGRAM is not None
        source = Source("Dockerfile", "FROM debian\nRUN cat \\\n  # é\n  $1 \\\n  `ls`\n")
        fixed = fix(
            [source],
            unsafe=True,
            project=Project(MemoryTree(), date(2026, 11, 23)),
            config=config_of(EVERYTHING),
            rules=(),
            shellcheck=ShellCheck(PROGRAM),
        )
        assert fixed.after["Dockerfile"].text == 'FROM debian\nRUN cat \\\n  # é\n  "$1" \\\n  $(ls)\n'

    def test_what_another_process_says_is_not_read_by_a_script(self) -> None:
        assert told("FROM debian\nRUN . ./0 && . /etc/passwd && source 1\n") == [
            ("shellcheck:SC3046", 2, "source 1"),
        ]


_WORDS = st.sampled_from(
    [
        "echo",
        "$x",
        '"$x"',
        "`ls`",
        "$(ls *)",
        "cd a",
        ";",
        "&&",
        "|",
        "\\\n",
        "\\\n# c\n",
        "é",
        "\t",
        " ",
        "'",
        '"',
        "<",
    ]
)


@needs_shellcheck
@settings(max_examples=40, deadline=None)
@given(st.lists(st.lists(_WORDS, min_size=1, max_size=12), min_size=1, max_size=8))
def test_a_finding_is_where_shellcheck_points(runs: list[list[str]]) -> None:
    """Whatever a RUN says, a finding's text, continuations taken out, is what ShellCheck has marked."""
    assert PROGRAM is not None
    text = "FROM debian\n" + "".join(f"RUN {' '.join(words)}\n" for words in runs)
    dockerfile = parse(Source("Dockerfile", text))
    read = list(checked_scripts(dockerfile))
    for script, comments in zip(read, ask(PROGRAM, [each.text.text for each in read]), strict=True):
        places, lines = Places(script.text), script.text.text.split("\n")
        for comment in comments:
            span = places.span(comment)
            if span is None or comment.line != comment.end_line or comment.column == comment.end_column:
                continue
            marked = lines[comment.line - 1][comment.column - 1 : comment.end_column - 1]
            assert any(each.span.start <= span.start <= span.end <= each.span.end for each in dockerfile.body)
            pieces = script.text.slice(0, len(script.text)).text
            assert marked in pieces
            if "\\\n" not in span.text:
                assert span.text == marked
            edits = places.fix(comment)
            if edits is not None:
                apply(text, edits.edits)


_HADOLINT = os.path.join(os.path.dirname(sys.executable), "hadolint")
_ELSEWHERE = {
    2028: "dash's `echo` does what this warns of not doing",
    2291: "repeated blanks are those of continued lines",
    3037: "which shell `sh` is, is known from the image",
}
"""What hadolint's ShellCheck says and ours does not, and why."""


@needs_shellcheck
@pytest.mark.skipif(not os.access(_HADOLINT, os.X_OK), reason="hadolint has no wheel for this machine")
@pytest.mark.parametrize("base", ["debian:13", "alpine:3.22", "ghcr.io/acme/base:1"])
@pytest.mark.parametrize(
    "run",
    [
        "cat $1 && ls",
        "cat `ls`",
        "true && \\\n  # why\n  rm -rf $(ls *)",
        'echo "a\\nb"',
        "echo -e a",
        "FOO=1",
        "cat $nope",
        "cd a; true",
        "A=$(date) true",
        "for f in $(ls); do echo $f; done",
        "echo 'it is $HOME'",
        "[ $1 = a ] && true",
        "echo a \\\n     b",
        ". ./env && source x",
    ],
)
def test_hadolint_says_nothing_more(tmp_path: Path, base: str, run: str) -> None:
    text = f"FROM {base}\nARG KNOWN\nRUN {run}\n"
    (tmp_path / "Dockerfile").write_text(text)
    command = [_HADOLINT, "--no-fail", "--format", "json", "--config", os.devnull, "Dockerfile"]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, check=True)
    theirs = {int(each["code"][2:]) for each in json.loads(done.stdout) if each["code"].startswith("SC")}
    ours = {int(each.rule[-4:]) for each in findings(text, config=EVERYTHING)}
    assert all(code in ours or code in _ELSEWHERE or code >= 3000 for code in theirs)


class TestPlaces:
    source = Source("Dockerfile", "RUN a \\\n  b\n")
    text = Traced.join(
        [
            Traced.made("made\n"),
            Traced.of(source.span(4, 6)),
            Traced.of(source.span(8, 11)),
            Traced.made("\n"),
        ]
    )

    def comment(self, *place: int, fix: Fix | None = None) -> Comment:
        line, column, end_line, end_column = place
        return Comment("f", line, column, end_line, end_column, "info", 2086, "m", fix)

    @pytest.mark.parametrize(
        ("place", "text"),
        [
            ((2, 1, 2, 2), "a"),
            ((2, 1, 2, 6), "a \\\n  b"),
            ((2, 5, 2, 5), "b"),
            ((2, 6, 2, 6), "b"),
            ((1, 1, 1, 3), None),
            ((1, 1, 2, 2), None),
            ((2, 3, 2, 2), None),
            ((9, 1, 9, 1), None),
            ((2, 40, 2, 41), None),
            ((0, 0, 0, 0), None),
            ((-1, -5, 2, 1), None),
        ],
    )
    def test_a_place_in_the_file_or_none(self, place: tuple[int, ...], text: str | None) -> None:
        span = Places(self.text).span(self.comment(*place))
        assert (None if span is None else span.text) == text

    @pytest.mark.parametrize(
        ("replacement", "after"),
        [
            (Replacement(2, 1, 2, 2, "x"), "RUN x \\\n  b\n"),
            (Replacement(2, 5, 2, 5, '"', "afterEnd"), 'RUN a \\\n  "b\n'),
            (Replacement(2, 3, 2, 3, '"', "afterEnd"), 'RUN a \\\n"  b\n'),
            (Replacement(2, 3, 2, 3, '"', "beforeStart"), 'RUN a "\\\n  b\n'),
            (Replacement(2, 1, 2, 6, "x"), None),
            (Replacement(1, 1, 1, 2, "x"), None),
            (Replacement(2, 1, 2, 2, "x\ny"), None),
            (Replacement(9, 1, 9, 2, "x"), None),
        ],
    )
    def test_an_edit_only_where_each_character_stands(self, replacement: Replacement, after: str | None) -> None:
        made = Places(self.text).fix(self.comment(2, 1, 2, 2, fix=Fix((replacement,))))
        assert (None if made is None else apply(self.source.text, made.edits)) == after

    def test_edits_that_meet_are_no_fix(self) -> None:
        both = Fix((Replacement(2, 1, 2, 2, "x"), Replacement(2, 1, 2, 3, "y")))
        assert Places(self.text).fix(self.comment(2, 1, 2, 2, fix=both)) is None


def program(folder: Path, script: str, *, version: str = "0.11.0") -> str:
    """Write a program that says a version, and otherwise does something."""
    path = folder / "shellcheck"
    path.write_text(f'#!/bin/sh\nif [ "$1" = --version ]; then echo "version: {version}"; exit; fi\n{script}\n')
    path.chmod(path.stat().st_mode | stat.S_IXUSR)
    return str(path)


class TestNonsense:
    @pytest.mark.parametrize(
        "answer",
        [
            "echo nonsense",
            "echo '[]'",
            "echo '{\"comments\": [{}]}'",
            "exit 4",
            "printf '\\377'",
            "echo no >&2; exit 3",
        ],
    )
    def test_is_a_note_and_the_review_goes_on(self, tmp_path: Path, answer: str) -> None:
        shellcheck = ShellCheck(program(tmp_path, answer))
        dockerfile = parse(Source("Dockerfile", "FROM debian\nRUN echo $x\n"))
        assert shellcheck.check([dockerfile]) == {}
        (note,) = shellcheck.notes
        assert note.startswith("ShellCheck gave no usable answer")
        assert note.endswith("; the review goes on without it.")

    def test_a_place_that_is_none_is_dropped(self, tmp_path: Path) -> None:
        answer = (
            'for last; do :; done; printf \'{"comments":[{"file":"%s","line":99,"endLine":99,"column":1,"endColumn":9,'
            '"level":"error","code":2154,"message":"m","fix":null},{"file":"/etc/passwd","line":1,"endLine":1,'
            '"column":1,"endColumn":2,"level":"error","code":2154,"message":"m","fix":null}]}\' "$last"'
        )
        dockerfile = parse(Source("Dockerfile", "FROM debian\nRUN echo $x\n"))
        assert ShellCheck(program(tmp_path, answer)).check([dockerfile]) == {dockerfile.source: ()}

    def test_it_sees_nothing_of_the_environment(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setenv("SHELLCHECK_OPTS", "--exclude=SC2154")
        monkeypatch.setenv("GITHUB_TOKEN", "secret")
        ask(program(tmp_path, f"/usr/bin/env > '{tmp_path}/seen'; echo '{{\"comments\": []}}'"), ["x"])
        seen = {line.partition("=")[0] for line in (tmp_path / "seen").read_text().splitlines()}
        assert seen <= {"LC_ALL", "PWD", "OLDPWD", "SHLVL", "_"}

    @pytest.mark.parametrize("version", ["0.7.2", "0.8.0"])
    def test_an_old_one_is_refused(self, tmp_path: Path, version: str) -> None:
        with pytest.raises(ShellCheckError, match="too old"):
            version_of(program(tmp_path, "", version=version))

    @pytest.mark.parametrize(("version", "dialect"), [("0.9.0", "sh"), ("0.10.0", "busybox"), ("0.11.0", "busybox")])
    def test_an_older_one_is_not_told_of_busybox(self, tmp_path: Path, version: str, dialect: str) -> None:
        answer = f"for last; do :; done; cat \"$last\" > '{tmp_path}/seen'; echo '{{\"comments\": []}}'"
        shellcheck = ShellCheck(program(tmp_path, answer, version=version))
        shellcheck.check([parse(Source("Dockerfile", "FROM alpine\nRUN echo $x\n"))])
        assert (tmp_path / "seen").read_text() == f"# shellcheck shell={dialect}\necho $x\n"

    def test_another_program_is_refused(self) -> None:
        with pytest.raises(ShellCheckError, match="does not say that it is ShellCheck"):
            version_of("/bin/true")
        with pytest.raises(ShellCheckError, match="cannot be run"):
            version_of("/nowhere/shellcheck")

    def test_one_process_reads_all_and_none_twice(self, tmp_path: Path) -> None:
        answer = f"echo x >> '{tmp_path}/calls'; echo '{{\"comments\": []}}'"
        shellcheck = ShellCheck(program(tmp_path, answer))
        files = [parse(Source(f"{number}/Dockerfile", f"FROM a\nRUN echo {number % 5}\n")) for number in range(50)]
        assert len(shellcheck.check(files)) == 50
        assert len(shellcheck.check(files)) == 50
        assert (tmp_path / "calls").read_text() == "x\n"


class TestNames:
    def test_it_is_found_beside_python_then_on_the_path(self, tmp_path: Path) -> None:
        beside, elsewhere = tmp_path / "bin", tmp_path / "other"
        beside.mkdir()
        elsewhere.mkdir()
        there = program(elsewhere, "")
        assert find_program(beside=str(beside / "python"), path=f"bin:{elsewhere}") == there
        here = program(beside, "")
        assert find_program(beside=str(beside / "python"), path=str(elsewhere)) == here

    def test_a_relative_folder_of_the_path_is_passed_over(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        program(tmp_path, "")
        monkeypatch.chdir(tmp_path)
        assert find_program(beside="/nowhere/python", path=".::") is None

    @pytest.mark.parametrize("name", ["SC2086", "sc2086", "shellcheck:SC2086", "hadolint:SC2086"])
    def test_a_code_has_its_names(self, name: str) -> None:
        assert rule_names().resolve(name) == ("shellcheck:SC2086",)

    def test_a_code_is_explained_by_the_name_of_its_page(self) -> None:
        code = code_of("shellcheck:SC2086")
        assert code is not None
        assert (code.title, code.enabled) == ("ShellCheck's SC2086", False)
        assert "https://www.shellcheck.net/wiki/SC2086" in code.page
        assert code_of("shellcheck:2086") is None

    @pytest.mark.parametrize(
        ("text", "expected"),
        [("", None), ("shellcheck: true", True), ("shellcheck: false", False), ("shellcheck: {exclude: []}", True)],
    )
    def test_the_configuration_asks_for_it(self, text: str, expected: bool | None) -> None:  # noqa: FBT001 - a table
        assert config_of(text).shellcheck is expected

    @pytest.mark.parametrize("text", ["shellcheck: {exclude: [syntax]}", "shellcheck: {exclude: [x]}", "shellcheck: 3"])
    def test_nonsense_in_the_configuration_is_told(self, text: str) -> None:
        with pytest.raises(ConfigError, match=r"dockwright\.yml:1: "):
            config_of(text)


class TestCommand:
    TEXT = "FROM debian:trixie-slim\nRUN cat $nope\n"

    @needs_shellcheck
    def test_it_is_asked_when_it_is_asked_for(self, tmp_path: Path) -> None:
        (tmp_path / "Dockerfile").write_text(self.TEXT)
        assert "SC2154" not in dockwright("review", "Dockerfile", cwd=tmp_path).out
        for form in ("text", "json", "sarif", "github", "markdown"):
            assert "SC2154" in dockwright("review", "--shellcheck", "Dockerfile", "--format", form, cwd=tmp_path).out
        (tmp_path / "dockwright.yml").write_text("shellcheck: true\n")
        assert "SC2154" in dockwright("review", cwd=tmp_path).out
        assert "SC2154" not in dockwright("review", "--no-shellcheck", cwd=tmp_path).out

    @needs_shellcheck
    def test_only_changed_lines_are_told(self, tmp_path: Path) -> None:
        folder = str(tmp_path)
        file = tmp_path / "Dockerfile"
        file.write_text("FROM debian:trixie-slim\nRUN cat $old \\\n  && true\n")
        git = ("git", "-C", folder, "-c", "user.name=a", "-c", "user.email=a@b.c")
        subprocess.run([*git, "init", "--quiet"], check=True)
        subprocess.run([*git, "add", "-A"], check=True)
        subprocess.run([*git, "commit", "--quiet", "-m", "x"], check=True)
        file.write_text("FROM debian:trixie-slim\nRUN cat $old \\\n  && cat $new\n")
        done = dockwright("review", "--shellcheck", "--base", "HEAD", "--format", "json", cwd=tmp_path)
        found = [(each["rule"], each["start"]["line"]) for each in json.loads(done.out)["findings"]]
        assert found == [("shellcheck:SC2154", 3)]

    def test_a_program_that_is_missing_is_told(self, tmp_path: Path) -> None:
        (tmp_path / "Dockerfile").write_text(self.TEXT)
        with pytest.raises(ShellCheckError, match="asked for, and is not installed"):
            start_shellcheck(Options(shellcheck=True), Config(), {"PATH": ""}, beside=str(tmp_path / "python"))
        assert start_shellcheck(Options(), Config(), {"PATH": ""}, beside=str(tmp_path / "python")) is None

    @pytest.mark.parametrize(("name", "text"), [("SC2086", "shellcheck.net/wiki/SC2086"), ("shellcheck", "scripts of")])
    def test_a_code_is_explained(self, tmp_path: Path, name: str, text: str) -> None:
        assert text in dockwright("explain", name, cwd=tmp_path).out
