r"""Group 22: variables, quotes and escapes in words, as the Dockerfile reference documents them.

What the reference leaves open follows BuildKit 0.32 (frontend/dockerfile/shell/lex.go). The cases are our own.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dockwright.dockerfile.budget import MAX_EXPANSION, Budget, TooLong
from dockwright.dockerfile.lexer import MAX_NESTING, SubstitutionError, expand
from dockwright.dockerfile.variables import Missing, UnknownValue
from dockwright.source import Edit, Source, apply
from dockwright.traced import Traced

if TYPE_CHECKING:
    from collections.abc import Mapping

VALUES: dict[str, str | Missing] = {
    "name": "python",
    "version": "3.12.4-slim",
    "path": "/usr/local/lib/python3/lib",
    "empty": "",
    "star": "a*b?c",
    "quoted": 'it\'s "x" \\ $name',
    "blanks": " a  b ",
    "_x1": "under",
    "größe": "L",
    "UNSET": Missing.UNSET,
    "UNKNOWN": Missing.UNKNOWN,
}
"""What the cases below know: `UNSET` is an ARG without default, `UNKNOWN` is set by the base image."""


def lookup(name: str) -> Traced | Missing:
    value = VALUES.get(name, Missing.ABSENT)
    return value if isinstance(value, Missing) else Traced.made(value)


def expanded(word: str, *, escape: str = "\\", quotes: bool = True) -> str:
    text = Traced.of(Source("Dockerfile", word).span(0, len(word)))
    return expand(text, escape=escape, lookup=lookup, quotes=quotes).text


@pytest.mark.parametrize(
    ("word", "result"),
    [
        # plain text
        ("", ""),
        ("plain", "plain"),
        ("a b  c", "a b  c"),
        ("a,b=c:d@e/f", "a,b=c:d@e/f"),
        ("<<EOF", "<<EOF"),
        ("a<<  b", "a<<  b"),
        # variables
        ("$name", "python"),
        ("${name}", "python"),
        ("$name:$version", "python:3.12.4-slim"),
        ("${name}_${_x1}", "python_under"),
        ("$name_", ""),
        ("$name-slim", "python-slim"),
        ("$name.org", "python.org"),
        ("$_x1/", "under/"),
        ("$größe", "L"),
        ("$größeres", ""),
        ("x${empty}y", "xy"),
        ("$absent", ""),
        ("${absent}", ""),
        ("$name$name", "pythonpython"),
        ("a$", "a$"),
        ("$", "$"),
        ("$ name", "$ name"),
        ("$.", "$."),
        ("$(name)", "$(name)"),
        ("$'name'", "$name"),
        ('$"name"', "$name"),
        # positional and special parameters are always empty
        ("$1", ""),
        ("$12x", "x"),
        ("${1}", ""),
        ("$0", ""),
        ("$@$*$#$?$-$!", ""),
        ("$$", ""),
        ("$$name", "name"),
        ("${@}", ""),
        ("${1:-one}", "one"),
        # a value is not read again
        ("$quoted", 'it\'s "x" \\ $name'),
        ("$blanks", " a  b "),
        # escapes
        ("\\$name", "$name"),
        ("\\${name}", "${name}"),
        ("$\\{name}", "${name}"),
        ("a\\ b", "a b"),
        ("\\\\", "\\"),
        ("\\\\$name", "\\python"),
        ("\\n", "n"),
        ("a\\", "a"),
        ("\\'x\\'", "'x'"),
        ('\\"', '"'),
        # single quotes
        ("'$name'", "$name"),
        ("'a\\'b", "a\\b"),
        ("'\"'", '"'),
        ("a'b c'd", "ab cd"),
        ("''", ""),
        # double quotes
        ('"$name"', "python"),
        ('"a b"', "a b"),
        ('"it\'s"', "it's"),
        ("\"'$name'\"", "'python'"),
        ('"a\\"b"', 'a"b'),
        ('"\\$name"', "$name"),
        ('"\\\\"', "\\"),
        ('"\\n"', "\\n"),
        ('"\\\'"', "\\'"),
        ('""', ""),
        ('"$"', "$"),
        ("\"${name}\"'${name}'", "python${name}"),
        # - and :-
        ("${name:-other}", "python"),
        ("${name-other}", "python"),
        ("${absent:-other}", "other"),
        ("${absent-other}", "other"),
        ("${empty:-other}", "other"),
        ("${empty-other}", ""),
        ("${UNSET:-other}", "other"),
        ("${UNSET-other}", "other"),
        ("${absent:-}", ""),
        ("${absent:-a b}", "a b"),
        ("${absent:-$name}", "python"),
        ("${absent:-${name}}", "python"),
        ("${absent:-${empty:-${name}!}!}", "python!!"),
        ("${absent:-'a}b'}", "a}b"),
        ('${absent:-"a}b"}', "a}b"),
        ("${absent:-a\\}b}", "a}b"),
        ("${absent:-{a}", "{a"),
        ("${absent:-{a}}", "{a}"),
        ("${absent:--}", "-"),
        ("${absent:-:-}", ":-"),
        ("${absent--}", "-"),
        # + and :+
        ("${name:+yes}", "yes"),
        ("${name+yes}", "yes"),
        ("${empty:+yes}", ""),
        ("${empty+yes}", "yes"),
        ("${absent:+yes}", ""),
        ("${absent+yes}", ""),
        ("${UNSET:+yes}", ""),
        ("a${name:+:$version}", "a:3.12.4-slim"),
        # ? and :? with a value
        ("${name:?is needed}", "python"),
        ("${name?}", "python"),
        ("${empty?is needed}", ""),
        # # and ##
        ("${path#*/}", "usr/local/lib/python3/lib"),
        ("${path##*/}", "lib"),
        ("${path#/usr}", "/local/lib/python3/lib"),
        ("${path#usr}", "/usr/local/lib/python3/lib"),
        ("${path#/???/}", "local/lib/python3/lib"),
        ("${path#*lib}", "/python3/lib"),
        ("${path##*lib}", ""),
        ("${version#3.}", "12.4-slim"),
        ("${version#3?}", "12.4-slim"),
        ("${version#[3]}", "3.12.4-slim"),
        ("${version#$absent}", "3.12.4-slim"),
        ("${version#${empty}3}", ".12.4-slim"),
        ("${star#a\\*}", "b?c"),
        ("${star#*\\?}", "c"),
        # in double quotes, BuildKit doubles a backslash of a pattern that escapes nothing
        ('${star#"a\\*"}', "a*b?c"),
        ('${quoted#*"\\ "}', "$name"),
        ("${absent#a}", ""),
        ("${empty#*}", ""),
        # % and %%
        ("${version%-slim}", "3.12.4"),
        ("${version%.*}", "3.12"),
        ("${version%%.*}", "3"),
        ("${version%-*}", "3.12.4"),
        ("${version%x}", "3.12.4-slim"),
        ("${version%}", "3.12.4-slim"),
        ("${version%%*}", ""),
        ("${path%/*}", "/usr/local/lib/python3"),
        ("${path%%/*}", ""),
        ("${path%/l*b}", "/usr/local/lib/python3"),
        ("${path%%/l*b}", "/usr"),
        ("${star%\\?c}", "a*b"),
        ("${star%%\\**}", "a"),
        ("${star%'?\\'}", "a*b?c"),
        ("${absent%x}", ""),
        # / and //
        ("${version/./-}", "3-12.4-slim"),
        ("${version//./-}", "3-12-4-slim"),
        ("${version//./}", "3124-slim"),
        ("${path//lib/LIB}", "/usr/local/LIB/python3/LIB"),
        ("${path/lib*lib/x}", "/usr/local/x"),
        ("${path//\\//:}", ":usr:local:lib:python3:lib"),
        ("${name/?/J}", "Jython"),
        ("${name/*/all}", "all"),
        ("${name//*/all}", "all"),
        ("${name/x/y}", "python"),
        ("${name/n/$_x1}", "pythounder"),
        ("${name/$empty/x}", "xpython"),
        ("${absent/a/b}", ""),
        # an operand that is not needed need not be known
        ("${name:-$UNKNOWN}", "python"),
        ("${name:-a${UNKNOWN}b}", "python"),
        ('${name:-"${UNKNOWN}}"}!', "python!"),
        ("${absent:+$UNKNOWN}", ""),
        ("${name:-${UNKNOWN:-${UNKNOWN}}}", "python"),
    ],
)
def test_words_are_expanded(word: str, result: str) -> None:
    assert expanded(word) == result


@pytest.mark.parametrize(
    ("word", "result"),
    [
        ("`$name", "$name"),
        ("C:\\$name", "C:\\python"),
        ("a\\b\\", "a\\b\\"),
        ('"`$name"', "$name"),
        ('"`n"', "`n"),
        ('"``"', "`"),
        ("${absent:-a`}b}", "a}b"),
        ("'`'", "`"),
        ("a`", "a"),
    ],
)
def test_backtick_may_be_the_escape_character(word: str, result: str) -> None:
    assert expanded(word, escape="`") == result


@pytest.mark.parametrize(
    ("word", "result"),
    [
        ("it's $name\n", "it's python\n"),
        ('"$name"', '"python"'),
        ("'$name'", "'python'"),
        ("\\$name \\\\", "$name \\"),
        ("${absent:-'x'}", "'x'"),
        ("'\"", "'\""),
    ],
)
def test_quotes_mean_nothing_in_here_documents(word: str, result: str) -> None:
    assert expanded(word, quotes=False) == result


@pytest.mark.parametrize(
    ("word", "start"),
    [
        ("'a", 0),
        ("a'b", 1),
        ('"a', 0),
        ('"a\\', 0),
        ('"a\\"', 0),
        ("a${", 1),
        ("${name", 0),
        ("${}", 0),
        ("${:}", 0),
        ("${:-x}", 0),
        ("${{name}}", 0),
        ("${name:}", 0),
        ("${name:", 0),
        ("${name:x}", 0),
        ("${name:=x}", 0),
        ("${name:1:2}", 0),
        ("${name=x}", 0),
        ("${name^^}", 0),
        ("${name,}", 0),
        ("${name@Q}", 0),
        ("${name[0]}", 0),
        ("${name x}", 0),
        ("${ name}", 0),
        ("${!name}", 0),
        ("${#name}", 0),
        ("${name.x}", 0),
        ("${name:#x}", 0),
        ("${name:%x}", 0),
        ("${name#\\a}", 0),
        ("${absent%\\a}", 0),
        ("${name#'\\a'}", 0),
        ("${name/\\a/b}", 0),
        ("${absent:?is needed}", 0),
        ("a${absent?}", 1),
        ("${1?}", 0),
        ("${name:-${absent?}}", 8),
        ("$UNKNOWN ${name:x}", 9),
        ("${UNKNOWN:-${name:x}}", 11),
    ],
)
def test_words_that_buildkit_refuses(word: str, start: int) -> None:
    with pytest.raises(SubstitutionError) as caught:
        expanded(word)
    assert caught.value.start == start


@pytest.mark.parametrize("word", ["${name:-x", "${name:-${x}", "${name/a}", "${name/a/b", "${name:-'}'", "$name ${x%y"])
def test_operands_that_do_not_end_are_refused(word: str) -> None:
    with pytest.raises(SubstitutionError, match="is missing"):
        expanded(word)


@pytest.mark.parametrize(
    "word",
    [
        "$UNKNOWN",
        "${UNKNOWN}",
        "a${UNKNOWN}b",
        "${UNKNOWN:-x}",
        "${UNKNOWN:+x}",
        "${UNKNOWN#x}",
        "${UNKNOWN/x/y}",
        "${absent:-$UNKNOWN}",
        "${name:+$UNKNOWN}",
        "${name#$UNKNOWN}",
        "${name/$UNKNOWN/x}",
        "${name/x/$UNKNOWN}",
        '"$UNKNOWN"',
        "$UNSET",
        "${UNSET}",
        "${UNSET%x}",
        "${UNSET/x/y}",
        "${empty:?is needed}",
        "${UNSET?}",
        "${name//n/\\$1}",
    ],
)
def test_what_only_the_build_knows_is_unknown(word: str) -> None:
    with pytest.raises(UnknownValue):
        expanded(word)


# --- limits -----------------------------------------------------------------------------------------------------


def test_long_text_without_variables_is_no_expansion() -> None:
    text = "x" * (2 * MAX_EXPANSION)
    assert expanded(f'"{text}"') == text


def test_values_may_not_add_too_much() -> None:
    word = "$name" * (MAX_EXPANSION // len("python"))
    assert len(expanded(word)) == MAX_EXPANSION - MAX_EXPANSION % 6
    with pytest.raises(TooLong):
        expanded(word + "$name")


def test_replacement_may_not_add_too_much() -> None:
    values = {"a": Traced.made("x" * 600), "b": Traced.made("y" * 600)}
    word = Traced.made("${a//x/$b}")
    with pytest.raises(TooLong):
        expand(word, escape="\\", lookup=lambda name: values[name])


def test_texts_of_a_file_share_a_budget() -> None:
    budget = Budget(10)
    word = Traced.made("$name")
    assert expand(word, escape="\\", lookup=lookup, budget=budget).text == "python"
    with pytest.raises(TooLong):
        expand(word, escape="\\", lookup=lookup, budget=budget)


def test_nesting_is_followed_to_a_limit() -> None:
    assert expanded("${absent:-" * MAX_NESTING + "x" + "}" * MAX_NESTING) == "x"
    with pytest.raises(TooLong):
        expanded("${absent:-" * (MAX_NESTING + 1) + "x" + "}" * (MAX_NESTING + 1))


def test_unknown_values_do_not_count_as_nesting() -> None:
    assert expanded("${name:-$UNKNOWN}" * (MAX_NESTING + 1)) == "python" * (MAX_NESTING + 1)


@pytest.mark.parametrize("pattern", ["*a*a*a*a*b", "*" * 50, "a" * 3_000 + "*"])
def test_patterns_that_could_take_too_long_are_unknown(pattern: str) -> None:
    values = {"x": Traced.made("a" * 3_000)}
    for word in (f"${{x#{pattern}}}", f"${{x%%{pattern}}}", f"${{x//{pattern}/b}}"):
        with pytest.raises(UnknownValue):
            expand(Traced.made(word), escape="\\", lookup=lambda name: values[name])


# --- places -----------------------------------------------------------------------------------------------------

FILE = "ARG V=3.12\nARG B=python:3.12-slim\nFROM x\n"


def in_file(word: str, values: Mapping[str, tuple[int, int]]) -> tuple[Source, Traced]:
    """Expand a word that stands behind FILE, with variables whose values stand in it."""
    source = Source("Dockerfile", FILE + word)
    result = expand(
        Traced.of(source.span(len(FILE), len(FILE) + len(word))),
        escape="\\",
        lookup=lambda name: Traced.of(source.span(*values[name])) if name in values else Missing.ABSENT,
    )
    return source, result


V = (6, 10)
B = (17, 33)


@pytest.mark.parametrize(
    ("word", "wanted", "changed"),
    [
        ("$V", "3.12", "ARG V=3.13\nARG B=python:3.12-slim\nFROM x\n$V"),
        ("a:${V}-slim", "3.12", "ARG V=3.13\nARG B=python:3.12-slim\nFROM x\na:${V}-slim"),
        ('"a:$V"', "3.12", 'ARG V=3.13\nARG B=python:3.12-slim\nFROM x\n"a:$V"'),
        ("${X:-$V}", "3.12", "ARG V=3.13\nARG B=python:3.12-slim\nFROM x\n${X:-$V}"),
        ("${X:-3.12}", "3.12", FILE + "${X:-3.13}"),
        ("${X:-${Y:-'3.12'}}", "3.12", FILE + "${X:-${Y:-'3.13'}}"),
        ("${V:+3.12}", "3.12", FILE + "${V:+3.13}"),
        ("$B", "3.12", "ARG V=3.12\nARG B=python:3.13-slim\nFROM x\n$B"),
        ("${B#*:}", "3.12", "ARG V=3.12\nARG B=python:3.13-slim\nFROM x\n${B#*:}"),
        ("${B%-slim}", "3.12", "ARG V=3.12\nARG B=python:3.13-slim\nFROM x\n${B%-slim}"),
        ("${B/python/pypy}", "3.12", "ARG V=3.12\nARG B=python:3.13-slim\nFROM x\n${B/python/pypy}"),
        ("${B/python/3.12}", "3.12", FILE + "${B/python/3.13}"),
        ("a\\:3.12", "3.12", FILE + "a\\:3.13"),
        ('"3.12"', "3.12", FILE + '"3.13"'),
        ("'3.12'", "3.12", FILE + "'3.13'"),
    ],
)
def test_edit_of_expanded_text_lands_where_it_is_written(word: str, wanted: str, changed: str) -> None:
    source, result = in_file(word, {"V": V, "B": B})
    start = result.text.index(wanted)
    place = result.slice(start, start + len(wanted)).exact
    assert place is not None
    assert apply(source.text, [Edit(place, "3.13")]) == changed


@pytest.mark.parametrize(("word", "wanted"), [("3.$M", "3.12"), ('3"."12', "3.12"), ("3\\.12", "3.12")])
def test_text_that_is_put_together_stands_nowhere(word: str, wanted: str) -> None:
    _, result = in_file(word, {"M": (8, 10)})
    assert result.text == wanted
    assert result.exact is None


MEANINGFUL = st.text(st.sampled_from("ab1_$$${{}}:-+?#%/\\\"'`<* \n"), max_size=30)


@given(MEANINGFUL, st.sampled_from("\\`"))
def test_every_character_of_the_result_is_written_somewhere(word: str, escape: str) -> None:
    source = Source("Dockerfile", word)
    values = Source("values", "a*b1\nc")
    text = Traced.of(source.span(0, len(word)))
    try:
        result = expand(text, escape=escape, lookup=lambda _: Traced.of(values.span(0, len(values.text))))
    except (SubstitutionError, UnknownValue):
        return
    for start, end, span in result.pieces():
        assert span is not None
        assert span.text == result.text[start:end]


@given(st.text(st.sampled_from("ab1 .:/-_<\n\udcffé"), max_size=30))
def test_text_without_special_characters_is_returned_as_it_is(text: str) -> None:
    word = Traced.made(text)
    assert expand(word, escape="\\", lookup=lookup) is word


@given(st.text(max_size=30))
def test_quoted_text_comes_back(text: str) -> None:
    escaped = re.sub(r"([\\\"$])", r"\\\1", text)
    assert expanded(f'"{escaped}"') == text
    assert expanded("".join(f"\\{char}" for char in text)) == text
    if "'" not in text:
        assert expanded(f"'{text}'") == text
