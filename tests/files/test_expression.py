"""GitHub's expressions: against the results of GitHub's own library, and laws for what is not known."""

from __future__ import annotations

import json
import math
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dockwright.files.expression import (
    ANY_TEXT,
    LONGEST,
    STATUS,
    UNKNOWN,
    Evaluated,
    Record,
    Unknown,
    condition,
    evaluate,
    expand,
    expressions,
    from_plain,
    parse_number,
    to_text,
    truth,
    value_of,
)
from dockwright.files.expression.functions import call
from dockwright.files.value import HOLE, Truth, Value
from dockwright.source import Source
from dockwright.traced import Traced

if TYPE_CHECKING:
    from collections.abc import Mapping

# What is left out of the table, because actions/runner does not do as actions/languageservices: binary numbers, numbers
# of more than 15 digits as text, and toJSON of NaN and Infinity.
TABLE = json.loads(Path(__file__).with_name("expressions.json").read_text(encoding="utf-8"))
CONTEXTS = {name: from_plain(value) for name, value in TABLE["contexts"].items()}


def plain(value: Evaluated) -> object:
    """Write a value as the table does."""
    match value:
        case Unknown():
            return None
        case None | bool() | str():
            return ["v", value]
        case float():
            return ["n", value if math.isfinite(value) else to_text(value)]
        case _:
            compact = json.loads(str(call("tojson", [value])))
            return ["j", json.dumps(compact, separators=(",", ":"), ensure_ascii=False)]


@pytest.mark.parametrize(("text", "expected"), TABLE["results"], ids=[row[0][:60] for row in TABLE["results"]])
def test_as_githubs_own_library(text: str, expected: object) -> None:
    assert plain(evaluate(text, CONTEXTS)) == expected


class Here:
    """A scope of given contexts; `env` and `inputs` may have origins."""

    def __init__(
        self,
        contexts: Mapping[str, Evaluated],
        origins: Mapping[str, Value] | None = None,
        status: Mapping[str, Evaluated] = STATUS,
    ) -> None:
        self.contexts = contexts
        self.status = status
        self._origins = origins or {}

    def origin(self, context: str, name: str) -> Value | None:
        return self._origins.get(f"{context}.{name}")


SCHEDULE = Record({"event_name": "schedule", "ref": Unknown(prefix="refs/heads/")}, whole=False)
TAG = Record({"event_name": "push", "ref": Unknown(prefix="refs/tags/v")}, whole=False)
PULL = Record({"event_name": "pull_request", "ref": Unknown(prefix="refs/pull/"), "actor": ANY_TEXT}, whole=False)


@pytest.mark.parametrize(
    ("text", "schedule", "tag", "pull"),
    [
        ("github.event_name == 'schedule'", "true", "false", "false"),
        ("github.event_name != 'pull_request'", "true", "true", "false"),
        ('contains(fromJSON(\'["push","schedule"]\'), github.event_name)', "true", "true", "false"),
        ("startsWith(github.ref, 'refs/tags/')", "false", "true", "false"),
        ("startsWith(github.ref, 'refs/tags/v1')", "false", "unknown", "false"),
        ("startsWith(github.ref, 'REFS/TAGS/V')", "false", "true", "false"),
        ("github.ref == 'refs/heads/main'", "unknown", "false", "false"),
        ("github.ref != 'refs/heads/main'", "unknown", "true", "true"),
        ("contains(github.ref, 'tags')", "unknown", "true", "unknown"),
        ("endsWith(github.ref, 'main')", "unknown", "unknown", "unknown"),
        ("inputs.push || false", "unknown", "unknown", "unknown"),
        ("inputs.push || true", "true", "true", "true"),
        ("inputs.push && false", "false", "false", "false"),
        ("inputs.push && github.event_name == 'push'", "false", "unknown", "false"),
        ("!(inputs.push && '')", "true", "true", "true"),
        ("inputs.push == inputs.push", "unknown", "unknown", "unknown"),
        ("hashFiles('**/lock') == ''", "unknown", "unknown", "unknown"),
        ("github.ref > 'a'", "unknown", "unknown", "unknown"),
        ("github.event.release.tag_name != ''", "unknown", "unknown", "unknown"),
        ("github.actor", "unknown", "unknown", "true"),
        ("github.ref && 'x'", "true", "true", "true"),
        ("format('{0}-{1}', github.ref, inputs.x) == 'refs/heads/x-1'", "unknown", "false", "false"),
        ("join(fromJSON('[1,2]'), github.ref)", "unknown", "unknown", "unknown"),
        ("case(inputs.push, 1, 2)", "unknown", "unknown", "unknown"),
        ("case(github.event_name == 'push', true, false)", "false", "true", "false"),
        ("toJSON(github) == ''", "unknown", "unknown", "unknown"),
        ("needs.*.result", "unknown", "unknown", "unknown"),
        ("contains(needs.*.result, 'failure')", "unknown", "unknown", "unknown"),
        ("unknown_function(1)", "unknown", "unknown", "unknown"),
        ("github.event_name[inputs.x]", "false", "false", "false"),
        ("github[inputs.x]", "unknown", "unknown", "unknown"),
        ("fromJSON(inputs.x).y", "unknown", "unknown", "unknown"),
        ("success() && !cancelled()", "true", "true", "true"),
        ("failure() || always()", "true", "true", "true"),
        ("1 ==", "unknown", "unknown", "unknown"),
    ],
)
def test_what_is_not_known_decides_nothing(text: str, schedule: str, tag: str, pull: str) -> None:
    answers = [truth(evaluate(text, {"github": github})).value for github in (SCHEDULE, TAG, PULL)]
    assert answers == [schedule, tag, pull]


def test_excluded_values_are_not_equal() -> None:
    contexts: dict[str, Evaluated] = {
        "github": Record({"actor": Unknown(truth=True, never=frozenset({"dependabot[bot]"}))})
    }
    assert evaluate("github.actor != 'dependabot[bot]'", contexts) is True
    assert evaluate("github.actor == ''", contexts) is False
    assert evaluate("github.actor == 'octocat'", contexts) == UNKNOWN


NAMES = ("inputs.a", "inputs.b", "github.ref")
ATOMS = st.sampled_from(
    [
        *NAMES,
        *("true", "false", "null", "0", "1", "''", "'a'", "'refs/heads/main'", "'refs/heads/'", "'true'", "'0'"),
        *("fromJSON('[\"a\",1]')", 'fromJSON(\'{"a":"refs/heads/main"}\').a'),
    ]
)


def _combined(inner: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    operators = st.sampled_from(["==", "!=", "<", "<=", ">", ">=", "&&", "||"])
    binary = st.tuples(inner, operators, inner).map(lambda parts: f"({parts[0]} {parts[1]} {parts[2]})")
    functions = st.tuples(st.sampled_from(["contains", "startsWith", "endsWith", "join"]), inner, inner)
    return st.one_of(
        binary,
        inner.map(lambda text: f"!{text}"),
        functions.map(lambda parts: f"{parts[0]}({parts[1]}, {parts[2]})"),
        st.tuples(inner, inner).map(lambda parts: f"format('{{0}}/{{1}}', {parts[0]}, {parts[1]})"),
        st.tuples(inner, inner, inner).map(lambda parts: f"case({parts[0]} == {parts[1]}, {parts[1]}, {parts[2]})"),
        inner.map(lambda text: f"toJSON({text})"),
        st.tuples(inner, inner).map(lambda parts: f"({parts[0]})[{parts[1]}]"),
    )


EXPRESSIONS = st.recursive(ATOMS, _combined, max_leaves=8)
VALUES: st.SearchStrategy[Evaluated] = st.sampled_from(
    [None, True, False, 0.0, 1.0, "", "a", "A", "true", "0", "refs/heads/main"]
)


@given(EXPRESSIONS, VALUES, VALUES, st.sampled_from(["main", "", "dev", "MAIN"]))
def test_a_known_answer_holds_whatever_the_unknown_is(text: str, one: Evaluated, two: Evaluated, branch: str) -> None:
    reference = Unknown(truth=True, prefix="refs/heads/", never=frozenset({"refs/heads/never"}))
    before = evaluate(text, {"inputs": Record({"a": UNKNOWN, "b": UNKNOWN}), "github": Record({"ref": reference})})
    after = evaluate(text, {"inputs": Record({"a": one, "b": two}), "github": Record({"ref": f"refs/heads/{branch}"})})
    if isinstance(after, Unknown):
        return  # the run would fail
    if not isinstance(before, Unknown):
        assert plain(before) == plain(after)
        return
    answer = truth(before)
    assert answer is Truth.UNKNOWN or answer is truth(after)
    if before.prefix:
        assert to_text(after).upper().startswith(before.prefix.upper())


@given(st.text(st.sampled_from("githubenv.refs()[]'\"!=<>&|*, 01-xN\n{}${}"), max_size=80))
def test_no_text_raises(text: str) -> None:
    here = Here(CONTEXTS)
    evaluate(text, CONTEXTS)
    condition(text, here)
    value_of(text, here)
    source = Source("a.yml", text)
    if text:
        expand(Traced.of(source.span(0, len(text))), here)


@pytest.mark.parametrize(
    "text",
    [
        "(" * 100_000,
        "!" * 30_000,
        "a." * 30_000,
        "'" + "x" * LONGEST,
        "fromJSON(" * 5_000,
        "1 &&" * 6_000,
        "contains(" + "'a'," * 5_000,
        "fromJSON('" + "[" * 20_000 + "')",
    ],
)
def test_limits(text: str) -> None:
    assert evaluate(text, CONTEXTS) == UNKNOWN


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("0b1", math.nan),
        ("1_000", math.nan),
        ("0x" + "f" * 300, math.inf),
        ("9" * 500, math.nan),
        ("- 1", math.nan),
        ("-0x1", math.nan),
        ("0o17", 15.0),
        ("1.", 1.0),
    ],
)
def test_numbers(text: str, expected: float) -> None:
    found = parse_number(text)
    assert found == expected or (math.isnan(found) and math.isnan(expected))


@pytest.mark.parametrize(
    ("number", "expected"),
    [(1e15, "1E+15"), (123456789012345678.0, "1.23456789012346E+17"), (1e-7, "1E-07"), (0.0001, "0.0001"), (-0.0, "0")],
)
def test_numbers_as_text_are_the_runners(number: float, expected: str) -> None:
    assert to_text(number) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (None, "true"),
        ("", "true"),
        ("github.event_name == 'schedule'", "true"),
        ("${{ github.event_name == 'push' }}", "false"),
        ("  ${{ github.event_name == 'push' }}\n", "false"),
        # Text around the expression makes a string of it, which is not empty and so true.
        ("${{ github.event_name == 'push' }} && false", "true"),
        ("${{ false }} ${{ always() }}", "true"),
        ("always()", "true"),
        ("failure()", "false"),
        ("success() && inputs.x", "unknown"),
    ],
)
def test_conditions(text: str | None, expected: str) -> None:
    assert condition(text, Here({"github": SCHEDULE})).value == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [(None, "false"), ("always()", "true"), ("'x'", "false"), ("!cancelled()", "true"), ("a b", "false")],
)
def test_conditions_after_something_was_skipped(text: str | None, expected: str) -> None:
    here = Here({}, status={**STATUS, "success": False})
    assert condition(text, here).value == expected


def test_expressions_end_at_braces_outside_of_strings() -> None:
    text = "a ${{ '}}' }} b ${{x}} ${{ 'open }} ${{ y }}"
    assert [inner for _, _, inner in expressions(text)] == [" '}}' ", "x"]


def test_filling_in_leaves_places() -> None:
    source = Source("w.yml", "IMAGE ${{ env.IMAGE }}:${{ github.event_name }}-${{ github.sha }}!")
    origin = Value(Traced.of(source.span(0, 5)), source.span(0, 5))
    text = Traced.of(source.span(6, len(source.text)))
    filled = expand(text, Here({"github": SCHEDULE}, {"env.image": origin}))
    assert filled.traced.text == f"IMAGE:schedule-{HOLE}!"
    assert filled.shown == "IMAGE:schedule-${{ github.sha }}!"
    assert filled.text is None
    assert filled.references == {"github.event_name", "github.sha"}
    assert filled.traced.spans[0] == source.span(0, 5)
    assert filled.span == source.span(6, len(source.text))


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("${{ 1 }}", 1.0),
        (" ${{ true }} ", True),
        ("x-${{ 1 }}", "x-1"),
        ("plain", "plain"),
        ("v${{ github.sha }}", Unknown(truth=True, prefix="v")),
        ("${{ github.sha }}${{ 'x' }}", Unknown(truth=True)),
        ("${{ github.sha }}${{ github.sha }}", UNKNOWN),
    ],
)
def test_values_keep_their_kind(text: str, expected: Evaluated) -> None:
    assert value_of(text, Here({"github": SCHEDULE})) == expected
