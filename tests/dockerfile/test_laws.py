"""The laws of `laws.py`, for texts that hypothesis makes; and sizes and shapes that stay cheap."""

from __future__ import annotations

from hypothesis import example, given

from dockwright.source import Source
from tests.dockerfile.laws import check
from tests.dockerfile.reading import read
from tests.dockerfile.strategies import any_texts, dockerfiles


@given(dockerfiles())
def test_laws_hold_for_dockerfiles(text: str) -> None:
    check(text)


@given(any_texts())
@example("FROM a\nRUN cat <<EOF\n")
@example("\\")
@example("\\\n\\\n")
@example("FROM a\nENV a=${")
@example("FROM a\nCOPY --from=$ a b")
def test_laws_hold_for_any_text(text: str) -> None:
    check(text)


@given(any_texts())
def test_bytes_come_back(text: str) -> None:
    data = text.encode("utf-8", "surrogatepass")
    assert Source.decode("Dockerfile", data).encode() == data


def test_long_continuation_is_one_instruction() -> None:
    dockerfile = read("FROM a\nRUN a" + " \\\n b" * 40_000)
    assert dockerfile.body[1].end_line == 40_002
    assert len(dockerfile.body[1].arguments.text) == 1 + 3 * 40_000


def test_megabyte_of_one_line_is_read_and_refused() -> None:
    dockerfile = read("FROM a\nRUN " + "a b " * 250_000)
    assert [error.span.first.line for error in dockerfile.errors] == [2]


def test_doubling_values_are_capped_and_told() -> None:
    dockerfile = read("FROM a\nENV A=xx\n" + "ENV A=$A$A\n" * 100 + "USER $A\n")
    assert len(dockerfile.errors) == 1
    assert "65536" in dockerfile.errors[0].message
    user = dockerfile.body[-1]
    assert dockerfile.expand(user, user.words[0]) is None


def test_deep_nesting_is_followed_to_a_limit() -> None:
    dockerfile = read("FROM a\nENV A=" + "${b:-" * 5_000 + "x" + "}" * 5_000 + "\n")
    assert len(dockerfile.errors) == 1


def test_patterns_that_would_take_exponential_time_are_unknown() -> None:
    dockerfile = read("FROM scratch\nARG A=" + "a" * 5_000 + "\nUSER ${A//*a*a*b/c}\n")
    user = dockerfile.body[-1]
    assert dockerfile.expand(user, user.words[0]) is None
