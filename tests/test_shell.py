"""Shell text to commands, pipelines, words and redirections."""

from __future__ import annotations

import shlex
import shutil
import subprocess
from typing import TYPE_CHECKING

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dockwright.shell import (
    CMD,
    SH,
    Command,
    Context,
    Dialect,
    Part,
    Script,
    Shell,
    Word,
    invocation,
    parse_exec,
    parse_script,
)
from dockwright.source import Source
from dockwright.traced import Traced

if TYPE_CHECKING:
    from collections.abc import Sequence

BASH = Shell("bash", Dialect.BASH)


def traced(text: str) -> Traced:
    return Traced.of(Source("run.sh", text).span(0, len(text)))


def script(text: str) -> Script:
    return parse_script(traced(text))


def only(text: str) -> Command:
    (command,) = script(text).commands
    return command


def continued(pieces: Sequence[str], between: str = "\\\n") -> Traced:
    """Return the text that a Dockerfile's lines give when they are joined at their continuations."""
    source = Source("Dockerfile", between.join(pieces))
    parts, offset = [], 0
    for piece in pieces:
        parts.append(Traced.of(source.span(offset, offset + len(piece))))
        offset += len(piece) + len(between)
    return Traced.join(parts)


def texts(command: Command) -> list[str]:
    return [word.text for word in command.words]


def names(text: str) -> list[str | None]:
    return [command.name for command in script(text).commands]


def pipelines(text: str) -> list[list[list[str | None]]]:
    return [[[one.name for one in element] for element in found.elements] for found in script(text).pipelines]


# words ---------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("raw", "text", "literal"),
    [
        ("plain", "plain", "plain"),
        ("'single $X'", "single $X", "single $X"),
        ('"double"', "double", "double"),
        ('""', "", ""),
        ("''", "", ""),
        (r"a\ b", "a b", "a b"),
        (r'"\"\\\a"', r'"\\a', r'"\\a'),
        ("it\"'\"s'!'", "it's!", "it's!"),
        ("--opt='a b'", "--opt=a b", "--opt=a b"),
        ("$X", "$X", None),
        ('"$X"/y', "$X/y", None),
        ("${X:-y}", "${X:-y}", None),
        ("$(b)", "$(b)", None),
        ("`b`", "`b`", None),
        ("*.txt", "*.txt", None),
        (r"\*.txt", "*.txt", "*.txt"),
        ("'*'.txt", "*.txt", "*.txt"),
        ("pkg[extra]", "pkg[extra]", None),
        ("[", "[", "["),
        ("~/x", "~/x", None),
        ("x~", "x~", "x~"),
        ("lib{a,b}", "lib{a,b}", None),
        ("{1..3}", "{1..3}", None),
        ("{}", "{}", "{}"),
        ("$'a'", "a", "a"),
        (r"$'\n'", r"\n", None),
        ("-30", "-30", "-30"),
        ("h\u00e9llo", "h\u00e9llo", "h\u00e9llo"),
        ("a\udcffb", "a\udcffb", "a\udcffb"),
        ("a\u3000b", "a\u3000b", "a\u3000b"),
        ("a\x0bb", "a\x0bb", "a\x0bb"),
        ("a\x00b", "a\x00b", "a\x00b"),
    ],
)
def test_a_word_has_its_value(raw: str, text: str, literal: str | None) -> None:
    word = next(iter(script(f"cmd x {raw} y").commands)).words[2]
    assert (word.raw.text, word.text, word.literal) == (raw, text, literal)


def test_parts_name_the_variables_so_that_they_can_be_resolved() -> None:
    word = only('cmd pkg="${VERSION}"-$SUFFIX${X:-1}').words[1]
    assert word.parts == (
        Part("pkg="),
        Part("${VERSION}", known=False, quoted=True, variable="VERSION"),
        Part("-"),
        Part("$SUFFIX", known=False, variable="SUFFIX"),
        Part("${X:-1}", known=False),
    )
    assert word.resolve({"VERSION": "1.2", "SUFFIX": "r0"}) is None
    assert only("cmd a$V").words[1].resolve({"V": "1"}) == "a1"
    assert only("cmd a").words[1].resolve({}) == "a"


def test_blanks_between_expansions_in_quotes_are_kept() -> None:
    assert [part.text for part in only('cmd " $a  $b "').words[1].parts] == [" ", "$a", "  ", "$b", " "]


def test_words_know_where_they_stand_through_continuations() -> None:
    text = continued(["apt-get install ", "  cu", "rl 'a ", "b'"])
    (command,) = parse_script(text).commands
    assert [(word.text, word.span.text) for word in command.words] == [
        ("apt-get", "apt-get"),
        ("install", "install"),
        ("curl", "cu\\\nrl"),
        ("a b", "'a \\\nb'"),
    ]


def test_an_escaped_line_end_within_a_word_does_not_end_it() -> None:
    command = only("install cu\\\nrl \\\n git")
    assert texts(command) == ["install", "curl", "git"]
    assert command.words[1].span.text == "cu\\\nrl"


# commands ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("a && b || c; d & e", ["''a&&", "&&b||", "||c;", ";d&", "&e''"]),
        ("a\nb\n\n# c\nd", ["''a;", ";b;", ";d''"]),
        ("a | b |& c", ["''a|", "|b|&", "|&c''"]),
        ("x && { a; b; } && c", ["''x&&", "&&a;", ";b&&", "&&c''"]),
        ("(a; b) || c", ["''a;", ";b||", "||c''"]),
        ("if a; then b; else c; fi; d", ["''a;", "''b;", "''c;", ";d''"]),
        ("a $(b; c) && d", ["''a&&", "''b;", ";c''", "&&d''"]),
        ("cat <<E && b\nx\nE\nc", ["''cat&&", "&&b;", ";c''"]),
        ("case $x in a|b) c;; *) d | e;; esac", ["''c;", "''d|", "|e;"]),
    ],
)
def test_operators_join_commands(text: str, expected: list[str]) -> None:
    assert [f"{one.before or chr(39) * 2}{one.name}{one.after or chr(39) * 2}" for one in script(text).commands] == (
        expected
    )


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("(a)", Context.SUBSHELL),
        ("{ a; }", Context.NONE),
        ("x=$(a)", Context.SUBSTITUTION),
        ("x=`a`", Context.SUBSTITUTION),
        ('x="$(a)"', Context.SUBSTITUTION),
        ("x=${y:-$(a)}", Context.SUBSTITUTION),
        ("x=$(( $(a) + 1 ))", Context.SUBSTITUTION),
        ("for i in $(a); do :; done", Context.LOOP | Context.SUBSTITUTION),
        ("cat <(a)", Context.SUBSTITUTION),
        ("cat <<E\n$(a)\nE", Context.SUBSTITUTION),
        ("if a; then :; fi", Context.CONDITION),
        ("if :; then a; fi", Context.BRANCH),
        ("if :; then :; elif a; then :; fi", Context.CONDITION),
        ("if :; then :; else a; fi", Context.BRANCH),
        ("while a; do :; done", Context.CONDITION),
        ("until :; do a; done", Context.LOOP),
        ("for i in b c; do a; done", Context.LOOP),
        ("for ((i = 0; i < 3; i++)); do a; done", Context.LOOP),
        ("case x in b) a;; esac", Context.BRANCH),
        ("f() { a; }", Context.FUNCTION),
        ("f() (a)", Context.FUNCTION | Context.SUBSHELL),
        ("if (a); then :; fi", Context.CONDITION | Context.SUBSHELL),
        ("sh -c 'a'", Context.NESTED),
    ],
)
def test_a_command_knows_what_it_stands_in(text: str, expected: Context) -> None:
    (found,) = [command for command in script(text).commands if command.name == "a"]
    assert found.context == expected


def test_context_has_short_questions() -> None:
    first, second = script("if a; then (b); fi").commands
    assert (first.in_condition, first.in_subshell) == (True, False)
    assert (second.in_condition, second.in_subshell) == (False, True)


@pytest.mark.parametrize(
    ("text", "name", "wrappers", "arguments"),
    [
        ("apt-get update", "apt-get", (), ["update"]),
        ("/usr/bin/apt-get update", "apt-get", (), ["update"]),
        ("X=1 apt-get update", "apt-get", (), ["update"]),
        ("sudo apt-get update", "apt-get", ("sudo",), ["update"]),
        ("sudo -E -u root X=1 apt-get update", "apt-get", ("sudo",), ["update"]),
        ("sudo -Eu root -- apt-get update", "apt-get", ("sudo",), ["update"]),
        ("sudo -uroot apt-get update", "apt-get", ("sudo",), ["update"]),
        ("env -i X=1 Y=$Z apt-get update", "apt-get", ("env",), ["update"]),
        ("env X=1 sudo nice -n 5 apt-get update", "apt-get", ("env", "sudo", "nice"), ["update"]),
        ("command apt-get update", "apt-get", ("command",), ["update"]),
        ("command -v apt-get", "command", (), ["-v", "apt-get"]),
        ("exec -a x apt-get update", "apt-get", ("exec",), ["update"]),
        ("time -p apt-get update", "apt-get", ("time",), ["update"]),
        ("timeout -k 5 60 apt-get update", "apt-get", ("timeout",), ["update"]),
        ("gosu postgres initdb -D x", "initdb", ("gosu",), ["-D", "x"]),
        ("xargs -n 1 -- apt-get install", "apt-get", ("xargs",), ["install"]),
        ("xargs", "xargs", (), []),
        ("env", "env", (), []),
        ("env X=1", "env", (), ["X=1"]),
        ("sudo -l", "sudo", (), ["-l"]),
        ("exec > log", "exec", (), []),
        ("$CMD update", None, (), []),
        ("sudo $CMD update", None, ("sudo",), []),
        ("chroot /mnt apt-get update", "chroot", (), ["/mnt", "apt-get", "update"]),
        ("X=1", None, (), []),
        ("> log", None, (), []),
    ],
)
def test_the_name_is_that_of_the_command_behind_wrappers(
    text: str, name: str | None, wrappers: tuple[str, ...], arguments: list[str]
) -> None:
    command = only(text)
    assert (command.name, command.wrappers, [word.text for word in command.arguments]) == (name, wrappers, arguments)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("X=1 Y='a b' cmd", [("X", "1"), ("Y", "a b")]),
        ("X=$Y", [("X", "$Y")]),
        ("X=", [("X", "")]),
        ("X+=a", [("X", "a")]),
        ("A[0]=x", [("A[0]", "x")]),
        ("env X=1 Y=2 cmd", [("X", "1"), ("Y", "2")]),
        ("export X=1 Y Z='3'", [("X", "1"), ("Z", "3")]),
        ("a=(1 2) cmd", [("a", "(1 2)")]),
        ("cmd X=1", []),
    ],
)
def test_assignments(text: str, expected: list[tuple[str, str]]) -> None:
    found = only(text).assignments
    assert [(one.name, one.value.text) for one in found] == expected
    assert all(one.word.raw.text.endswith(one.value.raw.text) for one in found)


def test_a_name_in_quotes_assigns_only_for_env() -> None:
    assert [one.name for one in only("env 'X'=1 cmd").assignments] == []
    assert only("env 'X'=1 cmd").name == "cmd"


def test_an_appending_assignment_says_so() -> None:
    assert [one.appends for one in only("X+=a Y=b").assignments] == [True, False]


def test_the_value_of_an_assignment_may_be_unknown() -> None:
    assert [one.value.literal for one in only("A=1 B=~/x C=$D E=*").assignments] == ["1", None, None, None]


def test_declarations_are_commands_with_words() -> None:
    assert texts(only("export X=1 Y")) == ["export", "X=1", "Y"]
    assert texts(only("unset -f X")) == ["unset", "-f", "X"]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("[ -f x ]", ["[", "-f", "x", "]"]),
        ('[ "$x" = y -a ! -d z ]', ["[", "$x", "=", "y", "-a", "!", "-d", "z", "]"]),
        ("[[ $x == *.y && -n z ]]", ["[[", "$x", "==", "*.y", "&&", "-n", "z", "]]"]),
        ("test ! -f x", ["test", "!", "-f", "x"]),
        ("test a == b", ["test", "a", "==", "b"]),
    ],
)
def test_tests_are_commands(text: str, expected: list[str]) -> None:
    assert texts(only(text)) == expected


def test_operators_of_tests_and_arithmetic_join_no_commands() -> None:
    assert names("[[ a && b || c ]] && (( x && y | 3 )) && for ((i=0;i<3;i++)); do d; done") == ["[[", "d"]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("set -eux; a", {"errexit", "nounset", "xtrace"}),
        ("set -o pipefail -e && a", {"pipefail", "errexit"}),
        ("set -euo pipefail; set +e; a", {"nounset", "pipefail"}),
        ("(set -e); a", set()),
        ("x=$(set -e); a", set()),
        ("(set -e; a)", {"errexit"}),
        ("{ set -e; }; a", {"errexit"}),
        ("set -- -e; a", set()),
        ("a; set -e", set()),
    ],
)
def test_options_hold_from_set_on(text: str, expected: set[str]) -> None:
    (found,) = [command for command in script(text).commands if command.name == "a"]
    assert found.options == expected


def test_options_of_the_shell_hold_from_the_start() -> None:
    shell = Shell("bash", Dialect.BASH, frozenset({"pipefail"}))
    (pipeline,) = parse_script(traced("a | b"), shell).pipelines
    assert pipeline.options == {"pipefail"}


# pipelines -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("a | b", [[["a"], ["b"]]]),
        ("a", []),
        ("a | b && c | d |& e", [[["a"], ["b"]], [["c"], ["d"], ["e"]]]),
        ("{ a; b; } | c", [[["a", "b"], ["c"]]]),
        ("a | while read x; do b; done", [[["a"], ["read", "b"]]]),
        ("a $(x) | b", [[["a"], ["b"]]]),
        ("a $(x | y) | b", [[["x"], ["y"]], [["a"], ["b"]]]),
        ("{ a | b; } | c", [[["a"], ["b"]], [["a", "b"], ["c"]]]),
        ("cat <<E | b | c && d\nx\nE\n", [[["cat"], ["b"], ["c"]]]),
        ("a | b > f 2>&1", [[["a"], ["b"]]]),
        ("a | [ b ]", [[["a"], ["["]]]),
    ],
)
def test_pipelines_have_elements(text: str, expected: list[list[list[str | None]]]) -> None:
    assert pipelines(text) == expected


def test_a_pipeline_knows_its_place_and_negation() -> None:
    found = script("x; ! a | b && c")
    (pipeline,) = found.pipelines
    assert pipeline.negated
    assert pipeline.span.text == "a | b"
    assert [found.text.text[bar] for bar in pipeline.bars] == ["|"]
    assert [(one.name, one.negated, one.pipeline) for one in found.commands] == [
        ("x", False, None),
        ("a", True, 0),
        ("b", True, 0),
        ("c", False, None),
    ]


def test_a_negation_begins_a_new_pipeline() -> None:
    assert [(one.name, one.negated, one.before) for one in script("a\n! b\nc").commands] == [
        ("a", False, ""),
        ("b", True, ";"),
        ("c", False, ";"),
    ]


def test_a_line_end_after_a_pipeline_ends_it() -> None:
    """tree-sitter-bash#347: its tree has the next line's words in the last command of the pipeline."""
    found = script("a | grep x | head -30\necho B && cd s")
    assert [texts(one) for one in found.commands] == [["a"], ["grep", "x"], ["head", "-30"], ["echo", "B"], ["cd", "s"]]
    assert found.commands[3].before == ";"
    assert not found.error


# redirections --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("a > f", [(None, ">", "f")]),
        ("a >> f 2>&1", [(None, ">>", "f"), ("2", ">&", "1")]),
        ("a &> f", [(None, "&>", "f")]),
        ("a < f", [(None, "<", "f")]),
        ("> f a", [(None, ">", "f")]),
        ('a <<< "x y"', [(None, "<<<", "x y")]),
        ("a > $F", [(None, ">", "$F")]),
        ("a 2>/dev/null", [("2", ">", "/dev/null")]),
    ],
)
def test_redirections(text: str, expected: list[tuple[str | None, str, str]]) -> None:
    command = only(text)
    found = [(one.descriptor, one.operator, one.target and one.target.text) for one in command.redirections]
    assert found == expected
    assert command.name == "a"


def test_words_after_a_redirection_belong_to_the_command() -> None:
    assert texts(only("echo a > f b c")) == ["echo", "a", "b", "c"]


def test_redirections_of_a_group_are_not_those_of_its_commands() -> None:
    assert [one.redirections for one in script("{ a; b; } > f; while c; do d; done < g").commands] == [(), (), (), ()]


def test_a_redirection_in_a_list_belongs_to_its_own_command() -> None:
    found = script("a && b > f || c").commands
    assert [len(one.redirections) for one in found] == [0, 1, 0]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("cat <<E\na $X\nE\n", [("<<", "E", "a $X\n", True)]),
        ("cat <<'E'\na\nE\n", [("<<", "E", "a\n", False)]),
        ('cat <<-"E"\n\ta\n\tE\n', [("<<-", "E", "\ta\n", False)]),
        ("cat <<E\nE\n", [("<<", "E", "", True)]),
        ("cat <<E > f\na\nE\n", [("<<", "E", "a\n", True), (">", "f", None, False)]),
        ("cat <<A 3<<-'B'\na\nA\n\tb \"\n\tB\n", [("<<", "A", "a\n", True), ("<<-", "B", '\tb "\n', False)]),
        ("cat <<A arg\na\nA\n", [("<<", "A", "a\n", True)]),
        ("<<A cat\na\nA\n", [("<<", "A", "a\n", True)]),
        ("cat <<E\r\na\r\nE\r\n", [("<<", "E", "a\r\n", True)]),
    ],
)
def test_here_documents(text: str, expected: list[tuple[str, str, str | None, bool]]) -> None:
    found = script(text)
    (command,) = found.commands
    assert command.name == "cat"
    assert not found.error
    assert [
        (one.operator, one.target and one.target.text, None if one.body is None else one.body.text, one.expands)
        for one in command.redirections
    ] == expected


def test_two_here_documents_on_a_line_belong_to_their_commands() -> None:
    found = script("cat <<A > a && tee <<B b; c\nx\nA\ny z\nB\nd")
    assert [(one.name, [str(r.body and r.body.text) for r in one.redirections]) for one in found.commands] == [
        ("cat", ["x\n", "None"]),
        ("tee", ["y z\n"]),
        ("c", []),
        ("d", []),
    ]


# scripts within scripts ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("bash -c 'a | b'", [["bash", "-c", "a | b"], ["a"], ["b"]]),
        ('bash -c "a && b"', [["bash", "-c", "a && b"], ["a"], ["b"]]),
        (r'bash -c "echo \"a b\""', [["bash", "-c", 'echo "a b"'], ["echo", "a b"]]),
        ("sh -ec 'a '\\''s t'\\'", [["sh", "-ec", "a 's t'"], ["a", "s t"]]),
        ("sh -c ls", [["sh", "-c", "ls"], ["ls"]]),
        ("sh -c l\\\ns", [["sh", "-c", "ls"], ["ls"]]),
        ('sh -c "a b\\\nc; d"', [["sh", "-c", "a bc; d"], ["a", "bc"], ["d"]]),
        ('sh -c "a $X"', [["sh", "-c", "a $X"], ["a", "$X"]]),
        ('sh -c "a $(b)"', [["sh", "-c", "a $(b)"], ["a", "$(b)"], ["b"]]),
        ("sh -c 'a $(b)'", [["sh", "-c", "a $(b)"], ["a", "$(b)"], ["b"]]),
        ("sh -c $X", [["sh", "-c", "$X"], ["$X"]]),
        ("su - user -c 'a b'", [["su", "-", "user", "-c", "a b"], ["a", "b"]]),
        ("su - user", [["su", "-", "user"]]),
        ("sudo bash -lc 'a'", [["sudo", "bash", "-lc", "a"], ["a"]]),
        ("bash x.sh -c 'a'", [["bash", "x.sh", "-c", "a"]]),
        ("python3 -c 'a'", [["python3", "-c", "a"]]),
        ("bash <<'E'\na\nE\nb", [["bash"], ["a"], ["b"]]),
        ("bash -s x <<E\na $(b)\nE", [["bash", "-s", "x"], ["a", "$(b)"], ["b"]]),
        ("bash x.sh <<E\na\nE", [["bash", "x.sh"]]),
        ("bash < x.sh", [["bash"]]),
        ("cat <<E\na\nE", [["cat"]]),
        ("python3 <<E\na\nE", [["python3"]]),
    ],
)
def test_scripts_within_scripts_are_read(text: str, expected: list[list[str]]) -> None:
    found = script(text).commands
    assert sorted(map(texts, found)) == sorted(expected)
    assert texts(found[0]) == expected[0]


def test_a_script_within_a_script_has_its_own_options_and_places() -> None:
    found = script(r'''x; bash -euo pipefail -c "curl \"u v\" | tar x"''')
    (pipeline,) = found.pipelines
    assert pipeline.options == {"errexit", "nounset", "pipefail"}
    curl = found.commands[2]
    assert (curl.name, curl.pipeline, curl.words[1].text) == ("curl", 0, "u v")
    assert curl.words[1].span.text == r""""u v\""""
    assert pipeline.span.text == r"curl \"u v\" | tar x"


def test_scripts_within_scripts_end_somewhere() -> None:
    text = "a"
    for _ in range(6):
        text = f"sh -c {shlex.quote(text)}"
    assert [one.name for one in script(text).commands] == ["sh"] * 5


# exec form and shells ------------------------------------------------------------------------------------------------


def exec_form(*words: str) -> Script:
    return parse_exec(traced(" ".join(words)), [traced(word) for word in words])


def test_exec_form_is_one_command_with_literal_words() -> None:
    found = exec_form("python", "-m", "a b", "$X", "'q'")
    (command,) = found.commands
    assert found.shell.dialect is Dialect.EXEC
    assert [word.literal for word in command.words] == ["python", "-m", "a b", "$X", "'q'"]
    assert command.name == "python"


def test_exec_form_of_a_shell_is_its_script() -> None:
    found = exec_form("/bin/bash", "-euxo", "pipefail", "-c", "a 'b c' | d")
    assert found.shell == Shell("bash", Dialect.BASH, frozenset({"errexit", "nounset", "xtrace", "pipefail"}))
    assert [texts(one) for one in found.commands] == [["a", "b c"], ["d"]]
    assert found.text.text == "a 'b c' | d"


def test_exec_form_of_a_shell_behind_a_wrapper_keeps_the_wrapper() -> None:
    found = exec_form("tini", "--", "sh", "-c", "exec a")
    assert [(one.name, one.wrappers) for one in found.commands] == [("sh", ("tini",)), ("a", ("exec",))]


def test_exec_form_without_words_is_empty() -> None:
    assert [one.name for one in parse_exec(traced("[]"), []).commands] == [None]


@pytest.mark.parametrize(
    ("words", "shell", "command"),
    [
        (["/bin/sh", "-c"], SH, None),
        (["/bin/sh", "-c", "a"], SH, 2),
        (["/bin/bash", "-o", "pipefail", "-c"], Shell("bash", Dialect.BASH, frozenset({"pipefail"})), None),
        (["bash", "-eo", "pipefail", "-c", "a"], Shell("bash", Dialect.BASH, frozenset({"errexit", "pipefail"})), 4),
        (["/bin/ash", "-e", "-c", "a"], Shell("ash", Dialect.SH, frozenset({"errexit"})), 3),
        (["bash", "-e", "+e", "-c", "a"], Shell("bash", Dialect.BASH), 4),
        (["bash", "--login", "-O", "extglob", "-c", "a"], Shell("bash", Dialect.BASH), 5),
        (["/usr/bin/env", "-S", "bash", "-e"], Shell("bash", Dialect.BASH, frozenset({"errexit"})), None),
        (["/busybox/busybox", "sh", "-c", "a"], SH, 3),
        (["zsh", "-c", "a"], Shell("zsh", Dialect.ZSH), 2),
        (["mksh", "-c", "a"], Shell("mksh", Dialect.KSH), 2),
        (["bash", "--", "x.sh", "-c"], Shell("bash", Dialect.BASH), None),
        (["bash", "x.sh", "-c", "a"], Shell("bash", Dialect.BASH), None),
        (["bash", "-o"], Shell("bash", Dialect.BASH), None),
        (["pwsh", "-Command"], Shell("pwsh", Dialect.POWERSHELL), None),
        (["C:\\Windows\\System32\\cmd.exe", "/S", "/C"], CMD, None),
        (["python3", "-c", "a"], Shell("python3", Dialect.OTHER), None),
    ],
)
def test_the_words_of_a_call_tell_the_shell(words: list[str], shell: Shell, command: int | None) -> None:
    call = invocation(words)
    assert call is not None
    assert (call.shell, call.command) == (shell, command)


def test_no_words_call_no_shell() -> None:
    assert invocation([]) is None
    assert invocation([None]) is None
    assert invocation(["env"]) is None


@pytest.mark.parametrize("dialect", [Dialect.POWERSHELL, Dialect.CMD, Dialect.OTHER])
def test_other_languages_are_left_alone(dialect: Dialect) -> None:
    found = parse_script(traced("a | b ("), Shell("x", dialect))
    assert (found.commands, found.pipelines, found.error, found.shell.dialect) == ((), (), False, dialect)


# errors and limits ---------------------------------------------------------------------------------------------------


SYNTAX = [
    "a && b",
    "if a; then b; fi",
    "for i in a b; do c; done",
    "case x in a) b;; esac",
    "f() { a; }",
    "a <<E\nb\nE\n",
    "a 'b",
    'a "b',
    "a $(b",
    "if a; then b",
    "a && && b",
    "(a",
    "a )",
    "{ a; }",
    "while a; b; done",
    "a | | b",
]


@pytest.mark.skipif(shutil.which("bash") is None, reason="no Bash to compare with")
@pytest.mark.parametrize("text", SYNTAX)
def test_errors_are_those_of_bash(text: str) -> None:
    bash = subprocess.run(["bash", "-n"], input=text.encode(), capture_output=True, check=False)
    assert script(text).error is (bash.returncode != 0)


def test_an_error_leaves_the_rest() -> None:
    found = script("apt-get update; if x; then curl -fsSL u | sh")
    assert found.error
    assert [one.name for one in found.commands] == ["apt-get", "x", "curl", "sh"]


def test_a_long_script_is_read_in_pieces_as_if_at_once() -> None:
    text = " && ".join(f"cmd{number} 'a; b' $(x) | tee f" for number in range(400))
    found = script(text)
    assert not found.error
    assert [one.name for one in found.commands if one.name not in ("x", "tee")] == [f"cmd{n}" for n in range(400)]
    assert len(found.pipelines) == 400
    assert {one.before for one in found.commands if one.name == "tee"} == {"|"}


def test_a_loop_longer_than_a_piece_is_read_whole() -> None:
    body = "".join(f"  cmd{number} --option value\n" for number in range(200))
    found = script(f"x\nfor i in 1 2; do\n{body}done\ny\n")
    assert not found.error
    assert [one.context for one in found.commands if one.name not in ("x", "y")] == [Context.LOOP] * 200


def test_a_script_is_read_up_to_its_limit() -> None:
    found = script("x" * (1 << 20) + "; b")
    assert found.error
    assert [len(word.text) for one in found.commands for word in one.words] == [1 << 20]


@pytest.mark.parametrize(
    "text",
    [
        "(" * 10_000 + "a" + ")" * 10_000,
        "$(" * 10_000,
        '"$(' * 10_000,
        "{ " * 10_000 + "a" + ";}" * 10_000,
        "a|" * 20_000,
        "a)" * 10_000,
        "if a; then " * 10_000,
        "a <<E\n" * 10_000,
        "a <<E " * 10_000,
        "${a:-" * 10_000,
        "`" * 20_000,
        "[[ ( " * 10_000,
        "\0" * 100_000,
        "a=( " * 10_000,
        "'" * 99_999,
        "a && " * 20_000,
        "x" * 1_000_000,
        "bash -c '" * 10_000,
    ],
    ids=lambda text: f"{text[:9]!r}x{len(text)}",
)
def test_no_text_is_too_deep_or_too_long(text: str) -> None:
    """Each takes at most seconds; tree-sitter alone takes minutes and gigabytes for some."""
    assert script(text).text.text == text


# laws ----------------------------------------------------------------------------------------------------------------

_plain = st.text("abcxyz019._/-+,:@%=\u00e9", min_size=1, max_size=6)
_single = st.text(st.characters(exclude_characters="'\0\r"), max_size=6).map(lambda text: (f"'{text}'", text))
_double = st.text(st.characters(exclude_characters='"\\$`\0\r'), max_size=6).map(lambda text: (f'"{text}"', text))
_escaped = st.sampled_from("'\"\\$&|;<>()*?[]#~{}`!").map(lambda character: (f"\\{character}", character))
_blank = _plain.map(lambda text: (f"{text}\\ ", f"{text} "))
_piece = st.one_of(_plain.map(lambda text: (text, text)), _single, _double, _escaped, _blank)
_word = (
    st.lists(_piece, min_size=1, max_size=3)
    .map(lambda pieces: ("".join(raw for raw, _ in pieces), "".join(value for _, value in pieces)))
    .filter(lambda word: word[0] != "==")  # an error for tree-sitter-bash at the end of a command
)
_command = st.lists(_word, max_size=4).map(lambda words: [("cmd", "cmd"), *words])
_operator = st.sampled_from(["&&", "||", ";", "|", "|&", "&"])


@given(st.lists(_command, min_size=1, max_size=4), st.lists(_operator, min_size=3, max_size=3), st.data())
def test_commands_come_back_with_the_same_words(
    commands: list[list[tuple[str, str]]], operators: list[str], data: st.DataObject
) -> None:
    pieces: list[str] = []
    for number, command in enumerate(commands):
        pieces += [*([operators[number - 1]] if number else []), *[raw for raw, _ in command]]
    cut = data.draw(st.integers(0, len(pieces)))
    halves = [" ".join(pieces[:cut]) + " ", "  " + " ".join(pieces[cut:])]
    found = parse_script(continued(halves, " \\\n"))
    assert not found.error
    assert [[word.literal for word in one.words] for one in found.commands] == [
        [value for _, value in command] for command in commands
    ]
    assert [one.after for one in found.commands[:-1]] == operators[: len(commands) - 1]
    assert [word.raw.text for one in found.commands for word in one.words] == [
        raw for command in commands for raw, _ in command
    ]
    assert all(word.span.text == word.raw.text for one in found.commands for word in one.words)


@given(_command)
def test_words_are_those_of_shlex(words: list[tuple[str, str]]) -> None:
    text = " ".join(raw for raw, _ in words)
    assert texts(only(text)) == shlex.split(text)


_tokens = st.sampled_from(
    "a b | || && ; & ( ) { } $( ` \" ' \\ \n \t <<E <<-E E \nE\n < > 2>&1 if then fi else elif while do done for "
    "in case esac ;; *) $X ${X ${X:- } $(( )) (( [[ ]] [ ] =~ == X= X+=1 export ! # * ? ~ {a,b} é \udc80 \0 \r\n \\\n "
    "$' $\" <( >( <<< @( function f() sh -c env sudo \x0b unset a=( let select".split(" ")
)


@settings(max_examples=300)
@given(st.lists(_tokens, max_size=40).map(" ".join) | st.lists(_tokens, max_size=40).map("".join) | st.text())
def test_no_text_raises_and_everything_has_its_place(text: str) -> None:
    found = parse_script(traced(text), BASH)
    for command in found.commands:
        ends = [command.start]
        for word in command.words:
            assert ends[-1] <= word.start <= word.end <= command.end
            assert word.raw.text == word.source.text[word.start : word.end]
            ends.append(word.end)
        if command.pipeline is not None:
            elements = found.pipelines[command.pipeline].elements
            assert any(one is command for element in elements for one in element)
    for pipeline in found.pipelines:
        assert len(pipeline.elements) == len(pipeline.bars) + 1 > 1
        assert pipeline.span.text


def test_the_default_shell_is_sh() -> None:
    assert script("a").shell is SH


def test_values_show_what_they_are_made_of() -> None:
    command = only("a 'b'  c")
    assert (repr(command), repr(command.words[1])) == ("Command(\"a 'b'  c\")", "Word(\"'b'\")")
    assert command.raw.text == "a 'b'  c"


# --- what is read without the grammar -------------------------------------------------------------------------------

_PIECES = st.sampled_from(
    [
        *(
            "a",
            "apt-get",
            "-y",
            "--opt=v",
            "/usr/bin/x",
            "1.2",
            "a,b",
            "%s",
            "x:y",
            "lib*",
            "+x",
            "@",
            "a=b",
            "==",
        ),
        *("'q r'", "'a\\nb'", '"d e"', '"a\\"b"', '"$V/x"', '"${V}"', "''", '""', "X=1", "Y='2 3'", "--", "0"),
    ]
)
_WORDS = st.one_of(_PIECES, st.tuples(_PIECES, _PIECES).map("".join), st.sampled_from(["$V", "${V}", "$V/bin", "a$V"]))
_REDIRECTIONS = st.sampled_from(["> f", ">> /tmp/x", "2>&1", ">/dev/null", "2> 'a b'", "1>&2"])
_FIRST = st.sampled_from(["apt-get", "set", "sudo", "env", "export", "X=1", "cd", "/bin/sh", "sh", "exit", "echo", "a"])


@st.composite
def plain_scripts(draw: st.DrawFn) -> str:
    """Simple commands, as Dockerfiles have most.

    Without what the grammar gets wrong: it loses a `-` before a redirection, and the second of two `$X` in a word.
    """
    commands = draw(
        st.lists(
            st.tuples(_FIRST, st.lists(st.one_of(_WORDS, _WORDS, _WORDS, _REDIRECTIONS), max_size=4)),
            min_size=1,
            max_size=4,
        )
    )
    parts = [" ".join([first, *rest]) for first, rest in commands]
    text = parts[0]
    for part in parts[1:]:
        text += draw(st.sampled_from([" && ", " || ", "; ", " | ", "&&", " ;", "|", "   &&    "])) + part
    return draw(st.sampled_from(["", " "])) + text + draw(st.sampled_from(["", " ", ";", " ; "]))


def _told(script: Script) -> object:
    """Return all that a script says, but the text that it is a part of."""
    return (
        [
            (
                *(each.start, each.end, each.name, each.wrappers, [_word_told(word) for word in each.words]),
                *(len(each.arguments), each.context, each.before, each.after, each.pipeline, each.options),
                [(one.name, _word_told(one.word), _word_told(one.value), one.appends) for one in each.assignments],
                [(one.operator, one.descriptor, one.target and _word_told(one.target)) for one in each.redirections],
            )
            for each in script.commands
        ],
        [(each.start, each.end, each.bars, each.options) for each in script.pipelines],
        script.error,
    )


def _word_told(word: Word) -> object:
    return word.start, word.end, word.text, word.literal, word.parts


@settings(max_examples=300)
@given(plain_scripts())
def test_simple_commands_are_what_the_grammar_makes_of_them(text: str) -> None:
    # A comment on a line of its own changes nothing, but only the grammar reads one. Errors are the grammar's alone.
    found = script(text)
    assert found.error or _told(found) == _told(script(f"{text}\n# c"))
