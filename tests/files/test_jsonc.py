from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dockwright.files._jsonc import Json, JsonList, JsonLiteral, JsonObject, JsonText, read_json
from dockwright.finding import Problem
from dockwright.source import Source

if TYPE_CHECKING:
    from typing import TypeAlias

Plain: TypeAlias = "str | int | float | bool | list[Plain] | dict[str, Plain] | None"


def read(text: str, *, comments: bool = True) -> Json | Problem:
    return read_json(Source("a.json", text), comments=comments)


def plain(node: Json | Problem) -> Plain:
    match node:
        case JsonText():
            return node.text
        case JsonLiteral():
            found: Plain = json.loads(node.text)
            return found
        case JsonList():
            return [plain(item) for item in node.items]
        case JsonObject():
            return {key.text: plain(value) for key, value in node.pairs}
        case Problem():
            raise AssertionError(node)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ('"a"', "a"),
        (r'"\"\\\/\b\f\n\r\té\ud83d\ude00\ud83dx"', '"\\/\b\f\n\r\té\U0001f600\ufffdx'),
        ("-1.5e+3", -1500.0),
        ("true", True),
        ("null", None),
        ("[]", []),
        ("{}", {}),
        ("\ufeff[1, [2, {}], 3]\n", [1, [2, {}], 3]),
        ('{"a": {"b": [1]}, "c": "d"}', {"a": {"b": [1]}, "c": "d"}),
        ('{"a": 1, "a": 2}', {"a": 2}),
        ('{"a": 1, // c "\n /* d } */ "b": [1, 2,], // e\n}// f', {"a": 1, "b": [1, 2]}),
        ('{"a": "// no /* no */"}', {"a": "// no /* no */"}),
    ],
)
def test_what_is_read(text: str, expected: Plain) -> None:
    assert plain(read(text)) == expected


@pytest.mark.parametrize(
    ("text", "offset", "message"),
    [
        ("", 0, "a value is missing here"),
        ("{", 1, "a string is missing or broken here"),
        ("[1", 2, "a `,` or the end of a list or an object is missing here"),
        ('{"a" 1}', 5, "a `:` is missing here"),
        ("{a: 1}", 1, "a string is missing or broken here"),
        ("[1 2]", 3, "a `,` or the end of a list or an object is missing here"),
        ("[,]", 1, "a value is missing here"),
        ("[1,,]", 3, "a value is missing here"),
        ("[01]", 2, "a `,` or the end of a list or an object is missing here"),
        ("[truex]", 1, "a value is missing here"),
        ("['a']", 1, "a value is missing here"),
        (r'["\d"]', 1, "a string is missing or broken here"),
        ('["a\n"]', 1, "a string is missing or broken here"),
        ("1 2", 2, "something follows its end"),
        ("/* a", 0, "this comment is never closed"),
        ("[1}", 2, "a `,` or the end of a list or an object is missing here"),
        ("[" * 100_000, 40, "it is nested too deep to be followed"),
        ('{"a":' * 50_000, 200, "it is nested too deep to be followed"),
    ],
    ids=range(18),
)
def test_what_is_broken(text: str, offset: int, message: str) -> None:
    problem = read(text)
    assert isinstance(problem, Problem)
    assert (problem.span.start, problem.message) == (offset, f"This is no JSON: {message}.")


@pytest.mark.parametrize("text", ["[1,]", '{"a": 1,}', "[1] // c", "/* c */ []"])
def test_strict_json_has_neither_comments_nor_trailing_commas(text: str) -> None:
    assert isinstance(read(text, comments=False), Problem)
    assert not isinstance(read(text), Problem)


def test_a_large_file_is_not_read() -> None:
    problem = read(" " * 1_000_000)
    assert isinstance(problem, Problem)
    assert problem.message == "The file has more than 262144 characters, so it is not read."


def test_each_value_knows_its_place() -> None:
    document = read('{\n  "é": [1],\n  "a\\u0062c": "x\\ty", // c\n  "d": null\n}')
    assert isinstance(document, JsonObject)
    assert [key.span.text for key, _ in document.pairs] == ['"é"', '"a\\u0062c"', '"d"']
    assert [value.span.text for _, value in document.pairs] == ["[1]", '"x\\ty"', "null"]
    found = document.text("abc")
    assert found is not None
    assert found.span.first.line == 3
    assert [span and span.text for span in found.traced.spans] == ["x", "\\t", "y"]
    assert (document.text("d"), document.text("none"), document.value("é", "x")) == (None, None, None)


trees = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=6),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=4), inner, max_size=3),
    max_leaves=12,
)


@given(trees, st.booleans(), st.sampled_from([None, 2]))
def test_what_the_standard_library_writes_is_read_back(tree: Plain, ascii_only: bool, indent: int | None) -> None:  # noqa: FBT001
    text = json.dumps(tree, ensure_ascii=ascii_only, indent=indent)
    assert plain(read(text, comments=False)) == tree


@given(st.text(alphabet='{}[],:"\\/*0-1.e \ntruefalsnd\udc80', max_size=40))
def test_strict_json_is_what_the_standard_library_takes(text: str) -> None:
    found = read(text, comments=False)
    try:
        expected: Plain = json.loads(text)
    except ValueError:
        assert isinstance(found, Problem)
        assert 0 <= found.span.start <= found.span.end <= len(text)
    else:
        assert plain(found) == expected
