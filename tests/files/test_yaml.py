from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dockwright.files._yaml import LARGEST, YamlList, YamlMapping, YamlText, read_documents
from dockwright.source import Source


def documents(text: str) -> tuple[YamlMapping, ...]:
    return read_documents(Source("a.yaml", text))


def value(text: str, *path: str) -> str | None:
    (document,) = documents(text)
    *above, key = path
    node = document.mapping(*above)
    found = node.text(key) if node else None
    return None if found is None else found.text


def test_scalars_are_text_whatever_they_look_like() -> None:
    (document,) = documents("a: 1.10\nb: off\nc: 'x: y'\nd: |\n  two\n  lines\ne:\n")
    texts = [document.text(key) for key in "abcde"]
    assert [text.text for text in texts if text] == ["1.10", "off", "x: y", "two\nlines\n", ""]


@pytest.mark.parametrize("start", ["", "\ufeff", "# \U0001f600 é\n"])
@pytest.mark.parametrize("end", ["\n", "\r\n"])
def test_places_are_those_in_the_file(start: str, end: str) -> None:
    text = start + end.join(["é: 1", 'user: "ro\\x6ft"  # c', ""])
    (document,) = documents(text)
    user = document.text("user")
    assert user is not None
    assert (user.text, user.span.text, document.keys["user"].text) == ("root", '"ro\\x6ft"', "user")


def test_aliases_and_merge_keys() -> None:
    text = "x: &x {user: a, image: b}\ny: {<<: *x, user: c}\nz: {<<: [*x, {tag: d}]}\nw: *x\n"
    assert [value(text, key, "user") for key in "xyzw"] == ["a", "c", "a", "a"]
    assert [value(text, key, "image") for key in "xyzw"] == ["b", "b", "b", "b"]
    assert value(text, "z", "tag") == "d"


def test_an_alias_inside_its_own_anchor_ends() -> None:
    (document,) = documents("a: &a {b: *a}\n")
    mapping = document.mapping("a")
    assert mapping is not None
    assert mapping.values == {"b": YamlList(())}


def test_several_documents() -> None:
    found = documents("a: &a 1\n---\n- list\n---\nb: *a\n")
    assert [document.values["a"] for document in found[:1]] == [found[0].text("a")]
    assert found[1].values == {"b": YamlList(())}  # an anchor ends with its document


@pytest.mark.parametrize(
    "text",
    [
        *("", "a", "a: [", "a: {{ template }} b", "\x00", "a: \x07", "a: \udc80"),
        *("[" * 200_000, "{" * 200_000, "a: " * 3000, "- " * 100_000, "a: 1\n" * (LARGEST // 4)),
    ],
    ids=range(12),
)
def test_what_is_no_yaml_says_nothing(text: str) -> None:
    assert documents(text) == ()


@given(st.text(alphabet="ab:-{}[],&*<|>#'\"\n \\%!?\ufeff\r\t", max_size=60))
def test_nothing_raises_and_plain_words_stand_where_they_say(text: str) -> None:
    def check(node: object) -> None:
        match node:
            case YamlMapping():
                for key, child in node.values.items():
                    assert node.keys[key].end <= len(text)
                    check(child)
            case YamlList():
                for child in node.items:
                    check(child)
            case YamlText():
                span = node.span
                assert 0 <= span.start <= span.end <= len(text)
                if node.text.isalpha():
                    assert node.text in span.text
            case _:
                raise AssertionError(node)

    for document in documents(text):
        check(document)
